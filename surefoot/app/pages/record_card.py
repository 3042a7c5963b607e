"""A reading as HTML: the number, the plan in plain words, how fresh it is, what it does not know, and its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from surefoot.app.client.citation_forms import CitationForm
from surefoot.app.client.reading_forms import ColumnForm, ReadingForm, Value
from surefoot.app.pages import record_words
from surefoot.app.pages.markup import act, escape, icon
from surefoot.app.pages.places import address
from surefoot.app.pages.quoting import chip_still
from surefoot.app.pages.record_words import zone_of

FIRST = 10
"""Rows that are shown at once."""
MOST = 500
"""Rows that a page holds; the file has all."""
LONG = 16
"""Letters of a cell beyond which it may be broken into lines."""
STACKED = 4
"""Columns from which a row is a list of its own on a phone, each cell with its column's name."""
TRIPS = frozenset({"routes", "trip_list"})
"""Listings whose rows are trips."""
COLOURS = 6
"""Colours of trips on the map, after which they begin again; each trip has its number too."""


def head(reading: ReadingForm, citations: Sequence[CitationForm] = ()) -> str:
    """What it says, of when, and how sure."""
    numbers = "".join(chip_still(c) for c in _firsts(citations) if c.reading and c.reading == reading.id)
    lines = [value(reading), f'<p class="sf-record-told">{numbers}{escape(record_words.upper(reading.told))}</p>']
    if compared := record_words.changed(reading):
        lines.append(f'<p class="sf-detail">{_arrow(reading)} {escape(compared)}</p>')
    facts = [as_of(reading.as_of, reading.zone), simulated() if reading.simulated else ""]
    lines.append(f'<p class="sf-record-facts">{"".join(filter(None, facts))}</p>')
    return "".join([*lines, incomplete(reading.incomplete), unknown(reading)])


def value(reading: ReadingForm) -> str:
    """The number, large; nothing where there is not one number."""
    if reading.value is None:
        return ""
    number = record_words.digits(reading.value, reading.decimals)
    unit = record_words.singular(reading.unit) if number == "1" else reading.unit
    return f'<p class="sf-record-value"><b>{number}</b> <span>{escape(unit)}</span></p>'


def as_of(at: datetime | None, zone: str) -> str:
    """The moment that it tells of, with its age; the browser counts on."""
    if at is None:
        return f'<span class="sf-age sf-warn">{icon("schedule")} Nothing was ever heard</span>'
    at = record_words.aware(at)
    old = record_words.age(at)
    stale = old > record_words.STALE_SECONDS
    told = f"as of {record_words.moment(at, zone_of(zone))}"
    return (
        f'<span class="sf-age{" sf-warn" if stale else ""}" data-as-of="{at.isoformat()}">'
        f'<span class="sf-age-old">{icon("history")} Old: </span>'
        f'{escape(told)}, <span class="sf-age-ago">{record_words.ago(old)}</span></span>'
    )


def simulated() -> str:
    """The mark of what is made up."""
    why = "Made up by the simulator, not heard from vehicles"
    return f'<span class="sf-badge" title="{why}">{icon("science")} Simulated data</span>'


def incomplete(why: str) -> str:
    """That figures are not complete yet, in a line; nothing where they are."""
    if not why:
        return ""
    return f'<p class="sf-detail sf-warn">{icon("hourglass_top")} Not complete yet. {escape(why)}</p>'


def unknown(reading: ReadingForm) -> str:
    """What was not heard of, in a line; nothing where all was."""
    gaps = reading.unknown
    if gaps is None or not gaps.things:
        return ""
    of = "one vehicle" if gaps.things == 1 else f"{gaps.things:,} vehicles"
    together = "" if gaps.things == 1 else " together"
    told = f"Nothing was heard of {of} for {record_words.length(gaps.seconds)}{together}: that time is not counted."
    return f'<p class="sf-detail sf-warn">{icon("signal_disconnected")} {escape(told)}</p>'


def table(reading: ReadingForm) -> str:
    """The rows; ten first, all of them on request."""
    columns = record_words.shown(reading)
    if not reading.rows or (len(reading.rows) == 1 and len(columns) < 2):
        return ""
    aligned = {column.name: _kind(reading, column) for column in columns}
    numbered = reading.drawn == "route"
    heads = ['<th scope="col" class="sf-right"><span class="sf-unread">Number</span></th>'] if numbered else []
    heads += [f'<th scope="col"{aligned[c.name]}>{escape(record_words.upper(c.title))}</th>' for c in columns]
    rows = "".join(_row(reading, row, n, aligned) for n, row in enumerate(reading.rows[:MOST]))
    kind = "sf-table sf-stack" if len(columns) >= STACKED else "sf-table"
    whole = f'<table class="{kind}"><thead><tr>{"".join(heads)}</tr></thead><tbody>{rows}</tbody></table>'
    told = escape(record_words.upper(reading.title))
    scroll = f'<div class="sf-table-scroll" role="region" tabindex="0" aria-label="{told}">{whole}</div>'
    return f'<div class="sf-record-rows">{scroll}{_more(reading)}</div>'


def headed(reading: ReadingForm) -> str:
    """Title, time and source of a map; a chart has them in its picture."""
    title, below = record_words.headed(reading)
    return f'<p class="sf-detail"><b>{escape(title)}</b> · {escape(" · ".join(below))}</p>'


def counted(reading: ReadingForm) -> str:
    """What is counted, and where that is written."""
    if not reading.definition:
        return ""
    source = f'<p class="sf-detail">Source: {escape(reading.source)}</p>' if reading.source else ""
    return (
        '<details class="sf-record-counted"><summary>What is counted</summary>'
        f"<p>{escape(reading.definition)}</p>{source}</details>"
    )


def vehicle_link(name: str, at: datetime | None = None) -> str:
    """A vehicle's name that leads to its page, at a moment where there is one."""
    when = record_words.aware(at).isoformat(timespec="seconds") if at else ""
    link = f'href="{escape(address("fleet", vehicle=name, at=when))}" {act("vehicle", vehicle=name, at=when)}'
    return f'<a class="sf-link" {link}>{escape(name)}</a>'


def colour(number: int) -> str:
    """The mark of a trip that is drawn on a map: its number in its colour."""
    return f'<span class="sf-trip-mark" data-colour="{number % COLOURS}">{number + 1}</span>'


def _firsts(citations: Sequence[CitationForm]) -> list[CitationForm]:
    return list({c.number: c for c in citations}.values())


def _arrow(reading: ReadingForm) -> str:
    if reading.value is None or reading.before is None or reading.value == reading.before:
        return icon("trending_flat")
    return icon("trending_up" if reading.value > reading.before else "trending_down")


def _kind(reading: ReadingForm, column: ColumnForm) -> str:
    """The class of a column's cells: figures stand at the right, long words may be broken into lines."""
    held = [value for row in reading.rows if (value := row.get(column.name)) is not None]
    if held and isinstance(held[0], (int, float)) and not isinstance(held[0], bool):
        return ' class="sf-right"'
    long = any(isinstance(value, str) and len(value) > LONG for value in held)
    return ' class="sf-words"' if long else ""


def _row(reading: ReadingForm, row: Mapping[str, Value], number: int, aligned: Mapping[str, str]) -> str:
    cells = [f'<td class="sf-right" data-label="Trip">{colour(number)}</td>'] if reading.drawn == "route" else []
    zone = zone_of(reading.zone)
    start = row.get("start")
    at = start if isinstance(start, datetime) else None
    for column in record_words.shown(reading):
        held = row.get(column.name)
        label = f' data-label="{escape(record_words.upper(column.title))}"'
        if column.name == "vehicle" and isinstance(held, str) and held:
            cells.append(f"<td{label}>{vehicle_link(held, at)}</td>")
        else:
            cells.append(f"<td{aligned[column.name]}{label}>{escape(record_words.cell(held, column, zone))}</td>")
    thing = f' data-thing="{escape(reading.id)}-{number}"' if reading.drawn in {"route", "points"} else ""
    return f"<tr{thing}>{''.join(cells)}</tr>"


def _more(reading: ReadingForm) -> str:
    kept, total = len(reading.rows), max(reading.total, len(reading.rows))
    if kept <= FIRST:
        return ""
    if total <= min(kept, MOST):
        return f"<details><summary>All {kept:,} rows</summary></details>"
    held = f"The first {min(kept, MOST):,} of {total:,} rows"
    return f"<details><summary>{held}</summary></details>"
