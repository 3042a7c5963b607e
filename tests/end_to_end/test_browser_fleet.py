"""Live data in a real browser with the real server: readings under questions, the fleet, a vehicle's day, its replay."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Locator, expect

from surefoot.app.client.fleet_forms import DayForm
from surefoot.app.client.http import Client
from surefoot.app.client.server import find
from tests.app.running import until
from tests.end_to_end.browsing import PATIENCE, Person, history_is_there, person, product

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
BERLIN = ZoneInfo("Europe/Berlin")
REFRESHES = 7000
"""Milliseconds in which the page of the fleet is drawn anew twice."""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder that the product of this module runs on."""
    return tmp_path_factory.mktemp("product")


@pytest.fixture(scope="module")
def address(data: Path, weights: Path) -> Iterator[str]:
    """Where the pages are, of the product with a simulated fleet and one day of its history."""
    with product(data, weights) as url:
        with _client(data) as client:
            until(lambda: history_is_there(client), seconds=300)
        yield url


@pytest.fixture(scope="module")
def driven(data: Path, address: str) -> DayForm:
    """A day of a vehicle on which it drove several times."""
    assert address
    with _client(data) as client:
        days = (client.fleet.day(v.vehicle, d) for d in _days() for v in client.fleet.vehicles().vehicles)
        return next(day for day in days if len(day.trips) > 2)


@pytest.fixture
def visitor(browser: Browser, address: str) -> Iterator[Person]:
    with person(browser, address) as somebody:
        yield somebody


def _client(data: Path) -> Client:
    server = find(data)
    assert server is not None
    return server.client()


def _days() -> list[date]:
    today = datetime.now(BERLIN).date()
    return [today - timedelta(days=1), today]


def _named(day: date) -> str:
    return "yesterday" if day == _days()[0] else "today"


def _page(day: DayForm, **more: str) -> str:
    query = "".join(f"&{name}={quote(value, safe='')}" for name, value in more.items())
    return f"/?view=fleet&vehicle={day.vehicle.vehicle}&day={day.day}{query}"


def _scrolled(box: Locator) -> int:
    return int(box.evaluate("element => element.scrollTop"))


def test_a_number_is_read_with_its_age_its_plan_and_its_file(visitor: Person, driven: DayForm) -> None:
    visitor.opens("/?assistant=fleet")
    visitor.sees(re.compile("Live, as of"))
    visitor.sees("Which five vehicles had the most harsh braking this week?")
    visitor.asks(f"How far did {driven.vehicle.vehicle} drive {_named(driven.day)}?")
    turn = visitor.waits_for_the_answer(0)
    expect(turn.locator(".sf-record-value")).to_contain_text(re.compile(r"^\d[\d,]*\.\d km$"))
    visitor.sees("Simulated data", within=turn)
    age = turn.locator(".sf-age-ago")
    before = age.text_content()
    expect(age).not_to_have_text(before or "")  # it counts on while one reads
    visitor.clicks("And by driver?", within=turn)
    turn = visitor.waits_for_the_answer(1)
    with visitor.page.expect_download() as download:
        visitor.clicks(re.compile(r"^Download.*CSV"), within=turn)
    assert "distance (km)" in Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()[0]


def test_a_chip_of_a_reading_opens_it_beside_the_conversation(visitor: Person, driven: DayForm) -> None:
    visitor.opens("/?assistant=fleet")
    visitor.asks(f"How far did {driven.vehicle.vehicle} drive {_named(driven.day)}?")
    turn = visitor.waits_for_the_answer(0)
    turn.locator(".sf-answer").get_by_role("button", name=re.compile("^Source 1")).click()
    panel = visitor.page.locator(".st-key-panel")
    visitor.sees("What was asked of the records", within=panel)
    visitor.sees(f"vehicle: {driven.vehicle.vehicle}", within=panel)
    visitor.sees("The vehicles' own odometers.", within=panel)
    visitor.looks("reading-panel")
    visitor.page.keyboard.press("Escape")
    expect(panel).to_have_count(0)


def test_why_an_answer_of_the_records_is_what_it_is_tells_its_plan_rows_and_definition(
    visitor: Person, driven: DayForm
) -> None:
    visitor.opens("/?assistant=fleet")
    visitor.asks(f"How many kilometres did {driven.vehicle.vehicle} drive {_named(driven.day)}?")
    visitor.clicks("Why this answer", within=visitor.waits_for_the_answer(0))
    panel = visitor.page.locator(".st-key-panel")
    for words in ("Read from the records", "What was asked of the records", "What is counted", "Rows"):
        visitor.sees(words, within=panel)
    visitor.sees("Rules alone: each figure is copied from the records", within=panel)
    visitor.unfolds("The plan as it was run", within=panel)
    for held in ('"distance"', f'"{driven.vehicle.vehicle}"'):
        expect(panel.locator(".sf-plan")).to_contain_text(held)
    expect(panel.get_by_text("was not written down")).to_have_count(0)
    visitor.looks("why-live")


def test_bars_stand_above_their_rows_and_all_rows_open(visitor: Person, driven: DayForm) -> None:
    visitor.opens("/?assistant=fleet")
    visitor.asks(f"Distance by vehicle {_named(driven.day)}")
    turn = visitor.waits_for_the_answer(0)
    expect(turn.get_by_test_id("stVegaLiteChart").locator("canvas, svg").first).to_be_visible()
    rows = turn.locator(".sf-record-rows tbody tr")
    assert rows.count() > 10
    expect(rows.nth(9)).to_be_visible()
    expect(rows.nth(10)).to_be_hidden()
    turn.get_by_text(re.compile(r"^All \d+ rows$")).click()
    expect(rows.last).to_be_visible()
    visitor.looks("reading-bars")


def test_a_route_is_drawn_and_its_vehicle_is_one_click_away(visitor: Person, driven: DayForm) -> None:
    visitor.opens("/?assistant=fleet")
    visitor.asks(f"Show the route of {driven.vehicle.vehicle} {_named(driven.day)}.")
    turn = visitor.waits_for_the_answer(0)
    expect(turn.locator(".sf-map-line")).to_have_count(len(driven.trips))
    visitor.looks("reading-route")
    turn.get_by_role("link", name=driven.vehicle.vehicle).first.click()
    expect(visitor.page.get_by_role("heading", name=driven.vehicle.vehicle)).to_be_visible()
    visitor.sees("Maintenance")
    expect(visitor.page).to_have_url(re.compile(r"view=fleet.*vehicle=.*at="))


def test_map_and_list_are_one(visitor: Person) -> None:
    visitor.opens("/")
    visitor.clicks("Fleet")
    rows = visitor.page.locator(".sf-vehicle")
    expect(rows.nth(5)).to_be_visible()
    visitor.sees("Simulated data")
    visitor.looks("fleet")
    row = rows.nth(5)
    name = row.get_attribute("data-thing") or ""
    row.get_by_role("button").focus()
    visitor.page.keyboard.press("Enter")
    mark = visitor.page.locator(f'.sf-map-mark[data-thing="{name}"]')
    expect(mark).to_have_class(re.compile("sf-chosen"))
    expect(row.get_by_role("button")).to_have_attribute("aria-pressed", "true")
    visitor.page.reload()  # the address keeps it
    expect(mark).to_have_class(re.compile("sf-chosen"))
    visitor.clicks(f"Open {name}")
    expect(visitor.page.get_by_role("heading", name=name)).to_be_visible()


def test_the_list_keeps_its_place_while_it_is_kept_fresh(visitor: Person) -> None:
    visitor.opens("/?view=fleet")
    box = visitor.page.locator(".sf-vehicles")
    expect(visitor.page.locator(".sf-vehicle").nth(20)).to_be_attached()
    box.evaluate("element => { element.scrollTop = 700; }")
    where = _scrolled(box)
    button = visitor.page.locator(".sf-vehicle").nth(12).get_by_role("button")
    button.focus()
    visitor.page.wait_for_timeout(REFRESHES)
    expect(button).to_be_focused()
    assert abs(_scrolled(box) - where) < 300  # the focus may have brought its row into view, no more


def test_search_and_filters_narrow_the_fleet_and_the_way_back_is_there(visitor: Person) -> None:
    visitor.opens("/?view=fleet")
    rows = visitor.page.locator(".sf-vehicle")
    expect(rows.nth(20)).to_be_attached()
    everything = rows.count()
    visitor.clicks(re.compile(r"^Northgate \d+"))
    expect(rows).not_to_have_count(everything)
    expect(rows.first).to_contain_text("Northgate")
    search = visitor.page.get_by_label("Find vehicles")
    search.fill("no such vehicle")
    search.press("Enter")
    visitor.sees("No vehicle is like that just now.")
    visitor.looks("fleet-none", schemes=("light",))
    visitor.clicks("Show all vehicles")
    expect(rows).to_have_count(everything)


def test_how_the_data_comes_in_is_told_on_request(visitor: Person) -> None:
    visitor.opens("/?view=fleet")
    visitor.sees("How the data comes in").click()
    visitor.sees("Kept as they came.")
    visitor.sees("None is set")
    visitor.sees(re.compile("The simulator drives a made-up fleet"))


def test_a_day_is_replayed_and_a_trip_has_an_address(visitor: Person, driven: DayForm) -> None:
    visitor.opens(_page(driven))
    visitor.sees("Maintenance")
    expect(visitor.page.locator(".sf-map-line")).to_have_count(len(driven.trips))
    visitor.looks("vehicle")
    told = visitor.page.locator(".sf-replay-told")
    slider = visitor.page.get_by_label("Time", exact=True)
    before = float(slider.input_value())
    visitor.clicks("Replay")
    visitor.page.wait_for_function(
        "before => Number(document.querySelector('.sf-replay-slider').value) > before + 60", arg=before
    )
    visitor.clicks("Pause")
    expect(told).to_have_text(re.compile(r"^\d\d:\d\d:\d\d · (\d+ km/h|nothing heard|speed unknown)$"))
    visitor.page.locator(".sf-timeline").get_by_role("button", name=re.compile("^Trip 2,")).click()
    visitor.sees("All trips")
    expect(visitor.page).to_have_url(re.compile("trip="))
    visitor.page.reload()
    visitor.sees("All trips")
    expect(visitor.page.locator(".sf-map-lines .sf-faint")).to_have_count(len(driven.trips) - 1)


def test_something_on_the_timeline_says_what_it_was(visitor: Person, data: Path, driven: DayForm) -> None:
    with _client(data) as client:
        days = (client.fleet.day(v.vehicle, d) for d in _days() for v in client.fleet.vehicles().vehicles)
        day = next(day for day in days if any(event.kind == "idling" for event in day.events))
    del driven
    visitor.opens(_page(day))
    visitor.page.locator(".sf-timeline").get_by_role("button", name=re.compile("^Idling")).first.click()
    details = visitor.page.get_by_role("status", name="Details")
    visitor.sees("Strongest", within=details)
    visitor.sees("Simulated data", within=details)
    visitor.looks("vehicle-event", schemes=("light",))
    visitor.clicks("Close the details", within=details)
    expect(details).to_have_count(0)


def test_a_day_without_anything_and_a_vehicle_that_is_not_there_say_so(visitor: Person, driven: DayForm) -> None:
    visitor.page.set_default_timeout(PATIENCE)
    visitor.opens(f"/?view=fleet&vehicle={driven.vehicle.vehicle}&day=2020-01-01")
    visitor.sees(f"Nothing was heard of {driven.vehicle.vehicle} on this day.")
    visitor.opens("/?view=fleet&vehicle=nobody")
    visitor.sees(re.compile("There is no vehicle 'nobody'"))
    visitor.clicks("Fleet")
    expect(visitor.page.locator(".sf-vehicle").first).to_be_visible()


def test_a_greeting_is_answered_without_a_verdict_and_the_field_is_ready_for_the_next_question(visitor: Person) -> None:
    visitor.opens("/?assistant=fleet")
    field = visitor.page.get_by_test_id("stChatInputTextArea")
    expect(field).to_be_focused()
    visitor.page.keyboard.type("What can you do?")
    visitor.page.keyboard.press("Enter")
    turn = visitor.waits_for_the_answer(0)
    visitor.sees(re.compile("I look in 11 documents of Fleet desk and in live data"), within=turn)
    expect(turn.locator(".sf-verdict")).to_have_count(0)
    visitor.looks("small-talk")
    visitor.clicks("Which five vehicles had the most harsh braking this week?", within=turn)
    visitor.sees("Supported", within=visitor.waits_for_the_answer(1))
