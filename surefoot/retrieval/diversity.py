"""Keeps repeats from filling a list of passages, and puts the newer of two similar dated ones first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from surefoot.core.nouns import Chunk, Passage

SPARE = 4
"""Passages more than wanted that are fetched, so that others stand where repeats would."""
ALIKE = 0.6
"""Share of common words (Jaccard) from which two passages say something about the same thing."""
NEAR = 0.75
"""Share of the older one's score that a newer passage needs to go before it."""
_WORD = re.compile(r"\w+")
Words = frozenset[str]


def diverse(passages: Sequence[Passage], limit: int, *, newest_first: bool = True) -> list[Passage]:
    """The first `limit` passages, those with the text of one before them last.

    A text that differs in a single figure or a "not" is no repeat: it may contradict. Where newest_first, a passage of
    a later date (`valid_from`) goes before a similar, older one of another document that scores little more; undated
    ones stay where they are. Places keep their scores, so scores still fall.
    """
    dates = {passage.chunk.valid_from for passage in passages} - {None}
    ordered = _newer_forward(passages) if newest_first and len(dates) > 1 else list(passages)
    seen: set[str] = set()
    first: list[Passage] = []
    repeats: list[Passage] = []
    for passage in ordered:
        own = " ".join(passage.chunk.text.casefold().split())
        (repeats if own in seen else first).append(passage)
        seen.add(own)
    last = first[-1].score if first else 0.0
    return [*first, *(replace(repeat, score=min(repeat.score, last)) for repeat in repeats)][:limit]


def _newer_forward(passages: Sequence[Passage]) -> list[Passage]:
    """Each passage as far in front as the older, similar ones that it may pass."""
    words = {passage.chunk.id: frozenset(_WORD.findall(passage.chunk.text.casefold())) for passage in passages}
    ordered = list(passages)
    for place in range(1, len(ordered)):
        passed = [n for n in range(place) if _passes(ordered[place], ordered[n], words)]
        if passed:
            ordered.insert(passed[0], ordered.pop(place))
    return [
        passage if passage.score == there.score else replace(passage, score=there.score)
        for passage, there in zip(ordered, passages, strict=True)
    ]


def _passes(newer: Passage, older: Passage, words: dict[str, Words]) -> bool:
    one, other = words[newer.chunk.id], words[older.chunk.id]
    return (
        _is_later(newer.chunk, older.chunk)
        and newer.score >= NEAR * older.score
        and len(one & other) >= ALIKE * len(one | other)
    )


def _is_later(one: Chunk, other: Chunk) -> bool:
    dated = one.valid_from is not None and other.valid_from is not None and one.valid_from > other.valid_from
    return dated and one.document_id != other.document_id
