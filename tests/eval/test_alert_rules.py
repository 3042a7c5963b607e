"""Rules over metrics and listings read what they say, and the shipped ones of the fleet fit its records and its guide."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from surefoot.eval.errors import RuleInvalid, RuleRests
from surefoot.eval.monitoring.alert_declared import ConditionDecl, RuleDecl, read_alerts
from surefoot.eval.monitoring.alert_rules import Rule, checked
from surefoot.retrieval.records.semantic import Semantics, load_semantics
from tests.eval.alert_stage import FLEET, NOON, SPEEDING, Stage, staged

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "alerts.md"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with staged(tmp_path) as stage:
        stage.vehicles("V-1", "V-2")
        yield stage


@pytest.fixture(scope="module")
def semantics() -> Semantics:
    found = load_semantics(FLEET, "Europe/Berlin")
    assert found is not None
    return found


def shipped(stage: Stage) -> None:
    stage.rules((FLEET / "alerts.yaml").read_text(encoding="utf-8"))


def test_the_shipped_rules_can_all_be_used(semantics: Semantics) -> None:
    file = read_alerts(FLEET / "alerts.yaml")
    assert (file.trouble, file.problems) == ("", {})
    assert len(file.rules) >= 8
    for name, decl in file.rules.items():
        checked(Rule("fleet", name, decl), semantics, NOON)


def test_the_shipped_rules_speak_up_about_what_the_guide_says(stage: Stage) -> None:
    shipped(stage)
    stage.minutes("V-1", distance_km=200, driving_s=9000, idling_s=0)
    stage.speeding("V-1", 3)
    stage.state("V-1", "idling", since=5, level_percent=14.0)
    stage.vehicles("R-1", vehicle_class="truck", energy="diesel")
    stage.state("R-1", "idling", since=5, level_percent=10.0)
    stage.state("V-2", "silent", since=50, heard=50, level_percent=80.0)
    stage.engine.round()
    assert stage.engine.state.problems == ()
    assert {alert.rule: alert.thing for alert in stage.seen()} == {
        "speeding_far_over": "V-1",
        "charge_low": "V-1",
        "idling_van": "V-1",
        "silent": "V-2",
    }
    texts = {alert.rule: alert.text for alert in stage.seen()}
    assert "idling for 5 minutes, since 11:55 " in texts["idling_van"]
    assert "not been heard of since 11:10." in texts["silent"]


def test_idling_is_measured_to_when_the_vehicle_was_last_heard_of(stage: Stage) -> None:
    shipped(stage)
    stage.state("V-1", "idling", since=20, heard=17)
    stage.engine.round()
    assert [a for a in stage.seen() if a.rule == "idling_van"] == []


def test_a_second_condition_on_another_metric_must_hold_too(stage: Stage) -> None:
    shipped(stage)
    for vehicle, kilometres in (("V-1", 90.0), ("V-2", 110.0)):
        stage.minutes(vehicle, distance_km=kilometres, driving_s=3600)
        for n in range(3):
            stage.minutes(vehicle, ago=30 + n, distance_km=0)
        stage.harsh(vehicle, 3)
    stage.engine.round()
    (alert,) = [a for a in stage.seen() if a.rule == "harsh_vans"]
    assert alert.thing == "V-2"
    assert alert.reading["value"] == pytest.approx(3 / 110 * 1000)
    assert {cell["name"]: cell["value"] for cell in alert.reading["cells"]}["distance"] == pytest.approx(110)


def test_a_vehicle_whose_figure_is_unknown_is_no_alert(stage: Stage) -> None:
    shipped(stage)
    stage.state("V-1", "parked", level_percent=None)
    stage.engine.round()
    assert [a for a in stage.seen() if a.rule == "charge_low"] == []


def test_rows_of_one_vehicle_are_told_apart_by_what_the_rule_names(stage: Stage) -> None:
    shipped(stage)
    for item, overdue in (("brakes", True), ("oil", True), ("tyres", False)):
        stage.maintenance("V-1", item, overdue=overdue)
    stage.engine.round()
    assert sorted(alert.key for alert in stage.seen()) == ['["V-1", "brakes"]', '["V-1", "oil"]']


def test_values_that_do_not_count_are_left_out(stage: Stage) -> None:
    stage.rules(SPEEDING.replace("period: today", "period: today\n    without: {vehicle: [V-1]}"))
    for vehicle in ("V-1", "V-2"):
        stage.speeding(vehicle, 3)
    stage.engine.round()
    assert [a.thing for a in stage.seen()] == ["V-2"]


def test_a_rule_over_all_rows_together_is_one_alert(stage: Stage) -> None:
    stage.rules(SPEEDING.replace("    by: [vehicle]\n", "").replace("{vehicle}", "The fleet"))
    for vehicle in ("V-1", "V-2"):
        stage.speeding(vehicle, 2)
    stage.engine.round()
    assert [(a.text, a.thing) for a in stage.seen()] == [("The fleet was far over the limit 4 times today.", None)]


def test_a_period_is_reckoned_anew_at_each_moment_on_the_clock_of_the_records(semantics: Semantics) -> None:
    rule = Rule("fleet", "r", _decl(period="this week"))
    monday = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)  # 00:00 in Berlin
    with pytest.raises(RuleRests):
        rule.plan(semantics, monday)
    period = rule.plan(semantics, monday + timedelta(hours=1)).period
    assert period is not None
    assert period.utc == (monday, monday + timedelta(hours=1))


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"metric": "level"}, "leave the period out"),
        ({"period": None}, "name a period"),
        ({"period": "next week"}, "never comes"),
        ({"period": "now"}, "not one period"),
        ({"period": "today and yesterday"}, "not one period"),
        ({"text": "{driver} did it."}, "'driver' in braces"),
        ({"text": "An {open brace"}, "brace"),
        ({"listing": "positions", "metric": None, "period": None, "of": "since", "by": ("depot",)}, "'depot'"),
        ({"listing": "positions", "metric": None, "period": None}, "under `of`"),
        ({"listing": "positions", "metric": None, "period": None, "of": "since", "by": ()}, "Name under `by`"),
        ({"listing": "positions", "metric": None, "period": None, "of": "place"}, "neither a number nor a moment"),
        ({"listing": "positions", "metric": None, "period": "today", "of": "since"}, "leave the period out"),
        ({"filters": {"item": ("oil",)}}, "cannot be told apart by item"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(
    semantics: Semantics, said: dict[str, object], reason: str
) -> None:
    with pytest.raises(RuleInvalid, match=re.escape(reason)):
        checked(Rule("fleet", "r", _decl(**said)), semantics, NOON)


def test_every_key_of_a_rule_is_described() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    keys = [*RuleDecl.model_fields, *ConditionDecl.model_fields]
    assert [key for key in keys if f"`{key}`" not in text] == []


def test_the_rule_in_the_guide_can_be_used(semantics: Semantics, tmp_path: Path) -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "alerts.yaml").write_text(example, encoding="utf-8")
    file = read_alerts(tmp_path / "alerts.yaml")
    assert (file.trouble, file.problems) == ("", {})
    for name, decl in file.rules.items():
        checked(Rule("fleet", name, decl), semantics, NOON)


def _decl(**said: object) -> RuleDecl:
    condition = {"op": ">=", "value": 3, **({"of": said.pop("of")} if "of" in said else {})}
    plain: dict[str, object] = {
        "title": "Rule",
        "text": "It is so.",
        "severity": "info",
        "metric": "high_speeding_events",
        "by": ("vehicle",),
        "period": "today",
        "conditions": [condition],
    }
    return RuleDecl.model_validate(plain | said)


@pytest.mark.parametrize(
    ("in_days", "due_km", "odometer", "said"),
    [
        (1, None, 900.0, None),
        (0, None, 900.0, None),
        (-1, None, 900.0, "it was due yesterday, 24 November 2026."),
        (-12, None, None, "it was due on 13 November 2026, 12 days ago."),
        (300, 1000.0, 900.0, None),
        (300, 1000.0, 1240.4, "its odometer has passed 1,000 km by 240 km."),
        (300, 1000.0, 1000.0, "its odometer has reached 1,000 km."),
        (300, 1000.0, None, None),
        (None, 1000.0, 1240.4, "its odometer has passed 1,000 km by 240 km."),
        (-2, 1000.0, None, "it was due on 23 November 2026, 2 days ago."),
        (
            -2,
            1000.0,
            1240.4,
            "it was due on 23 November 2026, 2 days ago and its odometer has passed 1,000 km by 240 km.",
        ),
        (None, None, 900.0, None),
    ],
    ids=[
        "due tomorrow",
        "due today",
        "due yesterday",
        "long past, unknown odometer",
        "far future",
        "far future, reading passed",
        "far future, reading reached",
        "far future, unknown odometer",
        "no day, reading passed",
        "past, unknown odometer",
        "both past",
        "nothing known",
    ],
)
def test_what_is_overdue_says_by_which_of_day_and_odometer(
    stage: Stage, in_days: int | None, due_km: float | None, odometer: float | None, said: str | None
) -> None:
    shipped(stage)
    stage.due("V-1", "service A", in_days=in_days, due_km=due_km, odometer=odometer)
    stage.engine.round()
    found = [alert.text for alert in stage.seen() if alert.rule == "maintenance_overdue"]
    assert found == ([] if said is None else [f"V-1: service A is overdue: {said}"])


def test_a_figure_never_reads_as_if_it_kept_the_limit(stage: Stage) -> None:
    shipped(stage)
    stage.vehicles("E-1", energy="electric")
    stage.state("E-1", "parked", level_percent=14.7)
    stage.engine.round()
    (alert,) = [a for a in stage.seen() if a.rule == "charge_low"]
    assert "is at 14.7 %" in alert.text, "15 % would not be below 15 %"


def test_every_shipped_sentence_is_whole_in_each_case_that_it_can_tell(stage: Stage) -> None:
    shipped(stage)
    stage.vehicles("E-1")
    stage.vehicles("V-3", energy="diesel")
    stage.vehicles("R-1", vehicle_class="truck", energy="diesel")
    stage.speeding("V-1", 4)
    stage.state("E-1", "parked", level_percent=3.2)
    stage.state("V-2", "silent", since=60 * 50, heard=60 * 50)
    stage.state("V-3", "idling", since=4.2)
    stage.state("R-1", "idling", since=44)
    stage.minutes("V-3", distance_km=200.0, driving_s=72_000.0, idling_s=4_500.0)
    stage.minutes("R-1", distance_km=200.0, driving_s=3_600.0)
    stage.harsh("V-3", 2)
    stage.harsh("R-1", 1)
    stage.cornering("V-1", 9)
    stage.due("V-2", "brakes", in_days=-1, due_km=None, odometer=None)
    stage.state("V-2", "silent", since=60 * 50, heard=60 * 50)
    stage.engine.round()
    found = {alert.rule: alert.text for alert in stage.seen()}
    assert found == {
        "speeding_far_over": "V-1 was far over the speed limit 4 times today (alert SP2).",
        "charge_low": "The battery of E-1 is at 3 % (alert SC1). Check that the next charger is near.",
        "silent": (
            "V-2 has not been heard of since 10:00 on 23 November 2026. "
            "A telematics unit that is faulty gets a ticket the same day."
        ),
        "idling_van": "V-3 has been idling for 4.2 minutes, since 11:55 (alert ID1).",
        "idling_truck": "R-1 has been idling for 44 minutes, since 11:16 (alert ID1).",
        "idling_share": "(no depot) idles 5.6 % of its engine hours this month; the target is at most 5.5 %.",
        "harsh_vans": "V-3 has 10.0 harsh events per 1,000 km this week; the target for vans is fewer than 9.",
        "harsh_trucks": "R-1 has 5.0 harsh events per 1,000 km this week; the target for trucks is fewer than 5.",
        "cornering_burst": (
            "V-1 reported 9 harsh cornerings within an hour. "
            "Suspect the sensor first, and compare with another vehicle."
        ),
        "maintenance_overdue": "V-2: brakes is overdue: it was due yesterday, 24 November 2026.",
    }
    assert set(found) == set(read_alerts(FLEET / "alerts.yaml").rules)
