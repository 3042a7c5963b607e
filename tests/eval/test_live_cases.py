"""The live cases: the shape of the set, and what the truth makes of recipes, by hand where that is possible."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from surefoot.core.nouns import Outcome
from surefoot.eval.errors import CasesInvalid
from surefoot.eval.live_cases import CONDUCT, LiveCase, expectation, load_live_cases, play, tabulate
from surefoot.eval.live_expecting import expected
from surefoot.eval.live_facts import FleetTruth, LiveFacts
from surefoot.eval.live_groups import Groups, measured
from surefoot.eval.live_recipes import Recipe, RecipeUndecided
from surefoot.eval.live_scene import NOW, scene, scene_file, simulator
from surefoot.eval.live_verdicts import LiveAnswer
from surefoot.ingestion.telemetry.simulator.true_facts import TrueEvent, TrueStop, TrueTrip
from tools.live_cases import CASES

LEAST = {
    "single": 40,
    "comparison": 20,
    "top": 25,
    "trend": 15,
    "route": 20,
    "follow_up": 20,
    "ambiguous": 40,
    "look_alike": 40,
    "unanswerable": 20,
    "off_topic": 10,
    "documents": 15,
    "documents_and_data": 10,
}
YESTERDAY = ["2026-10-28T00:00:00+01:00", "2026-10-29T00:00:00+01:00"]
WORKED_OUT = ("si01", "si12", "si42", "si43", "ro10", "tr07", "lo39", "fo22")
"""Cases of one vehicle and a day: quick to work out anew."""


@cache
def cases() -> list[LiveCase]:
    return load_live_cases([CASES / "dev.jsonl", CASES / "test.jsonl"])


@cache
def real() -> Groups:
    return Groups(FleetTruth(simulator(), NOW))


class ToldTruth(FleetTruth):
    """A truth that is told: the same facts for any window."""

    def __init__(self, facts: Mapping[str, LiveFacts]) -> None:
        super().__init__(simulator(), NOW)
        self.told = facts

    def facts(self, vehicle: str, start: datetime, end: datetime) -> LiveFacts:
        return self.told.get(vehicle, LiveFacts()) if start < end else LiveFacts()


def told(**facts: LiveFacts) -> Groups:
    return Groups(ToldTruth({name.replace("_", "-"): one for name, one in facts.items()}))


def recipe(**asked: Any) -> Recipe:
    return Recipe.model_validate({"period": YESTERDAY} | asked)


def event(code: str, seconds: float = 30.0, driver: str = "D-001") -> TrueEvent:
    start = datetime(2026, 10, 28, 9, tzinfo=UTC)
    return TrueEvent("V-101", driver, "harsh_braking", code, "low", start, start + timedelta(seconds=seconds), 5.0)


def trip(km: float, driver: str = "D-001") -> TrueTrip:
    start = datetime(2026, 10, 28, 8, tzinfo=UTC)
    return TrueTrip("V-101", driver, start, start + timedelta(hours=1), "Northgate", "Fallow Quarry", km)


def test_each_kind_has_its_cases_in_both_splits() -> None:
    counted = Counter((case.split, case.kind) for case in cases())
    assert all(counted["test", kind] >= least // 3 for kind, least in LEAST.items())
    assert all(counted["dev", kind] + counted["test", kind] >= least for kind, least in LEAST.items())
    assert all(counted["test", kind] >= 30 for kind in ("ambiguous", "look_alike"))
    assert len({case.id for case in cases()}) == len(cases())
    assert all(case.split == path for path in ("dev", "test") for case in load_live_cases([CASES / f"{path}.jsonl"]))
    assert 0.13 <= sum(case.language == "de" for case in cases()) / len(cases()) <= 0.2


def test_questions_differ_and_a_look_alike_is_in_the_split_of_the_one_that_it_looks_like() -> None:
    assert len({(case.question, case.before) for case in cases()}) == len(cases())
    splits = {case.id: case.split for case in cases()}
    alike = [case for case in cases() if case.kind == "look_alike"]
    assert all(splits[case.id.replace("lo", "am")] == case.split for case in alike)


def test_every_case_expects_what_its_kind_demands() -> None:
    for case in cases():
        assert (case.truth is None) == (case.kind in CONDUCT), case.id
        assert case.expect == CONDUCT[case.kind] if case.truth is None else case.expect, case.id
        assert case.before if case.kind == "follow_up" else len(case.before) <= 1, case.id


@pytest.mark.parametrize("name", WORKED_OUT)
def test_what_stands_in_the_file_follows_from_the_truth(name: str) -> None:
    [case] = [case for case in cases() if case.id == name]
    assert expectation(case, real()) == case.expect


def test_a_day_on_which_the_clocks_are_set_back_has_25_hours() -> None:
    [case] = [case for case in cases() if case.id == "si43"]
    assert case.expect["value"] == 25.0


def test_parts_of_a_day_add_up_to_the_day_and_a_window_ends_now() -> None:
    truth, start = real().truth, datetime(2026, 10, 29, tzinfo=NOW.tzinfo)
    noon = start + timedelta(hours=12)
    halves = truth.facts("V-104", start, noon) + truth.facts("V-104", noon, NOW)
    whole = truth.facts("V-104", start, start + timedelta(days=9))
    assert whole.heard_s == 15 * 3600 + 20 * 60
    assert halves.km == pytest.approx(whole.km)
    assert len(halves.trips) == len(whole.trips) == 12
    assert halves.top_kmh == whole.top_kmh


@pytest.mark.parametrize(
    ("metric", "value", "tolerance"),
    [
        ("distance", 200.0, 1.0),
        ("driving_time", 3.0, 108 / 3600),
        ("idling_time", 60.0, 1.5),
        ("idling_share", 25.0, (90 + 0.25 * 144) / 14400 * 100),
        ("average_speed", 200 / 3, (1 / 3 + 200 / 3 * 0.01)),
        ("harsh_events", 2.0, 0.0),
        ("harsh_braking", 1.0, 0.0),
        ("harsh_events_per_1000_km", 10.0, 0.05),
        ("speeding_events", 1.0, 0.0),
        ("speeding_time", 2.0, 1.5),
        ("fuel_per_100_km", 10.0, 0.2),
        ("average_trip", 100.0, 0.5),
        ("longest_trip", 150.0, 0.75),
        ("average_stop", 30.0, 1.5),
        ("driver_score", 100 - (0 + 3 + 2) * 500 / 200, 0.0625),
    ],
)
def test_metrics_and_how_far_one_may_be_off_follow_from_facts(metric: str, value: float, tolerance: float) -> None:
    moment = datetime(2026, 10, 28, 9, tzinfo=UTC)
    facts = LiveFacts(
        km=200.0,
        driving_s=10800.0,
        idling_s=3600.0,
        fuel_l=20.0,
        trips=(trip(50.0), trip(150.0)),
        stops=(TrueStop("V-101", "Northgate", moment, moment + timedelta(minutes=30)),),
        events=(event("HB2"), event("HC1"), event("SP1", 120.0)),
    )
    found = measured(metric, facts)
    assert found is not None
    assert found[0] == pytest.approx(value)
    assert found[1] == pytest.approx(tolerance)


def test_what_would_be_over_nothing_has_no_value() -> None:
    assert measured("idling_share", LiveFacts()) is None
    assert measured("driver_score", LiveFacts(km=149.9)) is None


def test_groups_of_equal_count_share_a_place_and_those_at_the_end_are_all_named() -> None:
    groups = told(
        V_101=LiveFacts(events=(event("HB1"),) * 3),
        V_102=LiveFacts(events=(event("HB1"),)),
        V_103=LiveFacts(events=(event("HB1"),)),
    )
    found = expected(groups, recipe(metric="harsh_events", by="vehicle", top=2))
    assert (found["keys"], found["values"]) == ([["V-101"], ["V-102", "V-103"]], [3.0, 1.0])


def test_an_order_that_is_closer_than_the_tolerances_is_refused() -> None:
    groups = told(V_101=LiveFacts(km=100.0), V_102=LiveFacts(km=99.5), V_103=LiveFacts(km=50.0))
    with pytest.raises(RecipeUndecided, match="too close"):
        expected(groups, recipe(metric="distance", by="vehicle", top=1))
    found = expected(
        told(V_101=LiveFacts(km=100.0), V_102=LiveFacts(km=98.5)), recipe(metric="distance", by="vehicle", top=1)
    )
    assert found["keys"] == [["V-101"]]


def test_a_limit_that_is_nearer_than_the_tolerance_is_refused() -> None:
    groups = told(V_101=LiveFacts(km=100.2), V_102=LiveFacts(km=140.0))
    with pytest.raises(RecipeUndecided, match="too near"):
        expected(groups, recipe(metric="distance", by="vehicle", above=100))
    found = expected(groups, recipe(metric="distance", by="vehicle", above=110))
    assert found["any_order"] == ["V-102"]
    assert expected(groups, recipe(metric="distance", by="vehicle", above=110, count=True))["count"] == 1


def test_depots_add_up_their_vehicles_and_a_narrowing_leaves_the_others_out() -> None:
    groups = told(V_101=LiveFacts(km=10.0), V_103=LiveFacts(km=20.0), V_102=LiveFacts(km=40.0))
    found = expected(groups, recipe(metric="distance", by="depot", keys=["Northgate", "Eastmoor"]))
    assert found["rows"] == {"Northgate": 30.0, "Eastmoor": 40.0}
    assert (
        expected(groups, recipe(metric="distance", where={"depot": ["Northgate"], "but": ["V-101"]}))["value"] == 20.0
    )


def test_drivers_have_their_own_trips_and_events_and_no_times() -> None:
    groups = told(
        V_101=LiveFacts(km=90.0, trips=(trip(60.0, "D-1"), trip(30.0, "D-2")), events=(event("HB1", driver="D-2"),))
    )
    found = expected(groups, recipe(metric="distance", by="driver", top=1))
    assert (found["keys"], found["values"]) == ([["D-1"]], [60.0])
    assert expected(groups, recipe(metric="harsh_events", where={"driver": ["D-2"]}))["value"] == 1.0
    with pytest.raises(CasesInvalid, match="idling_time"):
        expected(groups, recipe(metric="idling_time", where={"driver": ["D-2"]}))


def test_a_day_by_day_recipe_gives_one_step_a_local_day_and_cuts_the_last_one_at_now() -> None:
    asked = Recipe.model_validate(
        {
            "metric": "standing_hours",
            "by": "day",
            "where": {"vehicle": ["V-105"]},
            "period": ["2026-10-24T00:00:00+02:00", "2026-10-29T15:20:00+01:00"],
        }
    )
    steps = expected(real(), asked)["steps"]
    assert list(steps) == ["2026-10-24", "2026-10-25", "2026-10-26", "2026-10-27", "2026-10-28", "2026-10-29"]
    assert [steps["2026-10-24"], steps["2026-10-25"], steps["2026-10-29"]] == [24.0, 25.0, pytest.approx(15.3333)]


def test_readings_of_a_time_that_are_as_good_are_all_worked_out() -> None:
    other = ["2026-10-27T00:00:00+01:00", "2026-10-28T00:00:00+01:00"]
    found = expected(told(V_101=LiveFacts(km=5.0)), recipe(metric="distance", or_periods=[other]))
    assert [one["period"] for one in found["either"]] == [YESTERDAY, other]


def test_recipes_that_lead_nowhere_are_refused() -> None:
    for asked, words in (
        ({"metric": "distance", "where": {"vehicle": ["V-999"]}}, "no vehicle V-999"),
        ({"metric": "tyre_pressure"}, "no metric tyre_pressure"),
        ({"metric": "distance", "period": None}, "needs a period"),
        ({"metric": "distance", "by": "place", "top": 1}, "by place"),
    ):
        with pytest.raises(CasesInvalid, match=words):
            expected(told(V_101=LiveFacts(km=5.0, stops=())), recipe(**asked))


def test_a_broken_line_and_a_repeated_id_are_named(tmp_path: Path) -> None:
    line = json.dumps(
        {"id": "a", "split": "dev", "kind": "off_topic", "language": "en", "question": "?", "truth": None}
    )
    broken, twice = tmp_path / "broken.jsonl", tmp_path / "twice.jsonl"
    broken.write_text(line + "\n\n" + line.replace("dev", "train"))
    twice.write_text(line + "\n" + line)
    with pytest.raises(CasesInvalid, match=r"broken\.jsonl, line 3"):
        load_live_cases([broken])
    with pytest.raises(CasesInvalid, match="called a"):
        load_live_cases([twice])


def test_playing_passes_on_what_was_asked_before_and_counts_by_split_and_kind() -> None:
    asked: list[tuple[str, tuple[str, ...]]] = []

    def answer(question: str, before: Any) -> LiveAnswer:
        asked.append((question, tuple(before)))
        return LiveAnswer(Outcome.ASKED_BACK)

    chosen = [case for case in cases() if case.id in {"am01", "am02", "fo01", "un01"}]
    totals = {(one.split, one.kind): one for one in tabulate(play(chosen, answer))}
    assert asked == [(case.question, case.before) for case in chosen]
    assert totals["all", "ambiguous"].verdicts == {"right": 2}
    assert totals["dev", "follow_up"].verdicts == {"asked_back": 1}
    assert (totals["all", "all"].right.value, totals["all", "all"].cases) == (0.75, 4)
    assert totals["all", "all"].wrong.value == 0.0
    assert 0.4 < totals["all", "all"].wrong.high < 0.6
    assert ("test", "follow_up") not in totals


def test_the_scene_is_built_once_and_its_store_tells_what_happened(tmp_path: Path) -> None:
    inode = (file := scene_file(tmp_path)).stat().st_ino
    store = scene(tmp_path)
    try:
        [case] = [case for case in cases() if case.id == "ro10"]
        start, end = (datetime.fromisoformat(edge) for edge in case.expect["period"])
        trips = store.read(store.ibis_table("trips")).rows.to_pylist()
        found = [trip for trip in trips if trip["vehicle"] == "V-104" and start <= trip["start"] < end]
        assert len(store.read(store.ibis_table("vehicles")).rows) == len(simulator().fleet)
        assert len(found) == case.expect["rows"]
        assert sum(trip["distance_km"] for trip in found) == pytest.approx(245.3429, abs=0.3)
    finally:
        store.close()
    assert (scene_file(tmp_path), file.stat().st_ino) == (file, inode)
    assert [path.name for path in tmp_path.iterdir() if path.suffix != ".lock"] == [file.name]
