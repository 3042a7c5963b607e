"""Checks of what is kept: weights with their hashes, the database, and who holds the data folder."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from surefoot.app.client.server import find
from surefoot.app.database import Database, database_url
from surefoot.app.doctor.findings import Finding, in_words
from surefoot.app.settings import Settings
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
    if not path.exists():
        return Finding("database", "ok", f"{path}: made at the first start")
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=5)) as connection:
            told = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.Error as error:
        told = str(error)
    if told == "ok":
        return Finding("database", "ok", f"{path}: {in_words(path.stat().st_size)}, whole")
    return Finding("database", "fail", f"{path}: {told}", "Restore the file from a backup, or set it aside.")


def check_server(settings: Settings) -> Iterator[Finding]:
    """Whether a server holds the data folder."""
    server = find(settings.data)
    if server is None:
        yield Finding("server", "ok", "none runs on this data folder; commands start their own")
        return
    with server.client() as client:
        readiness = client.ready()
    words = f"{server.url}, process {server.pid}"
    if readiness.ready:
        yield Finding("server", "ok", words)
    else:
        yield Finding("server", "warn", f"{words}: {'; '.join(readiness.reasons)}", "Wait, or see logs/api.log there.")
