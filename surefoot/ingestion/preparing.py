"""Turns a file into what can be encoded, in threads of its own: read, inspected, cut for every edition."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from surefoot.core.nouns import Chunk
from surefoot.ingestion.blobs import Blobs
from surefoot.ingestion.catalogue import Entry
from surefoot.ingestion.chunking import CHUNKER, chunked
from surefoot.ingestion.describing import Order, begun, described, document_of
from surefoot.ingestion.errors import Unreadable
from surefoot.ingestion.inspection import Inspection, Inspector, Told
from surefoot.ingestion.readers import READER
from surefoot.ingestion.sandbox import Sandbox
from surefoot.retrieval.editions import Edition, Editions


def recipe_of(edition: Edition) -> str:
    """Which reader, chunker and encoder make an edition's chunks."""
    return f"{READER}/{CHUNKER}/{edition.recipe}"


@dataclass(frozen=True, slots=True)
class Cut:
    """A document's chunks for one edition."""

    edition: Edition
    chunks: Sequence[Chunk]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file that was read and can be encoded."""

    order: Order
    known: Entry | None
    """The catalogue's line before."""
    entry: Entry
    text: str
    cuts: tuple[Cut, ...]
    """The live edition's first."""
    inspection: Inspection
    seconds: Mapping[str, float]

    @property
    def chunks(self) -> int:
        """Chunks in the live edition."""
        return len(self.cuts[0].chunks)

    def cut_for(self, live: Edition) -> Cut:
        """The cut for the edition that is live when it is written, which may be another than when it was read."""
        return next((cut for cut in self.cuts if cut.edition == live), self.cuts[0])


@dataclass(frozen=True, slots=True)
class Unfit:
    """A file that cannot be taken in."""

    order: Order
    known: Entry | None
    reason: str
    inspection: Inspection | None = None
    """Set where it could be read, and a rule keeps it out."""


class Preparer:
    """Reads, inspects and cuts; safe for threads. What a file is to blame for is an Unfit, all else is raised."""

    def __init__(self, sandbox: Sandbox, editions: Editions, blobs: Blobs, inspect: Inspector) -> None:
        self._sandbox = sandbox
        self._editions = editions
        self._blobs = blobs
        self._inspect = inspect

    def prepare(self, order: Order, known: Entry | None, told: Told) -> Prepared | Unfit:
        """Read a file; its original is kept as soon as it could be read."""
        told(order.file.path, "read")
        started = time.perf_counter()
        try:
            content = self._sandbox.read(order.file.data, order.file.path)
            seconds = {"read": time.perf_counter() - started}
            inspection = self._inspect(order, content, told)
        except Unreadable as error:
            return Unfit(order, known, str(error))
        seconds |= inspection.seconds
        self._blobs.put(order.file.data)
        if inspection.rejection and not order.past_rules:
            return Unfit(order, known, inspection.rejection, inspection)
        try:
            return self._cut(known, inspection, seconds)
        except Unreadable as error:
            return Unfit(order, known, str(error))

    def _cut(self, known: Entry | None, inspection: Inspection, seconds: dict[str, float]) -> Prepared:
        started = time.perf_counter()
        order = inspection.order
        editions = self._editions.all()
        entry = replace(
            described(order, begun(order, known), inspection.content),
            recipe=recipe_of(editions[0]),
            language=inspection.language,
            text_hash=inspection.text_hash,
            masked=len(inspection.masks),
        )
        document = document_of(entry, inspection.content)
        most = self._sandbox.limits.chunks
        made = [(e, *chunked(document, e.encoder.dense, e.chunk_tokens, most)) for e in editions]
        seconds["chunk"] = time.perf_counter() - started
        cuts = tuple(Cut(edition, chunks) for edition, _, chunks in made)
        return Prepared(order, known, entry, made[0][1], cuts, inspection, seconds)
