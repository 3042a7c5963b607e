"""Wherever a person can type a text, it is gone from every byte that is kept once the person is erased."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlmodel import select

from surefoot.app.api.application import guarded
from surefoot.app.audit.reading import Wanted
from surefoot.app.parts import App
from surefoot.eval.monitoring.alert_nouns import Event
from surefoot.eval.monitoring.alert_outbox import Outbox
from surefoot.eval.tables import AlertDelivery, AlertRow
from tests.app.running import listening
from tests.app.test_accounts import GOOD
from tests.app.test_erasure import ask, feed, holding, signed_in

CANARY = "KESTREL"
NAME = f"Ann {CANARY}sdottir"

TYPED: Mapping[str, str] = {
    "POST /alerts/{alert_id}/acknowledge": "note",
    "POST /alerts/security/{alert_id}/acknowledge": "note",
    "POST /assistants": "title",
    "GET /conversations": "q",
    "PATCH /conversations/{conversation_id}": "title",
    "PATCH /gaps/{gap_id}": "reply",
    "POST /feedback": "text reasons[]",
    "POST /me/keys": "name",
    "POST /plans": "question",
    "POST /search": "query",
    "POST /sources": "name settings.*",
    "POST /v1/chat/completions": "messages[].content messages[].content[].text",
    "POST /documents": "files[]",
    "PATCH /library/{document_id}": "title properties.*",
    "GET /library": "words",
    "GET /documents/{document_id}/pages/{page}.png": "quote",
    "PATCH /sources/{source_id}": "name settings.*",
}
"""Where a person types a text that is their own."""
NO_TEXT = frozenset(
    "answer_id assistant conversation_id document_id document_ids[] groups[] ids kind model person_id roles[] scopes[]"
    " messages[].content[].type encoder paths[] depot vehicle vehicles[] vehicle_class state day at start end status source"
    " language media_type since until thing against lines[] key schedule person corpus questions format file"
    " password old new code".split()
)
"""Fields that name something that is there, or that nothing is kept of."""
OTHERS: Mapping[str, str] = {
    "POST /people": "name",  # of somebody else
    "POST /erasures/person": "name",
    "POST /backups": "path",
    "POST /editions": "name",  # the installation's
    "POST /sources/test": "settings.*",  # nothing is kept
    "GET /fleet": "q",
}


@pytest.fixture
def url(app: App, api: FastAPI) -> Iterator[str]:
    with listening(guarded(api, app)) as url:
        yield url


def typed(spec: dict[str, Any]) -> dict[str, set[str]]:
    """The fields of every route that take any text."""
    found: dict[str, set[str]] = {}
    for path, deeds in spec["paths"].items():
        for deed, route in deeds.items():
            fields = {
                field
                for body in route.get("requestBody", {}).get("content", {}).values()
                for field in fields_of(body["schema"], spec["components"]["schemas"])
            }
            for asked in route.get("parameters", []):
                if asked["in"] == "query":
                    fields |= set(fields_of(asked["schema"], spec["components"]["schemas"], asked["name"]))
            if fields:
                found[f"{deed.upper()} {path}"] = fields
    return found


def fields_of(schema: Any, named: Mapping[str, Any], at: str = "", seen: tuple[str, ...] = ()) -> Iterator[str]:
    if name := schema.get("$ref", "").rpartition("/")[2]:
        if name not in seen:
            yield from fields_of(named[name], named, at, (*seen, name))
    elif schema.get("type") == "string" and "enum" not in schema and "const" not in schema:
        yield at
    elif schema.get("type") == "object" and not schema.get("properties") and at:
        yield f"{at}.*"
    else:
        for inner, one in parts_of(schema, at):
            yield from fields_of(one, named, inner, seen)


def parts_of(schema: Any, at: str) -> Iterator[tuple[str, Any]]:
    for one in (*schema.get("anyOf", ()), *schema.get("allOf", ())):
        yield at, one
    for name, one in schema.get("properties", {}).items():
        yield f"{at}.{name}" if at else name, one
    if schema.get("type") == "array":
        yield f"{at}[]", schema["items"]


def test_every_field_that_takes_a_text_is_seeded_or_is_said_to_hold_none(api: FastAPI) -> None:
    unknown = {
        f"{route}: {field}"
        for route, fields in typed(api.openapi()).items()
        for field in fields - NO_TEXT
        if field not in f"{TYPED.get(route, '')} {OTHERS.get(route, '')}".split()
    }
    assert unknown == set()
    assert all(set(fields.split()) <= typed(api.openapi())[route] for route, fields in TYPED.items())


def alert(app: App) -> AlertRow:
    """An open alert."""
    now = datetime.now(UTC)
    row = AlertRow(
        id="a1", assistant="garage", rule="late", rule_version="1", key="{}", open_key="k", title="Late",
        severity="info", text="A van is late.", groups=["everyone"], thing=None, auto_resolve=True,
        reading={"metric": "m", "title": "t", "value": 1.0}, opened_at=now, seen_at=now, unheld_at=None,
        resolved_at=None, resolution="", acknowledged_at=None, acknowledged_by="", note="",
    )  # fmt: skip
    with app.database.session() as session:
        session.add(row)
        session.commit()
    return row


def seed(app: App, ann: httpx.Client, folder: Path) -> None:
    """Type a text of its own into every field."""
    made = ann.post("/assistants", json={"title": f"{CANARY} plans"})
    assert made.status_code == 201, made.text
    name = made.json()["name"]
    document = feed(ann, name, f"{CANARY} notes.md", f"# Memo\n\nThe {CANARY} code is changed every 14 months by us.\n")
    about = {"title": f"Title of {CANARY}", "properties": {"about": f"Property {CANARY} ä “quoted”"}}
    assert ann.patch(f"/library/{document}", json=about).status_code == 200
    (folder / f"{CANARY} folder").mkdir()
    source = {"assistant": name, "name": f"{CANARY} source", "kind": "folder", "enabled": False}
    made = ann.post("/sources", json={**source, "settings": {"path": str(folder / f"{CANARY} folder")}})
    if made.status_code == 201:
        ann.patch(f"/sources/{made.json()['id']}", json={"name": f"{CANARY} source, renamed"})
    own = ask(ann, name, f"How often is the {CANARY} code changed?")
    assert "14 months" in own["answer"]
    shared = ask(ann, "garage", f"When are the pads of {CANARY} ä “quoted” replaced?")
    ask(ann, "garage", f"What does {CANARY} say of the weather on Mars?")
    parts = [{"type": "text", "text": f"And what of {CANARY} in parts?"}]
    ann.post("/v1/chat/completions", json={"model": "garage", "messages": [{"role": "user", "content": parts}]})
    for answer in (own, shared):
        body = {"answer_id": answer["id"], "rating": "down", "reasons": ["wrong"], "text": f"No, {CANARY} ä says so."}
        assert ann.post("/feedback", json=body).status_code == 200
        ann.post("/gaps", json={"answer_id": answer["id"]})
        to = f"/conversations/{answer['conversation_id']}"
        assert ann.patch(to, json={"title": f"Talk about {CANARY}"}).status_code == 200
    assert ann.post("/search", json={"assistant": name, "query": f"{CANARY} searched"}).status_code == 200
    ann.post("/plans", json={"assistant": "garage", "question": f"How far did {CANARY} drive?"})
    for path in (f"/conversations?q={CANARY}", f"/library?assistant={name}&words={CANARY}"):
        assert ann.get(path).status_code == 200
    ann.get(f"/documents/{document}/pages/1.png", params={"quote": CANARY})
    key = {"name": f"Key of {CANARY}", "scopes": ["ask"]}
    assert ann.post("/me/keys", json=key).status_code == 201
    note = {"note": f"{CANARY} takes care of it ä"}
    assert ann.post(f"/alerts/{alert(app).id}/acknowledge", json=note).status_code == 200
    app.alerts.run_once()
    act = ann.get("/alerts/security").json()[0]["id"]
    assert ann.post(f"/alerts/security/{act}/acknowledge", json={"note": f"{CANARY} saw it"}).status_code == 200
    with app.database.session() as session:
        Outbox(app.database.session).put(
            session, session.exec(select(AlertRow).where(AlertRow.id == "a1")).one(), Event.RESOLVED, datetime.now(UTC)
        )
        session.commit()


def reply(ann: httpx.Client, ada: httpx.Client) -> None:
    """Answer what somebody else missed."""
    missed = ask(ada, "garage", "Who won the rowing in Henley?")
    gap = ada.post("/gaps", json={"answer_id": missed["id"]}).json()
    said = {"status": "closed", "reply": f"{CANARY} will write that down"}
    assert ann.patch(f"/gaps/{gap['id']}", json=said).status_code == 200


def test_what_a_person_typed_anywhere_is_in_no_byte_any_more(url: str, app: App, tmp_path: Path) -> None:
    people = app.accounts.people
    people.accept(people.first_invitation(), "Ada", GOOD)
    ann_row, _ = people.invite(NAME, ["administrator", "contributor"], [])
    ada = signed_in(url, app.accounts.sessions.begin("local"))
    ann = signed_in(url, app.accounts.sessions.begin(ann_row.id))
    data = app.settings.data
    seed(app, ann, tmp_path)
    reply(ann, ada)
    logs = data / "logs"
    logs.mkdir()
    line = json.dumps({"message": "Refused.", "person": ann_row.id, "about": f"Talk about {CANARY}"}) + "\n"
    for log in ("api.log", "api.log.1", "pages.log"):
        (logs / log).write_text(f"before\n{line}after\n", encoding="utf-8")
    with app.database.session() as session:
        session.connection().exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    places = holding(data, CANARY, ann_row.id)
    assert {"surefoot.db", "logs/api.log", "logs/api.log.1", "logs/pages.log"} <= set(places)
    assert not any(CANARY.lower() in str(entry.link).lower() for entry in app.trail.list(Wanted(), None, 500))
    done = ada.post("/erasures/person", json={"person_id": ann_row.id, "name": NAME})
    assert done.status_code == 200, done.text
    proof = done.json()["proof"]
    assert proof["holds"], proof
    assert proof["snippets"] > 12
    assert proof["bytes"] > 100_000
    assert holding(data, CANARY, CANARY.lower(), ann_row.id) == []
    assert (logs / "api.log").read_text(encoding="utf-8") == "before\nafter\n"
    assert app.trail.verify().faults == ()
    with app.database.session() as session:
        (delivery,) = session.exec(select(AlertDelivery)).all()
        assert json.loads(delivery.body)["alert"]["note"] == ""
    assert [answer for answer in (ask(ada, "garage", "When are the pads of the van replaced?"),) if answer["answer"]]


def test_what_is_left_is_told_and_what_others_say_too_is_not_held_against_it(url: str, app: App) -> None:
    people = app.accounts.people
    people.accept(people.first_invitation(), "Ada", GOOD)
    ann_row, _ = people.invite(NAME, ["contributor"], [])
    ada = signed_in(url, app.accounts.sessions.begin("local"))
    ann = signed_in(url, app.accounts.sessions.begin(ann_row.id))
    both = "When are the pads of the van replaced, please?"
    ask(ann, "garage", both)
    ask(ada, "garage", both)
    ask(ann, "garage", f"When are the pads of {CANARY} replaced?")
    (app.settings.data / "left.txt").write_text(f"When are the pads of {CANARY} replaced?", encoding="utf-8")
    done = ada.post("/erasures/person", json={"person_id": ann_row.id, "name": NAME}).json()
    assert done["proof"]["found"] == ["left.txt"]


def test_who_erases_themselves_leaves_no_new_key(url: str, app: App) -> None:
    people = app.accounts.people
    people.accept(people.first_invitation(), "Ada", GOOD)
    bob, _ = people.invite("Bob Ottersen", ["administrator"], [])
    client = signed_in(url, app.accounts.sessions.begin(bob.id))
    assert client.post("/erasures/person", json={"person_id": bob.id, "name": "Bob Ottersen"}).json()["proof"]["holds"]
    assert holding(app.settings.data, bob.id, "Ottersen") == []
    assert app.trail.verify().whole
