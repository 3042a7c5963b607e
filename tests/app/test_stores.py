"""What is kept is kept alike in SQLite and in PostgreSQL, also when many write at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import URL
from sqlmodel import Session

from surefoot.app.database import Database, database_url
from surefoot.app.migrations.runner import migrate
from surefoot.app.settings import Settings
from surefoot.core.nouns import Answer, Asker, Citation, Gap, Outcome, Support, Timings, Usage
from surefoot.eval.errors import NothingMissing
from surefoot.eval.feedback import Feedback, FeedbackStore, GapStore
from surefoot.eval.monitoring.spans import Span, SpanStore
from surefoot.ingestion.catalogue import Catalogue, Entry, Status
from surefoot.ingestion.listing import Listing
from surefoot.serving.conversations import AnswerStore, ConversationStore
from surefoot.serving.releases import ReleaseStore

ANN = Asker("ann", frozenset({"everyone"}))
BOB = Asker("bob", frozenset({"everyone"}))
CITATION = Citation(0, 5, "d1", "Brakes", 3, "Pads – 3.2 mm 🚐", 0.9, "c1", ("Pads",))
ANSWER = Answer(
    id="a1",
    assistant="garage",
    question="When?",
    text="Pads…",
    outcome=Outcome.NOT_FOUND,
    support=Support.NONE,
    citations=(CITATION,),
    release="r1",
    model=None,
    usage=Usage(),
    timings=Timings(1.0, None, 2.0),
    trace_id="0" * 32,
    gap=Gap("2 documents", (), "a schedule"),
)


@pytest.fixture
def kept(new_database_url: URL) -> Iterator[Database]:
    settings = Settings.model_validate({"database_url": new_database_url.render_as_string(hide_password=False)})
    database = Database(database_url(settings))
    migrate(database)
    yield database
    database.close()


def test_an_answer_comes_back_as_it_was_for_its_owner_alone(kept: Database) -> None:
    conversations, answers = ConversationStore(kept.session), AnswerStore(kept.session)
    conversation = conversations.start(ANN, "garage", "When are pads replaced?")
    answer = replace(ANSWER, conversation_id=conversation.id)
    answers.save(answer, ANN)
    assert answers.get("a1", ANN).answer == answer
    assert answers.get("a1", ANN).created_at.tzinfo is not None
    assert [k.answer.id for k in answers.of_conversation(conversation.id, ANN)] == ["a1"]
    for name in ("a2", "a3"):
        answers.save(replace(answer, id=name), ANN)
    assert [k.answer.id for k in answers.of_conversation(conversation.id, ANN)] == ["a1", "a2", "a3"]
    assert [k.answer.id for k in answers.of_conversation(conversation.id, ANN, last=2)] == ["a2", "a3"]
    assert conversations.list(BOB) == []
    conversations.delete(conversation.id, ANN)
    assert conversations.list(ANN) == []


def test_thumbs_given_at_once_leave_one_row(kept: Database) -> None:
    store = FeedbackStore(kept.session)
    with ThreadPoolExecutor(8) as pool:
        ids = set(pool.map(store.save, [Feedback("a1", "up", (), f"{n}") for n in range(16)], [ANN] * 16))
    assert len(ids) == 1
    last = Feedback("a1", "down", ("wrong source",), "ä 🚐")
    store.save(last, ANN)
    assert store.get("a1", ANN) == last
    assert store.of_answers(["a1", "a2"], ANN) == {"a1": last}
    assert store.get("a1", BOB) is None


def test_a_gap_sent_at_once_by_many_clicks_is_one_gap(kept: Database) -> None:
    store = GapStore(kept.session)
    with ThreadPoolExecutor(8) as pool:
        ids = set(pool.map(store.send, [ANSWER] * 16, [ANN] * 16))
    assert len(ids) == 1
    assert [(gap.question, gap.missing, gap.sender) for gap in store.about(["garage"])] == [
        ("When?", "a schedule", ANN.id)
    ]
    assert set(store.of_answers(["a1"], ANN)) == {"a1"}
    assert store.of_answers(["a1"], BOB) == {}
    with pytest.raises(NothingMissing):
        store.send(replace(ANSWER, gap=None), ANN)


def test_spans_come_back_in_the_order_of_their_start(kept: Database) -> None:
    store = SpanStore(kept.session)
    first = Span("t1", "s1", None, "ann", "answer", datetime(2026, 11, 2, 9, tzinfo=UTC), 12.5, {"n": ["a", "b"]}, "ok")
    second = replace(first, span_id="s0", parent_id="s1", started_at=datetime(2026, 11, 2, 10, tzinfo=UTC))
    store.add([second, first])
    store.add([first])
    assert store.trace("t1", ANN) == [first, second]


def test_a_document_is_listed_for_those_who_may_see_it(kept: Database) -> None:
    catalogue, listing = Catalogue(kept.session), Listing(kept.session)
    entry = Entry("d1", "garage", "ann", "brakes.md", frozenset({"workshop"}), "Brakes", status=Status.READY)
    catalogue.save(entry, "text")
    assert [found.id for found in catalogue.list("garage", ANN)] == ["d1"]
    assert catalogue.list("garage", BOB) == []
    assert [e.groups for e in catalogue.list("garage", Asker("eve", frozenset({"workshop"})))] == [entry.groups]
    catalogue.save(replace(entry, id="d2", path="tyres.md", status=Status.REJECTED), "")
    tallies = listing.tally(ANN)
    assert [(t.assistant, t.status, t.documents) for t in tallies] == [
        ("garage", Status.READY, 1),
        ("garage", Status.REJECTED, 1),
    ]
    assert all(t.newest.tzinfo is not None for t in tallies)
    assert listing.tally(BOB) == []
    catalogue.delete("d1")
    assert catalogue.text("d1") == ""


def test_a_release_that_two_replicas_keep_at_once_is_kept_once(kept: Database) -> None:
    parts = {"model": "none", "edition": "e1"}
    first, second = ReleaseStore(kept.session), ReleaseStore(lambda: _Overtaken(kept, first, parts))
    release = second.keep(parts)
    assert release == second.keep(parts) == first.keep(parts)
    assert second.parts(release) == parts


class _Overtaken(Session):
    """A session before whose commit somebody else keeps the same release."""

    def __init__(self, database: Database, other: ReleaseStore, parts: dict[str, str]) -> None:
        super().__init__(database.engine, expire_on_commit=False)
        self._keep = lambda: other.keep(parts)

    def commit(self) -> None:
        self._keep()
        super().commit()
