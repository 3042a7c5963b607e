"""Answers, conversations, thumbs and gaps are kept, each for its owner alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from surefoot.app.api.asker import asker
from surefoot.app.parts import App
from surefoot.core.nouns import Asker

PADS = "When are the pads of the van replaced?"
UNKNOWN = "Which parking brake fluid is prescribed by the importer for the Nordwind 9000?"
As = Callable[[str], None]


@pytest.fixture
def now_as(api: FastAPI) -> As:
    """Ask as somebody else from now on."""

    def change(name: str) -> None:
        api.dependency_overrides[asker] = lambda: Asker(name, frozenset({"everyone", f"person:{name}"}))

    return change


def ask(client: httpx.Client, question: str = PADS, **more: Any) -> dict[str, Any]:
    body = {"model": "garage", "messages": [{"role": "user", "content": question}], **more}
    response = client.post("/v1/chat/completions", json=body)
    assert response.status_code == 200, response.text
    return response.json()["surefoot"]


def test_an_answer_quotes_its_source_and_says_how_it_was_made(client: httpx.Client) -> None:
    answer = ask(client)
    assert answer["outcome"] == "quoted"
    assert answer["citations"]
    for citation in answer["citations"]:
        assert 0 <= citation["start"] <= citation["end"] <= len(answer["answer"])
    assert any("3.2 mm" in citation["quote"] for citation in answer["citations"])
    assert answer["evidence"]
    assert answer["release"]
    assert answer["model"] is None


def test_a_conversation_begins_goes_on_is_renamed_and_deleted_with_its_answers(client: httpx.Client) -> None:
    first = ask(client, conversation_id="new")
    second = ask(client, "And the parking brake?", conversation_id=first["conversation_id"])
    kept = client.get(f"/conversations/{first['conversation_id']}").json()
    assert [answer["id"] for answer in kept["answers"]] == [first["id"], second["id"]]
    assert kept["title"] == PADS
    assert [row["id"] for row in client.get("/conversations", params={"q": "pads van"}).json()] == [kept["id"]]
    assert client.get("/conversations", params={"q": "parking"}).json() == []
    renamed = client.patch(f"/conversations/{kept['id']}", json={"title": "Brakes"})
    assert renamed.json()["title"] == "Brakes"
    assert client.delete(f"/conversations/{kept['id']}").status_code == 204
    assert client.get(f"/conversations/{kept['id']}").status_code == 404
    assert client.get(f"/answers/{first['id']}").status_code == 404


@pytest.mark.parametrize("stream", [False, True])
def test_a_conversation_with_one_assistant_is_not_continued_with_another(
    client: httpx.Client, app: App, stream: bool
) -> None:
    begun = ask(client, conversation_id="new")["conversation_id"]
    other = app.assistants.create("Office", "local").name
    asked = {"messages": [{"role": "user", "content": "And the parking brake?"}], "conversation_id": begun}
    refused = client.post("/v1/chat/completions", json={"model": other, "stream": stream, **asked})
    assert (refused.status_code, refused.json()["error"]["code"]) == (404, "unknown_conversation")
    assert "garage" in refused.json()["error"]["message"]
    assert len(client.get(f"/conversations/{begun}").json()["answers"]) == 1
    assert client.post("/v1/chat/completions", json={"model": "garage", **asked}).status_code == 200


def test_a_question_that_is_refused_leaves_no_conversation_behind(client: httpx.Client) -> None:
    body = {"model": "garage", "messages": [{"role": "user", "content": "x" * 5000}], "conversation_id": "new"}
    assert client.post("/v1/chat/completions", json=body).status_code == 422
    assert client.get("/conversations").json() == []


def test_a_second_thumb_replaces_the_first_and_stands_on_the_answer(client: httpx.Client) -> None:
    answer = ask(client)
    up = client.post("/feedback", json={"answer_id": answer["id"], "rating": "up"}).json()
    sent = {"answer_id": answer["id"], "rating": "down", "reasons": ["wrong source"], "text": "see\u0000 page 2"}
    down = client.post("/feedback", json=sent).json()
    assert down["id"] == up["id"]
    kept = client.get(f"/answers/{answer['id']}").json()
    assert kept["feedback"] == {**sent, "text": "see page 2"}
    assert client.post("/feedback", json={"answer_id": "none", "rating": "up"}).status_code == 404
    assert client.post("/feedback", json={"answer_id": answer["id"], "rating": "so-so"}).status_code == 422


def test_a_gap_is_sent_once_to_the_owner_of_the_knowledge_base(client: httpx.Client) -> None:
    answer = ask(client, UNKNOWN)
    assert answer["outcome"] in {"not_found", "off_topic"}
    assert answer["gap"]["owner"] == "Head of the workshop"
    first = client.post("/gaps", json={"answer_id": answer["id"]}).json()
    again = client.post("/gaps", json={"answer_id": answer["id"]}).json()
    assert first == again
    assert first["owner"] == "Head of the workshop"
    assert [gap["question"] for gap in client.get("/gaps", params={"assistant": "garage"}).json()] == [UNKNOWN]
    assert client.get(f"/answers/{answer['id']}").json()["gap_sent"] is True
    answered = ask(client)
    assert client.post("/gaps", json={"answer_id": answered["id"]}).status_code == 422


def test_a_gap_reaches_who_looks_after_the_documents_and_its_sender_is_told(client: httpx.Client, now_as: As) -> None:
    now_as("ann")
    answer = ask(client, UNKNOWN, conversation_id="new")
    gap = client.post("/gaps", json={"answer_id": answer["id"]}).json()["id"]
    path, own = f"/gaps/{gap}", f"/answers/{answer['id']}"
    now_as("bob")
    assert client.patch(path, json={"status": "closed", "reply": " It is in the guide now.\u0000 "}).status_code == 200
    assert client.get("/gaps", params={"assistant": "garage"}).json() == []
    (closed,) = client.get("/gaps", params={"assistant": "garage", "status": "closed"}).json()
    assert (closed["status"], closed["reply"]) == ("closed", "It is in the guide now.")
    now_as("ann")
    assert client.get(own).json()["gap_reply"]["text"] == "It is in the guide now."
    now_as("bob")
    assert client.patch(path, json={"status": "open"}).json()["reply"] == ""
    now_as("ann")
    assert client.get(own).json()["gap_reply"] is None
    for unknown, body in ((path, {"status": "gone"}), (path, {"status": "closed", "reply": "x" * 2001})):
        assert client.patch(unknown, json=body).status_code == 422
    assert client.patch("/gaps/none", json={"status": "closed"}).status_code == 404
    assert client.put("/gaps/none/seen").status_code == 204


def test_a_gap_of_a_private_assistant_is_seen_by_its_owner_alone(client: httpx.Client, now_as: As) -> None:
    now_as("ann")
    made = client.post("/assistants", json={"title": "Ann's papers"}).json()["name"]
    now_as("bob")
    assert client.get("/gaps", params={"assistant": made}).status_code == 404


def test_a_question_that_another_assistant_can_answer_is_pointed_there_for_who_may_use_it(
    client: httpx.Client, api: FastAPI, now_as: As
) -> None:
    asked = "How many days before the start is annual leave requested?"
    made = client.post("/assistants", json={"title": "Leave desk"}).json()["name"]
    leave = (
        b"# Leave\n\nAnnual leave is requested at least 14 days before the start. The team lead decides within 3 days."
    )
    fed = client.post("/documents", data={"assistant": made}, files=[("files", ("leave.md", leave, "text/markdown"))])
    assert fed.status_code == 200
    pointed = ask(client, asked)
    assert pointed["outcome"] in {"not_found", "off_topic"}
    assert pointed["elsewhere"] == {"assistant": made, "title": "Leave desk"}
    assert "14" not in pointed["answer"]  # what is known elsewhere is answered there alone
    assert ask(client, PADS)["elsewhere"] is None
    assert ask(client, UNKNOWN)["elsewhere"] is None
    now_as("bob")
    assert ask(client, asked)["elsewhere"] is None  # it is private
    api.dependency_overrides.clear()
    assert client.delete(f"/assistants/{made}").status_code == 204
    assert client.get(f"/answers/{pointed['id']}").json()["elsewhere"] is None


def test_what_one_asker_did_is_invisible_to_another(client: httpx.Client, now_as: As) -> None:
    now_as("ann")
    answer = ask(client, UNKNOWN, conversation_id="new")
    client.post("/feedback", json={"answer_id": answer["id"], "rating": "up"})
    client.post("/gaps", json={"answer_id": answer["id"]})
    now_as("bob")
    conversation = f"/conversations/{answer['conversation_id']}"
    assert client.get("/conversations").json() == []
    (gap,) = client.get("/gaps", params={"assistant": "garage"}).json()
    assert (gap["question"], gap["asked_by"]) == (UNKNOWN, "")  # sent to whoever looks after the documents
    for path in (conversation, f"/answers/{answer['id']}", f"/traces/{answer['trace_id']}"):
        assert client.get(path).status_code == 404
    assert client.patch(conversation, json={"title": "mine"}).status_code == 404
    assert client.delete(conversation).status_code == 404
    assert client.post("/feedback", json={"answer_id": answer["id"], "rating": "down"}).status_code == 404
    assert client.post("/gaps", json={"answer_id": answer["id"]}).status_code == 404
    body = {
        "model": "garage",
        "messages": [{"role": "user", "content": PADS}],
        "conversation_id": answer["conversation_id"],
    }
    assert client.post("/v1/chat/completions", json=body).status_code == 404
    now_as("ann")
    assert client.get(f"/answers/{answer['id']}").json()["feedback"]["rating"] == "up"
    assert client.get(conversation).json()["title"] == UNKNOWN[:69].rstrip() + "…"


def test_what_is_asked_wrongly_is_explained_with_a_fitting_status(client: httpx.Client) -> None:
    def asked(**body: Any) -> tuple[int, str]:
        response = client.post("/v1/chat/completions", json={"model": "garage", **body})
        return response.status_code, response.json()["error"]["code"]

    user = {"role": "user", "content": PADS}
    assert asked(messages=[user], model="nobody") == (404, "unknown_assistant")
    assert asked(messages=[user], conversation_id="none") == (404, "unknown_conversation")
    assert asked(messages=[]) == (422, "invalid_request")
    assert asked(messages=[{"role": "system", "content": "hi"}]) == (422, "question_invalid")
    assert asked(messages=[{"role": "user", "content": "  \u0000 "}]) == (422, "question_invalid")
    assert (
        client.post("/v1/chat/completions", content=b"{", headers={"Content-Type": "application/json"}).status_code
        == 422
    )


def test_the_numbers_count_what_happened(client: httpx.Client, app: App) -> None:
    ask(client)
    text = client.get("/metrics").text
    assert 'surefoot_answers_total{assistant="garage",outcome="quoted"} 1.0' in text
    assert 'surefoot_documents{status="ready"} 2.0' in text
    assert 'surefoot_engine_state{state="none"} 1.0' in text
    assert 'surefoot_dropped_spans_total{exporter="local"} 0.0' in text
    assert 'surefoot_first_text_seconds_count{assistant="garage"} 1.0' in text
    assert client.get("/ready").json() == {"ready": True, "reasons": []}
    assert client.get("/status").json()["documents"] == 2


def test_a_database_that_is_gone_makes_the_server_unready(client: httpx.Client, app: App) -> None:
    (app.settings.data / "surefoot.db").rename(app.settings.data / "aside.db")
    app.database.engine.dispose()
    (app.settings.data / "surefoot.db").mkdir()
    unready = client.get("/ready")
    assert unready.status_code == 503
    assert "database" in unready.json()["error"]["message"]
    assert client.get("/health").status_code == 200
