"""Says in plain words, with unit and source, how each derived figure is defined, for users to read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

GUIDE_2 = "Telematics guide, section 2"
OWN = "Surefoot's own definition"


@dataclass(frozen=True, slots=True)
class Defined:
    """A figure's definition."""

    title: str
    sentence: str
    unit: str
    """'' where it has none."""
    source: str


DEFINITIONS: Final = {
    "distance_km": Defined(
        "Distance",
        "The difference of the odometer between neighbouring samples; where that is missing or not plausible, the "
        "distance between the positions of a moving vehicle, or else its speed times the time. Over a gap only the "
        "odometer counts.",
        "km",
        OWN,
    ),
    "driving_s": Defined(
        "Driving time",
        "Time at 3 km/h or faster; between a sample in motion and one at rest, half the time.",
        "s",
        OWN,
    ),
    "idling_s": Defined(
        "Idling time",
        "Time below 3 km/h with the engine on (in an electric vehicle: switched on).",
        "s",
        "Telematics guide, section 2.1, without its exceptions (power take-off, tail lift, cooling)",
    ),
    "standing_s": Defined("Standing time", "Time below 3 km/h with the engine off or not known to be on.", "s", OWN),
    "unknown_s": Defined(
        "Unknown time",
        "Time in gaps, and time for which neither a speed nor a way is said; of a gap at most its last 7 days.",
        "s",
        OWN,
    ),
    "speeding_s": Defined(
        "Speeding time",
        "Time at samples that are over the speed limit by 6 km/h or more (trucks 4 km/h).",
        "s",
        f"{GUIDE_2}, SP1",
    ),
    "top_speed_kmh": Defined("Top speed", "The highest speed that a sample says.", "km/h", OWN),
    "fuel_l": Defined(
        "Fuel, estimated",
        "Kilometres times the model's litres per 100 km, and 1.1 litres (trucks 2.3) for each hour of idling.",
        "l",
        "Telematics guide, section 2.1; consumption of the model from the vehicle's data",
    ),
    "energy_kwh": Defined(
        "Energy of electric vehicles, estimated",
        "Kilometres times the model's kWh per 100 km, and 0.8 kWh for each hour of standing switched on (assumed).",
        "kWh",
        OWN,
    ),
    "co2_kg": Defined(
        "CO2, estimated",
        "From the tailpipe: 2.64 kg for each litre of diesel, 2.31 kg of petrol, none of an electric vehicle.",
        "kg",
        "IPCC 2006 Guidelines, volume 2, tables 1.2 and 1.4, at the densities of EN 590 and EN 228 fuel",
    ),
    "trip": Defined(
        "Trip",
        "From moving off to standing for 5 minutes, or for 1 minute with the engine off, or to a gap; what is shorter "
        "than both 200 m and 60 s is none.",
        "",
        OWN,
    ),
    "stop": Defined(
        "Stop",
        "The time between two trips; a gap belongs to it if the vehicle was found within 500 m of where it was.",
        "",
        OWN,
    ),
    "route": Defined(
        "Route",
        "The positions of a trip, without those that lie within 15 m of the line through the others.",
        "",
        "Douglas and Peucker 1973",
    ),
    "harsh_braking": Defined(
        "Harsh braking",
        "Samples in a row with a deceleration of at least 3.4 m/s² (vans), 2.7 m/s² (trucks) or 0.35 g (others); "
        "without an accelerometer 66 % of that, estimated from speeds a second or two apart.",
        "m/s²",
        f"{GUIDE_2}, HB1; 0.35 g: rule of the naturalistic driving recordings in DrivePlotR",
    ),
    "harsh_acceleration": Defined(
        "Harsh acceleration",
        "As harsh braking, from 2.9 m/s² (vans), 1.9 m/s² (trucks) or 0.35 g (others) forward.",
        "m/s²",
        f"{GUIDE_2}, HA1; 0.35 g: as for harsh braking",
    ),
    "harsh_cornering": Defined(
        "Harsh cornering",
        "Samples in a row with at least 3.8 m/s² (vans), 2.4 m/s² (trucks) or 0.35 g (others) to either side; without "
        "an accelerometer 66 % of that, estimated as speed times yaw rate or change of heading.",
        "m/s²",
        f"{GUIDE_2}, HC1; 0.35 g: as for harsh braking",
    ),
    "severity": Defined(
        "Severity of harsh events",
        "low from the threshold on, med from 1.29 times it, high from 1.71 times it (0.35, 0.45 and 0.60 g).",
        "",
        "Bands of the naturalistic driving recordings in DrivePlotR",
    ),
    "speeding": Defined(
        "Speeding",
        "Low: over the limit by 6 km/h (trucks 4 km/h) at all samples of 20 s or more. High: by 16 km/h (trucks "
        "11 km/h) at all samples of 8 s or more.",
        "km/h over the limit",
        f"{GUIDE_2}, SP1 and SP2",
    ),
    "idling": Defined(
        "Idling event",
        "A phase of idling of 4 minutes (vans), 6 minutes (trucks) or 5 minutes (others) or more.",
        "min",
        f"{GUIDE_2}, ID1",
    ),
    "entered": Defined(
        "Entered a place", "Between the last position outside of a place and the first one within.", "", OWN
    ),
    "left": Defined("Left a place", "Between the last position within a place and the first one outside.", "", OWN),
    "gap": Defined(
        "Gap",
        "Silence of more than 5 minutes after a sample with the engine on or next to one in motion, else of more than "
        "40 minutes (a parked unit reports every 15).",
        "min",
        OWN,
    ),
    "jump": Defined(
        "Jump",
        "Two positions in a row that are further apart than 250 km/h and 50 m allow; positions between a jump there "
        "and a jump back within a minute are ignored.",
        "km/h",
        OWN,
    ),
    "state": Defined(
        "State",
        "driving: the newest sample is at 3 km/h or faster; idling: slower with the engine on; parked: otherwise; "
        "silent: the newest sample is older than 40 minutes.",
        "",
        OWN,
    ),
    "driver_score": Defined(
        "Driver score",
        "100 less the week's event points times 500 km over the kilometres driven, at least 0, none below 150 km; "
        "harsh braking 4, acceleration 2, cornering 3, speeding 2 or 8, idling 1 point. Alerts that samples do not "
        "say (seat belt, phone, reversing) are not in it.",
        "points of 100",
        "Telematics guide, sections 2 and 5",
    ),
    "utilisation": Defined(
        "Utilisation", "The share of a period in which a vehicle drove or idled.", "share of the period", OWN
    ),
    "maintenance_due": Defined(
        "Maintenance due",
        "An item is due at an odometer reading or on a day, whichever comes first; it is overdue once the reading is "
        "reached or the day is past.",
        "km and days left",
        "Table `maintenance`",
    ),
}
"""By the name of the column, event kind or figure. The numbers are those of `Definitions`; a test compares them."""
