"""An answer can be run again: the same comes out while nothing has changed, and what has changed is named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from surefoot.app.api.asker import asker
from surefoot.core.nouns import Asker
from tests.app.conftest import BRAKES
from tests.app.test_answers_api import PADS, ask


def replay(client: httpx.Client, answer: dict[str, Any]) -> dict[str, Any]:
    response = client.post(f"/answers/{answer['id']}/replay")
    assert response.status_code == 200, response.text
    return response.json()


def feed(client: httpx.Client, name: str, text: str) -> None:
    files = {"files": (name, text.encode(), "text/markdown")}
    response = client.post("/documents", data={"assistant": "garage"}, files=files)
    assert response.status_code == 200, response.text


def test_while_nothing_has_changed_the_same_comes_out_and_nothing_is_recorded(client: httpx.Client) -> None:
    first = ask(client, conversation_id="new")
    again = ask(client, "And the parking brake?", conversation_id=first["conversation_id"])
    for answer in (first, again, ask(client, "What is the capital of Peru?")):
        found = replay(client, answer)
        assert found["same"], found
        assert found["settings"] == found["documents"] == []
        assert found["after"]["answer"] == answer["answer"]
        assert client.get(f"/answers/{found['after']['id']}").status_code == 404
    kept = client.get(f"/conversations/{first['conversation_id']}").json()["answers"]
    assert [one["id"] for one in kept] == [first["id"], again["id"]]


def test_a_document_that_says_something_else_now_is_named_with_both_texts(client: httpx.Client) -> None:
    feed(client, "vans.md", BRAKES.replace("3.2 mm", "4.7 mm").replace("van", "lorry"))
    answer = ask(client, "When are the pads of the lorry replaced?")
    feed(client, "vans.md", BRAKES.replace("3.2 mm", "5.1 mm").replace("van", "lorry"))
    found = replay(client, answer)
    assert not found["same"]
    assert not found["same_text"]
    assert "4.7 mm" in found["before"]["answer"]
    assert "5.1 mm" in found["after"]["answer"]
    assert [row["became"] for row in found["documents"]] == ["changed"]
    assert found["sentences"]["vanished"] >= 1
    assert "5.1 mm" in found["sentences"]["come"][0]["text"]


def test_other_settings_and_another_access_are_named(client: httpx.Client, api: FastAPI, shipped: Path) -> None:
    answer = ask(client)
    declared = shipped / "garage" / "assistant.yaml"
    declared.write_text(declared.read_text() + "answer_tokens: 90\n")
    (row,) = replay(client, answer)["settings"]
    assert row == {"name": "answer_tokens", "was": "220", "now": "90"}
    api.dependency_overrides[asker] = lambda: Asker("local", frozenset({"nobody"}))
    found = replay(client, answer)
    assert {"name": "access", "was": "everyone, person:local", "now": "nobody"} in found["settings"]
    assert found["passages"]["gone"] == []
    assert found["passages"]["vanished"] > 0
    assert found["after"]["outcome"] == "not_found"


def test_only_its_owner_can_run_an_answer_again(client: httpx.Client, api: FastAPI) -> None:
    answer = ask(client)
    api.dependency_overrides[asker] = lambda: Asker("bob", frozenset({"everyone"}))
    assert client.post(f"/answers/{answer['id']}/replay").status_code == 404


def test_an_answer_from_before_the_record_was_kept_says_so(client: httpx.Client, app: Any) -> None:
    from sqlmodel import Session

    from surefoot.serving.tables import AnswerRow

    answer = ask(client, PADS)
    with Session(app.database.engine) as session:
        row = session.get(AnswerRow, answer["id"])
        assert row is not None
        row.body = {key: value for key, value in row.body.items() if key != "how"}
        session.add(row)
        session.commit()
    response = client.post(f"/answers/{answer['id']}/replay")
    assert response.status_code == 409
    assert "Ask the question again" in response.json()["error"]["message"]
    assert client.get(f"/answers/{answer['id']}").json()["how"] is None
