"""What people and clocks ask of runs: begin, cancel, pause, resume, confirm, try again."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from surefoot.ingestion.errors import RunRefused
from surefoot.ingestion.run_items import AGAIN, FAILED, REJECTED, UNDONE, ItemEntry, RunItems
from surefoot.ingestion.run_store import (
    CANCELLED,
    GOING,
    OPEN,
    PAUSED,
    QUEUED,
    WAITING,
    RunEntry,
    RunStore,
)
from surefoot.ingestion.source_store import SourceEntry, SourceStore

LISTED = "listed"
"""In a run's report: its documents are written down."""
REMOVALS = "removals"
"""In a run's report: 'held' until a person confirms them, then 'confirmed'."""
KEEP = "keep"
"""In the report of a run that deletes a source: whether its documents stay."""
HELD, CONFIRMED = "held", "confirmed"
SOURCE, RETRY, REMOVE = "source", "retry", "remove"
ACCEPT = "accept"
"""The remedy of a document that a quality rule alone keeps out."""
REPLACED = "A newer run took its place."
MANY = 10_000
"""Documents of one retry."""


@dataclass(frozen=True, slots=True)
class RunControl:
    """Writes what is asked of runs into their rows, which the steps obey; safe for threads of one process."""

    sources: SourceStore
    runs: RunStore
    items: RunItems
    kick: Callable[[], None] = lambda: None
    """Called when a run waits to be taken up."""
    lock: threading.Lock = threading.Lock()  # noqa: RUF009  one for the process, as one process owns the database

    def run(self, source: SourceEntry, asked_by: str) -> RunEntry:
        """Begin a run over a source.

        A run of it that is queued or paused is given instead; one that goes on already has perhaps looked where
        something changed since, so that another one is queued behind it. One that waits for a person makes place.
        """
        with self.lock:
            there = [run for run in self.runs.in_state(OPEN, source.id) if run.kind in {SOURCE, REMOVE}]
            for run in there:
                if run.kind == REMOVE or run.state in {QUEUED, PAUSED}:
                    return run
            for run in there:
                self.runs.move(run.id, {WAITING}, CANCELLED, reason=REPLACED)
            made = self.runs.add(RunEntry(_new_id(), source.assistant, source.id, SOURCE, QUEUED, asked_by))
        self.kick()
        return made

    def delete_source(self, source: SourceEntry, asked_by: str, *, keep: bool) -> RunEntry:
        """End a source's runs, and begin the one that deletes it, with its documents unless they shall be kept."""
        with self.lock:
            there = self.runs.in_state(OPEN, source.id)
            going = [run for run in there if run.kind == REMOVE]
            if going:
                return going[0]
            for run in there:
                self.runs.move(run.id, OPEN, CANCELLED, reason="Its source is being deleted.")
            self.sources.save(replace(source, enabled=False))
            made = RunEntry(_new_id(), source.assistant, source.id, REMOVE, QUEUED, asked_by, report={KEEP: keep})
            self.runs.add(made)
        self.kick()
        return made

    def cancel(self, run: RunEntry) -> RunEntry:
        """End a run after the document at hand. Raises RunRefused where it has ended."""
        if run.kind == REMOVE:
            raise RunRefused("The deletion of a source cannot be taken back: some of its documents may be gone.")
        return self._moved(run, OPEN, CANCELLED, "be cancelled", reason="A person cancelled it.")

    def pause(self, run: RunEntry) -> RunEntry:
        """Halt a run after the document at hand. Raises RunRefused where it is not going on."""
        return self._moved(run, GOING, PAUSED, "be paused")

    def resume(self, run: RunEntry) -> RunEntry:
        """Go on with a paused run. Raises RunRefused where it is not paused."""
        return self._moved(run, {PAUSED}, QUEUED, "be resumed")

    def confirm(self, run: RunEntry) -> RunEntry:
        """Let a run remove the many documents that are gone. Raises RunRefused where it does not wait for that."""
        if run.state != WAITING and not (run.state in GOING and run.report.get(REMOVALS) == HELD):
            raise RunRefused(f"The run is {run.state}; only a run that waits can be confirmed.")
        self.runs.report(run.id, **{REMOVALS: CONFIRMED})
        if self.runs.move(run.id, {WAITING}, QUEUED, reason=None):
            self.kick()
        return self._now(run)

    def retry(self, run: RunEntry, asked_by: str, paths: Sequence[str] | None = None) -> RunEntry:
        """Begin a run that tries documents of an ended run again: those named, or all that failed.

        Raises RunRefused where the run goes on or there are none.
        """
        self._must_have_ended(run)
        found = self.items.named(run.id, paths) if paths is not None else self._failed(run)
        again = [item for item in found if item.change != "gone" and item.status in {FAILED, REJECTED, *UNDONE}]
        if not again:
            raise RunRefused("None of these documents failed in this run; there is nothing to try again.")
        return self._again(run, asked_by, again)

    def accept(self, run: RunEntry, asked_by: str, paths: Sequence[str]) -> RunEntry:
        """Begin a run that takes in rejected documents although a quality rule rejects them.

        Raises RunRefused where none of the named ones is such a document.
        """
        found = self.items.named(run.id, paths)
        good = [item for item in found if item.status == REJECTED and item.remedy == ACCEPT and item.document_id]
        if not good:
            raise RunRefused("None of these documents can be accepted: only a quality rule's rejection can be.")
        return self._again(run, asked_by, good, remedy=ACCEPT)

    def _again(self, run: RunEntry, asked_by: str, found: Sequence[ItemEntry], remedy: str | None = None) -> RunEntry:
        if run.source_id is None or self.sources.get(run.source_id) is None:
            raise RunRefused("The source of these documents was deleted; feed them anew.")
        made = RunEntry(
            _new_id(), run.assistant, run.source_id, RETRY, QUEUED, asked_by, report={LISTED: True, "of": run.id}
        )
        items = [
            ItemEntry(
                made.id,
                item.path,
                AGAIN,
                remedy=remedy,
                fingerprint=item.fingerprint,
                locator=item.locator,
                size=item.size,
                modified_at=item.modified_at,
                document_id=item.document_id,
            )
            for item in found
        ]
        self.runs.add(made, items)
        self.kick()
        return made

    def _failed(self, run: RunEntry) -> list[ItemEntry]:
        statuses = (FAILED, *sorted(UNDONE)) if run.state != CANCELLED else (FAILED,)
        return [item for status in statuses for item in self.items.page(run.id, status, 0, MANY)[0]]

    def _must_have_ended(self, run: RunEntry) -> None:
        if run.state in OPEN:
            raise RunRefused(f"The run is {run.state}; try its documents again when it has ended.")

    def _moved(
        self, run: RunEntry, states: Collection[str], state: str, words: str, reason: str | None = None
    ) -> RunEntry:
        if not self.runs.move(run.id, states, state, reason=reason):
            raise RunRefused(f"The run is {self._now(run).state} and cannot {words}.")
        self.kick()
        return self._now(run)

    def _now(self, run: RunEntry) -> RunEntry:
        return self.runs.get(run.id) or run


def _new_id() -> str:
    return uuid.uuid4().hex
