"""Compares the index with the catalogue, and brings the index back in step, from the originals where it lost them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from surefoot.core.errors import SurefootError
from surefoot.ingestion.catalogue import Catalogue, Entry, Status
from surefoot.ingestion.reencoding import Halted, Reencoder
from surefoot.retrieval.editions import Edition, Editions
from surefoot.retrieval.index.port import Held

logger = logging.getLogger(__name__)

LOST = (
    "The search index lost this document, and its original cannot be read any more. Feed the file again, or accept the "
    "document to have it tried once more."
)


@dataclass(frozen=True, slots=True)
class Lacking:
    """Documents that the live index lost, and those of them that are not there again."""

    assistants: Mapping[str, str]
    """The assistant of each document that is or was to be read again, by the document's id."""
    left: frozenset[str]

    @property
    def total(self) -> int:
        """Documents that are or were to be read again."""
        return len(self.assistants)

    @property
    def done(self) -> int:
        """Documents that have been read again."""
        return self.total - len(self.left)

    def only(self, document_ids: Iterable[str]) -> Lacking:
        """Of these documents alone."""
        seen = self.assistants.keys() & set(document_ids)
        return Lacking({name: self.assistants[name] for name in seen}, self.left & seen)

    def __str__(self) -> str:
        return f"Some documents are being read again: {self.done:,} of {self.total:,}"


@dataclass(frozen=True, slots=True)
class Compared:
    """How an index differs from the catalogue."""

    lost: tuple[Entry, ...]
    """Documents that can be asked about, of which it does not hold all of today's content."""
    strange: tuple[str, ...]
    """Ids of documents that it holds and the catalogue does not."""
    changed: tuple[Entry, ...]
    """Documents that it holds for other groups, under another title, or in another place among their versions."""


def compared(entries: Iterable[Entry], held: Mapping[str, Held], *, counted: bool = True) -> Compared:
    """How what is held differs from what should be; documents that are being read are left out.

    counted: whether the catalogue's number of chunks is this index's.
    """
    lost, changed, known = list[Entry](), list[Entry](), set[str]()
    for entry in entries:
        known.add(entry.id)
        if entry.status is not Status.READY or entry.pending_hash or not entry.chunks:
            continue
        here = held.get(entry.id)
        if here is None or here.content_hash != entry.content_hash or (counted and here.chunks != entry.chunks):
            lost.append(entry)
        elif (here.groups, here.title, here.superseded) != (entry.groups, entry.title, entry.superseded):
            changed.append(entry)
    return Compared(tuple(lost), tuple(name for name in held if name not in known), tuple(changed))


class Reconciler:
    """Looks, and mends in the thread that calls `mend`; safe for threads."""

    def __init__(self, catalogue: Catalogue, editions: Editions, lock: threading.RLock) -> None:
        """lock: the pipeline's."""
        self._catalogue = catalogue
        self._editions = editions
        self._lock = lock
        self._lacking: Lacking | None = None

    @property
    def lacking(self) -> Lacking | None:
        """What the live index lacks at this moment; None where it lacks nothing that is known of."""
        return self._lacking

    def look(self) -> bool:
        """Compare numbers of chunks, and documents where those differ; whether all is in step.

        Nothing is said of an index that cannot be asked now: whoever searches it hears why.
        """
        try:
            index = self._editions.live.index
            ready = [entry for entry in self._catalogue.list() if entry.status is Status.READY]
            if index.count() == sum(entry.chunks for entry in ready):
                return True
            found = compared(ready, index.documents())
        except SurefootError as error:
            logger.warning("The index could not be compared with the catalogue: %s", error)
            return True
        self._tell(found.lost)
        return not (found.lost or found.strange)

    def incomplete(self, edition: Edition) -> bool:
        """Whether an edition beside the live one lacks documents."""
        return bool(compared(self._catalogue.list(), edition.index.documents(), counted=False).lost)

    def mend(self, work: Reencoder, goes_on: Callable[[], bool]) -> None:
        """Bring the live index in step with the catalogue, document by document; may be killed anywhere and repeated.

        Raises Halted, and the encoder's and the index's errors.
        """
        live = self._editions.live
        found = compared(self._catalogue.list(), live.index.documents())
        self._tell(found.lost)
        for document_id in found.strange:
            self._drop(document_id)
        for entry in found.changed:
            self._put_right(entry.id)
        for entry in found.lost:
            if not goes_on() or self._editions.live is not live:
                raise Halted
            self._bring(work, live, entry)
            if self._lacking:
                self._lacking = replace(self._lacking, left=self._lacking.left - {entry.id})
        if found.lost:
            logger.warning("The index lacked %d documents, which were read again.", len(found.lost))
        self._lacking = None

    def _tell(self, lost: Iterable[Entry]) -> None:
        """What is lacking now; of what was lacking before and is there again it is still told."""
        now = {entry.id: entry.assistant for entry in lost}
        before = self._lacking.assistants if self._lacking else {}
        self._lacking = Lacking({**before, **now}, frozenset(now)) if now else None

    def _drop(self, document_id: str) -> None:
        with self._lock:
            if self._catalogue.get(document_id) is None:
                self._editions.delete(document_id)

    def _put_right(self, document_id: str) -> None:
        with self._lock:
            if entry := self._catalogue.get(document_id):
                self._editions.set_groups(entry.id, entry.groups)
                self._editions.set_title(entry.id, entry.title)
                self._editions.set_superseded(entry.id, entry.superseded)

    def _bring(self, work: Reencoder, live: Edition, entry: Entry) -> None:
        now = self._catalogue.get(entry.id)
        if now is None or now.status is not Status.READY or now.pending_hash:
            return
        if work.holds(live, now) != now.chunks:
            work.bring(live, now)
        with self._lock:
            now = self._catalogue.get(entry.id)
            if now is None or now.status is not Status.READY or now.pending_hash:
                return
            chunks = work.holds(live, now)
            if chunks:
                self._catalogue.save(replace(now, chunks=chunks))
            else:
                self._catalogue.save(replace(now, status=Status.REJECTED, reason=LOST))
