"""Takes out what was kept long enough, by kind, at the start and then once an hour."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from surefoot.app.erasure.room import Stores
from surefoot.core.journal import SYSTEM, Act, ActKind, Fact

logger = logging.getLogger(__name__)

EVERY_SECONDS = 3600.0
QUARANTINE_DAYS = 30
"""How long an original is kept that no document names."""


@dataclass(frozen=True, slots=True)
class Kept:
    """How many days each kind is kept; None: until somebody deletes it."""

    conversations: int | None
    traces: int


@dataclass(frozen=True, slots=True)
class Applied:
    """What one pass took out."""

    conversations: int
    answers: int
    spans: int
    originals: int = 0
    """Originals that no document named, out of the quarantine."""


class Retention:
    """Applies the rules in a thread of its own."""

    def __init__(
        self, stores: Stores, kept: Kept, clock: Callable[[], datetime], sweep: Callable[[], None] = lambda: None
    ) -> None:
        """sweep: takes out sessions that are over, with each pass."""
        self._stores = stores
        self._sweep = sweep
        self.kept = kept
        self._clock = clock
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="retention", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, seconds: float) -> bool:
        """Stop; False where a pass is still at work after so many seconds."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join(max(0.0, seconds))
        return not self._thread.is_alive()

    def apply(self, who: str = SYSTEM) -> Applied:
        """One pass; the trail says so where anything was taken out. Answers go with their thumbs, gaps and traces."""
        stores, now = self._stores, self._clock()
        conversations = answers = 0
        if self.kept.conversations is not None:
            gone = stores.answers.before(now - timedelta(days=self.kept.conversations))
            stores.judgements.of_answers(gone.answers, gone.traces)
            conversations, answers = gone.conversations, len(gone.answers)
        spans = stores.judgements.traces_before(now - timedelta(days=self.kept.traces))
        originals = stores.pipeline.purge((now - timedelta(days=QUARANTINE_DAYS)).date())
        facts: dict[str, Fact] = {"conversations": conversations, "answers": answers, "spans": spans}
        if originals:
            facts["originals"] = originals
        if any(facts.values()):
            with stores.sessions() as session:
                stores.journal.write(session, Act(ActKind.RETENTION_APPLIED, facts=facts, who=who))
                session.commit()
        return Applied(conversations, answers, spans, originals)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._sweep()
                self.apply()
            except Exception:
                logger.exception("Retention could not be applied; it is tried again in an hour.")
            self._stopping.wait(EVERY_SECONDS)
