"""Words a reading: a sentence with its figures, the moment of which it tells, and what it does not know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from surefoot.core.readings import Cell, Reading, ReadingColumn
from surefoot.retrieval.records.declared import DimensionDecl
from surefoot.retrieval.records.plan import Condition, Plan
from surefoot.retrieval.records.semantic import Semantics
from surefoot.retrieval.records.telling import joined
from surefoot.serving.live.figures import cell, figure, length, moment

NAMED = 5
"""Groups that a sentence names; the others stand in the table."""


@dataclass(frozen=True, slots=True)
class Worded:
    """An answer from a reading."""

    sentence: str
    """It holds the figures."""
    more: tuple[str, ...] = ()
    """Sentences about it: as of when, what is unknown."""
    found: bool = True
    """Whether there were rows."""


def worded(reading: Reading, plan: Plan, semantics: Semantics, assumed: str = "") -> Worded:
    """A reading in words."""
    found = bool(reading.rows) and any(value is not None for row in reading.rows for value in row[_keys(plan) :])
    if plan.counting or (plan.closed and plan.listing is not None):
        found = found or bool(reading.rows) or reading.as_of is not None
    found = found and not _is_before(reading)
    sentence = _sentence(reading, plan, semantics) if found else _nothing(reading, plan)
    return Worded(sentence, tuple(_more(reading, semantics, assumed)), found)


def _is_before(reading: Reading) -> bool:
    """Whether all that is asked for lies before the first row, so that none is no number."""
    return reading.begins is not None and reading.end is not None and reading.end <= reading.begins


def _sentence(reading: Reading, plan: Plan, semantics: Semantics) -> str:
    if plan.listing is not None:
        return _listing(reading, plan, semantics)
    ways = (
        (plan.counting, _counted),
        (plan.closed, _closed),
        (plan.averaged, _averaged),
        (plan.grain is not None and plan.top is None, _along),
        (plan.grouped, _groups),
    )
    word = next((way for fits, way in ways if fits), _single)
    return word(reading, plan, semantics)


def _averaged(reading: Reading, plan: Plan, semantics: Semantics) -> str:
    del plan, semantics
    return f"{_upper(reading.told)}: {_number(reading)}."


def _single(reading: Reading, plan: Plan, semantics: Semantics) -> str:
    del plan
    figures = [
        f"no value for {column.title}" if value is None else f"{column.title} {cell(value, column, semantics.zone)}"
        for column, value in zip(reading.columns, reading.rows[0], strict=True)
        if column.name != "before"
    ]
    if len(figures) > 1:
        return f"{_upper(reading.told)}: {', '.join(figures)}."
    return f"{_upper(reading.told)}: {_number(reading)}{_beside(reading)}."


def _beside(reading: Reading) -> str:
    """How much more or less it was in the other period."""
    if not reading.before_told:
        return ""
    if reading.value is None or reading.before is None:
        return f"; there is no reading for {reading.before_told}"
    other = figure(reading.before, reading.unit, reading.decimals)
    change = reading.value - reading.before
    if round(change, reading.decimals) == 0:
        return f", as much as {reading.before_told}"
    share = f" ({abs(change) / abs(reading.before):.0%})" if reading.before else ""
    side = "more" if change > 0 else "less"
    return f", {figure(abs(change), reading.unit, reading.decimals)}{share} {side} than {reading.before_told} ({other})"


def _groups(reading: Reading, plan: Plan, semantics: Semantics) -> str:
    keys = _keys(plan)
    known = [row for row in reading.rows if any(value is not None for value in row[keys:])]
    named = [_group(reading, plan, row, semantics) for row in known[:NAMED]]
    more = len(known) - len(named)
    rest = f", and {more} more in the table" if more > 0 else ""
    total = f" of {reading.total:,}" if plan.top and reading.total > len(reading.rows) else ""
    many = f" ({len(reading.rows)}{total})" if len(reading.rows) > 1 else ""
    blank = _blank(reading, plan, [row for row in reading.rows if row not in known], semantics)
    return f"{_upper(reading.told)}{many}: {'; '.join(named)}{rest}{blank}."


def _blank(reading: Reading, plan: Plan, rows: Sequence[Sequence[Cell]], semantics: Semantics) -> str:
    """Which groups have no figure."""
    if not rows:
        return ""
    names = [_key(reading, plan, row, semantics) for row in rows[:NAMED]]
    more = len(rows) - len(names)
    return f"; no value for {joined([*names, *([f'{more:,} more'] if more else [])])}"


def _group(reading: Reading, plan: Plan, row: Sequence[Cell], semantics: Semantics) -> str:
    columns = reading.columns
    numbers = [
        f"{cell(row[n], columns[n], semantics.zone)}{' before' if columns[n].name == 'before' else ''}"
        for n in range(_keys(plan), len(columns))
    ]
    return f"{_key(reading, plan, row, semantics)} {' / '.join(numbers)}"


def _key(reading: Reading, plan: Plan, row: Sequence[Cell], semantics: Semantics) -> str:
    """What names a row; what has no name there says of what."""
    return ", ".join(_name(row[n], reading.columns[n], semantics) for n in range(_keys(plan)))


def _name(value: Cell, column: ReadingColumn, semantics: Semantics) -> str:
    return f"no {column.title}" if value in (None, "") else cell(value, column, semantics.zone)


def _along(reading: Reading, plan: Plan, semantics: Semantics) -> str:
    """A course: its highest and lowest steps; the chart shows the rest."""
    keys = _keys(plan)
    known = [row for row in reading.rows if row[keys] is not None]
    high = max(known, key=lambda row: float(row[keys] or 0))  # type: ignore[arg-type]
    low = min(known, key=lambda row: float(row[keys] or 0))  # type: ignore[arg-type]
    told = [
        f"{_step(row, reading, plan, semantics)} with {cell(row[keys], reading.columns[keys], semantics.zone)}"
        for row in (high, low)
    ]
    if len(known) == 1:
        return f"{_upper(reading.told)}: only {told[0]}."
    return f"{_upper(reading.told)}: the highest {told[0]}, the lowest {told[1]}."


def _step(row: Sequence[Cell], reading: Reading, plan: Plan, semantics: Semantics) -> str:
    names = [_name(row[n], reading.columns[n], semantics) for n in range(_keys(plan))]
    step = names[-1] if plan.grain and plan.grain.value == "hour" else names[-1].partition(",")[0]
    begins = "week from " if plan.grain and plan.grain.value == "week" else ""
    return ", ".join([*names[:-1], f"{begins}{step}"])


def _counted(reading: Reading, plan: Plan, semantics: Semantics) -> str:
    names = [_name(row[0], reading.columns[0], semantics) for row in reading.rows[:NAMED]]
    more = reading.total - len(names)
    listed = f": {joined([*names, *([f'{more:,} more'] if more else [])])}" if names else ""
    what = semantics.dimension(plan.by[0]) if plan.by else None
    return f"{reading.total:,} {_many(reading.total, what)} ({reading.told}){listed}."


def _many(number: int, what: DimensionDecl | None) -> str:
    """A dimension's name behind a number."""
    if what is None:
        return "rows"
    return what.of_many(number)


def _closed(reading: Reading, plan: Plan, semantics: Semantics) -> str:
    values = dict.fromkeys(c.metric for c in plan.conditions)
    row = reading.rows[0] if reading.rows else ()
    known = {column.name: value for column, value in zip(reading.columns, row, strict=False)}
    values |= {name: known.get(name) for name in values}
    holds = all(_holds(c, values[c.metric]) for c in plan.conditions)
    metric = semantics.metric(plan.metrics[0])
    value = known.get(plan.metrics[0])
    shown = figure(float(value) if isinstance(value, (int, float)) else None, metric.unit, metric.decimals)
    return f"{'Yes' if holds else 'No'}: {reading.told}: {shown}."


def _holds(condition: Condition, value: Cell) -> bool:
    return isinstance(value, (int, float)) and condition.op.holds(float(value), condition.value)


def _listing(reading: Reading, plan: Plan, semantics: Semantics) -> str:
    if plan.counting:
        what = semantics.dimension(plan.by[0]) if plan.by else None
        return f"{reading.total:,} {_many(reading.total, what)} ({reading.told})."
    if plan.closed:
        return f"{'Yes' if reading.rows else 'No'}: {reading.told}: {reading.total:,}."
    if len(reading.rows) == 1:
        return f"{_upper(reading.told)}: {_fields(reading, reading.rows[0], semantics)}."
    first = _fields(reading, reading.rows[0], semantics)
    return f"{_upper(reading.told)}: {reading.total:,} in all{_before(reading)}; the first: {first}."


def _before(reading: Reading) -> str:
    """How many of the rows began before the time asked for, of which only a part lies in it."""
    at = next((n for n, column in enumerate(reading.columns) if column.name == "start"), None)
    if at is None or reading.start is None:
        return ""
    starts = [value for row in reading.rows if isinstance(value := row[at], datetime)]
    begun = sum(start < reading.start for start in starts)
    return f", {begun:,} of which began before" if begun else ""


def _fields(reading: Reading, row: Sequence[Cell], semantics: Semantics) -> str:
    told = [
        f"{column.title} {cell(value, column, semantics.zone)}"
        for column, value in zip(reading.columns, row, strict=True)
        if column.title and value not in (None, "")
    ]
    return ", ".join(told)


def _nothing(reading: Reading, plan: Plan) -> str:
    known = reading.as_of is not None and not reading.incomplete
    if plan.conditions and not plan.closed and known and not _is_before(reading):
        return f"None ({reading.told})."
    yet = " yet" if reading.incomplete else ""
    return f"There are no readings for this{yet}: {reading.told}."


def _more(reading: Reading, semantics: Semantics, assumed: str) -> list[str]:
    said: list[str] = []
    if reading.incomplete:
        said.append(f"{reading.incomplete} So these figures are not complete yet.")
    if assumed:
        said.append(f"No time was named, so this is {assumed}.")
    if reading.begins is not None:
        said.append(
            f"There are no readings from before {moment(reading.begins, semantics.zone)}, so earlier time is not in it."
        )
    if reading.unknown is not None:
        things = semantics.dimension(semantics.declared.thing)
        many = things.of_many(reading.unknown.things)
        time = length(reading.unknown.seconds)
        were = "was" if reading.unknown.things == 1 else "were"
        said.append(f"In this time {reading.unknown.things:,} {many} {were} not heard of for {time} in all.")
    if reading.as_of is not None:
        said.append(f"As of {moment(reading.as_of, semantics.zone)}.")
    return said


def _number(reading: Reading) -> str:
    return figure(reading.value, reading.unit, reading.decimals)


def _keys(plan: Plan) -> int:
    """How many columns name a row."""
    if plan.listing is not None:
        return 0
    return len(plan.by) + (1 if plan.grain else 0)


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
