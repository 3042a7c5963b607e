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
