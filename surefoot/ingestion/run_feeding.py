"""The middle steps of a run: fetches some of its documents, feeds them to the pipeline, writes what became of each."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from typing import cast

from surefoot.core.nouns import Asker
from surefoot.ingestion.catalogue import id_of
from surefoot.ingestion.describing import Order
from surefoot.ingestion.errors import (
    AddressRefused,
    DocumentGone,
    NotAcceptable,
    SourceUnreachable,
    Unreadable,
    UnsafePath,
)
from surefoot.ingestion.results import Fed, Ingested, IngestResult, Rejected, SourceFile, Unchanged
from surefoot.ingestion.run_control import ACCEPT
from surefoot.ingestion.run_items import FAILED, INGESTED, KEPT, REJECTED, UNCHANGED, ItemEntry
from surefoot.ingestion.run_parts import RunParts
from surefoot.ingestion.run_store import RunEntry
from surefoot.ingestion.source_store import SourceEntry
from surefoot.ingestion.sources.port import Source

BATCH_SECONDS = 10.0
"""A step ends about this long after it began."""
MOST_ATTEMPTS = 3
"""Readings of one document that may end with the server's death before it is given up: one beside others, two alone."""
UNREACHED_IN_A_ROW = 3
"""Documents in a row that the source does not give, after which it counts as unreachable."""
SAVE_SECONDS = 1.0
DELETED_BY_A_PERSON = "A person deleted this document; its source does not bring it back."
GONE_MEANWHILE = "It was gone when it was fetched; the next run settles that."
WORN_OUT = (
    f"The server stopped {MOST_ATTEMPTS} times while the file was being read, twice of them while nothing else was. It "
    "is not read again by itself: look into the log, then try again."
)


class _Stopped(Exception):
    """The server is about to end; nothing is to be written of the document at hand."""


@dataclass(slots=True)
class Feeding:
    """One step's work on some documents of a run."""

    parts: RunParts
    run: RunEntry
    source: SourceEntry
    place: Source
    started: float = field(default_factory=time.monotonic)
    saved: float = 0.0
    unreached: int = 0
    seconds: Counter[str] = field(default_factory=Counter[str])
    """By stage, of all documents."""
    at_work: dict[str, ItemEntry] = field(default_factory=dict[str, ItemEntry])
    """By the path that they have in the library."""

    def feed(self, items: Sequence[ItemEntry]) -> None:
        """Work on the documents until all are done, the time is up, or the run is halted, also within a document.

        What the server died at before comes last, each by itself, so that the one to blame is known.
        Raises what no document is to blame for: SourceUnreachable, BlobError, ReaderBroken, IndexUnreadable.
        """
        again = sorted((item for item in items if item.attempts), key=lambda item: item.attempts)
        for group in [[item for item in items if not item.attempts], *([item] for item in again)]:
            self._feed(group)
        self._add_seconds()

    def _feed(self, items: Sequence[ItemEntry]) -> None:
        told = self.parts.progress.told(self.run.id)

        def heard(path: str, stage: str) -> None:
            told(path, stage)
            if stage == "encode" and not self.parts.goes_on(self.run.id):
                raise _Stopped

        try:
            with suppress(_Stopped), closing(self.parts.pipeline.ingest_many(self._orders(items), heard)) as results:
                for fed in results:
                    self._settle_fed(fed)
                    if not self.parts.goes_on(self.run.id):
                        break
        finally:
            for item in self.at_work.values():  # what is given back was ended by no death of the server's
                self.parts.items.give_back(item)
            self.at_work.clear()

    def _orders(self, items: Sequence[ItemEntry]) -> Iterator[Order]:
        for item in items:
            if time.monotonic() - self.started > BATCH_SECONDS or not self.parts.goes_on(self.run.id):
                return
            self.parts.items.begin(item, self.source.id)
            try:
                order = self._order(replace(item, attempts=item.attempts + 1))
            except _Stopped:
                return
            if order is not None:
                yield order

    def _order(self, item: ItemEntry) -> Order | None:
        """The order of a document, or None where it was settled without one."""
        if item.attempts > MOST_ATTEMPTS:
            return self._settle(replace(item, status=FAILED, reason=WORN_OUT, remedy="retry"))
        if item.remedy == ACCEPT:
            return self._accept(item)
        file = self._fetched(item)
        if file is None:
            return None
        own = id_of(self.run.assistant, file.path)
        file = self._named(item, file)
        if any(map(self.parts.catalogue.kept_away, {own, id_of(self.run.assistant, file.path)})):
            return self._settle(replace(item, status=KEPT, reason=DELETED_BY_A_PERSON, document_id=None), known=True)
        self.at_work[file.path] = item
        owner = Asker(self.source.owner, self.source.groups)
        return Order(file, self.run.assistant, owner, self.source.groups, self.source.id)

    def _fetched(self, item: ItemEntry) -> SourceFile | None:
        try:
            file = self._tried(item)
        except SourceUnreachable as error:
            self._settle(replace(item, status=FAILED, reason=str(error), remedy="retry"))
            self.unreached += 1
            if self.unreached >= UNREACHED_IN_A_ROW:
                raise
            return None
        except DocumentGone:
            return self._settle(replace(item, status=UNCHANGED, reason=GONE_MEANWHILE))
        except UnsafePath as error:
            return self._settle(replace(item, status=REJECTED, reason=str(error), remedy="replace"), known=True)
        except Unreadable as error:
            return self._settle(replace(item, status=REJECTED, reason=str(error), remedy="retry"), known=True)
        self.unreached = 0
        return file

    def _tried(self, item: ItemEntry) -> SourceFile:
        for delay in self.parts.delays:
            try:
                return self.place.fetch(item.listed)
            except AddressRefused:
                raise
            except SourceUnreachable:
                if self.parts.stopping.wait(delay) or not self.parts.goes_on(self.run.id):
                    raise _Stopped from None
        return self.place.fetch(item.listed)

    def _named(self, item: ItemEntry, file: SourceFile) -> SourceFile:
        """Under the path that it has at its source; where somebody else's document has that, below the source's id."""
        own = f"{self.source.id}/{file.path}"
        if item.document_id != id_of(self.run.assistant, own):
            there = self.parts.catalogue.get(id_of(self.run.assistant, file.path))
            if there is None or there.source_id == self.source.id:
                return file
        return replace(file, path=own)

    def _accept(self, item: ItemEntry) -> None:
        try:
            result = self.parts.pipeline.accept(item.document_id or "")
        except NotAcceptable as error:
            self._settle(replace(item, status=FAILED, reason=str(error), remedy=None))
        else:
            self._settle(_settled(item, result, ""), known=True)

    def _settle_fed(self, fed: Fed) -> None:
        item = self.at_work.pop(fed.path)
        stage = self.parts.progress.stage(self.run.id, fed.path)
        self.seconds.update(fed.seconds)
        settled = replace(_settled(item, fed.result, stage), seconds=round(sum(fed.seconds.values()), 3))
        self._settle(settled, known=True, path=fed.path)

    def _settle(self, item: ItemEntry, *, known: bool = False, path: str | None = None) -> None:
        """known: what the source says of the document now is settled, and not looked at again until it changes."""
        self.parts.items.settle(item, self.source.id, self._known_as(item) if known else None)
        self.parts.progress.done(self.run.id, path or item.path, item.status, item.stage)
        if time.monotonic() - self.saved > SAVE_SECONDS and (live := self.parts.progress.live(self.run.id)):
            self.parts.runs.note(self.run.id, counts=live.counts)
            self.saved = time.monotonic()

    def _known_as(self, item: ItemEntry) -> str:
        """Nothing where the source was changed meanwhile: its groups are perhaps others, for the next run to give."""
        now = self.parts.sources.get(self.source.id)
        return item.fingerprint if now is not None and now.updated_at == self.source.updated_at else ""

    def _add_seconds(self) -> None:
        run = self.parts.runs.get(self.run.id)
        if run is None or not self.seconds:
            return
        before = cast("dict[str, float]", run.report.get("seconds", {}))
        total = {stage: round(before.get(stage, 0.0) + spent, 3) for stage, spent in self.seconds.items()}
        self.parts.runs.report(self.run.id, seconds={**before, **total})


def _settled(item: ItemEntry, result: IngestResult, stage: str) -> ItemEntry:
    if isinstance(result, Rejected):
        remedy = ACCEPT if result.acceptable else "replace"
        holder = result.document_id or item.document_id
        return replace(item, status=REJECTED, stage=stage, reason=result.reason, remedy=remedy, document_id=holder)
    # Where an attempt was broken off after the document was written, the next one finds it unchanged.
    before = isinstance(result, Unchanged) and result.reason is None and item.attempts > 1
    ingested = isinstance(result, Ingested) or before
    return replace(
        item,
        status=INGESTED if ingested else UNCHANGED,
        stage="index" if ingested else "",
        reason=result.reason if isinstance(result, Unchanged) else None,
        remedy=None,
        document_id=result.document_id,
    )
