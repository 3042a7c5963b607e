"""What is erased is in no file any more; the trail says so, stays whole, and can be checked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from surefoot.app.api.application import guarded
from surefoot.app.audit.reading import Wanted
from surefoot.app.erasure.proof import search, snippets
from surefoot.app.erasure.retention import Kept, Retention
from surefoot.app.parts import App
from surefoot.core.nouns import Asker
from surefoot.eval.monitoring.spans import Span
from tests.app.running import listening
from tests.app.test_accounts import GOOD

CANARY = "ZQ-7731-KESTREL"
SECRET = f"""# Halden memo

The Halden merger code is {CANARY}. The code is changed every 14 months by the board.
"""
QUESTION = "How often is the Halden merger code changed?"


@pytest.fixture
def url(app: App, api: FastAPI) -> Iterator[str]:
    with listening(guarded(api, app)) as url:
        yield url


@pytest.fixture
def people(app: App) -> dict[str, str]:
    """Tokens of an administrator, and of a contributor who is an auditor too."""
    made = app.accounts.people
    made.accept(made.first_invitation(), "Ada", GOOD)
    bob, _ = made.invite("Bob", ["contributor", "auditor"], ["board"])
    return {"ada": app.accounts.sessions.begin("local"), "bob": app.accounts.sessions.begin(bob.id)}


def signed_in(url: str, token: str) -> httpx.Client:
    return httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=120)


def feed(client: httpx.Client, assistant: str, name: str = "halden.md", content: str = SECRET) -> str:
    sent = client.post("/documents", data={"assistant": assistant}, files={"files": (name, content.encode())})
    (row,) = sent.json()["documents"]
    assert row["status"] == "ingested", row
    return str(row["document_id"])


def ask(client: httpx.Client, assistant: str, question: str = QUESTION) -> dict[str, Any]:
    body = {"model": assistant, "messages": [{"role": "user", "content": question}], "conversation_id": "new"}
    return client.post("/v1/chat/completions", json=body).json()["surefoot"]


def holding(folder: Path, *words: str) -> list[str]:
    """Files that hold one of these words, read from their first to their last byte."""
    found = [
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and any(word.encode() in path.read_bytes() for word in words)
    ]
    return sorted(found)


def test_an_erased_document_is_in_no_file_any_more(url: str, app: App, people: dict[str, str]) -> None:
    ada = signed_in(url, people["ada"])
    document = feed(ada, "garage", f"{CANARY}.md")
    answer = ask(ada, "garage")
    assert "14 months" in answer["answer"]
    ask(ada, "garage", f"What is {CANARY}?")
    other = ask(ada, "garage", "When are the pads of the van replaced?")
    ada.post("/feedback", json={"answer_id": answer["id"], "rating": "down", "reasons": [], "text": f"{CANARY}?"})
    data = app.settings.data
    assert holding(data, CANARY)
    done = ada.post("/erasures/document", json={"document_id": document})
    assert done.status_code == 200, done.text
    assert done.json()["proof"]["holds"], done.json()
    assert done.json()["proof"]["snippets"] > 0
    assert done.json()["answers"] == 2
    assert holding(data, CANARY) == []
    assert ada.get(f"/answers/{answer['id']}").status_code == 404
    assert ada.get(f"/answers/{other['id']}").status_code == 200
    assert ada.post("/erasures/document", json={"document_id": document}).status_code == 404
    assert [one.name for one in app.trail.list(Wanted(kind="question:", thing=answer["id"]), None, 9)] == ["Ada"]
    kinds = [entry.link.kind for entry in app.trail.list(Wanted(thing=document), None, 20)]
    assert kinds[0] == "document:erasure:proved"
    assert {"document:erasure:asked", "document:content:added", "document:content:deleted"} <= set(kinds)
    assert app.trail.verify().whole


def test_an_erased_person_is_in_no_file_and_the_chain_still_holds(url: str, app: App, people: dict[str, str]) -> None:
    ada, bob = signed_in(url, people["ada"]), signed_in(url, people["bob"])
    bob_id = bob.get("/me").json()["id"]
    app.accounts.people.invite("Ann Kestrelsdottir", ["contributor"], [])
    ann_id = next(one.id for one in app.accounts.people.list() if one.name.startswith("Ann"))
    ann = signed_in(url, app.accounts.sessions.begin(ann_id))
    feed(ann, "anns-own")
    shared = feed(ann, "garage", "shared.md", "# Shared\n\nThe shared pump is greased every 9 weeks.")
    ask(ann, "anns-own", f"What is {CANARY} of Kestrelsdottir?")
    data = app.settings.data
    assert holding(data, "Kestrelsdottir", CANARY, ann_id)
    export = ann.get("/me/export").json()
    assert [one["question"] for one in export["answers"]] == [f"What is {CANARY} of Kestrelsdottir?"]
    assert {one["path"] for one in export["documents"]} == {"halden.md", "shared.md"}
    assert export["trail"]
    wrong = ada.post("/erasures/person", json={"person_id": ann_id, "name": "Bob"})
    assert wrong.status_code == 422
    done = ada.post("/erasures/person", json={"person_id": ann_id, "name": "Ann Kestrelsdottir"})
    assert done.status_code == 200, done.text
    assert done.json()["proof"]["holds"]
    assert holding(data, "Kestrelsdottir", CANARY, ann_id) == []
    assert ann.get("/me").status_code == 401
    assert ada.get(f"/documents/{shared}").status_code == 200  # what was fed for others stays
    assert app.trail.verify().whole
    assert bob_id in {one.id for one in app.accounts.people.list()}


def test_the_last_administrator_is_not_erased(url: str, people: dict[str, str]) -> None:
    ada = signed_in(url, people["ada"])
    refused = ada.post("/erasures/person", json={"person_id": "local", "name": "Ada"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "account_refused")


def test_retention_takes_out_what_is_old_with_all_that_hangs_on_it(url: str, app: App, people: dict[str, str]) -> None:
    ada = signed_in(url, people["ada"])
    answer = ask(ada, "garage", "When are the pads of the van replaced?")
    ada.post("/feedback", json={"answer_id": answer["id"], "rating": "up", "reasons": [], "text": "kestrel"})
    now, ada_asks = datetime.now(UTC), Asker("local", frozenset())
    app.records.spans.add([Span(answer["trace_id"], "a" * 16, None, "local", "answer", now, 1.0, {}, "ok")])
    stores = app.retention._stores
    assert Retention(stores, Kept(30, 30), lambda: now + timedelta(days=29)).apply().answers == 0
    assert ada.get(f"/answers/{answer['id']}").status_code == 200
    done = Retention(stores, Kept(30, 30), lambda: now + timedelta(days=31)).apply()
    assert (done.conversations, done.answers) == (1, 1)
    assert app.records.spans.trace(answer["trace_id"], ada_asks) == []
    assert ada.get(f"/answers/{answer['id']}").status_code == 404
    assert app.trail.list(Wanted(kind="data:retention"), None, 1)[0].link.facts["answers"] == 1
    assert Retention(stores, Kept(None, 30), lambda: now + timedelta(days=9_000)).apply().conversations == 0


def test_a_needle_is_found_wherever_it_lies_and_holes_are_passed_over(tmp_path: Path) -> None:
    from surefoot.app.erasure import proof

    (tmp_path / "deep").mkdir()
    across = tmp_path / "deep" / "across"
    across.write_bytes(b"x" * (proof.BLOCK - 3) + b"needle" + b"y" * 10)
    with (tmp_path / "sparse").open("wb") as file:
        file.truncate(1 << 33)
        file.seek(1 << 32)
        file.write(b"needle")
    (tmp_path / "clean").write_bytes(b"nee dle")
    (tmp_path / "empty").touch()
    found = search(tmp_path, [b"needle"])
    assert found.found == ("deep/across", "sparse")
    assert found.files == 4
    assert search(tmp_path, [b"thread"]).holds


def test_only_what_no_other_document_says_is_looked_for() -> None:
    text = "# Same heading for all\n\nThis line stands here alone.\nshort\n"
    assert snippets(text, lambda piece: piece.startswith("# Same")) == [b"This line stands here alone."]


NOWHERE = "Which parking brake fluid is prescribed by the importer for the Nordwind 9000?"


def closes(client: httpx.Client, document: str, *groups: str) -> None:
    assert client.patch(f"/library/{document}", json={"groups": list(groups)}).status_code == 200


def test_what_was_searched_is_counted_with_the_eyes_of_who_asks(url: str, people: dict[str, str]) -> None:
    with signed_in(url, people["bob"]) as bob, signed_in(url, people["ada"]) as ada:
        before = ask(ada, "garage", NOWHERE)["gap"]["searched"]
        closes(bob, feed(bob, "garage"), "board")
        closes(bob, feed(bob, "garage", "second.md", SECRET.replace("Halden", "Lunden")), "board")
        assert "2 documents" in before
        assert ask(ada, "garage", NOWHERE.replace("9000", "9001"))["gap"]["searched"] == before
        assert "4 documents" in ask(bob, "garage", NOWHERE)["gap"]["searched"]


def test_an_answer_that_is_run_again_names_no_title_that_has_been_closed(url: str, people: dict[str, str]) -> None:
    with signed_in(url, people["bob"]) as bob, signed_in(url, people["ada"]) as ada:
        document = feed(bob, "garage", "kestrel.md", SECRET.replace("# Halden memo", "# Kestrel takes over Halden"))
        closes(bob, document, "everyone")
        answer = ask(ada, "garage")
        assert CANARY in str(answer) or "Kestrel" in str(answer), "she could see it then"
        closes(bob, document, "board")
        again = ada.post(f"/answers/{answer['id']}/replay")
        assert again.status_code == 200
        for said in ("Kestrel", CANARY, document):
            assert said not in again.text
        assert [row["title"] for row in again.json()["documents"]] == [
            "A document that you may not see, or not any more"
        ]


def test_the_export_of_a_person_shows_its_reader_nothing_that_is_closed_to_them(
    url: str, people: dict[str, str], app: App
) -> None:
    with signed_in(url, people["bob"]) as bob, signed_in(url, people["ada"]) as ada:
        closes(bob, feed(bob, "garage", "kestrel.md"), "board")
        ask(bob, "garage")
        ask(bob, "garage", "When are the pads of the van replaced?")
        me = bob.get("/me").json()["id"]
        own, others = bob.get("/me/export"), ada.get(f"/people/{me}/export")
        assert (own.status_code, others.status_code) == (200, 200)
        assert "14 months" in own.text
        assert "kestrel.md" in own.text
        for closed in ("14 months", CANARY, "kestrel.md", "Halden memo"):
            assert closed not in others.text
        told = {one["question"]: one["answer"] for one in others.json()["answers"]}
        assert told[QUESTION] == "This answer stands on something that you may not see, or not any more."
        assert "3.2 mm" in told["When are the pads of the van replaced?"], "what both may see is there"
