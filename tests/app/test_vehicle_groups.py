"""A vehicle that is closed is not there for who is in none of its groups: in rows, figures, names, alerts, streams."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

import surefoot.app
from surefoot.app.address import Address, write_address
from surefoot.app.api.application import create_api, guarded
from surefoot.app.audit.reading import Wanted
from surefoot.app.parts import App
from surefoot.app.settings import Settings
from surefoot.app.wiring import build
from surefoot.core.journal import ActKind
from surefoot.retrieval.records.telemetry_tables import PLACES, VEHICLES
from tests.app.command import surefoot as run_surefoot
from tests.app.conftest import GARAGE, GOOD
from tests.app.running import listening, until

RECORDS = Path(surefoot.app.__file__).parent / "assistants" / "fleet" / "records.yaml"
TOKEN = "sft_" + "t" * 43
FAR = """rules:
  far:
    title: Far
    text: "{vehicle} drove {value} km in {period}."
    severity: info
    metric: distance
    by: [vehicle]
    period: last 3 hours
    conditions: [{op: ">", value: 1}]
  all_far:
    title: All of them
    text: "Together {value} km in {period}."
    severity: info
    metric: distance
    period: last 3 hours
    conditions: [{op: ">", value: 1}]
"""
TOGETHER = "How many kilometres did all vehicles drive in the last 3 hours?"
RANKED = "How many kilometres did each vehicle drive in the last 3 hours?"
OF_ONE = "How many kilometres did V-1 drive in the last 3 hours?"
OF_NONE = "How many kilometres did V-9 drive in the last 3 hours?"
MANY = "How many vehicles are there?"


@dataclass
class House:
    """A server with accounts: Ada administers, Dora is in the group of drivers, Bob in none."""

    app: App
    url: str
    tokens: dict[str, str]

    def call(self, who: str, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.tokens[who]}"}
        return httpx.request(method, self.url + path, headers=headers, timeout=120, **more)

    def get(self, who: str, path: str, **params: str) -> Any:
        got = self.call(who, "GET", path, params=params)
        assert got.status_code == 200, got.text
        return got.json()

    def ask(self, who: str, question: str) -> dict[str, Any]:
        body = {"model": "garage", "messages": [{"role": "user", "content": question}]}
        body |= {"conversation_id": "new"}
        got = self.call(who, "POST", "/v1/chat/completions", json=body)
        assert got.status_code == 200, got.text
        return dict(got.json()["surefoot"])

    def say(self, who: str, question: str) -> str:
        """The answer without times of day, which go on from question to question."""
        answer = str(self.get(who, f"/answers/{self.ask(who, question)['id']}")["answer"])
        return re.sub(r"\d\d:\d\d(:\d\d)?", "", answer)

    def see(self, *groups: str, vehicles: tuple[str, ...] = ("V-1",)) -> httpx.Response:
        return self.call("ada", "PUT", "/fleet/groups", json={"vehicles": list(vehicles), "groups": list(groups)})

    def fleet(self, who: str) -> list[str]:
        return [one["vehicle"] for one in self.get(who, "/fleet")["vehicles"]]


def way(vehicle: str, driver: str) -> list[dict[str, Any]]:
    """36 km/h since an hour, a sample every 10 s; all of it in the last three hours."""
    begun = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=70)
    return [
        {
            "vehicle": vehicle, "driver": driver, "time": (begun + timedelta(seconds=10 * n)).isoformat(),
            "speed_kmh": 36.0, "engine_on": True, "odometer_km": 100 + n * 0.1, "heading_deg": 90.0,
            "latitude": 52.5, "longitude": 13.4 + n * 0.001477,
        }
        for n in range(361)
    ]  # fmt: skip


@contextmanager
def served(folder: Path, weights: Path, groups: str = "everyone") -> Generator[tuple[App, str]]:
    """groups: of vehicles that are new."""
    settings = Settings.model_validate(
        {"data": folder / "data", "weights": weights, "model": "none", "simulator": "off", "vehicle_groups": groups}
    )
    app = build(settings, folder / "shipped")
    app.library.loader.start()
    until(lambda: app.library.loader.loading is None)
    app.telemetry.start()
    with listening(guarded(create_api(app), app, TOKEN)) as url:
        yield app, url
    assert app.stop(60)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("house")
    garage = folder / "shipped" / "garage"
    garage.mkdir(parents=True)
    (garage / "assistant.yaml").write_text(GARAGE, encoding="utf-8")
    (garage / "records.yaml").write_bytes(RECORDS.read_bytes())
    (garage / "alerts.yaml").write_text(FAR, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def whole(folder: Path, weights: Path) -> Iterator[House]:
    """V-1 of the depot Nord and V-2 of the depot Sued drove as far, and both are for everyone."""
    with served(folder, weights) as (app, url):
        people, sessions = app.accounts.people, app.accounts.sessions
        ada = people.accept(people.first_invitation(), "Ada", GOOD)
        dora, _ = people.invite("Dora", ["reader"], ["drivers"])
        bob, _ = people.invite("Bob", ["reader"], [])
        tokens = {name: sessions.begin(one.id) for name, one in {"ada": ada, "dora": dora, "bob": bob}.items()}
        house = House(app, url, tokens)
        for name, driver in (("V-1", "D-1"), ("V-2", "D-2")):
            sent = house.call("ada", "POST", "/telemetry/samples", json=way(name, driver))
            assert sent.json()["kept"] == 361, sent.text
        assert app.telemetry.passes.drained(60)
        rows = {name: [None, None] for name in VEHICLES.columns}
        app.telemetry.store.put(VEHICLES, rows | {"vehicle": ["V-1", "V-2"], "depot": ["Nord", "Sued"]})
        rows = {name: [None] * 3 for name in PLACES.columns}
        app.telemetry.store.put(
            PLACES, rows | {"place": ["Nord", "Sued", "Market"], "kind": ["depot", "depot", "shop"]}
        )
        yield house


@pytest.fixture
def house(whole: House) -> House:
    """All vehicles are for everyone."""
    assert whole.see("everyone", vehicles=("V-1", "V-2")).status_code == 200
    return whole


def test_a_closed_vehicle_is_not_there_for_who_is_in_none_of_its_groups(house: House) -> None:
    assert house.fleet("bob") == house.fleet("dora") == ["V-1", "V-2"]
    assert "12" not in house.say("bob", OF_NONE)
    both = house.say("bob", TOGETHER)
    assert "72" in both
    assert "V-1" in house.say("bob", "How far did V1 drive in the last 3 hours?")  # names are known by now
    assert house.see("drivers").json()["vehicles"] == [{"vehicle": "V-1", "depot": "Nord", "groups": ["drivers"]}]

    assert (house.fleet("dora"), house.fleet("bob")) == (["V-1", "V-2"], ["V-2"])
    assert house.get("bob", "/fleet")["counts"]["depot"] == {"Sued": 1}
    for path in ("/fleet/{}/day", "/fleet/{}/track?start=2026-01-01T00:00:00Z&end=2026-01-02T00:00:00Z",
                 "/telemetry/events?vehicle={}"):  # fmt: skip
        closed, unknown = (house.call("bob", "GET", path.format(name)) for name in ("V-1", "V-9"))
        assert closed.status_code == unknown.status_code == 404, path
        assert closed.text.replace("V-1", "V-9") == unknown.text, "it answers like one that is not there"
        assert house.call("dora", "GET", path.format("V-1")).status_code == 200
    assert [one["place"] for one in house.get("bob", "/fleet/places")["places"]] == ["Market", "Sued"]
    assert [one["place"] for one in house.get("dora", "/fleet/places")["places"]] == ["Market", "Nord", "Sued"]

    assert (house.say("dora", TOGETHER), "36" in house.say("bob", TOGETHER)) == (both, True)
    ranked = house.get("bob", f"/answers/{house.ask('bob', RANKED)['id']}")
    assert [row["vehicle"] for row in ranked["readings"][0]["rows"]] == ["V-2"]
    assert "V-1" not in str(ranked)
    assert house.say("bob", OF_ONE).replace("V-1", "V-9") == house.say("bob", OF_NONE)
    plans = [
        house.call("bob", "POST", "/plans", json={"question": question, "assistant": "garage"}).json()
        for question in (OF_ONE, OF_NONE)
    ]
    assert {**plans[1], "milliseconds": 0} == {
        **_named(plans[0], "V-1", "V-9"), "milliseconds": 0,
    }, "a plan says nothing of it either"  # fmt: skip
    hints = house.ask("bob", "How far did V-11 drive in the last 3 hours?")
    assert "V-1 " not in str(hints).replace("V-11", "")
    found = house.call("bob", "POST", "/search", json={"question": OF_ONE, "assistant": "garage"})
    assert "Nord" not in found.text
    assert "V-1 " not in str(house.get("bob", "/assistants/garage/suggestions"))


def _named(form: Any, one: str, other: str) -> Any:
    if isinstance(form, dict):
        return {key: _named(value, one, other) for key, value in form.items()}
    if isinstance(form, list):
        return [_named(value, one, other) for value in form]
    return form.replace(one, other).replace(one.lower(), other.lower()) if isinstance(form, str) else form


def test_earlier_answers_that_stand_on_it_are_closed_and_open_again_with_it(house: House) -> None:
    asked = {question: house.ask("bob", question) for question in (OF_ONE, TOGETHER, RANKED)}
    of_two = house.ask("bob", OF_ONE.replace("V-1", "V-2"))
    theirs = {question: house.get("bob", f"/answers/{one['id']}")["answer"] for question, one in asked.items()}
    house.see("drivers")
    for one in asked.values():
        kept = house.get("bob", f"/answers/{one['id']}")
        assert "you may not see" in kept["answer"]
        assert kept["readings"] == []
        conversation = house.get("bob", f"/conversations/{one['conversation_id']}")
        assert "you may not see" in str(conversation)
        replayed = house.call("bob", "POST", f"/answers/{one['id']}/replay")
        assert theirs[OF_ONE] not in replayed.text
        assert theirs[TOGETHER] not in replayed.text
    exported = house.get("bob", "/me/export")["answers"]
    texts = [one["answer"] for one in exported]
    assert not set(texts) & set(theirs.values())
    assert "36" in house.get("bob", f"/answers/{of_two['id']}")["answer"], "it stands on the other one alone"
    house.see("everyone")
    for question, one in asked.items():
        assert house.get("bob", f"/answers/{one['id']}")["answer"] == theirs[question]


def test_alerts_about_it_and_those_that_add_it_up_are_closed_at_once(house: House) -> None:
    house.app.alerts.run_once()
    opened = {one["text"] for one in house.get("bob", "/alerts")["alerts"]}
    assert {text.split()[0] for text in opened} == {"V-1", "V-2", "Together"}
    house.see("drivers")
    assert [one["text"].split()[0] for one in house.get("bob", "/alerts")["alerts"]] == ["V-2"]
    assert {one["text"] for one in house.get("dora", "/alerts")["alerts"]} == opened
    assert "things" not in str(house.get("dora", "/alerts"))
    house.app.alerts.run_once()  # of what the rule's groups see now
    told = {one["text"].split()[0]: one["text"] for one in house.get("bob", "/alerts")["alerts"]}
    assert "36" in told["Together"]


def test_who_may_see_it_is_said_by_an_administrator_alone_and_stands_in_the_trail(house: House) -> None:
    for method, body in (("GET", None), ("PUT", {"vehicles": ["V-1"], "groups": ["everyone"]})):
        assert house.call("bob", method, "/fleet/groups", json=body).status_code == 403
    assert house.see("drivers", "dispatch").status_code == 200
    assert house.see("drivers", "dispatch").status_code == 200  # the same again is no act
    acts = [one for one in house.app.trail.list(Wanted(), None, 50) if one.link.kind == ActKind.VEHICLE_ACCESS_CHANGED]
    assert (acts[0].link.thing, acts[0].link.facts) == (
        "V-1", {"groups": ["dispatch", "drivers"], "before": ["everyone"]},
    )  # fmt: skip
    assert sum(one.link.facts["groups"] == ["dispatch", "drivers"] for one in acts) == 1
    assert house.fleet("ada") == ["V-2"]
    listed = {one["vehicle"]: one["groups"] for one in house.get("ada", "/fleet/groups")["vehicles"]}
    assert listed == {"V-1": ["dispatch", "drivers"], "V-2": ["everyone"]}
    assert "dispatch" in house.get("ada", "/groups")["groups"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"vehicles": ["V-2", "V-9"], "groups": ["drivers"]}, 404),
        ({"vehicles": ["V-2"], "groups": []}, 422),
        ({"vehicles": [], "groups": ["drivers"]}, 422),
        ({"vehicles": ["V-2"], "groups": [" "]}, 422),
        ({"vehicles": ["V-2"], "groups": ["x" * 201]}, 422),
        ({"vehicles": ["V-2"], "groups": ["a\u0007b"]}, 422),
        ({"vehicles": ["V-2"] * 1001, "groups": ["drivers"]}, 422),
    ],
)
def test_what_cannot_be_given_changes_nothing(house: House, body: dict[str, Any], status: int) -> None:
    refused = house.call("ada", "PUT", "/fleet/groups", json=body)
    assert refused.status_code == status, refused.text
    assert refused.json()["error"]["message"]
    assert house.fleet("bob") == ["V-1", "V-2"]


def test_more_samples_a_replay_and_a_group_of_one_person_change_nothing_else(house: House) -> None:
    dora = next(one for one in house.app.accounts.people.list() if one.name == "Dora")
    assert house.see(f"person:{dora.id}").status_code == 200
    later = [one | {"time": datetime.now(UTC).isoformat()} for one in way("V-1", "D-1")[-1:]]
    assert house.call("ada", "POST", "/telemetry/samples", json=later).json()["kept"] == 1
    text = "time,speed_kmh\n" + f"{(datetime.now(UTC) - timedelta(hours=5)).isoformat()},20\n"
    sent = house.call(
        "ada", "POST", "/telemetry/replay", data={"vehicle": "V-1", "format": "csv"}, files={"file": ("a.csv", text)}
    )
    assert sent.status_code == 200, sent.text
    assert house.app.telemetry.passes.drained(60)
    assert (house.fleet("dora"), house.fleet("bob"), house.fleet("ada")) == (["V-1", "V-2"], ["V-2"], ["V-2"])


def test_the_command_closes_a_depot_and_lists_who_may_see_what(house: House, folder: Path, weights: Path) -> None:
    data = folder / "data"
    write_address(data, replace(Address.of("127.0.0.1", 0), url=house.url, token=TOKEN))
    more = {"SUREFOOT_WEIGHTS": str(weights)}
    closed = run_surefoot(data, "telemetry", "groups", "--depot", "Nord", "--group", "drivers", "--json", **more)
    assert closed.json() == {"vehicles": [{"vehicle": "V-1", "depot": "Nord", "groups": ["drivers"]}]}, closed.err
    assert house.fleet("bob") == ["V-2"]
    assert "V-2" in run_surefoot(data, "telemetry", "groups", **more).out
    unknown = run_surefoot(data, "telemetry", "groups", "V-9", "--group", "drivers", **more)
    assert unknown.status != 0
    assert "V-9" in unknown.err


def test_what_was_said_outlasts_a_store_that_is_behind_or_lost(tmp_path: Path, folder: Path, weights: Path) -> None:
    (tmp_path / "shipped").symlink_to(folder / "shipped")

    def heard() -> None:
        sent = httpx.post(f"{url}/telemetry/samples", json=[*way("V-1", "D-1")[:2], *way("V-3", "D-3")[:2]], timeout=60)
        assert sent.status_code == 200
        assert app.telemetry.passes.drained(60)

    def groups() -> dict[str, list[str]]:
        return {one.vehicle: sorted(one.groups) for one in app.telemetry.groups.list()}

    with served(tmp_path, weights, "dispatch") as (app, url):
        heard()
        assert groups() == {"V-1": ["dispatch"], "V-3": ["dispatch"]}, "new ones are for whom the setting says"
        body = {"vehicles": ["V-1"], "groups": ["drivers"]}
        assert httpx.put(f"{url}/fleet/groups", json=body, timeout=60).status_code == 200
        # as where the server is killed after the act is kept and before the store follows
        app.telemetry.store.set_groups({"V-1": ["everyone"]})
    with served(tmp_path, weights, "dispatch") as (app, url):
        assert groups() == {"V-1": ["drivers"], "V-3": ["dispatch"]}
    for file in (tmp_path / "data").glob("records.duckdb*"):
        file.unlink()
    with served(tmp_path, weights, "dispatch") as (app, url):
        heard()
        assert groups() == {"V-1": ["drivers"], "V-3": ["dispatch"]}
