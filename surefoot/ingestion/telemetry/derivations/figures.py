"""Figures of a period that are worked out of derived facts: the driver score, utilisation, maintenance that is due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

POINTS: Mapping[tuple[str, str], int] = {
    ("harsh_braking", ""): 4,
    ("harsh_braking", "high"): 0,
    ("harsh_acceleration", ""): 2,
    ("harsh_cornering", ""): 3,
    ("speeding", "low"): 2,
    ("speeding", "high"): 8,
    ("idling", ""): 1,
}
"""Points by kind and severity (empty for any other): telematics guide, section 2; emergency braking has none."""
SCORE_PER_KM = 500.0
SCORE_LEAST_KM = 150.0
"""Telematics guide, section 5: points are deducted per 500 km, and below 150 km a week there is no score."""


def event_points(kind: str, severity: str) -> int:
    """Points of one event; 0 for a kind that has none."""
    return POINTS.get((kind, severity), POINTS.get((kind, ""), 0))


def driver_score(points: float, distance_km: float) -> float | None:
    """100 - points · 500 / km, at least 0; None below 150 km, where the guide gives no score.

    `points` and `distance_km` are of one driver and one week. Telematics guide, section 5.
    """
    if not distance_km >= SCORE_LEAST_KM:
        return None
    return max(0.0, 100.0 - points * SCORE_PER_KM / distance_km)


def utilisation(driving_s: float, idling_s: float, period_s: float) -> float | None:
    """The share of a period, from 0 to 1, in which a vehicle drove or idled; None of an empty period."""
    return (driving_s + idling_s) / period_s if period_s > 0 else None


@dataclass(frozen=True, slots=True)
class Due:
    """How far off a maintenance item is; negative when it is past."""

    km_left: float | None
    """None where nothing is due by distance, or the odometer is not known."""
    days_left: int | None
    overdue: bool
    """Whether its day is past, or its reading reached; on the day itself it is due, and not late."""


def maintenance_due(due_km: float | None, due_on: date | None, odometer_km: float | None, today: date) -> Due:
    """What is left until an item of the table `maintenance` is due: by odometer, by day, or whichever comes first."""
    km_left = None if due_km is None or odometer_km is None else due_km - odometer_km
    days_left = None if due_on is None else (due_on - today).days
    late = days_left is not None and days_left < 0
    return Due(km_left, days_left, late or (km_left is not None and km_left <= 0))
