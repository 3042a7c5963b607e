"""The library over HTTP: found, looked at, described, accepted, closed, deleted, and only by those who may."""

from __future__ import annotations

import io
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from surefoot.app.accounts.actor import Actor
from surefoot.app.accounts.permissions import ROLES, Role
from surefoot.app.api.asker import actor, asker
from surefoot.app.client.library_forms import DocumentChange
from surefoot.app.client.shelves import Shelves
from surefoot.app.client.transport import Transport
from surefoot.app.parts import App
from surefoot.core.nouns import Asker
from surefoot.ingestion.catalogue import id_of
from surefoot.ingestion.describing import Order
from surefoot.ingestion.results import SourceFile
from tests.app.test_documents_api import LEAVE, code, feed, files

STRICT = "name: strict\ntitle: Strict desk\npii: mask\nquality:\n  min_words: 6\n"
MAIL = "maria.keller@example.org"
LETTER = f"The parcel of Maria Keller was wet when it came; reach her under {MAIL} on any day."
CONTRIBUTOR = Actor("bob", "Bob", frozenset(), ROLES[Role.CONTRIBUTOR], "session")
STRANGER = Actor("eve", "Eve", frozenset({"visitors"}), ROLES[Role.ADMINISTRATOR], "session")
BOB = Asker("bob", frozenset({"everyone"}))


@pytest.fixture
def strict(app: App) -> str:
    """An assistant that masks personal data and asks for six words."""
    folder = app.settings.data / "assistants" / "strict"
    folder.mkdir(parents=True)
    (folder / "assistant.yaml").write_text(STRICT, encoding="utf-8")
    return "strict"


@pytest.fixture
def leave(client: httpx.Client, app: App) -> str:
    """The id of a document that was fed to an assistant of one's own."""
    app.assistants.create("HR desk", "hr-desk")  # for everyone
    return str(feed(client, "hr-desk", files(policies__leave_md=LEAVE))[0]["document_id"])


def pdf(*lines: str) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out)
    for number, line in enumerate(lines):
        canvas.drawString(72, 700 - 20 * number, line)
    canvas.save()
    return out.getvalue()


def leave_order(assistant: str, path: str, groups: frozenset[str], source: str | None = None) -> Order:
    return Order(SourceFile(path, LEAVE), assistant, Asker("ceo", frozenset()), groups, source)


def find(client: httpx.Client, assistant: str, **wanted: str | int) -> dict[str, Any]:
    response = client.get("/library", params={"assistant": assistant, **wanted})
    assert response.status_code == 200, response.text
    return response.json()


def paths(page: dict[str, Any]) -> list[str]:
    return [row["path"] for row in page["documents"]]


def test_documents_are_found_by_words_and_filters_and_in_order(client: httpx.Client) -> None:
    everything = find(client, "garage", sort="-title")
    assert (paths(everything), everything["total"]) == (["tariffs.csv", "brakes.md"], 2)
    assert everything["counts"]["status"] == {"ready": 2}
    assert paths(find(client, "garage", words="brake")) == ["brakes.md"]
    assert paths(find(client, "garage", language="en", media_type="text/markdown")) == ["brakes.md"]
    assert paths(find(client, "garage", superseded="yes")) == []
    assert paths(find(client, "garage", source="")) == ["brakes.md", "tariffs.csv"]
    second = find(client, "garage", offset=1, limit=1)
    assert (paths(second), second["total"]) == (["tariffs.csv"], 2)
    assert find(client, "garage", offset=1_000_000)["documents"] == []


@pytest.mark.parametrize(
    "wanted",
    [
        {"sort": "colour"},
        {"offset": "-1"},
        {"offset": "9" * 30},
        {"limit": "0"},
        {"limit": "501"},
        {"limit": "x"},
        {"superseded": "perhaps"},
        {"words": "x" * 501},
    ],
)
def test_a_question_that_makes_no_sense_is_refused_with_its_fault(client: httpx.Client, wanted: dict[str, str]) -> None:
    response = client.get("/library", params={"assistant": "garage", **wanted})
    assert (response.status_code, code(response)) == (422, "invalid_request")
    assert next(iter(wanted)) in response.json()["error"]["message"]


def test_an_unknown_assistant_or_document_is_not_found(client: httpx.Client) -> None:
    assert client.get("/library", params={"assistant": "nobody"}).status_code == 404
    assert client.get("/library").status_code == 422
    for unknown in (id_of("garage", "no.md"), "x" * 300, "%00"):
        assert client.get(f"/library/{unknown}").status_code == 404
        assert client.patch(f"/library/{unknown}", json={"title": "Other"}).status_code == 404
        assert client.post(f"/library/{unknown}/accept").status_code == 404
        assert client.get(f"/library/{unknown}/pages/1.png").status_code == 404


def test_a_card_shows_report_versions_and_copies(client: httpx.Client) -> None:
    paper = b"# Gifts\n\nVersion: %d. Effective date: 1 March 202%d.\n\nA gift may be worth %d0 euro at most.\n"
    rows = feed(client, "hr-desk", files(gifts1_md=paper % (1, 4, 2), gifts2_md=paper % (2, 6, 5)))
    feed(client, "hr-desk", files(copies__gifts_md=paper % (2, 6, 5)))
    card = client.get(f"/library/{rows[1]['document_id']}").json()
    assert card["report"]["profile"]["language"] == card["document"]["language"] == "en"
    assert [(row["path"], row["superseded"]) for row in card["versions"]] == [("gifts1.md", True)]
    assert card["copies"] == [{"path": "copies/gifts.md", "source_id": None}]


@pytest.mark.parametrize(
    "change",
    [
        {"title": ""},
        {"title": "   "},
        {"title": "two\nlines"},
        {"groups": [""]},
        {"groups": ["a\0b"]},
        {"groups": [str(n) for n in range(201)]},
        {"properties": {"": "x"}},
        {"properties": {"x": "a\0b"}},
        {"properties": {"x": "y" * 2_001}},
        {"properties": {str(n): "x" for n in range(51)}},
        {"properties": {"x": {"y": "z"}}},
    ],
)
def test_a_change_that_makes_no_sense_changes_nothing(client: httpx.Client, leave: str, change: dict[str, Any]) -> None:
    before = client.get(f"/library/{leave}").json()
    response = client.patch(f"/library/{leave}", json=change)
    assert response.status_code == 422, response.text
    assert client.get(f"/library/{leave}").json() == before


def test_who_may_not_see_a_document_learns_nothing_of_it(
    client: httpx.Client, app: App, api: FastAPI, leave: str
) -> None:
    app.library.pipeline.describe(leave, None, None, frozenset({"staff"}))
    api.dependency_overrides[actor] = lambda: STRANGER
    found = find(client, "hr-desk")
    assert (found["documents"], found["total"]) == ([], 0)
    assert all(numbers == {} for numbers in found["counts"].values())
    answers = [
        client.get(f"/library/{leave}"),
        client.patch(f"/library/{leave}", json={"groups": ["visitors"]}),
        client.post(f"/library/{leave}/accept"),
        client.get(f"/library/{leave}/pages/1.png"),
    ]
    assert [answer.status_code for answer in answers] == [404] * 4
    assert client.post("/library/remove", json={"document_ids": [leave]}).json() == {"deleted": 0, "refused": [leave]}


def test_who_may_see_a_document_of_somebody_else_may_not_change_it(
    client: httpx.Client, api: FastAPI, leave: str
) -> None:
    api.dependency_overrides[actor] = lambda: CONTRIBUTOR
    assert client.get(f"/library/{leave}").status_code == 200
    refused = [
        client.patch(f"/library/{leave}", json={"groups": ["bob"]}),
        client.post(f"/library/{leave}/accept"),
    ]
    assert [(answer.status_code, code(answer)) for answer in refused] == [(403, "not_yours")] * 2
    assert client.post("/library/remove", json={"document_ids": [leave]}).json()["refused"] == [leave]
    del api.dependency_overrides[actor]
    assert client.get(f"/library/{leave}").status_code == 200


def test_copies_and_versions_that_the_asker_may_not_see_are_not_named(
    app: App, client: httpx.Client, api: FastAPI, leave: str
) -> None:
    entry = app.library.catalogue.get(leave)
    assert entry is not None
    app.library.pipeline.set_groups(entry, frozenset({"everyone", "board"}))
    order = leave_order(entry.assistant, "secret/leave.md", frozenset({"board"}))
    assert next(iter(app.library.pipeline.ingest_many([order]))).result.document_id == leave
    api.dependency_overrides[asker] = lambda: BOB
    assert client.get(f"/library/{leave}").json()["copies"] == []
    api.dependency_overrides[asker] = lambda: Asker("joe", frozenset({"board"}))
    assert [copy["path"] for copy in client.get(f"/library/{leave}").json()["copies"]] == ["secret/leave.md"]


def test_a_rejected_document_says_why_and_is_found_once_it_is_accepted(client: httpx.Client, strict: str) -> None:
    row = feed(client, strict, files(bell_md=b"Ring the bell."))[0]
    assert (row["status"], "words" in str(row["reason"])) == ("rejected", True)
    document = row["document_id"]
    listed = find(client, strict, status="rejected")["documents"][0]
    assert (listed["acceptable"], listed["accepted"], listed["language"] != "") == (True, False, True)
    assert client.post(f"/library/{document}/accept").json()["status"] == "ingested"
    listed = find(client, strict)["documents"][0]
    assert (listed["status"], listed["acceptable"], listed["accepted"]) == ("ready", False, True)
    again = client.post(f"/library/{document}/accept")
    assert (again.status_code, code(again)) == (409, "not_acceptable")


def test_an_unreadable_document_cannot_be_accepted(client: httpx.Client, strict: str) -> None:
    feed(client, strict, files(broken_pdf=b"%PDF-1.7 broken"))
    [listed] = find(client, strict)["documents"]
    assert (listed["status"], listed["acceptable"]) == ("rejected", False)
    assert client.post(f"/library/{listed['document_id']}/accept").status_code == 409


def test_many_documents_are_deleted_at_once_and_the_others_are_named(client: httpx.Client, leave: str) -> None:
    other = str(
        feed(client, "hr-desk", files(rest_md=b"# Rest\n\nThe rest of the days expires in March."))[0]["document_id"]
    )
    answer = client.post("/library/remove", json={"document_ids": [leave, other, leave, "unknown"]})
    assert answer.json() == {"deleted": 2, "refused": ["unknown"]}
    assert find(client, "hr-desk")["total"] == 0
    found = client.post("/search", json={"query": "days of leave", "assistant": "hr-desk", "k": 5}).json()
    assert found["passages"] == []


def test_a_bulk_that_is_empty_or_too_large_is_refused(client: httpx.Client) -> None:
    for ids in ([], ["x"] * 10_001, "x", [1], None):
        assert client.post("/library/remove", json={"document_ids": ids}).status_code == 422
    unknown = [f"unknown-{n}" for n in range(10_000)]
    assert len(client.post("/library/remove", json={"document_ids": unknown}).json()["refused"]) == 10_000


def test_a_deleted_documents_copies_from_a_source_do_not_come_back(app: App, client: httpx.Client, leave: str) -> None:
    order = leave_order("hr-desk", "source/leave.md", frozenset({"everyone"}), "s1")
    next(iter(app.library.pipeline.ingest_many([order])))
    client.post("/library/remove", json={"document_ids": [leave]})
    assert app.library.catalogue.kept_away(order.id)
    assert not app.library.catalogue.kept_away(leave)  # a person fed it, and may do so again


def test_a_page_is_drawn_with_its_chunks_outlined(client: httpx.Client) -> None:
    row = feed(client, "hr-desk", [("files", ("leave.pdf", pdf("Everybody has 28 days of leave a year."), "x/y"))])[0]
    path = f"/library/{row['document_id']}/pages"
    answer = client.get(f"{path}/1.png")
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["cache-control"] == "no-store"
    image = Image.open(io.BytesIO(answer.content)).convert("RGB")
    assert len(image.getcolors(1 << 20) or []) > 3
    for beyond in ("0", "-1", "2", "99999999999999999999"):
        assert client.get(f"{path}/{beyond}.png").status_code in {404, 422}
    assert client.get(f"{path}/one.png").status_code == 422


def test_a_document_without_pages_has_no_page_image(client: httpx.Client, leave: str) -> None:
    assert client.get(f"/library/{leave}/pages/1.png").status_code in {404, 422}


def test_a_masked_documents_original_and_pages_are_shown_to_nobody(client: httpx.Client, strict: str) -> None:
    row = feed(client, strict, [("files", ("letter.pdf", pdf(LETTER), "application/pdf"))])[0]
    document = row["document_id"]
    for path in (
        f"/documents/{document}/original",
        f"/documents/{document}/pages/1.png",
        f"/library/{document}/pages/1.png",
    ):
        refused = client.get(path)
        assert (refused.status_code, code(refused)) == (403, "masked")
    shown = [
        client.get(f"/documents/{document}").text,
        client.get(f"/library/{document}").text,
        client.get("/library", params={"assistant": strict}).text,
        client.post("/search", json={"query": "wet parcel", "assistant": strict, "k": 5}).text,
    ]
    assert not any(MAIL in text or "Keller" in text for text in shown)
    assert "[EMAIL-1]" in shown[0]
    assert "[EMAIL-1]" in shown[3]


def test_what_is_masked_in_a_rejected_document_is_shown_to_nobody(client: httpx.Client, strict: str) -> None:
    row = feed(client, strict, files(short_md=f"Write to {MAIL}.".encode()))[0]
    assert row["status"] == "rejected"
    assert client.get(f"/documents/{row['document_id']}/original").status_code == 403
    assert MAIL not in client.get(f"/library/{row['document_id']}").text


def test_the_client_does_what_the_routes_do(client: httpx.Client, leave: str) -> None:
    shelves = Shelves(Transport(str(client.base_url), None, 60))
    assert [row.path for row in shelves.find("hr-desk", {"words": "leave"}, "-size", (0, 5)).documents] == [
        "policies/leave.md"
    ]
    assert shelves.change(leave, DocumentChange(title="Days off")).title == "Days off"
    card = shelves.card(leave)
    assert (card.document.title, card.versions, card.copies) == ("Days off", [], [])
    removed = shelves.remove([leave, "a/b?c"])
    assert (removed.deleted, removed.refused) == (1, ["a/b?c"])
