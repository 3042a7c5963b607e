"""Each opening and end of an alert reaches the webhook, once taken never again, and none is lost or holds anything up."""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from surefoot.app.webhook import REFUSALS, SECONDS, Webhook
from surefoot.eval.monitoring.alert_outbox import LONGEST_WAIT, Outbox, rest
from tests.app.running import until
from tests.app.webhook_double import Hook, Mode, hooked
from tests.eval.alert_stage import SPEEDING, Stage, staged

KEY = "a shared secret"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with staged(tmp_path) as stage:
        stage.vehicles("V-1", "V-2")
        stage.rules(SPEEDING.replace("today", "last 60 minutes"))
        stage.speeding("V-1", 3, ago=10)
        stage.engine.round()
        yield stage


@pytest.fixture
def hook() -> Iterator[Hook]:
    with hooked() as hook:
        yield hook


def sender(stage: Stage, url: str, key: str | None = KEY) -> Webhook:
    return Webhook(SecretStr(url), SecretStr(key) if key else None, stage.outbox, lambda: stage.now)


def test_an_opening_and_an_end_are_sent_once_signed_and_with_what_the_alert_stands_on(stage: Stage, hook: Hook) -> None:
    webhook = sender(stage, hook.url)
    assert webhook.send_due() == 1
    stage.later(55)
    assert [webhook.send_due(), webhook.send_due()] == [1, 0]
    assert hook.events == [("opened", "V-1"), ("resolved", "V-1")]
    opened, resolved = hook.messages
    assert opened["id"] != resolved["id"]
    assert opened["alert"]["id"] == resolved["alert"]["id"] == stage.seen(every=True)[0].id
    assert (opened["alert"]["state"], resolved["alert"]["resolution"]) == ("open", "cleared")
    assert opened["alert"]["reading"]["value"] == 3.0
    assert opened["alert"]["reading"]["as_of"] is None
    for body, headers in zip(hook.bodies, hook.headers, strict=True):
        proof = hmac.new(KEY.encode(), body, hashlib.sha256).hexdigest()
        assert headers["x-surefoot-signature"] == f"sha256={proof}"
    assert [headers["idempotency-key"] for headers in hook.headers] == [opened["id"], resolved["id"]]


def test_without_a_key_no_signature_is_claimed(stage: Stage, hook: Hook) -> None:
    sender(stage, hook.url, key=None).send_due()
    assert "x-surefoot-signature" not in hook.headers[0]


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        ("500", "127.0.0.1 answered 500."),
        ("403", "127.0.0.1 answered 403."),
        ("redirect", "127.0.0.1 answered 307, which leads elsewhere and is not followed."),
    ],
)
def test_what_is_not_taken_waits_and_comes_again_the_same(stage: Stage, hook: Hook, mode: Mode, words: str) -> None:
    hook.mode = mode
    webhook = sender(stage, hook.url)
    assert webhook.send_due() == 0
    state = webhook.state().outbox
    assert (state.waiting, state.trouble, state.delivered_at) == (1, words, None)
    assert len(hook.bodies) == 1
    hook.mode = "ok"
    assert sender(stage, hook.url).send_due() == 0  # its rest is not over
    stage.now += rest(0)
    assert sender(stage, hook.url).send_due() == 1
    assert hook.bodies[0] == hook.bodies[1]
    assert webhook.state().outbox.trouble == ""


@pytest.mark.parametrize("mode", ["hang", "drip"])
def test_a_webhook_that_never_ends_its_answer_is_left_after_some_seconds(stage: Stage, hook: Hook, mode: Mode) -> None:
    hook.mode = mode
    webhook = sender(stage, hook.url)
    assert webhook.send_due() == 0
    assert webhook.state().outbox.trouble == f"127.0.0.1 did not answer within {SECONDS:g} seconds."


def test_a_webhook_that_is_away_is_told_without_its_secret_and_keeps_evaluation_free(
    stage: Stage, free_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    webhook = sender(stage, f"http://127.0.0.1:{free_port}/hooks/secret-token")
    assert webhook.send_due() == 0
    stage.speeding("V-2", 3, ago=0)
    stage.later(1)
    assert {alert.thing for alert in stage.seen()} == {"V-1", "V-2"}
    state = webhook.state()
    assert (state.host, state.outbox.waiting) == ("127.0.0.1", 2)
    assert state.resting > 0
    assert "cannot be reached" in state.outbox.trouble
    assert "secret-token" not in caplog.text + state.outbox.trouble + state.host
    assert KEY not in caplog.text


def test_a_webhook_that_refuses_everything_is_left_in_peace_for_a_while(stage: Stage, hook: Hook) -> None:
    names = [f"W-{n}" for n in range(20)]
    stage.vehicles(*names)
    for name in names:
        stage.speeding(name, 3, ago=0)
    stage.later(1)
    hook.mode = "403"
    assert sender(stage, hook.url).send_due() == 0
    assert len(hook.bodies) == REFUSALS
    assert stage.outbox.state().waiting == 21


def test_the_end_of_an_alert_never_comes_before_its_opening(stage: Stage, hook: Hook) -> None:
    hook.mode = "403"
    webhook = sender(stage, hook.url)
    webhook.send_due()
    stage.speeding("V-2", 3, ago=-60)
    hook.mode = "ok"
    stage.later(51)
    for _ in range(6):  # three tries of the opening fail first
        stage.outbox.take(stage.now)
        stage.now += timedelta(seconds=1)
    stage.now += timedelta(hours=1)
    webhook.send_due()
    assert hook.events[1:] == [("opened", "V-1"), ("resolved", "V-1")]


def test_too_many_or_too_old_messages_are_given_up_and_counted(stage: Stage) -> None:
    names = [f"W-{n}" for n in range(7)]
    stage.vehicles(*names)
    for name in names:
        stage.speeding(name, 3, ago=0)
    stage.later(1)
    small = Outbox(stage.database.session, most=5)
    assert small.tidy(stage.now) == 3
    state = small.state()
    assert (state.waiting, state.given_up) == (5, 3)
    first = small.take(stage.now)
    assert first is not None
    assert '"V-1"' not in first.body  # the oldest went first
    assert small.tidy(stage.now + LONGEST_WAIT + timedelta(minutes=1)) == 5
    assert small.state().waiting == 0


KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from pydantic import SecretStr
from surefoot.app.database import Database, sqlite_url
from surefoot.app.webhook import Webhook
from surefoot.eval.monitoring.alert_outbox import Outbox

path, url, now = sys.argv[1:]
outbox = Outbox(Database(sqlite_url(Path(path))).session)
webhook = Webhook(SecretStr(url), None, outbox, lambda: datetime.fromisoformat(now))
webhook.send_due()
"""


def test_a_server_that_is_killed_while_it_sends_sends_the_same_message_after_its_restart(
    stage: Stage, hook: Hook, tmp_path: Path
) -> None:
    hook.mode = "hang"
    command = [sys.executable, "-c", KILLED, str(tmp_path / "alerts.db"), hook.url, stage.now.isoformat()]
    sending = subprocess.Popen(command)
    until(hook.arrived.is_set)
    os.kill(sending.pid, signal.SIGKILL)
    assert sending.wait() == -signal.SIGKILL
    hook.mode = "ok"
    hook.release.set()
    stage.now += rest(0)
    assert sender(stage, hook.url).send_due() == 1
    first, second = hook.messages
    assert first["id"] == second["id"]


def test_two_servers_at_one_database_do_not_both_send_a_message(stage: Stage, hook: Hook) -> None:
    names = [f"W-{n}" for n in range(10)]
    stage.vehicles(*names)
    for name in names:
        stage.speeding(name, 3, ago=0)
    stage.later(1)
    senders = [sender(stage, hook.url) for _ in range(3)]
    threads = [threading.Thread(target=one.send_due) for one in senders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    senders[0].send_due()
    ids = [message["id"] for message in hook.messages]
    assert len(ids) == len(set(ids)) == 11


def test_the_thread_sends_what_it_is_woken_for_and_stops_in_the_middle_of_a_message(stage: Stage, hook: Hook) -> None:
    webhook = sender(stage, hook.url)
    webhook.start()
    until(lambda: len(hook.bodies) == 1)
    hook.mode = "hang"
    hook.arrived.clear()
    stage.speeding("V-2", 3, ago=0)
    stage.later(1)
    webhook.wake()
    until(hook.arrived.is_set)
    assert webhook.stop(60)  # the webhook itself never answers
    state = stage.outbox.state()
    assert (state.waiting, state.trouble) == (1, "")
