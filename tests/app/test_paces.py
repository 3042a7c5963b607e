"""Nobody keeps the engine from the others: how often one person may ask, and how much at once."""

from __future__ import annotations

import httpx
import pytest
from fastapi import FastAPI

from surefoot.app.accounts.actor import MACHINE, Actor
from surefoot.app.api.application import guarded
from surefoot.app.api.paces import WINDOW_SECONDS, Paces
from surefoot.app.errors import RequestRefused
from surefoot.app.parts import App
from tests.app.running import listening
from tests.app.test_accounts import GOOD

ADA, BEN = (Actor(name, name, frozenset(), frozenset(), "session") for name in ("ada", "ben"))
QUESTION = {"model": "garage", "messages": [{"role": "user", "content": "How thin may a pad be?"}]}


class Watch:
    """A clock that a test moves."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def asks(paces: Paces, actor: Actor, times: int = 1) -> None:
    for _ in range(times):
        with paces.asking(actor):
            pass


def test_one_may_ask_so_often_in_a_minute_and_again_when_it_is_over() -> None:
    watch = Watch()
    paces = Paces(3, 8, watch)
    asks(paces, ADA, 2)
    watch.now += 50
    asks(paces, ADA)
    with pytest.raises(RequestRefused, match="Ask again in 11 seconds") as refused:
        asks(paces, ADA)
    assert refused.value.status == 429
    asks(paces, BEN, 3)
    watch.now += 10.5
    asks(paces, ADA, 2)
    with pytest.raises(RequestRefused):
        asks(paces, ADA)
    watch.now += WINDOW_SECONDS
    asks(paces, ADA, 3)


def test_so_many_are_answered_at_once_and_an_ended_one_makes_room_however_it_ends() -> None:
    paces = Paces(100, 2)
    with paces.asking(ADA):
        second = paces.asking(ADA)
        second.__enter__()
        with pytest.raises(RequestRefused, match="2 of your questions"):
            asks(paces, ADA)
        asks(paces, BEN)
        assert not second.__exit__(ValueError, ValueError("broke"), None)
        asks(paces, ADA)


def test_who_may_read_the_data_folder_is_not_held_back() -> None:
    asks(Paces(1, 1), MACHINE, 50)


def test_searching_planning_and_asking_again_count_as_questions_do(app: App, api: FastAPI) -> None:
    people = app.accounts.people
    people.accept(people.first_invitation(), "Ada", GOOD)
    tokens = [app.accounts.sessions.begin(people.invite(name, ["reader"], [])[0].id) for name in ("Ben", "Cy", "Di")]
    api.state.paces = Paces(2, 8)
    with listening(guarded(api, app)) as url:
        for token, (path, body, status) in zip(
            tokens,
            (
                ("/search", {"query": "pads", "assistant": "garage"}, 200),
                ("/plans", {"question": "How many vans are there?", "assistant": "garage"}, 422),
                ("/answers/{}/replay", None, 200),
            ),
            strict=True,
        ):
            one = httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=60)
            answered = one.post("/v1/chat/completions", json=QUESTION | {"conversation_id": "new"}).json()
            place = path.format(answered["surefoot"]["id"])
            assert [one.post(place, json=body).status_code for _ in range(2)] == [status, 429], path
            assert one.post("/v1/chat/completions", json=QUESTION).status_code == 429, path
            assert one.get("/conversations").status_code == 200


@pytest.mark.parametrize("stream", [False, True])
def test_a_question_over_the_limit_is_a_429_and_the_next_person_is_answered(
    app: App, api: FastAPI, stream: bool
) -> None:
    people = app.accounts.people
    people.accept(people.first_invitation(), "Ada", GOOD)
    tokens = [app.accounts.sessions.begin(people.invite(name, ["reader"], [])[0].id) for name in ("Ben", "Cy")]
    api.state.paces = Paces(2, 8)
    with listening(guarded(api, app)) as url:
        ben, cy = (httpx.Client(base_url=url, headers={"Authorization": f"Bearer {one}"}, timeout=60) for one in tokens)
        body = QUESTION | {"stream": stream, "conversation_id": "new"}
        assert [ben.post("/v1/chat/completions", json=body).status_code for _ in range(3)] == [200, 200, 429]
        refused = ben.post("/v1/chat/completions", json=body)
        assert refused.json()["error"]["code"] == "too_many_questions"
        assert int(refused.headers["Retry-After"]) > 0
        assert len(ben.get("/conversations").json()) == 2, "a refused question begins none"
        assert cy.post("/v1/chat/completions", json=body).status_code == 200
        assert ben.get("/conversations").status_code == 200
