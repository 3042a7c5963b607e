"""Plays an assistant's cases, with the model and without, and counts what came of them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from statistics import fmean

from surefoot.core.nouns import Answer, AnswerReady, Asker
from surefoot.eval.cases import Case, Judged, judge
from surefoot.eval.errors import EvalError
from surefoot.serving.assistant import AssistantService
from surefoot.serving.assistants import AssistantSpec
from surefoot.serving.turn import Mode, Question

ALL = "all"


@dataclass(frozen=True, slots=True)
class CaseRow:
    """Counts of one category, or of all."""

    category: str
    cases: int
    right: int
    refused: int
    cited: int
    quotes_hold: int
    seconds: float
    """Mean seconds of an answer."""


async def play(
    service: AssistantService, spec: AssistantSpec, cases: Sequence[Case], mode: Mode, path_of: Callable[[str], str]
) -> AsyncGenerator[Judged, None]:
    """Each case's judgement as it comes, in order; asked by a member of the assistant's groups."""
    asker = Asker("eval", spec.groups)
    for case in cases:
        question = Question(case.question, spec.name, asker, mode=mode, history=tuple(case.history))
        yield judge(case, await _ask(service, question), path_of)


async def _ask(service: AssistantService, question: Question) -> Answer:
    async with aclosing(service.answer(question)) as events:
        async for event in events:
            if isinstance(event, AnswerReady):
                return event.answer
    raise EvalError(f"No answer came to: {question.text}")


def tabulate(judged: Sequence[Judged]) -> list[CaseRow]:
    """A row a category in order of appearance, and one for all."""
    categories = [*dict.fromkeys(j.category for j in judged), ALL]
    return [_row(c, [j for j in judged if c in (ALL, j.category)]) for c in categories if judged]


def _row(category: str, judged: Sequence[Judged]) -> CaseRow:
    return CaseRow(
        category=category,
        cases=len(judged),
        right=sum(j.right for j in judged),
        refused=sum(j.refused for j in judged),
        cited=sum(j.cited for j in judged),
        quotes_hold=sum(j.quotes_hold for j in judged),
        seconds=round(fmean(j.seconds for j in judged), 3),
    )
