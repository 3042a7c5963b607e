"""The semantic layer: what an assistant declared of its records, resolved and checked, and plans held against it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from string import Formatter
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import ValidationError

from surefoot.retrieval.records.declared import (
    DimensionDecl,
    ListingDecl,
    MetricDecl,
    RecordsDecl,
    SpokenDecl,
    TableDecl,
)
from surefoot.retrieval.records.errors import PlanInvalid, RecordsInvalid
from surefoot.retrieval.records.plan import Plan
from surefoot.retrieval.records.telemetry_tables import TABLES, Kind

LONGEST_PERIOD = timedelta(days=3660)
MOST_STEPS = 1500
"""Steps of time that one reading may have."""
STEP = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(weeks=1), "month": timedelta(days=28)}
T = TypeVar("T")
_OF_STORE = {table.name: table for table in TABLES}


@dataclass(frozen=True, slots=True)
class Column:
    """Where a dimension's value is found from a table: in it, or through one look-up."""

    name: str
    through: str | None = None
    """The table's own column that names the row that is looked up."""
    table: str | None = None
    """The table that is looked up."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """How one language speaks of one assistant's records; of what it has no word for, as it is declared."""

    declared: RecordsDecl
    own: SpokenDecl

    def name(self, name: str, otherwise: str) -> str:
        """What the language calls a metric, a listing, a dimension or a value."""
        return self.own.names.get(name, otherwise)

    def called(self, title: str) -> str:
        """A metric's or a listing's title in the language."""
        known = {**self.declared.metrics, **self.declared.listings}
        return next((self.name(name, title) for name, one in known.items() if one.title == title), title)

    @property
    def subject(self) -> str:
        """What the records are about."""
        return self.name("subject", self.declared.subject)


class Semantics:
    """One assistant's records."""

    def __init__(self, declared: RecordsDecl, folder: Path) -> None:
        """Raises RecordsInvalid where names lead nowhere."""
        self.declared = declared
        self.folder = folder
        try:
            self.zone = ZoneInfo(declared.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise RecordsInvalid(f"There is no time zone '{declared.zone}': write one like Europe/Berlin.") from error
        self._check()

    def with_columns(self, columns: Mapping[str, Mapping[str, Kind]]) -> Semantics:
        """The same records, with the columns that tables were seen to have."""
        tables = {
            name: table.model_copy(update={"columns": dict(columns[name])}) if name in columns else table
            for name, table in self.declared.tables.items()
        }
        return Semantics(self.declared.model_copy(update={"tables": tables}), self.folder)

    @property
    def week_start(self) -> int:
        """The weekday on which weeks begin, Monday being 0."""
        return 6 if self.declared.week_start == "sunday" else 0

    def spoken(self, language: str) -> Spoken:
        """How a language speaks of the records."""
        return Spoken(self.declared, self.declared.spoken.get(language) or SpokenDecl.model_validate({}))

    def metric(self, name: str) -> MetricDecl:
        """A metric; raises PlanInvalid, which names the nearest."""
        return _named(self.declared.metrics, name, "metric")

    def dimension(self, name: str) -> DimensionDecl:
        """A dimension; raises PlanInvalid."""
        return _named(self.declared.dimensions, name, "dimension")

    def listing(self, name: str) -> ListingDecl:
        """A listing; raises PlanInvalid."""
        return _named(self.declared.listings, name, "listing")

    def table(self, name: str) -> TableDecl:
        """A table; raises PlanInvalid."""
        return _named(self.declared.tables, name, "table")

    def columns(self, table: str) -> Mapping[str, Kind]:
        """The columns of a table that are known before it is read: those declared, or those of the store's own."""
        declared = self.table(table)
        own = _OF_STORE.get(table) if declared.file is None and self.declared.store == "telemetry" else None
        return {**(own.columns if own else {}), **declared.columns}

    def column(self, dimension: str, table: str) -> Column | None:
        """Where a dimension's value is found from a table; None where it is not."""
        place = self.dimension(dimension).column
        home, _, name = place.rpartition(".")
        lookups = self.table(table).lookups
        if home in ("", table):
            return Column(name) if name in self.columns(table) else None
        if home in lookups.values():
            return Column(name, next(own for own, to in lookups.items() if to == home), home)
        direct = next((own for own, to in lookups.items() if to == home), None)
        return Column(name, direct, home) if direct else None

    def bases(self, metric: str) -> tuple[str, ...]:
        """The metrics with a table of their own that a metric is reckoned from."""
        declared = self.metric(metric)
        parts = made_of(declared)
        return tuple(base for part in parts for base in self.bases(part)) if parts else (metric,)

    def tables_of(self, plan: Plan) -> tuple[str, ...]:
        """The tables that a plan reads, each once."""
        metrics = (*plan.metrics, *(c.metric for c in plan.conditions))
        bases = [base for metric in metrics for base in self.bases(metric)]
        found = [self.metric(base).table or "" for base in bases]
        listed = [self.listing(plan.listing).table] if plan.listing else []
        return tuple(dict.fromkeys([*found, *listed]))

    def things_of(self, dimension: str) -> str:
        """The dimension whose values have this one's: vehicles their class, places their kind; else the things."""
        home = self.dimension(dimension).column.rpartition(".")[0]
        return (self.table(home).key if home else None) or self.declared.thing

    def dimensions_of(self, plan: Plan) -> frozenset[str]:
        """The dimensions by which everything that a plan reads can be told apart."""
        tables = self.tables_of(plan)
        return frozenset(
            name for name in self.declared.dimensions if all(self.column(name, table) is not None for table in tables)
        )

    def validated(self, plan: Plan) -> Plan:
        """The plan, which can be read; raises PlanInvalid, which says what can be asked instead."""
        if not plan.metrics and plan.listing is None:
            raise PlanInvalid(f"The plan names nothing to read. Metrics: {_listed(self.declared.metrics)}.")
        tables = self.tables_of(plan)
        possible = self.dimensions_of(plan)
        for dimension in (*plan.by, *(f.dimension for f in plan.filters)):
            self.dimension(dimension)
            if dimension not in possible:
                named = (*plan.metrics, *([plan.listing] if plan.listing else []))
                what = ", ".join(self._title(name) for name in named)
                raise PlanInvalid(f"{what} cannot be told apart by {dimension}. By these it can: {_listed(possible)}.")
        for single in plan.filters:
            if not single.values:
                raise PlanInvalid(f"The filter on {single.dimension} names no value.")
        self._check_time(plan, tables)
        if plan.top is not None and not 1 <= plan.top.limit <= 1000:
            raise PlanInvalid(f"The first {plan.top.limit} cannot be shown: ask for 1 to 1,000.")
        return plan

    def _check_time(self, plan: Plan, tables: Iterable[str]) -> None:
        timeless = [name for name in tables if self.table(name).time is None]
        if timeless and (plan.grain or plan.against):
            raise PlanInvalid(f"The rows of {timeless[0]} have no time, so they cannot be told apart by time.")
        for period in (plan.period, plan.against):
            if period is not None and period.end <= period.start:
                raise PlanInvalid("The period ends before it begins: name its start first.")
            if period is not None and period.end - period.start > LONGEST_PERIOD:
                raise PlanInvalid("The period is longer than ten years: name a shorter one.")
        if plan.grain and plan.period and (plan.period.end - plan.period.start) / STEP[plan.grain] > MOST_STEPS:
            raise PlanInvalid(f"The period has more than {MOST_STEPS:,} steps of one {plan.grain}: take longer steps.")

    def _title(self, name: str) -> str:
        known: Mapping[str, Any] = {**self.declared.listings, **self.declared.metrics}
        return known[name].title

    def _check(self) -> None:
        for name, table in self.declared.tables.items():
            for target in (*table.lookups.values(), *([table.universe] if table.universe else [])):
                if target not in self.declared.tables:
                    raise RecordsInvalid(f"Table '{name}' names a table '{target}', which is not declared.")
        for name, metric in self.declared.metrics.items():
            lost = [part for part in made_of(metric) if part not in self.declared.metrics]
            if lost or (metric.table is not None and metric.table not in self.declared.tables):
                raise RecordsInvalid(f"Metric '{name}' names '{(lost or [metric.table])[0]}', which is not declared.")
        self._check_circles()
        self._check_spoken()
        for word, meanings in self.declared.ambiguous.items():
            lost = [m for m in meanings if m not in self.declared.metrics and m not in self.declared.listings]
            if lost:
                raise RecordsInvalid(f"The word '{word}' is said to mean '{lost[0]}', which is not declared.")

    def _check_spoken(self) -> None:
        for language, spoken in self.declared.spoken.items():
            for text, known in self._patterns(spoken):
                try:
                    lost = {name for _, name, _, _ in Formatter().parse(text) if name is not None} - known
                except ValueError as error:
                    raise RecordsInvalid(f"In the language '{language}', '{text}' cannot be read: {error}.") from error
                if lost:
                    named = f"'{text}' names '{min(lost)}', which is not known"
                    raise RecordsInvalid(f"In the language '{language}', {named}.")

    def _patterns(self, spoken: SpokenDecl) -> list[tuple[str, set[str]]]:
        """What is said in a language, with what can be filled in."""
        ends = {"who", "when"}
        return [
            *((text, {"value"}) for text in spoken.who.values()),
            *((text, {"who", "value"}) for text in spoken.of.values()),
            *((text, {*ends, "of", "value", "number"}) for text in spoken.says.values()),
            *((text, ends) for text in (*spoken.most.values(), *spoken.least.values())),
            *(
                (text, set(_named(self.declared.listings, name, "listing").columns))
                for name, text in spoken.rows.items()
            ),
        ]

    def _check_circles(self) -> None:
        for name in self.declared.metrics:
            try:
                self.bases(name)
            except RecursionError as error:
                raise RecordsInvalid(f"Metric '{name}' is reckoned from itself.") from error


def made_of(metric: MetricDecl) -> tuple[str, ...]:
    """The metrics that a metric is reckoned from; none where it has rows of its own."""
    if metric.ratio:
        return metric.ratio.of, metric.ratio.over
    if metric.score:
        return *metric.score.weights, metric.score.per
    return metric.total or ()


def load_semantics(folder: Path, zone: str = "UTC") -> Semantics | None:
    """An assistant's records from `records.yaml` in its folder; None where there is none. Raises RecordsInvalid.

    zone: the time zone that holds where they declare none.
    """
    path = folder / "records.yaml"
    if not path.is_file():
        return None
    try:
        declared = RecordsDecl.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (yaml.YAMLError, UnicodeDecodeError, ValidationError) as error:
        raise RecordsInvalid(f"{path} does not declare records: {error}") from error
    return Semantics(declared if declared.zone else declared.model_copy(update={"zone": zone}), folder)


def _named(known: Mapping[str, T], name: str, kind: str) -> T:
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.4)
    meant = f"Did you mean {' or '.join(near)}? " if near else ""
    raise PlanInvalid(f"There is no {kind} '{name}'. {meant}There are: {_listed(known)}.")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"
