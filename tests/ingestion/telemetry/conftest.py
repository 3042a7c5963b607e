"""A real store of records, and an intake over it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from surefoot.ingestion.telemetry.intake import Intake, IntakeSettings
from surefoot.retrieval.records.store_duckdb import DuckDBRecords

QUICK = IntakeSettings(longest_s=0.05, quiet_s=0.005, retry_s=0.05, longest_retry_s=0.2)


def clock() -> datetime:
    return datetime.now(UTC)


def told(vehicle: str = "van 1", ago: float = 1, **fields: Any) -> bytes:
    """A message from so many seconds ago."""
    moment = clock() - timedelta(seconds=ago)
    return json.dumps({"vehicle": vehicle, "time": moment.isoformat(), "speed_kmh": 50, **fields}).encode()


def until(true: Callable[[], bool], what: str, seconds: float = 20) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"not within {seconds} s: {what}"
        time.sleep(0.02)


def counts(store: DuckDBRecords) -> dict[str, int]:
    """Messages by rule."""
    found: dict[str, int] = {}
    for row in store.read(store.ibis_table("intake")).rows.to_pylist():
        found[row["rule"]] = found.get(row["rule"], 0) + row["messages"]
    return found


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DuckDBRecords]:
    store = DuckDBRecords(tmp_path / "records.duckdb")
    store.prepare()
    yield store
    store.close()


@pytest.fixture
def intake(store: DuckDBRecords) -> Iterator[Intake]:
    intake = Intake(store, clock, settings=QUICK)
    intake.start()
    yield intake
    intake.close(0.1)
