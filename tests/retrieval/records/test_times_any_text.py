"""The grammar of times on any text: it never fails, keeps its promises, and takes time in line with the length."""

from __future__ import annotations

import string
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surefoot.retrieval.records.times.found import TimeFound
from surefoot.retrieval.records.times.grammar import find_times
from surefoot.retrieval.records.times.telling import told_found
from tests.growth import LINEAR, growth
from tests.retrieval.records.times_table import BERLIN, THURSDAY, all_found, at

WORDS = (
    "today yesterday gestern heute morgen Monday Mon Tue on in since until from to between and und bis vom zwischen last"
    " letzte this diese next the of week Woche weeks month Monat year years day days Tage hours Stunden minutes ago vor"
    " nach after before ab at um 8 3 12 14:30 2:30 25:00 am pm Uhr November Nov March May 3. 31. 2025 2026 Q3 KW 47 , ."
    " - – / 3.11.2026 03/11/2026 2026-11-03 29 February first second half end beginning night evening Abend Nacht noon"
    " midnight now compared with than als versus vorige same period earlier Vorwoche weekend every except 999999 1.5"
    " quarter past a an few couple so far Compare difference 13th Friday before year over"
).split()
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "America/Havana", "Pacific/Apia")
HOSTILE = (
    *(
        "1 ",
        "1.",
        "1:",
        "1.000",
        "2026-",
        "a",
        "the ",
        "am ",
        "last ",
        "last 1.000.000 ",
        "since ",
        "third ",
        "Monday and ",
    ),
    *(
        "from Monday to ",
        "3 November ",
        "compared to the ",
        "today vs ",
        "between 8 and ",
        "last week of the ",
        "3rd, ",
    ),
    *("the same period ", "compare ", "in the ", "Monday, ", "half past ", "('", "\u0301", "\N{ZERO WIDTH SPACE}"),
)
texts = st.text(max_size=60) | st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join)
nows = st.datetimes(datetime(1911, 1, 1), datetime(2188, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
changes = st.sampled_from(["2026-03-29T00:30+00:00", "2026-10-25T00:30+00:00", "2026-10-25T01:30+00:00", THURSDAY]).map(
    at
)


def _keeps_promises(text: str, times: tuple[TimeFound, ...], now: datetime) -> None:
    taken: list[tuple[int, int]] = []
    for time in times:
        assert (time.period is None) == (time.problem is not None)
        for told in (time.period, time.against):
            assert told is None or told.start.astimezone(UTC) < told.end.astimezone(UTC) <= now
        if time.period is not None and time.whole is not None:
            assert time.whole.utc[0] == time.period.utc[0]
            assert time.whole.utc[1] >= time.period.utc[1]
            assert time.open <= (time.period.utc[1] == now.astimezone(UTC))
        taken += [time.span] if time.implied or not time.against_span else [time.span, time.against_span]
    assert all(0 <= start < end <= len(text) for start, end in taken)
    assert all(one[1] <= two[0] for one, two in zip(sorted(taken), sorted(taken)[1:], strict=False))


@given(texts, nows | changes, st.sampled_from(ZONES), st.sampled_from([0, 5, 6]))
def test_any_text_gives_whole_periods_that_have_begun_and_spans_of_their_own(
    text: str, now: datetime, zone: str, week_start: int
) -> None:
    times = find_times(text, now, ZoneInfo(zone), week_start)
    _keeps_promises(text, times, now)
    for time in times:
        assert bool(told_found(time, now, ZoneInfo(zone), "de")) == (time.period is not None)


@given(texts, changes, st.integers(-12, 14))
def test_the_zone_in_which_now_is_told_changes_nothing(text: str, now: datetime, hours: int) -> None:
    from datetime import timezone

    moved = now.astimezone(timezone(timedelta(hours=hours)))
    assert find_times(text, now, BERLIN) == find_times(text, moved, BERLIN)


@given(
    st.sampled_from(["yesterday", "this week", "last 7 days", "since Monday", "Q3", "3–7 November", "gestern Abend"])
)
def test_words_around_a_time_do_not_change_it(words: str) -> None:
    alone = all_found(words)[0]
    inside = all_found(f"How far did V-102 drive {words}, and who drove it?")
    assert [(time.period, time.whole, time.open) for time in inside] == [(alone.period, alone.whole, alone.open)]


@pytest.mark.parametrize("text", ["", " ", "?", "\n\n", "….", "0" * 5000, "last " + "9" * 5000 + " days", "\ud800"])
def test_a_text_of_nothing_or_of_endless_figures_does_no_harm(text: str) -> None:
    assert all(time.period is None for time in all_found(text))


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_text_takes_time_in_line_with_its_length(piece: str) -> None:
    def made(size: int) -> str:
        return (piece * size)[:size]

    assert growth(all_found, made, 500) < LINEAR


def test_garbage_takes_time_in_line_with_its_length() -> None:
    marks = Random(1).choices(string.printable, k=4000)
    assert growth(all_found, lambda size: "".join(marks[:size]), 1000) < LINEAR
