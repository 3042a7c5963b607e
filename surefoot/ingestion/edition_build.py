"""Builds an edition beside the live one: pass after pass over all documents, until a pass finds nothing missing."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass

from surefoot.ingestion.catalogue import Catalogue, Entry, Status
from surefoot.ingestion.edition_store import EditionStore
from surefoot.ingestion.errors import EditionError
from surefoot.ingestion.reencoding import Reencoder
from surefoot.retrieval.editions import Edition

_TOLD_EVERY = 8
"""Documents between two writings of the progress."""
_TRIES = 3
_WAIT = 0.2
"""Seconds between two looks at documents that were being read when the edition came."""


@dataclass(frozen=True, slots=True)
class Held:
    """A document of which an edition has all chunks."""

    content_hash: str
    chunks: int


class EditionBuild:
    """Brings all documents into one edition; may be killed anywhere and begun anew."""

    def __init__(self, edition: Edition, work: Reencoder, catalogue: Catalogue, store: EditionStore) -> None:
        """To be made when the edition is being kept in step already."""
        self._edition = edition
        self._work = work
        self._catalogue = catalogue
        self._store = store
        self._held: dict[str, Held] = {}
        self._tries: dict[str, int] = {}
        self._total = 0

    def run(self, lock: threading.RLock) -> None:
        """Until the edition is complete, and written down as that; the lock is the pipeline's, taken for a last look.

        Raises Halted, EditionError where a document cannot be brought in, and the encoder's and index's errors.
        """
        with lock:
            being_read = self._being_read()
        while True:
            for entry in self._missing(self._catalogue.list()):
                self._bring(entry)
            if being_read & self._being_read():
                self._pause()  # cut before the edition came, they are written without it: the next pass finds them
                continue
            with lock:
                if not self._missing(self._catalogue.list()):
                    self._store.built(self._edition.name, len(self._held))
                    return

    def tally(self) -> dict[str, int]:
        """Number of each ready document's chunks in the edition; the pipeline's lock is held."""
        self._missing(self._catalogue.list())
        return {document_id: held.chunks for document_id, held in self._held.items()}

    def _bring(self, entry: Entry) -> None:
        self._work.give_way()
        self._tries[entry.id] = self._tries.get(entry.id, 0) + 1
        if self._tries[entry.id] > _TRIES:
            words = f"The document '{entry.path}' of '{entry.assistant}' cannot be brought into it. Feed it again."
            raise EditionError(words)
        self._work.bring(self._edition, entry)
        self._look_at(entry)
        if len(self._held) % _TOLD_EVERY == 0:
            self._tell()

    def _missing(self, entries: Iterable[Entry]) -> list[Entry]:
        """Ready documents that the edition does not hold; those that were seen in it before are not looked at again."""
        ready = {entry.id: entry for entry in entries if entry.status is Status.READY}
        self._held = {
            document_id: held
            for document_id, held in self._held.items()
            if document_id in ready and ready[document_id].content_hash == held.content_hash
        }
        missing = [entry for entry in ready.values() if entry.id not in self._held and not self._look_at(entry)]
        self._total = len(ready)
        self._tell()
        return missing

    def _look_at(self, entry: Entry) -> bool:
        chunks = self._work.holds(self._edition, entry)
        if chunks is None:
            return False
        self._held[entry.id] = Held(entry.content_hash, chunks)
        return True

    def _tell(self) -> None:
        self._store.progress(self._edition.name, len(self._held), self._total)

    def _being_read(self) -> set[tuple[str, str]]:
        return {(entry.id, entry.pending_hash) for entry in self._catalogue.unfinished() if entry.pending_hash}

    def _pause(self) -> None:
        self._work.give_way()
        time.sleep(_WAIT)
