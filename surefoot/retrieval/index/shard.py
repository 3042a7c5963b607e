"""Everything that is said to qdrant-edge: a shard's making, its points, filters and queries."""

from __future__ import annotations

import math
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from surefoot.core.nouns import Encoding, Passage
from surefoot.retrieval.errors import DimensionMismatch, IndexUnreadable
from surefoot.retrieval.index import payload as common
from surefoot.retrieval.index.payload import DENSE, SPARSE, Candidate, Condition, Reach
from surefoot.retrieval.index.port import EncodedChunk

if TYPE_CHECKING:
    from qdrant_edge import EdgeConfig, EdgeShard, Filter, Point, Prefetch, Query, Record, ScoredPoint


MANY = 50_000
"""Points from which on looking at all of them is dearer than a second question to the shard."""
MOST = 0.5
SPARE = 1.3
"""How many more are ranked than should do, because those that may not be seen do not lie evenly."""


def matching(*conditions: Condition) -> Filter:
    """The filter for points that fulfil all conditions."""
    from qdrant_edge import FieldCondition, Filter, MatchAny

    return Filter(must=[FieldCondition(c.field, match=MatchAny(list(c.values))) for c in conditions])


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many points there are, and for whom. It moves weights and time, never access."""

    all: int
    population: int
    chosen: int
    """Of those that the search is for; 0 where they were not sizes."""


def count(shard: EdgeShard, *conditions: Condition) -> int:
    """How many points fulfil all conditions."""
    from qdrant_edge import CountRequest

    return shard.count(CountRequest(exact=True, filter=matching(*conditions) if conditions else None))


def fused(shard: EdgeShard, question: Encoding, reach: Reach, limit: int, sizes: Sizes) -> list[Candidate]:
    """The candidates of a hybrid search, ties not yet settled, with the fingerprints of their vectors."""
    from qdrant_edge import Fusion, PayloadSelector, QueryRequest

    size = common.window(limit)
    rankings = _rankings(shard, question, reach, size, sizes)
    if not rankings:
        return []
    fusion = cast("Fusion", Fusion.Rrf(common.RRF_K))
    only = PayloadSelector.Include([common.FINGERPRINT])
    request = QueryRequest(len(rankings) * size, prefetches=rankings, query=fusion, with_payload=only)
    found: list[ScoredPoint] = shard.query(request)
    return [Candidate(str(point.id), point.score, point.payload or {}) for point in found]


def passages(shard: EdgeShard, settled: Sequence[tuple[float, Candidate]]) -> list[Passage]:
    """The passages of settled candidates: what a hundred others hold is never taken out of the shard."""
    found = shard.retrieve([uuid.UUID(candidate.id) for _, candidate in settled], True, False)
    payloads = {str(record.id): record.payload or {} for record in found}
    there = [(score, c.id) for score, c in settled if c.id in payloads]  # a chunk may have gone in this moment
    return [Passage(common.to_chunk(point_id, payloads[point_id]), score) for score, point_id in there]


def _rankings(shard: EdgeShard, question: Encoding, reach: Reach, size: int, sizes: Sizes) -> list[Prefetch]:
    """One ranking by meaning, one by words; a ranking that the question has nothing for is left out."""
    from qdrant_edge import IdfParams, Prefetch, Query, SearchParams, SparseVector

    chosen = matching(*reach.chosen)
    rankings: list[Prefetch] = []
    if any(question.dense):
        near = Query.Nearest(list(question.dense), using=DENSE)
        rankings.append(Prefetch(size, query=near, filter=_nearest(shard, near, reach, size, sizes) or chosen))
    if question.sparse_indices:
        terms = SparseVector(list(question.sparse_indices), list(question.sparse_values))
        whole = sizes.population == sizes.all  # words need not be counted over a part
        params = None if whole else SearchParams(idf=IdfParams(corpus=matching(*reach.population)))
        rankings.append(Prefetch(size, query=Query.Nearest(terms, using=SPARSE), filter=chosen, params=params))
    return rankings


def _nearest(shard: EdgeShard, near: Query, reach: Reach, size: int, sizes: Sizes) -> Filter | None:
    """A filter that leaves only the nearest `size` or more of those that are searched; None where it is not worth it.

    Looking at each of 100,000 points whether it may be seen costs two fifths of their ranking. Where most may be seen,
    ranking some more of all, and looking at these alone, finds the same.
    """
    from qdrant_edge import FieldCondition, Filter, HasIdCondition, MatchAny, PayloadSelector, QueryRequest

    if sizes.all < MANY or sizes.chosen < MOST * sizes.all:
        return None
    some = math.ceil(SPARE * size * sizes.all / sizes.chosen)
    ranked = shard.query(QueryRequest(some, query=near, with_payload=PayloadSelector.Include([common.TENANT])))
    (own,) = reach.chosen
    seen = {
        point.id for point in ranked if not set(own.values).isdisjoint((point.payload or {}).get(common.TENANT, ()))
    }
    if len(seen) < size:
        return None
    return Filter(must=[HasIdCondition(seen), FieldCondition(own.field, match=MatchAny(list(own.values)))])


def to_point(encoded: EncodedChunk) -> Point:
    """A chunk as qdrant-edge takes it."""
    from qdrant_edge import Point, SparseVector

    encoding = common.tilted(encoded)
    sparse = SparseVector(list(encoding.sparse_indices), list(encoding.sparse_values))
    return Point(
        common.point_id(encoded.chunk), {DENSE: list(encoding.dense), SPARSE: sparse}, common.to_payload(encoded)
    )


def _config(dimension: int) -> EdgeConfig:
    from qdrant_edge import Distance, EdgeConfig, EdgeSparseVectorParams, EdgeVectorParams, Modifier

    return EdgeConfig(
        vectors={DENSE: EdgeVectorParams(dimension, Distance.Dot)},
        sparse_vectors={SPARSE: EdgeSparseVectorParams(modifier=Modifier.Idf)},
    )


def created(path: Path, dimension: int) -> EdgeShard:
    """Make an empty shard, payload indexes first; raises IndexUnreadable."""
    from qdrant_edge import EdgeShard, KeywordIndexParams, UpdateOperation

    try:
        shard = EdgeShard.create(str(path), _config(dimension))
        for field in common.KEYWORDS:
            tenant = KeywordIndexParams(is_tenant=field == common.TENANT)
            shard.update(UpdateOperation.create_field_index(field, tenant))
    except Exception as error:  # qdrant-edge raises bare Exceptions
        raise IndexUnreadable(f"No index can be made at {path}: {error}.") from error
    return shard


def loaded(path: Path, dimension: int) -> EdgeShard:
    """Open a shard; raises DimensionMismatch or IndexUnreadable."""
    from qdrant_edge import EdgeShard

    try:
        shard = EdgeShard.load(str(path), _config(dimension))
        _bring_up_to_date(shard)
    except Exception as error:  # qdrant-edge raises bare Exceptions
        if "vector size" in str(error):
            raise DimensionMismatch(
                f"The index at {path} was made with another encoder: {error}. "
                f"Use that encoder, or remove {path.parent} and ingest the documents again."
            ) from error
        raise IndexUnreadable(
            f"The index at {path} cannot be read: {error}. "
            f"Restore it from a backup, or remove {path.parent} and ingest the documents again."
        ) from error
    return shard


def _bring_up_to_date(shard: EdgeShard) -> None:
    """Give chunks of before the field `reach` that field; the document that is looked at first comes last."""
    from qdrant_edge import KeywordIndexParams, UpdateOperation

    first = next(records(shard, None, with_vectors=False), None)
    if first is None or common.TENANT in (first.payload or {}):
        return
    chunks = {str((record.payload or {})["document_id"]): record for record in records(shard, None, with_vectors=False)}
    last = str((first.payload or {})["document_id"])
    shard.update(UpdateOperation.create_field_index(common.TENANT, KeywordIndexParams(is_tenant=True)))
    for document_id in [*(name for name in chunks if name != last), last]:
        record = chunks[document_id]
        payload = common.changing_payload(common.to_chunk(str(record.id), record.payload or {}))
        chosen = matching(Condition("document_id", (document_id,)))
        shard.update(UpdateOperation.set_payload_by_filter(chosen, payload))
    shard.flush()


def copy(source: EdgeShard, target: EdgeShard) -> None:
    """Put all points of one shard, with vectors and payloads, into another; raises IndexUnreadable."""
    from qdrant_edge import Point, UpdateOperation

    batch: list[Point] = []
    try:
        for record in records(source, None, with_vectors=True):
            batch.append(Point(record.id, cast("dict[str, Any]", record.vector), record.payload))
            if len(batch) == common.BATCH:
                target.update(UpdateOperation.upsert_points(batch))
                batch = []
        target.update(UpdateOperation.upsert_points(batch))
        target.flush()
    except Exception as error:  # qdrant-edge raises bare Exceptions
        raise IndexUnreadable(
            f"The index could not be rebuilt: {error}. The old one stays. Is the disk full?"
        ) from error


def records(shard: EdgeShard, chosen: Filter | None, *, with_vectors: bool) -> Iterator[Record]:
    """All points that a filter chooses, page by page."""
    from qdrant_edge import ScrollRequest

    offset = None
    while True:
        page, offset = shard.scroll(
            ScrollRequest(offset, common.PAGE, chosen, with_payload=True, with_vector=with_vectors)
        )
        yield from page
        if offset is None:
            return
