"""Compares two editions on the assistants' cases: what each finds, what is answered from it, and how sure that is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from surefoot.core.nouns import Asker
from surefoot.eval.case_run import play
from surefoot.eval.cases import Case
from surefoot.eval.intervals import paired_interval
from surefoot.eval.judging import Judge
from surefoot.eval.metrics import recall_at, reciprocal_rank
from surefoot.retrieval.editions import Edition, Editions
from surefoot.retrieval.index.port import Scope
from surefoot.retrieval.question import read_question
from surefoot.retrieval.search import EditionSearcher
from surefoot.serving.assistant import AssistantService
from surefoot.serving.assistants import AssistantSpec
from surefoot.serving.turn import Mode

PASSAGES = 10
MEASURES = ("recall@10", "recall@3", "mrr", "right")
"""Share of a case's documents among the first ten passages and the first three documents; the mean of 1 / rank of the
first one; right answers in quotes."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure of both editions, from 0 to 1, and the difference with its 95 % interval."""

    measure: str
    cases: int
    live: float
    other: float
    difference: float
    """The other less the live one: above 0 the other is better."""
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Tried:
    """An assistant with its cases."""

    spec: AssistantSpec
    cases: Sequence[Case]


@dataclass(frozen=True, slots=True)
class Stand:
    """What the cases are played on."""

    service: AssistantService
    path_of: Callable[[str], str]
    """A document's path by its id."""


def compare(stand: Stand, tried: Tried, live: Edition, other: Edition) -> list[Difference]:
    """All measures over an assistant's cases; those without any case are left out."""
    scores = [_scores(stand, tried, edition) for edition in (live, other)]
    return [_difference(name, scores[0][name], scores[1][name]) for name in MEASURES if scores[0][name]]


def _scores(stand: Stand, tried: Tried, edition: Edition) -> dict[str, list[float]]:
    """A number a case for each measure, in the order of the cases."""
    asker = Asker("eval", tried.spec.groups)
    answerable = [case for case in tried.cases if case.evidence]
    found = [(_ranking(EditionSearcher(edition), case, asker, tried.spec.name, stand), case) for case in answerable]
    relevant = [(ranking, {one.document for one in case.evidence}) for ranking, case in found]
    return {
        "recall@10": [recall_at(PASSAGES, ranking, wanted) for ranking, wanted in relevant],
        "recall@3": [recall_at(3, ranking, wanted) for ranking, wanted in relevant],
        "mrr": [reciprocal_rank(ranking, wanted) for ranking, wanted in relevant],
        "right": asyncio.run(_right(stand, tried, edition)),
    }


def _ranking(searcher: EditionSearcher, case: Case, asker: Asker, assistant: str, stand: Stand) -> list[str]:
    """File names of the documents among the first passages, best first."""
    scope = Scope(assistant, with_superseded=read_question(case.question).about_the_past)
    passages = searcher.search(case.question, asker, scope, PASSAGES).passages
    return [Path(stand.path_of(passage.chunk.document_id)).name for passage in passages]


async def _right(stand: Stand, tried: Tried, edition: Edition) -> list[float]:
    service = stand.service.over(Editions(edition))
    judge = Judge(stand.path_of, stand.service.grounding)
    async with aclosing(play(service, tried.spec, tried.cases, Mode.QUOTES, judge)) as played:
        return [float(one.judged.right) async for one in played]


def _difference(measure: str, live: Sequence[float], other: Sequence[float]) -> Difference:
    low, high = paired_interval(live, other)
    one, two = fmean(live), fmean(other)
    return Difference(measure, len(live), *(round(number, 4) for number in (one, two, two - one, low, high)))
