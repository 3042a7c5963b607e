"""Times around the days on which clocks are set forward and back, in zones of several kinds."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.retrieval.records.times_table import found, period, rows, shown

FORWARD = "2026-03-29T12:00+02:00"
"""Berlin, 29 March: 02:00 to 03:00 does not exist."""
BACK = "2026-10-25T12:00+01:00"
"""Berlin, 25 October: 02:00 to 03:00 comes twice."""
CASES = rows("""
Europe/Berlin       | 2026-03-29T12:00+02:00 | today                      | 2026-03-29T00:00+01:00 | 2026-03-29T12:00+02:00
Europe/Berlin       | 2026-03-30T12:00+02:00 | yesterday                  | 2026-03-29T00:00+01:00 | 2026-03-30T00:00+02:00
Europe/Berlin       | 2026-03-29T12:00+02:00 | last 24 hours              | 2026-03-28T11:00+01:00 | 2026-03-29T12:00+02:00
Europe/Berlin       | 2026-03-29T12:00+02:00 | last 12 hours              | 2026-03-28T23:00+01:00 | 2026-03-29T12:00+02:00
Europe/Berlin       | 2026-03-29T12:00+02:00 | between 1:00 and 4:00      | 2026-03-29T01:00+01:00 | 2026-03-29T04:00+02:00
Europe/Berlin       | 2026-03-29T12:00+02:00 | between 2:30 and 4:00      | 2026-03-29T03:00+02:00 | 2026-03-29T04:00+02:00
Europe/Berlin       | 2026-03-29T12:00+02:00 | between 1:00 and 2:30      | 2026-03-29T01:00+01:00 | 2026-03-29T03:00+02:00
Europe/Berlin       | 2026-03-29T12:00+02:00 | since 2:15                 | 2026-03-29T03:00+02:00 | 2026-03-29T12:00+02:00
Europe/Berlin       | 2026-03-29T12:00+02:00 | last night                 | 2026-03-28T18:00+01:00 | 2026-03-29T06:00+02:00
Europe/Berlin       | 2026-03-29T12:00+02:00 | 10 hours ago               | 2026-03-29T01:00+01:00 | 2026-03-29T01:01+01:00
Europe/Berlin       | 2026-03-31T12:00+02:00 | last week                  | 2026-03-23T00:00+01:00 | 2026-03-30T00:00+02:00
Europe/Berlin       | 2026-04-02T12:00+02:00 | last 7 days                | 2026-03-27T00:00+01:00 | 2026-04-02T12:00+02:00
Europe/Berlin       | 2026-04-02T12:00+02:00 | last month                 | 2026-03-01T00:00+01:00 | 2026-04-01T00:00+02:00
Europe/Berlin       | 2026-10-26T12:00+01:00 | yesterday                  | 2026-10-25T00:00+02:00 | 2026-10-26T00:00+01:00
Europe/Berlin       | 2026-10-25T12:00+01:00 | last 24 hours              | 2026-10-24T13:00+02:00 | 2026-10-25T12:00+01:00
Europe/Berlin       | 2026-10-25T12:00+01:00 | between 2:00 and 3:00      | 2026-10-25T02:00+02:00 | 2026-10-25T03:00+01:00
Europe/Berlin       | 2026-10-25T12:00+01:00 | between 2:30 and 5:00      | 2026-10-25T02:30+02:00 | 2026-10-25T05:00+01:00
Europe/Berlin       | 2026-10-25T12:00+01:00 | between 1:00 and 2:30      | 2026-10-25T01:00+02:00 | 2026-10-25T02:30+01:00
Europe/Berlin       | 2026-10-25T12:00+01:00 | since 2:30                 | 2026-10-25T02:30+02:00 | 2026-10-25T12:00+01:00
Europe/Berlin       | 2026-10-25T12:00+01:00 | letzte Nacht               | 2026-10-24T22:00+02:00 | 2026-10-25T06:00+01:00
Europe/Berlin       | 2026-10-25T02:30+01:00 | the last hour              | 2026-10-25T02:30+02:00 | 2026-10-25T02:30+01:00
Europe/Berlin       | 2026-10-25T02:30+01:00 | last 30 minutes            | 2026-10-25T02:00+01:00 | 2026-10-25T02:30+01:00
Europe/Berlin       | 2026-10-25T02:30+02:00 | today                      | 2026-10-25T00:00+02:00 | 2026-10-25T02:30+02:00
America/New_York    | 2026-03-08T12:00-04:00 | today                      | 2026-03-08T00:00-05:00 | 2026-03-08T12:00-04:00
America/New_York    | 2026-03-08T12:00-04:00 | last 24 hours              | 2026-03-07T11:00-05:00 | 2026-03-08T12:00-04:00
America/New_York    | 2026-11-02T12:00-05:00 | yesterday                  | 2026-11-01T00:00-04:00 | 2026-11-02T00:00-05:00
America/New_York    | 2026-11-01T12:00-05:00 | between 1:00 and 2:00      | 2026-11-01T01:00-04:00 | 2026-11-01T02:00-05:00
Asia/Kolkata        | 2026-11-26T18:35+05:30 | yesterday                  | 2026-11-25T00:00+05:30 | 2026-11-26T00:00+05:30
Asia/Kolkata        | 2026-11-26T18:35+05:30 | last 90 minutes            | 2026-11-26T17:05+05:30 | 2026-11-26T18:35+05:30
Asia/Kolkata        | 2026-11-26T18:35+05:30 | at 14:30                   | 2026-11-26T14:30+05:30 | 2026-11-26T14:31+05:30
Australia/Lord_Howe | 2026-10-05T12:00+11:00 | yesterday                  | 2026-10-04T00:00+10:30 | 2026-10-05T00:00+11:00
Australia/Lord_Howe | 2026-10-04T12:00+11:00 | between 2:10 and 4:00      | 2026-10-04T02:30+11:00 | 2026-10-04T04:00+11:00
Australia/Lord_Howe | 2026-04-06T12:00+10:30 | yesterday                  | 2026-04-05T00:00+11:00 | 2026-04-06T00:00+10:30
America/Havana      | 2026-03-09T12:00-04:00 | yesterday                  | 2026-03-08T01:00-04:00 | 2026-03-09T00:00-04:00
""")
LENGTHS = rows("""
Europe/Berlin       | 2026-03-30T12:00+02:00 | 23.0
Europe/Berlin       | 2026-10-26T12:00+01:00 | 25.0
America/New_York    | 2026-03-09T12:00-04:00 | 23.0
America/New_York    | 2026-11-02T12:00-05:00 | 25.0
Asia/Kolkata        | 2026-11-26T12:00+05:30 | 24.0
Australia/Lord_Howe | 2026-10-05T12:00+11:00 | 23.5
Australia/Lord_Howe | 2026-04-06T12:00+10:30 | 24.5
""")


@pytest.mark.parametrize(
    ("zone", "now", "question", "start", "end"), CASES, ids=[f"{c[2]} {c[1]} {c[0]}" for c in CASES]
)
def test_a_time_where_clocks_are_set_has_its_true_start_and_end(
    zone: str, now: str, question: str, start: str, end: str
) -> None:
    assert shown(found(question, now, ZoneInfo(zone)).period) == shown(period(start, end))


@pytest.mark.parametrize(("zone", "now", "hours"), LENGTHS, ids=[f"{case[0]} {case[2]}" for case in LENGTHS])
def test_a_day_lasts_as_long_as_it_does(zone: str, now: str, hours: str) -> None:
    day = found("yesterday", now, ZoneInfo(zone)).period
    assert day is not None
    assert (day.elapsed, day.days) == (timedelta(hours=float(hours)), 1)


def test_a_time_that_the_clock_skips_is_impossible() -> None:
    assert found("at 2:30", FORWARD).problem == "impossible"
    assert found("on 29 March at 2:30", "2026-04-02T12:00+02:00").problem == "impossible"


def test_hours_that_the_clock_skips_are_empty() -> None:
    assert found("between 2:00 and 3:00", FORWARD).problem == "empty"


def test_a_time_that_comes_twice_is_ambiguous_and_both_are_given() -> None:
    time = found("at 2:30", BACK)
    assert (time.period, time.problem) == (None, "ambiguous")
    assert [shown(one) for one in time.candidates] == [
        shown(period("2026-10-25T02:30+02:00", "2026-10-25T02:31+02:00")),
        shown(period("2026-10-25T02:30+01:00", "2026-10-25T02:31+01:00")),
    ]


def test_a_day_that_a_zone_never_had_is_impossible() -> None:
    assert found("yesterday", "2011-12-31T12:00+14:00", ZoneInfo("Pacific/Apia")).problem == "impossible"


def test_the_same_part_of_the_day_before_the_change_ends_at_the_same_time_on_the_wall() -> None:
    time = found("today compared to yesterday", FORWARD)
    assert shown(time.against) == shown(period("2026-03-28T00:00+01:00", "2026-03-28T12:00+01:00"))
