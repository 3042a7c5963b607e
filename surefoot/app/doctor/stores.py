"""Checks of what is kept: weights with their hashes, the database, and who holds the data folder."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from surefoot.app.client.server import find
from surefoot.app.database import Database, database_url
from surefoot.app.doctor.findings import Finding, in_words
from surefoot.app.erasure.retention import QUARANTINE_DAYS
from surefoot.app.installation import damage, holds, mismatch
from surefoot.app.migrations.runner import current, head
from surefoot.app.settings import Settings
from surefoot.app.wiring import build_checker, build_encoders, build_places, build_weights
from surefoot.ingestion.blobs import names_in
from surefoot.ingestion.catalogue import Catalogue, Status
from surefoot.ingestion.edition_store import EditionStore
from surefoot.ingestion.reconciling import compared
from surefoot.retrieval.editions import FIRST
from surefoot.retrieval.index.port import Held
from surefoot.serving.models.declared import ENCODER, MODELS, ModelWeights
from surefoot.serving.models.weights import WeightStore


def check_weights(settings: Settings) -> Iterator[Finding]:
    """Whether the encoder's and the language models' files are here, with the right bytes."""
    store = WeightStore(settings.weights)
    for model in MODELS.values():
        name = f"weights {model.name}"
        if store.holds(model):
            yield _verified(name, store, model)
        elif model is ENCODER or model.name == settings.model:
            remedy = f"The first start fetches it; or run `surefoot weights fetch {model.name}`."
            yield Finding(name, "warn", f"not here ({in_words(model.size)})", remedy)
    generators = [model for model in MODELS.values() if model is not ENCODER and store.holds(model)]
    if settings.model == "auto" and not settings.engine_url and not generators:
        remedy = "The first start fetches one; until then the answers are quotes."
        yield Finding("language model", "warn", "none is here", remedy)


def _verified(name: str, store: WeightStore, model: ModelWeights) -> Finding:
    for file in model.files:
        path = store.path(file.sha256)
        if path is None or _sha256(path) != file.sha256:
            remedy = f"Delete {path} and run `surefoot weights fetch {model.name}`."
            return Finding(name, "fail", f"{file.name} is damaged: its sha256 is wrong", remedy)
    return Finding(name, "ok", f"{in_words(model.size)}, hashes right, {model.licence}")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_checker(settings: Settings) -> Iterator[Finding]:
    """Whether what reads question and passage together can be used: without it nothing is called supported."""
    checker, unchecked = build_checker(settings, build_weights(settings))
    if checker is None:
        fact, _, remedy = unchecked.partition(". ")
        yield Finding("checker", "fail", f"{fact}: no answer is called supported", remedy)
    else:
        yield Finding("checker", "ok", f"here, hash right ({checker.sha256[:16]})")


def check_database(settings: Settings) -> Iterator[Finding]:
    """Whether the database answers and is whole."""
    url = database_url(settings)
    if url.get_backend_name() == "sqlite":
        yield _sqlite(Path(url.database or ""))
        return
    with closing(Database(url)) as database:
        place = url.render_as_string(hide_password=True)
        if database.answers():
            yield Finding("database", "ok", place)
        else:
            remedy = "Start it, or unset SUREFOOT_DATABASE_URL to use SQLite in the data folder."
            yield Finding("database", "fail", f"{place} does not answer", remedy)


def _sqlite(path: Path) -> Finding:
    if not path.exists() or not path.stat().st_size:
        return Finding("database", "ok", f"{path}: made at the first start")
    if told := damage(path) or holds(path):
        fact, _, remedy = told.partition(" Nothing was changed. ")
        return Finding("database", "fail", fact, remedy)
    return Finding("database", "ok", f"{path}: {in_words(path.stat().st_size)}, whole")


def check_installation(settings: Settings) -> Iterator[Finding]:
    """Whether the database is the data folder's, and what lies in the quarantine."""
    with closing(Database(database_url(settings))) as database:
        told = mismatch(settings.data, database)
    if told:
        fact, _, remedy = told.partition(" Nothing was changed. ")
        yield Finding("installation", "fail", fact, remedy)
    else:
        yield Finding("installation", "ok", "folder and database belong together")
    aside = sum(1 for _ in names_in(settings.data / "quarantine"))
    if aside:
        words = f"{aside:,} originals that no document names, each for {QUARANTINE_DAYS} days"
        remedy = "If documents are missing, stop Surefoot and run `surefoot doctor --repair`."
        yield Finding("quarantine", "warn", words, remedy)


def check_index(settings: Settings) -> Iterator[Finding]:
    """Whether the index holds every document that can be asked about; a running server says so itself."""
    if find(settings.data) is not None:
        return
    with closing(Database(database_url(settings))) as database:
        if mismatch(settings.data, database) or current(database.engine) != head():
            return
        entries = Catalogue(database.session).list()
        lost = compared(entries, held_by_index(settings, database)).lost
    ready = sum(entry.status is Status.READY for entry in entries)
    if lost:
        words = f"it lacks {len(lost):,} of {ready:,} documents"
        yield Finding("index", "warn", words, "Start Surefoot: it reads them again, and says how far it is.")
    elif ready:
        yield Finding("index", "ok", f"it holds all {ready:,} documents")


def held_by_index(settings: Settings, database: Database) -> dict[str, Held]:
    """What the live edition's index holds of each document; nothing where there is none. Raises as the index does."""
    live = next(iter(EditionStore(database.session).list()), None)
    folder = settings.data / ("index" if live is None or live.name == FIRST else f"index-{live.name}")
    if settings.qdrant_url is None and not any(folder.glob("generation-*")):
        return {}
    encoders = build_encoders(settings, build_weights(settings))
    encoder = encoders.get(live.encoder) if live else encoders.first
    with closing(build_places(settings).open(live.name if live else FIRST, encoder.dense.dimension)) as index:
        return index.documents()


def check_server(settings: Settings) -> Iterator[Finding]:
    """Whether a server holds the data folder."""
    server = find(settings.data)
    if server is None:
        yield Finding("server", "ok", "none runs on this data folder; commands start their own")
        return
    with server.client() as client:
        readiness = client.ready()
    words = f"{server.url}, process {server.pid}"
    if readiness.ready and not readiness.notes:
        yield Finding("server", "ok", words)
    elif readiness.ready:
        remedy = "Wait: until then answers may miss something."
        yield Finding("server", "warn", f"{words}: {' '.join(readiness.notes)}", remedy)
    else:
        yield Finding("server", "warn", f"{words}: {'; '.join(readiness.reasons)}", "Wait, or see logs/api.log there.")
