"""Evaluates rules: reads each plan, brings alerts in step, and says what could not be evaluated since when."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from surefoot.core.nouns import Asker
from surefoot.core.readings import Reading
from surefoot.eval.errors import RuleInvalid, RuleRests
from surefoot.eval.monitoring.alert_book import Page, RuleBook, RuleProblem
from surefoot.eval.monitoring.alert_rows import found_rows
from surefoot.eval.monitoring.alert_rules import Rule
from surefoot.eval.monitoring.alerts import AlertStore, Applied
from surefoot.retrieval.records.desk import RecordDesk
from surefoot.retrieval.records.errors import RecordsClosed, RecordsError, RecordsUnavailable

logger = logging.getLogger(__name__)
ROUND_SECONDS = 20.0
"""After so long no further rule is begun in a round; those that were left out come first in the next."""
FORGET_SECONDS = 3600.0
READER = "alerts"
"""Id of the asker as whom rules read."""
Name = tuple[str, str]
"""Assistant and rule."""


@dataclass(frozen=True, slots=True)
class RuleState:
    """How a rule is doing."""

    rule: Rule
    told: str = ""
    """Its plan in plain words, as it was read last."""
    limit: str = ""
    tried_at: datetime | None = None
    evaluated_at: datetime | None = None
    """When it was last evaluated."""
    trouble: str = ""
    """Why it could not be evaluated the last time."""
    since: datetime | None = None
    """Since when it cannot."""
    applied: Applied = field(default_factory=Applied)


@dataclass(frozen=True, slots=True)
class EngineState:
    """How evaluation is doing."""

    begun_at: datetime
    evaluated_at: datetime | None = None
    """When all rules that can be used were last looked at."""
    trouble: str = ""
    """Why nothing, or not everything, could be evaluated."""
    since: datetime | None = None
    """Since when."""
    problems: tuple[RuleProblem, ...] = ()
    rules: Mapping[Name, RuleState] = field(default_factory=dict[Name, RuleState])


class AlertEngine:
    """Evaluates the rules of a book; one round at a time, in one thread."""

    def __init__(
        self,
        book: RuleBook,
        store: AlertStore,
        clock: Callable[[], datetime],
        waits: Callable[[], str] = lambda: "",
        seconds: float = ROUND_SECONDS,
    ) -> None:
        """waits: why rules shall not be evaluated yet, such as data that are still being read in; empty to go on."""
        self._book, self._store, self._clock, self._waits, self._seconds = book, store, clock, waits, seconds
        self._forgot = 0.0
        self.state = EngineState(clock())

    def round(self, stopping: Callable[[], bool] = lambda: False) -> int:
        """Evaluate all rules once; how many were. Store errors of the alerts' own database are raised."""
        now = self._clock()
        if reason := self._waits():
            self._stand(reason)
            return 0
        try:
            page = self._book.page(now)
        except RecordsError as error:
            self.troubled(str(error))
            return 0
        self._turn_to(page)
        self._store.retire(page.declared, page.unsure, now)
        until, done, left = time.monotonic() + self._seconds, 0, ""
        for rule, desk in sorted(page.rules, key=self._waiting_longest):
            if stopping() or (done and time.monotonic() > until):
                left = f"{len(page.rules) - done} of {len(page.rules)} rules could not be evaluated in time."
                break
            if left := self._evaluate(rule, desk, now):
                break
            done += 1
        if left:
            self.troubled(left)
        else:
            self.state = replace(self.state, evaluated_at=now, trouble="", since=None)
        self._forget(now)
        return done

    def troubled(self, reason: str) -> None:
        """Say why not everything is evaluated; alerts stay as they are."""
        if reason != self.state.trouble:
            logger.warning("Alerts are not evaluated: %s", reason)
        self._stand(reason)

    def _stand(self, reason: str) -> None:
        self.state = replace(self.state, trouble=reason, since=self.state.since or self._clock())

    def _evaluate(self, rule: Rule, desk: RecordDesk, now: datetime) -> str:
        """Evaluate one rule; why no other one can be evaluated either, empty where they can."""
        self._tell(rule, tried_at=now)
        try:
            plan = rule.plan(desk.semantics, now)
            reading = desk.read(plan, Asker(READER, rule.groups), now)
        except RuleRests:
            return ""
        except (RecordsUnavailable, RecordsClosed) as error:
            return str(error)
        except (RecordsError, RuleInvalid) as error:
            self._tell(rule, trouble=str(error), since=self._of(rule).since or now)
            return ""
        self._keep(rule, desk, reading, now)
        return ""

    def _keep(self, rule: Rule, desk: RecordDesk, reading: Reading, now: datetime) -> None:
        found = found_rows(rule, reading, desk.semantics, now)
        applied = self._store.apply(rule, found, now)
        read, total = len(reading.rows), reading.total
        few = "" if found.complete else f"Only {read:,} of {total:,} rows were looked at: narrow the rule."
        many = f"{applied.beyond:,} more rows have no alert of their own: narrow the rule." if applied.beyond else ""
        trouble = " ".join(filter(None, (few, many)))
        since = (self._of(rule).since or now) if trouble else None
        told, limit = reading.told, rule.limit(desk.semantics)
        self._tell(rule, told=told, limit=limit, evaluated_at=now, trouble=trouble, since=since, applied=applied)

    def _turn_to(self, page: Page) -> None:
        known = self.state.rules
        rules: dict[Name, RuleState] = {}
        for rule, _ in page.rules:
            name = rule.assistant, rule.name
            rules[name] = replace(known[name], rule=rule) if name in known else RuleState(rule)
        self.state = replace(self.state, rules=rules, problems=page.problems)

    def _of(self, rule: Rule) -> RuleState:
        return self.state.rules[rule.assistant, rule.name]

    def _tell(self, rule: Rule, **changes: object) -> None:
        changed = replace(self._of(rule), **changes)  # pyright: ignore[reportArgumentType]
        self.state = replace(self.state, rules={**self.state.rules, (rule.assistant, rule.name): changed})

    def _waiting_longest(self, of: tuple[Rule, RecordDesk]) -> float:
        at = self._of(of[0]).tried_at  # not evaluated_at: a rule that always fails must not stand before all others
        return at.timestamp() if at else 0.0

    def _forget(self, now: datetime) -> None:
        if time.monotonic() - self._forgot > FORGET_SECONDS or not self._forgot:
            self._store.forget(now)
            self._forgot = time.monotonic()
