"""Gives passages that were found earlier back by their ids, as far as the asker may still see them."""

from __future__ import annotations

from collections.abc import Sequence

from surefoot.core.nouns import Asker, Chunk, Passage
from surefoot.core.provenance import Found
from surefoot.retrieval.editions import Editions


class Lookup:
    """Looks up chunks for one asker; each document is read once, so it is made anew for each request.

    What was deleted or changed since is not there: a chunk's id says of which content it is.
    """

    def __init__(self, editions: Editions, asker: Asker) -> None:
        self._editions = editions
        self._asker = asker
        self._known: dict[tuple[str, str], dict[str, Chunk]] = {}

    def chunk(self, document_id: str, chunk_id: str, edition: str) -> Chunk | None:
        """A chunk of the edition with this recipe; None where it is gone, or the asker may not see it."""
        key = (edition, document_id)
        if key not in self._known:
            self._known[key] = self._of(document_id, edition)
        return self._known[key].get(chunk_id)

    def passages(self, found: Sequence[Found], edition: str) -> list[Passage]:
        """Those of the passages that are still there, in their order."""
        chunks = [(self.chunk(one.document_id, one.chunk_id, edition), one.score) for one in found]
        return [Passage(chunk, score) for chunk, score in chunks if chunk is not None]

    def _of(self, document_id: str, recipe: str) -> dict[str, Chunk]:
        edition = next((one for one in self._editions.all() if one.recipe == recipe), None)
        chunks = self._editions.chunks(edition, document_id) if edition is not None else []
        return {chunk.id: chunk for chunk in chunks if not chunk.groups.isdisjoint(self._asker.groups)}
