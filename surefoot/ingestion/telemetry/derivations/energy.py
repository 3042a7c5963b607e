"""Estimates fuel, energy and carbon dioxide from the way driven and the time idled."""

from __future__ import annotations

import numpy as np

from surefoot.ingestion.telemetry.derivations.columns import Columns, Whole
from surefoot.ingestion.telemetry.derivations.track import Track
from surefoot.retrieval.records.samples import Floats


def energy_of(track: Track, vehicle: Whole, km: Floats, idling_s: Floats) -> Columns:
    """Columns fuel_l, energy_kwh and co2_kg of rows of these vehicles (their positions in `track.vehicles`).

    fuel = km · model's l/100 km + idling hours · class's l/h; energy = km · model's kWh/100 km + idling hours · kW;
    CO2 = fuel · kg/l, and 0 from an electric vehicle's tailpipe. NaN where the vehicle does not use it, where its
    model's consumption is not known, or where the way is not.
    """
    of_fuel, of_power, of_air = (np.full((2, len(track.vehicles)), np.nan) for _ in range(3))
    limits = track.definitions
    for number, name in enumerate(track.vehicles):
        known = track.facts.of(name)
        if known.per_100km is None:
            continue
        if known.energy == "electric":
            of_power[:, number] = known.per_100km / 100, limits.electric_idling_kw / 3600
            of_air[:, number] = 0.0
        elif known.energy in {"diesel", "petrol"}:
            burnt = known.per_100km / 100, track.limits_of(name).idling_l_per_h / 3600
            of_fuel[:, number] = burnt
            per_litre = limits.diesel_co2_kg_per_l if known.energy == "diesel" else limits.petrol_co2_kg_per_l
            of_air[:, number] = burnt[0] * per_litre, burnt[1] * per_litre
    return {
        name: km * rates[0, vehicle] + idling_s * rates[1, vehicle]
        for name, rates in (("fuel_l", of_fuel), ("energy_kwh", of_power), ("co2_kg", of_air))
    }
