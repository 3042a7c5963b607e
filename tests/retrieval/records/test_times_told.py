"""Periods told in words, on Thursday, 26 November 2026, at 14:05 in Berlin."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surefoot.retrieval.records.times.periods import Period
from surefoot.retrieval.records.times.telling import told, told_found
from tests.retrieval.records.times_table import BERLIN, THURSDAY, at, found, period, rows

TOLD = rows("""
2026-11-26T00:00+01:00 | 2026-11-26T14:05+01:00 | today until 14:05 | heute bis 14:05 Uhr
2026-11-26T11:05+01:00 | 2026-11-26T14:05+01:00 | today, 11:05–14:05 | heute, 11:05–14:05 Uhr
2026-11-23T00:00+01:00 | 2026-11-26T14:05+01:00 | 23 November 2026 until today, 14:05 | 23. November 2026 bis heute, 14:05 Uhr
2026-11-25T14:05+01:00 | 2026-11-26T14:05+01:00 | 25 November 2026, 14:05 until today, 14:05 | 25. November 2026, 14:05 Uhr bis heute, 14:05 Uhr
2026-11-25T00:00+01:00 | 2026-11-26T00:00+01:00 | 25 November 2026 | 25. November 2026
2026-11-16T00:00+01:00 | 2026-11-23T00:00+01:00 | 16–22 November 2026 | 16.–22. November 2026
2026-10-28T00:00+01:00 | 2026-11-04T00:00+01:00 | 28 October – 3 November 2026 | 28. Oktober – 3. November 2026
2025-12-28T00:00+01:00 | 2026-01-04T00:00+01:00 | 28 December 2025 – 3 January 2026 | 28. Dezember 2025 – 3. Januar 2026
2026-03-01T00:00+01:00 | 2026-04-01T00:00+02:00 | March 2026 | März 2026
2026-07-01T00:00+02:00 | 2026-10-01T00:00+02:00 | July–September 2026 | Juli–September 2026
2025-11-01T00:00+01:00 | 2026-02-01T00:00+01:00 | November 2025 – January 2026 | November 2025 – Januar 2026
2025-01-01T00:00+01:00 | 2026-01-01T00:00+01:00 | 2025 | 2025
2024-01-01T00:00+01:00 | 2026-01-01T00:00+01:00 | 2024–2025 | 2024–2025
2026-11-26T08:00+01:00 | 2026-11-26T10:00+01:00 | 26 November 2026, 08:00–10:00 | 26. November 2026, 08:00–10:00 Uhr
2026-11-25T18:00+01:00 | 2026-11-26T00:00+01:00 | 25 November 2026, 18:00–24:00 | 25. November 2026, 18:00–24:00 Uhr
2026-11-25T22:00+01:00 | 2026-11-26T06:00+01:00 | 25 November 2026, 22:00 – 26 November 2026, 06:00 | 25. November 2026, 22:00 Uhr – 26. November 2026, 06:00 Uhr
2026-11-16T00:00+01:00 | 2026-11-19T14:05+01:00 | 16 November 2026 until 19 November 2026, 14:05 | 16. November 2026 bis 19. November 2026, 14:05 Uhr
2026-11-25T14:30+01:00 | 2026-11-25T14:31+01:00 | 25 November 2026, 14:30 | 25. November 2026, 14:30 Uhr
2026-11-25T14:30:15+01:00 | 2026-11-25T14:30:16+01:00 | 25 November 2026, 14:30:15–14:30:16 | 25. November 2026, 14:30:15–14:30:16 Uhr
2026-10-25T02:30+02:00 | 2026-10-25T02:30+01:00 | 25 October 2026, 02:30 (UTC+02:00)–02:30 (UTC+01:00) | 25. Oktober 2026, 02:30 (UTC+02:00)–02:30 (UTC+01:00) Uhr
2026-03-29T00:00+01:00 | 2026-03-30T00:00+02:00 | 29 March 2026 | 29. März 2026
""")


@pytest.mark.parametrize(("start", "end", "english", "german"), TOLD, ids=[row[2] for row in TOLD])
def test_a_period_is_told_in_english_and_german(start: str, end: str, english: str, german: str) -> None:
    assert told(period(start, end), at(THURSDAY), BERLIN) == english
    assert told(period(start, end), at(THURSDAY), BERLIN, "de") == german


def test_a_period_is_told_in_the_zone_of_the_asker() -> None:
    day = period("2026-11-25T00:00+01:00", "2026-11-26T00:00+01:00")
    kolkata = ZoneInfo("Asia/Kolkata")
    assert told(day, at(THURSDAY), kolkata) == "25 November 2026, 04:30 – 26 November 2026, 04:30"


def test_a_day_that_begins_at_one_in_the_night_is_a_whole_day() -> None:
    day = period("2026-03-08T01:00-04:00", "2026-03-09T00:00-04:00")
    assert told(day, at("2026-03-10T12:00-04:00"), ZoneInfo("America/Havana")) == "8 March 2026"


def test_a_language_without_wording_is_refused() -> None:
    with pytest.raises(ValueError, match="en, de, es, fr, it, nl, pl; not in 'xx'"):
        told(period("2026-11-25T00:00+01:00", "2026-11-26T00:00+01:00"), at(THURSDAY), BERLIN, "xx")


def test_a_comparison_is_told_with_what_makes_it_fair() -> None:
    now = "2026-11-26T14:05:33+01:00"
    assert told_found(found("today compared to yesterday", now), at(now), BERLIN) == (
        "today until 14:05, compared with 25 November 2026, 00:00–14:05 (the same part of each)"
    )
    assert told_found(found("letzte Woche verglichen mit der Vorwoche", now), at(now), BERLIN, "de") == (
        "16.–22. November 2026, verglichen mit 9.–15. November 2026"
    )


def test_a_time_with_a_problem_is_not_told() -> None:
    assert told_found(found("recently"), at(THURSDAY), BERLIN) == ""


minutes = st.integers(0, 60 * 24 * 800)


@given(minutes, minutes, minutes, minutes)
def test_two_periods_are_never_told_alike(one: int, longer: int, two: int, other: int) -> None:
    first, second = _of(one, longer + 1), _of(two, other + 1)
    assert (told(first, at(THURSDAY), BERLIN) == told(second, at(THURSDAY), BERLIN)) == (first == second)


@given(st.integers(0, 60 * 3), st.integers(1, 60 * 3), st.integers(0, 60 * 3), st.integers(1, 60 * 3))
def test_two_periods_are_never_told_alike_while_clocks_are_set_back(
    one: int, longer: int, two: int, other: int
) -> None:
    first, second = _of(one, longer, "2026-10-25T01:00+02:00"), _of(two, other, "2026-10-25T01:00+02:00")
    assert (told(first, at(THURSDAY), BERLIN) == told(second, at(THURSDAY), BERLIN)) == (first == second)


def _of(minute: int, length: int, begin: str = "2025-06-01T00:00+00:00") -> Period:
    """The period of some minutes length that begins some minutes after a moment."""
    from datetime import UTC, timedelta

    start = at(begin).astimezone(UTC) + timedelta(minutes=minute)
    return Period(start, start + timedelta(minutes=length))
