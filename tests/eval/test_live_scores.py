"""Judging answers about live data: what is right, what is wrong though it looks certain, and what cannot be compared."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from surefoot.core.nouns import Outcome
from surefoot.core.readings import Cell, Reading, ReadingColumn
from surefoot.eval.live_scores import judged
from surefoot.eval.live_verdicts import LiveAnswer, Verdict

BERLIN = timezone(timedelta(hours=1))
NOW = datetime(2026, 10, 29, 15, 20, tzinfo=BERLIN)
START, END = datetime(2026, 10, 28, tzinfo=BERLIN), datetime(2026, 10, 29, tzinfo=BERLIN)
PERIOD = [START.isoformat(), END.isoformat()]
VALUE = {"value": 245.0, "unit": "km", "tolerance": 1.2, "period": PERIOD}
TOP = {"by": "vehicle", "keys": [["R-317"], ["V-1", "V-2"]], "values": [9.0, 4.0], "tolerances": [0.0, 0.0], "top": 2}
ROWS = {"by": "vehicle", "rows": {"V-1": 10.0, "V-2": 20.0}, "tolerances": {"V-1": 0.3, "V-2": 0.3}, "unit": "km"}
STEPS = {
    "by": "day",
    "steps": {"2026-10-27": 5.0, "2026-10-28": 0.0},
    "tolerances": {"2026-10-27": 0.1, "2026-10-28": 0.1},
    "unit": "km",
}
CHANGE = VALUE | {"before": 200.0, "before_tolerance": 1.0, "difference": True}
POSITION = {"vehicle": "V-1", "place": "Depot", "state": "parked", "latitude": 52.5, "longitude": 13.4, "within_m": 200}


def reading(value: float | None = None, unit: str = "km", **more: Any) -> Reading:
    plain = Reading(
        id="r",
        metric="distance",
        title="Distance",
        value=value,
        unit=unit,
        start=START,
        end=END,
        told="",
        columns=(),
        rows=(),
        total=len(more.get("rows", ())),
        as_of=NOW,
        plan="{}",
    )
    return replace(plain, **more)


def table(names: str, *rows: tuple[Cell, ...], **more: Any) -> Reading:
    units = {"distance": "km"}
    columns = tuple(ReadingColumn(name, name, units.get(name, "")) for name in names.split())
    return reading(None, columns=columns, rows=rows, **more)


def verdict(expect: dict[str, Any], *readings: Reading, outcome: Outcome = Outcome.ANSWERED, text: str = "") -> Verdict:
    return judged(expect, LiveAnswer(outcome, readings, text), NOW)[0]


@pytest.mark.parametrize(
    ("shown", "right"),
    [
        (reading(246.1), Verdict.RIGHT),
        (reading(246.3), Verdict.WRONG),
        (reading(245_100.0, "m"), Verdict.RIGHT),
        (reading(245.0, "min"), Verdict.WRONG),
        (table("vehicle distance", ("V-1", 244.5)), Verdict.RIGHT),
        (table("vehicle distance", ("V-1", 24.5)), Verdict.WRONG),
        (table("vehicle distance", ("V-1", 244.5), ("V-2", 3.0)), Verdict.BESIDE),
        (table("vehicle distance"), Verdict.BESIDE),
    ],
)
def test_a_value_is_right_within_its_tolerance_in_any_unit_of_its_kind(shown: Reading, right: Verdict) -> None:
    assert verdict(VALUE, shown) is right


def test_the_right_number_of_another_time_is_luck() -> None:
    start, end = START - timedelta(days=7), END - timedelta(days=7)
    assert verdict(VALUE, reading(245.0, start=start, end=end)) is Verdict.LUCKY
    assert verdict(VALUE, reading(100.0, start=start, end=end)) is Verdict.WRONG
    assert verdict(VALUE, reading(245.0, start=None, end=None)) is Verdict.RIGHT


def test_periods_that_go_on_are_the_same_if_they_are_the_same_until_now() -> None:
    today = VALUE | {"period": [END.isoformat(), NOW.isoformat()]}
    assert verdict(today, reading(245.0, start=END.astimezone(UTC), end=END + timedelta(days=1))) is Verdict.RIGHT
    assert verdict(today, reading(245.0, start=END, end=NOW - timedelta(seconds=15))) is Verdict.RIGHT
    assert verdict(today, reading(245.0, start=END, end=NOW - timedelta(hours=2))) is Verdict.LUCKY


def test_not_answering_is_told_apart_from_answering_wrongly() -> None:
    assert verdict(VALUE, outcome=Outcome.ASKED_BACK) is Verdict.ASKED_BACK
    assert verdict(VALUE, outcome=Outcome.NOT_FOUND) is Verdict.NOT_FOUND
    assert verdict(VALUE, outcome=Outcome.OFF_TOPIC) is Verdict.NOT_FOUND
    assert verdict(VALUE) is Verdict.BESIDE


def test_where_nothing_is_there_a_reading_without_rows_is_right() -> None:
    nothing = {"value": 0.0, "unit": "events", "tolerance": 0.0, "yes": False}
    assert verdict(nothing, table("vehicle harsh_events")) is Verdict.RIGHT
    assert verdict(nothing, table("vehicle harsh_events"), outcome=Outcome.NOT_FOUND) is Verdict.RIGHT
    assert verdict(nothing, outcome=Outcome.NOT_FOUND) is Verdict.NOT_FOUND
    assert verdict({"by": "vehicle", "any_order": [], "of": ["V-1"]}, table("vehicle distance")) is Verdict.RIGHT


def test_a_text_that_says_the_contrary_is_wrong() -> None:
    yes = VALUE | {"yes": True}
    assert verdict(yes, reading(245.0), text="Yes, 245 km.") is Verdict.RIGHT
    assert verdict(yes, reading(245.0), text="No, 245 km.") is Verdict.WRONG
    assert verdict(VALUE | {"yes": False}, reading(245.0), text="Ja, 245 km.") is Verdict.WRONG
    assert verdict(VALUE | {"yes": False}, reading(245.0), text="Northgate: 245 km.") is Verdict.RIGHT


def test_one_of_several_readings_of_the_time_is_enough() -> None:
    either = {"either": [VALUE, VALUE | {"value": 300.0}]}
    assert verdict(either, reading(300.5)) is Verdict.RIGHT
    assert verdict(either, reading(270.0)) is Verdict.WRONG


def test_how_many_is_a_value_or_the_number_of_rows() -> None:
    assert verdict({"count": 3}, reading(3.0, "vehicles")) is Verdict.RIGHT
    assert verdict({"count": 3}, table("vehicle", ("a",), ("b",), total=3)) is Verdict.RIGHT
    assert verdict({"count": 3}, table("vehicle", ("a",), ("b",))) is Verdict.WRONG


def test_a_change_needs_both_periods_or_the_difference_that_was_asked_for() -> None:
    assert verdict(CHANGE, reading(245.0, before=200.5)) is Verdict.RIGHT
    assert verdict(CHANGE, reading(245.0, before=210.0)) is Verdict.WRONG
    assert verdict(CHANGE, reading(200.0), reading(245.0)) is Verdict.RIGHT
    assert (
        verdict(CHANGE, table("time distance", (date(2026, 10, 27), 200.0), (date(2026, 10, 28), 245.0)))
        is Verdict.RIGHT
    )
    assert verdict(CHANGE, reading(45.0)) is Verdict.RIGHT
    assert verdict(CHANGE | {"difference": False}, reading(45.0)) is Verdict.WRONG
    assert verdict(CHANGE, reading(245.0)) is Verdict.BESIDE


def test_compared_groups_may_come_in_one_reading_or_in_several() -> None:
    one = reading(10.1, filters=(("vehicle", ("V-1",)),))
    other = reading(20.0, filters=(("vehicle", ("V-2",)),))
    assert verdict(ROWS, table("vehicle distance", ("V-2", 20.0), ("V-1", 10.0))) is Verdict.RIGHT
    assert verdict(ROWS, one, other) is Verdict.RIGHT
    assert verdict(ROWS, one) is Verdict.BESIDE
    assert verdict(ROWS, table("vehicle distance", ("V-2", 20.0), ("V-1", 12.0))) is Verdict.WRONG


def test_the_column_of_the_metric_counts_where_there_are_several() -> None:
    assert verdict(ROWS, table("vehicle distance trips", ("V-1", 10.0, 7), ("V-2", 20.0, 9))) is Verdict.RIGHT


@pytest.mark.parametrize(
    ("rows", "right"),
    [
        ((("R-317", 9), ("V-2", 4)), Verdict.RIGHT),
        ((("R-317", 9), ("V-1", 4), ("V-2", 4), ("V-3", 1)), Verdict.RIGHT),
        ((("R-317", 9), ("V-3", 4)), Verdict.WRONG),
        ((("V-1", 4), ("R-317", 9)), Verdict.WRONG),
        ((("R-317", 8), ("V-1", 4)), Verdict.WRONG),
        ((("R-317", 9),), Verdict.BESIDE),
    ],
)
def test_a_ranking_is_right_in_its_order_with_equal_ones_in_any(rows: Any, right: Verdict) -> None:
    assert verdict(TOP | {"unit": "events"}, table("vehicle harsh_events", *rows)) is right


def test_a_ranking_of_days_takes_moments_by_their_local_date() -> None:
    days = TOP | {
        "by": "day",
        "keys": [["2026-10-28"]],
        "values": [9.0],
        "tolerances": [0.0],
        "top": 1,
        "unit": "events",
    }
    late = datetime(2026, 10, 27, 23, 0, tzinfo=UTC)
    assert verdict(days, table("time harsh_events", (late, 9))) is Verdict.RIGHT
    assert verdict(days, table("time harsh_events", (late - timedelta(hours=1), 9))) is Verdict.WRONG


def test_steps_may_be_left_out_where_they_are_nothing_and_may_not_be_more() -> None:
    first = (datetime(2026, 10, 27, tzinfo=BERLIN), 5.05)
    assert verdict(STEPS, table("time distance", first)) is Verdict.RIGHT
    assert verdict(STEPS, table("time distance", first, (END - timedelta(days=1), 0.0))) is Verdict.RIGHT
    assert verdict(STEPS, table("time distance", first, (END, 3.0))) is Verdict.WRONG
    assert verdict(STEPS, table("time distance", (datetime(2026, 10, 27, tzinfo=BERLIN), 6.0))) is Verdict.WRONG
    assert verdict(STEPS, table("time distance", (END - timedelta(days=1), 0.0))) is Verdict.BESIDE
    assert verdict(STEPS, reading(5.0)) is Verdict.BESIDE


def test_hours_are_told_apart_by_the_moment_at_which_they_begin() -> None:
    slack = {"2026-10-28T09:00+01:00": 0.1}
    hours = {"by": "hour", "steps": {"2026-10-28T09:00+01:00": 5.0}, "tolerances": slack, "unit": "km"}
    nine = datetime(2026, 10, 28, 8, tzinfo=UTC)
    assert verdict(hours, table("time distance", (nine, 5.0))) is Verdict.RIGHT
    assert verdict(hours, table("time distance", (nine + timedelta(hours=1), 5.0))) is Verdict.WRONG


def test_a_selection_is_wrong_with_one_more_or_one_less() -> None:
    some = {"by": "vehicle", "any_order": ["V-1", "V-2"], "of": ["V-1", "V-2", "V-3", "V-4"]}
    assert verdict(some, table("vehicle distance", ("V-2", 1.0), ("V-1", 2.0))) is Verdict.RIGHT
    assert verdict(some, table("vehicle distance", ("V-2", 1.0))) is Verdict.WRONG
    assert verdict(some, table("vehicle", ("V-2",), ("V-1",), ("V-3",))) is Verdict.WRONG
    assert verdict(some, table("vehicle", ("V-2",), ("V-1",), ("V-3",), ("V-4",))) is Verdict.BESIDE


def test_listed_starts_may_be_off_by_a_minute_and_none_may_be_missing() -> None:
    starts = [START + timedelta(hours=hour) for hour in (7, 9)]
    expect = {"vehicles": ["V-1"], "starts": [one.isoformat() for one in starts], "rows": 2, "within_s": 60}
    rows = [("V-1", one.astimezone(UTC) + timedelta(seconds=50)) for one in starts]
    assert verdict(expect, table("vehicle start", *reversed(rows))) is Verdict.RIGHT
    assert verdict(expect, table("vehicle start", rows[0], ("V-1", starts[1] + timedelta(seconds=90)))) is Verdict.WRONG
    assert verdict(expect, table("vehicle start", rows[0])) is Verdict.WRONG
    assert verdict(expect, table("vehicle start", rows[0], ("V-9", starts[1]))) is Verdict.WRONG
    assert verdict(expect, reading(2.0, "trips")) is Verdict.BESIDE


def test_what_is_due_is_wrong_with_another_day() -> None:
    expect = {"holds": [["R-1", "test", "2026-11-18"]], "columns": ["vehicle", "item", "due_on"]}
    assert verdict(expect, table("vehicle item due_on", ("R-1", "test", date(2026, 11, 18)))) is Verdict.RIGHT
    assert verdict(expect, table("vehicle item due_on", ("R-1", "test", date(2026, 11, 19)))) is Verdict.WRONG
    assert verdict(expect, table("vehicle item due_on", ("R-2", "test", date(2026, 11, 18)))) is Verdict.BESIDE
    none = {"pairs": [], "columns": ["vehicle", "item"]}
    assert verdict(none, table("vehicle item")) is Verdict.RIGHT
    assert verdict(none, table("vehicle item", ("R-1", "test"))) is Verdict.WRONG


def test_a_position_is_right_within_its_distance_and_in_its_place() -> None:
    names = "vehicle state place latitude longitude"
    assert verdict(POSITION, table(names, ("V-1", "parked", "Depot", 52.501, 13.4))) is Verdict.RIGHT
    assert verdict(POSITION, table(names, ("V-1", "parked", "Depot", 52.503, 13.4))) is Verdict.WRONG
    assert verdict(POSITION, table(names, ("V-1", "driving", "Depot", 52.5, 13.4))) is Verdict.WRONG
    assert verdict(POSITION, table("vehicle place", ("V-1", "Quarry"))) is Verdict.WRONG
    assert verdict(POSITION, table(names, ("V-2", "parked", "Depot", 52.5, 13.4))) is Verdict.BESIDE


@pytest.mark.parametrize(
    ("expect", "outcome", "shows", "right"),
    [
        ("asked_back", Outcome.ASKED_BACK, False, Verdict.RIGHT),
        ("asked_back", Outcome.ANSWERED, True, Verdict.WRONG),
        ("asked_back", Outcome.ANSWERED, False, Verdict.BESIDE),
        ("asked_back", Outcome.NOT_FOUND, False, Verdict.NOT_FOUND),
        ("asked_back_or_not_found", Outcome.NOT_FOUND, False, Verdict.RIGHT),
        ("asked_back_or_not_found", Outcome.QUOTED, True, Verdict.WRONG),
        ("no_reading", Outcome.ANSWERED, False, Verdict.RIGHT),
        ("no_reading", Outcome.OFF_TOPIC, False, Verdict.RIGHT),
        ("no_reading", Outcome.ANSWERED, True, Verdict.WRONG),
    ],
)
def test_where_no_figure_is_right_showing_one_is_wrong(
    expect: str, outcome: Outcome, shows: bool, right: Verdict
) -> None:
    readings = [reading(5.0)] if shows else []
    assert verdict({expect: True}, *readings, outcome=outcome) is right
