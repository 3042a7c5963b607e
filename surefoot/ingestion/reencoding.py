"""Cuts and encodes documents that are there already for another edition, from their kept originals."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from surefoot.core.nouns import Chunk, Section
from surefoot.ingestion.blobs import Blobs
from surefoot.ingestion.catalogue import Catalogue, Entry, Status
from surefoot.ingestion.chunking import chunked, recut
from surefoot.ingestion.describing import Order, begun, described, document_of, order_of
from surefoot.ingestion.errors import BlobError, Unreadable
from surefoot.ingestion.inspection import Inspection, Inspector
from surefoot.ingestion.packing import Packed, batches, encoded
from surefoot.ingestion.privacy import PiiPolicy, apply
from surefoot.ingestion.results import Content, SourceFile
from surefoot.ingestion.sandbox import Sandbox
from surefoot.ingestion.text import Placed
from surefoot.retrieval.editions import Edition, Editions

_ENCODED_AT_ONCE = 16
"""Chunks between two looks at whether somebody waits for an answer."""
_LONGEST_WAIT = 2.0
"""Seconds that a slice waits for questions: under a steady stream of them the work goes on, slowly."""
_LOOK = 0.01


class Halted(Exception):
    """The work is to stop."""


@dataclass(frozen=True, slots=True)
class Originals:
    """What documents are read from again."""

    catalogue: Catalogue
    blobs: Blobs
    sandbox: Sandbox
    inspect: Inspector


class Reencoder:
    """Brings documents into an edition, one at a time, and questions go before it."""

    def __init__(
        self, originals: Originals, editions: Editions, lock: threading.RLock, goes_on: Callable[[], bool]
    ) -> None:
        """lock: the pipeline's. goes_on: False ends the work with Halted."""
        self._from = originals
        self._editions = editions
        self._lock = lock
        self._goes_on = goes_on

    def holds(self, edition: Edition, entry: Entry) -> int | None:
        """How many chunks of a document the edition has; None where they are not all of its content.

        Its chunks are complete where they are numbered without a gap: the last are written first.
        """
        chunks = self._editions.chunks(edition, entry.id)
        if not chunks and entry.chunks:
            return None
        return len(chunks) if self._whole(chunks, entry) else None

    def _whole(self, chunks: Sequence[Chunk], entry: Entry) -> bool:
        """Whether these are all chunks of a document's content."""
        same = all(chunk.content_hash == entry.content_hash for chunk in chunks)
        return same and [chunk.ordinal for chunk in chunks] == list(range(len(chunks)))

    def bring(self, edition: Edition, entry: Entry) -> None:
        """Cut a document again and write its chunks, unless it was changed or deleted meanwhile.

        Raises the encoder's and the index's errors, ReaderBroken, and Halted.
        """
        packed = self._encoded(edition, self._cut(edition, entry))
        with self._lock:
            now = self._from.catalogue.get(entry.id)
            if now is None or now.status is not Status.READY or now.content_hash != entry.content_hash:
                return
            placed = [replace(one, chunk=_placed(one.chunk, now)) for one in packed]
            self._editions.replace(edition, entry.id, list(batches(placed)))

    def _cut(self, edition: Edition, entry: Entry) -> Sequence[Chunk]:
        """As a fresh reading would be cut, where that still gives the kept text; else the kept text itself.

        The text that is kept is what people may see: with personal data masked as it was when the document came.
        """
        kept = self._from.catalogue.text(entry.id)
        found = self._read(entry)
        if found is not None:
            line = described(found.order, begun(found.order, entry), found.content)
            document = document_of(line, found.content)
            text, chunks = chunked(document, edition.encoder.dense, edition.chunk_tokens)
            if text == kept:
                return chunks
        return self._cut_kept(edition, entry, kept)

    def _cut_kept(self, edition: Edition, entry: Entry, kept: str) -> Sequence[Chunk]:
        """The kept text, cut anew within the headings and pages that the live edition's chunks tell, if they do."""
        live = self._editions.chunks(self._editions.live, entry.id)
        if not kept:
            return ()
        title, whole = entry.title, [Placed(Section((), kept, None), 0, 0, len(kept))]
        if live and self._whole(live, entry):
            title, whole = live[0].title, _sections(live, kept)
        document = document_of(replace(entry, title=title), Content(entry.media_type, None, ()))
        return recut(document, (kept, whole), edition.encoder.dense, edition.chunk_tokens)

    def _read(self, entry: Entry) -> Inspection | None:
        """The document as its assistant's rules of today would take it in, but masked where it was masked before.

        None where it cannot be read, or where today's rules would keep it out.
        """
        try:
            order = self._order(entry)
            raw = self._from.sandbox.read(order.file.data, order.file.path)
            found = self._inspected(order, raw)
            if entry.masked and (found is None or not found.masks):
                found = self._inspected(order, apply(raw, PiiPolicy.MASK).content)
        except (BlobError, Unreadable):
            return None
        return found

    def _inspected(self, order: Order, content: Content) -> Inspection | None:
        """None where today's rules would keep the document out; that it is in is not for re-encoding to change."""
        try:
            return self._from.inspect(order, content, lambda _path, _stage: None)
        except Unreadable:
            return None

    def _order(self, entry: Entry) -> Order:
        data = self._from.blobs.get(entry.content_hash)
        file = SourceFile(entry.path, data, entry.modified_at, dict(entry.properties or {}))
        return order_of(entry, file)

    def _encoded(self, edition: Edition, chunks: Sequence[Chunk]) -> list[Packed]:
        packed: list[Packed] = []
        for start in range(0, len(chunks), _ENCODED_AT_ONCE):
            self.give_way()
            packed += encoded(chunks[start : start + _ENCODED_AT_ONCE], edition.encoder)
        return packed

    def give_way(self) -> None:
        """Let questions go first. Raises Halted where the work is to stop."""
        until = time.monotonic() + _LONGEST_WAIT
        while self._goes_on() and self._editions.being_searched and time.monotonic() < until:
            time.sleep(_LOOK)
        if not self._goes_on():
            raise Halted


def _placed(chunk: Chunk, entry: Entry) -> Chunk:
    """With what may have been changed since the document was read: title, access, and its place among versions."""
    return replace(chunk, title=entry.title, groups=entry.groups, superseded=entry.superseded)


def _sections(chunks: Sequence[Chunk], text: str) -> list[Placed]:
    """Neighbouring chunks under the same headings on the same page, as sections with their places in the text."""
    placed: list[Placed] = []
    for (path, page), some in groupby(chunks, key=lambda chunk: (chunk.heading_path, chunk.page)):
        together = list(some)
        start, end = min(chunk.start for chunk in together), max(chunk.end for chunk in together)
        placed.append(Placed(Section(path, text[start:end], page), start, start, end))
    return placed
