"""The fleet's routes show vehicles, days and tracks as they were heard, and only to those who may see them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from fastapi import FastAPI

import surefoot.app
from surefoot.app.api.application import create_api, guarded
from surefoot.app.api.asker import asker
from surefoot.app.client.errors import ClientError
from surefoot.app.client.http import Client
from surefoot.app.parts import App
from surefoot.app.settings import Settings
from surefoot.app.wiring import build
from surefoot.core.nouns import Asker
from surefoot.retrieval.records.telemetry_tables import PLACES
from tests.app.running import listening, until

RECORDS = Path(surefoot.app.__file__).parent / "assistants" / "fleet" / "records.yaml"
BERLIN = ZoneInfo("Europe/Berlin")
DAY = (datetime.now(BERLIN) - timedelta(days=1)).date()
NOON = datetime(DAY.year, DAY.month, DAY.day, 12, tzinfo=BERLIN).astimezone(UTC)
STRANGER = Asker("stranger", frozenset({"another firm"}))


def message(vehicle: str, at: datetime, **more: Any) -> dict[str, Any]:
    held: dict[str, Any] = {
        "vehicle": vehicle, "time": at.isoformat(), "latitude": 52.5, "longitude": 13.4, "speed_kmh": 0.0,
        "heading_deg": 90.0, "engine_on": False, "driver": "D-1",
    }  # fmt: skip
    return held | more


def drive(vehicle: str, minutes: int = 20) -> list[dict[str, Any]]:
    """East at 36 km/h, a sample every 10 s, from noon on; then it stands with the engine off."""
    way = [
        message(
            vehicle, NOON + timedelta(seconds=10 * n), longitude=13.4 + n * 0.1 / 111.32 / math.cos(math.radians(52.5)),
            speed_kmh=36.0, engine_on=True, odometer_km=100 + n * 0.1,
        )
        for n in range(6 * minutes)
    ]  # fmt: skip
    end = way[-1]
    stood = [
        {**end, "time": (NOON + timedelta(minutes=minutes + n)).isoformat(), "speed_kmh": 0.0, "engine_on": False}
        for n in range(12)
    ]
    return way + stood


@pytest.fixture
def app(tmp_path: Path, weights: Path, shipped: Path) -> Iterator[App]:
    """All parts with two vehicles that were heard yesterday, and an assistant that answers from them."""
    (shipped / "garage" / "records.yaml").write_bytes(RECORDS.read_bytes())
    settings = Settings(
        data=tmp_path / "data", weights=weights, model="none", simulator="off", timezone="Europe/Berlin"
    )
    app = build(settings, shipped)
    app.telemetry.start()
    yield app
    assert app.stop(60)


@pytest.fixture
def api(app: App) -> FastAPI:
    return create_api(app)


@pytest.fixture
def url(app: App, api: FastAPI) -> Iterator[str]:
    with listening(guarded(api, app)) as url:
        yield url


@pytest.fixture
def client(url: str) -> Iterator[Client]:
    with Client(url) as client:
        yield client


@pytest.fixture
def heard(url: str, client: Client) -> None:
    """V-1 drove for twenty minutes, V-2 stood; all of it is derived."""
    sent = httpx.post(f"{url}/telemetry/samples", json=[*drive("V-1"), message("V-2", NOON, driver="D-2")], timeout=60)
    assert sent.json()["refused"] == 0
    until(lambda: [v.time is not None for v in client.fleet.vehicles().vehicles] == [True, True])


def test_nothing_heard_is_a_fleet_of_none(client: Client):
    fleet = client.fleet.vehicles()
    assert (fleet.total, fleet.found, fleet.vehicles, fleet.newest) == (0, 0, [], None)
    assert client.assistants()[0].live is None


@pytest.mark.usefixtures("heard")
def test_the_fleet_has_each_vehicle_with_its_newest_state(client: Client):
    fleet = client.fleet.vehicles()
    assert [v.vehicle for v in fleet.vehicles] == ["V-1", "V-2"]
    assert fleet.zone == "Europe/Berlin"
    assert not fleet.simulated
    one = fleet.vehicles[0]
    assert one.longitude is not None
    assert one.longitude > 13.5
    assert fleet.newest == one.time == NOON + timedelta(minutes=31)


@pytest.mark.usefixtures("heard")
def test_words_and_facets_narrow_it_and_counts_say_what_each_facet_would_leave(client: Client):
    assert [v.vehicle for v in client.fleet.vehicles({"q": "d-2"}).vehicles] == ["V-2"]
    assert client.fleet.vehicles({"q": "v-1 d-2"}).found == 0
    state = client.fleet.vehicles().vehicles[0].state or ""
    narrowed = client.fleet.vehicles({"state": "driving", "q": "v-1"})
    assert (narrowed.found, narrowed.total) == (0, 2)
    assert narrowed.counts["state"] == {state: 1}


@pytest.mark.usefixtures("heard")
def test_a_day_begins_and_ends_in_the_fleets_zone_and_holds_what_touches_it(client: Client):
    day = client.fleet.day("V-1", DAY)
    assert day.start == datetime(DAY.year, DAY.month, DAY.day, tzinfo=BERLIN)
    assert day.day == DAY
    assert len(day.trips) == 1
    assert day.trips[0].distance_km == pytest.approx(11.9, abs=0.3)
    assert client.fleet.day("V-1", at=NOON).day == DAY
    assert client.fleet.day("V-1", DAY - timedelta(days=1)).trips == []


@pytest.mark.usefixtures("heard")
def test_a_track_is_thinned_out_and_keeps_its_ends(client: Client):
    whole = client.fleet.track("V-1", NOON, NOON + timedelta(hours=1))
    thin = client.fleet.track("V-1", NOON, NOON + timedelta(hours=1), points=10)
    assert len(whole.seconds) == whole.samples == thin.samples == 132
    assert len(thin.seconds) <= 10
    assert thin.start == whole.start == NOON
    assert (thin.seconds[-1], thin.longitude[-1]) == (whole.seconds[-1], whole.longitude[-1])
    assert whole.speed_kmh[0] == 36.0


@pytest.mark.usefixtures("heard")
def test_an_empty_or_endless_track_is_told_so(client: Client):
    assert client.fleet.track("V-1", NOON - timedelta(days=3), NOON - timedelta(days=2)).start is None
    for start, end in ((NOON, NOON), (NOON, NOON + timedelta(days=9))):
        with pytest.raises(ClientError, match="at most 49 hours") as refused:
            client.fleet.track("V-1", start, end)
        assert refused.value.status == 422


@pytest.mark.usefixtures("heard")
def test_who_may_not_see_a_vehicle_finds_none(client: Client, api: FastAPI):
    api.dependency_overrides[asker] = lambda: STRANGER
    assert client.fleet.vehicles().total == 0
    assert client.assistants() == []
    for ask in (lambda: client.fleet.day("V-1", DAY), lambda: client.fleet.track("V-1", NOON, NOON + timedelta(1))):
        with pytest.raises(ClientError, match="There is no vehicle 'V-1'") as hidden:
            ask()
        assert hidden.value.status == 404


@pytest.mark.usefixtures("heard")
def test_an_assistant_with_live_data_says_how_fresh_it_is_and_shows_live_examples(client: Client):
    garage = client.assistants()[0]
    assert garage.live is not None
    assert garage.live.newest == NOON + timedelta(minutes=31)
    assert garage.examples[:2] == [
        "Which five vehicles had the most harsh braking this week?",
        "When are the pads of the van replaced?",
    ]
    assert client.suggestions("garage") == garage.examples[:3]


def test_a_day_that_cannot_be_is_refused(client: Client, url: str):
    answer = httpx.get(f"{url}/fleet/V-1/day", params={"day": "not a day"}, timeout=60)
    assert answer.status_code == 422
    assert client.alive()


def test_named_zones_are_told(app: App, client: Client):
    yard = {"place": ["Yard"], "kind": ["depot"], "latitude": [52.5], "longitude": [13.4], "radius_m": [100.0]}
    app.telemetry.store.put(PLACES, {name: yard.get(name, [None]) for name in PLACES.columns})
    assert [(p.place, p.kind, p.radius_m, p.outline) for p in client.fleet.places()] == [("Yard", "depot", 100.0, None)]
