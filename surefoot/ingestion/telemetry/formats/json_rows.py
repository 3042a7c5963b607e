"""Reads samples from JSON lines: each line is a message as it would come over MQTT."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from surefoot.ingestion.telemetry.formats.lines import lines_of
from surefoot.ingestion.telemetry.formats.rows import Broken, Row
from surefoot.ingestion.telemetry.rules import REPLAY, Refused
from surefoot.ingestion.telemetry.validation import entries


def json_rows(path: Path) -> Iterator[Row | Broken]:
    """The messages; a line may hold an array of them."""
    for number, line in enumerate(lines_of(path, REPLAY.batch_bytes), start=1):
        if line is not None and not line.strip():
            continue
        if line is None:
            yield Broken(number, "a line that is too long")
            continue
        found = entries(line, REPLAY)
        if isinstance(found, Refused):
            yield Broken(number, found.reason)
            continue
        for entry in found:
            yield Row(number, entry) if isinstance(entry, dict) else Broken(number, "not an object with fields")
