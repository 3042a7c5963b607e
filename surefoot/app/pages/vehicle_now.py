"""What a vehicle is, and what it does just now, as HTML."""

from __future__ import annotations

from surefoot.app.client.fleet_forms import VehicleForm
from surefoot.app.pages import fleet_words, record_card, record_words, vehicle_words
from surefoot.app.pages.markup import escape
from surefoot.app.pages.record_words import zone_of


def head(one: VehicleForm) -> str:
    """Its name, what kind of vehicle it is, and whether it is made up."""
    facts = [one.model, one.body, one.registration, one.depot, vehicle_words.ENERGIES.get(one.energy or "", one.energy)]
    facts.append(one.status)
    mark = f'<p class="sf-record-facts">{record_card.simulated()}</p>' if one.simulated else ""
    return (
        f'<div class="sf-page-head"><h1 class="sf-greeting">{escape(one.vehicle)}</h1>{mark}'
        f'<p class="sf-detail">{escape(" · ".join(filter(None, facts)))}</p></div>'
    )


def state(one: VehicleForm, zone: str) -> str:
    """What it does, for how long, where, with whom, how full it is, and of when that is."""
    look = vehicle_words.state(one.state)
    facts = [
        ("Since", escape(record_words.moment(one.since, zone_of(zone), seconds=False)) if one.since else ""),
        ("Place", escape(one.place or "")),
        ("Driver", escape(one.driver or "")),
        (_filled(one), _level(one)),
        ("Odometer", record_words.figure(one.odometer_km, "km") if one.odometer_km is not None else ""),
    ]
    pairs = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts if value)
    told = fleet_words.doing(one).removeprefix(look.word).removesuffix(f" at {one.place}")
    return (
        f'<section class="sf-now" aria-label="Now"><p class="sf-now-state">{vehicle_words.said(look, escape(told))} '
        f'{record_card.as_of(one.time, zone)}</p><dl class="sf-facts-grid">{pairs}</dl></section>'
    )


def _filled(one: VehicleForm) -> str:
    return "Charge" if one.energy == "electric" else "Fuel"


def _level(one: VehicleForm) -> str:
    if one.level_percent is None:
        return ""
    percent = min(max(one.level_percent, 0.0), 100.0)
    low = " sf-low" if percent < LOW_PERCENT else ""
    bar = f'<span class="sf-meter{low}" aria-hidden="true"><span style="width:{percent:.0f}%"></span></span>'
    return f'<span class="sf-level">{percent:.0f} %{bar}</span>'


LOW_PERCENT = 15.0
"""Below it the meter takes the colour of what needs care."""
