"""Everything that is said to qdrant-client: a collection's making, its points, filters and queries."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from surefoot.core.nouns import Chunk, Encoding, Passage
from surefoot.retrieval.errors import DimensionMismatch
from surefoot.retrieval.fusion import Ranking
from surefoot.retrieval.index import payload as common
from surefoot.retrieval.index.payload import DENSE, SPARSE, Condition, Reach
from surefoot.retrieval.index.port import EncodedChunk

if TYPE_CHECKING:
    from qdrant_client import QdrantClient
    from qdrant_client.http.exceptions import ApiException
    from qdrant_client.http.models import Vector
    from qdrant_client.models import Filter, OptimizersConfigDiff, PointStruct, QueryRequest, Record

_EXISTS = 409
_KEY_REFUSED = (401, 403)


def prepare(client: QdrantClient, collection: str, dimension: int, replication: int) -> None:
    """Make the collection and its payload indexes where they do not exist.

    Raises DimensionMismatch where it exists and was made with another encoder.
    """
    from qdrant_client.http.exceptions import UnexpectedResponse

    if not client.collection_exists(collection):
        try:
            _create(client, collection, dimension, replication)
        except UnexpectedResponse as error:
            if error.status_code != _EXISTS:  # another process was faster
                raise
    _check_dimension(client, collection, dimension)
    _index_payload(client, collection)


def matching(*conditions: Condition) -> Filter:
    """The filter for points that fulfil all conditions."""
    from qdrant_client.models import FieldCondition, Filter, MatchAny

    return Filter(must=[FieldCondition(key=c.field, match=MatchAny(any=list(c.values))) for c in conditions])


def unchanged(chunk: Chunk) -> Filter:
    """The filter for the chunks of this one's document that the same groups may see, and as current or as replaced."""
    from qdrant_client.models import FieldCondition, Filter, MatchValue, ValuesCount

    reached: list[str] = common.changing_payload(chunk)["reach"]
    each = [FieldCondition(key="reach", match=MatchValue(value=value)) for value in reached]
    no_other = FieldCondition(key="reach", values_count=ValuesCount(gte=len(reached), lte=len(reached)))
    return Filter(must=[matching(Condition("document_id", (chunk.document_id,))), *each, no_other])


def at_ordinals(reach: Reach, ordinals: Collection[int]) -> Filter:
    """The filter for what may be seen and has one of these places in its document."""
    from qdrant_client.models import FieldCondition, Filter, MatchAny

    return Filter(must=[matching(*reach.chosen), FieldCondition(key="ordinal", match=MatchAny(any=sorted(ordinals)))])


def rankings(
    client: QdrantClient, collection: str, question: Encoding, reach: Reach, size: int
) -> tuple[Ranking, Ranking]:
    """The ranking by meaning and the one by words, in one request; one that the question has nothing for is empty."""
    asked = {
        **({DENSE: _by_meaning(question, reach, size)} if any(question.dense) else {}),
        **({SPARSE: _by_words(question, reach, size)} if question.sparse_indices else {}),
    }
    if not asked:
        return [], []
    found = client.query_batch_points(collection, list(asked.values()))
    scored = {
        name: common.untilted((uuid.UUID(str(point.id)), point.score) for point in one.points)
        for name, one in zip(asked, found, strict=True)
    }
    return scored.get(DENSE, []), scored.get(SPARSE, [])


def passages(client: QdrantClient, collection: str, fused: Ranking, reach: Reach) -> list[Passage]:
    """The passages of a fused ranking that may be seen; only these leave the server."""
    from qdrant_client.models import Filter, HasIdCondition

    if not fused:
        return []
    chosen = Filter(must=[HasIdCondition(has_id=[str(one) for one, _ in fused]), matching(*reach.chosen)])
    page, _ = client.scroll(collection, scroll_filter=chosen, limit=len(fused))
    return common.found(fused, {str(record.id): record.payload or {} for record in page})


def to_point(encoded: EncodedChunk) -> PointStruct:
    """A chunk as qdrant-client takes it."""
    from qdrant_client.models import PointStruct, SparseVector

    encoding = common.tilted(encoded)
    sparse = SparseVector(indices=list(encoding.sparse_indices), values=list(encoding.sparse_values))
    vectors: dict[str, Vector] = {DENSE: list(encoding.dense), SPARSE: sparse}
    return PointStruct(id=common.point_id(encoded.chunk), vector=vectors, payload=common.to_payload(encoded))


def records(
    client: QdrantClient, collection: str, chosen: Filter | None, only: list[str] | None = None
) -> Iterator[Record]:
    """All points that a filter chooses, or all, page by page; with their whole payload, or with these fields of it."""
    offset = None
    while True:
        page, offset = client.scroll(
            collection, scroll_filter=chosen, limit=common.PAGE, offset=offset, with_payload=only or True
        )
        yield from page
        if offset is None:
            return


def vacuum() -> OptimizersConfigDiff:
    """Settings under which the server rewrites a segment as soon as it may."""
    from qdrant_client.models import OptimizersConfigDiff

    return OptimizersConfigDiff(deleted_threshold=0.01, vacuum_min_vector_number=100)


def explained(error: ApiException) -> str:
    """What went wrong between here and the server, and what to do."""
    from qdrant_client.http.exceptions import UnexpectedResponse

    if not isinstance(error, UnexpectedResponse):
        reason = getattr(error, "source", error)
        return f"The vector server does not answer ({reason}). Start it, or correct its URL in the settings."
    if error.status_code in _KEY_REFUSED:
        return "The vector server refuses the API key. Correct the key in the settings."
    return f"The vector server refused a request: {error}. Surefoot needs Qdrant 1.19 or later."


def _by_meaning(question: Encoding, reach: Reach, size: int) -> QueryRequest:
    from qdrant_client.models import QuantizationSearchParams, QueryRequest, SearchParams

    precise = SearchParams(quantization=QuantizationSearchParams(rescore=True, oversampling=2.0))
    chosen = matching(*reach.chosen)
    return QueryRequest(query=list(question.dense), using=DENSE, filter=chosen, limit=size, params=precise)


def _by_words(question: Encoding, reach: Reach, size: int) -> QueryRequest:
    from qdrant_client.models import IdfCorpusParams, QueryRequest, SearchParams, SparseVector

    terms = SparseVector(indices=list(question.sparse_indices), values=list(question.sparse_values))
    counted = SearchParams(idf=IdfCorpusParams(corpus=matching(*reach.population)))
    return QueryRequest(query=terms, using=SPARSE, filter=matching(*reach.chosen), limit=size, params=counted)


def _create(client: QdrantClient, collection: str, dimension: int, replication: int) -> None:
    from qdrant_client.models import (
        Distance,
        Modifier,
        ScalarQuantization,
        ScalarQuantizationConfig,
        ScalarType,
        SparseVectorParams,
        VectorParams,
    )

    small = ScalarQuantization(scalar=ScalarQuantizationConfig(type=ScalarType.INT8, quantile=0.99, always_ram=True))
    client.create_collection(
        collection,
        vectors_config={DENSE: VectorParams(size=dimension, distance=Distance.DOT)},
        sparse_vectors_config={SPARSE: SparseVectorParams(modifier=Modifier.IDF)},
        quantization_config=small,
        replication_factor=replication,
        optimizers_config=vacuum(),
    )


def _index_payload(client: QdrantClient, collection: str) -> None:
    """Make the payload indexes that are missing; there are none missing but after an interrupted start."""
    from qdrant_client.models import KeywordIndexParams, KeywordIndexType

    made = client.get_collection(collection).payload_schema
    if common.TENANT not in made:
        _bring_up_to_date(client, collection)
    for field in common.KEYWORDS:
        if field not in made:
            schema = KeywordIndexParams(type=KeywordIndexType.KEYWORD, is_tenant=field == common.TENANT)
            client.create_payload_index(collection, field, field_schema=schema, wait=True)


def _bring_up_to_date(client: QdrantClient, collection: str) -> None:
    """Give chunks of before the field `reach` that field, before its index says that all have it."""
    chunks = {str((record.payload or {})["document_id"]): record for record in records(client, collection, None)}
    for document_id, record in chunks.items():
        payload = common.changing_payload(common.to_chunk(str(record.id), record.payload or {}))
        client.set_payload(collection, payload, points=matching(Condition("document_id", (document_id,))), wait=True)


def _check_dimension(client: QdrantClient, collection: str, dimension: int) -> None:
    vectors = client.get_collection(collection).config.params.vectors
    held = vectors[DENSE].size if isinstance(vectors, dict) and DENSE in vectors else None
    if held != dimension:
        raise DimensionMismatch(
            f"The collection '{collection}' holds vectors of {held} numbers, and the encoder makes {dimension}. "
            "Use the encoder that it was made with, or name another collection and ingest again."
        )
