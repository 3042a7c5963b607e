"""Answers live cases with the product: by rules over the records alone, or along the whole answer path.

For `python -m tools.live_cases --answer tools.live_answers:records` or `:product`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from surefoot.core.nouns import Asker, Outcome
from surefoot.eval.live_scene import NOW
from surefoot.eval.live_verdicts import LiveAnswer
from surefoot.retrieval.records.desk import RecordDesk
from surefoot.retrieval.records.place import Place
from surefoot.retrieval.records.semantic import load_semantics
from surefoot.retrieval.records.store import RecordStore
from surefoot.serving.live.looking import Asks, Back, Told
from surefoot.serving.memory import Exchange

WHO = Asker("asker", frozenset({"everyone"}))
FLEET = Path(__file__).resolve().parent.parent / "surefoot" / "app" / "assistants" / "fleet"


def records(store: RecordStore) -> Callable[[str, Sequence[str]], LiveAnswer]:
    """Rules over the records, without documents and without a model."""
    semantics = load_semantics(FLEET)
    assert semantics is not None
    desk = RecordDesk(semantics, Place(store))

    def answer(question: str, before: Sequence[str]) -> LiveAnswer:
        asks = Asks(desk, question, WHO, NOW, tuple(Exchange(one) for one in before))
        found = asks.look()
        if isinstance(found, Back):
            return LiveAnswer(Outcome.ASKED_BACK, (), found.text)
        if isinstance(found, list):
            told: list[Told] = found
            outcome = Outcome.ANSWERED if any(one.words.found for one in told) else Outcome.NOT_FOUND
            return LiveAnswer(outcome, tuple(one.reading for one in told), " ".join(one.words.sentence for one in told))
        return LiveAnswer(Outcome.NOT_FOUND)

    return answer
