"""The monitor raises an alarm when the collection, a source or a run is not what it was, and only then."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from surefoot.ingestion.quality.monitor import CheckedSource, drift, rejection_alarm, stale, usual_interval
from surefoot.ingestion.quality.topics import DocumentSketch, SketchDamaged, document_sketch
from tests.ingestion.quality.documents import PROSE, content_of, corpus_sketches, shipped_sketches

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ASSISTANTS = ("fleet", "support", "compliance")


def alarms_when_reshuffled(sketches: Sequence[DocumentSketch]) -> int:
    """Of 100 random divisions into two halves, how many raise the alarm."""
    alarms = 0
    for seed in range(100):
        mixed = list(sketches)
        random.Random(seed).shuffle(mixed)
        alarms += drift(mixed[::2], mixed[1::2]).alarm is not None
    return alarms


@pytest.mark.parametrize("assistant", ASSISTANTS)
def test_a_reshuffled_assistant_raises_no_alarm(assistant: str) -> None:
    assert alarms_when_reshuffled(shipped_sketches(assistant)) <= 5


@pytest.mark.parametrize("corpus", ["scifact", "obliqa", "tau2_banking"])
def test_a_reshuffled_corpus_raises_no_alarm(corpus: str) -> None:
    assert alarms_when_reshuffled(corpus_sketches(corpus, 200)) <= 5


@pytest.mark.parametrize(
    ("before", "after"), [("fleet", "support"), ("support", "compliance"), ("compliance", "fleet")]
)
def test_a_swapped_assistant_raises_the_alarm(before: str, after: str) -> None:
    found = drift(shipped_sketches(before), shipped_sketches(after))
    assert found.score > 0.7
    assert found.p_value <= 0.01
    assert found.alarm is not None
    assert found.came
    assert found.came[0] in found.alarm.message
    assert found.went
    assert found.went[0] in found.alarm.message


@pytest.mark.parametrize(
    ("before", "after"), [("scifact", "obliqa"), ("obliqa", "tau2_banking"), ("tau2_banking", "scifact")]
)
@pytest.mark.parametrize("documents", [10, 40, 700])
def test_a_swapped_corpus_raises_the_alarm(before: str, after: str, documents: int) -> None:
    assert drift(corpus_sketches(before, documents), corpus_sketches(after, documents)).alarm is not None


def test_new_documents_of_another_topic_raise_the_alarm_and_of_the_same_do_not() -> None:
    fleet, support = shipped_sketches("fleet"), shipped_sketches("support")
    assert drift(fleet, fleet + support[:40]).alarm is not None
    assert drift(fleet[::2], fleet).alarm is None
    assert drift(fleet, fleet + support[:4]).alarm is None


def test_a_topic_that_went_raises_the_alarm() -> None:
    fleet, support = shipped_sketches("fleet"), shipped_sketches("support")
    found = drift([*fleet, *support], fleet)
    assert found.alarm is not None
    assert found.went


def test_an_unchanged_collection_has_not_drifted_in_whatever_order() -> None:
    sketches = shipped_sketches("fleet")
    assert drift(sketches, sketches[::-1]) == drift([], [])
    assert drift([], sketches).p_value == 1.0


def test_the_same_collections_give_the_same_drift() -> None:
    fleet, support = shipped_sketches("fleet"), shipped_sketches("support")
    assert drift(fleet, support) == drift(fleet, support)


def test_documents_without_words_do_not_disturb() -> None:
    empty = document_sketch(content_of("12 34 !"))
    fleet = shipped_sketches("fleet")
    assert drift([empty] * 50, fleet).p_value == 1.0
    assert drift([*fleet, *[empty] * 20], fleet).alarm is None


def test_a_sketch_survives_storing() -> None:
    for sketch in (
        document_sketch(content_of(PROSE)),
        document_sketch(content_of("今天天气")),
        document_sketch(content_of()),
    ):
        assert DocumentSketch.from_bytes(sketch.to_bytes()) == sketch
        assert len(sketch.to_bytes()) < 1_600


@pytest.mark.parametrize("stored", [b"", b"\x01abc", bytes(600), b"\x01" + bytes(512) + b"\xff"])
def test_a_damaged_sketch_is_refused(stored: bytes) -> None:
    with pytest.raises(SketchDamaged):
        DocumentSketch.from_bytes(stored)


def source(name: str, hours_ago: float | None, every: float = 24) -> CheckedSource:
    last = NOW - timedelta(hours=hours_ago) if hours_ago is not None else None
    return CheckedSource(name, last, timedelta(hours=every), NOW - timedelta(days=30))


def test_a_source_is_stale_after_two_and_a_half_intervals() -> None:
    sources = [source("fresh", 50), source("silent", 61), source("often", 3, every=1), source("never", None)]
    assert [alarm.message.split()[2] for alarm in stale(sources, NOW)] == ["silent", "often", "never"]
    assert all(alarm.remedy for alarm in stale(sources, NOW))


def test_the_usual_interval_is_the_median() -> None:
    times = [NOW - timedelta(hours=hours) for hours in (0, 24, 49, 400)]
    assert usual_interval(times) == timedelta(hours=25)
    assert usual_interval(times[:2]) is None


@pytest.mark.parametrize(
    ("rejected", "total", "usual", "alarm"),
    [
        (30, 100, 0.05, True),
        (6, 100, 0.05, False),
        (2, 2, 0.0, False),
        (3, 4, 0.0, True),
        (0, 0, 0.0, False),
        (90, 100, 0.9, False),
        (1_200, 10_000, 0.1, False),
    ],
)
def test_rejections_alarm_when_chance_does_not_explain_them(
    rejected: int, total: int, usual: float, alarm: bool
) -> None:
    assert (rejection_alarm(rejected, total, usual) is not None) is alarm


def test_chance_alone_seldom_alarms() -> None:
    chance = random.Random(1)
    runs = [sum(chance.random() < 0.1 for _ in range(200)) for _ in range(500)]
    assert sum(rejection_alarm(run, 200, 0.1) is not None for run in runs) <= 10


@pytest.mark.parametrize(("rejected", "total", "usual"), [(3, 2, 0.1), (-1, 2, 0.1), (1, 2, 1.5)])
def test_impossible_numbers_are_refused(rejected: int, total: int, usual: float) -> None:
    with pytest.raises(ValueError, match="cannot be"):
        rejection_alarm(rejected, total, usual)
