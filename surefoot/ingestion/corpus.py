"""Watches an assistant's documents from run to run: drift of the collection, silent sources, many rejections."""

from __future__ import annotations

import dataclasses
import struct
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from surefoot.ingestion.findings import Findings
from surefoot.ingestion.quality.monitor import (
    Alarm,
    CheckedSource,
    Drift,
    drift,
    rejection_alarm,
    stale,
    usual_interval,
)
from surefoot.ingestion.quality.topics import DocumentSketch, SketchDamaged
from surefoot.ingestion.run_store import FINISHED, RunEntry, RunStore
from surefoot.ingestion.source_store import SourceStore, now

if TYPE_CHECKING:
    from sqlmodel import Session

MOST = 2_000
"""Documents of an assistant that are compared; of more, those with the lowest ids, which are random."""
RUNS = 30
"""Runs of a source from which is learnt what is usual."""
_LENGTH = struct.Struct("<I")


class Corpus:
    """Says after each run what a person should look at."""

    def __init__(
        self, sessions: Callable[[], Session], findings: Findings, sources: SourceStore, runs: RunStore
    ) -> None:
        self._sessions = sessions
        self._findings = findings
        self._sources = sources
        self._runs = runs

    def __call__(self, run: RunEntry) -> Mapping[str, object]:
        """The alarms after a run, and how far the collection has moved; empty where there is nothing to say."""
        moved = self._drift(run.assistant)
        alarms = [alarm for alarm in (moved.alarm if moved else None, self._rejections(run)) if alarm]
        alarms += stale(self._checked(), now())
        said: dict[str, Any] = {"alarms": [dataclasses.asdict(alarm) for alarm in alarms]} if alarms else {}
        if moved:
            said["drift"] = {"score": moved.score, "p_value": moved.p_value, "came": moved.came, "went": moved.went}
        return said

    def _drift(self, assistant: str) -> Drift | None:
        """Against the collection after the last run; None after the first."""
        after = list(self._findings.sketches(assistant, MOST).values())
        before = self._swap(assistant, after)
        return None if before is None else drift(_sketches(before), _sketches(after))

    def _swap(self, assistant: str, after: Sequence[bytes]) -> list[bytes] | None:
        """Keep the collection as it is now; gives what was kept."""
        from surefoot.ingestion.tables import CorpusRow

        with self._sessions() as session:
            row = session.get(CorpusRow, assistant)
            before = _unpacked(row.sketches) if row else None
            session.merge(CorpusRow(assistant=assistant, sketches=_packed(after), taken_at=now()))
            session.commit()
        return before

    def _rejections(self, run: RunEntry) -> Alarm | None:
        past = [one for one in self._past(run.source_id) if one.id != run.id]
        earlier, seen = _rejected(past)
        now_rejected, total = _rejected([run if run.counts else self._runs.get(run.id) or run])
        return rejection_alarm(now_rejected, total, earlier / seen if seen else 0.0) if total else None

    def _past(self, source_id: str | None) -> list[RunEntry]:
        if source_id is None:
            return []
        return [run for run in self._runs.list(source_id=source_id, limit=RUNS) if run.state == FINISHED]

    def _checked(self) -> list[CheckedSource]:
        found: list[CheckedSource] = []
        for source in self._sources.list():
            times = [run.finished_at for run in self._past(source.id) if run.finished_at]
            usual = usual_interval(times)
            if usual and source.enabled and source.schedule:
                found.append(CheckedSource(source.name, source.checked_at, usual, source.created_at))
        return found


def _rejected(runs: Sequence[RunEntry]) -> tuple[int, int]:
    """Documents that runs rejected, and all that they read."""
    read = ("ingested", "unchanged", "rejected")
    return sum(run.counts.get("rejected", 0) for run in runs), sum(run.counts.get(n, 0) for run in runs for n in read)


def _sketches(stored: Sequence[bytes]) -> list[DocumentSketch]:
    found: list[DocumentSketch] = []
    for one in stored:
        with suppress(SketchDamaged):
            found.append(DocumentSketch.from_bytes(one))
    return found


def _packed(sketches: Sequence[bytes]) -> bytes:
    return b"".join(_LENGTH.pack(len(one)) + one for one in sketches)


def _unpacked(stored: bytes) -> list[bytes]:
    found: list[bytes] = []
    place = 0
    while place + _LENGTH.size <= len(stored):
        (length,) = _LENGTH.unpack_from(stored, place)
        place += _LENGTH.size
        found.append(stored[place : place + length])
        place += length
    return found
