"""Reads recorded samples from a file, block after block, and counts the rows that are none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from surefoot.ingestion.telemetry.errors import SamplesUnreadable
from surefoot.ingestion.telemetry.formats.csv_rows import csv_rows
from surefoot.ingestion.telemetry.formats.gpx_rows import gpx_rows
from surefoot.ingestion.telemetry.formats.json_rows import json_rows
from surefoot.ingestion.telemetry.formats.rows import Broken, Reader, Row
from surefoot.ingestion.telemetry.intake import Intake
from surefoot.ingestion.telemetry.rules import REPLAY, Refused, Rule, Valid
from surefoot.ingestion.telemetry.tally import Tally, example_of
from surefoot.ingestion.telemetry.validation import name_fits, validated
from surefoot.retrieval.records.samples import Sample, Samples

BLOCK = 5_000
"""Samples in a block."""
READERS: dict[str, Reader] = {"csv": csv_rows, "jsonl": json_rows, "gpx": gpx_rows}
"""Formats by name."""
_ENDINGS = {".csv": "csv", ".tsv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl", ".gpx": "gpx"}
SOURCE = "replay"


@dataclass(slots=True)
class Report:
    """What was found in a file."""

    rows: int = 0
    samples: int = 0
    first: datetime | None = None
    """The earliest moment of a sample."""
    last: datetime | None = None
    rules: Counter[Rule] = field(default_factory=Counter[Rule])
    """Rows that were refused, and what was unusual about others."""
    examples: dict[Rule, str] = field(default_factory=dict[Rule, str])
    """The first of each, with its line."""

    def count(self, block: list[Sample]) -> None:
        """Count samples that are kept."""
        self.samples += len(block)
        times = [sample.time for sample in block]
        self.first = min([*times, *([self.first] if self.first else [])])
        self.last = max([*times, *([self.last] if self.last else [])])

    def note(self, rule: Rule, number: int, words: str) -> None:
        """Count a row under a rule."""
        self.rules[rule] += 1
        self.examples.setdefault(rule, f"row {number}: {words}")


def read_samples(
    path: Path, now: datetime, vehicle: str | None = None, form: str = "auto", report: Report | None = None
) -> Iterator[Samples]:
    """Blocks of the samples in a file, in its order.

    `form` is csv, jsonl, gpx, or auto for what the name's ending says; `vehicle` is whose file it is, needed where
    the rows do not say so; `report` is filled as the blocks are read. SamplesUnreadable where the file holds none.
    """
    found = report if report is not None else Report()
    reader = _reader(path, vehicle, form)
    block: list[Sample] = []
    for row in reader(path):
        found.rows += 1
        sample = _sample(row, now, vehicle, found)
        if sample is not None:
            block.append(sample)
        if len(block) == BLOCK:
            found.count(block)
            yield Samples.of(block)
            block = []
    if block:
        found.count(block)
        yield Samples.of(block)
    if not found.samples:
        first = next(iter(found.examples.values()), "it has no rows")
        raise SamplesUnreadable(f"{path.name} holds no sample that can be kept: {first}.")


def replay(
    path: Path, intake: Intake, clock: Callable[[], datetime], vehicle: str | None = None, form: str = "auto"
) -> tuple[Report, int]:
    """Keep the samples of a file; what was found, and how many of them were new.

    Raises what `read_samples` raises, and the store's error where it cannot keep them: the blocks before are kept, and
    reading the file again keeps the rest.
    """
    report, new = Report(), 0
    try:
        for block in read_samples(path, clock(), vehicle, form, report):
            new += intake.add(block, SOURCE).result().kept
    finally:
        _count(report, vehicle or "", intake.tally, path.name)
    return report, new


def _reader(path: Path, vehicle: str | None, form: str) -> Reader:
    if vehicle is not None and not name_fits(vehicle):
        raise SamplesUnreadable(f"'{vehicle[:80]}' cannot name a vehicle: use 1 to 64 printable characters.")
    name = _ENDINGS.get(path.suffix.lower(), "") if form == "auto" else form
    if name not in READERS:
        raise SamplesUnreadable(
            f"{path.name} is of no known format ({form}): choose one of {', '.join(READERS)}, or rename the file."
        )
    try:
        empty = path.stat().st_size == 0
    except OSError as broken:
        raise SamplesUnreadable(f"{path.name} cannot be read: {broken.strerror}.") from broken
    if empty:
        raise SamplesUnreadable(f"{path.name} is empty.")
    return READERS[name]


def _sample(row: Row | Broken, now: datetime, vehicle: str | None, report: Report) -> Sample | None:
    if isinstance(row, Broken):
        report.note(Rule.MALFORMED, row.number, row.reason)
        return None
    verdict = validated(row.fields, now, REPLAY, vehicle)
    if isinstance(verdict, Refused):
        report.note(verdict.rule, row.number, verdict.reason)
        return None
    return _noted(verdict, row.number, report)


def _noted(verdict: Valid, number: int, report: Report) -> Sample:
    for rule, words in verdict.notes:
        report.note(rule, number, words)
    return verdict.sample


def _count(report: Report, vehicle: str, tally: Tally, name: str) -> None:
    for rule, messages in report.rules.items():
        tally.add(rule, vehicle, SOURCE, example_of(f"{name}, {report.examples[rule]}", ""), messages)
