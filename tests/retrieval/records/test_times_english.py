"""English times of questions, asked on Thursday, 26 November 2026, at 14:05 in Berlin."""

from __future__ import annotations

import pytest

from tests.retrieval.records.times_table import THURSDAY, at, found, period, rows, shown

OVER = rows("""
yesterday                                 | 2026-11-25T00:00+01:00 | 2026-11-26T00:00+01:00
Yesterday's trips                         | 2026-11-25T00:00+01:00 | 2026-11-26T00:00+01:00
all of yesterday                          | 2026-11-25T00:00+01:00 | 2026-11-26T00:00+01:00
the day before yesterday                  | 2026-11-24T00:00+01:00 | 2026-11-25T00:00+01:00
on Monday                                 | 2026-11-23T00:00+01:00 | 2026-11-24T00:00+01:00
trips on Friday?                          | 2026-11-20T00:00+01:00 | 2026-11-21T00:00+01:00
last Monday                               | 2026-11-23T00:00+01:00 | 2026-11-24T00:00+01:00
last Thursday                             | 2026-11-19T00:00+01:00 | 2026-11-20T00:00+01:00
this Monday                               | 2026-11-23T00:00+01:00 | 2026-11-24T00:00+01:00
on Sun                                    | 2026-11-22T00:00+01:00 | 2026-11-23T00:00+01:00
Monday 23 November                        | 2026-11-23T00:00+01:00 | 2026-11-24T00:00+01:00
What happened on Mon, 23 Nov?             | 2026-11-23T00:00+01:00 | 2026-11-24T00:00+01:00
on Friday the 20th                        | 2026-11-20T00:00+01:00 | 2026-11-21T00:00+01:00
Friday the 13th                           | 2026-11-13T00:00+01:00 | 2026-11-14T00:00+01:00
Monday last week                          | 2026-11-16T00:00+01:00 | 2026-11-17T00:00+01:00
on Monday of last week                    | 2026-11-16T00:00+01:00 | 2026-11-17T00:00+01:00
last week on Tuesday                      | 2026-11-17T00:00+01:00 | 2026-11-18T00:00+01:00
on Friday two weeks ago                   | 2026-11-13T00:00+01:00 | 2026-11-14T00:00+01:00
Monday in week 46                         | 2026-11-09T00:00+01:00 | 2026-11-10T00:00+01:00
the first Friday of November              | 2026-11-06T00:00+01:00 | 2026-11-07T00:00+01:00
last Friday of October                    | 2026-10-30T00:00+01:00 | 2026-10-31T00:00+01:00
3 days ago                                | 2026-11-23T00:00+01:00 | 2026-11-24T00:00+01:00
a week ago today                          | 2026-11-19T00:00+01:00 | 2026-11-20T00:00+01:00
last week                                 | 2026-11-16T00:00+01:00 | 2026-11-23T00:00+01:00
the previous week                         | 2026-11-16T00:00+01:00 | 2026-11-23T00:00+01:00
during the last full week                 | 2026-11-16T00:00+01:00 | 2026-11-23T00:00+01:00
a week ago                                | 2026-11-16T00:00+01:00 | 2026-11-23T00:00+01:00
the week before last                      | 2026-11-09T00:00+01:00 | 2026-11-16T00:00+01:00
two weeks ago                             | 2026-11-09T00:00+01:00 | 2026-11-16T00:00+01:00
the last two complete weeks               | 2026-11-09T00:00+01:00 | 2026-11-23T00:00+01:00
the week of 3 November                    | 2026-11-02T00:00+01:00 | 2026-11-09T00:00+01:00
last month                                | 2026-10-01T00:00+02:00 | 2026-11-01T00:00+01:00
the month before last                     | 2026-09-01T00:00+02:00 | 2026-10-01T00:00+02:00
2 months ago                              | 2026-09-01T00:00+02:00 | 2026-10-01T00:00+02:00
last 3 full months                        | 2026-08-01T00:00+02:00 | 2026-11-01T00:00+01:00
last quarter                              | 2026-07-01T00:00+02:00 | 2026-10-01T00:00+02:00
last year                                 | 2025-01-01T00:00+01:00 | 2026-01-01T00:00+01:00
5 years ago                               | 2021-01-01T00:00+01:00 | 2022-01-01T00:00+01:00
last weekend                              | 2026-11-21T00:00+01:00 | 2026-11-23T00:00+01:00
over the weekend                          | 2026-11-21T00:00+01:00 | 2026-11-23T00:00+01:00
at the weekend                            | 2026-11-21T00:00+01:00 | 2026-11-23T00:00+01:00
over the weekend 3 vans broke down        | 2026-11-21T00:00+01:00 | 2026-11-23T00:00+01:00
the weekend of 14/15 November             | 2026-11-14T00:00+01:00 | 2026-11-16T00:00+01:00
the weekend before last                   | 2026-11-14T00:00+01:00 | 2026-11-16T00:00+01:00
Nov 3                                     | 2026-11-03T00:00+01:00 | 2026-11-04T00:00+01:00
Nov. 3, 2026                              | 2026-11-03T00:00+01:00 | 2026-11-04T00:00+01:00
November 3rd                              | 2026-11-03T00:00+01:00 | 2026-11-04T00:00+01:00
on 3 November                             | 2026-11-03T00:00+01:00 | 2026-11-04T00:00+01:00
the 3rd of November                       | 2026-11-03T00:00+01:00 | 2026-11-04T00:00+01:00
third of November                         | 2026-11-03T00:00+01:00 | 2026-11-04T00:00+01:00
on the 3rd                                | 2026-11-03T00:00+01:00 | 2026-11-04T00:00+01:00
on the 30th                               | 2026-10-30T00:00+01:00 | 2026-10-31T00:00+01:00
the 3rd of last month                     | 2026-10-03T00:00+02:00 | 2026-10-04T00:00+02:00
3.11.2026                                 | 2026-11-03T00:00+01:00 | 2026-11-04T00:00+01:00
2026-11-03                                | 2026-11-03T00:00+01:00 | 2026-11-04T00:00+01:00
2026/11/03                                | 2026-11-03T00:00+01:00 | 2026-11-04T00:00+01:00
13/11/2026                                | 2026-11-13T00:00+01:00 | 2026-11-14T00:00+01:00
11/13/2026                                | 2026-11-13T00:00+01:00 | 2026-11-14T00:00+01:00
05/05/2026                                | 2026-05-05T00:00+02:00 | 2026-05-06T00:00+02:00
30 November                               | 2025-11-30T00:00+01:00 | 2025-12-01T00:00+01:00
3 May                                     | 2026-05-03T00:00+02:00 | 2026-05-04T00:00+02:00
in May                                    | 2026-05-01T00:00+02:00 | 2026-06-01T00:00+02:00
in March                                  | 2026-03-01T00:00+01:00 | 2026-04-01T00:00+02:00
in Sept                                   | 2026-09-01T00:00+02:00 | 2026-10-01T00:00+02:00
in December                               | 2025-12-01T00:00+01:00 | 2026-01-01T00:00+01:00
in November 2025                          | 2025-11-01T00:00+01:00 | 2025-12-01T00:00+01:00
Nov '25                                   | 2025-11-01T00:00+01:00 | 2025-12-01T00:00+01:00
Nov-2025                                  | 2025-11-01T00:00+01:00 | 2025-12-01T00:00+01:00
11/2025                                   | 2025-11-01T00:00+01:00 | 2025-12-01T00:00+01:00
2025-11                                   | 2025-11-01T00:00+01:00 | 2025-12-01T00:00+01:00
last November                             | 2025-11-01T00:00+01:00 | 2025-12-01T00:00+01:00
in November of last year                  | 2025-11-01T00:00+01:00 | 2025-12-01T00:00+01:00
last year in November                     | 2025-11-01T00:00+01:00 | 2025-12-01T00:00+01:00
first half of November                    | 2026-11-01T00:00+01:00 | 2026-11-16T00:00+01:00
second half of October                    | 2026-10-16T00:00+02:00 | 2026-11-01T00:00+01:00
the last day of October                   | 2026-10-31T00:00+01:00 | 2026-11-01T00:00+01:00
the first 3 days of November              | 2026-11-01T00:00+01:00 | 2026-11-04T00:00+01:00
last 2 days of October                    | 2026-10-30T00:00+01:00 | 2026-11-01T00:00+01:00
week 47                                   | 2026-11-16T00:00+01:00 | 2026-11-23T00:00+01:00
calendar week 47                          | 2026-11-16T00:00+01:00 | 2026-11-23T00:00+01:00
CW47                                      | 2026-11-16T00:00+01:00 | 2026-11-23T00:00+01:00
W47 2026                                  | 2026-11-16T00:00+01:00 | 2026-11-23T00:00+01:00
2026-W47                                  | 2026-11-16T00:00+01:00 | 2026-11-23T00:00+01:00
the 47th week of 2026                     | 2026-11-16T00:00+01:00 | 2026-11-23T00:00+01:00
week 1 of 2026                            | 2025-12-29T00:00+01:00 | 2026-01-05T00:00+01:00
week 52                                   | 2025-12-22T00:00+01:00 | 2025-12-29T00:00+01:00
weeks 45 to 47                            | 2026-11-02T00:00+01:00 | 2026-11-23T00:00+01:00
Q3                                        | 2026-07-01T00:00+02:00 | 2026-10-01T00:00+02:00
2025 Q3                                   | 2025-07-01T00:00+02:00 | 2025-10-01T00:00+02:00
quarter 3 2025                            | 2025-07-01T00:00+02:00 | 2025-10-01T00:00+02:00
the last quarter                          | 2026-07-01T00:00+02:00 | 2026-10-01T00:00+02:00
in Q3 2025                                | 2025-07-01T00:00+02:00 | 2025-10-01T00:00+02:00
third quarter                             | 2026-07-01T00:00+02:00 | 2026-10-01T00:00+02:00
H1 2026                                   | 2026-01-01T00:00+01:00 | 2026-07-01T00:00+02:00
first half of the year                    | 2026-01-01T00:00+01:00 | 2026-07-01T00:00+02:00
2025                                      | 2025-01-01T00:00+01:00 | 2026-01-01T00:00+01:00
How was 2025?                             | 2025-01-01T00:00+01:00 | 2026-01-01T00:00+01:00
between 1/11/2026 and 15/11/2026          | 2026-11-01T00:00+01:00 | 2026-11-16T00:00+01:00
on 14/15 November                         | 2026-11-14T00:00+01:00 | 2026-11-16T00:00+01:00
from Monday 16th to Friday 20th           | 2026-11-16T00:00+01:00 | 2026-11-21T00:00+01:00
Mon–Fri of week 46                        | 2026-11-09T00:00+01:00 | 2026-11-14T00:00+01:00
week starting Monday 16 November          | 2026-11-16T00:00+01:00 | 2026-11-23T00:00+01:00
between Monday and Wednesday              | 2026-11-23T00:00+01:00 | 2026-11-26T00:00+01:00
Mon-Wed                                   | 2026-11-23T00:00+01:00 | 2026-11-26T00:00+01:00
from Friday to Monday                     | 2026-11-20T00:00+01:00 | 2026-11-24T00:00+01:00
from Tuesday to Friday                    | 2026-11-17T00:00+01:00 | 2026-11-21T00:00+01:00
Monday to Wednesday last week             | 2026-11-16T00:00+01:00 | 2026-11-19T00:00+01:00
last week between Monday and Wednesday    | 2026-11-16T00:00+01:00 | 2026-11-19T00:00+01:00
from 3 to 7 November                      | 2026-11-03T00:00+01:00 | 2026-11-08T00:00+01:00
3–7 November                              | 2026-11-03T00:00+01:00 | 2026-11-08T00:00+01:00
November 3–7, 2026                        | 2026-11-03T00:00+01:00 | 2026-11-08T00:00+01:00
November 3 to 7.                          | 2026-11-03T00:00+01:00 | 2026-11-08T00:00+01:00
from the 3rd to the 7th                   | 2026-11-03T00:00+01:00 | 2026-11-08T00:00+01:00
1 November to 15 November                 | 2026-11-01T00:00+01:00 | 2026-11-16T00:00+01:00
28 December to 3 January                  | 2025-12-28T00:00+01:00 | 2026-01-04T00:00+01:00
Nov 2025–Jan 2026                         | 2025-11-01T00:00+01:00 | 2026-02-01T00:00+01:00
November to March                         | 2025-11-01T00:00+01:00 | 2026-04-01T00:00+02:00
October to December 2025                  | 2025-10-01T00:00+02:00 | 2026-01-01T00:00+01:00
Q4 2025 to Q1 2026                        | 2025-10-01T00:00+02:00 | 2026-04-01T00:00+02:00
2024-2025                                 | 2024-01-01T00:00+01:00 | 2026-01-01T00:00+01:00
this morning                              | 2026-11-26T05:00+01:00 | 2026-11-26T12:00+01:00
yesterday morning                         | 2026-11-25T05:00+01:00 | 2026-11-25T12:00+01:00
yesterday afternoon                       | 2026-11-25T12:00+01:00 | 2026-11-25T18:00+01:00
in the evening yesterday                  | 2026-11-25T18:00+01:00 | 2026-11-26T00:00+01:00
the evening of 3 November                 | 2026-11-03T18:00+01:00 | 2026-11-04T00:00+01:00
last night                                | 2026-11-25T18:00+01:00 | 2026-11-26T06:00+01:00
Monday night                              | 2026-11-23T18:00+01:00 | 2026-11-24T06:00+01:00
last Friday evening                       | 2026-11-20T18:00+01:00 | 2026-11-21T00:00+01:00
from Friday evening to Monday morning     | 2026-11-20T18:00+01:00 | 2026-11-23T12:00+01:00
between 8 and 10                          | 2026-11-26T08:00+01:00 | 2026-11-26T10:00+01:00
yesterday between 8 and 10                | 2026-11-25T08:00+01:00 | 2026-11-25T10:00+01:00
between 8 and 10 on 3 November            | 2026-11-03T08:00+01:00 | 2026-11-03T10:00+01:00
between 8 and 10 yesterday evening        | 2026-11-25T20:00+01:00 | 2026-11-25T22:00+01:00
8-10am yesterday                          | 2026-11-25T08:00+01:00 | 2026-11-25T10:00+01:00
yesterday, 8:00–10:00                     | 2026-11-25T08:00+01:00 | 2026-11-25T10:00+01:00
from 8:00 to 10:30 on Tuesday             | 2026-11-24T08:00+01:00 | 2026-11-24T10:30+01:00
on Tuesday, 24 November, between 8 and 9  | 2026-11-24T08:00+01:00 | 2026-11-24T09:00+01:00
from 10 to 2 pm                           | 2026-11-26T10:00+01:00 | 2026-11-26T14:00+01:00
from 10 am to 2                           | 2026-11-26T10:00+01:00 | 2026-11-26T14:00+01:00
between 2 and 4 pm yesterday              | 2026-11-25T14:00+01:00 | 2026-11-25T16:00+01:00
between 22:00 and 6:00 last night         | 2026-11-25T22:00+01:00 | 2026-11-26T06:00+01:00
between 22:00 and 6:00                    | 2026-11-25T22:00+01:00 | 2026-11-26T06:00+01:00
between 6 pm and 6 am                     | 2026-11-25T18:00+01:00 | 2026-11-26T06:00+01:00
from Monday 8:00 to Tuesday 17:00         | 2026-11-23T08:00+01:00 | 2026-11-24T17:00+01:00
from yesterday 18:00 until today 6:00     | 2026-11-25T18:00+01:00 | 2026-11-26T06:00+01:00
after 18:00 yesterday                     | 2026-11-25T18:00+01:00 | 2026-11-26T00:00+01:00
later than 18:00 yesterday                | 2026-11-25T18:00+01:00 | 2026-11-26T00:00+01:00
trips after 6pm on Monday                 | 2026-11-23T18:00+01:00 | 2026-11-24T00:00+01:00
before 6 am today                         | 2026-11-26T00:00+01:00 | 2026-11-26T06:00+01:00
yesterday until noon                      | 2026-11-25T00:00+01:00 | 2026-11-25T12:00+01:00
2026-11-03 08:00 to 2026-11-03 10:00      | 2026-11-03T08:00+01:00 | 2026-11-03T10:00+01:00
""")
MOMENTS = rows("""
at 13:30                      | 2026-11-26T13:30+01:00 | 2026-11-26T13:31+01:00
at 8 o'clock                  | 2026-11-26T08:00+01:00 | 2026-11-26T08:01+01:00
Where was V-102 at 8?         | 2026-11-26T08:00+01:00 | 2026-11-26T08:01+01:00
yesterday at 14:30            | 2026-11-25T14:30+01:00 | 2026-11-25T14:31+01:00
14:30:15 yesterday            | 2026-11-25T14:30:15+01:00 | 2026-11-25T14:30:16+01:00
on Tuesday at 3 pm            | 2026-11-24T15:00+01:00 | 2026-11-24T15:01+01:00
Monday at 8 in the evening    | 2026-11-23T20:00+01:00 | 2026-11-23T20:01+01:00
at 8.30 p.m. yesterday        | 2026-11-25T20:30+01:00 | 2026-11-25T20:31+01:00
quarter past eight yesterday  | 2026-11-25T08:15+01:00 | 2026-11-25T08:16+01:00
at 13:30 on 24/11             | 2026-11-24T13:30+01:00 | 2026-11-24T13:31+01:00
at 3 am last night            | 2026-11-26T03:00+01:00 | 2026-11-26T03:01+01:00
at 11 last night              | 2026-11-25T23:00+01:00 | 2026-11-25T23:01+01:00
at 4 this morning             | 2026-11-26T04:00+01:00 | 2026-11-26T04:01+01:00
at noon                       | 2026-11-26T12:00+01:00 | 2026-11-26T12:01+01:00
at 12 am today                | 2026-11-26T00:00+01:00 | 2026-11-26T00:01+01:00
2026-11-03T14:30              | 2026-11-03T14:30+01:00 | 2026-11-03T14:31+01:00
2 hours ago                   | 2026-11-26T12:05+01:00 | 2026-11-26T12:06+01:00
half an hour ago              | 2026-11-26T13:35+01:00 | 2026-11-26T13:36+01:00
2 hours and 30 minutes ago    | 2026-11-26T11:35+01:00 | 2026-11-26T11:36+01:00
""")
OPEN = rows("""
today                         | 2026-11-26T00:00+01:00 | 2026-11-27T00:00+01:00
so far today                  | 2026-11-26T00:00+01:00 | 2026-11-27T00:00+01:00
earlier today                 | 2026-11-26T00:00+01:00 | 2026-11-27T00:00+01:00
Thursday                      | 2026-11-26T00:00+01:00 | 2026-11-27T00:00+01:00
this week                     | 2026-11-23T00:00+01:00 | 2026-11-30T00:00+01:00
the current week so far       | 2026-11-23T00:00+01:00 | 2026-11-30T00:00+01:00
all week                      | 2026-11-23T00:00+01:00 | 2026-11-30T00:00+01:00
this month                    | 2026-11-01T00:00+01:00 | 2026-12-01T00:00+01:00
month to date                 | 2026-11-01T00:00+01:00 | 2026-12-01T00:00+01:00
November                      | 2026-11-01T00:00+01:00 | 2026-12-01T00:00+01:00
this quarter                  | 2026-10-01T00:00+02:00 | 2027-01-01T00:00+01:00
this year                     | 2026-01-01T00:00+01:00 | 2027-01-01T00:00+01:00
year to date                  | 2026-01-01T00:00+01:00 | 2027-01-01T00:00+01:00
this afternoon                | 2026-11-26T12:00+01:00 | 2026-11-26T18:00+01:00
this hour                     | 2026-11-26T14:00+01:00 | 2026-11-26T15:00+01:00
between 2 and 4 pm            | 2026-11-26T14:00+01:00 | 2026-11-26T16:00+01:00
25 to 30 November             | 2026-11-25T00:00+01:00 | 2026-12-01T00:00+01:00
from last Monday to Friday    | 2026-11-23T00:00+01:00 | 2026-11-28T00:00+01:00
until midnight                | 2026-11-26T00:00+01:00 | 2026-11-27T00:00+01:00
today from 8 am               | 2026-11-26T08:00+01:00 | 2026-11-27T00:00+01:00
""")
TO_NOW = rows("""
the last hour                          | 2026-11-26T13:05+01:00
last 30 minutes                        | 2026-11-26T13:35+01:00
last 1.5 hours                         | 2026-11-26T12:35+01:00
past 24 hours                          | 2026-11-25T14:05+01:00
in the last 24h                        | 2026-11-25T14:05+01:00
last 7 days                            | 2026-11-20T00:00+01:00
over the last week                     | 2026-11-20T00:00+01:00
in the last month                      | 2026-10-27T00:00+01:00
last 2 hours and 30 minutes            | 2026-11-26T11:35+01:00
the past week                          | 2026-11-20T00:00+01:00
past fortnight                         | 2026-11-13T00:00+01:00
last three weeks                       | 2026-11-06T00:00+01:00
last 3 months                          | 2026-08-27T00:00+02:00
over the past year                     | 2025-11-27T00:00+01:00
less than 3 days ago                   | 2026-11-24T00:00+01:00
since Monday                           | 2026-11-23T00:00+01:00
since 1 November                       | 2026-11-01T00:00+01:00
since 8 this morning                   | 2026-11-26T08:00+01:00
since 18:00                            | 2026-11-25T18:00+01:00
since yesterday 18:00                  | 2026-11-25T18:00+01:00
since this morning                     | 2026-11-26T05:00+01:00
since last week                        | 2026-11-16T00:00+01:00
since November                         | 2026-11-01T00:00+01:00
since 2025                             | 2025-01-01T00:00+01:00
since the end of October               | 2026-11-01T00:00+01:00
from the beginning of the year         | 2026-01-01T00:00+01:00
from Monday onwards                    | 2026-11-23T00:00+01:00
from 1 November until now              | 2026-11-01T00:00+01:00
starting 1 November                    | 2026-11-01T00:00+01:00
after Monday                           | 2026-11-24T00:00+01:00
""")


@pytest.mark.parametrize(("question", "start", "end"), OVER, ids=[row[0] for row in OVER])
def test_a_time_that_is_over_is_found_with_its_start_and_end(question: str, start: str, end: str) -> None:
    time = found(question)
    assert shown(time.period) == shown(period(start, end))
    assert (time.whole, time.open, time.kind, time.problem) == (time.period, False, "period", None)


@pytest.mark.parametrize(("question", "start", "end"), MOMENTS, ids=[row[0] for row in MOMENTS])
def test_a_moment_is_found_as_the_minute_that_it_names(question: str, start: str, end: str) -> None:
    time = found(question)
    assert shown(time.period) == shown(period(start, end))
    assert (time.kind, time.open) == ("moment", False)


@pytest.mark.parametrize(("question", "start", "end"), OPEN, ids=[row[0] for row in OPEN])
def test_a_time_that_goes_on_is_cut_at_now_and_keeps_its_whole(question: str, start: str, end: str) -> None:
    time = found(question)
    assert shown(time.period) == shown(period(start, THURSDAY))
    assert shown(time.whole) == shown(period(start, end))
    assert time.open


@pytest.mark.parametrize(("question", "start"), TO_NOW, ids=[row[0] for row in TO_NOW])
def test_a_time_up_to_now_ends_now(question: str, start: str) -> None:
    time = found(question)
    assert shown(time.period) == shown(time.whole) == shown(period(start, THURSDAY))
    assert time.open


@pytest.mark.parametrize(
    "question", ["now", "right now", "Who is driving currently?", "at the moment", "Where is V-102 now?"]
)
def test_now_asks_for_the_newest_state(question: str) -> None:
    time = found(question)
    assert (time.kind, time.open) == ("now", True)
    assert time.period is not None
    assert time.period.end == at(THURSDAY)


def test_a_now_that_only_opens_a_sentence_is_no_time() -> None:
    assert shown(found("Now show me yesterday").period) == shown(
        period("2026-11-25T00:00+01:00", "2026-11-26T00:00+01:00")
    )
