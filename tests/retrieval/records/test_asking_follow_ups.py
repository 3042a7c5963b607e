"""Short questions that lean on the answer before, and those that only seem to."""

from __future__ import annotations

import pytest

from surefoot.retrieval.records.asking.outcomes import Planned
from surefoot.retrieval.records.desk import RecordDesk
from tests.retrieval.records.asked import rows, shown
from tests.retrieval.records.small_fleet import NOW, STAFF

TABLE = """
How far did V-101 drive yesterday? | And today? | distance; vehicle=V-101; 2026-10-28/2026-10-28T12:00
How far did V-101 drive yesterday? | and V-102? | distance; vehicle=V-102; 2026-10-27/2026-10-28
How far did V-101 drive yesterday? | per hour | distance; per hour; vehicle=V-101; 2026-10-27/2026-10-28
How far did V-101 drive yesterday? | And how much did it idle? | idling_time; vehicle=V-101; 2026-10-27/2026-10-28
Which vehicle drove the most yesterday? | and last week? | distance; by vehicle; highest 1; 2026-10-19/2026-10-26
Which vehicle drove the most yesterday? | only vans | distance; by vehicle; class=van; highest 1; 2026-10-27/2026-10-28
How far did the vans drive yesterday? | What about the day before? | distance; class=van; 2026-10-26/2026-10-27
How far did V-101 drive last week? | and the week before? | distance; vehicle=V-101; 2026-10-12/2026-10-19
Distance per vehicle yesterday | without V-101 | distance; by vehicle; vehicle≠V-101; 2026-10-27/2026-10-28
Distance per vehicle yesterday | by depot | distance; by depot; 2026-10-27/2026-10-28
How far did V-101 drive yesterday? | Und gestern V-102? | distance; vehicle=V-102; 2026-10-27/2026-10-28
How far did V-101 drive yesterday? | How long may a van idle? | documents
How far did V-101 drive yesterday? | and V-999? | unclear unknown_value
How far did V-101 drive yesterday? | Thanks! | documents
How far did V-101 drive yesterday? | why? | documents
How far did V-101 drive yesterday? | Who are you? | documents
How far did V-101 drive yesterday? | ok | documents
How far did V-101 drive yesterday? | really? | documents
How far did V-101 drive yesterday? | Is that a lot? | documents
How far did V-101 drive yesterday? | What can you do? | documents
How far did V-101 drive yesterday? | What is the idling target? | documents
How far did V-101 drive yesterday? | Brake fluid? | documents
How far did V-101 drive yesterday? | again | distance; vehicle=V-101; 2026-10-27/2026-10-28
How far did V-101 drive last week? | Put that against the week before. | distance; vehicle=V-101; 2026-10-19/2026-10-26; beside 2026-10-12/2026-10-19
Fuel of V-101 yesterday | what's that in litres per 100 km | fuel_per_100_km; vehicle=V-101; 2026-10-27/2026-10-28
List the trips of D-1 yesterday | How many km is that in total? | distance; driver=D-1; 2026-10-27/2026-10-28
How many stops did V-101 make today? | Can I see them one by one? | list stop_list; vehicle=V-101; 2026-10-28/2026-10-28T12:00
Which depot drove the most yesterday? | and the lowest? | distance; by depot; lowest 1; 2026-10-27/2026-10-28
Top 3 vehicles by distance yesterday | make it five | distance; by vehicle; highest 5; 2026-10-27/2026-10-28
Which vehicles drove more than 15 km yesterday? | And more than 35? | distance; by vehicle; distance > 35; 2026-10-27/2026-10-28
Distance by depot yesterday | no, I want it by model | distance; by model; 2026-10-27/2026-10-28
How many trips did V-101 make last week? | spread over the days? | trips; per day; vehicle=V-101; 2026-10-19/2026-10-26
Distance of V-101 yesterday | same for last week | distance; vehicle=V-101; 2026-10-19/2026-10-26
Distance of V-101 yesterday | Das Gleiche nochmal für V-102 | distance; vehicle=V-102; 2026-10-27/2026-10-28
Distance of V-101 this week compared with last week | and per day? | distance; per day; vehicle=V-101; 2026-10-26/2026-10-28T12:00
Distance of V-101 this week compared with last week | and V-102? | distance; vehicle=V-102; 2026-10-26/2026-10-28T12:00; beside 2026-10-19/2026-10-21T12:00
Top speed of V-101 yesterday | on average though? | unclear plan
Distance of the vans yesterday | and how many stops did it make? | unclear several_values
How far did V-101 drive yesterday? | how many trips? | trips; vehicle=V-101; 2026-10-27/2026-10-28
How far did V-101 drive yesterday? | idling? | idling_time; vehicle=V-101; 2026-10-27/2026-10-28
How far did V-101 drive yesterday? | any speeding? | speeding_events; vehicle=V-101; 2026-10-27/2026-10-28
How far did V-101 drive yesterday? | list the stops | list stop_list; vehicle=V-101; 2026-10-27/2026-10-28
How far did V-101 drive yesterday? | zeig die Route | list routes; vehicle=V-101; 2026-10-27/2026-10-28
Where is V-101? | how many trips today? | trips; vehicle=V-101; 2026-10-28/2026-10-28T12:00
How far did V-101 drive yesterday? | How many trips did we make last week? | trips; 2026-10-19/2026-10-26
How far did V-101 drive yesterday? | What is harsh braking? | documents
Idling of V-101 yesterday | which vehicle idled most? | idling_time; by vehicle; highest 1; 2026-10-27/2026-10-28
Compare V-101 and V-102 in km last week | which used more fuel? | fuel; by vehicle; vehicle=V-101+V-102; 2026-10-19/2026-10-26
Which vans idled the most last week? | how far did these drive? | idling_time, distance; by vehicle; class=van; highest 5; 2026-10-19/2026-10-26
Which vans idled the most last week? | where are they now? | unclear plan
Which vans idled the most last week? | who drove them? | unclear plan
Which vans idled the most last week? | how many of them braked hard? | unclear plan
Which vans idled the most last week? | without V-101 | idling_time; by vehicle; vehicle≠V-101; class=van; highest 5; 2026-10-19/2026-10-26
Which vans idled the most last week? | show all | idling_time; by vehicle; class=van; 2026-10-19/2026-10-26
Which vans idled the most last week? | total | idling_time; class=van; 2026-10-19/2026-10-26
How far did V-101 drive yesterday? | only before noon | distance; vehicle=V-101; 2026-10-27/2026-10-27T12:00
How far did V-101 drive yesterday? | and after 14:00? | distance; vehicle=V-101; 2026-10-27T14:00/2026-10-28
How far did V-101 drive yesterday? | between 8 and 12 | distance; vehicle=V-101; 2026-10-27T08:00/2026-10-27T12:00
How far did V-101 drive today? | and after 10:00? | distance; vehicle=V-101; 2026-10-28T10:00/2026-10-28T12:00
Fuel of Northgate last week | before noon | unclear plan
Idling of Northgate last week | compared to this week | idling_time; depot=Northgate; 2026-10-26/2026-10-28T12:00; beside 2026-10-19/2026-10-21T12:00
Idling of Northgate yesterday | compared to today | idling_time; depot=Northgate; 2026-10-28/2026-10-28T12:00; beside 2026-10-27/2026-10-27T12:00
Idling of Northgate on 20 October | is that more than on 21 October? | idling_time; depot=Northgate; 2026-10-21/2026-10-22; beside 2026-10-20/2026-10-21
Wie viele km fuhr V-101 gestern? | mehr als vorgestern? | distance; vehicle=V-101; 2026-10-27/2026-10-28; beside 2026-10-26/2026-10-27
Idling of Northgate yesterday | vs last week | idling_time; depot=Northgate; 2026-10-27/2026-10-28; beside 2026-10-20/2026-10-21
Idling of Northgate in September | compared to last month | unclear plan
Idling of Northgate yesterday | compare with Millfield | idling_time; by depot; depot=Millfield+Northgate; 2026-10-27/2026-10-28
How far did V-101 drive yesterday? | more than V-102? | distance; by vehicle; vehicle=V-101+V-102; 2026-10-27/2026-10-28
Idling of Northgate yesterday | all depots | idling_time; by depot; 2026-10-27/2026-10-28
Idling of Northgate yesterday | for the whole fleet | idling_time; 2026-10-27/2026-10-28
Idling of Northgate yesterday | by depot | idling_time; by depot; 2026-10-27/2026-10-28
Idling of V-101 yesterday | and the vans? | idling_time; class=van; 2026-10-27/2026-10-28
Idling of V-101 yesterday | and Northgate? | idling_time; depot=Northgate; 2026-10-27/2026-10-28
Idling of V-101 yesterday | and D-1? | idling_time; driver=D-1; 2026-10-27/2026-10-28
Compare V-101 and V-102 in km last week | and without V-102 | distance; by vehicle; vehicle=V-101; 2026-10-19/2026-10-26
How many stops did V-101 make today? | where? | list stop_list; vehicle=V-101; 2026-10-28/2026-10-28T12:00
How far did V-101 drive yesterday? | where? | unclear plan
Show the stops of V-101 yesterday | which was the longest? | unclear plan
l/100 km of V-101 this month? | Can I have that per week? | fuel_per_100_km; per week; vehicle=V-101; 2026-10-01/2026-10-28T12:00
How many minutes did V-101 idle yesterday? | can you split that by hour | idling_time; per hour; vehicle=V-101; 2026-10-27/2026-10-28
How many trips did V-101 do on Monday? | and V-102 on that same day? | trips; vehicle=V-102; 2026-10-26/2026-10-27
How far did V-101 drive yesterday? | how long was it driving that day? | driving_time; vehicle=V-101; 2026-10-27/2026-10-28
Utilisation at Northgate last week | break it down by day | utilisation; per day; depot=Northgate; 2026-10-19/2026-10-26
Wie weit ist V-101 gestern gefahren? | Und wie viel Diesel hat er dabei gebraucht? | fuel; vehicle=V-101; 2026-10-27/2026-10-28
Wo ist V-101 jetzt? | Wie weit ist der heute schon gefahren? | distance; vehicle=V-101; 2026-10-28/2026-10-28T12:00
How far did V-101 drive yesterday? | and who? | distance; by driver; vehicle=V-101; 2026-10-27/2026-10-28
"""


@pytest.mark.parametrize(("first", "then", "outcome"), rows(TABLE))
def test_a_follow_up_changes_only_what_it_names(tiny: RecordDesk, first: str, then: str, outcome: str) -> None:
    before = tiny.ask(first, STAFF, NOW)
    assert isinstance(before, Planned)
    assert shown(tiny.ask(then, STAFF, NOW, before.plan)) == outcome


def test_a_weekday_of_a_week_that_is_spoken_of_lies_in_it(tiny: RecordDesk) -> None:
    asked = tiny.ask("Fuel of Northgate last week", STAFF, NOW)
    for then in ("per day", "only Monday"):
        assert isinstance(asked, Planned)
        asked = tiny.ask(then, STAFF, NOW, asked.plan)
    assert shown(asked) == "fuel; per day; depot=Northgate; 2026-10-19/2026-10-20"


@pytest.mark.parametrize("text", ["And today?", "and V-102?", "per hour", "only vans", "the week before"])
def test_a_follow_up_to_nothing_is_no_plan(tiny: RecordDesk, text: str) -> None:
    assert not isinstance(tiny.ask(text, STAFF, NOW), Planned)
