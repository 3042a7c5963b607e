"""What all indexes share: a chunk's payload, the filter that a search must carry, and the order of results."""

from __future__ import annotations

import math
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from struct import pack
from typing import Any

from surefoot.core.nouns import Asker, Chunk, Encoding, Passage
from surefoot.retrieval.errors import ChunkRefused, DimensionMismatch
from surefoot.retrieval.index.port import EncodedChunk, Scope

DENSE = "dense"
SPARSE = "bm25"
FINGERPRINT = "encoding"
"""Payload field that is the same for chunks with the same vectors."""
TENANT = "reach"
KEYWORDS = ("assistant", "document_id", "reach")
"""Payload fields with an index of their own, made before the first point. `reach` says in one field who may see a chunk
of which assistant, and whether it is current: among 100,000 chunks a filter of three fields takes twice the time."""
RRF_K = 10
"""Constant of reciprocal rank fusion, 1 / (k + rank), rank from 0 (Cormack et al. 2009 use 60; SciFact prefers 10)."""
BATCH = 256
"""Points in one write."""
PAGE = 512
"""Points in one read of many."""
_TILT = 1e-3
_CURRENT, _REPLACED = "no", "yes"


@dataclass(frozen=True, slots=True)
class Condition:
    """A payload field must hold one of these values."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a search may look."""

    population: tuple[Condition, ...]
    """All that the asker may see of the assistant: documents are counted over it for the inverse document frequency,
    so that what others keep moves no score, and a narrower search changes no weight."""
    chosen: tuple[Condition, ...]
    """What the search is for, within the population."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A point that the index found, before ties are settled."""

    id: str
    score: float
    payload: dict[str, Any]
    """All of it, or the fingerprint of its vectors alone."""


def reach(asker: Asker, scope: Scope) -> Reach | None:
    """What the asker may see in this scope; None where it is nothing at all."""
    if not asker.groups or (scope.document_ids is not None and not scope.document_ids):
        return None
    groups = sorted(asker.groups)
    population = Condition("reach", tuple(_seen(scope.assistant, group) for group in groups))
    current = Condition("reach", tuple(_seen_as_current(scope.assistant, group) for group in groups))
    chosen = [population if scope.with_superseded else current]
    if scope.document_ids is not None:
        chosen.append(Condition("document_id", tuple(sorted(scope.document_ids))))
    return Reach((population,), tuple(chosen))


def window(limit: int) -> int:
    """How many points each of the two rankings gives to the fusion; SciFact scores the same from 30 to 1,000."""
    return max(50, 3 * limit)


def best_passages(candidates: Iterable[Candidate], limit: int) -> list[Passage]:
    """The first `limit` of candidates with all their payload, see `settled`."""
    return [Passage(to_chunk(found.id, found.payload), score) for score, found in settled(candidates, limit)]


def settled(candidates: Iterable[Candidate], limit: int) -> list[tuple[float, Candidate]]:
    """Order candidates by score, then by chunk id, and keep the first `limit`, each with its settled score.

    Chunks with equal vectors get the mean of their scores: their neighbouring ranks say nothing about them, and the sum
    of these ranks is the same however the index dealt them out.
    """
    twins: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        twins[str(candidate.payload.get(FINGERPRINT, candidate.id))].append(candidate)
    scored = [
        (round(math.fsum(twin.score for twin in group) / len(group), 7), candidate)
        for group in twins.values()
        for candidate in group
    ]
    scored.sort(key=lambda pair: (-pair[0], pair[1].id))
    return scored[:limit]


def checked(chunks: Sequence[EncodedChunk], dimension: int) -> list[EncodedChunk]:
    """Refuse what the index cannot hold; of two chunks with one id keep the last.

    Raises ChunkRefused and DimensionMismatch, before anything is written.
    """
    for encoded in chunks:
        _check_id(encoded.chunk.id)
        check_encoding(encoded.encoding, dimension)
    return list({uuid.UUID(encoded.chunk.id): encoded for encoded in chunks}.values())


def check_encoding(encoding: Encoding, dimension: int) -> None:
    """Raise DimensionMismatch or ChunkRefused where the vectors cannot be searched."""
    if len(encoding.dense) != dimension:
        raise DimensionMismatch(
            f"The index holds vectors of {dimension} numbers, and the encoder gave {len(encoding.dense)}. "
            "Use the encoder that the index was made with, or make a new index and ingest again."
        )
    if len(encoding.sparse_indices) != len(encoding.sparse_values):
        raise ChunkRefused("A BM25 vector has not as many weights as terms: encode the text again.")
    if not all(map(math.isfinite, (*encoding.dense, *encoding.sparse_values))):
        raise ChunkRefused("A vector holds numbers that are not finite: encode the text again.")


def point_id(chunk: Chunk) -> str:
    """The chunk's id in the one form that indexes give back."""
    return str(uuid.UUID(chunk.id))


def tilted(encoded: EncodedChunk) -> Encoding:
    """The vectors as the index keeps them: of unit length, less up to a thousandth, the more the higher the chunk's id.

    Within one ranking an index puts equal scores in an order that depends on how its files grew, and the fusion sees
    only ranks. The tilt is far below what the scores mean, and gives such ties the order of their ids everywhere.
    """
    tilt = 1 - _TILT * (uuid.UUID(encoded.chunk.id).int >> 96) / 2**32
    encoding = encoded.encoding
    length = math.hypot(*encoding.dense) or 1.0
    return Encoding(
        tuple(number / length * tilt for number in encoding.dense),
        encoding.sparse_indices,
        tuple(weight * tilt for weight in encoding.sparse_values),
    )


def to_payload(encoded: EncodedChunk) -> dict[str, Any]:
    """All that is kept of a chunk beside its vectors, as plain values."""
    chunk = encoded.chunk
    return {
        "assistant": chunk.assistant,
        "document_id": chunk.document_id,
        "version": chunk.version,
        "ordinal": chunk.ordinal,
        "heading_path": list(chunk.heading_path),
        "text": chunk.text,
        "page": chunk.page,
        "start": chunk.start,
        "end": chunk.end,
        "content_hash": chunk.content_hash,
        "valid_from": chunk.valid_from.isoformat() if chunk.valid_from else None,
        FINGERPRINT: _fingerprint(encoded.encoding),
        **changing_payload(chunk),
    }


def to_chunk(point_id: str, payload: dict[str, Any]) -> Chunk:
    """The chunk that `to_payload` kept."""
    return Chunk(
        id=point_id,
        document_id=payload["document_id"],
        assistant=payload["assistant"],
        title=payload["title"],
        version=payload["version"],
        groups=frozenset(payload["groups"]),
        ordinal=payload["ordinal"],
        heading_path=tuple(payload["heading_path"]),
        text=payload["text"],
        page=payload["page"],
        start=payload["start"],
        end=payload["end"],
        content_hash=payload["content_hash"],
        valid_from=date.fromisoformat(payload["valid_from"]) if payload["valid_from"] else None,
        superseded=payload["superseded"] == _REPLACED,
    )


def changing_payload(chunk: Chunk) -> dict[str, Any]:
    """The fields that change without the text: title, who may see it, and whether a newer version exists.

    They are the same for all chunks of a document.

    superseded is a keyword, because the edge index matches no booleans.
    """
    reached = [_seen(chunk.assistant, group) for group in sorted(chunk.groups)]
    if not chunk.superseded:
        reached += [_seen_as_current(chunk.assistant, group) for group in sorted(chunk.groups)]
    return {
        "title": chunk.title,
        "superseded": _REPLACED if chunk.superseded else _CURRENT,
        "groups": sorted(chunk.groups),
        "reach": reached,
    }


def _seen(assistant: str, group: str) -> str:
    return f"{assistant}\n{group}"


def _seen_as_current(assistant: str, group: str) -> str:
    return f"{assistant}\n{group}\n{_CURRENT}"


def by_position(chunks: Iterable[Chunk]) -> list[Chunk]:
    """Order a document's chunks."""
    return sorted(chunks, key=lambda chunk: (chunk.ordinal, chunk.id))


def batched(chunks: Sequence[EncodedChunk]) -> Iterable[Sequence[EncodedChunk]]:
    """Cut a long list into writes."""
    return (chunks[start : start + BATCH] for start in range(0, len(chunks), BATCH))


def _fingerprint(encoding: Encoding) -> str:
    """A short name for the two vectors, equal for equal ones."""
    digest = blake2b(digest_size=12)
    digest.update(pack(f"<{len(encoding.dense)}f", *encoding.dense))
    for term, weight in sorted(zip(encoding.sparse_indices, encoding.sparse_values, strict=True)):
        digest.update(pack("<qf", term, weight))
    return digest.hexdigest()


def _check_id(chunk_id: str) -> None:
    try:
        uuid.UUID(chunk_id)
    except ValueError as error:
        raise ChunkRefused(f"A chunk's id must be a UUID, and {chunk_id!r} is none.") from error
