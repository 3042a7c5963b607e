"""The only module that builds concrete parts and joins them: each choice is made once, here."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from surefoot.app.accounts.room import Accounts
from surefoot.app.audit.trail import Trail
from surefoot.app.backup.making import Backups
from surefoot.app.backup.making import Places as BackupPlaces
from surefoot.app.database import Database, database_url, sqlite_url
from surefoot.app.desks import RecordDesks
from surefoot.app.engine import EngineRoom
from surefoot.app.installation import DatabaseWatch, check_match, check_whole, settle_id, sqlite_file
from surefoot.app.jobs.jobs import Jobs, JobsPlace
from surefoot.app.lanes import Lanes
from surefoot.app.langfuse import Langfuse
from surefoot.app.metrics import Metrics
from surefoot.app.migrations.runner import migrate
from surefoot.app.parts import App, Library, Records
from surefoot.app.samples import Destination, SampleLoader
from surefoot.app.settings import Settings, secret
from surefoot.app.sources import declared, opener, places_of
from surefoot.app.tracing import ExportQueue, Tracing, to_table
from surefoot.app.wiring.accounts import build_accounts, build_erasure, build_retention
from surefoot.app.wiring.alerts import build_alerts
from surefoot.app.wiring.live import build_telemetry, folder_of
from surefoot.core.nouns import Asker
from surefoot.eval.feedback import FeedbackStore, GapStore
from surefoot.eval.monitoring.spans import SpanStore
from surefoot.ingestion.aliases import Aliases
from surefoot.ingestion.blobs import FolderBlobs
from surefoot.ingestion.catalogue import Catalogue
from surefoot.ingestion.chunking import CHUNKER
from surefoot.ingestion.corpus import Corpus
from surefoot.ingestion.edition_keeper import EditionKeeper, EditionShelf
from surefoot.ingestion.edition_store import EditionStore
from surefoot.ingestion.findings import Findings
from surefoot.ingestion.inspection import Inspectors, Rules
from surefoot.ingestion.library_state import LibraryStates
from surefoot.ingestion.limits import ReadLimits
from surefoot.ingestion.listing import Listing
from surefoot.ingestion.pipeline import Kept, Pipeline
from surefoot.ingestion.readers import READER
from surefoot.ingestion.reencoding import Originals
from surefoot.ingestion.run_items import RunItems
from surefoot.ingestion.run_parts import RunParts
from surefoot.ingestion.run_store import RunStore
from surefoot.ingestion.sandbox import shared
from surefoot.ingestion.sidecars import Sidecars
from surefoot.ingestion.source_store import SourceStore
from surefoot.retrieval.bm25 import Bm25
from surefoot.retrieval.checker import FOLDER as CHECKER_FOLDER
from surefoot.retrieval.checker import Checker
from surefoot.retrieval.encoder_registry import EncoderKind, Encoders, standard_kinds
from surefoot.retrieval.encoders import HybridEncoder, MiniLM
from surefoot.retrieval.errors import CheckerUnusable
from surefoot.retrieval.evidence import EvidenceFinder, evidence_settings
from surefoot.retrieval.highlights import Highlighter
from surefoot.retrieval.index.edge import EdgeIndex
from surefoot.retrieval.index_places import FolderPlaces, IndexPlaces, ServerPlaces, folder_name
from surefoot.retrieval.lookup import passages_of
from surefoot.retrieval.question_memory import remembering
from surefoot.retrieval.records.store import RecordStore
from surefoot.retrieval.records.store_duckdb import DuckDBRecords
from surefoot.retrieval.reranking import CrossEncoder, Reranker
from surefoot.retrieval.search import Searcher
from surefoot.serving.access import Access, Sight
from surefoot.serving.assistant import AssistantService, Parts
from surefoot.serving.assistants import AssistantRegistry
from surefoot.serving.conversations import AnswerStore, ConversationStore
from surefoot.serving.errors import UnknownAssistant
from surefoot.serving.grounding import Grounding
from surefoot.serving.instructions import Instructions
from surefoot.serving.judging import judge_version
from surefoot.serving.live.answering import LiveAnswers
from surefoot.serving.live.looking import Missing
from surefoot.serving.measurements import Measurements
from surefoot.serving.models.weights import WeightStore, standard_sources
from surefoot.serving.releases import ReleaseStore
from surefoot.serving.repeats import Repeats
from surefoot.serving.small_talk import SmallTalk

SHIPPED_ASSISTANTS = Path(__file__).parent.parent / "assistants"
MEGABYTE = 1024 * 1024


def build(settings: Settings, shipped: Path = SHIPPED_ASSISTANTS, engine: EngineRoom | None = None) -> App:
    """All parts, joined and not yet started. Raises SurefootError where a store cannot be opened.

    Tests give other shipped assistants, and an engine room with a scripted model.
    """
    database = build_database(settings)
    weights = build_weights(settings)
    assistants = AssistantRegistry(shipped, settings.data / "assistants", settings.evidence_tokens)
    library = build_library(settings, database, assistants, weights)
    accounts, trail = build_accounts(settings, database)
    telemetry = build_telemetry(settings, assistants, database)
    desks = RecordDesks(telemetry.store, lambda name: folder_of(assistants, name), secret, settings.timezone)
    telemetry.groups.told.append(desks.forget_names)
    records = build_records(settings, database, (library, desks), assistants)
    engine = engine or EngineRoom(settings, weights)
    jobs = build_jobs(settings, database, assistants, (library, accounts))
    app = App(
        settings=settings,
        database=database,
        tracing=build_tracing(settings, records.spans),
        metrics=Metrics(),
        accounts=accounts,
        trail=trail,
        journal=Trail(shared=assistants.is_shipped),
        erasure=build_erasure(settings, database, assistants, library),
        retention=build_retention(settings, database, assistants, library, accounts),
        backups=Backups(build_backup_places(settings, database, library, telemetry.store)),
        assistants=assistants,
        library=library,
        records=records,
        telemetry=telemetry,
        desks=desks,
        watch=DatabaseWatch(sqlite_file(database)),
        alerts=build_alerts(settings, database, assistants, telemetry, desks),
        service=build_service(
            settings,
            Served(assistants, library, records, desks, telemetry.readiness.missing, telemetry.has_for),
            engine,
        ),
        engine=engine,
        jobs=jobs,
    )
    app.metrics.watch(library.count_by_status, lambda: engine.status().state, app.tracing.dropped, telemetry.counts)
    return app


def build_database(settings: Settings) -> Database:
    """The data folder's database at this version's schema.

    Raises DatabaseUnusable where it is damaged or held by somebody else, or where it is not this folder's.
    """
    settings.data.mkdir(parents=True, exist_ok=True)
    database = Database(database_url(settings))
    check_whole(database)
    check_match(settings.data, database)
    migrate(database)
    settle_id(settings.data, database)
    return database


def build_records(
    settings: Settings, database: Database, evidence: tuple[Library, RecordDesks], assistants: AssistantRegistry
) -> Records:
    """The stores of what people said and were told."""
    library, desks = evidence
    sessions, trail = database.session, Trail(shared=assistants.is_shipped)
    return Records(
        answers=AnswerStore(sessions, trail),
        access=Access(lambda ids, asker: Sight(*library.catalogue.sight(ids, asker)), desks.sight),
        conversations=ConversationStore(sessions, trail),
        feedback=FeedbackStore(sessions),
        gaps=GapStore(sessions),
        spans=SpanStore(sessions),
        measurements=Measurements(sessions),
        releases=ReleaseStore(sessions),
        repeats=Repeats(
            sessions,
            LibraryStates(sessions).now,
            partial(passages_of, library.editions),
            lambda assistant, groups: groups & library.listing.groups(assistant),
            on=settings.repeats == "on",
        ),
    )


def build_weights(settings: Settings) -> WeightStore:
    """The weight store with its sources in order: a local folder, the hub, packages."""
    return WeightStore(settings.weights, standard_sources(settings.weights_from, settings.hub_endpoint))


def build_encoders(settings: Settings, weights: WeightStore) -> Encoders:
    """The encoders that editions are made with; what they need may still be missing, it is read on first use."""
    return Encoders([remembering(kind) for kind in _kinds(settings, weights)], Bm25())


def _kinds(settings: Settings, weights: WeightStore) -> tuple[EncoderKind, ...]:
    return standard_kinds(MiniLM(weights.encoder_folder, settings.threads), settings.threads)


def build_encoder(settings: Settings, weights: WeightStore) -> HybridEncoder:
    """The encoder that an installation begins with, without a memory for questions: for measuring it."""
    return Encoders(_kinds(settings, weights), Bm25()).first


def build_reranker(settings: Settings) -> Reranker | None:
    """The cross-encoder, where one is set; it loads at the first question."""
    return CrossEncoder(settings.reranker, settings.threads) if settings.reranker else None


def build_checker(
    settings: Settings, weights: WeightStore, folder: Path = CHECKER_FOLDER
) -> tuple[Checker | None, str]:
    """The house checker, which loads at the first question; without it, why there is none."""
    try:
        return Checker(weights.encoder_folder, folder, settings.threads), ""
    except CheckerUnusable as error:
        return None, str(error)


def build_places(settings: Settings) -> IndexPlaces:
    """Embedded indexes in the data folder, or collections on a Qdrant server."""
    if settings.qdrant_url is None:
        return FolderPlaces(settings.data)
    key = settings.qdrant_key.get_secret_value() if settings.qdrant_key else None
    return ServerPlaces(settings.qdrant_url, key)


def build_library(
    settings: Settings, database: Database, assistants: AssistantRegistry, weights: WeightStore
) -> Library:
    """What is kept, how it is read, how it is found."""
    encoders = build_encoders(settings, weights)
    shelf = EditionShelf(EditionStore(database.session), build_places(settings), encoders)
    editions = shelf.open_all()
    sidecars = Sidecars(settings.data / "sidecars")
    catalogue = Catalogue(database.session, Trail(shared=assistants.is_shipped), sidecars)
    blobs = FolderBlobs(settings.data / "originals")
    findings, aliases = Findings(database.session), Aliases(database.session)
    limits = ReadLimits(
        file_bytes=settings.upload_limit_mb * MEGABYTE,
        memory_bytes=settings.parse_memory_mb * MEGABYTE,
        seconds=settings.parse_seconds,
    )
    inspect = Inspectors(lambda name: rules_of(assistants, name))
    pipeline = Pipeline(Kept(catalogue, findings, aliases, blobs, sidecars), editions, inspect, limits)
    lanes = Lanes()
    loader = SampleLoader(Destination(assistants, catalogue, pipeline, lanes), encoders.first.dense, weights)
    originals = Originals(catalogue, blobs, shared(limits), inspect)
    checker, unchecked = build_checker(settings, weights)
    return Library(
        catalogue=catalogue,
        blobs=blobs,
        sidecars=sidecars,
        findings=findings,
        aliases=aliases,
        listing=Listing(database.session),
        editions=editions,
        keeper=EditionKeeper(shelf, editions, originals, pipeline.lock, loader.open),
        searcher=Searcher.over(editions, build_reranker(settings)),
        checker=checker,
        unchecked=unchecked,
        pipeline=pipeline,
        limits=limits,
        lanes=lanes,
        loader=loader,
    )


def rules_of(assistants: AssistantRegistry, name: str) -> Rules:
    """What an assistant asks of its documents; the lenient rules for one that is no longer there."""
    try:
        spec = assistants.get(name)
    except UnknownAssistant:
        return Rules.of({}, "keep")
    return Rules.of(spec.quality, spec.pii)


def build_jobs(
    settings: Settings, database: Database, assistants: AssistantRegistry, given: tuple[Library, Accounts]
) -> Jobs:
    """Runs over sources: their stores, their queue, and what is said of the documents after each."""
    library, accounts = given
    sources, runs = SourceStore(database.session, Trail(shared=assistants.is_shipped)), RunStore(database.session)
    places = places_of(settings, lambda: accounts.on)
    parts = RunParts(
        sources=sources,
        runs=runs,
        items=RunItems(database.session),
        catalogue=library.catalogue,
        pipeline=library.pipeline,
        open=opener(settings, places),
        places=places,
    )
    url = sqlite_url(settings.data / "jobs.db") if database.is_sqlite else database_url(settings)
    place = JobsPlace(url, settings.runs_at_once, open=library.loader.open)
    monitor = Corpus(database.session, library.findings, sources, runs)
    return Jobs(parts, place, lambda: declared(assistants), monitor)


def build_backup_places(settings: Settings, database: Database, library: Library, store: RecordStore) -> BackupPlaces:
    """Where the stores lie that a backup holds, and what must be said of those that lie elsewhere."""
    own = database.is_sqlite and database.engine.url.database == str(settings.data / "surefoot.db")
    elsewhere = {
        "The database: `pg_dump --format=custom DATABASE`.": not own,
        "The index: a snapshot of the collections on the Qdrant server.": settings.qdrant_url is not None,
        "The live data: `pg_dump --format=custom DATABASE`.": settings.records_url is not None,
    }

    def copy_indexes(folder: Path) -> None:
        for edition in library.editions.all():
            with library.editions.holding(edition) as there:
                if there and isinstance(edition.index, EdgeIndex):
                    edition.index.copy_to(folder / folder_name(edition.name))

    def copy_records(path: Path) -> None:
        if isinstance(store, DuckDBRecords):
            store.copy_to(path)

    said = tuple(words for words, outside in elsewhere.items() if outside)
    return BackupPlaces(settings.data, library.pipeline.lock, copy_indexes, copy_records, said)


@dataclass(frozen=True, slots=True)
class Served:
    """What answers are made of."""

    assistants: AssistantRegistry
    library: Library
    records: Records
    desks: RecordDesks
    missing: Callable[[], Missing | None]
    """What of live data is kept and not derived yet."""
    heard: Callable[[Asker], bool]
    """Whether there is live data that somebody may see."""


def build_service(settings: Settings, served: Served, engine: EngineRoom) -> AssistantService:
    """The answer path."""
    assistants, library, records = served.assistants, served.library, served.records
    # More than there are cores only make the event loop, which passes the tokens on, wait for its turn.
    pool = ThreadPoolExecutor(max(2, settings.threads), thread_name_prefix="search")
    encoder = library.keeper.encoders.first  # sentences are judged by it, whichever edition is searched
    terms = encoder.sparse.terms
    return AssistantService(
        Parts(
            assistants=assistants,
            finder=EvidenceFinder(library.searcher, Highlighter(encoder.dense, terms), encoder.dense, library.checker),
            grounding=Grounding(terms, encoder.dense, judged=settings.checker == "judge"),
            count_tokens=encoder.dense.count_tokens,
            model=engine.model,
            measurements=records.measurements,
            releases=records.releases,
            answers=records.answers,
            conversations=records.conversations,
            access=records.access,
            documents=library.count,
            reading=library.coming,
            incomplete=library.incomplete,
            retrieval_version={
                "encoder": encoder.dense.name,
                "keywords": f"{encoder.sparse.recipe}:{encoder.sparse.language}:{encoder.sparse.average_length:g}",
                "ranking": library.searcher.settings,
                "index": type(library.index).__name__,
                "chunks": f"{READER}/{CHUNKER}",
                "evidence": evidence_settings(),
                "close reading": library.checker.sha256[:16] if library.checker else "",
                "checker": f"{settings.checker}:{judge_version()}",
            },
            instructions=Instructions(encoder.dense.encode, library.passages),
            small_talk=SmallTalk(encoder.dense.encode),
            live=LiveAnswers(served.desks.desk, pool, encoder.dense.encode, served.missing, served.heard),
            repeats=records.repeats,
            pool=pool,
        )
    )


def build_tracing(settings: Settings, store: SpanStore) -> Tracing:
    """Spans go to the local table, and to Langfuse where it is set."""
    queues = [ExportQueue("local", to_table(store))]
    if settings.langfuse_host and settings.langfuse_public_key and settings.langfuse_secret_key:
        langfuse = Langfuse(settings.langfuse_host, settings.langfuse_public_key, settings.langfuse_secret_key)
        queues.append(ExportQueue("langfuse", langfuse.exporter()))
    return Tracing(queues)
