"""Readings: sums, ratios and scores over local days, what may be seen, zeros and what is not known, ranks and comparisons."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from surefoot.core.readings import Drawn, Reading
from surefoot.retrieval.records.desk import RecordDesk
from surefoot.retrieval.records.errors import PlanInvalid
from surefoot.retrieval.records.plan import Condition, Filter, Grain, Op, Plan, Top
from surefoot.retrieval.records.plan_form import plan_json, plan_of_json
from surefoot.retrieval.records.store import RecordStore
from surefoot.retrieval.records.times.periods import Period
from tests.retrieval.records.small_fleet import BOARD, NOW, STAFF, at, desk_over, fill


@pytest.fixture
def desk(store: RecordStore) -> RecordDesk:
    fill(store)
    return desk_over(store)


def days(first: str, end: str) -> Period:
    return Period(at(f"{first} 00:00"), at(f"{end} 00:00"))


TUESDAY = days("10-27", "10-28")


def read(desk: RecordDesk, plan: Plan) -> Reading:
    return desk.read(plan, STAFF, NOW)


def by_first(reading: Reading) -> dict[object, object]:
    """Each row's first column with its last."""
    return {row[0]: row[-1] for row in reading.rows}


def test_a_local_day_holds_both_hours_of_the_night_in_which_clocks_are_set_back(desk: RecordDesk) -> None:
    plan = Plan(("distance",), filters=(Filter("vehicle", ("V-101",)),), period=days("10-25", "10-26"))
    assert read(desk, plan).value == pytest.approx(6.0)


def test_steps_of_a_day_begin_at_local_midnight_on_both_sides_of_the_change(desk: RecordDesk) -> None:
    plan = Plan(("distance",), grain=Grain.DAY, filters=(Filter("vehicle", ("V-101",)),), period=days("10-24", "10-28"))
    reading = read(desk, plan)
    assert reading.drawn is Drawn.LINE
    assert [(row[0], row[1]) for row in reading.rows] == [
        (at("10-24 00:00"), 1.0),
        (at("10-25 00:00"), 6.0),
        (at("10-26 00:00"), 8.0),
        (at("10-27 00:00"), 16.0),
    ]


def test_hours_of_the_night_in_which_clocks_are_set_back_are_told_apart(desk: RecordDesk) -> None:
    night = Period(at("10-25 01:00"), at("10-25 04:00"))
    reading = read(desk, Plan(("distance",), grain=Grain.HOUR, filters=(Filter("vehicle", ("V-101",)),), period=night))
    assert [row[1] for row in reading.rows] == [None, 2.0, 4.0, None]


def test_weeks_and_months_begin_as_declared_and_not_before_the_period(desk: RecordDesk) -> None:
    only = (Filter("vehicle", ("V-101",)),)
    weeks = read(desk, Plan(("distance",), grain=Grain.WEEK, filters=only, period=days("10-19", "10-28")))
    assert [(row[0], row[1]) for row in weeks.rows] == [(at("10-19 00:00"), 7.0), (at("10-26 00:00"), 24.0)]
    months = read(desk, Plan(("distance",), grain=Grain.MONTH, filters=only, period=days("09-15", "10-28")))
    assert [(row[0], row[1]) for row in months.rows] == [(at("09-15 00:00"), None), (at("10-01 00:00"), 31.0)]


def test_rows_are_told_apart_by_what_is_looked_up(desk: RecordDesk) -> None:
    reading = read(desk, Plan(("distance",), by=("depot",), period=TUESDAY))
    assert by_first(reading) == {"Northgate": 26.0, "Millfield": 10.0}
    assert reading.drawn is Drawn.BARS


def test_a_vehicle_of_another_group_is_in_no_sum_no_list_and_no_name(desk: RecordDesk) -> None:
    plan = Plan(("distance",), by=("vehicle",), period=TUESDAY)
    assert "R-301" not in by_first(desk.read(plan, STAFF, NOW))
    assert by_first(desk.read(plan, BOARD, NOW))["R-301"] == 500.0
    assert desk.read(replace(plan, by=()), STAFF, NOW).value == pytest.approx(36.0)
    listed = desk.read(Plan(listing="positions"), STAFF, NOW)
    assert {row[0] for row in listed.rows} == {"V-101", "V-102", "E-201"}
    assert "R-301" not in desk.rules(STAFF).vocabulary.values["vehicle"]
    assert "R-301" in desk.rules(BOARD).vocabulary.values["vehicle"]


def test_what_is_newest_of_another_group_does_not_show_in_as_of(desk: RecordDesk) -> None:
    plan = Plan(("distance",), period=TUESDAY)
    assert desk.read(plan, STAFF, NOW).as_of == at("10-28 11:58")
    assert desk.read(plan, BOARD, NOW).as_of == at("10-28 11:59")


def test_who_was_there_and_had_no_event_counts_as_zero(desk: RecordDesk) -> None:
    reading = read(desk, Plan(("harsh_braking",), by=("vehicle",), period=TUESDAY))
    assert by_first(reading) == {"V-101": 2.0, "V-102": 0.0, "E-201": 0.0}


def test_who_was_not_heard_of_has_no_number(desk: RecordDesk) -> None:
    reading = read(
        desk, Plan(("harsh_braking",), filters=(Filter("vehicle", ("V-102",)),), period=days("10-20", "10-21"))
    )
    assert reading.value is None


def test_a_ratio_divides_sums_and_not_the_other_way_round(desk: RecordDesk) -> None:
    reading = read(desk, Plan(("harsh_events_per_1000_km",), by=("class",), period=TUESDAY))
    assert by_first(reading)["van"] == pytest.approx(3 / 36 * 1000)


def test_a_ratio_over_nothing_has_no_number(desk: RecordDesk) -> None:
    plan = Plan(("fuel_per_100_km",), filters=(Filter("vehicle", ("V-102",)),), period=days("10-26", "10-27"))
    assert read(desk, plan).value is None


def test_a_score_is_none_below_its_least_distance_and_deducts_by_distance_above(desk: RecordDesk) -> None:
    one = Plan(("driver_score",), filters=(Filter("vehicle", ("V-101",)),), period=TUESDAY)
    assert read(desk, one).value is None
    of_all = Plan(("driver_score",), period=TUESDAY)
    points = 2 * 4 + 1 * 3
    assert desk.read(of_all, BOARD, NOW).value == pytest.approx(100 - points * 500 / 536)


def test_the_first_ones_are_shown_with_those_of_the_same_number(desk: RecordDesk) -> None:
    reading = read(desk, Plan(("distance",), by=("vehicle",), period=TUESDAY, top=Top(2)))
    assert [row[0] for row in reading.rows] == ["V-101", "E-201", "V-102"]
    assert reading.total == 3
    lowest = read(desk, Plan(("distance",), by=("vehicle",), period=TUESDAY, top=Top(1, lowest=True)))
    assert [row[0] for row in lowest.rows] == ["E-201", "V-102"]


def test_conditions_leave_groups_beyond_their_limit(desk: RecordDesk) -> None:
    over = Condition("distance", Op.OVER, 10)
    assert by_first(read(desk, Plan(("distance",), by=("vehicle",), period=TUESDAY, conditions=(over,)))) == {
        "V-101": 16.0
    }
    of_other = Condition("harsh_braking", Op.EQUAL, 0)
    reading = read(desk, Plan(("distance",), by=("vehicle",), period=TUESDAY, conditions=(of_other,)))
    assert [row[0] for row in reading.rows] == ["E-201", "V-102"]


def test_a_mean_over_groups_is_not_the_sum(desk: RecordDesk) -> None:
    reading = read(desk, Plan(("distance",), by=("vehicle",), period=TUESDAY, averaged=True))
    assert reading.value == pytest.approx(12.0)


def test_two_periods_are_compared_group_by_group(desk: RecordDesk) -> None:
    plan = Plan(("distance",), by=("vehicle",), period=TUESDAY, against=days("10-26", "10-27"))
    rows = {row[0]: row[1:] for row in read(desk, plan).rows}
    assert rows["V-101"] == (16.0, 8.0)
    assert rows["E-201"] == (10.0, None)
    single = read(desk, Plan(("distance",), period=TUESDAY, against=days("10-26", "10-27")))
    assert (single.value, single.before) == (36.0, 8.0)


def test_a_value_that_is_left_out_takes_no_row_without_a_value_along(desk: RecordDesk) -> None:
    plan = Plan(("distance",), by=("depot",), filters=(Filter("depot", ("Northgate",), exclude=True),), period=TUESDAY)
    assert by_first(read(desk, plan)) == {"Millfield": 10.0}


def test_a_trip_is_counted_and_listed_where_it_begins_or_where_none_does_where_a_part_lies(desk: RecordDesk) -> None:
    assert read(desk, Plan(("trips",), filters=(Filter("vehicle", ("V-101",)),), period=TUESDAY)).value == 1
    plan = Plan(listing="trip_list", filters=(Filter("vehicle", ("V-101",)),), period=TUESDAY)
    listed = read(desk, plan)
    assert [row[2] for row in listed.rows] == [at("10-27 09:00")]
    assert listed.drawn is Drawn.ROUTE
    night = Period(at("10-27 00:05"), at("10-27 00:15"))
    assert [row[2] for row in read(desk, replace(plan, period=night)).rows] == [at("10-26 23:50")]


def test_what_is_due_may_lie_in_the_future(desk: RecordDesk) -> None:
    reading = read(desk, Plan(listing="maintenance_due", period=Period(NOW, NOW + timedelta(days=14))))
    assert [row[0] for row in reading.rows] == ["V-101"]
    assert read(desk, Plan(listing="maintenance_due", period=Period(NOW, NOW + timedelta(days=2)))).rows == ()


def test_a_reading_says_what_was_not_heard_and_since_when_there_are_rows(desk: RecordDesk) -> None:
    today = read(desk, Plan(("distance",), period=days("10-28", "10-29")))
    assert today.unknown is not None
    assert (today.unknown.things, today.unknown.seconds) == (1, 1800.0)
    assert today.begins is None
    earlier = read(desk, Plan(("distance",), period=days("10-01", "10-28")))
    assert earlier.begins == at("10-24 23:59")


def test_no_rows_at_all_are_no_zero(store: RecordStore) -> None:
    reading = desk_over(store).read(Plan(("harsh_braking",), period=TUESDAY), STAFF, NOW)
    assert reading.value is None
    assert reading.as_of is None


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        (Plan(("milage",), period=TUESDAY), "There is no metric 'milage'. Did you mean "),
        (Plan(("distance",), by=("colour",), period=TUESDAY), "There is no dimension 'colour'"),
        (
            Plan(("distance",), by=("item",), period=TUESDAY),
            "By these it can: class, depot, driver, energy, model, vehicle",
        ),
        (Plan(listing="rutes", period=TUESDAY), "There is no listing 'rutes'. Did you mean routes"),
        (Plan(), "names nothing to read"),
        (Plan(("distance",), filters=(Filter("vehicle", ()),), period=TUESDAY), "names no value"),
        (Plan(("distance",), period=Period(at("01-01 00:00").replace(year=2000), NOW)), "longer than ten years"),
        (Plan(("distance",), grain=Grain.HOUR, period=days("01-01", "10-01")), "more than 1,500 steps"),
        (Plan(("level",), grain=Grain.DAY, period=TUESDAY), "have no time"),
        (Plan(("distance",), period=TUESDAY, by=("vehicle",), top=Top(0)), "ask for 1 to 1,000"),
    ],
)
def test_a_plan_that_cannot_be_read_is_refused_with_what_can(desk: RecordDesk, plan: Plan, words: str) -> None:
    with pytest.raises(PlanInvalid) as refused:
        read(desk, plan)
    assert words in str(refused.value)


def test_a_value_is_never_part_of_the_statement(desk: RecordDesk) -> None:
    hostile = "V-101' OR '1'='1"
    reading = read(desk, Plan(("distance",), filters=(Filter("vehicle", (hostile,)),), period=TUESDAY))
    assert reading.value is None


def test_a_plan_survives_json() -> None:
    plan = Plan(
        ("distance",),
        by=("vehicle",),
        grain=Grain.DAY,
        filters=(Filter("depot", ("Northgate",), exclude=True),),
        period=TUESDAY,
        open=True,
        against=days("10-26", "10-27"),
        top=Top(3, lowest=True),
        conditions=(Condition("distance", Op.LEAST, 5.5),),
        averaged=True,
        counting=True,
        closed=True,
    )
    assert plan_of_json(plan_json(plan)) == plan
