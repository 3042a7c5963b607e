"""Live cases: questions about a simulated fleet whose right answers the simulator's truth gives, played and counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from surefoot.eval.errors import CasesInvalid
from surefoot.eval.intervals import Estimate, share
from surefoot.eval.live_expecting import expected
from surefoot.eval.live_groups import Groups
from surefoot.eval.live_recipes import Recipe
from surefoot.eval.live_scene import NOW
from surefoot.eval.live_scores import judged
from surefoot.eval.live_verdicts import LiveAnswer, Verdict

Kind = Literal[
    "single",
    "comparison",
    "top",
    "trend",
    "route",
    "follow_up",
    "ambiguous",
    "look_alike",
    "unanswerable",
    "off_topic",
    "documents",
    "documents_and_data",
]
CONDUCT: Final[Mapping[str, dict[str, Any]]] = {
    "ambiguous": {"asked_back": True},
    "unanswerable": {"asked_back_or_not_found": True},
    "off_topic": {"no_reading": True},
    "documents": {"no_reading": True},
}
"""What is expected of kinds whose cases have no recipe."""
ALL: Final = "all"
Answering = Callable[[str, Sequence[str]], LiveAnswer]
"""Answers a question; the second argument is what was asked before it in the conversation, oldest first."""


class LiveCase(BaseModel):
    """A question, what it means, and what is exactly right."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(min_length=1, description="Unique name of the case.")
    split: Literal["dev", "test"] = Field(description="dev: for tuning; test: for reporting.")
    kind: Kind
    language: Literal["en", "de"]
    question: str = Field(min_length=1, description="As a dispatcher would type it.")
    before: tuple[str, ...] = Field(default=(), description="What was asked before it, oldest first.")
    truth: Recipe | None = Field(description="What it means; null where no figure is expected.")
    expect: dict[str, Any] = Field(default_factory=dict[str, Any], description="What is right; made from `truth`.")


@dataclass(frozen=True, slots=True)
class Scored:
    """A case and what came of it."""

    case: LiveCase
    verdict: Verdict
    reason: str
    answer: LiveAnswer


@dataclass(frozen=True, slots=True)
class LiveTotals:
    """What came of the cases of one kind, or of all, in one split, or in both."""

    split: str
    kind: str
    cases: int
    verdicts: dict[str, int]
    """Cases by verdict; those without any are left out."""
    right: Estimate
    """The share that is exactly right, with Wilson's 95 % interval."""
    wrong: Estimate
    """The share that shows something wrong as certain."""


def load_live_cases(paths: Iterable[Path]) -> list[LiveCase]:
    """The cases of JSON Lines files, in their order.

    Raises CasesInvalid, naming the line, for what is no case, and for an id that two cases share.
    """
    cases: list[LiveCase] = []
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
            if line.strip():
                try:
                    cases.append(LiveCase.model_validate_json(line))
                except ValidationError as error:
                    raise CasesInvalid(f"{path.name}, line {number} is not a live case: {error}") from error
    twice = [name for name, times in Counter(case.id for case in cases).items() if times > 1]
    if twice:
        raise CasesInvalid(f"Two live cases are called {twice[0]}: give each its own id.")
    return cases


def expectation(case: LiveCase, groups: Groups) -> dict[str, Any]:
    """What is right for a case, worked out anew; see `live_expecting.expected` for what it raises."""
    if case.truth is not None:
        return expected(groups, case.truth)
    if case.kind not in CONDUCT:
        raise CasesInvalid(f"The live case {case.id} has no recipe: a case of the kind {case.kind} needs one.")
    return CONDUCT[case.kind]


def play(cases: Iterable[LiveCase], answer: Answering, now: datetime = NOW) -> list[Scored]:
    """Ask each question and judge what is shown; an error of `answer` is passed on."""
    scored: list[Scored] = []
    for case in cases:
        given = answer(case.question, case.before)
        verdict, reason = judged(case.expect, given, now)
        scored.append(Scored(case, verdict, reason, given))
    return scored


def tabulate(scored: Sequence[Scored]) -> list[LiveTotals]:
    """Totals of each split and of both: a kind each in order of appearance, then of all kinds."""
    splits = [*dict.fromkeys(one.case.split for one in scored), ALL]
    kinds = [*dict.fromkeys(one.case.kind for one in scored), ALL]
    found = (_totals(split, kind, scored) for split in splits for kind in kinds)
    return [totals for totals in found if totals is not None]


def _totals(split: str, kind: str, scored: Sequence[Scored]) -> LiveTotals | None:
    chosen = [one for one in scored if split in (ALL, one.case.split) and kind in (ALL, one.case.kind)]
    counts = Counter(one.verdict.value for one in chosen)
    right, wrong = (share(counts[verdict], len(chosen)) for verdict in (Verdict.RIGHT, Verdict.WRONG))
    if right is None or wrong is None:
        return None
    return LiveTotals(split, kind, len(chosen), dict(counts), right, wrong)
