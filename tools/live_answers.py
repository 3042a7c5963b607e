"""Answers live cases with the product: by rules over the records alone, or along the whole answer path.

For `python -m tools.live_cases --answer tools.live_answers:records` or `:product`.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from surefoot.app.desks import RecordDesks
from surefoot.app.settings import load_settings
from surefoot.app.wiring import build
from surefoot.core.nouns import Answer, AnswerReady, Asker, Outcome
from surefoot.eval.live_scene import NOW, ZONE
from surefoot.eval.live_verdicts import LiveAnswer
from surefoot.retrieval.records.asking.outcomes import Half
from surefoot.retrieval.records.desk import RecordDesk
from surefoot.retrieval.records.place import Place
from surefoot.retrieval.records.semantic import load_semantics
from surefoot.retrieval.records.store import RecordStore
from surefoot.serving.assistant import AssistantService
from surefoot.serving.live.looking import Asks, Back, Told
from surefoot.serving.memory import Exchange
from surefoot.serving.turn import Question

WHO = Asker("asker", frozenset({"everyone"}))
FLEET = Path(__file__).resolve().parent.parent / "surefoot" / "app" / "assistants" / "fleet"


def records(store: RecordStore) -> Callable[[str, Sequence[str]], LiveAnswer]:
    """Rules over the records, without documents and without a model."""
    semantics = load_semantics(FLEET, str(ZONE))
    if semantics is None:
        raise SystemExit(f"{FLEET} declares no records.")
    desk = RecordDesk(semantics, Place(store))

    def answer(question: str, before: Sequence[str]) -> LiveAnswer:
        asks = Asks(desk, question, WHO, NOW, tuple(Exchange(one) for one in before))
        found = asks.look()
        if isinstance(found, Half) and (found.plan or found.sure):
            found = asks.back(found)
        found = asks.named() if found is None else found
        if isinstance(found, Back):
            return LiveAnswer(Outcome.ASKED_BACK, (), found.text)
        if isinstance(found, list):
            told: list[Told] = found
            outcome = Outcome.ANSWERED if any(one.words.found for one in told) else Outcome.NOT_FOUND
            return LiveAnswer(outcome, tuple(one.reading for one in told), " ".join(one.words.sentence for one in told))
        return LiveAnswer(Outcome.NOT_FOUND)

    return answer


def product(store: RecordStore) -> Callable[[str, Sequence[str]], LiveAnswer]:
    """The whole answer path with the shipped documents and the model that SUREFOOT_MODEL sets, at the scene's now."""
    folder = Path(tempfile.mkdtemp(prefix="live-answers-"))
    app = build(load_settings().model_copy(update={"data": folder, "simulator": "off"}))
    app.library.loader.start()
    app.engine.start()
    while app.library.loader.loading is not None or app.engine.status().state in ("downloading", "loading"):
        time.sleep(0.2)
    desks = RecordDesks(store, lambda name: app.assistants.get(name).folder, lambda _: None, str(ZONE))
    parts = app.service._parts
    live = replace(parts.live, desks=desks.desk, clock=lambda: NOW) if parts.live else None
    service = AssistantService(replace(parts, live=live))

    async def asked(question: str, before: Sequence[str]) -> Answer:
        history = tuple(("user", one) for one in before)
        async for event in service.answer(Question(question, "fleet", WHO, history=history, rehearsal=True)):
            if isinstance(event, AnswerReady):
                return event.answer
        raise RuntimeError("The answer's events ended without an answer.")

    def answer(question: str, before: Sequence[str]) -> LiveAnswer:
        found = asyncio.run(asked(question, before))
        return LiveAnswer(found.outcome, found.readings, found.text)

    return answer
