"""The parts that the HTTP API works with, joined by wiring and handed to it as one value."""

from __future__ import annotations

import shutil
import time
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from surefoot.app.accounts.actor import EVERYONE, LOCAL_ID, own_group
from surefoot.app.accounts.room import Accounts
from surefoot.app.alerting import Alerting
from surefoot.app.audit.reading import TrailReader
from surefoot.app.backup.making import Backups
from surefoot.app.database import Database
from surefoot.app.desks import RecordDesks
from surefoot.app.engine import EngineRoom
from surefoot.app.erasure.retention import Retention
from surefoot.app.erasure.room import Erasure
from surefoot.app.installation import DatabaseWatch
from surefoot.app.jobs.jobs import Jobs
from surefoot.app.lanes import Lanes
from surefoot.app.metrics import Metrics
from surefoot.app.samples import SampleLoader
from surefoot.app.settings import Settings
from surefoot.app.telemetry import TelemetryRoom
from surefoot.app.tracing import Tracing
from surefoot.core.journal import Act, ActKind, Journal
from surefoot.core.nouns import Asker, Passage
from surefoot.eval.feedback import FeedbackStore, GapStore
from surefoot.eval.monitoring.spans import SpanStore
from surefoot.ingestion.aliases import Aliases
from surefoot.ingestion.blobs import Blobs
from surefoot.ingestion.catalogue import Catalogue, Status
from surefoot.ingestion.edition_keeper import EditionKeeper
from surefoot.ingestion.findings import Findings
from surefoot.ingestion.limits import ReadLimits
from surefoot.ingestion.listing import Listing
from surefoot.ingestion.pipeline import Pipeline
from surefoot.ingestion.sidecars import Sidecars
from surefoot.retrieval.checker import Checker
from surefoot.retrieval.editions import Editions
from surefoot.retrieval.encoders import HybridEncoder
from surefoot.retrieval.index.port import Index, Scope
from surefoot.retrieval.search import Searcher
from surefoot.serving.access import Access
from surefoot.serving.assistant import AssistantService
from surefoot.serving.assistants import AssistantRegistry
from surefoot.serving.conversations import AnswerStore, ConversationStore
from surefoot.serving.measurements import Measurements
from surefoot.serving.releases import ReleaseStore
from surefoot.serving.repeats import Repeats


@dataclass(frozen=True, slots=True)
class Shelf:
    """An assistant's documents that can be asked about."""

    documents: int
    newest: datetime | None
    """When the last of them was changed."""


EMPTY_SHELF = Shelf(0, None)


@dataclass(frozen=True, slots=True)
class Library:
    """Documents: what is kept, how it is read, how it is found."""

    catalogue: Catalogue
    blobs: Blobs
    sidecars: Sidecars
    findings: Findings
    aliases: Aliases
    listing: Listing
    editions: Editions
    keeper: EditionKeeper
    searcher: Searcher
    checker: Checker | None
    """Reads what was found together with the question; without it nothing is called supported."""
    unchecked: str
    """Why there is no checker; empty where there is one."""
    pipeline: Pipeline
    limits: ReadLimits
    """What reading one file may cost."""
    lanes: Lanes
    """Where files are read and deleted: requests wait here rather than in the server's threads."""
    loader: SampleLoader

    @property
    def index(self) -> Index:
        """The index that questions are asked of."""
        return self.editions.live.index

    @property
    def encoder(self) -> HybridEncoder:
        """The encoder of the index that questions are asked of."""
        return self.editions.live.encoder

    def shelves(self, asker: Asker | None = None) -> dict[str, Shelf]:
        """What can be asked about, by assistant; of the documents that the asker may see, or of all."""
        ready = [tally for tally in self.listing.tally(asker) if tally.status is Status.READY]
        return {tally.assistant: Shelf(tally.documents, tally.newest) for tally in ready}

    def coming(self, asker: Asker | None = None) -> str | None:
        """What is being loaded or read again, in words; None when all is there that the asker, or anybody, may see."""
        if loading := self.loader.loading:
            return loading
        lacking = self.keeper.lacking
        if lacking and asker:
            lacking = lacking.only(self.catalogue.sight(lacking.assistants.keys(), asker)[0])
        return str(lacking) if lacking and lacking.left else None

    def incomplete(self, assistant: str) -> bool:
        """Whether documents of an assistant are missing from the index for now."""
        lacking = self.keeper.lacking
        return bool(lacking and any(lacking.assistants[name] == assistant for name in lacking.left))

    def count(self, assistant: str, asker: Asker) -> int:
        """Documents of an assistant that the asker may ask about."""
        return self.shelves(asker).get(assistant, EMPTY_SHELF).documents

    def passages(self, assistant: str, path: str, asker: Asker) -> list[Passage]:
        """The passages of a document, in their order, that the asker may see; none where it is not there."""
        entry = self.catalogue.find_by_path(assistant, path)
        if entry is None:
            return []
        with self.searcher.pinned() as searcher:
            places = range(entry.chunks)
            chunks = searcher.edition.index.chunks_at(entry.id, places, asker, Scope(assistant))
        return [Passage(chunk, 1.0) for chunk in chunks]

    def count_by_status(self) -> dict[str, int]:
        """Documents of all assistants by status."""
        counts: Counter[str] = Counter()
        for tally in self.listing.tally():
            counts[tally.status.value] += tally.documents
        return dict(counts)


@dataclass(frozen=True, slots=True)
class Records:
    """What people said, were told, and thought of it."""

    answers: AnswerStore
    access: Access
    conversations: ConversationStore
    feedback: FeedbackStore
    gaps: GapStore
    spans: SpanStore
    measurements: Measurements
    releases: ReleaseStore
    repeats: Repeats


@dataclass(frozen=True, slots=True)
class App:
    """All parts of a running Surefoot."""

    settings: Settings
    database: Database
    tracing: Tracing
    metrics: Metrics
    accounts: Accounts
    trail: TrailReader
    journal: Journal
    erasure: Erasure
    retention: Retention
    backups: Backups
    assistants: AssistantRegistry
    library: Library
    records: Records
    telemetry: TelemetryRoom
    desks: RecordDesks
    watch: DatabaseWatch
    alerts: Alerting
    service: AssistantService
    engine: EngineRoom
    jobs: Jobs

    @property
    def scratch(self) -> Path:
        """Where work that is not kept lies; emptied at start."""
        return self.settings.data / "scratch"

    def note(self, act: Act) -> None:
        """Write an act that changes nothing else, such as reading, in a transaction of its own."""
        with self.database.session() as session:
            self.journal.write(session, act)
            session.commit()

    def keep_private_what_was(self) -> None:
        """Give private assistants from before there were accounts, with their documents, to the first administrator."""
        everyone, own = frozenset({EVERYONE}), frozenset({own_group(LOCAL_ID)})
        for spec in self.assistants.list():
            if spec.private and spec.groups == everyone:
                self.assistants.restrict(spec.name, own)
                for entry in self.library.catalogue.list(spec.name):
                    if entry.groups == everyone:
                        self.library.pipeline.describe(entry.id, None, None, own, own)

    def start(self) -> None:
        """Begin what goes on in the background: the library, the language model, the spans' way into the table."""
        shutil.rmtree(self.scratch, ignore_errors=True)
        self.tracing.install()
        if made_of := self.backups.restored():
            self.note(Act(ActKind.BACKUP_RESTORED, facts=dict(made_of)))
        self.retention.start()
        if self.trail.heads is not None:
            self.trail.heads.start()
        self.watch.start()
        self.library.lanes.beside(self.desks.prepare, [spec.name for spec in self.assistants.list()])
        self.library.loader.start()
        self.engine.start()
        self.jobs.start()
        self.library.keeper.start()
        self.telemetry.start()
        self.alerts.start()

    def stop(self, seconds: float) -> bool:
        """Stop within this time; False where a thread is still at work, and then stores are left as they are."""
        deadline = time.monotonic() + seconds
        self.library.loader.stop()
        if self.trail.heads is not None:
            self.trail.heads.stop()
        self.jobs.parts.stopping.set()
        self.library.lanes.close(0.0)
        idle = [
            self.retention.stop(deadline - time.monotonic()),
            self.watch.stop(deadline - time.monotonic()),
            self.engine.stop(deadline - time.monotonic()),
            self.library.loader.join(deadline - time.monotonic()),
            self.jobs.stop(deadline - time.monotonic()),
            self.library.keeper.stop(deadline - time.monotonic()),
            self.alerts.stop(deadline - time.monotonic()),
            self.telemetry.stop(deadline - time.monotonic()),
            self.library.lanes.close(deadline - time.monotonic()),
        ]
        self.tracing.shutdown(max(0.3, deadline - time.monotonic()))
        if not all(idle):
            return False
        self.library.editions.close()
        self.database.close()
        return True
