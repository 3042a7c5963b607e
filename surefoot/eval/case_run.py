"""Plays an assistant's cases, with the model and without, and judges each answer as it comes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from surefoot.core.nouns import Answer, AnswerReady, Asker, EvidenceFound, Passage
from surefoot.eval.cases import Case
from surefoot.eval.errors import EvalError
from surefoot.eval.judging import Judge, Judged
from surefoot.serving.assistant import AssistantService
from surefoot.serving.assistants import AssistantSpec
from surefoot.serving.turn import Mode, Question


@dataclass(frozen=True, slots=True)
class Played:
    """A case, what came of it, and the judgement."""

    case: Case
    answer: Answer
    passages: tuple[Passage, ...]
    """What was found, best first."""
    judged: Judged


async def play(
    service: AssistantService, spec: AssistantSpec, cases: Sequence[Case], mode: Mode, judge: Judge
) -> AsyncGenerator[Played, None]:
    """Each case as it is played, in order; asked by a member of the assistant's groups."""
    asker = Asker("eval", spec.groups)
    for case in cases:
        question = Question(case.question, spec.name, asker, mode=mode, history=tuple(case.history))
        answer, passages = await _ask(service, question)
        judged = await asyncio.to_thread(judge.judge, case, answer, passages)
        yield Played(case, answer, passages, judged)


async def _ask(service: AssistantService, question: Question) -> tuple[Answer, tuple[Passage, ...]]:
    passages: tuple[Passage, ...] = ()
    async with aclosing(service.answer(question)) as events:
        async for event in events:
            if isinstance(event, EvidenceFound):
                passages = event.passages
            if isinstance(event, AnswerReady):
                return event.answer, passages
    raise EvalError(f"No answer came to: {question.text}")
