"""Questions in words that differ from the declared ones, and words that must not be lost."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import surefoot.app
from surefoot.retrieval.records.asking.outcomes import Asked, NotRecords, Planned
from surefoot.retrieval.records.asking.rules import Rules
from surefoot.retrieval.records.asking.vocabulary import Vocabulary
from surefoot.retrieval.records.plan import Op, Plan, Top
from surefoot.retrieval.records.semantic import load_semantics

FLEET = Path(surefoot.app.__file__).parent / "assistants" / "fleet"
NOW = datetime(2026, 10, 29, 15, 20, tzinfo=ZoneInfo("Europe/Berlin"))
NAMES = {
    "vehicle": ["V-104", "V-106", "R-317", "E-205"],
    "driver": ["D-014", "D-022"],
    "depot": ["Northgate", "Eastmoor"],
    "place": ["Quern Dairy"],
    "state": ["driving", "parked"],
}
VALUES = {dimension: {name: name for name in names} for dimension, names in NAMES.items()}


def asked(question: str) -> Asked:
    semantics = load_semantics(FLEET, "Europe/Berlin")
    assert semantics is not None
    return Rules(semantics, Vocabulary(semantics, VALUES)).ask(question, NOW)


def plan(question: str) -> Plan:
    found = asked(question)
    assert isinstance(found, Planned), found
    return found.plan


@pytest.mark.parametrize(
    ("question", "metric"),
    [
        ("How many kilometres did R-317 rack up last week?", "distance"),
        ("how many km did D-014 manage last week", "distance"),
        ("How much time did D-014 spend driving last week?", "driving_time"),
        ("How many minutes did D-014 spend speeding last week?", "speeding_time"),
        ("How many times did R-317 exceed the speed limit last week?", "speeding_events"),
        ("How long in km was the longest journey yesterday?", "longest_trip"),
        ("how many trips were driven by V-104 last week?", "trips"),
        ("How many liters of diesel did R-317 get through last week?", "fuel"),
        ("how much fuel per 100 km did R-317 use last week", "fuel_per_100_km"),
        ("Wie viele Stunden saß D-014 letzte Woche am Steuer?", "driving_time"),
        ("Wie lange war V-104 letzte Woche zu schnell?", "speeding_time"),
        ("Wieviel Liter schluckte R-317 letzte Woche?", "fuel"),
        ("Wie oft hielt V-104 gestern an?", "stops"),
    ],
)
def test_other_words_mean_the_same_metric(question: str, metric: str) -> None:
    assert plan(question).metrics == (metric,)


@pytest.mark.parametrize(
    "question",
    [
        "How many km did R-317 run empty yesterday?",
        "How many vehicles ran out of fuel yesterday?",
        "How far did R-317 go loaded last week?",
        "How many km did V-104 not drive last week?",
        "How many kilometres did V-104 drive between stops yesterday?",
        "How many trips from Northgate to Eastmoor yesterday?",
        "How often did V-104 burn fuel yesterday?",
        "When did V-104 arrive at Quern Dairy yesterday?",
        "How many trips did V-104 make to customers yesterday?",
        "move V-104 to Eastmoor",
        "How much is a litre of diesel today?",
        "What counts as harsh braking?",
        "Wie viele geplante Stopps hatte V-104 gestern?",
    ],
)
def test_what_no_rule_can_read_is_never_left_out_in_silence(question: str) -> None:
    assert not isinstance(asked(question), Planned)


def test_a_limit_with_a_unit_says_what_is_asked_for() -> None:
    found = plan("Who went faster than 130 km/h yesterday?")
    assert (found.metrics, found.by) == (("top_speed",), ("driver",))
    assert [(one.op, one.value) for one in found.conditions] == [(Op.OVER, 130.0)]


def test_german_limits_are_read() -> None:
    found = plan("Welche Fahrzeuge fuhren gestern über 300 km?")
    assert [(one.metric, one.op, one.value) for one in found.conditions] == [("distance", Op.OVER, 300.0)]


def test_above_a_number_tells_of_no_rule() -> None:
    found = plan("Which vehicles had an idling share above 20% last week?")
    assert [(one.metric, one.op, one.value) for one in found.conditions] == [("idling_share", Op.OVER, 20.0)]


def test_a_metric_may_name_the_end_that_is_asked_for() -> None:
    found = plan("Which vehicle had the longest trip yesterday?")
    assert (found.metrics, found.by, found.top) == (("longest_trip",), ("vehicle",), Top(1))


@pytest.mark.parametrize("question", ["How many vehicles do we have?", "How many vans do we run?"])
def test_things_are_counted(question: str) -> None:
    found = plan(question)
    assert (found.metrics, found.by, found.counting) == (("vehicles_known",), (), False)


def test_diesel_is_a_fuel_or_a_kind_of_vehicle() -> None:
    assert plan("Which vehicle burnt the most diesel last week?").filters == ()
    assert next(one.values for one in plan("How far did the diesel vans drive yesterday?").filters) == ("diesel",)


def test_a_mean_over_things_is_read_from_their_article() -> None:
    found = plan("how many trips did a vehicle make on average yesterday")
    assert (found.by, found.averaged) == (("vehicle",), True)


def test_a_price_is_no_reading() -> None:
    assert isinstance(asked("How much is a litre of diesel today?"), NotRecords)
