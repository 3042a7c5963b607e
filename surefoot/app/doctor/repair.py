"""`surefoot doctor --repair`: rebuilds a lost catalogue from the originals; the next start reads them again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from surefoot.app.accounts.actor import LOCAL_ID, own_group
from surefoot.app.address import take_folder
from surefoot.app.audit.trail import Trail
from surefoot.app.database import Database, database_url
from surefoot.app.doctor.findings import Finding
from surefoot.app.doctor.stores import held_by_index
from surefoot.app.installation import damage, database_id, folder_id, holds, mismatch, settle_id, sqlite_file
from surefoot.app.migrations.runner import migrate
from surefoot.app.samples import KNOWLEDGE
from surefoot.app.settings import Settings
from surefoot.app.wiring import SHIPPED_ASSISTANTS
from surefoot.core.errors import SurefootError
from surefoot.ingestion.blobs import FolderBlobs, sha256
from surefoot.ingestion.catalogue import Catalogue
from surefoot.ingestion.rebuilding import Closed, Rebuilt, Remains, rebuild
from surefoot.ingestion.sidecars import Sidecars

NAME = "repair"
NEXT = "Start Surefoot: it reads them again, and says how far it is."


def repair(settings: Settings) -> Iterator[Finding]:
    """Set a damaged database aside, make one where there is none, and write the lines that it lacks."""
    try:
        lock = take_folder(settings.data)
    except SurefootError as error:
        yield Finding(NAME, "fail", str(error))
        return
    try:
        yield from _repaired(settings)
    except SurefootError as error:
        yield Finding(NAME, "fail", str(error))
    finally:
        lock.release()


def _repaired(settings: Settings) -> Iterator[Finding]:
    database = Database(database_url(settings))
    with closing(database):
        path = sqlite_file(database)
        if path is not None and path.exists():
            if held := holds(path):
                yield Finding(NAME, "fail", held)
                return
            if damage(path):
                words = f"the damaged database is set aside as {_set_aside(path)}"
                yield Finding(
                    NAME, "warn", words, "Delete it once nothing of it is needed: no erasure reaches into it."
                )
        migrate(database)
        if reason := _foreign(settings.data, database):
            yield Finding(NAME, "fail", reason)
            return
        settle_id(settings.data, database)
        yield from _told(_rebuilt(settings, database))


def _set_aside(path: Path) -> str:
    """Rename a damaged file with its log; the name that it has now."""
    stamp = f"damaged-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    for ending in ("-wal", "-shm", ""):  # the file last: a kill before that leaves one that is still found damaged
        part = path.with_name(path.name + ending)
        if part.exists():
            part.replace(path.with_name(f"{path.name}.{stamp}{ending}"))
    return f"{path.name}.{stamp}"


def _foreign(data: Path, database: Database) -> str | None:
    """Why lines must not be added to this database; None where they may."""
    ours, theirs = folder_id(data), database_id(database)
    other = bool(ours and theirs and ours != theirs)
    if other or (Catalogue(database.session).list() and mismatch(data, database)):
        return (
            f"The database {database.engine.url.render_as_string(hide_password=True)} is another installation's: two "
            "would be mixed. Set SUREFOOT_DATABASE_URL to this folder's database or to an empty one, or move the file "
            "away, and repair again. Nothing was changed."
        )
    return None


def _rebuilt(settings: Settings, database: Database) -> Rebuilt:
    held = held_by_index(settings, database)
    remains = Remains(
        Catalogue(database.session, Trail(), Sidecars(settings.data / "sidecars")),
        FolderBlobs(settings.data / "originals"),
        Sidecars(settings.data / "sidecars"),
        held,
    )
    shipped = [path for path in SHIPPED_ASSISTANTS.glob(f"*/{KNOWLEDGE}/**/*") if path.is_file()]
    first = min(path.parent.name for path in SHIPPED_ASSISTANTS.glob("*/assistant.yaml"))
    samples = frozenset(sha256(path.read_bytes()) for path in shipped)
    return rebuild(remains, samples, Closed(first, LOCAL_ID, frozenset({own_group(LOCAL_ID)})))


def _told(done: Rebuilt) -> Iterator[Finding]:
    counts = (
        (done.known, "ok", "documents have their path, title and groups back", NEXT),
        (done.indexed, "warn", "documents were known to the index alone: title and groups are theirs again", NEXT),
        (
            done.closed,
            "warn",
            "originals are nobody's: they are for the first administrator alone, below 'recovered/'",
            "Say on the Library page who may see each, or delete it.",
        ),
        (done.lost, "warn", "documents have no whole original: the Library page names them", "Feed them again."),
    )
    if not any(number for number, *_ in counts):
        yield Finding(NAME, "ok", "the catalogue lacks no document")
        return
    for number, state, words, remedy in counts:
        if number:
            yield Finding(NAME, "ok" if state == "ok" else "warn", f"{number:,} {words}", remedy)
    remedy = "They come back from a backup alone: see `docs/guides/production.md`."
    yield Finding(NAME, "warn", "people, sources, conversations and the trail are not in the originals", remedy)
