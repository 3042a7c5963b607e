"""Questions of whose answer a part would be left out in silence, or that would be counted wrongly: asked back, or read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from surefoot.retrieval.records.asking.outcomes import NotRecords, Planned, Reason, Unclear
from surefoot.retrieval.records.desk import RecordDesk
from surefoot.retrieval.records.plan import Filter, Plan
from surefoot.retrieval.records.plan_form import plan_json, plan_of_json
from surefoot.retrieval.records.store import RecordStore
from surefoot.retrieval.records.telemetry_tables import MAINTENANCE, VEHICLE_GROUPS, VEHICLES
from tests.retrieval.records.small_fleet import NOW, STAFF, at, desk_over, fill, put


@pytest.fixture
def desk(store: RecordStore) -> RecordDesk:
    fill(store)
    return desk_over(store)


def planned(desk: RecordDesk, *questions: str) -> Plan:
    """The plan of the last question; the one before it was kept as it is kept with an answer."""
    plan: Plan | None = None
    for question in questions:
        asked = desk.ask(question, STAFF, NOW, plan)
        assert isinstance(asked, Planned), (question, asked)
        plan = plan_of_json(plan_json(asked.plan))
    assert plan is not None
    return plan


@pytest.mark.parametrize(
    "question",
    [
        "How full was the tank of V-101 yesterday?",
        "What was the odometer of V-101 last week?",
        "How many vehicles did we have last month?",
        "Where is V-101 yesterday?",
        "Distance per day this week compared to last week",
        "How many vehicles drove per day last week?",
        "How many drivers and vehicles drove more than 10 km yesterday?",
        "How many vehicles drove more than V-101 yesterday?",
        "Which vehicle drove the most and which the least yesterday?",
        "Which vehicle drove the most on average per day last week?",
        "Distance by depot and model and class yesterday",
    ],
)
def test_what_no_plan_holds_as_a_whole_is_asked_back(desk: RecordDesk, question: str) -> None:
    asked = desk.ask(question, STAFF, NOW)
    assert isinstance(asked, Unclear)
    assert asked.reason is Reason.PLAN


@pytest.mark.parametrize("question", ["How full is the tank of V-101 today?", "How full is the tank of V-101?"])
def test_how_it_is_now_may_be_asked_for_as_of_today(desk: RecordDesk, question: str) -> None:
    assert planned(desk, question).period is None


def test_how_it_is_now_leaves_the_time_of_the_question_before_it(desk: RecordDesk) -> None:
    plan = planned(desk, "How far did V-101 drive yesterday?", "and how full is the tank?")
    assert (plan.metrics, plan.period, plan.filters) == (("level",), None, (Filter("vehicle", ("V-101",)),))


def test_vehicles_that_drove_are_counted(desk: RecordDesk) -> None:
    plan = planned(desk, "How many vehicles drove yesterday?")
    assert plan.counting
    assert desk.read(plan, STAFF, NOW).total == 3


def test_a_vehicle_with_two_overdue_items_is_one_vehicle(desk: RecordDesk, store: RecordStore) -> None:
    day = at("10-20 00:00").date()
    put(
        store,
        MAINTENANCE,
        [{"vehicle": "V-101", "item": f"service {n}", "due_on": day, "overdue": True} for n in "AB"],
    )
    plan = planned(desk, "How many vehicles are overdue for maintenance?")
    assert desk.read(plan, STAFF, NOW).total == 1
    assert desk.read(replace(plan, by=("depot",)), STAFF, NOW).total == 1
    assert desk.read(replace(plan, counting=False, by=()), STAFF, NOW).total == 2


@pytest.mark.parametrize(
    ("question", "by", "found"),
    [
        ("Did any vehicle drive more than 15 km yesterday?", "vehicle", {"V-101"}),
        ("Did every vehicle drive more than 15 km yesterday?", "vehicle", {"V-101"}),
        ("Did all vehicles drive more than 15 km yesterday?", "vehicle", {"V-101"}),
        ("Did all vans drive more than 15 km yesterday?", "vehicle", {"V-101"}),
        ("Did any driver drive more than 18 km yesterday?", "driver", {"D-1"}),
        ("Did any van drive more than 30 km yesterday?", "vehicle", set[str]()),
    ],
)
def test_a_limit_on_any_or_every_one_is_held_against_each(
    desk: RecordDesk, question: str, by: str, found: set[str]
) -> None:
    plan = planned(desk, question)
    assert (plan.by, plan.closed) == ((by,), False)
    assert {row[0] for row in desk.read(plan, STAFF, NOW).rows} == found


def test_all_vans_together_are_one_number_where_no_yes_or_no_is_asked_for(desk: RecordDesk) -> None:
    plan = planned(desk, "Distance of all vans yesterday")
    assert (plan.by, plan.conditions) == ((), ())


@pytest.mark.parametrize(
    ("first", "then", "start", "end"),
    [
        ("How far did V-101 drive yesterday?", "and the week before last?", "10-12 00:00", "10-19 00:00"),
        ("How far did V-101 drive last week?", "and the day before?", "10-18 00:00", "10-19 00:00"),
        ("How far did V-101 drive this week?", "and the week before?", "10-19 00:00", "10-26 00:00"),
        ("How far did V-101 drive this month?", "and the month before?", "09-01 00:00", "10-01 00:00"),
        ("Distanz von V-101 diese Woche", "und die Woche davor?", "10-19 00:00", "10-26 00:00"),
        ("How far did V-101 drive last week?", "How far did it drive the day before yesterday?", *("10-26 00:00",) * 2),
    ],
)
def test_the_time_before_is_one_of_the_calendar(desk: RecordDesk, first: str, then: str, start: str, end: str) -> None:
    period = planned(desk, first, then).period
    assert period is not None
    wanted_end = at("10-27 00:00") if start == end else at(end)
    assert (period.start, period.end) == (at(start), wanted_end)


def test_two_times_in_one_question_are_compared_whatever_was_asked_before(desk: RecordDesk) -> None:
    alone = planned(desk, "How far did V-101 drive this week compared to the week before?")
    after = planned(
        desk, "How far did V-102 drive yesterday?", "How far did V-101 drive this week compared to the week before?"
    )
    assert (after.period, after.against) == (alone.period, alone.against)


def test_they_are_the_ones_that_were_first_by_the_number_before(desk: RecordDesk) -> None:
    first = planned(desk, "Which vehicle had the most harsh braking yesterday?")
    assert [row[0] for row in desk.read(first, STAFF, NOW).rows] == ["V-101"]
    plan = planned(desk, "Which vehicle had the least harsh braking yesterday?", "How far did it drive?")
    found = {row[0]: row[-1] for row in desk.read(plan, STAFF, NOW).rows}
    assert found == {"V-102": 10.0, "E-201": 10.0}


@pytest.mark.parametrize("word", ["wordy", "5 6 7", "yesterday", "how many"])
def test_a_very_long_text_is_left_to_the_documents(desk: RecordDesk, word: str) -> None:
    assert isinstance(desk.ask(f"How far did V-101 drive yesterday {word} " * 200, STAFF, NOW), NotRecords)


def test_many_words_that_nobody_knows_are_no_question_for_records(desk: RecordDesk) -> None:
    strange = " ".join(f"zq{letter}{other}x" for letter in "abcde" for other in "fghij")
    assert isinstance(desk.ask(f"Distance of {strange} yesterday", STAFF, NOW), NotRecords)


@pytest.mark.parametrize("name", ["most", "the", "how many", "by"])
def test_a_vehicle_that_is_named_as_a_plain_word_narrows_no_question(
    desk: RecordDesk, store: RecordStore, name: str
) -> None:
    put(store, VEHICLES, [{"vehicle": name, "simulated": False}])
    put(store, VEHICLE_GROUPS, [{"vehicle": name, "grp": "everyone"}])
    for question in (
        "Which vehicle drove the most yesterday?",
        "How many vehicles drove yesterday?",
        "Distance by the depots",
    ):
        assert planned(desk_over(store), question).filters == ()
