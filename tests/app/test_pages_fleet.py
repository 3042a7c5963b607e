"""What the pages of the fleet and of a vehicle say: true words for events and for what is due, and files of both."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from surefoot.app.client.fleet_forms import DayForm, DueForm, FleetForm
from surefoot.app.client.telemetry_forms import EventForm
from surefoot.app.pages import fleet_words, record_csv, vehicle_day, vehicle_timeline
from tests.app.test_pages_markup import Tags

START = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
TODAY = date(2026, 6, 15)
TRUCK: dict[str, Any] = {"vehicle": "R-1", "simulated": True}


def event(kind: str, **said: Any) -> EventForm:
    plain = {"kind": kind, "start": START, "end": START + timedelta(minutes=2), "duration_s": 120, "event": kind}
    return EventForm.model_validate(plain | said)


def a_day(**said: Any) -> DayForm:
    span = {"day": TODAY, "start": START - timedelta(hours=14), "end": START + timedelta(hours=10)}
    plain: dict[str, Any] = {
        "vehicle": TRUCK,
        "trips": [],
        "stops": [],
        "events": [],
        "due": [],
        "zone": "Europe/Berlin",
    }
    return DayForm.model_validate(plain | span | said)


def plain(html: str) -> str:
    return " ".join(Tags(html).text.replace("\u00a0", " ").split())


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix(record_csv.MARK))))


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (
            event("speeding", peak=8.3, threshold=4.0, unit="km/h", severity="low"),
            "Speeding, 14:00:00, 2 min, 8.3 km/h over the speed limit (counts from 4.0 km/h over), low",
        ),
        (
            event("idling", peak=9.25, threshold=6.0, unit="min"),
            "Idling, 14:00:00, 2 min, 9.2 min (counts from 6.0 min)",
        ),
        (
            event("harsh_braking", peak=-3.91, threshold=3.4, unit="m/s²", severity="med"),
            "Harsh braking, 14:00:00, 2 min, 3.9 m/s² (counts from 3.4 m/s²), med",
        ),
        (
            event("gap", peak=42.0, threshold=40.0, unit="min"),
            "Nothing heard, 14:00:00, 2 min, 42.0 min (counts from 40.0 min)",
        ),
        (
            event("jump", peak=900.0, threshold=250.0, unit="km/h"),
            "Position jumped, 14:00:00, 2 min, as if at 900.0 km/h (counts from 250.0 km/h)",
        ),
        (event("entered"), "Arrived, 14:00:00, 2 min"),
    ],
    ids=lambda one: one.kind if isinstance(one, EventForm) else "",
)
def test_an_event_says_what_its_figure_is_and_from_which_on_it_counts(found: EventForm, said: str) -> None:
    assert vehicle_timeline.said(found, "Europe/Berlin").replace("\u00a0", " ") == said
    assert "limit 4.0" not in plain(vehicle_timeline.details(a_day(events=[found]), found))


@pytest.mark.parametrize(
    ("days", "due_km", "km_left", "overdue", "said"),
    [
        (1, None, None, False, "Soon|tomorrow, 16 June 2026"),
        (0, None, None, False, "Due today|today, 15 June 2026"),
        (-1, None, None, True, "Overdue|yesterday, 14 June 2026"),
        (-12, None, None, True, "Overdue|12 days past 3 June 2026"),
        (300, None, None, False, "Planned|in 300 days, on 11 April 2027"),
        (300, 1000.0, -240.0, True, "Overdue|in 300 days, on 11 April 2027 or 240 km past 1,000 km"),
        (300, 1000.0, 900.0, False, "Soon|in 300 days, on 11 April 2027 or in 900 km, at 1,000 km"),
        (300, 1000.0, None, False, "Planned|in 300 days, on 11 April 2027 or at 1,000 km (its odometer is not known)"),
        (None, None, None, False, "Planned|When is not known yet"),
    ],
)
def test_what_is_due_is_told_by_its_day_and_its_reading(
    days: int | None, due_km: float | None, km_left: float | None, overdue: bool, said: str
) -> None:
    on = None if days is None else TODAY + timedelta(days=days)
    one = DueForm(item="brakes", due_on=on, days_left=days, due_km=due_km, km_left=km_left, overdue=overdue)
    told = plain(vehicle_day.due(a_day(due=[one])))
    word, _, when = said.partition("|")
    assert told.endswith(f"{word}{when}")


def test_the_file_of_the_fleet_holds_what_is_shown_with_units_and_says_that_it_is_made_up() -> None:
    one = TRUCK | {"model": "=Haulier", "state": "driving", "speed_kmh": 63.27, "odometer_km": 1234.5678, "time": START}
    heads, row = rows_of(record_csv.fleet(FleetForm.model_validate(
        {"vehicles": [one | {"level_percent": 48.6, "latitude": 52.1234567}], "found": 1, "total": 1, "zone": "Europe/Berlin"}
    )))  # fmt: skip
    found = dict(zip(heads, row, strict=True))
    assert (found["vehicle"], found["model"], found["simulated"]) == ("R-1", "'=Haulier", "yes")
    assert (found["speed (km/h)"], found["odometer (km)"], found["tank or battery (%)"]) == ("63", "1234.6", "49")
    assert (found["latitude"], found["as of"]) == ("52.12346", "2026-06-15T14:00:00+02:00")


def test_a_trip_that_began_the_day_before_says_so_and_each_cell_has_its_column_s_name() -> None:
    early = {
        "trip": "t1",
        "start": START - timedelta(hours=15),
        "end": START - timedelta(hours=13),
        "from_place": "Yard",
    }
    late = {"trip": "t2", "start": START + timedelta(hours=9), "end": START + timedelta(hours=11)}
    shown = vehicle_day.trips(a_day(trips=[early, late]), None)
    first, second = (plain(row) for row in shown.split("<tr ")[1:])
    assert "23:00 the day before01:00Yard" in first
    assert "23:0001:00 the day after" in second
    for name in ("Trip", "Start", "End", "From", "To", "Driver", "Distance", "Top speed"):
        assert shown.count(f'<td data-label="{name}"') == 2


def test_a_made_up_fleet_that_stands_still_for_its_history_says_how_far_it_is() -> None:
    fleet = FleetForm(vehicles=[], found=0, total=57, simulated=True, history_days=28, history_done=7)
    told = fleet_words.preparing(fleet)
    assert "7 of 28 days" in plain(told)
    assert 'aria-valuenow="25"' in told
    kept = fleet.model_copy(update={"history_done": 28, "missing": "Facts are still being derived."})
    assert plain(fleet_words.preparing(kept)) == "Facts are still being derived."
    assert not fleet_words.preparing(FleetForm(vehicles=[], found=0, total=3))


def test_the_file_of_a_day_holds_trips_stops_and_events_by_time() -> None:
    later = START + timedelta(minutes=30)
    trip = {"trip": "t", "start": START, "end": later, "driver": "D-1", "from_place": "Depot", "distance_km": 12.345}
    stop = {"stop": "s", "start": later, "end": later + timedelta(minutes=5), "place": "Mill"}
    heard = event("speeding", start=START + timedelta(minutes=3), peak=8.33, threshold=4.0, unit="km/h", severity="low")
    heads, *rows = rows_of(record_csv.day(a_day(trips=[trip], stops=[stop], events=[heard])))
    assert [row[1] for row in rows] == ["trip", "speeding", "stop"]
    found = [dict(zip(heads, row, strict=True)) for row in rows]
    assert (found[0]["distance (km)"], found[0]["duration (min)"], found[0]["from"]) == ("12.3", "30.0", "Depot")
    assert (found[1]["strongest"], found[1]["unit"]) == ("8.3", "km/h over the speed limit")
    assert (found[2]["to or at"], found[2]["simulated"]) == ("Mill", "yes")


def test_who_is_elsewhere_is_told_what_time_it_is_where_the_fleet_drives() -> None:
    assert "21:00 where the fleet is (Asia/Tokyo)" in plain(fleet_words.clock("Asia/Tokyo", "Europe/Berlin", START))
    assert fleet_words.clock("Europe/Berlin", "Europe/Paris", START) == ""
    assert fleet_words.clock("Europe/Berlin", None, START) == ""
