"""A process that consumes messages of a broker: `python -m tests.ingestion.telemetry.consuming FILE PORT`."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from surefoot.ingestion.telemetry.intake import Intake
from surefoot.ingestion.telemetry.mqtt import MqttConsumer
from surefoot.ingestion.telemetry.mqtt_settings import MqttSettings
from surefoot.retrieval.records.store_duckdb import DuckDBRecords
from tests.ingestion.telemetry.broker import PASSWORD, USER
from tests.ingestion.telemetry.conftest import clock


def main(path: Path, port: int) -> None:
    """Consume until killed, and say how many samples are kept."""
    store = DuckDBRecords(path)
    store.prepare()
    intake = Intake(store, clock)
    intake.start()
    consumer = MqttConsumer(MqttSettings("127.0.0.1", port, username=USER, password=PASSWORD), intake, clock)
    consumer.start()
    while True:
        sys.stdout.write(f"{consumer.state().link} {intake.state().kept}\n")
        sys.stdout.flush()
        time.sleep(0.02)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
