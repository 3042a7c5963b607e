"""Alerts and their messages are kept alike in SQLite and in PostgreSQL, also when two servers evaluate at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import URL

from surefoot.app.database import database_url
from surefoot.app.settings import Settings
from tests.eval.alert_stage import SPEEDING, Stage, staged


@pytest.fixture
def stage(tmp_path: Path, new_database_url: URL) -> Iterator[Stage]:
    settings = Settings.model_validate({"database_url": new_database_url.render_as_string(hide_password=False)})
    with staged(tmp_path, database_url(settings)) as stage:
        stage.vehicles("V-1", "V-2")
        stage.rules(SPEEDING.replace("today", "last 60 minutes"))
        yield stage


def test_an_alert_lives_from_its_opening_to_its_end(stage: Stage) -> None:
    stage.speeding("V-1", 3, ago=10)
    stage.engine.round()
    (alert,) = stage.seen()
    assert (alert.opened_at, alert.opened_at.tzinfo) == (stage.now, stage.now.tzinfo)
    kept = stage.alerts.acknowledge(alert.id, stage.sight(), "Ein Gespräch 🚐", stage.now)
    stage.later(55)
    (ended,) = stage.seen(every=True)
    assert (ended.note, ended.acknowledged_at, ended.resolved_at) == (kept.note, kept.acknowledged_at, stage.now)
    first = stage.outbox.take(stage.now)
    assert first is not None
    assert stage.outbox.take(stage.now) is None  # the end waits for the opening
    stage.outbox.delivered(first.id, stage.now)
    second = stage.outbox.take(stage.now)
    assert second is not None
    assert (first.event, second.event) == ("opened", "resolved")
    stage.outbox.failed(second.id, "It was away.")
    state = stage.outbox.state()
    assert (state.waiting, state.delivered_at, state.trouble) == (1, stage.now, "It was away.")
    assert stage.outbox.next_at() == stage.now + timedelta(seconds=5)
    assert stage.alerts.forget(stage.now + timedelta(days=500)) == 1


def test_two_servers_that_evaluate_at_once_open_each_alert_once(stage: Stage) -> None:
    names = [f"W-{n}" for n in range(30)]
    stage.vehicles(*names)
    for name in names:
        stage.speeding(name, 3, ago=10)
    engines = [stage.another(), stage.another()]
    together = threading.Barrier(2)
    failed: list[Exception] = []

    def evaluate(number: int) -> None:
        together.wait()
        try:
            engines[number].round()
        except Exception as error:
            failed.append(error)

    for _ in range(3):
        threads = [threading.Thread(target=evaluate, args=(number,)) for number in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failed == []
    assert len(stage.seen(every=True)) == 30
    assert stage.outbox.state().waiting == 30
