"""A rule opens one alert for each row that fulfils it, renews it while it holds, and ends it when it does no longer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from surefoot.core.nouns import Asker
from surefoot.eval.errors import AlertAcknowledged, UnknownAlert
from surefoot.eval.monitoring.alerts import MOST_OPEN
from tests.eval.alert_stage import ANN, NOON, SPEEDING, Stage, staged


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with staged(tmp_path) as stage:
        stage.vehicles("V-1", "V-2")
        stage.rules(SPEEDING)
        yield stage


def test_only_rows_that_fulfil_the_condition_are_alerts_and_they_say_what_they_stand_on(stage: Stage) -> None:
    stage.state("V-1", "driving", heard=1)
    stage.speeding("V-1", 3)
    stage.speeding("V-2", 2)
    stage.engine.round()
    (alert,) = stage.seen()
    assert alert.text == "V-1 was far over the limit 3 times today."
    assert (alert.thing, alert.severity, alert.rule) == ("V-1", "critical", "far_over")
    reading = alert.reading
    assert (reading["value"], reading["unit"], reading["limit"]) == (3.0, "events", "at least 3 events")
    assert datetime.fromisoformat(reading["start"]) == datetime.fromisoformat("2026-11-25T00:00+01:00")
    assert datetime.fromisoformat(reading["end"]) == NOON
    assert datetime.fromisoformat(reading["as_of"]) == NOON - timedelta(minutes=1)
    assert reading["told"].startswith("high speeding events by vehicle, at least 3 events")
    assert reading["simulated"] is False


def test_an_alert_is_renewed_and_not_opened_again_while_it_holds(stage: Stage) -> None:
    stage.speeding("V-1", 3)
    stage.engine.round()
    first = stage.seen()[0]
    stage.speeding("V-1", 2)
    stage.later(1)
    (second,) = stage.seen(every=True)
    assert (second.id, second.opened_at, second.seen_at) == (first.id, NOON, stage.now)
    assert second.reading["value"] == 5.0


def test_an_alert_ends_when_its_period_has_gone_by_and_its_next_one_is_another(stage: Stage) -> None:
    stage.speeding("V-1", 3)
    stage.engine.round()
    stage.later(13 * 60)  # the next day in Berlin, and in UTC
    assert stage.seen() == []
    (old,) = stage.seen(every=True)
    assert (old.state, old.resolution, old.resolved_at) == ("resolved", "cleared", stage.now)
    stage.speeding("V-1", 4, ago=10)
    stage.later(1)
    assert [alert.id for alert in stage.seen()] != [old.id]
    assert len(stage.seen(every=True)) == 2


def test_a_changed_rule_closes_its_alerts_and_opens_its_own(stage: Stage) -> None:
    stage.speeding("V-1", 5)
    stage.engine.round()
    before = stage.seen()[0].id
    stage.rules(SPEEDING.replace("value: 3", "value: 4"))
    stage.later(1)
    (now,) = stage.seen()
    old = next(a for a in stage.seen(every=True) if a.id == before)
    assert (old.resolution, now.id != before) == ("rule_changed", True)
    assert now.reading["limit"] == "at least 4 events"


def test_a_rule_that_is_no_longer_declared_closes_its_alerts(stage: Stage) -> None:
    stage.speeding("V-1", 3)
    stage.engine.round()
    (stage.folder / "alerts.yaml").unlink()
    stage.later(1)
    assert [a.resolution for a in stage.seen(every=True)] == ["rule_removed"]


@pytest.mark.parametrize(
    "broken",
    [
        "rules: [",
        "- a list",
        "rules: {}\nmore: 1",
        SPEEDING.replace("title: Far over the limit", "titel: Far over the limit"),
        SPEEDING.replace("today", "some day"),
        SPEEDING.replace("today", "tomorrow"),
        SPEEDING.replace("high_speeding_events", "high_speding_events"),
        SPEEDING.replace("by: [vehicle]", "by: [state]"),
        SPEEDING.replace("{value}", "{value.__class__}"),
        SPEEDING.replace('op: ">="', 'op: "about"'),
        SPEEDING.replace("    period: today\n", ""),
    ],
)
def test_a_broken_declaration_is_told_and_alerts_stay_as_they_are(stage: Stage, broken: str) -> None:
    stage.speeding("V-1", 3)
    stage.engine.round()
    stage.rules(broken)
    stage.later(1)
    assert [alert.state for alert in stage.seen()] == ["open"]
    (problem,) = stage.engine.state.problems
    assert problem.assistant == "fleet"
    assert problem.text
    stage.rules(SPEEDING)
    stage.later(1)
    assert stage.engine.state.problems == ()
    assert len(stage.seen(every=True)) == 1


def test_one_broken_rule_does_not_stop_the_others(stage: Stage) -> None:
    stage.rules(f"{SPEEDING}  other: {{title: Other}}\n")
    stage.speeding("V-1", 3)
    stage.engine.round()
    assert len(stage.seen()) == 1
    assert [problem.rule for problem in stage.engine.state.problems] == ["other"]


def test_a_store_that_cannot_be_read_leaves_alerts_open_and_says_since_when(stage: Stage) -> None:
    stage.speeding("V-1", 3)
    stage.engine.round()
    read_at = stage.now
    stage.records.close()
    stage.later(1)
    failed_at = stage.now
    stage.later(1)
    state = stage.engine.state
    assert (state.evaluated_at, state.since) == (read_at, failed_at)
    assert state.trouble
    stage.records.prepare()
    assert [alert.seen_at for alert in stage.seen()] == [read_at]
    stage.later(1)
    assert (stage.engine.state.trouble, stage.engine.state.evaluated_at) == ("", stage.now)


def test_data_that_are_half_there_are_not_judged(stage: Stage) -> None:
    stage.waits = "The history is still being kept."
    stage.speeding("V-1", 3)
    stage.later(1)
    assert (stage.seen(), stage.engine.state.trouble) == ([], stage.waits)
    stage.waits = ""
    stage.later(1)
    assert len(stage.seen()) == 1


def test_rules_for_which_no_time_was_left_come_first_in_the_next_round(stage: Stage) -> None:
    other = SPEEDING.replace("rules:\n", "").replace("far_over", "far_over_too")
    stage.rules(SPEEDING + other)
    stage.speeding("V-1", 3)
    stage.seconds = 0.0
    stage.engine = stage.another()
    stage.later(1)
    assert "could not be evaluated in time" in stage.engine.state.trouble
    stage.later(1)
    assert {alert.rule for alert in stage.seen()} == {"far_over", "far_over_too"}


def test_an_alert_waits_until_its_condition_has_not_held_for_long_enough(stage: Stage) -> None:
    stage.rules(SPEEDING.replace("today", "last 60 minutes") + "    clear_minutes: 30\n")
    stage.speeding("V-1", 3, ago=10)
    stage.engine.round()
    stage.later(55)
    (alert,) = stage.seen()
    assert alert.unheld_at == stage.now
    stage.speeding("V-1", 3, ago=1)
    stage.later(20)
    assert [a.unheld_at for a in stage.seen()] == [None]  # it holds again: the same alert
    stage.later(60)
    stage.later(29)
    assert [a.id for a in stage.seen()] == [alert.id]
    stage.later(1)
    assert stage.seen() == []


def test_within_the_cooldown_no_alert_opens_and_the_rule_says_how_many_it_holds_back(stage: Stage) -> None:
    stage.rules(SPEEDING.replace("today", "last 60 minutes") + "    cooldown_minutes: 120\n")
    stage.speeding("V-1", 3, ago=10)
    stage.engine.round()
    stage.later(55)
    assert stage.seen() == []
    stage.speeding("V-1", 3, ago=0)
    stage.later(30)
    assert stage.seen() == []
    assert stage.engine.state.rules["fleet", "far_over"].applied.held_back == 1
    stage.speeding("V-1", 3, ago=-60)  # within the next hour
    stage.later(91)
    assert len(stage.seen()) == 1


def test_a_person_acknowledges_once_with_a_note_and_a_second_one_is_told(stage: Stage) -> None:
    stage.speeding("V-1", 3)
    stage.engine.round()
    alert = stage.seen()[0]
    kept = stage.alerts.acknowledge(alert.id, stage.sight(), "Called the depot.", stage.now)
    assert (kept.acknowledged_by, kept.note, kept.state) == ("ann", "Called the depot.", "open")
    with pytest.raises(AlertAcknowledged, match="ann acknowledged"):
        stage.alerts.acknowledge(alert.id, stage.sight(), "Me too.", stage.now)
    with pytest.raises(UnknownAlert):
        stage.alerts.acknowledge("nothing", stage.sight(), "?", stage.now)
    stage.later(1)
    assert [a.note for a in stage.seen()] == ["Called the depot."]


def test_an_alert_that_does_not_end_by_itself_waits_for_a_person(stage: Stage) -> None:
    stage.rules(SPEEDING.replace("today", "last 60 minutes") + "    auto_resolve: false\n")
    for vehicle in ("V-1", "V-2"):
        stage.speeding(vehicle, 3, ago=10)
    stage.engine.round()
    first, second = stage.seen()
    stage.alerts.acknowledge(first.id, stage.sight(), "before it is over", stage.now)
    stage.later(55)
    assert [a.id for a in stage.seen()] == [second.id]
    assert stage.alerts.acknowledge(second.id, stage.sight(), "after", stage.now).state == "resolved"


def test_an_alert_is_seen_by_those_alone_who_may_see_its_vehicle(stage: Stage) -> None:
    stage.vehicles("V-9", group="board")
    for vehicle in ("V-1", "V-9"):
        stage.speeding(vehicle, 3)
    stage.rules(SPEEDING.replace("severity", "groups: [everyone, board]\n    severity"))
    stage.engine.round()
    assert [a.thing for a in stage.seen()] == ["V-1"]
    assert [a.thing for a in stage.seen(Asker("bob", frozenset({"board"})))] == ["V-9"]
    assert stage.seen(Asker("eve", frozenset({"nobody"}))) == []
    hidden = stage.seen(Asker("bob", frozenset({"board"})))[0]
    with pytest.raises(UnknownAlert):
        stage.alerts.acknowledge(hidden.id, stage.sight(ANN), "?", stage.now)


def test_a_rule_reads_no_row_that_its_groups_may_not_see(stage: Stage) -> None:
    stage.vehicles("V-9", group="board")
    stage.speeding("V-9", 3)
    stage.engine.round()
    assert stage.seen(Asker("bob", frozenset({"board", "everyone"})), every=True) == []


def test_an_alert_without_a_vehicle_is_for_the_groups_of_its_rule(stage: Stage) -> None:
    by_driver = SPEEDING.replace("by: [vehicle]", "by: [driver]\n    groups: [everyone, coaches]")
    stage.rules(by_driver.replace("{vehicle}", "{driver}").replace("everyone, ", ""))
    stage.vehicles("V-1", group="coaches")
    stage.speeding("V-1", 3, driver="Kim")
    stage.engine.round()
    assert stage.seen() == []
    assert stage.told(Asker("coach", frozenset({"coaches"}))) == ["Kim was far over the limit 3 times today."]


def test_a_rule_that_fits_nearly_everything_opens_no_flood(stage: Stage) -> None:
    names = [f"W-{n}" for n in range(MOST_OPEN + 20)]
    stage.vehicles(*names)
    stage.rules(SPEEDING.replace("high_speeding_events", "level").replace("    period: today\n", ""))
    for name in names:
        stage.state(name, "parked", level_percent=50.0)
    stage.engine.round()
    state = stage.engine.state.rules["fleet", "far_over"]
    assert (state.applied.open, state.applied.beyond) == (MOST_OPEN, 20)
    assert "20 more rows" in state.trouble
