"""Encodes what was prepared, across documents, and writes it so that it can be interrupted anywhere."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from surefoot.core.nouns import Chunk
from surefoot.ingestion.aliases import Aliases
from surefoot.ingestion.blobs import Blobs
from surefoot.ingestion.catalogue import Catalogue, Entry, Status
from surefoot.ingestion.describing import Order, as_given, begun
from surefoot.ingestion.families import Families
from surefoot.ingestion.findings import Findings
from surefoot.ingestion.inspection import Told
from surefoot.ingestion.neighbours import Neighbours
from surefoot.ingestion.packing import ENCODED_AT_ONCE, Packed, Turns, batches, encoded
from surefoot.ingestion.preparing import Cut, Prepared, Unfit, recipe_of
from surefoot.ingestion.results import Fed, Ingested, Rejected, Unchanged
from surefoot.ingestion.sidecars import Sidecars
from surefoot.retrieval.editions import Editions

DELETED = "The document was deleted while it was being read."
OVERTAKEN = "The file was fed again while it was being read."
LARGE = 2 * ENCODED_AT_ONCE
"""Chunks from which a document is encoded by itself."""
Leaving = Callable[[Entry, Entry | None], None]


@dataclass(frozen=True, slots=True)
class Kept:
    """Where what is known of documents lies, and their originals."""

    catalogue: Catalogue
    findings: Findings
    aliases: Aliases
    blobs: Blobs
    sidecars: Sidecars | None = None
    """The catalogue's lines once more, in files."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A document with its vectors for each edition."""

    prepared: Prepared
    packed: tuple[tuple[Cut, list[Packed]], ...]
    """Nothing where nobody wanted it any more."""
    seconds: float
    """Its share of the encoding."""


class Store:
    """Writes one document's line, chunks and findings; the lock is the pipeline's."""

    def __init__(self, kept: Kept, editions: Editions, leaving: Leaving) -> None:
        """leaving: told of a document and of what replaces it, just before."""
        self._catalogue = kept.catalogue
        self._findings = kept.findings
        self._aliases = kept.aliases
        self._blobs = kept.blobs
        self._sidecars = kept.sidecars
        self._editions = editions
        self._leaving = leaving
        self._lock = threading.RLock()
        self._turns = Turns()
        self._neighbours = Neighbours(kept.catalogue, kept.findings)
        self.families = Families(kept.catalogue, editions)

    @property
    def lock(self) -> threading.RLock:
        """Held by whoever changes what is kept."""
        return self._lock

    def encode(self, batch: Sequence[Prepared], told: Told) -> list[Ready]:
        """The vectors of all documents of a batch, edition by edition; texts of like length are encoded together.

        A large document is encoded by itself, and no further once nobody wants it: somebody deleted it, or fed it anew.
        """
        small = [one for one in batch if one.chunks < LARGE]
        groups = [small, *([one] for one in batch if one.chunks >= LARGE)]
        return [ready for group in groups if group for ready in self._encoded(group, told)]

    def _encoded(self, group: Sequence[Prepared], told: Told) -> Iterator[Ready]:
        started = time.perf_counter()
        most = max(len(one.cuts) for one in group)
        vectors = [self._vectors(group, number, told) for number in range(most)]
        spent = time.perf_counter() - started
        total = sum(one.chunks for one in group) or 1
        given = [iter(own) for own in vectors if own is not None]
        for one in group:
            packed = _dealt(one, given) if len(given) == most else ()
            yield Ready(one, packed, spent * one.chunks / total)

    def _vectors(self, group: Sequence[Prepared], number: int, told: Told) -> list[Packed] | None:
        """Those of one edition, in the order of the group's chunks; None where nobody wants them any more."""
        cuts = [one.cuts[number] for one in group if number < len(one.cuts)]
        chunks = [chunk for cut in cuts for chunk in cut.chunks]
        packed: list[Packed] = []
        for start in range(0, len(chunks), ENCODED_AT_ONCE):
            with self._turns.taken():
                for one in group:
                    told(one.order.file.path, "encode")
                if not any(map(self._wanted, group)):
                    return None
                packed += encoded(chunks[start : start + ENCODED_AT_ONCE], cuts[0].edition.encoder)
        return packed

    def _wanted(self, one: Prepared) -> bool:
        now = self._catalogue.get(one.order.id)
        return now is not None and now.status is not Status.DELETING and now.pending_hash == one.order.content_hash

    def write(self, batch: Sequence[Ready], told: Told) -> Iterator[Fed]:
        """Put documents where questions find them; those that somebody deleted or fed anew meanwhile are left out."""
        with self._lock:
            results: list[Fed] = []
            for ready in batch:
                told(ready.prepared.order.file.path, "index")
                results.append(self._written(ready))
        yield from results

    def _written(self, ready: Ready) -> Fed:
        one = ready.prepared
        started = time.perf_counter()
        result = self._overtaken(one.order)
        if result is None:  # without vectors the line is of another feeding of the same bytes, which goes on
            result = self._kept(ready) if ready.packed else Rejected(one.order.file.path, DELETED)
        seconds = {**one.seconds, "encode": ready.seconds, "index": time.perf_counter() - started}
        return Fed(one.order.file.path, result, seconds)

    def _kept(self, ready: Ready) -> Ingested | Rejected:
        one = ready.prepared
        found = self._neighbours.judged(one.entry, one.text, one.inspection)
        if found.rejection and not one.order.past_rules:
            return self.refuse(Unfit(one.order, one.known, found.rejection, found))
        entry = self.families.place(self._regrouped(one))
        if one.known:
            self._leaving(one.known, entry)
            self._editions.delete(entry.id)
        for cut, packed in ready.packed:
            for chunks in batches([_marked(each, entry) for each in packed]):
                self._editions.write(cut.edition, chunks)
        self._findings.save(entry.id, found)
        cut = one.cut_for(self._editions.live)
        self._finish(replace(entry, chunks=len(cut.chunks), recipe=recipe_of(cut.edition)), one.text, one.known)
        return Ingested(one.order.file.path, entry.id, entry.title, entry.pages, one.chunks)

    def _regrouped(self, one: Prepared) -> Entry:
        """With the title and for the groups that the document was given while it was being read, if it was."""
        now = self._catalogue.get(one.order.id)
        entry = as_given(one.entry, now)
        good = one.known is not None and one.known.status is Status.READY
        before = one.known.groups if one.known and good else one.order.groups
        return replace(entry, groups=now.groups) if now and now.groups != before else entry

    def _finish(self, entry: Entry, text: str, known: Entry | None) -> None:
        """Put the other versions right, then write the line that says that all is done."""
        if known and known.family != entry.family:
            self.families.settle_without(known)
        self.families.settle_around(entry)
        self._aliases.drop(entry.id)
        self._catalogue.save(replace(entry, status=Status.READY, reason=None, pending_hash="", interrupted=0), text)
        self.drop_blobs(entry.id, known, keep=entry.content_hash)

    def _overtaken(self, order: Order) -> Rejected | Unchanged | None:
        """What happened to the document since its reading began; None where nothing did."""
        now = self._catalogue.get(order.id)
        path = order.file.path
        if now is None or now.status is Status.DELETING:
            self.drop_unused(order)
            return Rejected(path, DELETED)
        if now.pending_hash == order.content_hash:
            return None
        self.drop_unused(order)
        return Unchanged(path, now.id, now.title, now.pages, now.chunks, OVERTAKEN)

    def refuse(self, unfit: Unfit) -> Rejected:
        """Write why a file is not taken in; it never replaces a document that could be read.

        The original of a file that a rule keeps out stays, so that a person can accept it.
        """
        order, known, path = unfit.order, unfit.known, unfit.order.file.path
        with self._lock:
            if self._overtaken(order):
                return Rejected(path, unfit.reason)
            now = self._catalogue.get(order.id)
            if now and now.status is Status.READY:
                self._catalogue.save(replace(now, pending_hash=""))
                self.drop_unused(order)
                return Rejected(path, unfit.reason)
            self._editions.delete(order.id)
            self._aliases.drop(order.id)
            entry = _kept_out(unfit)
            self._catalogue.save(as_given(replace(entry, groups=now.groups) if now else entry, now), "")
            if unfit.inspection:
                self._findings.save(order.id, unfit.inspection, to_be_found=False)
            else:
                self._findings.clear(order.id)
            self.drop_blobs(order.id, known, keep=entry.content_hash)
            self.drop_unused(order)
            return Rejected(path, unfit.reason, order.id, unfit.inspection is not None)

    def forget(self, order: Order, known: Entry | None) -> None:
        """Take back a reading that failed through no fault of the file.

        Where it failed between the old chunks and the new ones, or where the file was read again from its original,
        the line stays unfinished, and `heal` reads that content again.
        """
        with self._lock:
            now = self._catalogue.get(order.id)
            if now is None or self._overtaken(order):
                return
            whole = now.status is Status.READY and len(self._editions.live.index.chunks(now.id)) == now.chunks
            if not whole:
                self._editions.delete(now.id)
            if now.status is Status.READY:
                self._catalogue.save(replace(now, pending_hash="" if whole else now.pending_hash))
            elif known and known.status is Status.REJECTED:
                self._catalogue.save(as_given(replace(known, groups=now.groups), now))
            elif order.again:
                return  # its line stays unfinished: it is read again at the next start
            else:
                self._catalogue.delete(now.id)
            self.drop_unused(order)

    def remove(self, entry: Entry) -> None:
        """Take a document out of catalogue, index and originals; may be repeated."""
        entry = self._catalogue.save(replace(entry, status=Status.DELETING))
        self._editions.delete(entry.id)
        self.families.settle_without(entry)
        self._aliases.drop(entry.id)
        self.drop_blobs(entry.id, entry)
        if self._sidecars and (known := self._sidecars.read(entry.id)):
            for content_hash in known.hashes:
                self._blobs.discard(content_hash)
        self._catalogue.delete(entry.id)

    def drop_blobs(self, document_id: str, entry: Entry | None, keep: str = "") -> None:
        """Remove the originals that a line names, unless another document has the same."""
        named = {entry.content_hash, entry.pending_hash} if entry else set[str]()
        for content_hash in named - {"", keep}:
            if not self._catalogue.blob_in_use(content_hash, apart_from=document_id):
                self._blobs.delete(content_hash)

    def drop_unused(self, order: Order) -> None:
        """Remove the original of a file that was not taken in, unless a document has it."""
        if not self._catalogue.blob_in_use(order.content_hash, apart_from=""):
            self._blobs.delete(order.content_hash)


def _dealt(one: Prepared, vectors: Sequence[Iterator[Packed]]) -> tuple[tuple[Cut, list[Packed]], ...]:
    """A document's share of the vectors, which come in the order of the batch."""
    return tuple((cut, [next(own) for _ in cut.chunks]) for cut, own in zip(one.cuts, vectors, strict=False))


def _kept_out(unfit: Unfit) -> Entry:
    """The line of a file that is not taken in; of one that a rule keeps out with all that accepting it needs.

    How much is masked in it is said too, so that its original is shown to nobody. One that was read once and cannot
    be read now keeps its original.
    """
    order, inspection = unfit.order, unfit.inspection
    entry = replace(begun(order, unfit.known), status=Status.REJECTED, reason=unfit.reason, pending_hash="", chunks=0)
    if inspection is None:
        known = unfit.known
        kept = order.again or (known is not None and known.content_hash == order.content_hash)
        masked = known.masked if known else 0
        return replace(entry, content_hash=order.content_hash, masked=masked) if kept else entry
    return replace(
        entry,
        content_hash=order.content_hash,
        modified_at=order.file.modified,
        properties=dict(inspection.order.file.properties),
        media_type=inspection.content.media_type,
        pages=inspection.content.pages,
        language=inspection.language,
        text_hash=inspection.text_hash,
        masked=len(inspection.masks),
    )


def _marked(packed: Packed, entry: Entry) -> Packed:
    """With what the document's line says now of its title, its groups and its place among its versions."""
    now = packed.chunk
    chunk: Chunk = replace(now, title=entry.title, superseded=entry.superseded, groups=entry.groups)
    return packed if chunk == now else replace(packed, chunk=chunk)
