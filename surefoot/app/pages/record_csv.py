"""A reading's rows as CSV (RFC 4180), harmless for spreadsheets."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime

from surefoot.app.client.reading_forms import ColumnForm, ReadingForm, Value
from surefoot.app.pages.record_words import aware, zone_of

_FORMULA = re.compile(r"^\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")
"""Beginnings that spreadsheets take for a formula (OWASP, CSV injection)."""
MARK = "\ufeff"
"""The byte order mark that tells spreadsheets that it is UTF-8."""


def written(reading: ReadingForm) -> str:
    """All rows that the answer keeps; moments in the reading's zone, numbers as they were read."""
    columns = [column for column in reading.columns if column.name != "route"]
    out = io.StringIO(newline="")
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow([harmless(_head(column)) for column in columns])
    zone = zone_of(reading.zone)
    for row in reading.rows:
        values = (row.get(column.name) for column in columns)
        rows.writerow([_cell(v.astimezone(zone) if isinstance(v := _aware(w), datetime) else v) for w in values])
    return MARK + out.getvalue()


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe stands before what looks like one."""
    return f"'{text}" if _FORMULA.match(text) else text


def file_name(reading: ReadingForm) -> str:
    """A name for the file: what it holds and of when."""
    name = re.sub(r"[^a-z0-9]+", "-", (reading.title or reading.metric).lower()).strip("-") or "reading"
    when = reading.as_of.astimezone(zone_of(reading.zone)).strftime("-%Y-%m-%d-%H%M") if reading.as_of else ""
    return f"{name}{when}.csv"


def _head(column: ColumnForm) -> str:
    title = column.title or column.name
    return f"{title} ({column.unit})" if column.unit else title


def _aware(value: Value) -> Value:
    return aware(value) if isinstance(value, datetime) else value


def _cell(value: Value) -> str | int | float:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.isoformat(timespec="seconds")
        case int() | float():
            return value
        case _:
            return harmless(str(value))
