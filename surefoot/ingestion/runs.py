"""The steps of a run: list, batch after batch, finish; each may be interrupted anywhere and done again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace

from surefoot.core.errors import SurefootError
from surefoot.core.journal import acting_as
from surefoot.ingestion.catalogue import id_of
from surefoot.ingestion.errors import SourceError
from surefoot.ingestion.run_control import HELD, LISTED, REMOVALS, REMOVE
from surefoot.ingestion.run_feeding import Feeding
from surefoot.ingestion.run_items import GONE, INGESTED, REMOVED, TO_FEED, ItemEntry
from surefoot.ingestion.run_listing import list_documents
from surefoot.ingestion.run_parts import RunParts
from surefoot.ingestion.run_progress import counted
from surefoot.ingestion.run_store import FAILED, FINISHED, GOING, RUNNING, WAITING, RunEntry
from surefoot.ingestion.source_store import SourceEntry, now
from surefoot.ingestion.sources.port import Source

logger = logging.getLogger(__name__)

BATCH = 256
"""Documents of one step at most. What is done is written document by document, so that a step may be long."""
Monitor = Callable[[RunEntry], Mapping[str, object]]
"""What is said of the corpus after a run."""


class Runs:
    """Carries out runs; a run is worked on by one thread at a time.

    All that a run has to know of itself is in its row and its documents' rows: whoever calls `list`, `batch` until it
    says False, and `finish`, from whatever process, brings the run to the same end.
    """

    def __init__(self, parts: RunParts, monitor: Monitor = lambda _run: {}) -> None:
        self._parts = parts
        self._monitor = monitor
        self._open: dict[str, Source] = {}
        """Sources of runs at work: some are costly to open."""

    def list(self, run_id: str) -> bool:
        """Write down the run's documents, unless that was done; whether the run goes on."""
        runs = self._parts.runs
        if not runs.move(run_id, GOING, RUNNING):
            return False
        run = self._run(run_id)
        if run.started_at is None:
            runs.note(run_id, started_at=now())
        if run.report.get(LISTED):
            return True
        source = self._source(run)
        if source is None:
            self.fail(run_id, "Its source was deleted.")
            return False
        try:
            return list_documents(self._parts, run, source)
        except SurefootError as error:
            if isinstance(error, SourceError):
                self._parts.sources.troubled(source.id, str(error))
            self.fail(run_id, str(error))
            return False

    def batch(self, run_id: str) -> bool:
        """Work on some documents of the run; whether there is more to do."""
        if not self._parts.goes_on(run_id):
            return False
        run = self._run(run_id)
        source = self._source(run)
        if source is None:
            self.fail(run_id, "Its source was deleted.")
            return False
        try:
            with acting_as(run.asked_by):
                return self._feed(run, source) or self._remove(run, source)
        except SurefootError as error:
            self.fail(run_id, str(error))
            return False
        finally:
            self._save_counts(run_id)

    def finish(self, run_id: str) -> bool:
        """End the run, or leave it where it was halted; False where there is still something to do."""
        run = self._run(run_id)
        if run.state != RUNNING or self._parts.stopping.is_set():
            self.release(run_id)
            return True
        changes = TO_FEED if run.report.get(REMOVALS) == HELD else TO_FEED | {GONE}
        if self._parts.items.undone(run_id, changes, 1):
            return False
        try:
            self._conclude(run)
        except SurefootError as error:
            self.fail(run_id, str(error))
        self.release(run_id)
        return True

    def carry_out(self, run_id: str) -> None:
        """Do all steps of a run in this thread."""
        if self.list(run_id):
            while True:
                while self.batch(run_id):
                    pass
                if self.finish(run_id):
                    return
        self.release(run_id)

    def fail(self, run_id: str, reason: str) -> None:
        """End a run that cannot go on."""
        self._parts.runs.move(run_id, GOING, FAILED, reason=reason)
        self.release(run_id)

    def release(self, run_id: str) -> None:
        """Let go of what a run at work holds in this process."""
        self._parts.progress.end(run_id)
        if (place := self._open.pop(run_id, None)) is not None:
            place.close()

    def _feed(self, run: RunEntry, source: SourceEntry) -> bool:
        parts = self._parts
        items = parts.items.undone(run.id, TO_FEED, BATCH)
        if not items:
            return False
        if run.id not in self._open:
            self._open[run.id] = parts.open(source)
        parts.progress.begin(run.id, parts.items.totals(run.id))
        try:
            Feeding(parts, run, source, self._open[run.id]).feed(items)
        finally:
            parts.items.rest(run.id)
        return True

    def _remove(self, run: RunEntry, source: SourceEntry) -> bool:
        """Take out documents that are gone, after those that are new: a renamed one is then never missing."""
        parts = self._parts
        held = parts.runs.get(run.id)
        items = [] if held is None or held.report.get(REMOVALS) == HELD else parts.items.undone(run.id, {GONE}, BATCH)
        if not items:
            return False
        parts.progress.begin(run.id, parts.items.totals(run.id))
        for item in items:
            if not parts.goes_on(run.id):
                return False
            self._take_out(item, source)
            parts.progress.done(run.id, item.path, REMOVED, "")
        return True

    def _take_out(self, item: ItemEntry, source: SourceEntry) -> None:
        for path in (item.path, f"{source.id}/{item.path}"):
            self._parts.pipeline.remove(id_of(source.assistant, path), source.id)
        self._parts.items.settle(replace(item, status=REMOVED, attempts=item.attempts + 1), source.id)

    def _conclude(self, run: RunEntry) -> None:
        parts = self._parts
        counts = self._save_counts(run.id)
        if counts.get(REMOVED):
            parts.pipeline.erase()
        if run.kind == REMOVE and run.source_id:
            parts.sources.delete(run.source_id)
        elif run.source_id and (counts.get(REMOVED) or counts.get(INGESTED)):
            parts.sources.changed(run.source_id, now())
        if said := dict(self._monitor(self._run(run.id))):
            parts.runs.report(run.id, monitor=said)
        waits = run.report.get(REMOVALS) == HELD
        parts.runs.move(run.id, {RUNNING}, WAITING if waits else FINISHED)
        parts.runs.prune(run.source_id)

    def _save_counts(self, run_id: str) -> dict[str, int]:
        counts = counted(self._parts.items.totals(run_id))
        self._parts.runs.note(run_id, counts=counts)
        return counts

    def _run(self, run_id: str) -> RunEntry:
        run = self._parts.runs.get(run_id)
        if run is None:
            raise LookupError(f"There is no run {run_id}.")
        return run

    def _source(self, run: RunEntry) -> SourceEntry | None:
        return self._parts.sources.get(run.source_id) if run.source_id else None
