"""Files go in, can be found, are shown as they are, and are gone when they are deleted."""

from __future__ import annotations

import httpx
import pytest
from fastapi import FastAPI

from surefoot.app.accounts.actor import Actor
from surefoot.app.accounts.permissions import ROLES, Role
from surefoot.app.api.asker import actor, asker
from surefoot.app.parts import App
from surefoot.core.nouns import Asker

LEAVE = b"# Leave policy\n\nEverybody has 28 days of leave a year. Unused days expire at the end of March.\n"
Files = list[tuple[str, tuple[str, bytes, str]]]


def files(**named: bytes) -> Files:
    return [("files", (name.replace("__", "/").replace("_", "."), data, "text/plain")) for name, data in named.items()]


def feed(client: httpx.Client, assistant: str, sent: Files) -> list[dict[str, object]]:
    response = client.post("/documents", data={"assistant": assistant}, files=sent)
    assert response.status_code == 200, response.text
    return response.json()["documents"]


def code(response: httpx.Response) -> str:
    return response.json()["error"]["code"]


def test_a_new_name_makes_a_private_assistant_and_a_second_feeding_changes_nothing(client: httpx.Client) -> None:
    first = feed(client, "hr-desk", files(policies__leave_md=LEAVE))
    assert [(row["path"], row["status"]) for row in first] == [("policies/leave.md", "ingested")]
    again = feed(client, "hr-desk", files(policies__leave_md=LEAVE))
    assert [row["status"] for row in again] == ["unchanged"]
    made = client.get("/assistants/hr-desk").json()
    assert made["private"] is True
    assert made["documents"] == 1


def test_one_bad_file_does_not_spoil_the_others(client: httpx.Client) -> None:
    rows = feed(
        client,
        "hr-desk",
        [*files(leave_md=LEAVE), ("files", ("../climb.md", LEAVE, "text/plain")), *files(empty_md=b"")],
    )
    assert [row["status"] for row in rows] == ["ingested", "rejected", "rejected"]
    assert all(row["reason"] for row in rows[1:])


@pytest.mark.parametrize("name", ["", "Ärger", "../up", "x" * 64, "a b"])
def test_a_name_that_cannot_name_an_assistant_is_refused(client: httpx.Client, name: str) -> None:
    response = client.post("/documents", data={"assistant": name}, files=files(leave_md=LEAVE))
    assert response.status_code == 422
    assert "message" in response.json()["error"]


def test_a_document_is_shown_with_its_text_and_chunks_and_its_original_is_a_download(client: httpx.Client) -> None:
    row = feed(client, "hr-desk", [("files", ('r\u00e9glement "x".md', LEAVE, "text/plain"))])[0]
    shown = client.get(f"/documents/{row['document_id']}").json()
    assert "28 days" in shown["text"]
    assert any("28 days" in chunk["text"] for chunk in shown["chunks"])
    assert shown["chunks"][0]["heading"]
    original = client.get(f"/documents/{row['document_id']}/original")
    assert original.content == LEAVE
    assert original.headers["content-disposition"].startswith("attachment;")
    assert original.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in original.headers["content-security-policy"]


def test_a_deleted_document_is_gone_everywhere(client: httpx.Client) -> None:
    row = feed(client, "hr-desk", files(leave_md=LEAVE))[0]
    path = f"/documents/{row['document_id']}"
    assert client.delete(path).json() == {"document_id": row["document_id"], "deleted": True}
    for gone in (path, f"{path}/original", f"{path}/pages/1.png"):
        assert client.get(gone).status_code == 404
    assert client.delete(path).status_code == 404
    found = client.post("/search", json={"query": "days of leave", "assistant": "hr-desk", "k": 5}).json()
    assert found["passages"] == []
    assert client.get("/documents", params={"assistant": "hr-desk"}).json() == {"documents": []}


def test_a_private_assistant_goes_with_its_documents_and_a_shipped_one_stays(client: httpx.Client) -> None:
    row = feed(client, "hr-desk", files(leave_md=LEAVE))[0]
    assert client.delete("/assistants/hr-desk").status_code == 204
    assert client.get("/assistants/hr-desk").status_code == 404
    assert client.get(f"/documents/{row['document_id']}").status_code == 404
    refused = client.delete("/assistants/garage")
    assert refused.status_code == 422
    assert len(client.get("/documents", params={"assistant": "garage"}).json()["documents"]) == 2


def test_passages_are_found_with_their_times(client: httpx.Client) -> None:
    found = client.post("/search", json={"query": "When are pads replaced?", "assistant": "garage", "k": 3}).json()
    assert "3.2 mm" in found["passages"][0]["text"]
    assert set(found["timings_ms"]) == {"encode", "search", "total"}
    assert client.post("/search", json={"query": "x", "assistant": "nobody"}).status_code == 404
    assert client.post("/search", json={"query": "", "assistant": "garage"}).status_code == 422


def test_three_questions_come_from_the_declaration_or_from_the_documents(client: httpx.Client) -> None:
    assert client.get("/assistants/garage/suggestions").json()["questions"] == [
        "When are the pads of the van replaced?"
    ]
    feed(client, "mine", files(brakes_md=b"# Vans\n\nThe brake fluid is changed every 24 months.\n"))
    assert client.get("/assistants/mine/suggestions").json()["questions"]


def test_shipped_documents_are_read_once_and_vanished_ones_are_dropped(app: App, client: httpx.Client) -> None:
    rows = client.get("/documents", params={"assistant": "garage"}).json()["documents"]
    assert {row["path"]: row["status"] for row in rows} == {"brakes.md": "ready", "tariffs.csv": "ready"}
    (app.assistants.get("garage").folder / "knowledge" / "tariffs.csv").unlink()
    app.library.loader._read_samples()
    left = client.get("/documents", params={"assistant": "garage"}).json()["documents"]
    assert [(row["path"], row["document_id"]) for row in left] == [
        (row["path"], row["document_id"]) for row in rows if row["path"] == "brakes.md"
    ]


def test_a_shipped_document_that_somebody_deleted_does_not_come_back(app: App, client: httpx.Client) -> None:
    rows = client.get("/documents", params={"assistant": "garage"}).json()["documents"]
    brakes = next(row for row in rows if row["path"] == "brakes.md")
    assert client.delete(f"/documents/{brakes['document_id']}").json()["deleted"]
    app.library.loader._read_samples()
    left = client.get("/documents", params={"assistant": "garage"}).json()["documents"]
    assert [row["path"] for row in left] == ["tariffs.csv"]


def test_adding_a_fourth_assistant_is_adding_a_folder(app: App, client: httpx.Client) -> None:
    folder = app.settings.data / "assistants" / "canteen"
    (folder / "knowledge").mkdir(parents=True)
    (folder / "assistant.yaml").write_text("name: canteen\ntitle: Canteen\n", encoding="utf-8")
    (folder / "knowledge" / "hours.md").write_text(
        "# Hours\n\nLunch is served from 11:45 to 13:30.\n", encoding="utf-8"
    )
    app.library.loader._read_samples()
    said = client.post(
        "/v1/chat/completions",
        json={"model": "canteen", "messages": [{"role": "user", "content": "From when is lunch served?"}]},
    )
    assert "11:45" in said.json()["choices"][0]["message"]["content"]


def test_what_somebody_else_fed_can_be_read_by_their_group_but_not_deleted(
    client: httpx.Client, app: App, api: FastAPI
) -> None:
    app.assistants.create("HR desk", "hr-desk")
    row = feed(client, "hr-desk", files(leave_md=LEAVE))[0]
    path = f"/documents/{row['document_id']}"
    api.dependency_overrides[actor] = lambda: Actor("bob", "Bob", frozenset(), ROLES[Role.CONTRIBUTOR], "session")
    assert client.get(path).status_code == 200
    over = feed(client, "hr-desk", files(leave_md=b"# Leave\n\nNobody has any leave at all."))[0]
    assert (over["status"], "Somebody else" in str(over["reason"])) == ("rejected", True)
    assert (client.delete(path).status_code, code(client.delete(path))) == (403, "not_yours")
    assert client.delete("/assistants/hr-desk").status_code == 403
    api.dependency_overrides[asker] = lambda: Asker("eve", frozenset({"visitors"}))
    for hidden in (path, f"{path}/original"):
        assert client.get(hidden).status_code == 404
    assert client.get("/documents", params={"assistant": "hr-desk"}).status_code == 404
    search = {"query": "days of leave", "assistant": "hr-desk", "k": 5}
    assert client.post("/search", json=search).status_code == 404
    app.assistants.restrict("hr-desk", {"everyone", "visitors"})  # its documents keep their groups
    assert client.get("/documents", params={"assistant": "hr-desk"}).json() == {"documents": []}
    assert client.post("/search", json=search).json()["passages"] == []
