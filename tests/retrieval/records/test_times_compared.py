"""Times that are compared to others, asked on Thursday, 26 November 2026, at 14:05 in Berlin."""

from __future__ import annotations

import pytest

from tests.retrieval.records.times_table import THURSDAY, all_found, found, period, rows, shown

WEEK, PART = "2026-11-23T00:00+01:00 | 2026-11-26T14:05+01:00", "2026-11-16T00:00+01:00 | 2026-11-19T14:05+01:00"
"""This week up to now, and the same part of last week."""
ALIKE = rows(f"""
this week compared to last week                                | {WEEK} | {PART}
Did V-102 idle more this week than last week?                  | {WEEK} | {PART}
this week vs. last week                                        | {WEEK} | {PART}
this week versus the week before                               | {WEEK} | {PART}
this week against the previous week                            | {WEEK} | {PART}
Compare this week with last week                               | {WEEK} | {PART}
compare fuel this week to last week                            | {WEEK} | {PART}
the difference between this week and last week                 | {WEEK} | {PART}
Compared to last week, how did we do this week?                | {WEEK} | {PART}
this week in contrast to the average of last week              | {WEEK} | {PART}
How does this week compare to the same time last week?         | {WEEK} | {PART}
diese Woche verglichen mit der Woche davor                     | {WEEK} | {PART}
diese Woche im Vergleich zur Vorwoche                          | {WEEK} | {PART}
Wurde diese Woche mehr gefahren als letzte Woche?              | {WEEK} | {PART}
Vergleiche diese Woche mit letzter Woche                       | {WEEK} | {PART}
today compared to yesterday   | 2026-11-26T00:00+01:00 | 2026-11-26T14:05+01:00 | 2026-11-25T00:00+01:00 | 2026-11-25T14:05+01:00
heute im Vergleich zum Vortag | 2026-11-26T00:00+01:00 | 2026-11-26T14:05+01:00 | 2026-11-25T00:00+01:00 | 2026-11-25T14:05+01:00
today vs last week            | 2026-11-26T00:00+01:00 | 2026-11-26T14:05+01:00 | 2026-11-19T00:00+01:00 | 2026-11-19T14:05+01:00
this month vs last month      | 2026-11-01T00:00+01:00 | 2026-11-26T14:05+01:00 | 2026-10-01T00:00+02:00 | 2026-10-26T14:05+01:00
November compared to last year | 2026-11-01T00:00+01:00 | 2026-11-26T14:05+01:00 | 2025-11-01T00:00+01:00 | 2025-11-26T14:05+01:00
this quarter vs the same period last year | 2026-10-01T00:00+02:00 | 2026-11-26T14:05+01:00 | 2025-10-01T00:00+02:00 | 2025-11-26T14:05+01:00
dieses Jahr gegenüber dem Vorjahr | 2026-01-01T00:00+01:00 | 2026-11-26T14:05+01:00 | 2025-01-01T00:00+01:00 | 2025-11-26T14:05+01:00
How did November do year over year? | 2026-11-01T00:00+01:00 | 2026-11-26T14:05+01:00 | 2025-11-01T00:00+01:00 | 2025-11-26T14:05+01:00
last week compared to this week | 2026-11-16T00:00+01:00 | 2026-11-19T14:05+01:00 | 2026-11-23T00:00+01:00 | 2026-11-26T14:05+01:00
""")
WHOLE = rows("""
last week versus the week before           | 2026-11-16T00:00+01:00 | 2026-11-23T00:00+01:00 | 2026-11-09T00:00+01:00 | 2026-11-16T00:00+01:00
last week vs. the same week last year      | 2026-11-16T00:00+01:00 | 2026-11-23T00:00+01:00 | 2025-11-16T00:00+01:00 | 2025-11-23T00:00+01:00
Was Monday worse than Tuesday?             | 2026-11-23T00:00+01:00 | 2026-11-24T00:00+01:00 | 2026-11-24T00:00+01:00 | 2026-11-25T00:00+01:00
Compare Monday and Tuesday                 | 2026-11-23T00:00+01:00 | 2026-11-24T00:00+01:00 | 2026-11-24T00:00+01:00 | 2026-11-25T00:00+01:00
Monday compared to the week before         | 2026-11-23T00:00+01:00 | 2026-11-24T00:00+01:00 | 2026-11-16T00:00+01:00 | 2026-11-17T00:00+01:00
more in October than in September          | 2026-10-01T00:00+02:00 | 2026-11-01T00:00+01:00 | 2026-09-01T00:00+02:00 | 2026-10-01T00:00+02:00
better in 2025 than in 2024                | 2025-01-01T00:00+01:00 | 2026-01-01T00:00+01:00 | 2024-01-01T00:00+01:00 | 2025-01-01T00:00+01:00
October against the month before           | 2026-10-01T00:00+02:00 | 2026-11-01T00:00+01:00 | 2026-09-01T00:00+02:00 | 2026-10-01T00:00+02:00
November 2025 im Vergleich zum Vorjahr     | 2025-11-01T00:00+01:00 | 2025-12-01T00:00+01:00 | 2024-11-01T00:00+01:00 | 2024-12-01T00:00+01:00
Q3 vs the previous quarter                 | 2026-07-01T00:00+02:00 | 2026-10-01T00:00+02:00 | 2026-04-01T00:00+02:00 | 2026-07-01T00:00+02:00
last night vs the night before             | 2026-11-25T18:00+01:00 | 2026-11-26T06:00+01:00 | 2026-11-24T18:00+01:00 | 2026-11-25T06:00+01:00
this morning compared to yesterday         | 2026-11-26T05:00+01:00 | 2026-11-26T12:00+01:00 | 2026-11-25T05:00+01:00 | 2026-11-25T12:00+01:00
between 8 and 10 today vs yesterday        | 2026-11-26T08:00+01:00 | 2026-11-26T10:00+01:00 | 2026-11-25T08:00+01:00 | 2026-11-25T10:00+01:00
last 7 days vs the 7 days before           | 2026-11-20T00:00+01:00 | 2026-11-26T14:05+01:00 | 2026-11-13T00:00+01:00 | 2026-11-19T14:05+01:00
last 24 hours vs the 24 hours before       | 2026-11-25T14:05+01:00 | 2026-11-26T14:05+01:00 | 2026-11-24T14:05+01:00 | 2026-11-25T14:05+01:00
last 3 hours compared to yesterday         | 2026-11-26T11:05+01:00 | 2026-11-26T14:05+01:00 | 2026-11-25T11:05+01:00 | 2026-11-25T14:05+01:00
since Monday vs the same period last week  | 2026-11-23T00:00+01:00 | 2026-11-26T14:05+01:00 | 2026-11-16T00:00+01:00 | 2026-11-19T14:05+01:00
Compare 3–7 November with 10–14 November   | 2026-11-03T00:00+01:00 | 2026-11-08T00:00+01:00 | 2026-11-10T00:00+01:00 | 2026-11-15T00:00+01:00
3–7 November vs the previous period        | 2026-11-03T00:00+01:00 | 2026-11-08T00:00+01:00 | 2026-10-29T00:00+01:00 | 2026-11-03T00:00+01:00
""")
SUPPOSED = rows(f"""
Did we idle more than last week?   | {WEEK} | {PART}
weniger als letzte Woche           | {WEEK} | {PART}
compared with the previous week    | {WEEK} | {PART}
week on week                       | {WEEK} | {PART}
more than yesterday                | 2026-11-26T00:00+01:00 | 2026-11-26T14:05+01:00 | 2026-11-25T00:00+01:00 | 2026-11-25T14:05+01:00
Mehr als im Oktober?               | 2026-11-01T00:00+01:00 | 2026-11-26T14:05+01:00 | 2026-10-01T00:00+02:00 | 2026-10-26T14:05+01:00
""")


def _names(table: list[tuple[str, ...]]) -> list[str]:
    return [row[0] for row in table]


@pytest.mark.parametrize(("question", "start", "end", "begin", "stop"), ALIKE, ids=_names(ALIKE))
def test_what_goes_on_is_compared_to_the_same_elapsed_part(
    question: str, start: str, end: str, begin: str, stop: str
) -> None:
    time = found(question)
    assert (shown(time.period), shown(time.against)) == (shown(period(start, end)), shown(period(begin, stop)))
    assert (time.alike, time.implied, time.problem) == (True, False, None)


@pytest.mark.parametrize(
    ("question", "begin", "stop"),
    [
        ("this week compared to last week", "2026-11-16T00:00+01:00", "2026-11-23T00:00+01:00"),
        ("last week compared to this week", "2026-11-16T00:00+01:00", "2026-11-23T00:00+01:00"),
        ("this month vs last month", "2026-10-01T00:00+02:00", "2026-11-01T00:00+01:00"),
    ],
)
def test_the_whole_of_what_is_taken_in_part_is_known(question: str, begin: str, stop: str) -> None:
    assert shown(found(question).uncut) == shown(period(begin, stop))


@pytest.mark.parametrize(("question", "start", "end", "begin", "stop"), WHOLE, ids=_names(WHOLE))
def test_what_is_over_is_compared_whole(question: str, start: str, end: str, begin: str, stop: str) -> None:
    time = found(question)
    assert (shown(time.period), shown(time.against)) == (shown(period(start, end)), shown(period(begin, stop)))
    assert (time.alike, time.implied) == (False, False)


@pytest.mark.parametrize(("question", "start", "end", "begin", "stop"), SUPPOSED, ids=_names(SUPPOSED))
def test_a_comparison_alone_supposes_the_unit_that_it_is_now(
    question: str, start: str, end: str, begin: str, stop: str
) -> None:
    time = found(question)
    assert (shown(time.period), shown(time.against)) == (shown(period(start, end)), shown(period(begin, stop)))
    assert (time.implied, time.span) == (True, time.against_span)


def test_the_words_of_the_period_and_of_the_comparison_are_told_apart() -> None:
    question = "Did V-102 drive more this week than last week?"
    time = found(question)
    assert question[slice(*time.span)] == "this week"
    assert time.against_span is not None
    assert question[slice(*time.against_span)] == "than last week"


def test_the_last_day_of_a_longer_month_is_compared_to_all_of_a_shorter_one() -> None:
    time = found("this month vs last month", "2026-03-31T10:00+02:00")
    assert shown(time.against) == shown(period("2026-02-01T00:00+01:00", "2026-03-01T00:00+01:00"))


def test_a_leap_day_is_compared_to_the_end_of_february() -> None:
    time = found("this year vs last year", "2028-02-29T12:00+01:00")
    assert shown(time.against) == shown(period("2027-01-01T00:00+01:00", "2027-03-01T00:00+01:00"))


def test_a_comparison_with_the_future_is_no_comparison() -> None:
    week, ahead = all_found("this week compared to next week")
    assert (week.against, week.problem) == (None, None)
    assert ahead.problem == "all_future"


@pytest.mark.parametrize("question", ["more than the week before", "than a year earlier", "versus the last 7 days"])
def test_a_comparison_that_supposes_nothing_is_vague(question: str) -> None:
    assert found(question).problem == "vague"


def test_the_week_before_is_that_before_the_one_just_told() -> None:
    last, before = all_found("What was driven last week and the week before?")
    assert shown(last.period) == shown(period("2026-11-16T00:00+01:00", "2026-11-23T00:00+01:00"))
    assert shown(before.period) == shown(period("2026-11-09T00:00+01:00", "2026-11-16T00:00+01:00"))


def test_a_second_comparison_stands_beside_the_same_period() -> None:
    first, second = all_found("this week vs last week vs the week before last")
    assert shown(first.period) == shown(second.period) == shown(period("2026-11-23T00:00+01:00", THURSDAY))
    assert shown(second.against) == shown(period("2026-11-09T00:00+01:00", "2026-11-12T14:05+01:00"))


def test_als_at_the_beginning_of_a_sentence_is_no_comparison() -> None:
    assert found("Als gestern der Wagen hielt").against is None


LISTS = rows("""
on Monday and Wednesday last week     | 2026-11-16T00:00+01:00 2026-11-18T00:00+01:00
last week on Monday and Wednesday     | 2026-11-16T00:00+01:00 2026-11-18T00:00+01:00
on 3 and 7 November                   | 2026-11-03T00:00+01:00 2026-11-07T00:00+01:00
on the 3rd, 5th and 7th of November   | 2026-11-03T00:00+01:00 2026-11-05T00:00+01:00 2026-11-07T00:00+01:00
am 3. und 7. November                 | 2026-11-03T00:00+01:00 2026-11-07T00:00+01:00
October and November 2025             | 2025-10-01T00:00+02:00 2025-11-01T00:00+01:00
Q1 and Q2 2025                        | 2025-01-01T00:00+01:00 2025-04-01T00:00+02:00
Monday and Tuesday between 8 and 10   | 2026-11-23T08:00+01:00 2026-11-24T08:00+01:00
Monday and Tuesday at 8               | 2026-11-23T08:00+01:00 2026-11-24T08:00+01:00
yesterday and today                   | 2026-11-25T00:00+01:00 2026-11-26T00:00+01:00
""")


@pytest.mark.parametrize(("question", "starts"), LISTS, ids=_names(LISTS))
def test_days_of_a_list_share_what_one_of_them_tells(question: str, starts: str) -> None:
    begun = [shown(time.period)[:16] for time in all_found(question)]
    assert begun == [shown(period(start, "2099-01-01T00:00+01:00"))[:16] for start in starts.split()]
