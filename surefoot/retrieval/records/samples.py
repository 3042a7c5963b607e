"""A vehicle's samples: one as it arrives, and many as columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
UNKNOWN, OFF, ON = -1, 0, 1
"""States of the engine in columns."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sample:
    """What one vehicle said of one moment; what it did not say is None."""

    vehicle: str
    time: datetime
    """Aware; the vehicle's clock. Together with the vehicle it names the sample."""
    latitude: float | None = None
    """Degrees, WGS 84, north positive."""
    longitude: float | None = None
    """Degrees, WGS 84, east positive."""
    speed_kmh: float | None = None
    heading_deg: float | None = None
    """Degrees clockwise from north, from 0 to below 360."""
    odometer_km: float | None = None
    accel_long_ms2: float | None = None
    """m/s² along the vehicle, forward positive: the strongest since the sample before it, or that of the moment."""
    accel_lat_ms2: float | None = None
    """m/s² across the vehicle, to the right positive; the strongest since the sample before it, or of the moment."""
    yaw_rate_dps: float | None = None
    """Degrees a second about the vertical axis, clockwise seen from above positive, as the heading turns."""
    engine_on: bool | None = None
    """Whether the engine runs; in an electric vehicle, whether it is switched on."""
    speed_limit_kmh: float | None = None
    """The limit where the vehicle is, as the map supplier says."""
    level_percent: float | None = None
    """Fill of the fuel tank, or charge of the battery."""
    driver: str | None = None


@dataclass(frozen=True, slots=True)
class Samples:
    """Many samples as columns of one length; NaN, '' and UNKNOWN stand for what was not said."""

    vehicle: NDArray[np.object_]
    time: NDArray[np.int64]
    """Microseconds since 1970 in UTC."""
    latitude: Floats
    longitude: Floats
    speed_kmh: Floats
    heading_deg: Floats
    odometer_km: Floats
    accel_long_ms2: Floats
    accel_lat_ms2: Floats
    yaw_rate_dps: Floats
    engine_on: NDArray[np.int8]
    speed_limit_kmh: Floats
    level_percent: Floats
    driver: NDArray[np.object_]

    def __len__(self) -> int:
        return len(self.time)

    @classmethod
    def of(cls, samples: Iterable[Sample]) -> Samples:
        """The samples as columns, in their order."""
        rows = list(samples)
        return cls(*(_column(name, [getattr(row, name) for row in rows]) for name in COLUMNS))

    @classmethod
    def joined(cls, parts: Sequence[Samples]) -> Samples:
        """Several blocks, one behind the other; one at least."""
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in COLUMNS))

    def taken(self, chosen: NDArray[Any]) -> Samples:
        """The samples at these positions, or those where a mask is true."""
        return Samples(*(getattr(self, name)[chosen] for name in COLUMNS))

    def in_order(self) -> Samples:
        """By vehicle, then by time; equal ones stay as they came."""
        return self.taken(np.lexsort((self.time, self.vehicle.astype(str))))


COLUMNS = tuple(field.name for field in fields(Samples))
"""Names of the columns, in their order; the same as those of a Sample."""
FLOATS = tuple(name for name in COLUMNS if name not in {"vehicle", "time", "engine_on", "driver"})


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970 in UTC of an aware moment."""
    return (moment - EPOCH) // MICROSECOND


def moment_of(since_epoch: int) -> datetime:
    """The moment, in UTC, of microseconds since 1970."""
    return EPOCH + timedelta(microseconds=int(since_epoch))


def _column(name: str, values: Sequence[Any]) -> NDArray[Any]:
    if name == "time":
        return np.array([microseconds(moment) for moment in values], dtype=np.int64)
    if name == "engine_on":
        return np.array([UNKNOWN if on is None else int(on) for on in values], dtype=np.int8)
    if name in {"vehicle", "driver"}:
        texts = np.empty(len(values), dtype=object)
        texts[:] = [value or "" for value in values]
        return texts
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
