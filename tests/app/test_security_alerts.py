"""Changed roles, folder sources and exports are told to who watches over acts, and to nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from surefoot.app.api.application import guarded
from surefoot.app.parts import App
from surefoot.core.journal import acting_as
from surefoot.ingestion.source_store import SourceEntry
from tests.app.running import listening
from tests.app.test_accounts import GOOD
from tests.app.test_erasure import signed_in
from tests.app.test_trail import forged


@pytest.fixture
def url(app: App, api: FastAPI) -> Iterator[str]:
    with listening(guarded(api, app)) as url:
        yield url


def joined(url: str, app: App, name: str, *roles: str) -> tuple[str, httpx.Client]:
    people = app.accounts.people
    if not people.exist():
        people.accept(people.first_invitation(), name, GOOD)
        return "local", signed_in(url, app.accounts.sessions.begin("local"))
    with acting_as("local"):
        person, _ = people.invite(name, roles, [])
    return person.id, signed_in(url, app.accounts.sessions.begin(person.id))


def told(client: httpx.Client, state: str = "open") -> list[dict[str, Any]]:
    found = client.get("/alerts/security", params={"state": state})
    assert found.status_code == 200, found.text
    return found.json()


def test_acts_that_others_should_know_of_are_told_once_to_who_watches(url: str, app: App, tmp_path: Path) -> None:
    _, ada = joined(url, app, "Ada")
    _, eve = joined(url, app, "Eve", "auditor")
    bob_id, bob = joined(url, app, "Bob", "contributor")
    assert app.alerts.watch() == 1  # an auditor was added; a contributor is nothing to tell
    assert ada.patch(f"/people/{bob_id}", json={"roles": ["administrator"]}).status_code == 200
    plans = SourceEntry(
        "plans-1", "garage", "Plans", "folder", {"path": str(tmp_path)}, frozenset({"board"}), "local", enabled=False
    )
    with acting_as("local"):  # as its route does
        app.jobs.parts.sources.save(plans)
        app.jobs.parts.sources.save(plans)
        app.jobs.parts.sources.save(replace(plans, name="Secret plans"))
    assert eve.get("/trail/export").status_code == 200
    assert bob.get("/me/export").status_code == 200  # one's own is nothing to tell
    app.alerts.run_once()
    assert app.alerts.watch() == 0
    texts = {alert["text"] for alert in told(ada)}
    assert texts == {
        "Ada added Eve as auditor.",
        "Ada changed what Bob may do: administrator; groups: none.",
        "Ada added the folder source “Secret plans”.",
        "Ada changed the folder source “Secret plans”.",
        "Eve exported the audit trail.",
    }
    assert {alert["text"] for alert in told(eve)} == texts
    assert app.trail.verify().whole


def test_nobody_else_sees_them_and_the_fleets_list_stays_as_it_is(url: str, app: App) -> None:
    _, ada = joined(url, app, "Ada")
    _, dispatcher = joined(url, app, "Dan", "contributor")
    _, reader = joined(url, app, "Rea", "reader")
    joined(url, app, "Eve", "auditor")
    app.alerts.run_once()
    assert len(told(ada)) == 1
    alert = told(ada)[0]["id"]
    for client in (dispatcher, reader):
        assert client.get("/alerts/security").status_code == 403
        assert client.post(f"/alerts/security/{alert}/acknowledge", json={"note": "x"}).status_code == 403
        assert client.get("/alerts", params={"state": "all"}).json()["alerts"] == []
    assert dispatcher.post(f"/alerts/{alert}/acknowledge", json={"note": "mine"}).status_code == 404
    assert ada.get("/alerts").json()["open"] == 0


def test_one_that_is_acknowledged_is_over_and_a_name_goes_with_its_person(url: str, app: App) -> None:
    _, ada = joined(url, app, "Ada")
    eve_id, eve = joined(url, app, "Eve Kestrelsdottir", "auditor")
    app.alerts.run_once()
    (alert,) = told(eve)
    assert alert["text"] == "Ada added Eve Kestrelsdottir as auditor."
    assert eve.post(f"/alerts/security/{alert['id']}/acknowledge", json={"note": "Seen."}).status_code == 200
    assert told(ada) == []
    again = ada.post(f"/alerts/security/{alert['id']}/acknowledge", json={"note": "Me too."})
    assert again.status_code == 409
    body = {"person_id": eve_id, "name": "Eve Kestrelsdottir"}
    assert ada.post("/erasures/person", json=body).json()["proof"]["holds"]
    (kept,) = told(ada, "all")
    assert kept["text"] == "Ada added somebody who was erased as auditor."
    assert (kept["acknowledged_by"], kept["note"]) == ("", "")


def test_a_hand_in_the_trail_is_told(url: str, app: App) -> None:
    _, ada = joined(url, app, "Ada")
    with app.database.session() as session:
        last = session.connection().execute(text("SELECT max(number) FROM auditentry")).scalar_one()
    forged(app.database, last + 1)
    ada.post("/search", json={"assistant": "garage", "query": "brakes"})
    app.alerts.run_once()
    assert ("critical", "Somebody wrote into the audit trail's tables: verify the chain.") in {
        (alert["severity"], alert["text"]) for alert in told(ada)
    }
