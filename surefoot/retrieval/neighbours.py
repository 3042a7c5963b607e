"""Joins to a passage what it leans on: the chunk before or after it in the same section, where a cut went through."""

from __future__ import annotations

import re
from collections.abc import Sequence

from surefoot.core.nouns import Asker, Chunk, Passage
from surefoot.retrieval.index.port import Index, Scope

LOOKED_AT = 4
"""Passages, from the best on, whose neighbours are looked for."""
_BEGINS_AMID = re.compile(
    r"\s*(?:[a-z]|[|,;)\]]|[-*•–]\s|\(?(?:[b-hj-z]|i[iv]|iii|vi*|[2-9]|\d\d)[.)]\s|"
    r"(?:It|They|This|That|These|Those|He|She|Such|However|Therefore|Otherwise|In (?:this|that|such) case)\b)"
)
"""A sentence's, list's or table's middle, a list item but the first, or a word that points back."""
_ENDS_AMID = re.compile(r"[^.!?…\"'”’)\]\s]\s*\Z")


def with_neighbours(
    passages: Sequence[Passage], index: Index, asker: Asker, scope: Scope, looked_at: int = LOOKED_AT
) -> list[Passage]:
    """The passages, and after each of the first `looked_at` that leans on a neighbour, that neighbour.

    A neighbour has the score of the passage that it belongs to, is of the same section, and comes only where the asker
    may see it. None comes twice; the order of the others stays.
    """
    known = {passage.chunk.id for passage in passages}
    joined: list[Passage] = []
    for place, passage in enumerate(passages):
        joined.append(passage)
        wanted = _places(passage.chunk) if place < looked_at else ()
        for chunk in index.chunks_at(passage.chunk.document_id, wanted, asker, scope) if wanted else ():
            if chunk.id not in known and chunk.heading_path == passage.chunk.heading_path:
                known.add(chunk.id)
                joined.append(Passage(chunk, passage.score))
    return joined


def leans_back(text: str) -> bool:
    """Whether a text begins amid a sentence, list or table, or with a word that points back."""
    return bool(_BEGINS_AMID.match(text))


def leans_forward(text: str) -> bool:
    """Whether a text ends amid a sentence, list or table."""
    return bool(_ENDS_AMID.search(text))


def _places(chunk: Chunk) -> tuple[int, ...]:
    """Ordinals of the neighbours that a chunk leans on."""
    before = (chunk.ordinal - 1,) if chunk.ordinal > 0 and leans_back(chunk.text) else ()
    return (*before, chunk.ordinal + 1) if leans_forward(chunk.text) else before
