"""Scores of a ranking, for questions whose relevant documents are known."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence


def ndcg_at(k: int, ranking: Sequence[str], relevant: Collection[str]) -> float:
    """Normalized discounted cumulative gain of the first k ids, from 0 to 1, with binary relevance.

    DCG = Σ 1 / log2(rank + 1) over the relevant ids among the first k, rank from 1, divided by the DCG of an ideal
    ranking (Järvelin and Kekäläinen 2002, "Cumulated gain-based evaluation of IR techniques"; the form of trec_eval
    and BEIR). An id that is repeated counts once, at its first place. Raises ValueError without relevant ids.
    """
    wanted = _checked(k, relevant)
    gained = sum(_discount(place) for place, found in enumerate(_firsts(ranking)[:k]) if found in wanted)
    return gained / sum(_discount(place) for place in range(min(k, len(wanted))))


def recall_at(k: int, ranking: Sequence[str], relevant: Collection[str]) -> float:
    """Share of the relevant ids that are among the first k, from 0 to 1.

    With more than k relevant ids it stays below 1 (the form of trec_eval and BEIR; Manning, Raghavan and Schütze 2008,
    "Introduction to Information Retrieval", chapter 8). Raises ValueError without relevant ids.
    """
    wanted = _checked(k, relevant)
    return len(wanted.intersection(_firsts(ranking)[:k])) / len(wanted)


def reciprocal_rank(ranking: Sequence[str], relevant: Collection[str]) -> float:
    """1 / rank of the first relevant id, from 1; 0 where there is none (Voorhees 1999, the TREC-8 QA track).

    Repeated ids count once. Raises ValueError without relevant ids.
    """
    wanted = _checked(1, relevant)
    return next((1 / rank for rank, found in enumerate(_firsts(ranking), start=1) if found in wanted), 0.0)


def _discount(place: int) -> float:
    """The worth of a place counted from 0."""
    return 1 / math.log2(place + 2)


def _firsts(ranking: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(ranking))


def _checked(k: int, relevant: Collection[str]) -> frozenset[str]:
    if k < 1:
        raise ValueError(f"A cut-off must be at least 1, not {k}.")
    if not relevant:
        raise ValueError("A question without relevant documents cannot be scored.")
    return frozenset(relevant)
