"""Reads samples from CSV: columns named as the fields of messages, or the recordings of a logger in a car."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from surefoot.ingestion.telemetry.errors import SamplesUnreadable
from surefoot.ingestion.telemetry.fields import FIELDS, G_MS2, MILE_KM
from surefoot.ingestion.telemetry.formats.lines import lines_of
from surefoot.ingestion.telemetry.formats.rows import Broken, Row

DRIVES: dict[str, tuple[str, float]] = {
    "time_utc": ("time", 1),
    "gps_lat": ("latitude", 1),
    "gps_long": ("longitude", 1),
    "gps_heading": ("heading_deg", 1),
    "speed_mph": ("speed_kmh", MILE_KM),
    "accel_x": ("accel_long_ms2", G_MS2),
    "accel_y": ("accel_lat_ms2", G_MS2),
    "gyro_z": ("yaw_rate_dps", -1),
    "engine_rpm": ("engine_rpm", 1),
    "cumulative_drive_dist_mi": ("odometer_km", MILE_KM),
}
"""Columns of the public recordings "Naturalistic Driving Study" of Hardt (1 Hz, MIT licence), with field and factor.

Accelerations are in g. Signs were checked on its 14 drives: accel_x agrees with the change of speed (forward positive),
accel_y with speed times the change of heading (to the right positive), gyro_z is against the change of heading: turned
round here, so that a yaw rate is clockwise positive, as a heading.
"""
_DRIVES_OTHERS = frozenset(
    "drive time_cst gps_elevation gps_fix gps_sats gps_pdop gps_hdop gps_vdop speed_source distance_miles accel_z "
    "accel_event accel_event_cat gyro_x gyro_y gyro_heading grav_x grav_y grav_z roll pitch engine_throttle gps_minute "
    "gps_heading_raw gyro_heading_raw".split()
)
"""Columns of those recordings that say nothing of a sample; two of them are labels, which nobody may see."""


def csv_rows(path: Path) -> Iterator[Row | Broken]:
    """The rows of a CSV file with a header; separated by comma, semicolon or tab; UTF-8."""
    lines = enumerate(lines_of(path), start=1)
    _, first = next(lines, (0, b""))
    header, separator = _header(path, first)
    drives = {"accel_x", "cumulative_drive_dist_mi", "time_utc"} <= set(header)
    _check(path, header, set(DRIVES) | _DRIVES_OTHERS if drives else set(FIELDS))
    for number, line in lines:
        if line == b"":
            continue
        cells = _cells(line, separator)
        if isinstance(cells, str):
            yield Broken(number, cells)
        elif len(cells) != len(header):
            yield Broken(number, f"{len(cells)} cells where the header has {len(header)}")
        else:
            told = dict(zip(header, cells, strict=True))
            yield Row(number, _of_drive(told) if drives else told)


def _header(path: Path, line: bytes | None) -> tuple[list[str], str]:
    text = (line or b"").decode("utf-8-sig", errors="replace")
    separator = max(",;\t", key=text.count)
    names = [name.strip() for name in next(csv.reader([text], delimiter=separator), [])]
    if not any(name in FIELDS for name in names):
        raise SamplesUnreadable(
            f"{path.name} has no header that names samples: its first line is '{text[:80]}'. {_expected()}"
        )
    return names, separator


def _check(path: Path, header: Sequence[str], known: set[str]) -> None:
    unknown = [name for name in header if name not in known]
    if unknown:
        raise SamplesUnreadable(
            f"{path.name} has columns that are not known: {', '.join(unknown)[:300]}. "
            f"Rename or remove them. {_expected()}"
        )
    meant = [FIELDS[name].name if name in FIELDS else name for name in header]
    twice = sorted({name for name in meant if meant.count(name) > 1})
    if twice:
        raise SamplesUnreadable(f"{path.name} tells more than once: {', '.join(twice)}. Keep one column of each.")
    if "time" not in meant:
        raise SamplesUnreadable(f"{path.name} has no column of times. {_expected()}")


def _cells(line: bytes | None, separator: str) -> list[str] | str:
    """The cells, or why there are none."""
    if line is None:
        return "a line that is too long"
    try:
        return next(csv.reader([line.decode("utf-8")], delimiter=separator, strict=True))
    except UnicodeDecodeError:
        return "not UTF-8"
    except (csv.Error, StopIteration) as broken:
        return f"no CSV: {broken}"


def _of_drive(told: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for column, (name, factor) in DRIVES.items():
        cell = told.get(column, "")
        try:
            found[name] = cell if factor == 1 or not cell else float(cell) * factor
            if name == "heading_deg" and cell:
                found[name] = float(cell) % 360  # these recordings count on over a full turn
        except ValueError:
            found[name] = cell  # what it is instead is said when it is validated
    return found


def _expected() -> str:
    return f"Expected are time, and any of: {', '.join(name for name in FIELDS if name != 'time')}."
