"""Makes, builds, switches and drops editions; says at start which there are."""

from __future__ import annotations

import logging
import math
import os
import re
import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass

from surefoot.core.errors import SurefootError
from surefoot.ingestion.edition_build import EditionBuild
from surefoot.ingestion.edition_store import COMPLETE, EditionEntry, EditionStore, State
from surefoot.ingestion.errors import EditionBusy, EditionInvalid, EditionUnknown
from surefoot.ingestion.preparing import recipe_of
from surefoot.ingestion.reconciling import Lacking, Reconciler
from surefoot.ingestion.reencoding import Halted, Originals, Reencoder
from surefoot.retrieval.editions import CHUNK_TOKENS, FIRST, Edition, Editions
from surefoot.retrieval.encoder_registry import Encoders
from surefoot.retrieval.index_places import IndexPlaces

logger = logging.getLogger(__name__)

SMALLEST, LARGEST = 48, 230
"""Tokens of a chunk's own text that an edition may be cut to."""
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_MOST = 5
"""Editions at once: everything that is ingested is encoded for each."""
_RETRY_SECONDS = 15.0
RECONCILE_SECONDS = 3600.0
"""Between two comparisons of the indexes with the catalogue."""
_NICE = 15
"""The processor's time goes to answers first."""


@dataclass(frozen=True, slots=True)
class EditionShelf:
    """What editions are made of and kept in."""

    store: EditionStore
    places: IndexPlaces
    encoders: Encoders

    def open(self, entry: EditionEntry) -> Edition:
        """An edition with its index; raises as the index does, and UnknownEncoder."""
        encoder = self.encoders.get(entry.encoder)
        return Edition(encoder, self.places.open(entry.name, encoder.dense.dimension), entry.chunk_tokens, entry.name)

    def open_all(self) -> Editions:
        """All editions that are kept, the live one as it was; at the first start one is made.

        One beside the live one that cannot be opened is built again from nothing.
        """
        if not any(entry.state is State.LIVE for entry in self.store.list()):
            encoder = self.encoders.first.dense.name
            self.store.add(EditionEntry(FIRST, encoder, CHUNK_TOKENS, State.LIVE))
        live, *others = self.store.list()
        self.places.tidy({entry.name for entry in (live, *others)})
        editions = Editions(self.open(live))
        try:
            for entry in others:
                if opened := self._opened(entry):
                    editions.add(opened)
        except BaseException:
            editions.close()
            raise
        return editions

    def _opened(self, entry: EditionEntry) -> Edition | None:
        if not self.encoders.known(entry.encoder):
            trouble = f"Its encoder {entry.encoder} is not installed."
        else:
            try:
                return self.open(entry)
            except SurefootError as error:
                trouble = str(error)
        logger.warning("The edition '%s' is built again: %s", entry.name, trouble)
        self.places.remove(entry.name)
        self.store.begin_again(entry.name, trouble)
        return None


class EditionKeeper:
    """All that is done with editions, and the thread that builds them. `start` and `stop` once."""

    def __init__(
        self,
        shelf: EditionShelf,
        editions: Editions,
        originals: Originals,
        lock: threading.RLock,
        opened: Callable[[float], bool] = lambda _seconds: True,
    ) -> None:
        """lock: the pipeline's. opened: waits up to so many seconds until the library may be worked on; whether so."""
        self._shelf = shelf
        self._editions = editions
        self._originals = originals
        self._lock = lock
        self._opened = opened
        self._acting = threading.Lock()
        """One person at a time makes, switches or drops."""
        self._stopping = threading.Event()
        self._wake = threading.Event()
        self._reconciler = Reconciler(originals.catalogue, editions, lock)
        self._reconciler.look()
        self._troubled: set[str] = set()
        """Editions that cannot be completed until somebody asks again."""
        self._thread = threading.Thread(target=self._live, name="re-encoding", daemon=True)

    def start(self) -> None:
        """Begin to build what is not complete, in the background."""
        self._thread.start()

    def stop(self, seconds: float) -> bool:
        """Halt between two slices of a document; False where that took longer. The build goes on at the next start."""
        self._stopping.set()
        self._wake.set()
        if self._thread.ident:
            self._thread.join(max(0.0, seconds))
        return not self._thread.is_alive()

    @property
    def lacking(self) -> Lacking | None:
        """What the live index lost and is being read again; None where it lacks nothing that is known of."""
        return self._reconciler.lacking

    @property
    def encoders(self) -> Encoders:
        """What an edition may be made with."""
        return self._shelf.encoders

    def list(self) -> list[EditionEntry]:
        """All editions, the live one first."""
        return self._shelf.store.list()

    def get(self, name: str) -> EditionEntry:
        """One edition; raises EditionUnknown."""
        entry = self._shelf.store.get(name)
        if entry is None:
            raise EditionUnknown(f"There is no edition '{name}'. See them: surefoot editions list")
        return entry

    @contextmanager
    def using(self, name: str) -> Generator[tuple[Edition, Edition]]:
        """The live edition and a complete other one, neither of which goes meanwhile. Raises EditionBusy."""
        live, other = self._editions.live, self._open(name)
        with self._editions.holding(live) as one, self._editions.holding(other) as two:
            if not (one and two):
                raise EditionBusy(f"'{name}' was dropped just now.")
            yield live, other

    def build(self, name: str, encoder: str | None = None, chunk_tokens: int | None = None) -> EditionEntry:
        """Make an edition and begin to build it; one that is there, with the same recipe, is completed.

        Unset, encoder and chunk_tokens are those of the live edition. Raises EditionInvalid, EditionBusy, and
        UnknownEncoder.
        """
        with self._acting:
            entry = self._shelf.store.get(name) or self._made(name, encoder, chunk_tokens)
            wanted = (encoder or entry.encoder, chunk_tokens or entry.chunk_tokens)
            if wanted != (entry.encoder, entry.chunk_tokens):
                words = f"There is an edition '{name}' already, of another recipe. Choose another name, or drop it."
                raise EditionBusy(words)
            if entry.state is not State.BUILDING:
                return entry
            self._shelf.store.begin_again(name)
            self._troubled.discard(name)
            self._wake.set()
            return self.get(name)

    def switch(self, name: str) -> EditionEntry:
        """Search an edition from the next question on; the one that was stays in step. Raises EditionBusy."""
        with self._acting:
            edition = self._open(name)
            counting = EditionBuild(edition, self._reencoder(edition), self._originals.catalogue, self._shelf.store)
            counting.tally()  # most of the counting, while everybody may go on
            with self._lock:
                recipes = (recipe_of(self._editions.live), recipe_of(edition))
                self._shelf.store.switch(name, recipes, counting.tally())
                self._editions.switch(name)
            return self.get(name)

    def rollback(self) -> EditionEntry:
        """Search the edition again that was live before; raises EditionBusy where there is none."""
        before = next((entry for entry in self.list() if entry.state is State.PREVIOUS), None)
        if before is None:
            raise EditionBusy("There is no edition to go back to: none was live before this one, or it was dropped.")
        return self.switch(before.name)

    def drop(self, name: str) -> None:
        """Delete an edition with its index; raises EditionUnknown, and EditionBusy for the live one."""
        with self._acting:
            if self.get(name).state is State.LIVE:
                raise EditionBusy(f"'{name}' is the live edition. Switch to another one first.")
            self._shelf.store.delete(name)
            self._troubled.discard(name)
            if dropped := self._editions.drop(name):
                dropped.index.close()
            self._shelf.places.remove(name)

    def compared(self, name: str, comparison: dict[str, object]) -> EditionEntry:
        """Keep how an edition fared beside the live one."""
        self._shelf.store.compared(name, comparison)
        return self.get(name)

    def _open(self, name: str) -> Edition:
        """A complete edition beside the live one; raises EditionUnknown and EditionBusy."""
        self._require_complete(self.get(name))
        edition = self._editions.get(name)
        if edition is None:
            raise EditionBusy(f"'{name}' is being dropped.")
        return edition

    def _require_complete(self, entry: EditionEntry) -> None:
        if entry.state is State.LIVE:
            raise EditionBusy(f"'{entry.name}' is the live edition already.")
        if entry.state not in COMPLETE:
            why = entry.trouble or "Wait until it is built."
            words = f"'{entry.name}' is not complete: it holds {entry.built} of {entry.total} documents. {why}"
            raise EditionBusy(words)

    def _made(self, name: str, encoder: str | None, chunk_tokens: int | None) -> EditionEntry:
        if not _NAME.fullmatch(name):
            raise EditionInvalid("An edition's name has up to 40 of the characters a-z, 0-9 and '-'.")
        if len(self.list()) >= _MOST:
            raise EditionBusy(f"There are {_MOST} editions already. Drop one: surefoot editions drop NAME")
        live = next(entry for entry in self.list() if entry.state is State.LIVE)
        kind = self._shelf.encoders.kind(encoder or live.encoder)
        if not kind.available():
            raise EditionInvalid(f"The encoder {kind.name} is not installed here. {kind.remedy}".strip())
        tokens = chunk_tokens or live.chunk_tokens
        longest = min(LARGEST, self._shelf.encoders.get(kind.name).dense.max_tokens)
        if not SMALLEST <= tokens <= longest:
            raise EditionInvalid(f"A chunk may have {SMALLEST} to {longest} tokens with {kind.name}, not {tokens}.")
        entry = EditionEntry(name, kind.name, tokens, State.BUILDING)
        self._shelf.store.add(entry)
        return entry

    def _reencoder(self, edition: Edition) -> Reencoder:
        def goes_on() -> bool:
            return not self._stopping.is_set() and self._editions.get(edition.name) is not None

        return Reencoder(self._originals, self._editions, self._lock, goes_on)

    def _live(self) -> None:
        _be_nice()
        while not self._stopping.is_set() and not self._opened(1.0):
            pass
        looked = -math.inf
        while not self._stopping.is_set():
            self._wake.clear()
            if time.monotonic() - looked >= RECONCILE_SECONDS:
                looked = time.monotonic() if self._reconcile() else looked
            elif entry := self._next():
                self._build(entry)
            else:
                self._wake.wait(max(0.0, looked + RECONCILE_SECONDS - time.monotonic()))

    def _reconcile(self) -> bool:
        """Bring the indexes in step with the catalogue; False where that has to be tried again."""
        try:
            work = Reencoder(self._originals, self._editions, self._lock, lambda: not self._stopping.is_set())
            self._reconciler.mend(work, lambda: not self._stopping.is_set())
            for entry in self.list():
                edition = self._editions.get(entry.name)
                if entry.state in COMPLETE and edition and self._reconciler.incomplete(edition):
                    logger.warning("The edition '%s' lacks documents: it is completed.", entry.name)
                    self._shelf.store.begin_again(entry.name)
        except Halted:
            return False
        except Exception:  # the border of a thread: what fails now is tried again
            if not self._stopping.is_set():
                logger.exception("The index could not be brought in step with the catalogue; it is tried again.")
                self._stopping.wait(_RETRY_SECONDS)
            return False
        return True

    def _next(self) -> EditionEntry | None:
        try:
            waiting = [entry for entry in self.list() if entry.state is State.BUILDING]
        except Exception:  # the border of a thread: a database that is gone for a moment ends no building
            logger.exception("The editions cannot be listed; it is tried again.")
            self._stopping.wait(_RETRY_SECONDS)
            return None if self._stopping.is_set() else self._next()
        return next((entry for entry in waiting if entry.name not in self._troubled), None)

    def _build(self, entry: EditionEntry) -> None:
        try:
            edition = self._in_step(entry)
            if edition is not None:
                work = self._reencoder(edition)
                EditionBuild(edition, work, self._originals.catalogue, self._shelf.store).run(self._lock)
        except Halted:
            return
        except Exception as error:  # the border of a thread: what cannot be built says why
            if self._stopping.is_set() or self._shelf.store.get(entry.name) is None:
                return
            if not isinstance(error, SurefootError):
                logger.exception("The edition '%s' could not be built.", entry.name)
            self._troubled.add(entry.name)
            again = f"Then go on: surefoot editions build {entry.name}"
            self._shelf.store.begin_again(entry.name, f"{error} {again}")

    def _in_step(self, entry: EditionEntry) -> Edition | None:
        """The edition, which from now on gets all that is written; None where it was dropped meanwhile."""
        with self._acting:
            if self._shelf.store.get(entry.name) is None:
                return None
            edition = self._editions.get(entry.name)
            if edition is None:
                edition = self._shelf.open(entry)
                with self._lock:
                    self._editions.add(edition)
            return edition


def _be_nice() -> None:
    """Leave the processor to others: on Linux a thread, and the threads that it starts, has a priority of its own."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
