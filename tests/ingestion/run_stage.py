"""All that runs need, built in a folder: SQLite, the edge index, a pipeline, and sources that tests command."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import URL
from sqlmodel import SQLModel

from surefoot.app.database import Database, import_tables, sqlite_url
from surefoot.core.nouns import Asker
from surefoot.ingestion.aliases import Aliases
from surefoot.ingestion.blobs import FolderBlobs
from surefoot.ingestion.catalogue import Catalogue
from surefoot.ingestion.errors import DocumentGone, SourceUnreachable
from surefoot.ingestion.findings import Findings
from surefoot.ingestion.pipeline import Kept, Pipeline
from surefoot.ingestion.preparing import Inspector
from surefoot.ingestion.results import SourceFile
from surefoot.ingestion.run_control import RunControl
from surefoot.ingestion.run_items import RunItems
from surefoot.ingestion.run_parts import RunParts
from surefoot.ingestion.run_store import RunEntry, RunStore
from surefoot.ingestion.runs import Runs
from surefoot.ingestion.source_store import SourceEntry, SourceStore
from surefoot.ingestion.sources.folder import FolderSettings, FolderSource
from surefoot.ingestion.sources.network import Surroundings
from surefoot.ingestion.sources.port import Doubtful, Listed, Source
from surefoot.retrieval.bm25 import Bm25
from surefoot.retrieval.editions import Edition, Editions
from surefoot.retrieval.encoders import HybridEncoder
from surefoot.retrieval.index.edge import EdgeIndex
from tests.ingestion.victim import Words

STAFF = frozenset({"staff"})
ANN = Asker("ann", STAFF)
Before = Callable[[str], None]


@dataclass
class Shelf(Source):
    """A source in memory; its documents are named by path, and what is said to happen before each fetch happens."""

    documents: dict[str, str] = field(default_factory=dict[str, str])
    unreachable: int = 0
    """So many fetches from now on find no answer."""
    down: bool = False
    doubts: list[Doubtful] = field(default_factory=list[Doubtful])
    before: Before = lambda _path: None
    fetched: list[str] = field(default_factory=list[str])
    closed: int = 0

    def listing(self) -> Iterator[Listed | Doubtful]:
        for path, text in sorted(self.documents.items()):
            yield Listed(path, f"{hash(text):x}")
        if self.down:
            raise SourceUnreachable("The shelf does not answer. Look whether it is there.")
        yield from self.doubts

    def fetch(self, listed: Listed) -> SourceFile:
        self.before(listed.path)
        if self.unreachable > 0:
            self.unreachable -= 1
            raise SourceUnreachable("The shelf does not answer. Look whether it is there.")
        if listed.path not in self.documents:
            raise DocumentGone(f"{listed.path} is gone.")
        self.fetched.append(listed.path)
        return SourceFile(listed.path, self.documents[listed.path].encode())

    def check(self) -> str:
        if self.down:
            raise SourceUnreachable("The shelf does not answer. Look whether it is there.")
        return f"A shelf with {len(self.documents)} documents."

    def close(self) -> None:
        self.closed += 1


@dataclass
class Stage:
    """The parts, with one source called 'shelf'."""

    folder: Path
    database: Database
    index: EdgeIndex
    parts: RunParts
    shelf: Shelf

    @property
    def control(self) -> RunControl:
        return RunControl(self.parts.sources, self.parts.runs, self.parts.items)

    @property
    def source(self) -> SourceEntry:
        source = self.parts.sources.get("shelf")
        assert source is not None
        return source

    def run(self) -> RunEntry:
        """Carry out a run over the shelf, in this thread."""
        return self.carry_out(self.control.run(self.source, "ann"))

    def carry_out(self, run: RunEntry) -> RunEntry:
        Runs(self.parts).carry_out(run.id)
        return self.now(run)

    def now(self, run: RunEntry) -> RunEntry:
        found = self.parts.runs.get(run.id)
        assert found is not None
        return found

    def statuses(self, run: RunEntry) -> dict[str, str]:
        return {item.path: item.status for item in self.parts.items.page(run.id, None, 0, 10_000)[0]}

    def library(self) -> list[tuple[str, str]]:
        """Path and text of each document that is ready."""
        catalogue = self.parts.catalogue
        return [(e.path, catalogue.text(e.id)) for e in catalogue.list("fleet") if e.status == "ready"]

    def chunks(self) -> list[str]:
        """All chunk texts of the index, in order."""
        entries = self.parts.catalogue.list("fleet")
        return sorted(chunk.text for entry in entries for chunk in self.index.chunks(entry.id))


def open_pipeline(
    folder: Path, database: Database, encoder: HybridEncoder, inspect: Inspector | None
) -> tuple[Pipeline, Catalogue, EdgeIndex]:
    index = EdgeIndex(folder / "index")
    catalogue = Catalogue(database.session)
    kept = Kept(catalogue, Findings(database.session), Aliases(database.session), FolderBlobs(folder / "blobs"))
    return Pipeline(kept, Editions(Edition(encoder, index)), inspect), catalogue, index


def open_database(folder: Path, url: URL | None) -> Database:
    folder.mkdir(parents=True, exist_ok=True)
    database = Database(url or sqlite_url(folder / "surefoot.db"))
    import_tables()
    SQLModel.metadata.create_all(database.engine)
    return database


def surroundings(folder: Path) -> Surroundings:
    return Surroundings(lambda _name: "", True, 10_000_000, folder / "scratch", "Surefoot/test")


@contextmanager
def staged(
    folder: Path, encoder: HybridEncoder | None = None, inspect: Inspector | None = None, url: URL | None = None
) -> Generator[Stage]:
    """A stage in a folder; a source of kind 'folder' is a real one, of any other kind the stage's shelf."""
    database = open_database(folder, url)
    encoder = encoder or HybridEncoder(Words(), Bm25())
    pipeline, catalogue, index = open_pipeline(folder, database, encoder, inspect)
    given = Shelf()

    def opened(entry: SourceEntry) -> Source:
        if entry.kind == "folder":
            return FolderSource(FolderSettings.model_validate(entry.settings), surroundings(folder))
        return given

    sources, runs = SourceStore(database.session), RunStore(database.session)
    parts = RunParts(sources, runs, RunItems(database.session), catalogue, pipeline, opened, delays=(0.0, 0.0))
    if sources.get("shelf") is None:
        sources.save(SourceEntry("shelf", "fleet", "Shelf", "shelf", {}, STAFF, "ann"))
    try:
        yield Stage(folder, database, index, parts, given)
    finally:
        index.close()
        database.close()
