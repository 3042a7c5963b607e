"""Everything that is said to qdrant-edge: a shard's making, its points, filters and queries."""

from __future__ import annotations

import math
import uuid
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from surefoot.core.nouns import Encoding, Passage
from surefoot.retrieval.errors import DimensionMismatch, IndexUnreadable
from surefoot.retrieval.fusion import Ranking
from surefoot.retrieval.index import payload as common
from surefoot.retrieval.index.payload import DENSE, SPARSE, Condition, Reach
from surefoot.retrieval.index.port import EncodedChunk

if TYPE_CHECKING:
    from qdrant_edge import EdgeConfig, EdgeShard, Filter, Point, Query, Record, ScoredPoint


MANY = 50_000
"""Points from which on looking at all of them is dearer than a second question to the shard."""
MOST = 0.5
"""Share of all that must be seen for that question to find enough."""
SPARE = 1.3
"""How many more are ranked than should do, because those that may not be seen do not lie evenly."""


def matching(*conditions: Condition) -> Filter:
    """The filter for points that fulfil all conditions."""
    from qdrant_edge import FieldCondition, Filter, MatchAny

    return Filter(must=[FieldCondition(c.field, match=MatchAny(list(c.values))) for c in conditions])


def at_ordinals(reach: Reach, ordinals: Collection[int]) -> Filter:
    """The filter for what may be seen and has one of these places in its document."""
    from qdrant_edge import FieldCondition, Filter, MatchAny

    return Filter(must=[matching(*reach.chosen), FieldCondition("ordinal", MatchAny(sorted(ordinals)))])


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


def by_meaning(shard: EdgeShard, question: Encoding, reach: Reach, size: int, sizes: Sizes) -> Ranking:
    """The nearest by meaning, at most `size`.

    Looking at each point whether it may be seen costs up to two fifths of their ranking, so the nearest of all are
    ranked first where that finds the same. What comes of it is fetched through the filter in any case.
    """
    from qdrant_edge import Query, QueryRequest

    if not any(question.dense):
        return []
    near = Query.Nearest(list(question.dense), using=DENSE)
    if sizes.chosen == sizes.all:  # all may be seen, unless somebody writes in this moment
        return _scored(shard.query(QueryRequest(size, query=near)))
    ranked = _nearest(shard, near, reach, size, sizes)
    return ranked or _scored(shard.query(QueryRequest(size, query=near, filter=matching(*reach.chosen))))


def by_words(shard: EdgeShard, question: Encoding, reach: Reach, size: int, sizes: Sizes) -> Ranking:
    """Those that share the question's words, best first, at most `size`."""
    from qdrant_edge import IdfParams, Query, QueryRequest, SearchParams, SparseVector

    if not question.sparse_indices:
        return []
    terms = SparseVector(list(question.sparse_indices), list(question.sparse_values))
    whole = sizes.population == sizes.all  # words need not be counted over a part
    params = None if whole else SearchParams(idf=IdfParams(corpus=matching(*reach.population)))
    query = Query.Nearest(terms, using=SPARSE)
    return _scored(shard.query(QueryRequest(size, query=query, filter=matching(*reach.chosen), params=params)))


def passages(shard: EdgeShard, fused: Ranking, reach: Reach) -> list[Passage]:
    """The passages of a fused ranking that may be seen: what the others hold is never taken out of the shard."""
    from qdrant_edge import Filter, HasIdCondition, ScrollRequest

    if not fused:
        return []
    chosen = Filter(must=[HasIdCondition({one for one, _ in fused}), matching(*reach.chosen)])
    page, _ = shard.scroll(ScrollRequest(None, len(fused), chosen, with_payload=True, with_vector=False))
    return common.found(fused, {str(record.id): record.payload or {} for record in page})


def _nearest(shard: EdgeShard, near: Query, reach: Reach, size: int, sizes: Sizes) -> Ranking | None:
    """The nearest `size` of those that are searched, out of some more of all; None where that is not worth it."""
    from qdrant_edge import PayloadSelector, QueryRequest

    if sizes.all < MANY or sizes.chosen < MOST * sizes.all:
        return None
    some = math.ceil(SPARE * size * sizes.all / sizes.chosen)
    ranked = shard.query(QueryRequest(some, query=near, with_payload=PayloadSelector.Include([common.TENANT])))
    (own,) = reach.chosen
    seen = [p for p in ranked if not set(own.values).isdisjoint((p.payload or {}).get(common.TENANT, ()))]
    return _scored(seen[:size]) if len(seen) >= size else None


def _scored(points: Sequence[ScoredPoint]) -> Ranking:
    return common.untilted((cast("uuid.UUID", point.id), point.score) for point in points)


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
            f"Remove {path.parent}: it is built again from the originals at the next start."
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


def records(
    shard: EdgeShard, chosen: Filter | None, *, with_vectors: bool, only: list[str] | None = None
) -> Iterator[Record]:
    """All points that a filter chooses, page by page; with their whole payload, or with these fields of it."""
    from qdrant_edge import ScrollRequest

    offset = None
    while True:
        page, offset = shard.scroll(
            ScrollRequest(offset, common.PAGE, chosen, with_payload=only or True, with_vector=with_vectors)
        )
        yield from page
        if offset is None:
            return
