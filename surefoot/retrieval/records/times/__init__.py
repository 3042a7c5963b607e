"""The times of a question: its words of time, in English and German, as half-open periods of a fleet's zone.

`grammar.find_times(text, now, zone, week_start)` finds them as `found.TimeFound`, each with a `periods.Period` or a
`found.Problem`; `telling.told(period, now, zone, language)` and `telling.told_found(found, now, zone, language)` say
which time an answer is about. What words that may be read in several ways mean:

* A weekday, a date, a month or a week without its year is the latest that has begun; `last Monday` is before today,
  `this Monday` lies in this week. `From Monday to Friday` is the latest whose last day has begun; dates without a year
  are of the year in which the first has begun, or lie around the latest New Year.
* `Last week` is the calendar week before this one; `the last week`, `the past week` and `the last 7 days` are today so
  far and the days before it; hours and minutes back from now are elapsed time. `Two weeks ago` is that calendar week,
  `2 hours ago` that minute. Weeks with a number are those of ISO 8601, whichever day weeks begin on.
* A clock without a day is today's, and `at 14:30` that minute. Morning is from 5 to 12, afternoon to 18, evening to 24;
  the night is from 18 to 6 in English, where it begins with the evening, and from 22 to 6 in German. Hours that lead
  into the next day begin on the day told; with no day told they are the latest that have begun.
* `Since` leads up to now. `Until` and `before` a clock begin with its day; before a day no start is told. `After` a
  clock ends with its day. `From Monday` alone is Monday; `from Monday on` leads up to now.
* Where clocks are set forward, an hour that is skipped is impossible alone, and begins or ends a period at the change;
  where they are set back, a time that comes twice is ambiguous alone, begins with the first and ends with the second.
* 03/11/2026 is ambiguous where nothing beside it tells the order; so are `from 9 to 5`, the first week of a month, `the
  last day` and a midnight of another day.
* A period that goes on is compared to the same elapsed part: this week until Thursday 14:05 to last week until Thursday
  14:05. A comparison by a longer unit moves the period by it: November compared to last year is last year's November.
  Where only the comparison is told (`more than last week`), the unit that it is now is supposed.
"""
