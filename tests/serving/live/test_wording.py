"""Readings in words: each kind of answer with its figures, zeros, nothing known, and what is not known about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from surefoot.core.readings import Reading
from surefoot.retrieval.records.asking.outcomes import Planned
from surefoot.retrieval.records.desk import RecordDesk
from surefoot.retrieval.records.plan import Plan
from surefoot.serving.live.looking import Asks, Missing, Told
from surefoot.serving.live.wording import worded
from tests.retrieval.records.asked import rows
from tests.retrieval.records.small_fleet import NOW, STAFF

SAID = """
How far did V-101 drive yesterday? | Distance, vehicle V-101, 27 October 2026, Berlin time: 16.0 km.
Distance of V-101 yesterday versus the day before yesterday | Distance, vehicle V-101, 27 October 2026, Berlin time, beside 26 October 2026: 16.0 km, 8.0 km (100%) more than 26 October 2026 (8.0 km).
Distance of V-102 yesterday versus the day before yesterday | Distance, vehicle V-102, 27 October 2026, Berlin time, beside 26 October 2026: 10.0 km; there is no reading for 26 October 2026.
Harsh braking of V-101 yesterday versus the day before yesterday | Harsh braking, vehicle V-101, 27 October 2026, Berlin time, beside 26 October 2026: 2 events, 2 events more than 26 October 2026 (0 events).
Distance of V-102 on 1 January 2026 | There are no readings for this: distance, vehicle V-102, 1 January 2026, Berlin time.
Which vehicle drove the least yesterday? | Distance by vehicle, the lowest, 27 October 2026, Berlin time (2 of 3): E-201 10.0 km; V-102 10.0 km.
Top 2 vehicles by distance yesterday | Distance by vehicle, the 2 highest, 27 October 2026, Berlin time (3): V-101 16.0 km; E-201 10.0 km; V-102 10.0 km.
Harsh braking per vehicle yesterday | Harsh braking by vehicle, 27 October 2026, Berlin time (3): V-101 2 events; E-201 0 events; V-102 0 events.
Daily distance of V-101 from 24 to 27 October | Distance per day, vehicle V-101, 24–27 October 2026, Berlin time: the highest 27 October 2026 with 16.0 km, the lowest 24 October 2026 with 1.0 km.
Weekly distance of V-101 this month | Distance per week, vehicle V-101, 1 October 2026 until today, 12:00, Berlin time: the highest week from 26 October 2026 with 24.0 km, the lowest week from 19 October 2026 with 7.0 km.
Hourly distance of V-101 yesterday | Distance per hour, vehicle V-101, 27 October 2026, Berlin time: only 27 October 2026, 09:00:00 with 16.0 km.
Did V-101 brake hard yesterday? | Yes: harsh braking, vehicle V-101, over 0 events, 27 October 2026, Berlin time: 2 events.
Did V-102 brake hard yesterday? | No: harsh braking, vehicle V-102, over 0 events, 27 October 2026, Berlin time: 0 events.
Did V-102 brake hard on 1 October 2026? | There are no readings for this: harsh braking, vehicle V-102, over 0 events, 1 October 2026, Berlin time.
Did E-201 drive more than 10 km yesterday? | No: distance, vehicle E-201, over 10 km, 27 October 2026, Berlin time: 10.0 km.
How many vehicles drove yesterday? | 3 vehicles (distance by vehicle, over 0 km, 27 October 2026, Berlin time): V-101, E-201 and V-102.
How many vehicles drove more than 12 km yesterday? | 1 vehicle (distance by vehicle, over 12 km, 27 October 2026, Berlin time): V-101.
How many vehicles drove more than 1000 km yesterday? | 0 vehicles (distance by vehicle, over 1,000 km, 27 October 2026, Berlin time).
How many vehicles drove on 1 January 2026? | There are no readings for this: distance by vehicle, over 0 km, 1 January 2026, Berlin time.
Which vehicles drove more than 1000 km yesterday? | None (distance by vehicle, over 1,000 km, 27 October 2026, Berlin time).
Average distance per vehicle yesterday | Mean distance per vehicle, 27 October 2026, Berlin time: 12.0 km.
Show the trips of V-101 yesterday | List of trips, vehicle V-101, 27 October 2026, Berlin time: vehicle V-101, driver D-2, start 27 October 2026, 09:00:00, end 27 October 2026, 09:30:00, distance 16.0 km.
Show the trips of V-101 on 27 October between 00:05 and 00:15 | List of trips, vehicle V-101, 27 October 2026, 00:05–00:15, Berlin time: vehicle V-101, driver D-1, start 26 October 2026, 23:50:00, end 27 October 2026, 00:20:00, distance 12.0 km.
Show the trips of V-102 yesterday | There are no readings for this: list of trips, vehicle V-102, 27 October 2026, Berlin time.
Where is V-101? | Where vehicles are, vehicle V-101: vehicle V-101, state driving, since 28 October 2026, 11:58:00, level 50 %, heard 28 October 2026, 11:58:00.
Is V-101 driving? | Yes: where vehicles are, vehicle V-101, state driving: 1.
Is V-101 parked? | No: where vehicles are, vehicle V-101, state parked: 0.
How many vehicles are parked? | 2 vehicles (where vehicles are, state parked).
Distance and fuel of V-101 yesterday | Distance and fuel, vehicle V-101, 27 October 2026, Berlin time: distance 16.0 km, no value for fuel.
Distance per vehicle yesterday versus the day before yesterday | Distance by vehicle, 27 October 2026, Berlin time, beside 26 October 2026 (3): V-101 16.0 km / 8.0 km before; E-201 10.0 km / no value before; V-102 10.0 km / no value before.
How many vehicles do we have? | Number of vehicles: 3 vehicles.
"""


def told(fleet: RecordDesk, question: str, missing: Missing | None = None) -> Told:
    found = Asks(fleet, question, STAFF, NOW, missing=missing).look()
    assert isinstance(found, Sequence)
    return found[0]


def planned(fleet: RecordDesk, question: str) -> tuple[Reading, Plan]:
    asked = fleet.ask(question, STAFF, NOW)
    assert isinstance(asked, Planned)
    return fleet.read(asked.plan, STAFF, NOW), asked.plan


@pytest.mark.parametrize(("question", "sentence"), rows(SAID))
def test_a_reading_is_said_with_its_figures(fleet: RecordDesk, question: str, sentence: str) -> None:
    words = told(fleet, question).words
    assert words.sentence == sentence
    # 'None' is an answer to which ones, yet there is no row that could be shown for it.
    assert words.found is not sentence.startswith(("There are no readings", "None ("))


@pytest.mark.parametrize(
    ("value", "before", "end"),
    [
        (0.0, 8.0, "0.0 km, 8.0 km (100%) less than 26 October 2026 (8.0 km)."),
        (-0.04, None, "0.0 km; there is no reading for 26 October 2026."),
        (8.04, 8.0, "8.0 km, as much as 26 October 2026."),
        (12_345.6, 0.0, "12,345.6 km, 12,345.6 km more than 26 October 2026 (0.0 km)."),
    ],
)
def test_two_numbers_are_compared(fleet: RecordDesk, value: float, before: float | None, end: str) -> None:
    reading, plan = planned(fleet, "Distance of V-101 yesterday versus the day before yesterday")
    changed = replace(reading, value=value, before=before, rows=((value, before),))
    assert worded(changed, plan, fleet.semantics).sentence.endswith(f": {end}")


def test_only_the_first_groups_are_named_and_the_others_counted(fleet: RecordDesk) -> None:
    reading, plan = planned(fleet, "Distance per vehicle yesterday")
    many = replace(reading, rows=tuple((f"V-{n}", float(n)) for n in range(9, 0, -1)), total=9)
    sentence = worded(many, plan, fleet.semantics).sentence
    assert "(9): V-9 9.0 km; V-8 8.0 km; V-7 7.0 km; V-6 6.0 km; V-5 5.0 km, and 4 more in the table." in sentence


def test_groups_without_a_figure_are_named_behind_those_that_have_one(fleet: RecordDesk) -> None:
    reading, plan = planned(fleet, "Distance per vehicle yesterday")
    begins = "Distance by vehicle, 27 October 2026, Berlin time"

    one = replace(reading, rows=(("V-1", None), ("V-2", 2.0), (None, 1.0)), total=3)
    assert (
        worded(one, plan, fleet.semantics).sentence == f"{begins} (3): V-2 2.0 km; no vehicle 1.0 km; no value for V-1."
    )
    many = replace(reading, rows=(("V-0", 3.0), *((f"V-{n}", None) for n in range(1, 9))), total=9)
    sentence = worded(many, plan, fleet.semantics).sentence
    assert sentence == f"{begins} (9): V-0 3.0 km; no value for V-1, V-2, V-3, V-4, V-5 and 3 more."


def test_what_is_counted_names_the_first_and_how_many_more(fleet: RecordDesk) -> None:
    reading, plan = planned(fleet, "How many vehicles drove yesterday?")
    many = replace(reading, rows=tuple((f"V-{n}", 1.0) for n in range(7)), total=1200)
    assert worded(many, plan, fleet.semantics).sentence.startswith("1,200 vehicles (")
    assert worded(many, plan, fleet.semantics).sentence.endswith(": V-0, V-1, V-2, V-3, V-4 and 1,195 more.")


def test_more_is_said_of_what_is_not_known(fleet: RecordDesk) -> None:
    assert told(fleet, "Distance of V-101").words.more[0] == "No time was named, so this is today."
    assert told(fleet, "Distance in the last 30 days").words.more == (
        "There are no readings from before 24 October 2026, 23:59:00, so earlier time is not in it.",
        "In this time 1 vehicle was not heard of for 30 min in all.",
        "As of 28 October 2026, 11:58:00.",
    )


def test_what_is_kept_and_not_derived_is_said_of_every_reading_that_it_may_be_missing_in(fleet: RecordDesk) -> None:
    why = Missing("What 2 vehicles sent is kept, and facts are still being derived from it.", NOW - timedelta(hours=3))

    for question in ("How far did V-101 drive today?", "Where is V-101?"):
        one = told(fleet, question, why)
        assert one.words.more[0] == f"{why.words} So these figures are not complete yet."
        assert one.reading.incomplete == why.words
        assert not one.whole
    before = told(fleet, "How far did V-101 drive on 24 October?", why)
    assert before.whole
    assert before.reading.incomplete == ""
    nothing = told(fleet, "Show the trips of V-102 yesterday", why)
    assert nothing.words.sentence.startswith("There are no readings for this yet: ")
