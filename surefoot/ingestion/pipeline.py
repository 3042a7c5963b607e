"""Feeds files into an assistant's library and takes documents out of it; every step may be repeated."""

from __future__ import annotations

import logging
import threading
from collections.abc import Generator, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime

from surefoot.core.nouns import Asker
from surefoot.ingestion.aliases import Alias, heir
from surefoot.ingestion.catalogue import Entry, Status
from surefoot.ingestion.conveyor import Conveyor, Started
from surefoot.ingestion.describing import Order, begun, order_of
from surefoot.ingestion.errors import BlobDamaged, BlobMissing, DocumentMissing, NotAcceptable, Unreadable
from surefoot.ingestion.inspection import Inspector, Told, uninspected
from surefoot.ingestion.limits import ReadLimits
from surefoot.ingestion.preparing import Preparer, Unfit, recipe_of
from surefoot.ingestion.results import Fed, IngestResult, SourceFile, Unchanged
from surefoot.ingestion.sandbox import shared
from surefoot.ingestion.storing import Kept, Store
from surefoot.retrieval.editions import Editions

logger = logging.getLogger(__name__)

READERS = 2
"""Files that are read at the same time, each in a process of its own."""
MOST_INTERRUPTIONS = 2
GIVEN_UP = (
    "The server stopped twice while this file was being read, so it is not read again by itself. Look into the log, "
    "then cut the file up or save it in another format, and feed it again."
)

__all__ = ["Kept", "Pipeline"]


class Pipeline:
    """Reads, inspects, cuts, encodes and indexes files; safe for threads.

    What is kept is written in an order that can be interrupted anywhere: the catalogue's line says that the file is
    being read, then come original, index and the finished line; a deletion marks the line first and removes it last.
    Feeding the file again, or `heal`, completes what was interrupted.
    """

    def __init__(
        self, kept: Kept, editions: Editions, inspect: Inspector | None = None, limits: ReadLimits | None = None
    ) -> None:
        """inspect: what is done between reading and cutting; nothing unless given."""
        self._kept = kept
        self._catalogue = kept.catalogue
        self._editions = editions
        self._store = Store(kept, editions, self._bequeath)
        self._sandbox = shared(limits or ReadLimits())
        self._preparer = Preparer(self._sandbox, editions, kept.blobs, inspect or uninspected)

    @property
    def recipe(self) -> str:
        """Which reader, chunker and encoder make the chunks that are searched."""
        return recipe_of(self._editions.live)

    @property
    def lock(self) -> threading.RLock:
        """Held by whoever changes what is kept."""
        return self._store.lock

    def ingest(self, file: SourceFile, assistant: str, owner: Asker, groups: frozenset[str]) -> IngestResult:
        """Read a file into an assistant's library, visible to the groups.

        The same bytes under the same path change nothing (but the groups). New bytes replace the old content. The
        same bytes under another path, visible to the same groups, are not kept twice: the result is Unchanged, names
        the document that is there, and says so. A file that cannot be read never replaces one that could.
        """
        return self._one(Order(file, assistant, owner, groups))

    def ingest_many(self, orders: Iterable[Order], told: Told = lambda _path, _stage: None) -> Generator[Fed]:
        """Read files, some at the same time, and encode across them; results come as documents are done.

        Orders are taken as they are needed, a few ahead. told: hears each file's stages, from several threads. What
        no file is to blame for (a full disk) is raised, and then what was not finished is as it was before.
        """
        with ThreadPoolExecutor(READERS, thread_name_prefix="preparing") as pool:
            conveyor = Conveyor(self._store, told)
            try:
                for order in orders:
                    if conveyor.busy_with(order):
                        yield from conveyor.drained()
                    conveyor.put(self._started(order, pool, told))
                    yield from conveyor.finished()
                yield from conveyor.drained()
            finally:
                conveyor.abandon()

    def delete(self, document_id: str, *, erase: bool = True) -> bool:
        """Remove a document, and with it the copies of its content, from catalogue, index and originals.

        erase: also rewrite the index so that the deleted text leaves the disk; for many documents once at the end.
        False where there is no such document.
        """
        with self._store.lock:
            entry = self._catalogue.get(document_id)
            if entry is None:
                return False
            self._store.remove(entry)
        if erase and entry.content_hash:
            self.erase()
        return True

    def remove(self, document_id: str, source_id: str) -> bool:
        """Take out what vanished at its source; content that is there under another path stays, under that path.

        False where the source has no such document. The deleted bytes leave the disk with the next `erase`.
        """
        with self._store.lock:
            alias = self._kept.aliases.get(document_id)
            dropped = alias is not None and alias.source_id == source_id and self._kept.aliases.drop(document_id)
            entry = self._catalogue.get(document_id)
            if entry is None or entry.source_id != source_id:
                return dropped
            self._bequeath(entry, None)
            self._store.remove(entry)
        return True

    def accept(self, document_id: str) -> IngestResult:
        """Take in a document that a rule of quality kept out. Raises NotAcceptable where there is no such one."""
        entry = self._catalogue.get(document_id)
        if entry is None or entry.status is not Status.REJECTED or not entry.content_hash:
            raise NotAcceptable("Only a document that could be read, and that a rule rejected, can be accepted.")
        return self._one(replace(self._order(entry, entry.content_hash), accepted=True))

    def erase(self) -> None:
        """Rewrite the index so that all deleted text leaves the disk."""
        self._editions.erase_deleted()
        self._catalogue.erase_deleted()

    def heal(self) -> int:
        """Complete all that a killed process left behind; how much there was. For whoever has the library alone."""
        unfinished = self._catalogue.unfinished()
        for entry in self.mend():
            self.read_again(entry)
        return len(unfinished)

    def mend(self) -> list[Entry]:
        """Finish deletions, settle originals, and give the documents that were left half read, for `read_again`.

        To be called at start, before anything else works on the library.
        """
        half_read: list[Entry] = []
        for entry in self._catalogue.unfinished():
            if entry.status is Status.DELETING:
                with self._store.lock:
                    self._store.remove(entry)
            else:
                half_read.append(entry)
        self._settle()
        return half_read

    def _settle(self) -> None:
        """Set originals aside that no document names, and bring the sidecars in step.

        A process may have been killed between writing a line and dropping the old content; or the catalogue is an
        older one, and the originals that it does not know are somebody's documents.
        """
        today = datetime.now(UTC).date()
        self._kept.blobs.tidy()
        named = self._catalogue.originals()
        orphans = [one for one in self._kept.blobs.names() if one not in named]
        for content_hash in orphans:
            self._kept.blobs.set_aside(content_hash, today)
        if orphans:
            logger.warning("%d originals that no document names were moved into the quarantine.", len(orphans))
        if self._kept.sidecars:
            self._kept.sidecars.settle(self._catalogue.list(), today)

    def purge(self, before: date) -> int:
        """Remove for good what has lain in the quarantine since before a day; how many originals that were."""
        old = [one for one in self._kept.blobs.quarantined() if one.since < before]
        for one in old:
            self._kept.blobs.discard(one.content_hash)
        if self._kept.sidecars:
            self._kept.sidecars.purge(before)
        return len(old)

    def erase_quarantined(self, snippets: Sequence[bytes]) -> int:
        """Remove what says one of these snippets from the quarantine, where nobody knows whose it was; how many.

        What cannot be read may say it, too.
        """
        sidecars = self._kept.sidecars.list() if self._kept.sidecars else ()
        known = {content_hash for one in sidecars for content_hash in one.hashes}
        strangers = [one for one in self._kept.blobs.quarantined() if one.content_hash not in known]
        said = [one.content_hash for one in strangers if self._may_say(one.content_hash, snippets)]
        for content_hash in said:
            self._kept.blobs.discard(content_hash)
        return len(said)

    def _may_say(self, content_hash: str, snippets: Sequence[bytes]) -> bool:
        try:
            content = self._sandbox.read(self._kept.blobs.look_at(content_hash), content_hash)
        except (BlobMissing, BlobDamaged, Unreadable):
            return True
        text = " ".join(word for section in content.sections for word in section.text.split()).encode("utf-8")
        return any(b" ".join(snippet.split()) in text for snippet in snippets)

    def _one(self, order: Order) -> IngestResult:
        return next(iter(self.ingest_many([order]))).result

    def _started(self, order: Order, pool: ThreadPoolExecutor, told: Told) -> Started:
        if known := self._same(order, self._catalogue.get(order.id)):
            return Started(order, done=known)
        with self._store.lock:
            before = self._catalogue.get(order.id)
            order = self._as_given(order, before)
            if done := self._same(order, before) or self._changed_groups(order, before) or self._copy(order, before):
                return Started(order, done=done)
            if before and before.status is Status.DELETING:
                self._store.remove(before)
                before = None
            if before and before.accepted and before.content_hash == order.content_hash:
                order = replace(order, accepted=True)
            self._catalogue.save(begun(order, before))
        return Started(order, before, pool.submit(self._preparer.prepare, order, before, told))

    def _as_given(self, order: Order, entry: Entry | None) -> Order:
        """For the groups that a person gave what is kept under its path, where somebody did."""
        given = entry or self._kept.aliases.get(order.id)
        return replace(order, groups=given.groups, regrouped=True) if given and given.regrouped else order

    def _same(self, order: Order, entry: Entry | None) -> Unchanged | None:
        """The document, where path, bytes, groups and recipe are those that were read, and the index holds it."""
        if entry and (entry.regrouped or entry.groups == order.groups) and self._holds(entry, order.content_hash):
            return _unchanged(order, entry)
        return None

    def _changed_groups(self, order: Order, entry: Entry | None) -> Unchanged | None:
        if entry is None or not self._holds(entry, order.content_hash):
            return None
        self._bequeath(entry, replace(entry, groups=order.groups))
        self.set_groups(entry, order.groups)
        return _unchanged(order, entry)

    def set_groups(self, entry: Entry, groups: frozenset[str]) -> Entry:
        """Change who may see a document; nothing is read or encoded again."""
        with self._store.lock:
            self._editions.set_groups(entry.id, groups)
            entry = self._store.families.place(replace(entry, groups=groups))
            self._editions.set_superseded(entry.id, entry.superseded)
            self._store.families.settle_around(entry)
            return self._catalogue.save(entry)

    def describe(
        self,
        document_id: str,
        title: str | None,
        properties: Mapping[str, str] | None,
        groups: frozenset[str] | None,
        of_source: frozenset[str] | None = None,
    ) -> Entry:
        """Change what is known of a document beside its content, or who may see it; None leaves as it is.

        A title and groups stay, whatever its source says later. Its copies under other paths are for the same groups
        from then on, so that none brings back what was closed.

        of_source: the groups of its source; given those again, it follows its source again.
        Raises DocumentMissing where there is no such document.
        """
        with self._store.lock:
            entry = self._catalogue.get(document_id)
            if entry is None or entry.status is Status.DELETING:
                raise DocumentMissing("This document is no longer there.")
            if groups is not None and groups != entry.groups:
                entry = self.set_groups(entry, groups)
                entry = replace(entry, regrouped=groups != of_source)
                self._kept.aliases.regroup(entry.id, groups, entry.regrouped)
            if title and title != entry.title:
                self._editions.set_title(entry.id, title)
                entry = replace(entry, title=title, retitled=True)
            if properties is not None:
                entry = replace(entry, properties=dict(properties))
            return self._catalogue.save(entry)

    def _copy(self, order: Order, known: Entry | None) -> Unchanged | None:
        """The same content under another path, where everybody may see it for whom this file is."""
        for entry in self._catalogue.find_by_content(order.assistant, order.content_hash):
            if entry.id != order.id and order.groups <= entry.groups and self._holds(entry, order.content_hash):
                if known:
                    self._bequeath(known, None)
                    self._store.remove(known)
                self._kept.aliases.add(order, entry.id)
                return _unchanged(order, entry)
        return None

    def _holds(self, entry: Entry, content_hash: str) -> bool:
        """Whether these bytes are read with today's recipe, and all of it is in the index and the store."""
        finished = entry.status is Status.READY and not entry.pending_hash
        same = entry.content_hash == content_hash and entry.recipe == self.recipe
        if not (finished and same and self._kept.blobs.has(content_hash)):
            return False
        return len(self._editions.live.index.chunks(entry.id)) == entry.chunks

    def _bequeath(self, entry: Entry, becomes: Entry | None) -> None:
        """Keep a document's content under its other paths, for whom it is there, before its own path loses it.

        becomes: the line that replaces it; None where it goes. Until then its line counts as unfinished, so that it
        does not stand in for its copies.
        """
        same = becomes is not None and becomes.content_hash == entry.content_hash
        groups = becomes.groups if becomes and same else frozenset[str]()
        copies = [one for one in self._kept.aliases.of(entry.id) if not (same and one.groups <= groups)]
        now = self._catalogue.get(entry.id)
        if not copies or now is None or now.status is not Status.READY:
            return
        if not now.pending_hash:
            self._catalogue.save(replace(now, pending_hash=now.content_hash))
        # A copy with a line of its own is being read: it gets other content.
        at_rest = [copy for copy in copies if self._catalogue.get(copy.id) is None]
        for order in self._heirs(at_rest, entry):
            self._one(order)
        for copy in copies:
            if (left := self._kept.aliases.get(copy.id)) and left.document_id == entry.id:
                self._kept.aliases.drop(copy.id)

    def _heirs(self, copies: list[Alias], entry: Entry) -> list[Order]:
        """The orders that read a document's content under other paths; none where its original is lost."""
        with suppress(BlobMissing, BlobDamaged):
            data = self._kept.blobs.get(entry.content_hash)
            return [heir(copy, entry, data) for copy in copies]
        return []

    def read_again(self, entry: Entry) -> None:
        """Read again what was left half read; a document whose replacement was interrupted is what it was before.

        A first reading at which the server has died twice is given up, with that as the reason.
        """
        replaced = entry.status is Status.READY
        try:
            order = self._order(entry, entry.content_hash if replaced else entry.pending_hash)
        except (BlobMissing, BlobDamaged):  # a first reading that ended before its original was kept left nothing else
            with self._store.lock:
                self._store.remove(entry)
            return
        lost = entry.status is Status.INGESTING  # its line counts chunks only where it was rebuilt
        if lost and not entry.chunks:
            entry = self._catalogue.save(replace(entry, interrupted=entry.interrupted + 1))
            if entry.interrupted >= MOST_INTERRUPTIONS:
                self._store.refuse(Unfit(order, None, GIVEN_UP))
                return
        self._one(replace(order, chunks=entry.chunks if lost else 0))

    def _order(self, entry: Entry, content_hash: str) -> Order:
        """The order that reads a document's kept original again."""
        data = self._kept.blobs.get(content_hash)
        file = SourceFile(entry.path, data, entry.modified_at, dict(entry.properties or {}))
        return replace(order_of(entry, file), content_hash=content_hash, again=True)


def _unchanged(order: Order, entry: Entry) -> Unchanged:
    reason = None if entry.path == order.file.path else f"The same content is there as {entry.path}."
    return Unchanged(order.file.path, entry.id, entry.title, entry.pages, entry.chunks, reason)
