"""The same question gets the same answer again at once, and never one that something has changed about."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from surefoot.app.api.application import create_api, guarded
from surefoot.app.api.asker import asker
from surefoot.app.parts import App
from surefoot.app.settings import Settings
from surefoot.app.wiring import build
from surefoot.core.nouns import Asker
from surefoot.ingestion.catalogue import Entry, Status
from surefoot.serving.errors import ModelUnavailable
from surefoot.serving.models.chat_model import GenerateOptions, Message, Token
from surefoot.serving.models.scripted import ScriptedModel
from tests.app.conftest import BRAKES
from tests.app.running import ScriptedRoom, listening, until
from tests.app.test_answers_api import PADS, ask

EVERYONE = frozenset({"everyone"})


def repeated(client: httpx.Client, question: str = PADS, **more: Any) -> bool:
    """Whether a question is answered with an earlier answer."""
    return bool(ask(client, question, **more)["repeated"])


def settle(client: httpx.Client) -> None:
    """Ask until the answer is an earlier one."""
    assert not repeated(client)
    assert repeated(client)


def brakes(app: App) -> Entry:
    return next(entry for entry in app.library.catalogue.list("garage") if entry.path.startswith("brakes"))


def feed(client: httpx.Client, name: str, text: str) -> None:
    response = client.post("/documents", data={"assistant": "garage"}, files={"files": (name, text.encode())})
    assert response.status_code == 200, response.text


def test_a_repeated_answer_says_the_same_names_the_first_one_and_is_kept_as_an_answer_of_its_own(
    client: httpx.Client, api: FastAPI
) -> None:
    first = ask(client)
    api.dependency_overrides[asker] = lambda: Asker("bob", EVERYONE)
    again = ask(client, conversation_id="new")
    assert (first["repeated"], again["repeated"], again["repeated_from"]) == (False, True, first["id"])
    same = ("answer", "outcome", "support", "citations", "evidence", "release", "model")
    assert {name: again[name] for name in same} == {name: first[name] for name in same}
    assert again["id"] != first["id"]
    assert again["trace_id"] != first["trace_id"]
    assert again["timings_ms"]["total"] < first["timings_ms"]["total"]
    kept = client.get(f"/conversations/{again['conversation_id']}").json()["answers"]
    assert [(one["id"], one["answer"]) for one in kept] == [(again["id"], first["answer"])]
    assert client.get(f"/answers/{first['id']}").status_code == 404  # the first one is still its asker's alone


def test_every_change_of_the_library_ends_it(client: httpx.Client, app: App) -> None:
    pipeline = app.library.pipeline
    old = BRAKES.replace("# Brake handbook", "# Brake handbook 2019")
    changes: list[Callable[[], object]] = [
        lambda: feed(client, "wheels.md", "# Wheels\n\nWheel bolts of the van are tightened to 140 Nm."),
        lambda: feed(client, "wheels.md", "# Wheels\n\nWheel bolts of the van are tightened to 150 Nm."),
        lambda: feed(client, "brake-handbook-2019.md", old),
        lambda: pipeline.describe(brakes(app).id, "Brake rules", None, None),
        lambda: pipeline.describe(brakes(app).id, None, None, EVERYONE | {"board"}),
        lambda: app.library.catalogue.save(replace(brakes(app), superseded=True)),
        lambda: client.delete(f"/documents/{brakes(app).id}"),
    ]
    settle(client)
    for change in changes:
        change()
        settle(client)


def test_other_instructions_settings_groups_and_conversations_get_their_own_answers(
    client: httpx.Client, app: App, api: FastAPI, shipped: Path
) -> None:
    settle(client)
    folder = shipped / "garage"
    (folder / "prompts").mkdir()
    (folder / "prompts" / "answer.v9.md").write_text("Answer from the evidence alone.", encoding="utf-8")
    settle(client)
    declared = (folder / "assistant.yaml").read_text(encoding="utf-8")
    (folder / "assistant.yaml").write_text(declared + "owner: Somebody else\n".replace("owner", "language"), "utf-8")
    settle(client)
    api.dependency_overrides[asker] = lambda: Asker("local", EVERYONE | {"board"})
    assert repeated(client)  # no document is for the board: being in it changes nothing
    app.library.pipeline.describe(brakes(app).id, None, None, EVERYONE | {"board"})
    settle(client)
    api.dependency_overrides[asker] = lambda: Asker("local", EVERYONE)
    settle(client)
    told = [{"role": "user", "content": "How often is the brake fluid changed?"}, {"role": "user", "content": PADS}]
    assert not repeated(client, messages=told)
    assert repeated(client, messages=told)
    assert not repeated(client, quotes_only=True)


def test_a_deletion_that_is_under_way_or_was_killed_in_the_middle_ends_it(client: httpx.Client, app: App) -> None:
    settle(client)
    entry = brakes(app)
    app.library.catalogue.save(replace(entry, status=Status.DELETING))
    assert not repeated(client)
    assert not repeated(client)  # nothing is kept meanwhile
    app.library.catalogue.save(entry)
    settle(client)
    app.library.editions.delete(entry.id)  # only the index knows yet
    answer = ask(client)
    assert not answer["repeated"]
    assert "3.2 mm" not in answer["answer"]


def test_nobody_gets_an_answer_from_a_document_that_the_index_closed_to_them(client: httpx.Client, app: App) -> None:
    settle(client)
    app.library.editions.set_groups(brakes(app).id, frozenset({"board"}))  # killed before the catalogue was written
    answer = ask(client)
    assert not answer["repeated"]
    assert "3.2 mm" not in answer["answer"]


def test_a_thumb_down_ends_it_also_on_the_repetition(client: httpx.Client) -> None:
    settle(client)
    again = ask(client)
    client.post("/feedback", json={"answer_id": again["id"], "rating": "down"})
    assert not repeated(client)
    assert not repeated(client)


def test_whoever_wants_it_fresh_gets_it_fresh_and_a_deleted_answer_is_never_repeated(client: httpx.Client) -> None:
    first = ask(client, conversation_id="new")
    assert not repeated(client, fresh=True)
    assert ask(client)["repeated_from"] == first["id"]
    client.delete(f"/conversations/{first['conversation_id']}")
    assert not repeated(client)


def test_a_stream_shows_evidence_text_and_answer_of_a_repetition(client: httpx.Client) -> None:
    settle(client)
    body = {"model": "garage", "messages": [{"role": "user", "content": PADS}], "stream": True}
    lines = client.post("/v1/chat/completions", json=body).text
    kinds = [line.split('"event":"')[1].split('"')[0] for line in lines.splitlines() if '"event":"' in line]
    assert kinds == ["evidence_found", "text_added", "answer_ready"]


@contextmanager
def running(
    settings: Settings, shipped: Path, model: ScriptedModel | None = None
) -> Generator[tuple[App, httpx.Client]]:
    """The parts of a data folder behind a server."""
    app = build(settings, shipped, ScriptedRoom(settings, model) if model else None)
    app.library.loader.start()
    until(lambda: app.library.loader.loading is None)
    with listening(guarded(create_api(app), app)) as url, httpx.Client(base_url=url, timeout=60) as client:
        yield app, client
    assert app.stop(60)


@pytest.fixture
def settings(tmp_path: Path, weights: Path) -> Settings:
    return Settings(data=tmp_path / "data", weights=weights, model="none")


def test_it_outlives_a_restart_and_what_changed_before_the_restart_ends_it_too(
    settings: Settings, shipped: Path
) -> None:
    with running(settings, shipped) as (_, client):
        settle(client)
    with running(settings, shipped) as (app, client):
        assert repeated(client)
        app.library.catalogue.save(brakes(app))
    with running(settings, shipped) as (_, client):
        settle(client)
    model = ScriptedModel("Pads are replaced below 3.2 mm [1].")
    with running(settings.model_copy(update={"checker": "rules"}), shipped, model) as (_, client):
        settle(client)
        asked = len(model.asked)
        assert asked
        assert ask(client)["usage"]["prompt_tokens"] == 0
        assert len(model.asked) == asked
    with running(settings.model_copy(update={"repeats": "off"}), shipped) as (_, client):
        assert not repeated(client)
        assert not repeated(client)


class Deaf(ScriptedModel):
    """Cannot be asked what holds certain words, until it hears again."""

    deaf_to = ""

    async def stream(self, messages: Sequence[Message], options: GenerateOptions) -> AsyncGenerator[Token, None]:
        self._hear(messages)
        async for token in super().stream(messages, options):
            yield token

    async def first_token_logprobs(self, messages: Sequence[Message], choices: Sequence[str]) -> dict[str, float]:
        self._hear(messages)
        if messages[-1].content.startswith("Passage:"):  # so that it writes: what is sure is quoted alone
            return {"Yes": -3.0, "No": -0.1}
        return await super().first_token_logprobs(messages, choices)

    def _hear(self, messages: Sequence[Message]) -> None:
        if self.deaf_to and self.deaf_to in messages[-1].content:
            raise ModelUnavailable("gone for a moment")


@pytest.mark.parametrize(
    ("deaf_to", "question"),
    [
        ("yes or no", "What colour do the pads of the van have?"),
        ("Translate into", "Wie oft muss die Feststellbremse des Corvane 28 von der Werkstatt geprüft werden?"),
        ("Statement:", PADS),
    ],
)
def test_what_came_out_while_the_model_could_not_be_asked_is_not_given_again(
    settings: Settings, shipped: Path, deaf_to: str, question: str
) -> None:
    model = Deaf("Pads are replaced below 3.2 mm [1].", logprobs={"yes": -0.1, "no": -3.0, "1": -0.1, "Yes": -0.1})
    with running(settings.model_copy(update={"checker": "judge"}), shipped, model) as (_, client):
        model.deaf_to = deaf_to
        assert not repeated(client, question)
        assert not repeated(client, question)
        model.deaf_to = ""
        assert not repeated(client, question)
        assert any(deaf_to in messages[-1].content for messages in model.asked)
        assert repeated(client, question)
