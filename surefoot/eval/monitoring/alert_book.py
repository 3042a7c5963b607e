"""The rules of all assistants, read anew where a file changes, each with the desk that its plan is read at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from surefoot.eval.errors import RuleInvalid
from surefoot.eval.monitoring.alert_declared import FILE, AlertsFile, read_alerts
from surefoot.eval.monitoring.alert_rules import Rule, checked
from surefoot.retrieval.records.desk import RecordDesk

Stamp = tuple[int, int]
"""Of a file: time of change in nanoseconds, size."""


@dataclass(frozen=True, slots=True)
class RuleProblem:
    """Why a rule, or all rules of an assistant, cannot be used."""

    assistant: str
    rule: str
    """Empty where it is about the whole file."""
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """What the book says now."""

    rules: tuple[tuple[Rule, RecordDesk], ...] = ()
    problems: tuple[RuleProblem, ...] = ()
    declared: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    """Names of rules by assistant, those that cannot be used among them."""
    unsure: frozenset[str] = frozenset()
    """Assistants of which it is not known what they declare."""


class RuleBook:
    """Reads `alerts.yaml` of each assistant."""

    def __init__(self, folders: Callable[[], Mapping[str, Path]], desk: Callable[[str], RecordDesk | None]) -> None:
        """folders: the assistants' folders by name. desk: where an assistant's records are read; None for none."""
        self._folders, self._desk = folders, desk
        self._read: dict[Path, tuple[Stamp, AlertsFile]] = {}

    def page(self, now: datetime) -> Page:
        """The rules as they are declared now, checked against the records."""
        rules: list[tuple[Rule, RecordDesk]] = []
        problems: list[RuleProblem] = []
        declared: dict[str, frozenset[str]] = {}
        unsure: set[str] = set()
        for assistant, folder in self._folders().items():
            file = self._file(folder / FILE)
            if file is None:
                continue
            if file.trouble:
                problems.append(RuleProblem(assistant, "", file.trouble))
                unsure.add(assistant)
                continue
            declared[assistant] = frozenset((*file.rules, *file.problems))
            problems += [RuleProblem(assistant, name, text) for name, text in file.problems.items()]
            self._add(assistant, file, now, (rules, problems))
        return Page(tuple(rules), tuple(problems), declared, frozenset(unsure))

    def _add(
        self,
        assistant: str,
        file: AlertsFile,
        now: datetime,
        into: tuple[list[tuple[Rule, RecordDesk]], list[RuleProblem]],
    ) -> None:
        rules, problems = into
        desk = self._desk(assistant)
        if desk is None:
            problems.append(
                RuleProblem(assistant, "", "Its records cannot be asked, so its rules have nothing to look at.")
            )
            return
        for name, decl in file.rules.items():
            try:
                rules.append((checked(Rule(assistant, name, decl), desk.semantics, now), desk))
            except RuleInvalid as error:
                problems.append(RuleProblem(assistant, name, str(error)))

    def _file(self, path: Path) -> AlertsFile | None:
        try:
            stat = path.stat()
        except FileNotFoundError:
            return None
        except OSError as error:
            return AlertsFile({}, {}, f"{FILE} cannot be read: {error.strerror}")
        stamp, known = (stat.st_mtime_ns, stat.st_size), self._read.get(path)
        if known is None or known[0] != stamp:
            known = self._read[path] = (stamp, read_alerts(path))
        return known[1]
