"""Rules held against the records that they are about: checked once, and read as a plan at a moment."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from surefoot.eval.errors import RuleInvalid, RuleRests
from surefoot.eval.monitoring.alert_declared import ConditionDecl, RuleDecl
from surefoot.retrieval.records.errors import PlanInvalid
from surefoot.retrieval.records.plan import Condition, Filter, Op, Plan
from surefoot.retrieval.records.semantic import Semantics
from surefoot.retrieval.records.telemetry_tables import Kind
from surefoot.retrieval.records.times.found import Kind as TimeKind
from surefoot.retrieval.records.times.found import Problem, TimeFound
from surefoot.retrieval.records.times.grammar import find_times
from surefoot.retrieval.records.times.periods import Period

EVERYONE = "everyone"
MINUTE = timedelta(minutes=1)
FIELD = re.compile(r"\{([^{}]*)\}")
ALWAYS = frozenset({"value", "limit", "unit", "period", "title"})
"""Names that every text may have in braces."""
NUMBERS = frozenset({Kind.NUMBER, Kind.WHOLE})
TOLD = {Op.OVER: "over", Op.LEAST: "at least", Op.UNDER: "under", Op.MOST: "at most", Op.EQUAL: "exactly"}


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of an assistant that can be read."""

    assistant: str
    name: str
    decl: RuleDecl

    @property
    def version(self) -> str:
        """Changes with anything that is declared of it: 16 hexadecimal digits of a SHA-256."""
        return hashlib.sha256(self.decl.model_dump_json().encode()).hexdigest()[:16]

    @property
    def groups(self) -> frozenset[str]:
        """Whose rows are looked at."""
        return frozenset(self.decl.groups)

    def plan(self, semantics: Semantics, now: datetime) -> Plan:
        """The plan at a moment. Raises RuleInvalid, and RuleRests where its period has not begun just now."""
        decl = self.decl
        filters = tuple(Filter(name, values) for name, values in decl.filters.items())
        filters += tuple(Filter(name, values, exclude=True) for name, values in decl.without.items())
        found = self._time(semantics, now)
        plan = Plan(
            metrics=(decl.metric,) if decl.metric else (),
            listing=decl.listing,
            by=decl.by if decl.metric else (),
            filters=filters,
            period=self._period(semantics, found),
            open=found.open if found else False,
            conditions=_conditions(decl),
        )
        try:
            return semantics.validated(plan)
        except PlanInvalid as error:
            raise RuleInvalid(str(error)) from error

    def limit(self, semantics: Semantics) -> str:
        """Its conditions in plain words, such as 'over 9 per 1,000 km and distance at least 100 km'; may be empty."""
        return " and ".join(self._told(n, c, semantics) for n, c in enumerate(self.decl.conditions))

    def _told(self, number: int, condition: ConditionDecl, semantics: Semantics) -> str:
        title, unit = measured(self.decl, condition, semantics)
        named = f"{title} " if number or self.decl.listing else ""
        return f"{named}{TOLD[condition.op]} {condition.value:,g}{f' {unit}' if unit else ''}"

    def _time(self, semantics: Semantics, now: datetime) -> TimeFound | None:
        words = (self.decl.period or "").strip()
        if not words:
            return None
        found = _one_time(words, semantics, now)
        if found.problem is Problem.ALL_FUTURE and found.whole and not self._is_due(semantics):
            if _one_time(words, semantics, found.whole.start + MINUTE).problem is Problem.ALL_FUTURE:
                raise RuleInvalid(f"'{words}' never comes: name a time that goes on or has gone by, such as `today`.")
            raise RuleRests(f"Of '{words}' nothing has gone by yet.")
        if found.problem not in {None, Problem.ALL_FUTURE}:
            raise RuleInvalid(f"'{words}' gives no period ({found.problem}). Write one like `this week`.")
        return found

    def _period(self, semantics: Semantics, found: TimeFound | None) -> Period | None:
        return None if found is None else found.whole if self._is_due(semantics) else found.period

    def _is_due(self, semantics: Semantics) -> bool:
        return self.decl.listing is not None and semantics.listing(self.decl.listing).due is not None


def checked(rule: Rule, semantics: Semantics, now: datetime) -> Rule:
    """The rule, which can be read from these records. Raises RuleInvalid, which says what is wrong with it."""
    try:
        plan = rule.plan(semantics, now)
    except RuleRests:
        return rule
    except PlanInvalid as error:
        raise RuleInvalid(str(error)) from error
    _check_period(rule.decl, plan, semantics)
    if rule.decl.listing is not None:
        _check_columns(rule.decl, semantics)
    _check_text(rule.decl, semantics)
    return rule


def measured(decl: RuleDecl, condition: ConditionDecl, semantics: Semantics) -> tuple[str, str]:
    """The title and the unit of what a condition is about."""
    if decl.listing is None:
        metric = semantics.metric(condition.of or decl.metric or "")
        return metric.title, metric.unit
    listing, name = semantics.listing(decl.listing), condition.of or ""
    if semantics.columns(listing.table).get(name) is Kind.TIME:
        return listing.columns.get(name, name), "min"
    return listing.columns.get(name, name), listing.units.get(name, "")


def _conditions(decl: RuleDecl) -> tuple[Condition, ...]:
    """Those that the plan carries; a listing's are held against its rows."""
    metric = decl.metric
    return tuple(Condition(c.of or metric, c.op, c.value) for c in decl.conditions) if metric else ()


def _one_time(words: str, semantics: Semantics, now: datetime) -> TimeFound:
    found = find_times(words, now.astimezone(semantics.zone), semantics.zone, semantics.week_start)
    if len(found) != 1 or found[0].span != (0, len(words)) or found[0].kind is TimeKind.NOW or found[0].against:
        raise RuleInvalid(f"'{words}' is not one period of time. Write one like `today` or `last 60 minutes`.")
    return found[0]


def _check_period(decl: RuleDecl, plan: Plan, semantics: Semantics) -> None:
    """What lies in time needs a period, what tells of now has none."""
    timed = [table for table in semantics.tables_of(plan) if semantics.table(table).time is not None]
    if decl.listing is not None and (listing := semantics.listing(decl.listing)).now:
        timed = [listing.table] if listing.due and decl.period else []
    if timed and plan.period is None:
        raise RuleInvalid("It looks at rows that lie in time: name a period, such as `today`.")
    if not timed and plan.period is not None:
        raise RuleInvalid("Its rows tell how it is now: leave the period out.")


def _check_columns(decl: RuleDecl, semantics: Semantics) -> None:
    listing = semantics.listing(decl.listing or "")
    kinds = semantics.columns(listing.table)
    if not decl.by:
        raise RuleInvalid("Name under `by` the columns that tell its alerts apart, such as vehicle.")
    if any(condition.of is None for condition in decl.conditions):
        raise RuleInvalid("A condition on a listing names one of its columns under `of`.")
    for name in (*decl.by, *(c.of or "" for c in decl.conditions), *(c.until for c in decl.conditions if c.until)):
        if name not in listing.columns:
            raise RuleInvalid(f"The listing has no column '{name}'. It has: {', '.join(listing.columns)}.")
    for condition in decl.conditions:
        kind, until = kinds.get(condition.of or ""), condition.until
        if kind not in NUMBERS | {Kind.TIME}:
            raise RuleInvalid(f"'{condition.of}' is neither a number nor a moment, so no condition can be put on it.")
        if until and (kind is not Kind.TIME or kinds.get(until) is not Kind.TIME):
            raise RuleInvalid("`until` is for the time between two moments: both columns must hold moments.")


def _check_text(decl: RuleDecl, semantics: Semantics) -> None:
    listed = semantics.listing(decl.listing).columns if decl.listing else {}
    known = {*ALWAYS, *decl.by, *(c.of for c in decl.conditions if c.of), *listed}
    known |= {"past"} if {"days_left", "km_left"} & set(listed) else set()
    if "{" in FIELD.sub("", decl.text) or "}" in FIELD.sub("", decl.text):
        raise RuleInvalid("The text has a brace that is not closed.")
    if unknown := [name for name in FIELD.findall(decl.text) if name not in known]:
        raise RuleInvalid(f"The text names '{unknown[0]}' in braces. It may name: {', '.join(sorted(known))}.")
