"""Over a real broker nothing is lost: not when it restarts, not when the consumer is killed, not when the store is shut."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from surefoot.ingestion.telemetry.errors import MqttInvalid
from surefoot.ingestion.telemetry.intake import Intake
from surefoot.ingestion.telemetry.mqtt import Link, MqttConsumer, MqttState
from surefoot.ingestion.telemetry.mqtt_settings import MqttSettings
from surefoot.retrieval.records.store_duckdb import DuckDBRecords
from tests.ingestion.telemetry.broker import PASSWORD, USER, Broker, make_certificates
from tests.ingestion.telemetry.conftest import QUICK, clock, counts, told, until

UNLIMITED = ["max_queued_messages 0", "max_inflight_messages 0"]


@pytest.fixture
def broker(tmp_path: Path, free_port: int) -> Iterator[Broker]:
    broker = Broker(tmp_path / "broker", free_port, UNLIMITED)
    broker.start()
    yield broker
    broker.stop()


def settings(broker: Broker, **others: object) -> MqttSettings:
    known: dict[str, object] = {"username": USER, "password": PASSWORD, "longest_wait_s": 1, **others}
    return MqttSettings(host=str(known.pop("host", "127.0.0.1")), port=broker.port, **known)  # type: ignore[arg-type]


@contextmanager
def consuming(where: MqttSettings, intake: Intake) -> Generator[MqttConsumer]:
    consumer = MqttConsumer(where, intake, clock)
    consumer.start()
    try:
        yield consumer
    finally:
        consumer.stop()


def connected(consumer: MqttConsumer) -> None:
    until(lambda: consumer.state().link is Link.CONNECTED, "connected")


def stuck(consumer: MqttConsumer, link: Link) -> MqttState:
    until(lambda: consumer.state().link is link and consumer.state().reason != "", f"{link} with a reason")
    return consumer.state()


def speeds(store: DuckDBRecords, vehicle: str = "van 1") -> list[float]:
    return store.samples_since({vehicle: 0}).speed_kmh.tolist()


def numbered(count: int, first: int = 0) -> list[str]:
    """Messages with their number as speed, in tenths."""
    return [told(ago=250 - number / 10, speed_kmh=number / 10).decode() for number in range(first, first + count)]


@pytest.mark.parametrize("version", [3, 5])
def test_messages_are_kept_and_then_acknowledged(
    broker: Broker, store: DuckDBRecords, intake: Intake, version: int
) -> None:
    with consuming(settings(broker, version=version), intake) as consumer:
        connected(consumer)
        broker.publish("van 1", *numbered(200))
        until(lambda: len(speeds(store)) == 200, "all are kept")
        until(lambda: consumer.state().unacknowledged == 0, "all are acknowledged")
        assert consumer.state().last_message is not None
        until(lambda: consumer.state().messages_per_second > 1, "messages a second")
    assert consumer.state().link is Link.STOPPED
    with consuming(settings(broker, version=version), intake) as consumer:
        connected(consumer)
        broker.publish("van 1", *numbered(1, first=200))
        until(lambda: len(speeds(store)) == 201, "the new one is kept")
    intake.close()
    assert "duplicate" not in counts(store), "nothing that was acknowledged comes again"


def test_poison_is_counted_and_does_not_hold_up_others(broker: Broker, store: DuckDBRecords, intake: Intake) -> None:
    poison = ["{", "[" * 5000, "null", json.dumps({"time": "yesterday"}), "x" * 17_000]
    with consuming(settings(broker), intake) as consumer:
        connected(consumer)
        broker.publish("van 1", *poison, told("van 2").decode(), told("van 1").decode())
        until(lambda: len(speeds(store)) == 1, "the good one is kept")
        until(lambda: consumer.state().unacknowledged == 0, "the others are acknowledged too")
    intake.close()
    assert counts(store) == {"malformed": 4, "oversized": 1, "wrong_topic": 1, "accepted": 1}
    assert store.vehicles() == ["van 1"]


def test_nothing_is_lost_when_the_broker_restarts(broker: Broker, store: DuckDBRecords, intake: Intake) -> None:
    with consuming(settings(broker), intake) as consumer:
        connected(consumer)
        broker.publish("van 1", *numbered(100))
        broker.stop()
        assert "connection" in stuck(consumer, Link.RECONNECTING).reason
        broker.start()
        broker.publish("van 1", *numbered(100, first=100))  # perhaps before the consumer is back
        until(lambda: len(speeds(store)) == 200, "all are kept")
        connected(consumer)
    assert speeds(store) == [number / 10 for number in range(200)]


def test_what_is_sent_while_nobody_listens_comes_later(broker: Broker, store: DuckDBRecords, intake: Intake) -> None:
    with consuming(settings(broker), intake) as consumer:
        connected(consumer)
    broker.publish("van 1", *numbered(2500))
    with consuming(settings(broker), intake):
        until(lambda: len(speeds(store)) == 2500, "all are kept")


def test_nothing_is_lost_when_the_consumer_is_killed(broker: Broker, tmp_path: Path) -> None:
    path = tmp_path / "killed.duckdb"
    command = [sys.executable, "-m", "tests.ingestion.telemetry.consuming", str(path), str(broker.port)]
    for first in (0, 800, 1600):
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert any(line.startswith("connected") for line in process.stdout)
            publishing = threading.Thread(target=broker.publish, args=("van 1", *numbered(800, first)))
            publishing.start()
            assert any(int(line.split()[1]) > 0 for line in process.stdout)
            process.kill()
        publishing.join()
    store = DuckDBRecords(path)
    store.prepare()
    intake = Intake(store, clock, settings=QUICK)
    intake.start()
    with consuming(settings(broker), intake):
        until(lambda: len(speeds(store)) == 2400, "all are kept")
    intake.close()
    assert speeds(store) == [number / 10 for number in range(2400)]
    store.close()


def test_what_cannot_be_kept_is_not_acknowledged_and_comes_again(
    broker: Broker, store: DuckDBRecords, intake: Intake
) -> None:
    with consuming(settings(broker), intake) as consumer:
        connected(consumer)
        store.close()
        broker.publish("van 1", *numbered(300))
        until(lambda: consumer.state().unacknowledged == 300, "all came, none is acknowledged")
    intake.close(0.2)
    store.prepare()
    assert speeds(store) == []
    again = Intake(store, clock, settings=QUICK)
    again.start()
    with consuming(settings(broker), again) as consumer:
        until(lambda: len(speeds(store)) == 300, "all are kept")
        until(lambda: consumer.state().unacknowledged == 0, "all are acknowledged")
    again.close()


def test_a_wrong_password_is_said(broker: Broker, intake: Intake) -> None:
    with consuming(settings(broker, password="wrong"), intake) as consumer:
        state = stuck(consumer, Link.REFUSED)
    assert "Not authorized" in state.reason
    assert "Check user, password" in state.reason


def test_a_broker_that_is_not_there_is_said_and_found_once_it_is(broker: Broker, intake: Intake) -> None:
    broker.stop()
    with consuming(settings(broker), intake) as consumer:
        assert "Connection refused" in stuck(consumer, Link.RECONNECTING).reason
        broker.start()
        connected(consumer)
        assert consumer.state().reason == ""


def test_a_broker_with_tls_is_trusted_by_its_authority_alone(
    tmp_path: Path, free_port: int, store: DuckDBRecords, intake: Intake
) -> None:
    folder = tmp_path / "broker"
    make_certificates(folder)
    broker = Broker(folder, free_port, tls=True)
    broker.start()
    try:
        with consuming(settings(broker, host="localhost", ca_file=folder / "other.crt"), intake) as consumer:
            assert "TLS with localhost" in stuck(consumer, Link.REFUSED).reason
        with consuming(settings(broker, host="localhost", ca_file=folder / "ca.crt"), intake) as consumer:
            connected(consumer)
            broker.publish("van 1", *numbered(5))
            until(lambda: len(speeds(store)) == 5, "all are kept")
    finally:
        broker.stop()


@pytest.mark.parametrize(
    "wrong",
    [
        {"host": ""},
        {"port": 0},
        {"prefix": "a/+/b"},
        {"prefix": ""},
        {"version": 4},
        {"client_id": ""},
        {"unacknowledged": 0},
        {"certificate": Path("a.crt")},
        {"ca_file": Path("/nowhere/ca.crt")},
    ],
)
def test_settings_that_cannot_be_used_are_refused(wrong: dict[str, object], intake: Intake) -> None:
    with pytest.raises(MqttInvalid):
        MqttConsumer(MqttSettings(**({"host": "localhost"} | wrong)), intake, clock)  # type: ignore[arg-type]


def test_a_topic_names_its_vehicle() -> None:
    where = MqttSettings("localhost", prefix="fleet/one")
    assert where.topic == "fleet/one/+/samples"
    assert where.vehicle_of("fleet/one/van 1/samples") == "van 1"
    assert where.vehicle_of("fleet/two/van 1/samples") == ""
