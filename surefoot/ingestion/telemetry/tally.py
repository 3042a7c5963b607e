"""Counts what happens to messages, in memory, until the counts are written to the table of intake."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any

from surefoot.ingestion.telemetry.rules import Rule
from surefoot.retrieval.records.telemetry_tables import INTAKE

EXAMPLE_LENGTH = 200
"""Characters of an example."""
MOST_KEYS = 20_000
"""Beyond so many kinds of counts at once, vehicles are counted together: made-up names cannot fill the memory."""


@dataclass(slots=True)
class _Count:
    messages: int
    last: datetime
    example: str | None


class Tally:
    """Counts by vehicle, source, rule and hour; for several threads."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        """`clock` gives the moment of arrival, in UTC."""
        self._clock = clock
        self._lock = Lock()
        self._counts: dict[tuple[str, str, str, datetime], _Count] = {}

    def add(self, rule: Rule, vehicle: str, source: str, example: str | None = None, messages: int = 1) -> None:
        """Count messages; an example is a reason, and what was refused."""
        now = self._clock()
        key = (vehicle, source, rule.value, now.replace(minute=0, second=0, microsecond=0))
        with self._lock:
            if key not in self._counts and len(self._counts) >= MOST_KEYS:
                key = ("", *key[1:])
            count = self._counts.setdefault(key, _Count(0, now, None))
            count.messages += messages
            count.last = max(count.last, now)
            count.example = example or count.example

    def taken(self) -> dict[str, list[Any]]:
        """The counts since the last call as rows of INTAKE; empty where there are none."""
        with self._lock:
            counts, self._counts = self._counts, {}
        rows = [(*key, count) for key, count in counts.items()]
        columns: dict[str, list[Any]] = {
            "vehicle": [row[0] for row in rows],
            "source": [row[1] for row in rows],
            "rule": [row[2] for row in rows],
            "hour": [row[3] for row in rows],
            "last": [row[4].last for row in rows],
            "messages": [row[4].messages for row in rows],
            "example": [row[4].example for row in rows],
        }
        return {name: columns[name] for name in INTAKE.columns} if rows else {}

    def give_back(self, rows: dict[str, list[Any]]) -> None:
        """Count again what could not be written."""
        for row in zip(*(rows[name] for name in (*INTAKE.key, "last", "messages", "example")), strict=True):
            vehicle, source, rule, hour, last, messages, example = row
            with self._lock:
                count = self._counts.setdefault((vehicle, source, rule, hour), _Count(0, last, None))
                count.messages += messages
                count.example = count.example or example
                count.last = max(count.last, last)


def example_of(reason: str, message: bytes | object) -> str:
    """A reason and the beginning of the message, legible: what cannot be printed is shown as ·."""
    text = message.decode("utf-8", errors="replace") if isinstance(message, bytes) else str(message)
    whole = f"{reason[:EXAMPLE_LENGTH]} | {text[:EXAMPLE_LENGTH]}"
    return "".join(letter if letter.isprintable() else "·" for letter in whole)[:EXAMPLE_LENGTH]
