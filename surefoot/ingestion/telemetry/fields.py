"""The fields of messages: their names and units, and the range in which a value can be true."""

from __future__ import annotations

from dataclasses import dataclass

MILE_KM = 1.609344
"""Kilometres in an international mile, exactly."""
G_MS2 = 9.80665
"""Standard gravity in m/s², exactly."""
KNOT_KMH = 1.852
DEGREES_PER_RADIAN = 57.29577951308232


@dataclass(frozen=True, slots=True)
class Field:
    """Where a value goes, and by what it is multiplied to get there."""

    name: str
    """A field of Sample; or engine_rpm, which tells whether the engine is on."""
    factor: float = 1.0


RANGES: dict[str, tuple[float, float]] = {
    "latitude": (-90, 90),
    "longitude": (-180, 180),
    "speed_kmh": (0, 250),
    "heading_deg": (-180, 360),
    "odometer_km": (0, 5_000_000),
    "accel_long_ms2": (-30, 30),
    "accel_lat_ms2": (-30, 30),
    "yaw_rate_dps": (-250, 250),
    "speed_limit_kmh": (1, 200),
    "level_percent": (0, 100),
    "engine_rpm": (0, 20_000),
}
"""A heading may be told from 0 to 360 or from -180 to 180; it is kept from 0 to below 360.

Numbers outside are no measurements: a road vehicle does not do that.
"""
TEXTS = frozenset({"vehicle", "driver"})

_ALIASES: dict[str, dict[str, float]] = {
    "vehicle": {"vehicle": 1, "vehicle_id": 1},
    "time": {"time": 1, "timestamp": 1, "ts": 1, "time_utc": 1},
    "latitude": {"latitude": 1, "lat": 1, "gps_lat": 1},
    "longitude": {"longitude": 1, "lon": 1, "lng": 1, "long": 1, "gps_lon": 1, "gps_long": 1},
    "speed_kmh": {
        "speed_kmh": 1,
        "speed_kph": 1,
        "speed_mph": MILE_KM,
        "speed_ms": 3.6,
        "speed_mps": 3.6,
        "speed_kn": KNOT_KMH,
    },
    "heading_deg": {"heading_deg": 1, "heading": 1, "course": 1, "course_deg": 1, "bearing": 1, "gps_heading": 1},
    "odometer_km": {"odometer_km": 1, "odometer_m": 0.001, "odometer_mi": MILE_KM, "mileage_km": 1},
    "accel_long_ms2": {"accel_long_ms2": 1, "accel_long_g": G_MS2},
    "accel_lat_ms2": {"accel_lat_ms2": 1, "accel_lat_g": G_MS2},
    "yaw_rate_dps": {"yaw_rate_dps": 1, "yaw_rate_rads": DEGREES_PER_RADIAN},
    "engine_on": {"engine_on": 1, "ignition": 1, "ignition_on": 1},
    "engine_rpm": {"engine_rpm": 1},
    "speed_limit_kmh": {"speed_limit_kmh": 1, "speed_limit_mph": MILE_KM},
    "level_percent": {
        "level_percent": 1,
        "fuel_percent": 1,
        "fuel_level_percent": 1,
        "battery_percent": 1,
        "soc_percent": 1,
    },
    "driver": {"driver": 1, "driver_id": 1},
}
"""A name without a unit (speed, odometer, accel_x) is not here: nobody can know what it means."""

FIELDS: dict[str, Field] = {
    alias: Field(name, factor) for name, aliases in _ALIASES.items() for alias, factor in aliases.items()
}
"""All names that are understood."""
