"""A clock that is set back by a day neither breaks an answer nor changes the order of what was said."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlmodel import col, select

from surefoot.app.database import Database
from surefoot.app.parts import App
from surefoot.serving.conversations import AnswerStore, ConversationStore
from surefoot.serving.tables import AnswerRow, ConversationRow
from tests.app.test_stores import ANN, ANSWER

DAY = timedelta(days=1)
PADS = "When are the pads of the van replaced?"


class Clock:
    """Goes as it is told."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def stores(database: Database, clock: Clock) -> tuple[ConversationStore, AnswerStore]:
    return ConversationStore(database.session, clock=clock), AnswerStore(database.session, clock=clock)


@pytest.mark.parametrize("step", [-DAY, timedelta(0), timedelta(minutes=1)])
def test_answers_stay_in_the_order_in_which_they_were_given(
    stores: tuple[ConversationStore, AnswerStore], clock: Clock, step: timedelta
) -> None:
    conversations, answers = stores
    talk = conversations.start(ANN, "garage", PADS)
    for number in range(5):
        answers.save(replace(ANSWER, id=f"a{9 - number}", conversation_id=talk.id), ANN)
        clock.now += step
    kept = answers.of_conversation(talk.id, ANN)
    assert [one.answer.id for one in kept] == ["a9", "a8", "a7", "a6", "a5"]
    assert len({one.created_at for one in kept}) == 5


def test_what_was_said_last_stands_first_in_the_list(
    stores: tuple[ConversationStore, AnswerStore], clock: Clock
) -> None:
    conversations, answers = stores
    first = conversations.start(ANN, "garage", "first")
    clock.now -= DAY
    second = conversations.start(ANN, "garage", "second")
    assert [one.title for one in conversations.list(ANN)] == ["second", "first"]
    clock.now -= DAY
    answers.save(replace(ANSWER, id="a1", conversation_id=first.id), ANN)
    assert [one.id for one in conversations.list(ANN)] == [first.id, second.id]


def test_a_clock_that_was_years_ahead_is_not_followed(
    stores: tuple[ConversationStore, AnswerStore], clock: Clock
) -> None:
    right = clock.now
    clock.now = right + timedelta(days=1000)
    stores[0].start(ANN, "garage", "first")
    clock.now = right
    assert stores[0].start(ANN, "garage", "second").updated_at == right


def test_questions_are_answered_after_the_clock_was_set_back(client: httpx.Client, app: App) -> None:
    def ask(question: str, conversation: str) -> dict[str, str]:
        body = {
            "model": "garage",
            "messages": [{"role": "user", "content": question}],
            "conversation_id": conversation,
        }
        response = client.post("/v1/chat/completions", json=body)
        assert response.status_code == 200, response.text
        return response.json()["surefoot"]

    first = ask(PADS, "new")
    with app.database.session() as session:  # what was kept lies a day ahead of the clock now
        for row in session.exec(select(ConversationRow)):
            row.updated_at += DAY
        for answer in session.exec(select(AnswerRow).where(col(AnswerRow.id) == first["id"])):
            answer.created_at += DAY
        session.commit()
    second = ask("And the parking brake?", first["conversation_id"])
    again = ask(PADS, "new")
    kept = client.get(f"/conversations/{first['conversation_id']}").json()
    assert [answer["id"] for answer in kept["answers"]] == [first["id"], second["id"]]
    listed = [row["id"] for row in client.get("/conversations").json()]
    assert listed == [again["conversation_id"], first["conversation_id"]]
    assert client.get("/status").status_code == client.get("/ready").status_code == 200
