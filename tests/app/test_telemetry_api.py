"""Samples come in by push and by file, say what became of them, and are seen only by those who may see the vehicle."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from surefoot.app.api.application import create_api, guarded
from surefoot.app.api.asker import asker
from surefoot.app.parts import App
from surefoot.app.settings import Settings
from surefoot.app.telemetry import FleetFacts
from surefoot.app.wiring import build
from surefoot.core.nouns import Asker
from surefoot.ingestion.telemetry.stored import underived
from surefoot.retrieval.records.telemetry_tables import VEHICLE_GROUPS, VEHICLES
from tests.app.running import listening, until
from tests.conftest import missing
from tests.retrieval.records.telling import rows_of

DRIVES = Path(__file__).resolve().parents[3] / "shared" / "data" / "telemetry_nds"
BOARD = Asker("bea", frozenset({"board"}))
HARSH = "harsh_"


def told(vehicle: str = "V-1", ago: float = 1.0, **more: Any) -> dict[str, Any]:
    """A message from so many seconds ago."""
    moment = datetime.now(UTC) - timedelta(seconds=ago)
    return {"vehicle": vehicle, "time": moment.isoformat(), "speed_kmh": 50.0, **more}


@pytest.fixture
def app(tmp_path: Path, weights: Path, shipped: Path) -> Iterator[App]:
    """All parts with live data under way and no simulated fleet."""
    app = build(Settings(data=tmp_path / "data", weights=weights, model="none", simulator="off"), shipped)
    app.telemetry.start()
    yield app
    assert app.stop(60)


@pytest.fixture
def api(app: App) -> FastAPI:
    return create_api(app)


@pytest.fixture
def client(app: App, api: FastAPI) -> Iterator[httpx.Client]:
    with listening(guarded(api, app)) as url, httpx.Client(base_url=url, timeout=120) as client:
        yield client


@pytest.fixture
def drives() -> Path:
    if not DRIVES.is_dir():
        missing("the evaluation data ../shared/data/telemetry_nds is not there")
    return DRIVES


def pushed(client: httpx.Client, message: Any) -> dict[str, Any]:
    answer = client.post("/telemetry/samples", json=message)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def replayed(client: httpx.Client, path: Path, vehicle: str, form: str = "auto") -> httpx.Response:
    with path.open("rb") as content:
        return client.post("/telemetry/replay", data={"vehicle": vehicle, "format": form}, files={"file": content})


def events_of(client: httpx.Client, vehicle: str, **query: str) -> list[dict[str, Any]]:
    answer = client.get("/telemetry/events", params={"vehicle": vehicle, **query})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["events"])


def restricted(app: App, vehicle: str, group: str = "board") -> None:
    """A vehicle that only one group may see, before it is heard of."""
    app.telemetry.store.put(VEHICLES, rows_of(VEHICLES, {"vehicle": vehicle, "simulated": False}))
    app.telemetry.store.put(VEHICLE_GROUPS, rows_of(VEHICLE_GROUPS, {"vehicle": vehicle, "grp": group}))


def test_a_pushed_sample_is_kept_when_it_is_answered_and_known_when_it_comes_again(
    app: App, client: httpx.Client
) -> None:
    message = told()
    assert pushed(client, message) == {"kept": 1, "repeated": 0, "refused": 0, "reasons": []}
    assert app.telemetry.store.samples_since({"V-1": 0}).speed_kmh.tolist() == [50.0]
    assert pushed(client, message) == {"kept": 0, "repeated": 1, "refused": 0, "reasons": []}
    assert len(app.telemetry.store.samples_since({"V-1": 0})) == 1


def test_a_list_is_kept_in_part_and_each_refusal_has_its_reason(client: httpx.Client) -> None:
    wrong = [told(ago=-3600), told(speed_kmh="fast"), 7, {"time": "yesterday"}]
    answer = pushed(client, [told(ago=3), told(ago=2), told("V-2"), *wrong])
    assert (answer["kept"], answer["repeated"], answer["refused"]) == (3, 0, 4)
    assert [reason.split(":")[0] for reason in answer["reasons"]] == ["future", "malformed", "malformed", "malformed"]
    assert "speed_kmh" in answer["reasons"][1]


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        (b"{", "malformed"),
        (b"", "malformed"),
        (b"[]", "malformed"),
        (b"\xff\xfe", "malformed"),
        (b'{"vehicle": "V-1", "driver": "%s"}' % (b"x" * 20_000), "oversized"),
        (b"[" + b",".join([b"{}"] * 5_001) + b"]", "oversized"),
    ],
    ids=["broken", "empty", "empty list", "no text", "long message", "long list"],
)
def test_what_holds_no_sample_is_refused_with_a_reason_and_counted(
    client: httpx.Client, body: bytes, rule: str
) -> None:
    answer = client.post("/telemetry/samples", content=body)
    assert answer.status_code == 200, answer.text
    assert (answer.json()["kept"], answer.json()["refused"]) == (0, 1)
    assert answer.json()["reasons"][0].startswith(f"{rule}: ")
    status = client.get("/telemetry").json()
    assert (status["kept"], status["refused"]) == (0, 1)


def test_a_push_that_cannot_be_kept_is_said_to_be_not_kept(app: App, client: httpx.Client) -> None:
    app.telemetry.store.close()
    answer = client.post("/telemetry/samples", json=told())
    assert answer.status_code == 503
    assert answer.json()["error"]["type"] == "server_error"
    app.telemetry.store.prepare()
    assert pushed(client, told())["kept"] == 1, "the next one is kept"


def test_the_numbers_count_samples_that_are_kept_and_refused(client: httpx.Client) -> None:
    client.post("/telemetry/samples", json=[told(), told("V-2"), {"vehicle": "V-3", "speed_kmh": 1.0}])
    text = client.get("/metrics").text
    assert 'surefoot_samples_total{outcome="kept"} 2.0' in text
    assert 'surefoot_samples_total{outcome="refused"} 1.0' in text
    assert 'surefoot_waiting{what="messages"} 0.0' in text
    assert "surefoot_live_trouble 0.0" in text


def test_a_push_to_a_closed_intake_is_to_be_sent_again(app: App, client: httpx.Client) -> None:
    app.telemetry.intake.close()
    answer = client.post("/telemetry/samples", json=told())
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "intake_closed")


def test_a_push_that_takes_too_long_is_to_be_sent_again(
    app: App, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("surefoot.app.api.telemetry.KEEP_SECONDS", 0.0)
    answer = client.post("/telemetry/samples", json=told())
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "intake_busy")


def test_the_status_counts_what_came_in_by_rule(app: App, client: httpx.Client) -> None:
    before = client.get("/telemetry").json()
    assert (before["newest"], before["vehicles"], before["kept"], before["broker"]) == (None, 0, 0, None)
    assert before["simulation"]["on"] is False
    newest = told(ago=1)
    pushed(client, [newest, newest, told(ago=60), told("V-2", ago=5), told(ago=-3600)])
    assert app.telemetry.passes.drained(60)
    app.telemetry.intake.close()  # counts are written
    found = client.get("/telemetry").json()
    assert (found["vehicles"], found["kept"], found["refused"], found["waiting"]) == (2, 3, 1, 0)
    assert (found["deriving"], found["trouble"]) == (0, None)
    assert datetime.fromisoformat(found["newest"]) == datetime.fromisoformat(newest["time"])
    counted = {rule["rule"]: rule["messages"] for rule in found["rules"] if rule["source"] == "http"}
    assert counted == {"accepted": 3, "duplicate": 1, "out_of_order": 1, "future": 1}


def test_a_vehicle_of_another_group_is_neither_shown_nor_counted(app: App, api: FastAPI, client: httpx.Client) -> None:
    restricted(app, "V-9")
    pushed(client, [told("V-1", ago=60), told("V-9", ago=5)])
    assert app.telemetry.passes.drained(60)
    hidden = client.get("/telemetry/events", params={"vehicle": "V-9"})
    unknown = client.get("/telemetry/events", params={"vehicle": "V-404"})
    assert hidden.status_code == unknown.status_code == 404
    assert hidden.text.replace("V-9", "V-404") == unknown.text, "nothing tells that it is there"
    status = client.get("/telemetry").json()
    assert status["vehicles"] == 1
    assert datetime.fromisoformat(status["newest"]) < datetime.now(UTC) - timedelta(seconds=50)
    api.dependency_overrides[asker] = lambda: BOARD
    assert client.get("/telemetry").json()["vehicles"] == 1
    assert events_of(client, "V-9") == []


def test_a_file_of_another_format_or_without_samples_is_refused_in_words(client: httpx.Client, tmp_path: Path) -> None:
    path = tmp_path / "drive.xlsx"
    path.write_bytes(b"PK")
    answer = replayed(client, path, "V-1")
    assert answer.status_code == 422
    assert "is of no known format" in answer.json()["error"]["message"]
    path = tmp_path / "drive.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    assert replayed(client, path, "V-1").status_code == 422
    assert replayed(client, path, " V-1").status_code == 422
    assert client.get("/telemetry").json()["kept"] == 0


def test_rows_of_a_file_that_are_no_samples_are_counted_with_their_reason(client: httpx.Client, tmp_path: Path) -> None:
    path = tmp_path / "drive.csv"
    rows = ["time,speed_kmh", "2026-05-04T06:00:00Z,10", "2026-05-04T06:00:01Z,fast", "2026-05-04T06:00:02Z,12"]
    path.write_text("\n".join(rows), encoding="utf-8")
    found = replayed(client, path, "V-1").json()
    assert (found["samples"], found["new"], found["repeated"], found["refused"]) == (2, 2, 0, 1)
    assert "speed_kmh" in found["reasons"][0]
    assert (found["start"], found["end"]) == ("2026-05-04T06:00:00Z", "2026-05-04T06:00:02Z")


def test_a_recorded_drive_is_kept_once_however_often_it_is_sent(client: httpx.Client, drives: Path) -> None:
    path = drives / "drive_01.csv"
    rows = len(path.read_text(encoding="utf-8").splitlines()) - 1
    first = replayed(client, path, "drive 1").json()
    assert (first["samples"], first["new"], first["repeated"], first["refused"]) == (rows, rows, 0, 0)
    found = events_of(client, "drive 1")
    again = replayed(client, path, "drive 1").json()
    assert (again["samples"], again["new"], again["repeated"], again["refused"]) == (rows, 0, rows, 0)
    assert events_of(client, "drive 1") == found
    assert first["events"] == again["events"]


def labelled(drives: Path) -> dict[int, list[tuple[datetime, datetime, str, str]]]:
    """Start, end, severity and axis of each drive's labelled events."""
    found: dict[int, list[tuple[datetime, datetime, str, str]]] = {}
    with (drives / "drives.csv").open(encoding="utf-8") as file:
        found = {int(row["drive"]): [] for row in csv.DictReader(file)}
    with (drives / "events.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            start, end = (datetime.fromisoformat(row[name]) for name in ("start_utc", "end_utc"))
            found[int(row["drive"])].append((start, end, row["severity"], row["peak_axis"]))
    return found


def test_replayed_drives_have_exactly_the_labelled_events(client: httpx.Client, drives: Path) -> None:
    labels = labelled(drives)
    assert (len(labels), sum(map(len, labels.values()))) == (14, 52)
    for number, expected in labels.items():
        vehicle = f"drive {number}"
        assert replayed(client, drives / f"drive_{number:02}.csv", vehicle).status_code == 200
        found = [
            (datetime.fromisoformat(e["start"]), datetime.fromisoformat(e["end"]), e["severity"], e["axis"])
            for e in events_of(client, vehicle)
            if e["kind"].startswith(HARSH)
        ]
        assert found == sorted(expected), vehicle


def test_events_are_asked_for_by_when_they_begin(client: httpx.Client, drives: Path) -> None:
    replayed(client, drives / "drive_01.csv", "drive 1")
    every = events_of(client, "drive 1")
    first, second = (e["start"] for e in every[:2])
    assert events_of(client, "drive 1", start=first, end=second) == every[:1]
    assert events_of(client, "drive 1", start=second) == every[1:]
    assert client.get("/telemetry/events", params={"vehicle": "drive 1", "start": "soon"}).status_code == 422


def test_what_was_kept_before_a_death_is_derived_after_the_next_start_and_until_then_the_day_is_incomplete(
    tmp_path: Path, weights: Path, shipped: Path
) -> None:
    settings = Settings(data=tmp_path / "data", weights=weights, model="none", simulator="off")
    died = build(settings, shipped)
    died.telemetry.intake.start()  # what derives has not begun: it dies between keeping and deriving
    drive = [told(ago=60.0 - n, odometer_km=100 + n / 72, engine_on=True) for n in range(60)]
    assert died.telemetry.intake.submit(json.dumps(drive).encode(), "http").result(30).kept == 60
    died.telemetry.intake.close()
    died.telemetry.store.close()
    died.database.close()
    died.library.editions.close()

    app = build(settings, shipped)
    for sample in underived(app.telemetry.store):
        app.telemetry.passes.note({sample.vehicle: sample.since})
    FleetFacts(app.telemetry.store, app.telemetry.groups.place)(["V-1"])
    with listening(guarded(create_api(app), app)) as url, httpx.Client(base_url=url, timeout=120) as client:
        moment = drive[-1]["time"]
        day = client.get("/fleet/V-1/day", params={"at": moment}).json()
        assert day["trips"] == []
        assert "still being derived" in day["incomplete"]
        app.telemetry.start()  # nothing new is sent
        until(lambda: client.get("/fleet/V-1/day", params={"at": moment}).json()["incomplete"] == "")
        assert client.get("/fleet/V-1/day", params={"at": moment}).json()["trips"] != []
    assert app.stop(60)
