"""Questions about records that have to be asked back: unclear, half understood, or with a limit that documents set."""

from __future__ import annotations

import pytest

from surefoot.retrieval.records.asking.outcomes import Half, Unclear, WithLimit
from surefoot.retrieval.records.desk import RecordDesk
from surefoot.retrieval.records.plan import Plan
from tests.retrieval.records.asked import plan_shown, rows
from tests.retrieval.records.small_fleet import BOARD, NOW, STAFF

UNCLEAR = """
Distance of the Corvane 28 yesterday | several_values
How far did V-104 drive yesterday? | unknown_value
How far did V-999 drive yesterday? | unknown_value
Where is R-301? | unknown_value
Distance of R-301 yesterday | unknown_value
How far did van 999 drive yesterday? | unknown_value
How much did V-101 consume yesterday? | several_metrics
How did V-101 perform last week? | several_metrics
How fast was V-101 yesterday? | several_metrics
How safe was D-1 last week? | several_metrics
Which vehicle was the busiest yesterday? | several_metrics
V-101 yesterday | no_metric
What about V-101? | no_metric
How was yesterday? | no_metric
Distance on 30 February 2026 | time
Distance tomorrow | time
How far will V-101 drive next week? | time
How far did V-101 drive recently? | time
Distance from 5 to 3 October | time
How far did the Corvane drive yesterday? | several_values
How far did the van drive yesterday? | several_values
How many kilometres did the driver drive yesterday? | several_values
Average distance yesterday | plan
Distance of more than 12 km yesterday | plan
Most harsh braking yesterday | plan
Distance of the vehicles since 1990 | time
Best distance of the vehicles yesterday | several_metrics
Distance of V-1 yesterday | several_values
Fuel level of V-101 yesterday | plan
Distance by state yesterday | plan
Distance yesterday, last week and in May | time
Distance 05/06/2026 | time
Driver score by place last week | plan
Was ist der Verbrauch von V-101 gestern? | several_metrics
Wie weit ist V-999 gestern gefahren? | unknown_value
Wie schnell war V-101 gestern? | several_metrics
Position of V-101 yesterday | plan
How many vehicles were parked yesterday? | no_metric
Odometer of V-101 on Monday | plan
How many vehicles did we have last year? | plan
Distance and fuel level of V-101 yesterday | plan
Which vans are not below the limit for harsh events last week? | plan
Which vans drove more than V-101 yesterday? | plan
Fuel of V-101 vs fleet | plan
V-101 against all vans in harsh events yesterday | plan
Compare V-101 with the other vans in fuel last week | plan
Worst van per depot in idling last week | plan
Top 3 drivers per depot by score this month | plan
Which van drove the most km in a day this month? | plan
Which trucks drove less than 100 km on each day last week? | plan
How many km can V-101 still drive? | plan
Distance yesterday vs average of the last week | plan
Fuel yesterday versus last Tuesday | plan
Show trips of V-101 with speeding yesterday | plan
Which vehicles idled more than they drove yesterday? | plan
How long did V-101 idle at Northgate yesterday? | plan
Trips to Northgate yesterday | plan
How much fuel did V-101 use on that Friday? | time
Distance of Northgate before noon, today and yesterday | time
Without vans from Northgate, distance yesterday | plan
How far is V-101 from Northgate? | plan
Which vehicle has the highest mileage? | several_metrics
did he brake hard yesterday? | several_values
How far did it drive yesterday? | several_values
idling of the Northgate van yesterday? | several_values
Kilometerstand vom Transporter? | several_values
"""
HALF = """
Distance of V-101 with heavy load yesterday | heavy, load
How far did V-101 drive yesterday in the rain? | rain
How many red vehicles drove yesterday? | red
What was the tyre pressure of V-101 yesterday? | tyre, pressure
What did V-101 weigh yesterday? | weigh
Who fumbled with the gubbins in V-101 yesterday? | fumbled, gubbins
How far did V-101 drive yesterday with 3 passengers? | 3, passengers
Which drivers are below the minimum driver score this month? | below
Which vehicles drove between 10 and 20 km yesterday? | 10, 20 km
Distance of non-electric vehicles yesterday | non
What did V-101 cost yesterday? | cost
What is the name of the driver of V-101 today? | name, of, the, driver
"""
LIMITS = """
Which vans were over the limit for harsh events last week? | harsh_events_per_1000_km breaking; harsh_events_per_1000_km; by vehicle; class=van; 2026-10-19/2026-10-26
Which vehicles broke the idling rule last week? | idling_share breaking; idling_share; by vehicle; 2026-10-19/2026-10-26
Which vans exceeded the idling target last week? | idling_share breaking; idling_share; by vehicle; class=van; 2026-10-19/2026-10-26
Did any van exceed the idling target yesterday? | idling_share breaking; idling_share; by vehicle; class=van; 2026-10-27/2026-10-28
Which vans kept the idling target last week? | idling_share keeping; idling_share; by vehicle; class=van; 2026-10-19/2026-10-26
How many vehicles exceeded the allowed idling share last week? | idling_share breaking; idling_share; by vehicle; counting; 2026-10-19/2026-10-26
Which trucks comply with the limit for harsh events last week? | harsh_events_per_1000_km keeping; harsh_events_per_1000_km; by vehicle; class=truck; 2026-10-19/2026-10-26
Which vans did not exceed the idling target last week? | idling_share keeping; idling_share; by vehicle; class=van; 2026-10-19/2026-10-26
Which vans did not keep the idling target last week? | idling_share breaking; idling_share; by vehicle; class=van; 2026-10-19/2026-10-26
Which vans are under the limit for harsh events last week? | harsh_events_per_1000_km below; harsh_events_per_1000_km; by vehicle; class=van; 2026-10-19/2026-10-26
Which vans stayed within the idling target last week? | idling_share keeping; idling_share; by vehicle; class=van; 2026-10-19/2026-10-26
Which vans failed to meet the idling target last week? | idling_share breaking; idling_share; by vehicle; class=van; 2026-10-19/2026-10-26
Did every van keep the idling target yesterday? | idling_share keeping; idling_share; by vehicle; class=van; 2026-10-27/2026-10-28
"""


@pytest.mark.parametrize(("question", "reason"), rows(UNCLEAR))
def test_what_is_unclear_is_asked_back_with_its_reason(tiny: RecordDesk, question: str, reason: str) -> None:
    asked = tiny.ask(question, STAFF, NOW)
    assert isinstance(asked, Unclear)
    assert asked.reason.value == reason


@pytest.mark.parametrize(("question", "left"), rows(HALF))
def test_words_that_no_rule_knows_are_never_left_out_in_silence(tiny: RecordDesk, question: str, left: str) -> None:
    asked = tiny.ask(question, STAFF, NOW)
    assert isinstance(asked, Half)
    assert ", ".join(asked.left) == left


@pytest.mark.parametrize(("question", "outcome"), rows(LIMITS))
def test_a_limit_of_the_documents_is_left_open_with_its_side(tiny: RecordDesk, question: str, outcome: str) -> None:
    asked = tiny.ask(question, STAFF, NOW)
    assert isinstance(asked, WithLimit)
    assert f"{asked.metric} {asked.side.value}; {plan_shown(asked.plan)}" == outcome


def test_a_vehicle_that_may_not_be_seen_is_unknown_and_never_offered(tiny: RecordDesk) -> None:
    for question in ("Where is R-301?", "Distance of R-302 yesterday", "How far did van 301 drive yesterday?"):
        asked = tiny.ask(question, STAFF, NOW)
        assert isinstance(asked, Unclear)
        assert "R-301" not in (*asked.known, *asked.options)
    assert isinstance(tiny.ask("Distance of the Haulier yesterday", STAFF, NOW), Half)
    asked = tiny.ask("Distance of R-302 yesterday", BOARD, NOW)
    assert isinstance(asked, Unclear)
    assert "R-301" in asked.known


def test_what_nobody_may_see_reads_as_what_is_not_there(tiny: RecordDesk) -> None:
    unseen, absent = (tiny.ask(f"Distance of {name} yesterday", STAFF, NOW) for name in ("R-301", "R-901"))
    assert isinstance(unseen, Unclear)
    assert isinstance(absent, Unclear)
    assert (unseen.reason, unseen.known) == (absent.reason, absent.known)


def test_what_is_known_only_of_now_is_not_told_of_then(tiny: RecordDesk) -> None:
    for question in ("Fuel level of V-101 yesterday", "Position of V-101 last week", "Odometer of V-101 in May"):
        asked = tiny.ask(question, STAFF, NOW)
        assert isinstance(asked, Unclear)
        assert "only how this is now" in asked.word


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("Which other vans idled more than 30 minutes yesterday?", {"other"}),
        ("How many days did V-101 idle last week?", {"days"}),
        ("I want only the motorway. How far did V-101 drive yesterday?", {"motorway"}),
        ("How far did V-101 drive yesterday? The part that was on the motorway.", {"part", "motorway"}),
        ("How far did V-101 drive yesterday - loaded?", {"loaded"}),
        ("Driving in town: how far did V-101 go yesterday?", {"town"}),
        ("Who drove more than one vehicle yesterday?", {"1"}),
        ("List harsh events except braking of V-101 yesterday", {"except"}),
        ("Which van had the shortest trip yesterday?", {"shortest", "trip"}),
    ],
)
def test_a_word_that_no_plan_holds_is_left(tiny: RecordDesk, question: str, left: set[str]) -> None:
    asked = tiny.ask(question, STAFF, NOW)
    assert isinstance(asked, Half)
    assert set(asked.left) == left


def test_half_keeps_the_plan_of_what_was_understood(tiny: RecordDesk) -> None:
    asked = tiny.ask("How far did V-101 drive yesterday in the rain?", STAFF, NOW)
    assert isinstance(asked, Half)
    assert isinstance(asked.plan, Plan)
    assert plan_shown(asked.plan) == "distance; vehicle=V-101; 2026-10-27/2026-10-28"
