"""Disturbed messages: what was done is counted, and can be found again in what arrives."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from surefoot.ingestion.telemetry.simulator.disturbance import KINDS, Disturbance, Rates, disturbed
from surefoot.ingestion.telemetry.simulator.simulator import Simulator, messages
from tests.ingestion.telemetry.test_simulator_fleet import fleet, world

START = datetime(2026, 3, 3, 9, tzinfo=ZoneInfo("Europe/Berlin"))
NONE = Rates(duplicate=0, dead_zone=0, power_cut=0, clock_skew=0, jump=0, malformed=0)
Key = tuple[str, str]


@cache
def sent() -> list[dict[str, Any]]:
    return list(messages(Simulator(fleet(), world=world()).samples(START, START + timedelta(hours=3))))


def only(**rates: float) -> Rates:
    """No disturbance but these."""
    return replace(NONE, **rates)


def key(message: dict[str, Any]) -> Key:
    return message["vehicle"], message["time"]


def test_without_rates_all_arrives_as_it_was_sent() -> None:
    arrived, counts = disturbed(sent(), 1, only())
    assert arrived == sent()
    assert not counts


def test_the_same_seed_disturbs_the_same_and_another_one_does_not() -> None:
    assert disturbed(sent(), 1) == disturbed(sent(), 1)
    assert disturbed(sent(), 1) != disturbed(sent(), 2)


def test_mild_rates_disturb_in_each_way_and_leave_most_as_it_is() -> None:
    arrived, counts = disturbed(sent(), 5)
    assert set(counts) == set(KINDS)
    assert sum(counts.values()) < 0.15 * len(sent())
    assert len(arrived) == len(sent()) + counts["duplicate"] - counts["lost"]
    json.dumps(arrived)


def test_duplicates_arrive_twice() -> None:
    arrived, counts = disturbed(sent(), 1, only(duplicate=0.05))
    twice = [one for one, times in Counter(key(message) for message in arrived).items() if times == 2]
    assert len(twice) == counts["duplicate"] > 100
    assert len({key(message) for message in arrived}) == len(sent())


def test_a_backlog_arrives_in_order_and_after_newer_messages() -> None:
    arrived, counts = disturbed(sent(), 1, only(dead_zone=0.005))
    assert sorted(map(key, arrived)) == sorted(map(key, sent()))
    newest: dict[str, str] = {}
    late = 0
    for vehicle, time in map(key, arrived):
        late += time < newest.get(vehicle, "")
        newest[vehicle] = max(time, newest.get(vehicle, ""))
    assert late == counts["backlog"] > 200
    assert counts["overtaken"] > 10
    assert 0 < counts["delayed"] < 60 * len(fleet()), "those still held back at the end come in order"


def test_a_unit_without_power_sends_nothing_for_a_while() -> None:
    arrived, counts = disturbed(sent(), 1, only(power_cut=0.002))
    assert counts["lost"] == len(sent()) - len(arrived) > 100
    kept = {key(message) for message in arrived}
    assert [message for message in sent() if key(message) in kept] == arrived


def test_skewed_clocks_are_ahead_and_nothing_else_changes() -> None:
    arrived, counts = disturbed(sent(), 1, only(clock_skew=0.002))
    changed = [(before, after) for before, after in zip(sent(), arrived, strict=True) if before != after]
    assert len(changed) == counts["skewed"] > 50
    for before, after in changed:
        ahead = datetime.fromisoformat(after["time"]) - datetime.fromisoformat(before["time"])
        assert timedelta(minutes=30) <= ahead <= timedelta(minutes=180)
        assert after | {"time": before["time"]} == before


def test_jumps_are_far() -> None:
    arrived, counts = disturbed(sent(), 1, only(jump=0.02))
    changed = [(before, after) for before, after in zip(sent(), arrived, strict=True) if before != after]
    assert len(changed) == counts["jumped"] > 100
    assert all(0.4 < abs(after["latitude"] - before["latitude"]) < 2.1 for before, after in changed)


def test_malformed_messages_cannot_be_taken_for_samples() -> None:
    arrived, counts = disturbed(sent(), 1, only(malformed=0.02))
    broken = [after for before, after in zip(sent(), arrived, strict=True) if before != after]
    assert len(broken) == counts["malformed"] > 100
    ways = Counter(
        "text"
        if isinstance(one, str)
        else "time"
        if "time" not in one
        else "vehicle"
        if "vehicle" not in one
        else "value"
        for one in broken
    )
    assert set(ways) == {"text", "time", "vehicle", "value"}


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_messages_that_come_in_batches_are_disturbed_as_all_at_once(size: int) -> None:
    disturbance = Disturbance(5)
    arrived: list[Any] = []
    for first in range(0, len(sent()), size):
        arrived.extend(disturbance.passed(sent()[first : first + size]))
    arrived.extend(disturbance.flushed())
    assert (arrived, disturbance.counts) == disturbed(sent(), 5)
