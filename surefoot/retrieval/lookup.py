"""Gives the passages of an answer back by their ids, as far as the asker may still see them."""

from __future__ import annotations

from collections import defaultdict

from surefoot.core.nouns import Answer, Asker, Chunk, Passage
from surefoot.core.provenance import Found
from surefoot.retrieval.editions import Edition, Editions
from surefoot.retrieval.index.port import Scope


def passages_of(editions: Editions, answer: Answer, asker: Asker) -> list[Passage]:
    """The passages that were found for an answer, in their order, by the access rule of a search.

    What was deleted or changed since is not there: a chunk's id says of which content it is. There are none where the
    edition that was searched is gone.
    """
    how = answer.how
    edition = next((one for one in editions.all() if how is not None and one.recipe == how.edition), None)
    if how is None or edition is None:
        return []
    with editions.holding(edition) as there:
        chunks = _chunks(edition, how.found, asker, answer.assistant) if there else {}
    return [Passage(chunks[one.chunk_id], one.score) for one in how.found if one.chunk_id in chunks]


def _chunks(edition: Edition, found: tuple[Found, ...], asker: Asker, assistant: str) -> dict[str, Chunk]:
    """The chunks that are there, by id; each document is asked once."""
    scope = Scope(assistant, with_superseded=True)
    wanted: dict[str, list[int]] = defaultdict(list)
    for one in found:
        wanted[one.document_id].append(one.ordinal)
    return {
        chunk.id: chunk
        for document_id, ordinals in wanted.items()
        for chunk in edition.index.chunks_at(document_id, ordinals, asker, scope)
    }
