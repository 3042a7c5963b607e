"""Readings in words: each kind of answer with its figures, zeros, nothing known, and what is not known about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from string import Formatter

import pytest

from surefoot.core.readings import Reading
from surefoot.core.text.numbers import numerals
from surefoot.retrieval.records.asking.outcomes import Planned
from surefoot.retrieval.records.desk import RecordDesk
from surefoot.retrieval.records.plan import Plan
from surefoot.serving.live.figures import Figures
from surefoot.serving.live.looking import Asks, Missing, Told
from surefoot.serving.live.phrases import live_phrases_in
from surefoot.serving.live.wording import Wording
from tests.retrieval.records.asked import rows
from tests.retrieval.records.small_fleet import NOW, STAFF

LANGUAGES = ("de", "es", "fr", "it", "nl", "pl")
SAID = """
How far did V-101 drive yesterday? | V-101 drove 16.0 km yesterday.
Distance of V-101 yesterday versus the day before yesterday | V-101 drove 16.0 km yesterday, 8.0 km (100%) more than on Monday (8.0 km).
Distance of V-102 yesterday versus the day before yesterday | V-102 drove 10.0 km yesterday; there is no reading for 26 October 2026.
Harsh braking of V-101 yesterday versus the day before yesterday | V-101 braked hard 2 times yesterday, 2 more than on Monday (0).
Distance of V-102 on 1 January 2026 | There are no readings for this: distance of V-102 on 1 January 2026.
Which vehicle drove the least yesterday? | E-201 and V-102 drove the least yesterday: 10.0 km each.
Top 2 vehicles by distance yesterday | V-101 drove the most yesterday: 16.0 km, then E-201 with 10.0 km and V-102 with 10.0 km.
Harsh braking per vehicle yesterday | V-101 braked hard most often yesterday: 2 times, then E-201 with 0 and V-102 with 0.
Daily distance of V-101 from 24 to 27 October | Distance of V-101 per day (24–27 October 2026): highest on 27 October 2026 with 16.0 km, lowest on 24 October 2026 with 1.0 km.
Weekly distance of V-101 this month | Distance of V-101 per week this month: highest in the week from 26 October 2026 with 24.0 km, lowest in the week from 19 October 2026 with 7.0 km.
Hourly distance of V-101 yesterday | Distance of V-101 per hour yesterday: only 27 October 2026, 09:00 with 16.0 km.
Did V-101 brake hard yesterday? | Yes, V-101 braked hard 2 times yesterday.
Did V-102 brake hard yesterday? | No, V-102 braked hard 0 times yesterday.
Did V-102 brake hard on 1 October 2026? | There are no readings for this: harsh braking of V-102 on 1 October 2026.
Did E-201 drive more than 10 km yesterday? | No, E-201 drove 10.0 km yesterday; you asked for more than 10 km.
How many vehicles drove yesterday? | 3 vehicles drove more than 0 km yesterday: V-101, E-201 and V-102.
How many vehicles drove more than 12 km yesterday? | 1 vehicle drove more than 12 km yesterday: V-101.
How many vehicles drove more than 1000 km yesterday? | 0 vehicles drove more than 1,000 km yesterday.
How many vehicles drove on 1 January 2026? | There are no readings for this: distance on 1 January 2026.
Which vehicles drove more than 1000 km yesterday? | No vehicle drove more than 1,000 km yesterday.
Average distance per vehicle yesterday | Mean distance per vehicle was 12.0 km yesterday.
Show the trips of V-101 yesterday | V-101 with D-2: 27 October 2026, 09:00:00 to 09:30:00, 16.0 km.
Show the trips of V-101 on 27 October between 00:05 and 00:15 | V-101 with D-1: 26 October 2026, 23:50:00 to 27 October 2026, 00:20:00, 12.0 km.
Show the trips of V-102 yesterday | There are no readings for this: trips of V-102 yesterday.
Where is V-101? | V-101 is driving, since 28 October 2026, 11:58:00; level 50 %.
Is V-101 driving? | Yes, V-101 is driving, since 28 October 2026, 11:58:00; level 50 %.
Is V-101 parked? | No, there is nothing for V-101 (state parked).
How many vehicles are parked? | There are 2 vehicles (state parked).
Distance and fuel of V-101 yesterday | V-101 yesterday: distance 16.0 km, no value for fuel.
Distance per vehicle yesterday versus the day before yesterday | Distance yesterday: V-101 with 16.0 km / 8.0 km before; E-201 with 10.0 km / no value before; V-102 with 10.0 km / no value before.
How many vehicles do we have? | The fleet has 3 vehicles.
How many miles did V-101 drive yesterday? | V-101 drove 9.9 miles yesterday.
What was the top speed of V-101 yesterday in mph? | V-101 reached 56.5 mph at most yesterday.
Which driver braked hard most often yesterday? | D-1 braked hard most often yesterday: 2 times.
Distance by vehicle and driver yesterday | Distance yesterday: V-101, D-2 with 16.0 km; E-201, D-1 with 10.0 km; V-102, D-1 with 10.0 km.
When is V-101 due for service? | Service A of V-101 is due on 3 November 2026 (6 days left).
Show the events of V-101 yesterday | There are 2 events of V-101 yesterday; the first: V-101 with D-1: harsh braking, 27 October 2026, 09:00:00, peak -3.9 m/s².
Which day did V-101 drive the most this month? | Distance of V-101 this month: highest on 27 October 2026 with 16.0 km.
Harsh events per 1000 km per vehicle yesterday | Harsh events per 1,000 km yesterday: highest for V-101 with 125.0, then V-102 with 100.0 and E-201 with 0.0.
Distance of the vans yesterday | The fleet (vehicle class van) drove 36.0 km yesterday.
Distance of Northgate yesterday | The Northgate depot drove 26.0 km yesterday.
Fuel level of V-101 | The fuel or charge level of V-101 is 50 %.
How many trips did V-101 make yesterday? | V-101 made 1 trip yesterday.
Driving time of V-101 yesterday | V-101 drove for 1 min yesterday.
"""

SPOKEN = """
de | How far did V-101 drive yesterday? | V-101 ist gestern 16,0 km gefahren.
es | How far did V-101 drive yesterday? | V-101 recorrió 16,0 km ayer.
fr | How far did V-101 drive yesterday? | V-101 a parcouru 16,0 km hier.
it | How far did V-101 drive yesterday? | V-101 ha percorso 16,0 km ieri.
nl | How far did V-101 drive yesterday? | V-101 heeft gisteren 16,0 km gereden.
pl | How far did V-101 drive yesterday? | Przebieg pojazdu V-101 wczoraj to 16,0 km.
de | How many miles did V-101 drive yesterday? | V-101 ist gestern 9,9 Meilen gefahren.
pl | How many miles did V-101 drive yesterday? | Przebieg pojazdu V-101 wczoraj to 9,9 mil.
de | Did V-101 brake hard yesterday? | Ja, V-101 hatte gestern 2 starke Bremsungen.
es | Did V-101 brake hard yesterday? | Sí, V-101 tuvo 2 frenazos bruscos ayer.
fr | Did V-101 brake hard yesterday? | Oui, V-101 a eu 2 freinages brusques hier.
it | Did V-101 brake hard yesterday? | Sì, V-101 ha avuto 2 frenate brusche ieri.
nl | Did V-101 brake hard yesterday? | Ja, V-101 had gisteren 2 harde remmingen.
pl | Did V-101 brake hard yesterday? | Tak, V-101 wczoraj: 2 gwałtowne hamowania.
de | Harsh braking per vehicle yesterday | Starkes Bremsen gestern: am höchsten bei V-101 mit 2, dann E-201 mit 0 und V-102 mit 0.
de | Top 2 vehicles by distance yesterday | V-101 ist gestern am meisten gefahren: 16,0 km, dann E-201 mit 10,0 km und V-102 mit 10,0 km.
fr | Which vehicle drove the least yesterday? | Distance hier : en dernier E-201 et V-102 avec 10,0 km chaque fois.
de | Distance of V-101 yesterday versus the day before yesterday | V-101 ist gestern 16,0 km gefahren, 8,0 km (100%) mehr als am Montag (8,0 km).
de | Where is V-101? | V-101: fährt, seit 28. Oktober 2026, 11:58:00; Füllstand 50 %.
de | Is V-101 parked? | Nein, dazu gibt es nichts: V-101 (Zustand geparkt).
de | How many vehicles drove more than 12 km yesterday? | 1 Fahrzeug mit Fahrstrecke über 12 km gestern: V-101.
de | Fuel level of V-101 | Kraftstoff- oder Ladestand von V-101: 50 %.
"""


def told(fleet: RecordDesk, question: str, missing: Missing | None = None, language: str = "en") -> Told:
    found = Asks(fleet, question, STAFF, NOW, missing=missing, language=language).look()
    assert isinstance(found, Sequence)
    return found[0]


def planned(fleet: RecordDesk, question: str) -> tuple[Reading, Plan]:
    asked = fleet.ask(question, STAFF, NOW)
    assert isinstance(asked, Planned)
    return fleet.read(asked.plan, STAFF, NOW), asked.plan


def said(fleet: RecordDesk, reading: Reading, plan: Plan) -> str:
    return Wording(reading, plan, fleet.semantics, NOW, Figures(fleet.semantics.zone)).worded().sentence


@pytest.mark.parametrize(("question", "sentence"), rows(SAID))
def test_a_reading_is_said_with_its_figures(fleet: RecordDesk, question: str, sentence: str) -> None:
    words = told(fleet, question).words
    assert words.sentence == sentence
    # 'No vehicle' is an answer to which ones, yet there is no row that could be shown for it.
    assert words.found is not sentence.startswith(("There are no readings", "No vehicle"))


@pytest.mark.parametrize(
    ("value", "before", "end"),
    [
        (0.0, 8.0, "0.0 km yesterday, 8.0 km (100%) less than on Monday (8.0 km)."),
        (-0.04, None, "0.0 km yesterday; there is no reading for 26 October 2026."),
        (8.04, 8.0, "8.0 km yesterday, as much as on Monday."),
        (12_345.6, 0.0, "12,345.6 km yesterday, 12,345.6 km more than on Monday (0.0 km)."),
    ],
)
def test_two_numbers_are_compared(fleet: RecordDesk, value: float, before: float | None, end: str) -> None:
    reading, plan = planned(fleet, "Distance of V-101 yesterday versus the day before yesterday")
    changed = replace(reading, value=value, before=before, rows=((value, before),))
    assert said(fleet, changed, plan) == f"V-101 drove {end}"


def test_only_the_first_groups_are_named_and_the_others_counted(fleet: RecordDesk) -> None:
    reading, plan = planned(fleet, "Distance per vehicle yesterday")
    many = replace(reading, rows=tuple((f"V-{n}", float(n)) for n in range(9, 0, -1)), total=9)
    assert said(fleet, many, plan) == (
        "V-9 drove the most yesterday: 9.0 km, then V-8 with 8.0 km, V-7 with 7.0 km, V-6 with 6.0 km, "
        "V-5 with 5.0 km and 4 more in the table."
    )


def test_groups_without_a_figure_are_named_behind_those_that_have_one(fleet: RecordDesk) -> None:
    reading, plan = planned(fleet, "Distance per vehicle yesterday")
    begins = "drove the most yesterday"

    one = replace(reading, rows=(("V-1", None), ("V-2", 2.0), (None, 1.0)), total=3)
    assert said(fleet, one, plan) == f"V-2 {begins}: 2.0 km, then no vehicle with 1.0 km; no value for V-1."
    many = replace(reading, rows=(("V-9", 3.1), ("V-0", 3.0), *((f"V-{n}", None) for n in range(1, 9))), total=10)
    assert said(fleet, many, plan) == (
        f"V-9 {begins}: 3.1 km, then V-0 with 3.0 km; no value for V-1, V-2, V-3, V-4, V-5 and 3 more."
    )


def test_what_is_counted_names_the_first_and_how_many_more(fleet: RecordDesk) -> None:
    reading, plan = planned(fleet, "How many vehicles drove yesterday?")
    many = replace(reading, rows=tuple((f"V-{n}", 1.0) for n in range(7)), total=1200)
    begins = "1,200 vehicles drove more than 0 km yesterday"
    assert said(fleet, many, plan) == f"{begins}: V-0, V-1, V-2, V-3, V-4 and 1,195 more."


def test_more_is_said_of_what_is_not_known(fleet: RecordDesk) -> None:
    assert told(fleet, "Distance of V-101").words.more[0] == "No time was named, so this is today."
    assert told(fleet, "Distance in the last 30 days").words.more == (
        "There are no readings from before 24 October 2026, 23:59:00, so earlier time is not in it.",
        "In this time 1 vehicle was not heard of for 30 min in all.",
        "As of 28 October 2026, 11:58:00, Berlin time.",
    )


def test_what_is_kept_and_not_derived_is_said_of_every_reading_that_it_may_be_missing_in(fleet: RecordDesk) -> None:
    why = Missing("What 2 vehicles sent is kept, and facts are still being derived from it.", NOW - timedelta(hours=3))

    for question in ("How far did V-101 drive today?", "Where is V-101?"):
        one = told(fleet, question, why)
        assert one.words.more[0] == f"{why.words} So these figures are not complete yet."
        assert one.reading.incomplete == why.words
        assert not one.whole
    before = told(fleet, "How far did V-101 drive on 24 October?", why)
    assert before.whole
    assert before.reading.incomplete == ""
    nothing = told(fleet, "Show the trips of V-102 yesterday", why)
    assert nothing.words.sentence.startswith("There are no readings for this yet: ")


@pytest.mark.parametrize(("language", "question", "sentence"), rows(SPOKEN))
def test_a_reading_is_said_in_the_asker_s_language(
    fleet: RecordDesk, language: str, question: str, sentence: str
) -> None:
    assert told(fleet, question, language=language).words.sentence == sentence


@pytest.mark.parametrize("language", LANGUAGES)
def test_figures_are_the_same_in_every_language(fleet: RecordDesk, language: str) -> None:
    for question, _ in rows(SAID):
        english, own = told(fleet, question).words, told(fleet, question, language=language).words
        assert numerals(english.sentence) <= numerals(own.sentence), (question, own.sentence)
        assert "{" not in own.sentence + " ".join(own.more)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_speaks_of_all_that_the_fleet_s_records_have(fleet: RecordDesk, language: str) -> None:
    declared, own = fleet.semantics.declared, fleet.semantics.spoken(language).own
    shown = {name for name, metric in declared.metrics.items() if not metric.hidden}
    assert {*shown, *declared.listings, *declared.dimensions, "subject"} <= set(own.names)
    assert {name for name in shown if declared.metrics[name].count} <= set(own.many)
    assert set(own.rows) == set(declared.listings)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_phrase_with_the_same_places(language: str) -> None:
    english, own = live_phrases_in("en"), live_phrases_in(language)
    assert own.language == language
    assert own.units.keys() == english.units.keys()
    assert own.grains.keys() == english.grains.keys()
    assert (len(own.times), len(own.over)) == (len(english.times), len(english.over))
    for theirs, ours in ((english.frames, own.frames), (english.more, own.more), (english.asking, own.asking)):
        assert {name: _places(text) for name, text in ours.items()} == {n: _places(t) for n, t in theirs.items()}


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}
