"""`bench search`: each size in a process of its own."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

from surefoot.app.bench.processes import in_a_process
from surefoot.app.bench.telling import tell
from surefoot.app.settings import Settings
from surefoot.app.wiring import build_encoder, build_weights
from surefoot.eval.benchmark.rows import Row, alone, beside
from surefoot.eval.benchmark.search import SAMPLE, Sizing, measured, sampled

SIZES = (10_000, 100_000, 300_000)


def search_rows(settings: Settings, folder: Path, sizes: tuple[int, ...]) -> Iterator[Row]:
    """A search's time against its parts, memory and disk a chunk, and how they grow from size to size."""
    real = min(SAMPLE, max(sizes) // 5)
    sampled(build_encoder(settings, build_weights(settings)), folder, tell, real)
    before: Sizing | None = None
    for size in sizes:
        sizing = Sizing(**in_a_process("one-size", str(folder), str(size)))
        yield from _rows(sizing)
        if before:
            grown = f"{before.chunks:,} to {size:,} chunks"
            yield beside(f"search time, {grown}", sizing.total_ms, "ms", before.total_ms)
            yield beside(f"chunks, {grown}", size, "chunks", before.chunks)
        before = sizing


def one_size(settings: Settings, folder: Path, size: int) -> dict[str, object]:
    """What the process of one size measures."""
    encoder = build_encoder(settings, build_weights(settings))
    return dataclasses.asdict(measured(encoder, folder, size, tell))


def _rows(sizing: Sizing) -> Iterator[Row]:
    at = f"at {sizing.chunks:,} chunks"
    yield beside(f"search {at}", sizing.total_ms, "ms", sizing.encode_ms + sizing.bare_ms)
    yield beside(f"search by a member of 200 of 1,000 groups {at}", sizing.member_ms, "ms", sizing.total_ms)
    yield alone(f"question encoded {at}", sizing.encode_ms, "ms")
    yield alone(f"bare index search {at}", sizing.bare_ms, "ms")
    yield alone(f"evidence of 95 in 100 questions within {at}", sizing.evidence_ms, "ms")
    yield alone(f"memory a chunk {at}", sizing.memory, "bytes")
    yield alone(f"disk a chunk {at}", sizing.disk, "bytes")
    yield alone(f"added {at}", sizing.added_a_second, "chunks/s")
