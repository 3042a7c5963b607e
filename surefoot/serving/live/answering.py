"""The part of the answer path that asks the records: looks in the thread pool, and says what was told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import zip_longest
from typing import TypeVar

from surefoot.core import telemetry
from surefoot.core.nouns import AnswerEvent, Asker, Outcome, Passage, TextAdded
from surefoot.retrieval.evidence import Evidence
from surefoot.retrieval.records.asking.outcomes import Half, Planned, WithLimit
from surefoot.retrieval.records.errors import PlanInvalid, RecordsError
from surefoot.serving.errors import ModelError
from surefoot.serving.live.looking import Asks, Back, Desks, Missing, Told, Trouble, utc_now
from surefoot.serving.live.phrases import live_phrases_version
from surefoot.serving.live.planning import Encode, Planner
from surefoot.serving.live.saying import say_back, say_told, say_trouble
from surefoot.serving.models.chat_model import ChatModel
from surefoot.serving.small_talk import Knowledge
from surefoot.serving.turn import Turn

Found = TypeVar("Found")
ROUNDS = 2
"""How often the model is asked: once, and once more with what was wrong."""
Look = Sequence[Told] | Back | Trouble | WithLimit


@dataclass(frozen=True, slots=True)
class LiveAnswers:
    """Answers from records, for assistants that have some."""

    desks: Desks
    pool: Executor
    encode: Encode | None = None
    """For finding what a model's choice must be near to; None: no model is asked."""
    missing: Callable[[], Missing | None] = lambda: None
    """What is kept and not derived yet."""
    heard: Callable[[Asker], bool] = bool
    """Whether there is live data that the asker may see."""
    clock: Callable[[], datetime] = utc_now

    def version(self, assistant: str) -> str:
        """What shapes an assistant's answers from records."""
        desk = self.desks(assistant)
        return f"{desk.version}:{live_phrases_version()}" if desk else "none"

    def known(self, turn: Turn, documents: Knowledge) -> Knowledge:
        """What the assistant knows from documents, with what it can read for the asker in records at this moment."""
        desk = self.desks(turn.spec.name)
        live = desk is not None and desk.semantics.declared.store == "telemetry"
        if desk is None or (live and not self.heard(turn.question.asker)):
            return documents
        declared = desk.semantics.declared
        figures = tuple(metric.title for metric in declared.metrics.values() if not metric.hidden)
        pairs = zip_longest(declared.examples, documents.examples)
        examples = tuple(question for pair in pairs for question in pair if question)
        return replace(documents, figures=figures, live=live, examples=examples)

    def reads(self, assistant: str, text: str, asker: Asker) -> bool:
        """Whether an assistant's records hold what a question asks for, as far as rules can tell."""
        desk = self.desks(assistant)
        if desk is None or (desk.semantics.declared.store == "telemetry" and not self.heard(asker)):
            return False
        try:
            return isinstance(desk.ask(text, asker, self.clock()), Planned | WithLimit)
        except (PlanInvalid, RecordsError):
            return False

    async def look(self, turn: Turn, model: ChatModel | None = None) -> Look | None:
        """What the records say to a question; None where it is for the documents.

        model: asked where rules do not know what the question reads.
        """
        asks = self._asks(turn)
        if asks is None:
            return None
        turn.live = True
        span = turn.stage(telemetry.RECORDS, telemetry.KIND_RETRIEVER)
        try:
            found = await self._run(asks.look)
            if isinstance(found, Half):
                found = await self._half(turn, asks, found, model)
            turn.live = found is not None
            return found
        finally:
            span.end()

    async def _half(self, turn: Turn, asks: Asks, half: Half, model: ChatModel | None) -> Look | None:
        """Words are left that no rule knows: a model may know what they ask for; else it is asked back."""
        if half.plan is not None:
            return await self._run(lambda: asks.back(half))
        if model is None or self.encode is None or not half.sure:
            return await self._run(lambda: asks.back(half)) if half.sure else None
        trouble = ""
        for _ in range(ROUNDS):
            try:
                hint = await Planner(asks.desk.semantics, turn.spec.folder, self.encode).hint(model, asks.text, trouble)
            except ModelError:
                turn.unheard = True
                break
            if hint is None:
                break
            found = await self._run(lambda hint=hint: asks.look(hint))
            if not isinstance(found, (Back, Half)):
                return found
            trouble = found.text if isinstance(found, Back) else f"nothing is known of {', '.join(found.left)}"
        return await self._run(lambda: asks.back(half)) if half.sure else None

    async def held(self, turn: Turn, asked: WithLimit, evidence: Evidence) -> Look | None:
        """The readings beyond the limit that the evidence sets; None where it sets none."""
        asks = self._asks(turn)
        return await self._run(lambda: asks.held(asked, evidence)) if asks else None

    async def left_open(self, turn: Turn) -> TextAdded | None:
        """A question back where documents do not know, and one of the moving things is named; None where none is."""
        asks = self._asks(turn)
        if asks is None or asks.desk.semantics.declared.store != "telemetry":
            return None
        back = await self._run(asks.named)
        if not isinstance(back, Back):
            return None
        turn.outcome, turn.options = Outcome.ASKED_BACK, back.options
        return turn.add(asks.phrases.more["unsaid"].format(back=back.text))

    def _asks(self, turn: Turn) -> Asks | None:
        desk = self.desks(turn.spec.name)
        if desk is None:
            return None
        missing = self.missing() if desk.semantics.declared.store == "telemetry" else None
        language = turn.speech.phrases.language
        question, earlier = turn.question, turn.memory.exchanges
        return Asks(desk, question.text, question.asker, self.clock(), earlier, missing, language)

    async def _run(self, work: Callable[[], Found]) -> Found:
        return await asyncio.get_running_loop().run_in_executor(self.pool, work)


def said(turn: Turn, look: Look, passages: tuple[Passage, ...] = ()) -> Iterator[AnswerEvent]:
    """What was found, in words."""
    if isinstance(look, Back):
        yield from say_back(turn, look)
    elif isinstance(look, Trouble):
        yield from say_trouble(turn, look)
    elif not isinstance(look, WithLimit):
        yield from say_told(turn, look, passages)
