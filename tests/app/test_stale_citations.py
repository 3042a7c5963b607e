"""Who changes a number in a source sees at once which answers relied on it, what they said, and what is said now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlmodel import Session

from surefoot.app.api.asker import asker
from surefoot.app.client.http import Client
from surefoot.app.database import Database
from surefoot.app.migrations.runner import migrate
from surefoot.app.parts import App
from surefoot.core.nouns import Asker
from surefoot.ingestion.results import SourceFile
from surefoot.serving.conversations import AnswerStore
from tests.app.test_stores import ANN, ANSWER, BOB

PATH = "pressure.md"
RULES = """# Tyre pressure

## Vans

The tyres of a loaded van are inflated to 3.4 bar before each long trip.

## Trailers

The coupling of the trailer is greased every 40 days by the workshop.
"""
PRESSURE = "To how many bar are the tyres of a loaded van inflated?"
Row = dict[str, Any]
As = Callable[..., None]


@pytest.fixture
def now_as(api: FastAPI, app: App) -> As:
    """Ask as somebody else from now on, an assistant that is for everyone."""
    app.assistants.create("Tyres", "tyres")

    def change(name: str, *groups: str) -> None:
        api.dependency_overrides[asker] = lambda: Asker(name, frozenset({"everyone", *groups}))

    return change


def feed(client: httpx.Client, content: str, path: str = PATH) -> str:
    sent = client.post("/documents", data={"assistant": "tyres"}, files={"files": (path, content.encode())})
    row = sent.json()["documents"][0]
    assert row["status"] == "ingested", row
    return str(row["document_id"])


def ask(client: httpx.Client, question: str = PRESSURE, **more: Any) -> Row:
    body = {"model": "tyres", "messages": [{"role": "user", "content": question}], **more}
    response = client.post("/v1/chat/completions", json=body)
    assert response.status_code == 200, response.text
    return response.json()["surefoot"]


def first_citation(client: httpx.Client, answer: Row) -> Row:
    return client.get(f"/answers/{answer['id']}").json()["citations"][0]


def state(client: httpx.Client, answer: Row) -> Row:
    found = client.get("/answers/stale", params={"ids": answer["id"]}).json()["answers"]
    assert len(found) == 1
    return found[0]


def test_an_answer_whose_source_stands_is_current(client: httpx.Client) -> None:
    feed(client, RULES)
    answer = ask(client)
    kept = client.get(f"/answers/{answer['id']}").json()
    assert kept["stale"] is False
    assert [(c["status"], c["now"]) for c in kept["citations"]] == [("current", None)] * len(kept["citations"])
    assert state(client, answer) == {"id": answer["id"], "stale": False, "state": kept["state"]}


def test_a_number_changed_in_a_source_marks_the_answer_and_shows_old_and_new(client: httpx.Client) -> None:
    feed(client, RULES)
    answer = ask(client, conversation_id="new")
    before = state(client, answer)
    feed(client, RULES.replace("3.4 bar", "3.1 bar"))
    kept = client.get(f"/conversations/{answer['conversation_id']}").json()["answers"][0]
    cited = kept["citations"][0]
    assert kept["stale"] is True
    assert cited["status"] == "changed"
    assert cited["now"] == "The tyres of a loaded van are inflated to 3.1 bar before each long trip."
    assert [cited["quote"][a:b] for a, b in cited["changes"]["old"]] == ["3.4"]
    assert [cited["now"][a:b] for a, b in cited["changes"]["new"]] == ["3.1"]
    assert "3.4 bar" in kept["answer"], "what was said is not rewritten"
    after = state(client, answer)
    assert after["stale"] is True
    assert after["state"] == kept["state"] != before["state"]


def test_a_second_change_is_noticed_too_and_the_old_number_makes_it_current_again(client: httpx.Client) -> None:
    feed(client, RULES)
    answer = ask(client)
    states = [state(client, answer)["state"]]
    for number in ("3.1", "2.9"):
        feed(client, RULES.replace("3.4 bar", f"{number} bar"))
        states.append(state(client, answer)["state"])
    assert len(set(states)) == 3
    feed(client, RULES)
    assert state(client, answer) == {"id": answer["id"], "stale": False, "state": states[0]}


def test_another_chunking_or_layout_of_the_same_words_is_no_change(client: httpx.Client) -> None:
    feed(client, RULES)
    answer = ask(client)
    more = "The yard opens at six and closes at nine on every working day of the year. " * 60
    said = RULES.replace("loaded van are inflated to 3.4 bar", "**loaded van** are\ninflated to `3.4` bar")
    feed(client, said.replace("## Vans", f"## Yard\n\n{more}\n\n## Vans"))
    cited = first_citation(client, answer)
    assert (cited["status"], cited["now"]) == ("current", None)


def test_a_sentence_that_was_taken_out_has_nothing_in_its_place(client: httpx.Client) -> None:
    feed(client, RULES)
    answer = ask(client)
    feed(
        client, RULES.replace("The tyres of a loaded van are inflated to 3.4 bar before each long trip.", "Withdrawn.")
    )
    cited = first_citation(client, answer)
    assert (cited["status"], cited["now"], cited["changes"]) == ("changed", None, {"old": [], "new": []})


def test_of_a_deleted_source_nothing_is_shown_but_the_old_quote(client: httpx.Client) -> None:
    document_id = feed(client, RULES)
    answer = ask(client)
    feed(client, RULES.replace("3.4 bar", "3.1 bar"))
    assert client.delete(f"/documents/{document_id}").json()["deleted"] is True
    kept = client.get(f"/answers/{answer['id']}")
    cited = kept.json()["citations"][0]
    assert kept.json()["stale"] is True
    assert (cited["status"], cited["now"], cited["changes"]) == ("gone", None, {"old": [], "new": []})
    assert "3.1 bar" not in kept.text
    feed(client, RULES)
    assert first_citation(client, answer)["status"] == "current"


def test_who_may_no_longer_see_a_source_is_not_told_what_it_says_now(
    client: httpx.Client, app: App, now_as: As
) -> None:
    def fed_for_the_workshop(content: str) -> None:
        file = SourceFile(PATH, content.encode())
        app.library.pipeline.ingest(file, "tyres", Asker("ann", frozenset()), frozenset({"workshop"}))

    now_as("ann")
    document_id = feed(client, RULES)
    fed_for_the_workshop(RULES)
    now_as("bob", "workshop")
    answer = ask(client)
    assert first_citation(client, answer)["status"] == "current"
    fed_for_the_workshop(RULES.replace("3.4 bar", "3.1 bar"))
    assert "3.1 bar" in first_citation(client, answer)["now"]
    now_as("bob")
    kept = client.get(f"/answers/{answer['id']}")
    assert [c["status"] for c in kept.json()["citations"]] == ["gone"] * len(kept.json()["citations"])
    assert "3.1 bar" not in kept.text
    now_as("eve", "workshop")
    assert client.get(f"/answers/{answer['id']}").status_code == 404
    assert client.get("/answers/stale", params={"ids": answer["id"]}).json() == {"answers": []}
    assert client.get(f"/documents/{document_id}/answers").json() == {"answers": []}


def test_an_older_version_that_still_says_it_is_superseded_and_names_the_newer(client: httpx.Client) -> None:
    old = feed(client, RULES.replace("## Vans", "Version: 1\n\n## Vans"), "pressure-v1.md")
    answer = ask(client)
    newer = RULES.replace("## Vans", "Version: 2\n\n## Vans").replace("3.4 bar", "3.1 bar")
    new = feed(client, newer, "pressure-v2.md")
    kept = client.get(f"/answers/{answer['id']}").json()
    cited = next(c for c in kept["citations"] if c["document_id"] == old)
    assert (cited["status"], cited["superseded"], cited["newer"], cited["now"]) == ("superseded", True, new, None)
    assert kept["stale"] is False
    client.delete(f"/documents/{new}")
    assert first_citation(client, answer)["status"] == "current"


def test_which_answers_cite_a_document_is_asked_in_one_request(client: httpx.Client) -> None:
    document_id = feed(client, RULES)
    first, second = ask(client, conversation_id="new"), ask(client, "How often is the coupling greased?")
    with Client(str(client.base_url)) as surefoot:
        found = surefoot.citing(document_id)
        assert [a.id for a in found] == [second["id"], first["id"]]
        assert found[1].question == PRESSURE
        assert found[1].numbers[0] == 1
        assert surefoot.citing("none") == []
        assert {s.id for s in surefoot.answer_states([first["id"], "none", second["id"]])} == {
            first["id"],
            second["id"],
        }
    client.delete(f"/documents/{document_id}")
    assert len(client.get(f"/documents/{document_id}/answers").json()["answers"]) == 2
    client.delete(f"/conversations/{first['conversation_id']}")
    assert [a["id"] for a in client.get(f"/documents/{document_id}/answers").json()["answers"]] == [second["id"]]


def test_a_request_for_too_many_states_is_refused_with_the_number_that_may_be_asked(client: httpx.Client) -> None:
    refused = client.get("/answers/stale", params={"ids": ",".join(f"a{n}" for n in range(51))})
    assert refused.status_code == 422
    assert "at most 50" in refused.json()["error"]["message"]
    assert client.get("/answers/stale", params={"ids": ",".join(["a"] * 60)}).json() == {"answers": []}
    assert client.get("/answers/stale", params={"ids": "x" * 6000}).status_code == 422
    assert client.get("/answers/stale").status_code == 422


AFTER_0006 = (
    "vehiclerow", "foureyesrow", "approvalrow", "installationrow", "secondsteprow", "recoverycoderow", "knownaddressrow", "startrow", "conversationgroup", "auditentry", "auditend", "personkey", "attemptrow", "invitationrow", "keyrow", "sessionrow",
    "personrow",
)  # fmt: skip


def test_answers_from_before_are_found_by_the_documents_they_cite(database: Database) -> None:
    answers = AnswerStore(database.session)
    answers.save(ANSWER, ANN)
    with Session(database.engine) as session:
        for statement in (
            *(f"DROP TABLE {table}" for table in AFTER_0006),
            "DROP TABLE answercitation",
            "DROP TABLE alertdelivery",
            "DROP TABLE alertrow",
            "DROP TABLE repeatrow",
            "DROP TABLE libraryversion",
            *(f"ALTER TABLE gaprow DROP COLUMN {name}" for name in ("reply", "closed_by", "closed_at", "seen_at")),
            "ALTER TABLE documentrow DROP COLUMN interrupted",
            "ALTER TABLE documentrow DROP COLUMN regrouped",
            "ALTER TABLE documentrow DROP COLUMN retitled",
            "ALTER TABLE documentalias DROP COLUMN regrouped",
            "UPDATE alembic_version SET version_num = '0002'",
        ):
            session.connection().execute(text(statement))
        session.commit()
    assert migrate(database)
    assert [k.answer.id for k in answers.citing("d1", ANN)] == ["a1"]
    assert answers.citing("d1", BOB) == []
    assert answers.citing("d2", ANN) == []
