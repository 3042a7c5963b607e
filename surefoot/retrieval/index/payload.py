"""What all indexes share: a chunk's payload, the filter that a search must carry, and the order of results."""

from __future__ import annotations

import math
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from surefoot.core.nouns import Asker, Chunk, Encoding, Passage
from surefoot.retrieval.errors import ChunkRefused, DimensionMismatch
from surefoot.retrieval.index.port import EncodedChunk, Held, Scope

DENSE = "dense"
SPARSE = "bm25"
TENANT = "reach"
KEYWORDS = ("assistant", "document_id", "reach")
"""Payload fields with an index of their own, made before the first point. `reach` says in one field who may see a chunk
of which assistant, and whether it is current: among 100,000 chunks a filter of three fields takes twice the time."""
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


def reach_of_one(asker: Asker, scope: Scope, document_id: str) -> Reach | None:
    """What the asker may see of one document in this scope; None where it is nothing at all."""
    if scope.document_ids is not None and document_id not in scope.document_ids:
        return None
    return reach(asker, replace(scope, document_ids=frozenset({document_id})))


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

    Which of equal scores are still among the first of a ranking depends on how an index' files grew. The tilt is far
    below what the scores mean, gives such ties the order of their ids everywhere, and is taken off the scores again.
    """
    tilt = _tilt(uuid.UUID(encoded.chunk.id))
    encoding = encoded.encoding
    length = math.hypot(*encoding.dense) or 1.0
    return Encoding(
        tuple(number / length * tilt for number in encoding.dense),
        encoding.sparse_indices,
        tuple(weight * tilt for weight in encoding.sparse_values),
    )


def untilted(points: Iterable[tuple[uuid.UUID, float]]) -> list[tuple[uuid.UUID, float]]:
    """A ranking as the index gives it, with the scores that the chunks' own vectors have."""
    return [(point_id, score / _tilt(point_id)) for point_id, score in points]


def found(fused: Sequence[tuple[uuid.UUID, float]], payloads: Mapping[str, dict[str, Any]]) -> list[Passage]:
    """The passages of a fused ranking; one whose payload is not there may no longer be seen, or has gone."""
    there = [(str(one), score) for one, score in fused if str(one) in payloads]
    return [Passage(to_chunk(one, payloads[one]), score) for one, score in there]


def _tilt(point_id: uuid.UUID) -> float:
    return 1 - _TILT * (point_id.int >> 96) / 2**32


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


HELD = ("document_id", "assistant", "title", "groups", "superseded", "ordinal", "content_hash")
"""Payload fields that `held` looks at."""


def held(payloads: Iterable[Mapping[str, Any]]) -> dict[str, Held]:
    """What chunks come to, by document: a content is whole where they are numbered without a gap."""
    found: dict[str, Held] = {}
    ordinals: dict[str, set[int]] = {}
    for payload in payloads:
        document_id = str(payload["document_id"])
        ordinals.setdefault(document_id, set()).add(int(payload["ordinal"]))
        superseded, content_hash = payload["superseded"] == _REPLACED, str(payload["content_hash"])
        groups = frozenset(str(group) for group in payload["groups"])
        if before := found.get(document_id):
            # What chunks do not have in common is told as the narrower of the two.
            content_hash = content_hash if content_hash == before.content_hash else ""
            groups, superseded = groups & before.groups, superseded and before.superseded
        held = Held(str(payload["assistant"]), str(payload["title"]), groups, superseded, 0, content_hash)
        found[document_id] = replace(held, chunks=before.chunks + 1 if before else 1)
    whole = {name for name, numbers in ordinals.items() if numbers == set(range(found[name].chunks))}
    return {name: one if name in whole else replace(one, content_hash="") for name, one in found.items()}


def batched(chunks: Sequence[EncodedChunk]) -> Iterable[Sequence[EncodedChunk]]:
    """Cut a long list into writes."""
    return (chunks[start : start + BATCH] for start in range(0, len(chunks), BATCH))


def _check_id(chunk_id: str) -> None:
    try:
        uuid.UUID(chunk_id)
    except ValueError as error:
        raise ChunkRefused(f"A chunk's id must be a UUID, and {chunk_id!r} is none.") from error
