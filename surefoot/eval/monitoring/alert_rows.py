"""The rows of a reading that fulfil a rule: what each alert is about, what it says, and what it stands on."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from surefoot.core.readings import Cell, Reading, ReadingColumn
from surefoot.eval.monitoring.alert_declared import ConditionDecl
from surefoot.eval.monitoring.alert_nouns import THINGS
from surefoot.eval.monitoring.alert_rules import FIELD, Rule, measured
from surefoot.retrieval.records.plan import Plan
from surefoot.retrieval.records.semantic import Semantics
from surefoot.retrieval.records.telemetry_tables import Kind

LONGEST = 1000
"""Characters of an alert's text."""
Json = dict[str, Any]
MORE_DECIMALS = 4
_UNSEEN = frozenset({"route", "latitude", "longitude"})
"""Columns that are for maps."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row that fulfils a rule's conditions."""

    key: str
    """JSON of the values that tell it apart, in the order of the rule's `by`."""
    thing: str | None
    """Whose groups may see it, such as a vehicle; None where it is about no single one."""
    text: str
    reading: Json
    """What the alert stands on: value, unit, period, as_of, the plan in words, the row's cells."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule found at a moment."""

    rows: tuple[Row, ...]
    complete: bool = True
    """False where there are more rows than were read, so that a missing one says nothing."""


def found_rows(rule: Rule, reading: Reading, semantics: Semantics, now: datetime) -> Found:
    """The rows of a rule's reading that fulfil its conditions; of those with the same key the first."""
    telling = _Telling(rule, reading, semantics, now.astimezone(semantics.zone))
    rows: dict[str, Row] = {}
    for cells in telling.fulfilling():
        row = telling.row(cells)
        rows.setdefault(row.key, row)
    return Found(tuple(rows.values()), complete=reading.total <= len(reading.rows))


class _Telling:
    """Tells the rows of one reading."""

    def __init__(self, rule: Rule, reading: Reading, semantics: Semantics, now: datetime) -> None:
        self._rule, self._reading, self._semantics, self._now = rule, reading, semantics, now
        self._columns = {column.name: column for column in reading.columns}
        self._first = next(iter(rule.decl.conditions), None)
        self._limit = rule.limit(semantics)
        self._base = self._shared()

    def fulfilling(self) -> Iterator[dict[str, Cell]]:
        """The rows as cells by column; a metric's conditions were held against them when they were read."""
        for values in self._reading.rows:
            cells = dict(zip(self._columns, values, strict=True))
            if self._rule.decl.metric or all(self._holds(c, cells) for c in self._rule.decl.conditions):
                yield cells

    def row(self, cells: dict[str, Cell]) -> Row:
        """One row, told."""
        decl = self._rule.decl
        thing = self._thing_column()
        value = self._value(self._first, cells) if self._first else None
        unit, decimals = self._unit()
        told = [
            {"name": c.name, "title": c.title, "unit": c.unit, "decimals": c.decimals, "value": _plain(cells[c.name])}
            for c in self._reading.columns
            if c.name not in _UNSEEN
        ]
        named = _word(cells[thing]) if thing and cells[thing] is not None else None
        whose = {THINGS: list(self._reading.things or ())} if named is None else {}
        return Row(
            key=json.dumps([_word(cells[name]) for name in decl.by], ensure_ascii=False),
            thing=named,
            text=self._text(cells, _apart(value, decimals, self._first)),
            reading={**self._base, **whose, "value": value, "unit": unit, "decimals": decimals, "cells": told},
        )

    def _holds(self, condition: ConditionDecl, cells: Mapping[str, Cell]) -> bool:
        value = self._value(condition, cells)
        return value is not None and condition.op.holds(value, condition.value)

    def _value(self, condition: ConditionDecl, cells: Mapping[str, Cell]) -> float | None:
        """The number that a condition is about; of a moment its age in minutes."""
        cell = cells[condition.of or self._rule.decl.metric or ""]
        if isinstance(cell, datetime):
            until = cells[condition.until] if condition.until else self._now
            return round((until - cell).total_seconds() / 60, 2) if isinstance(until, datetime) else None
        plain = _plain(cell)
        return float(plain) if isinstance(plain, (int, float)) and not isinstance(plain, bool) else None

    def _unit(self) -> tuple[str, int]:
        if self._first is None:
            return "", 0
        _, unit = measured(self._rule.decl, self._first, self._semantics)
        column = self._columns[self._first.of or self._rule.decl.metric or ""]
        return unit, column.decimals or 0

    def _thing_column(self) -> str | None:
        """The column of whose groups may see a row, where the row has one."""
        thing, decl = self._semantics.declared.thing, self._rule.decl
        read = Plan(metrics=(decl.metric,) if decl.metric else (), listing=decl.listing)
        if not thing or not any(self._semantics.table(t).access for t in self._semantics.tables_of(read)):
            return None
        names = (thing, self._semantics.dimension(thing).column.rpartition(".")[2])
        return next((name for name in names if name in self._columns), None)

    def _text(self, cells: Mapping[str, Cell], value: str) -> str:
        unit, _ = self._unit()
        named = {name: self._told(cell, self._columns[name]) for name, cell in cells.items()}
        period = (self._rule.decl.period or "").strip()
        own = {"value": value, "limit": self._limit, "unit": unit, "period": period, "title": self._rule.decl.title}
        own["past"] = self._past(cells)
        filled = FIELD.sub(lambda found: {**named, **own}.get(found[1], ""), self._rule.decl.text)
        return filled if len(filled) <= LONGEST else filled[: LONGEST - 1] + "…"

    def _told(self, cell: Cell, column: ReadingColumn) -> str:
        """A cell in words, moments in the records' zone."""
        if cell is None or cell == "":
            return self._not_known(column)
        if isinstance(cell, datetime):
            at = cell.astimezone(self._semantics.zone)
            day = "" if at.date() == self._now.date() else f" on {at.day} {at:%B %Y}"
            return f"{at:%H:%M}{day}"
        if isinstance(cell, date):
            return f"{cell.day} {cell:%B %Y}"
        if isinstance(cell, (int, float)) and not isinstance(cell, bool):
            return _number(float(cell), column.decimals or 0)
        return _word(cell)

    def _not_known(self, column: ReadingColumn) -> str:
        """What stands in the place of a cell that says nothing."""
        if column.name in self._rule.decl.by:
            return f"(no {column.title})"
        listing = self._rule.decl.listing
        kind = self._semantics.columns(self._semantics.listing(listing).table).get(column.name) if listing else None
        return "an unknown time" if kind is Kind.TIME else "an unknown day" if kind is Kind.DATE else "an unknown value"

    def _past(self, cells: Mapping[str, Cell]) -> str:
        """By which of day and odometer something is past due, in words; what is still to come is not told."""
        parts: list[str] = []
        days, on = cells.get("days_left"), cells.get("due_on")
        if isinstance(days, (int, float)) and days < 0 and isinstance(on, date):
            day = f"{on.day} {on:%B %Y}"
            parts.append(
                f"it was due yesterday, {day}" if days == -1 else f"it was due on {day}, {-days:,.0f} days ago"
            )
        left, at = cells.get("km_left"), cells.get("due_km")
        if isinstance(left, (int, float)) and left <= 0 and isinstance(at, (int, float)):
            by = f" by {-left:,.0f} km" if round(-left) else ""
            parts.append(f"its odometer {'has passed' if by else 'has reached'} {at:,.0f} km{by}")
        return " and ".join(parts) or "since when is not known"

    def _shared(self) -> Json:
        """What all rows of the reading stand on."""
        reading = self._reading
        return {
            "metric": reading.metric,
            "title": reading.title,
            "limit": self._limit,
            "start": _plain(reading.start),
            "end": _plain(reading.end),
            "period": (self._rule.decl.period or "").strip(),
            "as_of": _plain(reading.as_of),
            "told": reading.told,
            "plan": reading.plan,
            "definition": reading.definition,
            "source": self._rule.decl.source or reading.source,
            "simulated": reading.simulated,
            "zone": reading.zone,
        }


def _number(value: float | None, decimals: int) -> str:
    return "unknown" if value is None else f"{value:,.{decimals}f}"


def _apart(value: float | None, decimals: int, condition: ConditionDecl | None) -> str:
    """The number with so many decimals that it fulfils its condition as it stands there: 14.7, not 15, is below 15."""
    if value is not None and condition is not None:
        more = (
            n for n in range(decimals, decimals + MORE_DECIMALS) if condition.op.holds(round(value, n), condition.value)
        )
        decimals = next(more, decimals)
    return _number(value, decimals)


def _word(cell: Cell) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return "" if cell is None else str(_plain(cell))


def _plain(cell: Cell) -> str | float | int | bool | None:
    """A cell as JSON knows it; moments in UTC, and nothing for a number that is none."""
    if isinstance(cell, float) and not math.isfinite(cell):
        return None
    if isinstance(cell, datetime):
        return cell.astimezone(UTC).isoformat()
    return cell.isoformat() if isinstance(cell, date) else cell
