"""Feeds files into an assistant's library and takes documents out of it; every step may be repeated."""

from __future__ import annotations

import threading
from dataclasses import replace

from surefoot.core.nouns import Asker
from surefoot.ingestion.blobs import Blobs, sha256
from surefoot.ingestion.catalogue import Catalogue, Entry, Status
from surefoot.ingestion.chunking import CHUNKER, chunked
from surefoot.ingestion.describing import Order, begun, described, document_of
from surefoot.ingestion.errors import BlobError, Unreadable
from surefoot.ingestion.families import Families
from surefoot.ingestion.limits import ReadLimits
from surefoot.ingestion.packing import batches, encoded
from surefoot.ingestion.readers import READER
from surefoot.ingestion.results import Ingested, IngestResult, Rejected, SourceFile, Unchanged
from surefoot.ingestion.sandbox import shared
from surefoot.retrieval.encoders import HybridEncoder
from surefoot.retrieval.index.port import Index


class Pipeline:
    """Reads, chunks, encodes and indexes files; safe for threads, one file at a time.

    What is kept is written in an order that can be interrupted anywhere: the catalogue's line says that the file is
    being read, then come original, index and the finished line; a deletion marks the line first and removes it last.
    Feeding the file again, or `heal`, completes what was interrupted.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        blobs: Blobs,
        index: Index,
        encoder: HybridEncoder,
        limits: ReadLimits | None = None,
    ) -> None:
        self._catalogue = catalogue
        self._blobs = blobs
        self._index = index
        self._encoder = encoder
        self._sandbox = shared(limits or ReadLimits())
        self._families = Families(catalogue, index)
        self.recipe = f"{READER}/{CHUNKER}/{encoder.dense.name}"
        """Which reader, chunker and encoder make the chunks."""
        self._lock = threading.Lock()

    def ingest(self, file: SourceFile, assistant: str, owner: Asker, groups: frozenset[str]) -> IngestResult:
        """Read a file into an assistant's library, visible to the groups.

        The same bytes under the same path change nothing (but the groups). New bytes replace the old content. The
        same bytes under another path, visible to the same groups, are not kept twice: the result is Unchanged, names
        the document that is there, and says so. A file that cannot be read never replaces one that could.
        """
        order = Order(file, assistant, owner, groups, sha256(file.data))
        if known := self._same(order):
            return known
        with self._lock:
            return self._same(order) or self._changed_groups(order) or self._copy(order) or self._read(order)

    def delete(self, document_id: str, *, erase: bool = True) -> bool:
        """Remove a document from catalogue, index and originals; False where there is none.

        erase: also rewrite the index so that the deleted text leaves the disk; for many documents once at the end.
        """
        with self._lock:
            entry = self._catalogue.get(document_id)
            if entry is None:
                return False
            self._remove(entry)
            if erase and entry.content_hash:
                self._index.erase_deleted()
            return True

    def heal(self) -> int:
        """Complete what a killed process left behind: finish deletions, read files again; how many there were.

        To be called when no other process works on the library, at start.
        """
        unfinished = self._catalogue.unfinished()
        for entry in unfinished:
            with self._lock:
                self._complete(entry)
        return len(unfinished)

    def _same(self, order: Order) -> Unchanged | None:
        """The document, where path, bytes, groups and recipe are those that were read, and the index holds it."""
        entry = self._catalogue.find_by_path(order.assistant, order.file.path)
        if entry and entry.groups == order.groups and self._holds(entry, order.content_hash):
            return _unchanged(order, entry)
        return None

    def _changed_groups(self, order: Order) -> Unchanged | None:
        entry = self._catalogue.find_by_path(order.assistant, order.file.path)
        if entry is None or not self._holds(entry, order.content_hash):
            return None
        self._index.set_groups(entry.id, order.groups)
        entry = self._families.place(replace(entry, groups=order.groups))
        self._index.set_superseded(entry.id, entry.superseded)
        self._families.settle_around(entry)
        self._catalogue.save(entry)
        return _unchanged(order, entry)

    def _copy(self, order: Order) -> Unchanged | None:
        """The same content under another path, where everybody may see it for whom this file is."""
        for entry in self._catalogue.find_by_content(order.assistant, order.content_hash):
            if entry.id != order.id and order.groups <= entry.groups and self._holds(entry, order.content_hash):
                if known := self._catalogue.get(order.id):
                    self._remove(known)
                return _unchanged(order, entry)
        return None

    def _holds(self, entry: Entry, content_hash: str) -> bool:
        """Whether these bytes are read with today's recipe, and all of it is in the index and the store."""
        finished = entry.status is Status.READY and not entry.pending_hash
        same = entry.content_hash == content_hash and entry.recipe == self.recipe
        return finished and same and self._blobs.has(content_hash) and len(self._index.chunks(entry.id)) == entry.chunks

    def _read(self, order: Order) -> Ingested | Rejected:
        known = self._catalogue.get(order.id)
        if known and known.status is Status.DELETING:
            self._remove(known)
            known = None
        before = self._catalogue.save(begun(order, known))
        try:
            content = self._sandbox.read(order.file.data, order.file.path)
            entry = self._families.place(replace(described(order, before, content), recipe=self.recipe))
            text, chunks = chunked(document_of(entry, content), self._encoder.dense)
            packed = encoded([replace(chunk, superseded=entry.superseded) for chunk in chunks], self._encoder)
            self._blobs.put(order.file.data)
        except Unreadable as error:
            return self._rejected(order, known, str(error))
        except BaseException:
            self._forget(order.id, known)
            raise
        self._index.delete(entry.id)
        for batch in batches(packed):
            self._index.add(batch)
        self._finish(replace(entry, chunks=len(chunks)), text, known)
        return Ingested(order.file.path, entry.id, entry.title, entry.pages, len(chunks))

    def _finish(self, entry: Entry, text: str, known: Entry | None) -> None:
        """Put the other versions right, then write the line that says that all is done."""
        if known and known.family != entry.family:
            self._families.settle_without(known)
        self._families.settle_around(entry)
        self._catalogue.save(replace(entry, status=Status.READY, reason=None, pending_hash=""), text)
        self._drop_blobs(entry.id, known, keep=entry.content_hash)

    def _rejected(self, order: Order, known: Entry | None, reason: str) -> Rejected:
        if known and known.status is Status.READY:
            self._catalogue.save(known)
            return Rejected(order.file.path, reason)
        self._index.delete(order.id)
        self._catalogue.save(replace(begun(order, known), status=Status.REJECTED, reason=reason, pending_hash=""), "")
        self._drop_blobs(order.id, known)
        return Rejected(order.file.path, reason, order.id)

    def _forget(self, document_id: str, known: Entry | None) -> None:
        """Take back the line of a reading that failed through no fault of the file."""
        if known:
            self._catalogue.save(known)
        else:
            self._catalogue.delete(document_id)

    def _remove(self, entry: Entry) -> None:
        entry = self._catalogue.save(replace(entry, status=Status.DELETING))
        self._index.delete(entry.id)
        self._families.settle_without(entry)
        self._drop_blobs(entry.id, entry)
        self._catalogue.delete(entry.id)

    def _drop_blobs(self, document_id: str, entry: Entry | None, keep: str = "") -> None:
        """Remove the originals that a line names, unless another document has the same."""
        named = {entry.content_hash, entry.pending_hash} if entry else set[str]()
        for content_hash in named - {"", keep}:
            if not self._catalogue.blob_in_use(content_hash, apart_from=document_id):
                self._blobs.delete(content_hash)

    def _complete(self, entry: Entry) -> None:
        """Finish a deletion or a first reading; a document whose replacement was interrupted is what it was before."""
        if entry.status is Status.DELETING:
            self._remove(entry)
            return
        replaced = entry.status is Status.READY
        content_hash = entry.content_hash if replaced else entry.pending_hash
        try:
            data = self._blobs.get(content_hash)
        except BlobError:  # a first reading that ended before the original was kept has left nothing else
            self._remove(entry)
            return
        owner = Asker(entry.owner, frozenset())
        self._read(Order(SourceFile(entry.path, data), entry.assistant, owner, entry.groups, content_hash))


def _unchanged(order: Order, entry: Entry) -> Unchanged:
    reason = None if entry.path == order.file.path else f"The same content is there as {entry.path}."
    return Unchanged(order.file.path, entry.id, entry.title, entry.pages, entry.chunks, reason)
