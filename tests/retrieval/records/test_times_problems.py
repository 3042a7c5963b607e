"""Words of time that give no period, and words that are no times at all."""

from __future__ import annotations

import pytest

from tests.retrieval.records.times_table import all_found, found, period, rows, shown

PROBLEMS = rows("""
from 12 to 3 November                      | reversed
12 November 2026 to 3 November 2026        | reversed
from 2026-11-07 to 2026-11-03              | reversed
12 November to 3 October                   | reversed
from Friday 20 November to Monday 16 November | reversed
from 2026 to 2025                          | reversed
31 February                                | impossible
30 February 2026                           | impossible
29.2.2026                                  | impossible
31.11.2026                                 | impossible
2026-13-01                                 | impossible
0000-01-01                                 | impossible
9999-12-31                                 | impossible
at 25:00                                   | impossible
yesterday at 14:60                         | impossible
at 13 am                                   | impossible
week 60                                    | impossible
week 53 of 2025                            | impossible
Monday 24 November                         | impossible
at 14:30 yesterday morning                 | impossible
999999999999 days ago                      | impossible
500 years ago                              | impossible
from 10:00 to 10:00                        | empty
last 0 days                                | empty
last 20 years                              | too_long
since 2001                                 | too_long
2001 to 2026                               | too_long
last 999999999999 days                     | too_long
last 999999999999 hours                    | too_long
in the last 100,000,000 minutes            | too_long
on weekdays                                | unsupported
at 8 every day                             | unsupported
daily between 8 and 10                     | unsupported
täglich um 8 Uhr                           | unsupported
weekend trips                              | unsupported
the third Tuesday of each month            | unsupported
from 9:00 to 14:00 on Saturdays            | unsupported
every October                              | unsupported
on Mondays                                 | unsupported
every night                                | unsupported
jeden Montag                               | unsupported
at weekends                                | unsupported
during working hours                       | unsupported
in the rush hour                           | unsupported
at night                                   | unsupported
in the morning                             | unsupported
nachts                                     | unsupported
werktags                                   | unsupported
während der Arbeitszeit                    | unsupported
during the night shift                     | unsupported
last 5 working days                        | unsupported
the last 3 Mondays                         | unsupported
last week at 14:30                         | unsupported
in November between 8 and 10               | unsupported
except Monday                              | unsupported
not on Sunday                              | unsupported
at 14:30 UTC                               | unsupported
2026-11-03T14:30Z                          | unsupported
2026-11-03T14:30:00+01:00                  | unsupported
at Christmas                               | unsupported
recently                                   | vague
lately                                     | vague
the other day                              | vague
soon                                       | vague
neulich                                    | vague
in letzter Zeit                            | vague
a few days ago                             | vague
vor einigen Wochen                         | vague
the last couple of days                    | vague
in den letzten Tagen                       | vague
the end of last week                       | vague
Anfang November                            | vague
mid-November                               | vague
around 14:30                               | vague
gegen 8 Uhr                                | vague
last winter                                | vague
yesterday's lunch: at lunchtime            | vague
later today                                | vague
as of 1 November                           | vague
the week before                            | vague
until yesterday                            | no_start
bis gestern                                | no_start
up to Monday                               | no_start
before 3 November                          | no_start
no later than Friday                       | no_start
more than 3 days ago                       | no_start
""")
FUTURE = rows("""
tomorrow             | 2026-11-27T00:00+01:00 | 2026-11-28T00:00+01:00
next week            | 2026-11-30T00:00+01:00 | 2026-12-07T00:00+01:00
next Monday          | 2026-11-30T00:00+01:00 | 2026-12-01T00:00+01:00
next Thursday        | 2026-12-03T00:00+01:00 | 2026-12-04T00:00+01:00
due next month       | 2026-12-01T00:00+01:00 | 2027-01-01T00:00+01:00
in the next 7 days   | 2026-11-27T00:00+01:00 | 2026-12-04T00:00+01:00
next 3 hours         | 2026-11-26T14:05+01:00 | 2026-11-26T17:05+01:00
this weekend         | 2026-11-28T00:00+01:00 | 2026-11-30T00:00+01:00
this Friday          | 2026-11-27T00:00+01:00 | 2026-11-28T00:00+01:00
this evening         | 2026-11-26T18:00+01:00 | 2026-11-27T00:00+01:00
tonight              | 2026-11-26T18:00+01:00 | 2026-11-27T06:00+01:00
at 16:00             | 2026-11-26T16:00+01:00 | 2026-11-26T16:01+01:00
after 18:00          | 2026-11-26T18:00+01:00 | 2026-11-27T00:00+01:00
30 November 2026     | 2026-11-30T00:00+01:00 | 2026-12-01T00:00+01:00
nächste Woche        | 2026-11-30T00:00+01:00 | 2026-12-07T00:00+01:00
morgen früh          | 2026-11-27T05:00+01:00 | 2026-11-27T12:00+01:00
""")
EITHER = rows("""
03/11/2026               | 2026-11-03T00:00+01:00 | 2026-11-04T00:00+01:00 | 2026-03-11T00:00+01:00 | 2026-03-12T00:00+01:00
on 3/11                  | 2026-11-03T00:00+01:00 | 2026-11-04T00:00+01:00 | 2026-03-11T00:00+01:00 | 2026-03-12T00:00+01:00
1/11/2026 to 5/11/2026   | 2026-11-01T00:00+01:00 | 2026-11-06T00:00+01:00 | 2026-01-11T00:00+01:00 | 2026-05-12T00:00+02:00
from 9 to 5 yesterday    | 2026-11-25T09:00+01:00 | 2026-11-25T17:00+01:00 | 2026-11-25T09:00+01:00 | 2026-11-26T05:00+01:00
first week of November   | 2026-11-01T00:00+01:00 | 2026-11-08T00:00+01:00 | 2026-11-02T00:00+01:00 | 2026-11-09T00:00+01:00
the last week of October | 2026-10-25T00:00+02:00 | 2026-11-01T00:00+01:00 | 2026-10-26T00:00+01:00 | 2026-11-02T00:00+01:00
the first week of 2026   | 2026-01-01T00:00+01:00 | 2026-01-08T00:00+01:00 | 2025-12-29T00:00+01:00 | 2026-01-05T00:00+01:00
on the last day          | 2026-11-25T00:00+01:00 | 2026-11-26T00:00+01:00 | 2026-11-25T14:05+01:00 | 2026-11-26T14:05+01:00
yesterday at midnight    | 2026-11-25T00:00+01:00 | 2026-11-25T00:01+01:00 | 2026-11-26T00:00+01:00 | 2026-11-26T00:01+01:00
""")
NO_TIMES = """
What is the second service?
may a driver exceed 9 hours?
Which rule says drivers may drive?
What does rule 3 may mean
The vehicles march on
a march of progress
the sun was shining
he sat on the bench
drove at 40 km/h
speed between 8 and 10 km/h
between 8 and 10 vehicles
Which drivers have a score between 8 and 10?
Why did V-102 stop?
fault E-204 on V-102
What is H18?
a clearance of 2.5 mm
10 vehicles
after 450 km
24 months
an inspection every 24 months
What does code 2026 mean?
at 2000 rpm
in 2000 rpm
2000 km
How far per day?
each week
every day
daily distance by month
how many hours
within 2 hours
longer than 10 minutes
for more than 3 days
How far in 3 days?
Python 3.11
in version 3.11.
the host 10.0.0.1
part 2026-11-03-004
file V-2025-11-03
monday.com
a mail to foo@today.de
the last trip
How soon does it have to respond?
as soon as possible
40 minutes before departure
How many night shifts in a row?
since the accident
quarter of the fleet
third axle
Jan drove fast
route 7
24/7
a ratio of 1:2
16:9
step 3 of the guide
Guten Morgen
good evening
mehr als 3 Tage
um 8 Prozent
nach 450 km
vor der Fahrt
nach Berlin
der zweite Service
letzte Fahrt
alle 24 Monate
ab 50 km/h
zwischen 8 und 10 km
Audi Q3
an engine of 47 kW
kW 47
last-minute changes
the last two trips
Do so
""".strip().splitlines()


@pytest.mark.parametrize(("question", "problem"), PROBLEMS, ids=[row[0] for row in PROBLEMS])
def test_words_that_give_no_period_say_why(question: str, problem: str) -> None:
    time = next(time for time in all_found(question) if time.problem is not None)
    assert (time.problem, time.period) == (problem, None)


@pytest.mark.parametrize(("question", "start", "end"), FUTURE, ids=[row[0] for row in FUTURE])
def test_what_has_not_begun_is_told_whole(question: str, start: str, end: str) -> None:
    time = found(question)
    assert (time.problem, time.period) == ("all_future", None)
    assert shown(time.whole) == shown(period(start, end))


@pytest.mark.parametrize(("question", "start", "end", "begin", "stop"), EITHER, ids=[row[0] for row in EITHER])
def test_an_ambiguous_time_gives_both_readings(question: str, start: str, end: str, begin: str, stop: str) -> None:
    time = found(question)
    assert (time.problem, time.period) == ("ambiguous", None)
    assert [shown(one) for one in time.candidates] == [shown(period(start, end)), shown(period(begin, stop))]


@pytest.mark.parametrize("question", NO_TIMES)
def test_words_of_another_meaning_are_no_times(question: str) -> None:
    assert all_found(question) == ()


def test_a_problem_does_not_hide_the_other_times_of_a_question() -> None:
    night, week = all_found("How far did they drive every night last week?")
    assert night.problem == "unsupported"
    assert shown(week.period) == shown(period("2026-11-16T00:00+01:00", "2026-11-23T00:00+01:00"))
