"""Measures a search as the product does it against the encoder and the bare index, from size to size.

Each size is filled and asked in a process of its own, so that its memory is its own. Some texts are encoded for real;
the others are jittered copies of them: vectors turned a little, words exchanged, ids and documents of their own.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
from numpy.typing import NDArray

from surefoot.core.nouns import Asker, Chunk, Encoding
from surefoot.eval.benchmark.memory import disk_bytes, resident_bytes
from surefoot.eval.benchmark.rows import Told
from surefoot.ingestion.benchmark.words import QUESTIONS, passages
from surefoot.retrieval.encoders import HybridEncoder
from surefoot.retrieval.evidence import EvidenceFinder
from surefoot.retrieval.highlights import Highlighter
from surefoot.retrieval.index.bare import bare_search
from surefoot.retrieval.index.edge import EdgeIndex
from surefoot.retrieval.index.port import EncodedChunk, Scope
from surefoot.retrieval.search import Searcher, encoding_text

SAMPLE = 2_000
"""Texts that are encoded for real."""
CHUNKS_A_DOCUMENT = 10
JITTER = 0.03
"""Standard deviation of what is added to each number of a unit vector of 384."""
BATCH = 2_000
LIMIT = 10
ROUNDS = 3
EVERYONE = frozenset({"everyone"})
GROUPS, BELONGS = 1_000, 200
"""Groups over which the documents are spread, and in how many of them the asker is who does not see all."""
ASSISTANT = "bench"
ALL_SEEING = Asker("bench", EVERYONE)
MEMBER = Asker("member", frozenset(f"group-{number * GROUPS // BELONGS}" for number in range(BELONGS)))


@dataclass(frozen=True, slots=True)
class Sizing:
    """What one size of index costs."""

    chunks: int
    total_ms: float
    """Median of a search: question encoded, index asked with its filters, passages made."""
    member_ms: float
    """The same for an asker who sees a fifth of the documents, by 200 groups of 1,000."""
    encode_ms: float
    bare_ms: float
    evidence_ms: float
    """Within which 95 of 100 questions have their evidence: searched, sentences ranked, their sufficiency judged."""
    memory: int
    """Bytes a chunk of resident memory, over an empty index."""
    disk: int
    """Bytes a chunk on the disk."""
    added_a_second: float


def sampled(encoder: HybridEncoder, folder: Path, told: Told, sample: int = SAMPLE) -> Path:
    """Encode the real texts once, for all sizes; gives the file that holds their dense vectors."""
    path = folder / "sample.npy"
    rows: list[NDArray[np.float32]] = []
    texts = passages(sample)
    for start in range(0, sample, 100):
        some = range(start, min(start + 100, sample))
        told("encoding real texts", start, sample)
        rows.append(encoder.dense.encode([encoding_text(_chunk(n, texts[n])) for n in some]))
    np.save(path, np.concatenate(rows))
    return path


def measured(encoder: HybridEncoder, folder: Path, chunks: int, told: Told) -> Sizing:
    """Fill an index and ask it; for a fresh process, after `sampled`."""
    index = EdgeIndex(folder / f"index-{chunks}", encoder.dense.dimension)
    searcher = Searcher(encoder, index)
    searcher.search(QUESTIONS[0], ALL_SEEING, Scope(ASSISTANT), LIMIT)
    before = resident_bytes()
    started = time.perf_counter()
    for number, batch in enumerate(filling(encoder, np.load(folder / "sample.npy"), chunks)):
        index.add(batch)
        told(f"filling an index of {chunks:,} chunks", min((number + 1) * BATCH, chunks), chunks)
    seconds = time.perf_counter() - started
    total, member, encode, bare = _asked(encoder, searcher, index)
    evidence = _evidence(encoder, searcher)
    memory = resident_bytes() - before
    index.close()
    disk = disk_bytes(folder / f"index-{chunks}")
    return Sizing(chunks, total, member, encode, bare, evidence, memory // chunks, disk // chunks, chunks / seconds)


def _asked(encoder: HybridEncoder, searcher: Searcher, index: EdgeIndex) -> tuple[float, float, float, float]:
    """Medians in milliseconds over all questions: ours for both askers, and the bare parts, in turn."""
    scope = Scope(ASSISTANT)
    ours: list[float] = []
    members: list[float] = []
    encoding: list[float] = []
    bare: list[float] = []
    for asker in (ALL_SEEING, MEMBER):  # what an asker may see is counted once after each write
        searcher.search(QUESTIONS[0], asker, scope, LIMIT)
    for question in QUESTIONS * ROUNDS:
        for asker, taken in ((ALL_SEEING, ours), (MEMBER, members)):
            started = time.perf_counter()
            searcher.search(question, asker, scope, LIMIT)
            taken.append(time.perf_counter() - started)
        started = time.perf_counter()
        vectors = encoder.encode_question(question)
        encoded = time.perf_counter()
        bare_search(index, vectors, LIMIT)
        encoding.append(encoded - started)
        bare.append(time.perf_counter() - encoded)
    half_ours, half_members, half_encoding, half_bare = (
        median(each) * 1000 for each in (ours, members, encoding, bare)
    )
    return half_ours, half_members, half_encoding, half_bare


def _evidence(encoder: HybridEncoder, searcher: Searcher) -> float:
    """Milliseconds within which 95 of 100 questions have their evidence, each as if none had been asked before."""
    finder = EvidenceFinder(searcher, Highlighter(encoder.dense, encoder.sparse.terms), encoder.dense)
    taken: list[float] = []
    for question in QUESTIONS * ROUNDS:
        searcher.texts.clear()
        started = time.perf_counter()
        finder.find(question, ALL_SEEING, ASSISTANT)
        taken.append(time.perf_counter() - started)
    return float(np.quantile(taken, 0.95)) * 1000


def filling(encoder: HybridEncoder, dense: NDArray[np.float32], chunks: int) -> Iterator[Sequence[EncodedChunk]]:
    """The chunks of an index of this size in batches, of the vectors of real texts."""
    rng = np.random.default_rng(7)
    sample = len(dense)
    texts = passages(sample)
    sparse = [encoder.sparse.document(encoding_text(_chunk(n, text))) for n, text in enumerate(texts)]
    for start in range(0, chunks, BATCH):
        batch: list[EncodedChunk] = []
        for number in range(start, min(start + BATCH, chunks)):
            own, other = number % sample, int(rng.integers(sample))
            vector = dense[own]
            terms, weights = sparse[own]
            if number >= sample:
                turned = vector + rng.normal(0, JITTER, vector.shape).astype(np.float32)
                vector = turned / np.linalg.norm(turned)
                terms, weights = _exchanged((terms, weights), sparse[other])
            batch.append(EncodedChunk(_chunk(number, texts[own]), Encoding(tuple(vector.tolist()), terms, weights)))
        yield batch


def _exchanged(
    own: tuple[tuple[int, ...], tuple[float, ...]], other: tuple[tuple[int, ...], tuple[float, ...]]
) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """Three of four words of one text, and some of another."""
    kept = dict(zip(other[0][::4], other[1][::4], strict=True)) | {
        term: weight for place, (term, weight) in enumerate(zip(*own, strict=True)) if place % 4
    }
    return tuple(kept), tuple(kept.values())


def _chunk(number: int, text: str) -> Chunk:
    document, ordinal = divmod(number, CHUNKS_A_DOCUMENT)
    document_id = str(uuid.uuid5(uuid.NAMESPACE_OID, f"bench {document}"))
    return Chunk(
        id=str(uuid.uuid5(uuid.NAMESPACE_OID, f"bench {number}")),
        document_id=document_id,
        assistant=ASSISTANT,
        title=f"Handbook {document}",
        version="1",
        groups=EVERYONE | {f"group-{document % GROUPS}"},
        ordinal=ordinal,
        heading_path=(f"Part {ordinal}",),
        text=text,
        page=None,
        start=0,
        end=len(text),
        content_hash=document_id,
    )
