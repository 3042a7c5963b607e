"""Judges a batch of messages: which samples it holds, what became of each, and how that is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from surefoot.ingestion.telemetry.buffer import Item, Receipt
from surefoot.ingestion.telemetry.rules import Limits, Refused, Rule, Valid
from surefoot.ingestion.telemetry.tally import Tally, example_of
from surefoot.ingestion.telemetry.validation import entries, name_fits, validated
from surefoot.retrieval.records.samples import Sample, Samples, moment_of
from surefoot.retrieval.records.store import Added

_REASONS = 5
"""Reasons in a receipt."""


@dataclass(slots=True)
class Judged:
    """A message, and what is in it."""

    item: Item
    samples: list[Sample] = field(default_factory=list[Sample])
    notes: list[tuple[tuple[Rule, str], ...]] = field(default_factory=list[tuple[tuple[Rule, str], ...]])
    """For each sample what was unusual about it."""
    refused: list[tuple[Refused, str]] = field(default_factory=list[tuple[Refused, str]])
    """What was refused, with an example."""

    def columns(self) -> Samples:
        """The samples as columns."""
        content = self.item.content
        return content if isinstance(content, Samples) else Samples.of(self.samples)


def judged(item: Item, now: datetime, limits: Limits) -> Judged:
    """Read and check a message."""
    result = Judged(item)
    if isinstance(item.content, Samples):
        return result
    found = entries(item.content, limits)
    if isinstance(found, Refused):
        vehicle = item.vehicle or ""
        result.refused.append((Refused(found.rule, found.reason, vehicle), example_of(found.reason, item.content)))
        return result
    for entry in found:
        verdict = validated(entry, now, limits, item.vehicle)
        if isinstance(verdict, Valid):
            result.samples.append(verdict.sample)
            result.notes.append(verdict.notes)
        else:
            result.refused.append((verdict, example_of(verdict.reason, entry if len(found) > 1 else item.content)))
    return result


class Ledger:
    """Knows each vehicle's newest sample, and counts what became of messages."""

    def __init__(self, clock: Callable[[], datetime], newest: Samples) -> None:
        self.tally = Tally(clock)
        self._newest: dict[str, int] = dict(zip(newest.vehicle.tolist(), newest.time.tolist(), strict=True))

    def book(self, batch: list[Judged], samples: Samples, added: Added) -> tuple[list[Receipt], Mapping[str, int]]:
        """Count a batch that is kept: a receipt for each message, and the earliest new moment of each vehicle."""
        receipts: list[Receipt] = []
        earliest: dict[str, int] = {}
        counts: Counter[tuple[Rule, str, str]] = Counter()
        start = 0
        for each in batch:
            count = len(each.item.content) if isinstance(each.item.content, Samples) else len(each.samples)
            new = 0
            for position in range(start, start + count):
                vehicle, time = samples.vehicle[position], int(samples.time[position])
                if not added.fresh[position]:
                    counts[Rule.DUPLICATE, vehicle, each.item.source] += 1
                    continue
                new += 1
                counts[Rule.ACCEPTED, vehicle, each.item.source] += 1
                earliest[vehicle] = min(time, earliest.get(vehicle, time))
                self._in_order(vehicle, time, each.item.source)
                self._unusual(each, position - start, vehicle)
            start += count
            receipts.append(self._receipt(each, new, count - new))
        for (rule, vehicle, source), messages in counts.items():
            self.tally.add(rule, vehicle, source, messages=messages)
        return receipts, earliest

    def refuse(self, each: Judged, reason: str) -> Receipt:
        """Count a message as malformed that the store cannot hold."""
        content = each.item.content
        vehicle = each.item.vehicle or (each.samples[0].vehicle if each.samples else "")
        example = example_of(reason, content if isinstance(content, bytes) else "samples of a file")
        each.refused.append((Refused(Rule.MALFORMED, reason, vehicle), example))
        return self._receipt(each, 0, 0)

    def _in_order(self, vehicle: str, time: int, source: str) -> None:
        newest = self._newest.get(vehicle)
        if newest is None or time >= newest:
            self._newest[vehicle] = time
            return
        words = f"{moment_of(time).isoformat()} came after {moment_of(newest).isoformat()}"
        self.tally.add(Rule.OUT_OF_ORDER, vehicle, source, words)

    def _unusual(self, each: Judged, position: int, vehicle: str) -> None:
        if each.notes:
            for rule, words in each.notes[position]:
                self.tally.add(rule, vehicle, each.item.source, example_of(words, each.item.content))

    def _receipt(self, each: Judged, kept: int, repeated: int) -> Receipt:
        for refused, example in each.refused:
            vehicle = refused.vehicle if name_fits(refused.vehicle) else ""
            self.tally.add(refused.rule, vehicle, each.item.source, example)
        reasons = tuple(f"{refused.rule}: {refused.reason}" for refused, _ in each.refused[:_REASONS])
        return Receipt(kept, repeated, len(each.refused), reasons)
