"""Draws readings as charts: bars, and lines over time whose gaps stay gaps."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from surefoot.app.client.reading_forms import ColumnForm, ReadingForm, Value
from surefoot.app.pages import record_words
from surefoot.app.pages.record_words import zone_of

BARS = 25
SERIES = 6
"""Lines in one chart; more cannot be told apart."""
DOTTED = 60
"""Points up to which each is marked."""
STEP = 26
"""Pixels of a bar with its gap."""
HEIGHT, LEGEND = 240, 70
NARROW = 46
"""Characters of a line below the title, so that it fits a phone."""
BLANK = 5
"""Names without a figure that are told."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the columns of a reading are for."""

    keys: tuple[ColumnForm, ...]
    """They name a row."""
    number: ColumnForm | None
    """The first that is a number of the metric."""
    time: ColumnForm | None
    """The step of time."""


def parts(reading: ReadingForm) -> Parts:
    """The columns of a reading by what they are for."""
    shown = record_words.shown(reading)
    number = next((c for c in shown if c.name == reading.metric), None)
    number = number or next((c for c in shown if c.decimals is not None and c.name != "before"), None)
    time = next((c for c in shown if c.name == "time"), None) if reading.drawn == "line" else None
    keys = tuple(c for c in shown if c.decimals is None and c != time)
    return Parts(keys, number, time)


def left_out(reading: ReadingForm) -> str:
    """What the chart does not show, in words; empty where it shows all."""
    found = parts(reading)
    if reading.drawn == "bars":
        return _bars_left_out(reading, found)
    if reading.drawn == "line" and (count := len(_series(reading, found))) > SERIES:
        return f"The chart shows {SERIES} of {count:,} lines, those with the highest values; the table has them all."
    return ""


def _bars_left_out(reading: ReadingForm, found: Parts) -> str:
    """Rows beyond the first, and those that have no figure to draw."""
    drawn, told = _drawn(reading, found), list[str]()
    if len(drawn) > BARS:
        told.append(f"The chart shows the first {BARS} of {len(drawn):,} rows; the table has them all.")
    if without := [_name(reading, row, found.keys) for row in reading.rows if row not in drawn]:
        some = ", ".join(without[:BLANK]) + (f" and {len(without) - BLANK:,} more" if len(without) > BLANK else "")
        told.append(f"There is no figure for {some}.")
    return " ".join(told)


def _drawn(reading: ReadingForm, found: Parts) -> list[Mapping[str, Value]]:
    """The rows that have a figure: one without would shift the others' figures."""
    return [row for row in reading.rows if found.number and row.get(found.number.name) is not None]


def draws(reading: ReadingForm) -> bool:
    """Whether there is something to draw: two bars, or two points of time."""
    found = parts(reading)
    if found.number is None or len(reading.rows) < 2:
        return False
    held = sum(row.get(found.number.name) is not None for row in reading.rows)
    return held > 0 and (reading.drawn == "bars" or (reading.drawn == "line" and found.time is not None))


def chart(reading: ReadingForm) -> Any:
    """The chart, by Altair; only for a reading that `draws`."""
    found = parts(reading)
    if found.number is None:
        raise ValueError(f"A chart of {reading.metric} needs a column of numbers.")
    if reading.drawn == "line" and found.time is not None:
        return _lines(reading, found, found.number, found.time)
    return _bars(reading, found, found.number)


def _bars(reading: ReadingForm, found: Parts, number: ColumnForm) -> Any:
    import altair as alt

    rows = [
        {
            "name": _name(reading, row, found.keys),
            "value": row.get(number.name),
            "before": row.get("before"),
            "shown": record_words.cell(row.get(number.name), number, zone_of(reading.zone)),
        }
        for row in _drawn(reading, found)[:BARS]
    ]
    labels = alt.Axis(title=None, labelLimit=180, ticks=False, domain=False, labelPadding=8)
    base = alt.Chart(alt.Data(values=rows)).encode(y=alt.Y("name:N", sort=None, axis=labels))
    value = alt.X("value:Q", axis=None, scale=alt.Scale(zero=True, padding=0))
    told = [alt.Tooltip("name:N", title=_titles(found.keys)), alt.Tooltip("shown:N", title=number.title)]
    shown = json.dumps([row["shown"] for row in rows])
    figures = labels.copy()
    figures.orient, figures.labelExpr = "right", f"{shown}[round(datum.index * (length({shown}) - 1))]"
    layers = [
        base.mark_bar(cornerRadiusEnd=4, height=16).encode(x=value, tooltip=told),
        # The figures are labels of an axis, because only those take the colours of the page's theme.
        base.mark_point(opacity=0, tooltip=False).encode(x=value, y=alt.Y("name:N", sort=None, axis=figures)),
    ]
    if any(row["before"] is not None for row in rows):
        layers.append(base.mark_tick(thickness=2, height=20, opacity=0.6).encode(x="before:Q"))
    drawn = alt.layer(*layers).resolve_axis(y="independent")
    return drawn.properties(height={"step": STEP}, **_named(reading))


def _lines(reading: ReadingForm, found: Parts, number: ColumnForm, time: ColumnForm) -> Any:
    import altair as alt

    series = _series(reading, found)[:SERIES]
    rows = [
        {
            "time": _wall(row.get(time.name), reading.zone),
            "value": row.get(number.name),
            "series": name,
            "when": record_words.cell(row.get(time.name), time, zone_of(reading.zone)),
            "shown": record_words.cell(row.get(number.name), number, zone_of(reading.zone)),
        }
        for row in reading.rows
        if (name := _name(reading, row, found.keys)) in series
    ]
    points = len(rows) <= DOTTED * len(series)
    told = [
        alt.Tooltip("when:N", title=time.title),
        *([alt.Tooltip("series:N", title=_titles(found.keys))] if found.keys else []),
        alt.Tooltip("shown:N", title=number.title),
    ]
    drawn = alt.Chart(alt.Data(values=rows)).mark_line(
        point={"size": 30, "filled": True} if points else False, strokeWidth=2, invalid="break-paths-show-domains"
    )
    axis = alt.Axis(title=None, grid=False, labelOverlap=True, tickCount=6, format=_format(reading))
    drawn = drawn.encode(
        x=alt.X("time:T", axis=axis),
        y=alt.Y("value:Q", title=_unit(number), scale=alt.Scale(zero=True), axis=alt.Axis(tickCount=5)),
        tooltip=told,
    )
    if found.keys:
        legend = alt.Legend(title=None, orient="bottom", columns=2, labelLimit=160)
        scale = alt.Scale(domain=series)
        drawn = drawn.encode(
            color=alt.Color("series:N", legend=legend, scale=scale),
            strokeDash=alt.StrokeDash("series:N", legend=legend, scale=scale),
        )
    return drawn.properties(height=HEIGHT + (LEGEND if found.keys else 0), **_named(reading))


def _named(reading: ReadingForm) -> dict[str, Any]:
    """The title that a picture takes with it where it is saved, and what is read out of it."""
    import altair as alt

    title, below = record_words.headed(reading)
    lines = [line for one in below for line in textwrap.wrap(one, NARROW)]
    # Lines of the title, not a subtitle: only a title takes the colour of the page's theme.
    shown = alt.TitleParams([title, *lines], anchor="start", frame="bounds", fontSize=12, fontWeight="normal")
    return {"title": shown, "description": described(reading)}


def described(reading: ReadingForm) -> str:
    """The chart for those who hear it; the rows stand below it as a table."""
    return f"Chart of {reading.told}. The table below has its figures."


def _series(reading: ReadingForm, found: Parts) -> list[str]:
    """The names of the lines, highest first."""
    highest: dict[str, float] = {}
    for row in reading.rows:
        name, value = _name(reading, row, found.keys), row.get(found.number.name) if found.number else None
        number = float(value) if isinstance(value, (int, float)) else float("-inf")
        highest[name] = max(highest.get(name, float("-inf")), number)
    return sorted(highest, key=lambda name: -highest[name])


def _name(reading: ReadingForm, row: Mapping[str, Value], keys: Sequence[ColumnForm]) -> str:
    zone = zone_of(reading.zone)
    return " · ".join(record_words.cell(row.get(key.name), key, zone) for key in keys)


def _titles(keys: Sequence[ColumnForm]) -> str:
    return " · ".join(key.title for key in keys)


def _unit(number: ColumnForm) -> str:
    return f"{number.title} ({number.unit})" if number.unit and number.unit != number.title else number.title


def _format(reading: ReadingForm) -> str:
    """Clock or day below the axis, by how much time it shows (d3-time-format)."""
    start, end = reading.period.start, reading.period.end
    if start is None or end is None or end - start > timedelta(days=14):
        return "%-d %b"
    return "%H:%M" if end - start <= timedelta(hours=26) else "%a %-d %b"


def _wall(value: Value, zone: str) -> str | None:
    """A moment as the clock on the wall of the reading's zone shows it, wherever the reader is."""
    if isinstance(value, datetime):
        value = record_words.aware(value).astimezone(zone_of(zone)).replace(tzinfo=None)
        return value.isoformat(timespec="seconds")
    return f"{value.isoformat()}T00:00:00" if isinstance(value, date) else None
