"""The bare index search: the same hybrid query without access, scope, payload and order; a limit to measure against."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from surefoot.core.nouns import Encoding
from surefoot.retrieval.fusion import window
from surefoot.retrieval.index import payload as common
from surefoot.retrieval.index.edge import EdgeIndex

if TYPE_CHECKING:
    from qdrant_edge import Fusion

_RRF_K = 10
"""Constant of reciprocal rank fusion, which the index brings along (Cormack et al. 2009 use 60)."""


def bare_search(index: EdgeIndex, question: Encoding, limit: int) -> int:
    """Ask the shard itself; gives how many points it found."""
    from qdrant_edge import Fusion, Prefetch, Query, QueryRequest, SparseVector

    size = window(limit)
    terms = SparseVector(list(question.sparse_indices), list(question.sparse_values))
    rankings = [
        Prefetch(size, query=Query.Nearest(list(question.dense), using=common.DENSE)),
        Prefetch(size, query=Query.Nearest(terms, using=common.SPARSE)),
    ]
    request = QueryRequest(2 * size, prefetches=rankings, query=cast("Fusion", Fusion.Rrf(_RRF_K)))
    with index.shard() as shard:
        return len(shard.query(request))
