"""Times asked at New Year, on Sundays, on a leap day, in other zones, and where weeks begin on Sunday."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from tests.retrieval.records.times_table import BERLIN, at, found, period, rows, shown

CASES = rows("""
2027-01-01T00:30+01:00 | yesterday             | 2026-12-31T00:00+01:00 | 2027-01-01T00:00+01:00
2027-01-01T00:30+01:00 | last week             | 2026-12-21T00:00+01:00 | 2026-12-28T00:00+01:00
2027-01-01T00:30+01:00 | this week             | 2026-12-28T00:00+01:00 | 2027-01-01T00:30+01:00
2027-01-01T00:30+01:00 | last month            | 2026-12-01T00:00+01:00 | 2027-01-01T00:00+01:00
2027-01-01T00:30+01:00 | last quarter          | 2026-10-01T00:00+02:00 | 2027-01-01T00:00+01:00
2027-01-01T00:30+01:00 | last year             | 2026-01-01T00:00+01:00 | 2027-01-01T00:00+01:00
2027-01-01T00:30+01:00 | week 53               | 2026-12-28T00:00+01:00 | 2027-01-01T00:30+01:00
2027-01-01T00:30+01:00 | week 1                | 2025-12-29T00:00+01:00 | 2026-01-05T00:00+01:00
2027-01-01T00:30+01:00 | in December           | 2026-12-01T00:00+01:00 | 2027-01-01T00:00+01:00
2027-01-01T00:30+01:00 | last night            | 2026-12-31T18:00+01:00 | 2027-01-01T00:30+01:00
2027-01-01T00:30+01:00 | tonight               | 2026-12-31T18:00+01:00 | 2027-01-01T00:30+01:00
2027-01-01T00:30+01:00 | last 2 hours          | 2026-12-31T22:30+01:00 | 2027-01-01T00:30+01:00
2027-01-01T00:30+01:00 | 28 December to 3 January | 2025-12-28T00:00+01:00 | 2026-01-04T00:00+01:00
2026-01-02T09:00+01:00 | week 1                | 2025-12-29T00:00+01:00 | 2026-01-02T09:00+01:00
2026-11-29T20:00+01:00 | this week             | 2026-11-23T00:00+01:00 | 2026-11-29T20:00+01:00
2026-11-29T20:00+01:00 | last week             | 2026-11-16T00:00+01:00 | 2026-11-23T00:00+01:00
2026-11-29T20:00+01:00 | this weekend          | 2026-11-28T00:00+01:00 | 2026-11-29T20:00+01:00
2026-11-29T20:00+01:00 | last weekend          | 2026-11-21T00:00+01:00 | 2026-11-23T00:00+01:00
2026-11-29T20:00+01:00 | on Sunday             | 2026-11-29T00:00+01:00 | 2026-11-29T20:00+01:00
2026-11-29T20:00+01:00 | last Sunday           | 2026-11-22T00:00+01:00 | 2026-11-23T00:00+01:00
2026-11-29T20:00+01:00 | on Monday             | 2026-11-23T00:00+01:00 | 2026-11-24T00:00+01:00
2026-11-29T20:00+01:00 | this evening          | 2026-11-29T18:00+01:00 | 2026-11-29T20:00+01:00
2026-11-28T09:00+01:00 | over the weekend      | 2026-11-28T00:00+01:00 | 2026-11-28T09:00+01:00
2026-11-30T09:00+01:00 | over the weekend      | 2026-11-28T00:00+01:00 | 2026-11-30T00:00+01:00
2028-02-29T12:00+01:00 | today                 | 2028-02-29T00:00+01:00 | 2028-02-29T12:00+01:00
2028-02-29T12:00+01:00 | last month            | 2028-01-01T00:00+01:00 | 2028-02-01T00:00+01:00
2028-02-29T12:00+01:00 | over the past year    | 2027-03-01T00:00+01:00 | 2028-02-29T12:00+01:00
2028-02-29T12:00+01:00 | on 29 February        | 2028-02-29T00:00+01:00 | 2028-02-29T12:00+01:00
2028-02-28T12:00+01:00 | on 29 February        | 2024-02-29T00:00+01:00 | 2024-03-01T00:00+01:00
2028-03-01T12:00+01:00 | the last day of February | 2028-02-29T00:00+01:00 | 2028-03-01T00:00+01:00
2028-03-31T12:00+02:00 | over the past month   | 2028-03-01T00:00+01:00 | 2028-03-31T12:00+02:00
""")
SUNDAYS = rows("""
2026-11-26T14:05+01:00 | this week                    | 2026-11-22T00:00+01:00 | 2026-11-26T14:05+01:00
2026-11-26T14:05+01:00 | last week                    | 2026-11-15T00:00+01:00 | 2026-11-22T00:00+01:00
2026-11-26T14:05+01:00 | the week before last         | 2026-11-08T00:00+01:00 | 2026-11-15T00:00+01:00
2026-11-29T20:00+01:00 | this week                    | 2026-11-29T00:00+01:00 | 2026-11-29T20:00+01:00
2026-11-29T20:00+01:00 | last week                    | 2026-11-22T00:00+01:00 | 2026-11-29T00:00+01:00
2026-11-28T20:00+01:00 | this Sunday                  | 2026-11-22T00:00+01:00 | 2026-11-23T00:00+01:00
2026-11-26T14:05+01:00 | Sunday of last week          | 2026-11-15T00:00+01:00 | 2026-11-16T00:00+01:00
2026-11-26T14:05+01:00 | the week of 22 November      | 2026-11-22T00:00+01:00 | 2026-11-26T14:05+01:00
2026-11-26T14:05+01:00 | week 47                      | 2026-11-16T00:00+01:00 | 2026-11-23T00:00+01:00
2026-11-26T14:05+01:00 | last weekend                 | 2026-11-21T00:00+01:00 | 2026-11-23T00:00+01:00
2026-11-29T20:00+01:00 | last weekend                 | 2026-11-21T00:00+01:00 | 2026-11-23T00:00+01:00
""")


@pytest.mark.parametrize(("now", "question", "start", "end"), CASES, ids=[f"{case[1]} on {case[0]}" for case in CASES])
def test_a_time_asked_on_a_special_day_is_found(now: str, question: str, start: str, end: str) -> None:
    assert shown(found(question, now).period) == shown(period(start, end))


@pytest.mark.parametrize(
    ("now", "question", "start", "end"), SUNDAYS, ids=[f"{case[1]} on {case[0]}" for case in SUNDAYS]
)
def test_weeks_may_begin_on_sunday(now: str, question: str, start: str, end: str) -> None:
    assert shown(found(question, now, week_start=6).period) == shown(period(start, end))


def test_the_days_of_a_fleet_are_those_of_its_zone_wherever_now_is_told() -> None:
    for now in ("2026-11-26T23:30+00:00", "2026-11-27T00:30+01:00", "2026-11-27T08:30+09:00"):
        assert shown(found("yesterday", now).period) == shown(
            period("2026-11-26T00:00+01:00", "2026-11-27T00:00+01:00")
        )
    there = found("yesterday", "2026-11-26T23:30+00:00", ZoneInfo("America/New_York")).period
    assert shown(there) == shown(period("2026-11-25T00:00-05:00", "2026-11-26T00:00-05:00"))


def test_a_period_is_told_in_the_zone_that_is_asked_for() -> None:
    yesterday = found("yesterday", "2026-11-26T23:30+00:00").period
    assert yesterday is not None
    assert {yesterday.start.tzinfo, yesterday.end.tzinfo} == {BERLIN}


def test_yesterday_is_over_at_midnight_and_today_has_not_begun() -> None:
    midnight = "2026-11-26T00:00+01:00"
    assert not found("yesterday", midnight).open
    today = found("today", midnight)
    assert (today.period, today.problem) == (None, "all_future")


def test_a_period_holds_its_start_and_not_its_end() -> None:
    day = period("2026-11-25T00:00+01:00", "2026-11-26T00:00+01:00")
    assert day.contains(at("2026-11-25T00:00+01:00"))
    assert day.contains(at("2026-11-25T22:59:59+00:00"))
    assert not day.contains(at("2026-11-26T00:00+01:00"))


def test_a_period_without_a_zone_or_an_end_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        period("2026-11-25T00:00", "2026-11-26T00:00")
    with pytest.raises(ValueError, match="after it begins"):
        period("2026-11-26T00:00+01:00", "2026-11-26T00:00+01:00")


def test_a_now_without_a_zone_or_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        found("today", "2026-11-26T14:05")
    with pytest.raises(ValueError, match="between 1910 and 2189"):
        found("today", "2190-01-01T00:00+01:00")
    with pytest.raises(ValueError, match="from 0"):
        found("today", week_start=7)
