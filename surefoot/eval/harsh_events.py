"""Measures the detection of harsh events on recorded drives with labels, with the accelerometer and without it."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from surefoot.eval.errors import CasesInvalid
from surefoot.ingestion.telemetry.derivations.columns import runs
from surefoot.ingestion.telemetry.derivations.definitions import Definitions, G
from surefoot.ingestion.telemetry.derivations.deriving import derive
from surefoot.ingestion.telemetry.derivations.facts import Facts
from surefoot.ingestion.telemetry.derivations.harsh import forces_of
from surefoot.ingestion.telemetry.derivations.track import SECOND, track_of
from surefoot.retrieval.records.samples import Floats, Sample, Samples, microseconds

KMH_PER_MPH = KM_PER_MILE = 1.609344
TOLERANCE_S = 1.0
LIMIT_G = 0.35
THRESHOLDS_G = tuple(number / 100 for number in range(10, 61))
_NUMBERS = (
    *("gps_lat", "gps_long", "gps_heading", "speed_mph", "cumulative_drive_dist_mi"),
    *("accel_x", "accel_y", "engine_rpm"),
)
_GYROS = ("gyro_x", "gyro_y", "gyro_z")


@dataclass(frozen=True, slots=True)
class Label:
    """A labelled harsh event."""

    start: int
    end: int
    """Microseconds since 1970, of the first and of the last row."""
    severity: str
    axis: str
    peak_g: float
    speed_mph: float
    """At the peak."""


@dataclass(frozen=True, slots=True)
class Drive:
    """A recorded drive as one vehicle's samples, with its labelled events."""

    name: str
    samples: Samples
    labels: tuple[Label, ...]

    def without_accelerometer(self) -> Drive:
        """The same drive as a unit without an accelerometer would send it."""
        none = np.full(len(self.samples), np.nan)
        return replace(self, samples=replace(self.samples, accel_long_ms2=none, accel_lat_ms2=none))


@dataclass(frozen=True, slots=True)
class Counted:
    """Events of one drive at one threshold."""

    matched: int
    found: int
    labelled: int

    @property
    def halves(self) -> tuple[float, float]:
        """What the drive adds above and below the line of F1 = 2 · matched / (found + labelled)."""
        return 2.0 * self.matched, float(self.found + self.labelled)


Row = dict[str, str]
Intervals = NDArray[np.int64]
"""Start and end of each, microseconds since 1970; shape (number, 2)."""
Score = Callable[[Drive], Floats]
"""Gives a number to each sample of a drive, in g: harsh from some threshold on."""


def read_drives(folder: Path) -> list[Drive]:
    """The drives of a folder in the form of telemetry_nds; their label columns are never read.

    accel_x is forward positive and accel_y to the right positive (they follow the changes of speed, and right turns).
    The yaw rate is taken from that axis of the gyroscope that goes with the changes of heading, in their direction.
    Raises CasesInvalid where the folder holds no events.csv.
    """
    if not (folder / "events.csv").is_file():
        raise CasesInvalid(f"{folder} holds no labelled drives: events.csv is missing.")
    tables = {int(path.stem[-2:]): _table(path) for path in sorted(folder.glob("drive_*.csv"))}
    axis, sign = vertical_axis(list(tables.values()))
    labels: dict[int, list[Label]] = {number: [] for number in tables}
    for row in _table(folder / "events.csv"):
        labels[int(row["drive"])].append(_label(row))
    return [
        Drive(f"drive_{number:02}", samples_of(f"drive_{number:02}", rows, axis, sign), tuple(labels[number]))
        for number, rows in tables.items()
    ]


def vertical_axis(drives: Sequence[Sequence[Row]]) -> tuple[str, int]:
    """The axis of the gyroscope that goes with the heading, and +1 or -1: whether it turns as the heading does."""
    turned, turning = [], {name: [] for name in _GYROS}
    for rows in drives:
        heading = (np.diff(_column(rows, "gps_heading")) + 180) % 360 - 180
        moving = (_column(rows, "speed_mph")[:-1] > 5) & (np.abs(heading) < 90)
        turned.append(heading[moving])
        for name in _GYROS:
            turning[name].append(_column(rows, name)[:-1][moving])
    alike = {name: _correlation(np.concatenate(turned), np.concatenate(values)) for name, values in turning.items()}
    axis = max(alike, key=lambda name: abs(alike[name]))
    return axis, 1 if alike[axis] > 0 else -1


def samples_of(vehicle: str, rows: Sequence[Row], axis: str, sign: int) -> Samples:
    """A drive's rows as samples: miles an hour as km/h, g as m/s², headings from 0 to below 360 degrees."""
    return Samples.of([_sample(vehicle, row, axis, sign) for row in rows])


def exact(drives: Sequence[Drive]) -> dict[str, int]:
    """How the product's events with the accelerometer compare with the labels: labelled, found, and alike in all.

    Alike are those with the same start, end, severity, axis, peak (to 0.001 g) and speed at the peak (to 0.01 mph).
    """
    labelled = {(drive.name, label) for drive in drives for label in drive.labels}
    found = {(drive.name, label) for drive in drives for label in derived_labels(drive)}
    return {"labelled": len(labelled), "found": len(found), "alike": len(labelled & found)}


def derived_labels(drive: Drive) -> list[Label]:
    """The harsh events that the product derives of a drive, in the form of labels."""
    events = derive(drive.samples).events
    columns = ("kind", "start", "end", "severity", "axis", "peak", "speed_kmh")
    return [
        Label(int(start), int(end), severity, axis, round(peak / G, 3), round(speed / KMH_PER_MPH, 2))
        for kind, start, end, severity, axis, peak, speed in zip(*(events[name] for name in columns), strict=True)
        if kind.startswith("harsh_")
    ]


def estimate_score(drive: Drive) -> Floats:
    """The product's estimate without an accelerometer: the stronger of the accelerations along and across, in g."""
    definitions = replace(Definitions(), estimate_share=1.0)
    track = track_of(drive.without_accelerometer().samples, Facts(), definitions)
    return forces_of(track).score * LIMIT_G


def plain_score(drive: Drive) -> Floats:
    """The change of speed from the sample before by the time between them, in g: what there is to beat."""
    speed = drive.samples.speed_kmh / 3.6
    change = np.abs(np.diff(speed, prepend=speed[:1])) / np.diff(drive.samples.time, prepend=0) * SECOND
    return np.nan_to_num(change) / G


def smoothed_score(drive: Drive) -> Floats:
    """The accelerometer's own means over three samples, less its mean over the drive, in g.

    What is left of the labels when short knocks and the unit's tilt are gone: about the most that can be told from the
    motion of the vehicle, once a second.
    """
    axes = (drive.samples.accel_long_ms2, drive.samples.accel_lat_ms2)
    means = [np.abs(np.convolve(axis - axis.mean(), np.full(3, 1 / 3), "same")) for axis in axes]
    return np.maximum(*means) / G


def product_counts(drive: Drive) -> Counted:
    """What the product finds in the drive without the accelerometer, as it is shipped."""
    found = [(label.start, label.end) for label in derived_labels(drive.without_accelerometer())]
    intervals = np.array(found, dtype=np.int64).reshape(-1, 2)
    return Counted(matched(intervals, drive.labels), len(found), len(drive.labels))


def detected(drive: Drive, score: Floats, threshold: float) -> Intervals:
    """Runs of samples whose score reaches the threshold; a pause ends one as in the product."""
    joined = np.diff(drive.samples.time, prepend=0) <= Definitions().together_s * SECOND
    first, last = runs(score >= threshold, joined)
    return np.stack([drive.samples.time[first], drive.samples.time[last]], axis=1)


def matched(found: Intervals, labels: Sequence[Label]) -> int:
    """How many labels can be paired with an event that overlaps them within a second, each event used once."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import maximum_bipartite_matching

    if not len(found) or not labels:
        return 0
    slack = int(TOLERANCE_S * SECOND)
    start, end = (np.array([getattr(label, name) for label in labels]) for name in ("start", "end"))
    near = (found[:, :1] <= end + slack) & (found[:, 1:] >= start - slack)
    return int((maximum_bipartite_matching(csr_matrix(near), perm_type="column") >= 0).sum())


Table = Sequence[Sequence[Counted]]
"""For each drive what was counted at each of THRESHOLDS_G."""


def counted(drives: Sequence[Drive], score: Score) -> Table:
    """What a score finds in each drive at each threshold."""
    return [_counted(drive, score(drive)) for drive in drives]


def f1_by_threshold(table: Table, without: int | None = None) -> Floats:
    """F1 at each threshold, of all drives together or of all but one."""
    chosen = [row for number, row in enumerate(table) if number != without]
    halves = np.array([[cell.halves for cell in row] for row in chosen]).sum(axis=0)
    return halves[:, 0] / np.maximum(halves[:, 1], 1.0)


def left_out(table: Table) -> list[Counted]:
    """Each drive at the threshold that is best on all the other drives (the lowest of equal ones)."""
    return [row[int(np.argmax(f1_by_threshold(table, number)))] for number, row in enumerate(table)]


def _counted(drive: Drive, score: Floats) -> list[Counted]:
    every = [detected(drive, score, threshold) for threshold in THRESHOLDS_G]
    return [Counted(matched(found, drive.labels), len(found), len(drive.labels)) for found in every]


def _table(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _number(text: str) -> float | None:
    return float(text) if text and text != "NA" else None


def _column(rows: Sequence[Row], name: str) -> Floats:
    return np.array([np.nan if (value := _number(row[name])) is None else value for row in rows], dtype=np.float64)


def _correlation(one: Floats, other: Floats) -> float:
    known = np.isfinite(one) & np.isfinite(other)
    return float(np.corrcoef(one[known], other[known])[0, 1])


def _times(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _sample(vehicle: str, row: Row, axis: str, sign: int) -> Sample:
    number = {name: _number(row[name]) for name in (*_NUMBERS, axis)}
    heading, turns = number["gps_heading"], number["engine_rpm"]
    return Sample(
        vehicle,
        _moment(row["time_utc"]),
        latitude=number["gps_lat"],
        longitude=number["gps_long"],
        speed_kmh=_times(number["speed_mph"], KMH_PER_MPH),
        heading_deg=None if heading is None else heading % 360,
        odometer_km=_times(number["cumulative_drive_dist_mi"], KM_PER_MILE),
        accel_long_ms2=_times(number["accel_x"], G),
        accel_lat_ms2=_times(number["accel_y"], G),
        yaw_rate_dps=_times(number[axis], sign),
        engine_on=None if turns is None else turns > 0,
    )


def _label(row: Row) -> Label:
    start, end = (microseconds(_moment(row[name])) for name in ("start_utc", "end_utc"))
    return Label(start, end, row["severity"], row["peak_axis"], float(row["peak_g"]), float(row["speed_mph_at_peak"]))
