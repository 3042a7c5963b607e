"""German times of questions, asked on Thursday, 26 November 2026, at 14:05 in Berlin."""

from __future__ import annotations

import unicodedata

import pytest

from tests.retrieval.records.times_table import THURSDAY, at, found, period, rows, shown

OVER = rows("""
gestern                                        | 2026-11-25T00:00+01:00 | 2026-11-26T00:00+01:00
Zeig mir die Fahrten von gestern               | 2026-11-25T00:00+01:00 | 2026-11-26T00:00+01:00
vorgestern                                     | 2026-11-24T00:00+01:00 | 2026-11-25T00:00+01:00
am Montag                                      | 2026-11-23T00:00+01:00 | 2026-11-24T00:00+01:00
letzten Montag                                 | 2026-11-23T00:00+01:00 | 2026-11-24T00:00+01:00
letzten Donnerstag                             | 2026-11-19T00:00+01:00 | 2026-11-20T00:00+01:00
am Mo                                          | 2026-11-23T00:00+01:00 | 2026-11-24T00:00+01:00
Mo, 23.11.2026                                 | 2026-11-23T00:00+01:00 | 2026-11-24T00:00+01:00
Montag, den 23. November                       | 2026-11-23T00:00+01:00 | 2026-11-24T00:00+01:00
Freitag letzter Woche                          | 2026-11-20T00:00+01:00 | 2026-11-21T00:00+01:00
letzte Woche am Dienstag                       | 2026-11-17T00:00+01:00 | 2026-11-18T00:00+01:00
Montag in KW 46                                | 2026-11-09T00:00+01:00 | 2026-11-10T00:00+01:00
Freitag vor zwei Wochen                        | 2026-11-13T00:00+01:00 | 2026-11-14T00:00+01:00
erster Freitag im November                     | 2026-11-06T00:00+01:00 | 2026-11-07T00:00+01:00
vor 3 Tagen                                    | 2026-11-23T00:00+01:00 | 2026-11-24T00:00+01:00
heute vor einer Woche                          | 2026-11-19T00:00+01:00 | 2026-11-20T00:00+01:00
vor zwei Wochen                                | 2026-11-09T00:00+01:00 | 2026-11-16T00:00+01:00
letzte Woche                                   | 2026-11-16T00:00+01:00 | 2026-11-23T00:00+01:00
in der vergangenen Woche                       | 2026-11-16T00:00+01:00 | 2026-11-23T00:00+01:00
vorige Woche                                   | 2026-11-16T00:00+01:00 | 2026-11-23T00:00+01:00
in der Vorwoche                                | 2026-11-16T00:00+01:00 | 2026-11-23T00:00+01:00
vorletzte Woche                                | 2026-11-09T00:00+01:00 | 2026-11-16T00:00+01:00
in der Woche vom 3. November                   | 2026-11-02T00:00+01:00 | 2026-11-09T00:00+01:00
letzten Monat                                  | 2026-10-01T00:00+02:00 | 2026-11-01T00:00+01:00
letztes Quartal                                | 2026-07-01T00:00+02:00 | 2026-10-01T00:00+02:00
voriges Jahr                                   | 2025-01-01T00:00+01:00 | 2026-01-01T00:00+01:00
am Wochenende                                  | 2026-11-21T00:00+01:00 | 2026-11-23T00:00+01:00
letztes Wochenende                             | 2026-11-21T00:00+01:00 | 2026-11-23T00:00+01:00
am 3. November                                 | 2026-11-03T00:00+01:00 | 2026-11-04T00:00+01:00
am dritten November                            | 2026-11-03T00:00+01:00 | 2026-11-04T00:00+01:00
am 3.11.                                       | 2026-11-03T00:00+01:00 | 2026-11-04T00:00+01:00
am 3.11.26                                     | 2026-11-03T00:00+01:00 | 2026-11-04T00:00+01:00
Am 3. hat er gebremst                          | 2026-11-03T00:00+01:00 | 2026-11-04T00:00+01:00
im März                                        | 2026-03-01T00:00+01:00 | 2026-04-01T00:00+02:00
im Mai 2025                                    | 2025-05-01T00:00+02:00 | 2025-06-01T00:00+02:00
im November letzten Jahres                     | 2025-11-01T00:00+01:00 | 2025-12-01T00:00+01:00
in der ersten Novemberhälfte                   | 2026-11-01T00:00+01:00 | 2026-11-16T00:00+01:00
KW 47                                          | 2026-11-16T00:00+01:00 | 2026-11-23T00:00+01:00
in der 47. KW                                  | 2026-11-16T00:00+01:00 | 2026-11-23T00:00+01:00
KW47/2026                                      | 2026-11-16T00:00+01:00 | 2026-11-23T00:00+01:00
KW 45–47                                       | 2026-11-02T00:00+01:00 | 2026-11-23T00:00+01:00
im dritten Quartal                             | 2026-07-01T00:00+02:00 | 2026-10-01T00:00+02:00
1. Halbjahr 2026                               | 2026-01-01T00:00+01:00 | 2026-07-01T00:00+02:00
Fahrten im Jahr 2025                           | 2025-01-01T00:00+01:00 | 2026-01-01T00:00+01:00
zwischen Montag und Mittwoch                   | 2026-11-23T00:00+01:00 | 2026-11-26T00:00+01:00
von Montag bis Mittwoch                        | 2026-11-23T00:00+01:00 | 2026-11-26T00:00+01:00
Mo-Mi                                          | 2026-11-23T00:00+01:00 | 2026-11-26T00:00+01:00
vom 3. bis 7. November                         | 2026-11-03T00:00+01:00 | 2026-11-08T00:00+01:00
vom 3. bis zum 7. November                     | 2026-11-03T00:00+01:00 | 2026-11-08T00:00+01:00
vom 3.11. bis 7.11.                            | 2026-11-03T00:00+01:00 | 2026-11-08T00:00+01:00
3.–7.11.2026                                   | 2026-11-03T00:00+01:00 | 2026-11-08T00:00+01:00
vom 28. Oktober bis 3. November                | 2026-10-28T00:00+01:00 | 2026-11-04T00:00+01:00
heute Morgen                                   | 2026-11-26T05:00+01:00 | 2026-11-26T12:00+01:00
heute früh                                     | 2026-11-26T05:00+01:00 | 2026-11-26T12:00+01:00
gestern Nachmittag                             | 2026-11-25T12:00+01:00 | 2026-11-25T18:00+01:00
gestern Abend                                  | 2026-11-25T18:00+01:00 | 2026-11-26T00:00+01:00
am Montagabend                                 | 2026-11-23T18:00+01:00 | 2026-11-24T00:00+01:00
heute Nacht                                    | 2026-11-25T22:00+01:00 | 2026-11-26T06:00+01:00
letzte Nacht                                   | 2026-11-25T22:00+01:00 | 2026-11-26T06:00+01:00
in der Nacht auf Montag                        | 2026-11-22T22:00+01:00 | 2026-11-23T06:00+01:00
zwischen 8 und 10 Uhr                          | 2026-11-26T08:00+01:00 | 2026-11-26T10:00+01:00
gestern von 8 bis 10 Uhr                       | 2026-11-25T08:00+01:00 | 2026-11-25T10:00+01:00
Wo stand V-102 gestern zwischen 22 und 6 Uhr?  | 2026-11-25T22:00+01:00 | 2026-11-26T06:00+01:00
gestern nach 18 Uhr                            | 2026-11-25T18:00+01:00 | 2026-11-26T00:00+01:00
gestern ab 18 Uhr                              | 2026-11-25T18:00+01:00 | 2026-11-26T00:00+01:00
heute vor 6 Uhr                                | 2026-11-26T00:00+01:00 | 2026-11-26T06:00+01:00
heute bis 12 Uhr                               | 2026-11-26T00:00+01:00 | 2026-11-26T12:00+01:00
am Montag um 8 Uhr abends                      | 2026-11-23T20:00+01:00 | 2026-11-23T20:01+01:00
gestern um halb neun                           | 2026-11-25T08:30+01:00 | 2026-11-25T08:31+01:00
um 8 Uhr 30                                    | 2026-11-26T08:30+01:00 | 2026-11-26T08:31+01:00
vor zwei Stunden                               | 2026-11-26T12:05+01:00 | 2026-11-26T12:06+01:00
vor einer halben Stunde                        | 2026-11-26T13:35+01:00 | 2026-11-26T13:36+01:00
""")
UP_TO_NOW = rows("""
Wie viele Kilometer sind sie heute gefahren?   | 2026-11-26T00:00+01:00
diese Woche                                    | 2026-11-23T00:00+01:00
diesen Monat                                   | 2026-11-01T00:00+01:00
im November                                    | 2026-11-01T00:00+01:00
dieses Jahr                                    | 2026-01-01T00:00+01:00
die letzten 7 Tage                             | 2026-11-20T00:00+01:00
in den vergangenen 14 Tagen                    | 2026-11-13T00:00+01:00
in den letzten 24 Stunden                      | 2026-11-25T14:05+01:00
während der letzten Stunde                     | 2026-11-26T13:05+01:00
letzte halbe Stunde                            | 2026-11-26T13:35+01:00
seit Montag                                    | 2026-11-23T00:00+01:00
seit dem 1. November                           | 2026-11-01T00:00+01:00
seit heute Morgen                              | 2026-11-26T05:00+01:00
seit 8 Uhr                                     | 2026-11-26T08:00+01:00
seit 3 Tagen                                   | 2026-11-24T00:00+01:00
seit einer Stunde                              | 2026-11-26T13:05+01:00
seit letzter Woche                             | 2026-11-16T00:00+01:00
seit Jahresbeginn                              | 2026-01-01T00:00+01:00
ab Montag                                      | 2026-11-23T00:00+01:00
ab 8 Uhr                                       | 2026-11-26T08:00+01:00
""")


@pytest.mark.parametrize(("question", "start", "end"), OVER, ids=[row[0] for row in OVER])
def test_a_german_time_is_found_with_its_start_and_end(question: str, start: str, end: str) -> None:
    time = found(question)
    assert shown(time.period) == shown(period(start, end))
    assert not time.open


@pytest.mark.parametrize(("question", "start"), UP_TO_NOW, ids=[row[0] for row in UP_TO_NOW])
def test_a_german_time_that_goes_on_ends_now(question: str, start: str) -> None:
    time = found(question)
    assert shown(time.period) == shown(period(start, THURSDAY))
    assert time.open


@pytest.mark.parametrize("question", ["Wo ist V-102 gerade?", "jetzt", "Wer fährt aktuell?", "im Moment", "derzeit"])
def test_german_words_for_now_ask_for_the_newest_state(question: str) -> None:
    assert found(question).kind == "now"


@pytest.mark.parametrize("question", ["nächste Woche", "übermorgen", "vor einer Stunde", "im März", "Fünf Tage: heute"])
def test_umlauts_may_be_written_in_two_marks_or_two_letters(question: str) -> None:
    letters = question.replace("ä", "ae").replace("ü", "ue")
    decomposed = unicodedata.normalize("NFD", question)
    assert shown(found(question).whole) == shown(found(letters).whole) == shown(found(decomposed).whole) != "none"


def test_heute_nacht_is_the_night_that_has_begun_last() -> None:
    late = "2026-11-26T23:30+01:00"
    assert shown(found("heute Nacht", late).period) == shown(period("2026-11-26T22:00+01:00", late))
    early = "2026-11-26T02:00+01:00"
    assert shown(found("heute Nacht", early).period) == shown(period("2026-11-25T22:00+01:00", early))


def test_morgen_is_tomorrow_unless_it_is_a_morning_or_a_greeting() -> None:
    whole = found("Was ist morgen fällig?").whole
    assert whole is not None
    assert whole.start == at("2026-11-27T00:00+01:00")
    assert shown(found("Guten Morgen, wer fuhr gestern Morgen?").period) == shown(
        period("2026-11-25T05:00+01:00", "2026-11-25T12:00+01:00")
    )
