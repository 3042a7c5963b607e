"""Alerts over HTTP and from the command line: seen by whom they concern, acknowledged with a note, told in words."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from streamlit.testing.v1 import AppTest

from surefoot.app.alerting import Alerting
from surefoot.app.api.application import create_api, guarded
from surefoot.app.api.asker import asker
from surefoot.app.client.http import Client
from surefoot.app.pages.alerts import alert_actions
from surefoot.app.parts import App
from surefoot.app.settings import Settings, load_settings
from surefoot.app.telemetry import now_utc
from surefoot.app.wiring import build
from surefoot.core.nouns import Asker
from surefoot.retrieval.records.telemetry_tables import EVENTS, VEHICLE_GROUPS, VEHICLES
from tests.app.running import listening, until
from tests.app.test_pages_run import html
from tests.app.webhook_double import Hook, hooked
from tests.eval.alert_stage import FLEET, SPEEDING
from tests.retrieval.records.telling import rows_of


@pytest.fixture
def hook() -> Iterator[Hook]:
    with hooked() as hook:
        yield hook


@pytest.fixture
def app(tmp_path: Path, weights: Path, hook: Hook) -> Iterator[App]:
    folder = tmp_path / "shipped" / "fleet"
    folder.mkdir(parents=True)
    for name in ("assistant.yaml", "records.yaml"):
        shutil.copy(FLEET / name, folder / name)
    (folder / "alerts.yaml").write_text(SPEEDING.replace("today", "last 60 minutes"), encoding="utf-8")
    settings = Settings.model_validate(
        {"data": tmp_path / "data", "weights": weights, "model": "none", "simulator": "off"}
        | {"alert_webhook": hook.url, "alert_webhook_key": "shared", "alert_seconds": 1}
    )
    app = build(settings, folder.parent)
    yield app
    assert app.stop(60)


@pytest.fixture
def api(app: App) -> FastAPI:
    return create_api(app)


@pytest.fixture
def client(app: App, api: FastAPI) -> Iterator[httpx.Client]:
    with listening(guarded(api, app)) as url, httpx.Client(base_url=url, timeout=60) as client:
        yield client


def sped(app: App, vehicle: str, group: str = "everyone") -> None:
    """A vehicle that was far over the limit three times."""
    store, at = app.telemetry.store, now_utc() - timedelta(minutes=5)
    store.put(VEHICLES, rows_of(VEHICLES, {"vehicle": vehicle, "simulated": True}))
    store.put(VEHICLE_GROUPS, rows_of(VEHICLE_GROUPS, {"vehicle": vehicle, "grp": group}))
    said = {"vehicle": vehicle, "kind": "speeding", "severity": "high", "start": at, "end": at}
    store.put(EVENTS, rows_of(EVENTS, *({**said, "event": f"{vehicle} {n}"} for n in range(3))))


def listed(client: httpx.Client, **query: object) -> dict[str, Any]:
    answer = client.get("/alerts", params={k: str(v) for k, v in query.items()})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_an_open_alert_says_which_rule_and_which_reading(app: App, client: httpx.Client) -> None:
    assert listed(client)["evaluation"]["evaluated_at"] is None
    sped(app, "V-1")
    app.alerts.run_once()
    found = listed(client)
    (alert,) = found["alerts"]
    assert (alert["title"], alert["thing"], alert["state"]) == ("Far over the limit", "V-1", "open")
    assert (alert["reading"]["value"], alert["reading"]["period"]) == (3.0, "last 60 minutes")
    assert alert["reading"]["simulated"] is True
    assert alert["reading"]["told"]
    assert (found["open"], found["evaluation"]["trouble"]) == (1, "")
    assert found["evaluation"]["evaluated_at"]
    assert listed(client, state="all", limit=1)["alerts"] == [alert]
    assert client.get("/alerts", params={"state": "some"}).status_code == 422


def test_who_may_not_see_the_vehicle_neither_sees_nor_acknowledges_its_alert(
    app: App, api: FastAPI, client: httpx.Client
) -> None:
    sped(app, "V-1")
    app.alerts.run_once()
    alert = listed(client)["alerts"][0]["id"]
    api.dependency_overrides[asker] = lambda: Asker("eve", frozenset({"nobody"}))
    assert listed(client, state="all")["alerts"] == []
    assert listed(client)["open"] == 0
    assert client.get("/alerts/rules").json()["rules"][0]["open"] == 0
    assert client.post(f"/alerts/{alert}/acknowledge", json={"note": "?"}).status_code == 404


def test_a_vehicle_that_is_taken_from_a_group_takes_its_alerts_along(app: App, client: httpx.Client) -> None:
    sped(app, "V-1")
    app.alerts.run_once()
    assert listed(client)["open"] == 1
    app.telemetry.store.forget("V-1")
    assert listed(client, state="all")["alerts"] == []


def test_an_alert_is_acknowledged_with_a_note_by_one_person(app: App, client: httpx.Client) -> None:
    sped(app, "V-1")
    app.alerts.run_once()
    path = f"/alerts/{listed(client)['alerts'][0]['id']}/acknowledge"
    for empty in ({}, {"note": "  "}, {"note": "x" * 1001}):
        assert client.post(path, json=empty).status_code == 422
    kept = client.post(path, json={"note": " Called. "}).json()
    assert (kept["acknowledged_by"], kept["note"]) == ("local", "Called.")
    again = client.post(path, json={"note": "Me too."})
    assert again.status_code == 409
    assert "Called." in again.json()["error"]["message"]
    assert client.post("/alerts/nothing/acknowledge", json={"note": "?"}).status_code == 404


def test_rules_say_what_they_read_and_what_is_wrong_with_them(app: App, client: httpx.Client, tmp_path: Path) -> None:
    sped(app, "V-1")
    file = tmp_path / "shipped" / "fleet" / "alerts.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "  wrong: {title: Wrong}\n", encoding="utf-8")
    app.alerts.run_once()
    found = client.get("/alerts/rules").json()
    (rule,) = found["rules"]
    assert (rule["name"], rule["open"], rule["limit"]) == ("far_over", 1, "at least 3 events")
    assert rule["told"].startswith("high speeding events by vehicle")
    (problem,) = found["evaluation"]["problems"]
    assert (problem["assistant"], problem["rule"]) == ("fleet", "wrong")


def test_the_loop_evaluates_by_itself_and_the_webhook_hears_of_it(app: App, client: httpx.Client, hook: Hook) -> None:
    room: Alerting = app.alerts
    room.start()
    sped(app, "V-1")
    until(lambda: hook.events == [("opened", "V-1")])
    until(lambda: client.get("/alerts/webhook").json()["waiting"] == 0)
    state = client.get("/alerts/webhook").json()
    assert (state["set"], state["signed"], state["trouble"]) == (True, True, "")
    assert "took the last message" in state["told"]
    assert "secret-token" not in json.dumps(state)


def test_a_webhook_that_fails_is_told_in_words(app: App, client: httpx.Client, hook: Hook) -> None:
    hook.mode = "500"
    sped(app, "V-1")
    app.alerts.start()
    until(lambda: client.get("/alerts/webhook").json()["trouble"] != "")
    told = client.get("/alerts/webhook").json()["told"]
    assert "has taken no message yet. 1 message waits" in told
    assert "answered 500." in told


def test_the_client_and_the_forms_say_the_same(app: App, client: httpx.Client) -> None:
    sped(app, "V-1")
    app.alerts.run_once()
    with Client(str(client.base_url)) as ours:
        (alert,) = ours.alerts.list().alerts
        assert [cell.name for cell in alert.reading.cells] == ["vehicle", "high_speeding_events"]
        assert ours.alerts.acknowledge(alert.id, "Done.").note == "Done."
        assert [rule.open for rule in ours.alerts.rules().rules] == [1]
        assert ours.alerts.webhook().host == "127.0.0.1"


def section() -> None:
    """The page's section alone, for the server at the session's address."""
    import streamlit as st

    from surefoot.app.client.http import Client
    from surefoot.app.pages.alerts import alerts_section

    alerts_section(Client(st.session_state["url"]))


def test_a_person_acknowledges_on_the_page_with_a_note_and_not_without(app: App, client: httpx.Client) -> None:
    sped(app, "V-1")
    app.alerts.run_once()
    page = AppTest.from_function(section, default_timeout=60)
    page.session_state["url"] = str(client.base_url)
    assert "1 open alert" in html(page.run())
    alert_actions()["alert-acknowledge"]  # what the button does is to open the window for its id
    page.session_state["alert_to_acknowledge"] = listed(client)["alerts"][0]["id"]
    page.run().button[0].click().run()
    assert "Say in a few words" in html(page)
    page.text_area[0].set_value("Called the depot.")
    page.button[0].click().run()
    assert "takes care of it" in html(page)
    assert listed(client)["alerts"][0]["note"] == "Called the depot."


def test_an_address_that_is_none_is_refused_without_being_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUREFOOT_ALERT_WEBHOOK", "ftp://example.com/secret-token")
    with pytest.raises(Exception, match="SUREFOOT_ALERT_WEBHOOK: it is not an address") as refused:
        load_settings()
    assert "secret-token" not in str(refused.value)
    monkeypatch.setenv("SUREFOOT_ALERT_WEBHOOK", "https://example.com/secret-token")
    assert "secret-token" not in repr(load_settings())
