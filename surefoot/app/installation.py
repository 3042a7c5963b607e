"""Says whether a database belongs to a data folder, and whether it is whole, before anything is changed in either."""

from __future__ import annotations

import logging
import math
import os
import re
import sqlite3
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import select

from surefoot.app.database import Database
from surefoot.app.errors import DatabaseUnusable
from surefoot.app.migrations.runner import current
from surefoot.ingestion.blobs import names_in
from surefoot.ingestion.tables import DocumentRow, InstallationRow

logger = logging.getLogger(__name__)

ID_FILE = "installation.id"
ORIGINALS = "originals"
LOOK_SECONDS = 2.0
"""How long a start looks for damage; what a longer look finds is found while the server runs."""
LOCK_SECONDS = 5.0
PROBE_SECONDS = 2.0
WATCH_SECONDS = 5.0
"""Between two looks at whether the database can be written."""
WHOLE_EVERY_SECONDS = 86_400.0
GONE = "Stop Surefoot, bring the file back from a backup or run `surefoot doctor --repair`, then start again."
PRIMARY = 0xFF
"""The part of SQLite's error numbers that says the kind."""
_STEPS = 2_000
"""Steps of SQLite's machine between two looks at the time."""
_ID = re.compile(r"[0-9a-f-]{36}")


@dataclass(frozen=True, slots=True)
class Holdings:
    """What a data folder holds that only its own database knows."""

    originals: int
    assistants: int
    index: bool

    def __bool__(self) -> bool:
        return bool(self.originals or self.index)

    def __str__(self) -> str:
        counted = ((self.originals, "original"), (self.assistants, "assistant"))
        words = [f"{number:,} {noun}{'s' * (number != 1)}" for number, noun in counted if number]
        return " and ".join(words + ["an index"] * (self.index and not self.originals))


def holdings(data: Path) -> Holdings:
    """What lies in a data folder. Assistants alone may have been put there before the first start."""
    originals = sum(1 for _ in _originals(data))
    made = sum(1 for _ in (data / "assistants").glob("*/assistant.yaml"))
    return Holdings(originals, made, any(data.glob("index*/generation-*")))


def check_match(data: Path, database: Database) -> None:
    """Raise DatabaseUnusable, with the remedy, where a folder's originals or index are not this database's."""
    if reason := mismatch(data, database):
        raise DatabaseUnusable(reason)


def mismatch(data: Path, database: Database) -> str | None:
    """Why the database is not the folder's, and what to do; None where it is, or where there is nothing to lose."""
    held, ours = holdings(data), folder_id(data)
    if not held and not (ours and held.assistants):
        return None
    place = sqlite_file(database) or database.engine.url.render_as_string(hide_password=True)
    if _is_new(database):
        return _worded(data, held, f"its database {place} is missing or empty")
    theirs = database_id(database)
    if ours and theirs:
        return None if ours == theirs else _worded(data, held, f"the database {place} is another installation's")
    if held.originals and not _named(database) & set(_originals(data)):
        return _worded(data, held, f"the database {place} knows none of them")
    return None


def settle_id(data: Path, database: Database) -> str:
    """The installation's id, in the database and in the folder from now on; the schema is this version's."""
    installation = database_id(database)
    if installation is None:
        installation = folder_id(data) or str(uuid.uuid4())
        with database.session() as session:
            session.merge(InstallationRow(number=1, id=installation))
            session.commit()
    if folder_id(data) != installation:
        handle, part = tempfile.mkstemp(dir=data, suffix=".part")
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(f"{installation}\n")
            file.flush()
            os.fsync(file.fileno())
        Path(part).replace(data / ID_FILE)
    return installation


def folder_id(data: Path) -> str | None:
    """The id that is written in the folder; None where there is none."""
    with suppress(OSError, UnicodeDecodeError):
        told = (data / ID_FILE).read_text(encoding="ascii").strip()
        return told if _ID.fullmatch(told) else None
    return None


def database_id(database: Database) -> str | None:
    """The id that is written in the database; None where there is none, as in one of an older version."""
    with database.session() as session:
        if not database.engine.dialect.has_table(session.connection(), "installationrow"):
            return None
        return session.exec(select(InstallationRow.id)).first()


def check_whole(database: Database) -> None:
    """Raise DatabaseUnusable, with the remedy, where a SQLite file is damaged or held; a look of some seconds."""
    path = sqlite_file(database)
    if path is None or not path.exists() or not path.stat().st_size:
        return
    if told := damage(path, LOOK_SECONDS):
        raise DatabaseUnusable(told)


def sqlite_file(database: Database) -> Path | None:
    """The database's file; None where it is on a server or in memory."""
    file = database.engine.url.database
    return Path(file) if database.is_sqlite and file and file != ":memory:" else None


def damage(path: Path, seconds: float = math.inf, stop: Callable[[], bool] = lambda: False) -> str | None:
    """What is wrong with a SQLite file and what to do; None where nothing was found within this time, or until stop."""
    until = time.monotonic() + seconds
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=LOCK_SECONDS)) as looking:
            looking.set_progress_handler(lambda: time.monotonic() > until or stop(), _STEPS)
            told = str(looking.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.Error as error:
        kind = getattr(error, "sqlite_errorcode", 0) & PRIMARY
        if kind in {sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_CANTOPEN}:  # a file that is away is not a damaged one
            return None
        if kind in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            return held_words(path)
        told = str(error)
    if told == "ok":
        return None
    reason = " ".join(told.removeprefix("*** in database main ***").split())
    return (
        f"The database {path} is damaged ({reason}). Nothing was changed. Bring it back from a backup; or run "
        "`surefoot doctor --repair`, which sets the file aside and rebuilds the catalogue from the originals."
    )


def holds(path: Path, seconds: float = LOCK_SECONDS) -> str | None:
    """Who keeps a SQLite file from being written, in words; None where it can be."""
    try:
        address = f"{path.absolute().as_uri()}?mode=rw"  # a file that has just gone away is not made anew, and empty
        with closing(sqlite3.connect(address, uri=True, timeout=seconds, isolation_level=None)) as trying:
            trying.execute("BEGIN IMMEDIATE")
            trying.execute("ROLLBACK")
    except sqlite3.Error as error:
        busy = getattr(error, "sqlite_errorcode", 0) & PRIMARY in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
        return held_words(path) if busy else None
    return None


class DatabaseWatch:
    """Looks again and again whether a SQLite file can be written, and once a day whether it is whole."""

    def __init__(self, path: Path | None) -> None:
        """path: None where the database is on a server, which says itself what is wrong with it."""
        self._path = path
        self._held: str | None = None
        self._damaged: str | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="database watch", daemon=True)

    @property
    def troubles(self) -> list[str]:
        """What is wrong with the database now, and what to do."""
        return [one for one in (self._damaged, self._held) if one]

    def start(self) -> None:
        """Begin, where there is a file."""
        if self._path is not None:
            self._thread.start()

    def stop(self, seconds: float) -> bool:
        """Stop; False where a look is still going on after so many seconds, which harms nothing."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join(max(0.0, seconds))
        return not self._thread.is_alive()

    def _run(self) -> None:
        path, looked = self._path, -math.inf
        while path is not None and not self._stopping.is_set():
            now = holds(path, PROBE_SECONDS) if path.exists() else f"The database {path} is gone. {GONE}"
            if now and not self._held and path.exists():
                now = holds(path, PROBE_SECONDS)  # one long write of our own is no trouble
            if bool(now) != bool(self._held):
                logger.warning("%s", now or "The database can be written again.")
            self._held = now
            if not now and time.monotonic() - looked >= WHOLE_EVERY_SECONDS:
                looked = time.monotonic()
                self._damaged = damage(path, stop=self._stopping.is_set)
                if self._damaged:
                    logger.error("%s", self._damaged)
            self._stopping.wait(WATCH_SECONDS)


def held_words(path: Path) -> str:
    """What is told where another process holds the database."""
    return (
        f"Another process holds the database {path} for itself. Nothing was changed. End that process "
        f"(`fuser {path.name}` in its folder says which it is), then start again."
    )


def _worded(data: Path, held: Holdings, why: str) -> str:
    return (
        f"The data folder {data} holds {held}, and {why}. Nothing was changed. Bring the database back from a backup, "
        "or correct SUREFOOT_DATABASE_URL; or run `surefoot doctor --repair`, which rebuilds the catalogue from the "
        "originals. To begin anew, set SUREFOOT_DATA to an empty folder."
    )


def _is_new(database: Database) -> bool:
    path = sqlite_file(database)
    if path is not None and not path.exists():
        return True  # it is not made by looking
    return current(database.engine) is None


def _originals(data: Path) -> Iterator[str]:
    return names_in(data / ORIGINALS)


def _named(database: Database) -> set[str]:
    with database.session() as session:
        pairs = session.exec(select(DocumentRow.content_hash, DocumentRow.pending_hash)).all()
    return {content_hash for pair in pairs for content_hash in pair if content_hash}
