"""Measures ingestion as the product does it against LlamaIndex and the bare encoder, each in a process of its own."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from surefoot.core.nouns import Asker
from surefoot.eval.benchmark.memory import peak_bytes
from surefoot.ingestion.benchmark.reference import ReferenceSettings, copy_sentence_data, ingest_with_llamaindex
from surefoot.ingestion.describing import Order
from surefoot.ingestion.pipeline import Pipeline
from surefoot.ingestion.results import Ingested, SourceFile
from surefoot.ingestion.run_parts import RunParts
from surefoot.ingestion.run_store import QUEUED, RunEntry
from surefoot.ingestion.runs import Runs
from surefoot.ingestion.source_store import SourceEntry
from surefoot.retrieval.encoders import HybridEncoder
from surefoot.retrieval.index.port import Index
from surefoot.retrieval.plain import Encode
from surefoot.retrieval.search import encoding_text

ASSISTANT, WARM = "bench", "warm"
WHO = Asker("bench", frozenset())
EVERYONE = frozenset({"everyone"})
TUNED = ReferenceSettings(chunk_tokens=190, overlap_tokens=0, texts_at_once=64)
"""As large as our chunks, so that the encoder reads all of the text; larger batches."""


@dataclass(frozen=True, slots=True)
class Ingestion:
    """What one contender did with a folder."""

    files: int
    chunks: int
    tokens_read: int
    """By the encoder."""
    tokens_cut: int
    """Of chunks, beyond the encoder's window: text that no question finds."""
    seconds: float
    peak: int
    """Bytes of resident memory at most."""


def ingested(pipeline: Pipeline, encoder: HybridEncoder, index: Index, folder: Path) -> Ingestion:
    """Feed a folder to the pipeline; models and libraries are loaded before the clock starts, as for the others."""
    warm_up(pipeline, folder)
    started = time.perf_counter()
    results = [fed.result for fed in pipeline.ingest_many(_orders(folder))]
    seconds = time.perf_counter() - started
    peak = peak_bytes()
    done = [result for result in results if isinstance(result, Ingested)]
    lengths = [len(encoder.dense.tokenize(text)) for text in texts_of(index, done)]
    window = encoder.dense.max_tokens
    read = sum(min(length, window) for length in lengths)
    return Ingestion(len(done), len(lengths), read, sum(lengths) - read, seconds, peak)


def warm_up(pipeline: Pipeline, folder: Path) -> None:
    """Feed what lies in the folder 'warm' beside this one, to another assistant."""
    for _ in pipeline.ingest_many(_orders(folder.parent / WARM, WARM)):
        pass


def watched(parts: RunParts, folder: Path) -> dict[str, float]:
    """Run a folder as a source, and again while nothing has changed; seconds of both, and the most memory in bytes."""
    source = SourceEntry("bench", ASSISTANT, "Bench", "folder", {"path": str(folder)}, EVERYONE, WHO.id)
    parts.sources.save(source)
    warm_up(parts.pipeline, folder)
    runs = Runs(parts)
    seconds: list[float] = []
    for name in ("first", "again"):
        parts.runs.add(RunEntry(name, ASSISTANT, source.id, "source", QUEUED, WHO.id))
        started = time.perf_counter()
        runs.carry_out(name)
        seconds.append(time.perf_counter() - started)
    return {"seconds": seconds[0], "again": seconds[1], "peak": peak_bytes()}


def bare(encoder: HybridEncoder, texts: list[str]) -> float:
    """Seconds that the encoder alone takes for these texts, all given at once."""
    encoder.dense.encode(["ready"])
    started = time.perf_counter()
    encoder.dense.encode(texts)
    return time.perf_counter() - started


def texts_of(index: Index, documents: list[Ingested]) -> list[str]:
    """What the encoder was given for these documents."""
    return [encoding_text(chunk) for one in documents for chunk in index.chunks(one.document_id)]


def llamaindex(
    encoder: HybridEncoder, encode: Encode, folder: Path, scratch: Path, settings: ReferenceSettings
) -> Ingestion:
    """Feed a folder to LlamaIndex; it keeps its nodes in memory and writes no index."""
    copy_sentence_data(scratch)
    ingest_with_llamaindex(folder.parent / WARM, encoder.dense, encode, settings)
    started = time.perf_counter()
    made = ingest_with_llamaindex(folder, encoder.dense, encode, settings)
    seconds = time.perf_counter() - started
    cut = made.tokens_of_chunks - made.tokens_encoded
    files = sum(1 for path in folder.rglob("*") if path.is_file())
    return Ingestion(files, made.chunks, made.tokens_encoded, cut, seconds, peak_bytes())


def _orders(folder: Path, assistant: str = ASSISTANT) -> Iterator[Order]:
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        file = SourceFile(path.relative_to(folder).as_posix(), path.read_bytes())
        yield Order(file, assistant, WHO, EVERYONE)
