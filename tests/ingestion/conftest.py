"""A library of real parts: SQLite, the edge index, the encoder, a folder of originals."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlmodel import Session, SQLModel, create_engine

from surefoot.app.database import Database, sqlite_url
from surefoot.core.nouns import Asker, Passage
from surefoot.ingestion import tables
from surefoot.ingestion.aliases import Aliases
from surefoot.ingestion.blobs import FolderBlobs
from surefoot.ingestion.catalogue import Catalogue, Entry, Status, id_of
from surefoot.ingestion.describing import Order
from surefoot.ingestion.findings import Findings
from surefoot.ingestion.inspection import Inspector
from surefoot.ingestion.limits import ReadLimits
from surefoot.ingestion.pipeline import Kept, Pipeline
from surefoot.ingestion.results import IngestResult, SourceFile
from surefoot.ingestion.sandbox import Sandbox
from surefoot.retrieval.bm25 import Bm25
from surefoot.retrieval.editions import Edition, Editions
from surefoot.retrieval.encoders import MINILM_FILES, HybridEncoder, MiniLM
from surefoot.retrieval.index.edge import EdgeIndex
from surefoot.retrieval.index.port import Index, Scope
from surefoot.retrieval.search import Searcher
from tests.ingestion.victim import Words

STAFF = frozenset({"staff"})
ANN = Asker("ann", STAFF)
DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "ingestion_docs"


def open_catalogue(folder: Path) -> Catalogue:
    """The catalogue in a SQLite file of the folder."""
    engine = create_engine(f"sqlite:///{folder / 'surefoot.db'}")
    event.listen(engine, "connect", _quick)
    kinds = (tables.DocumentRow, tables.DocumentKeptAway, tables.LibraryVersion, *tables.PARTS_OF_A_DOCUMENT)
    SQLModel.metadata.create_all(engine, tables=[SQLModel.metadata.tables[kind.__tablename__] for kind in kinds])  # pyright: ignore[reportArgumentType]
    return Catalogue(lambda: Session(engine, expire_on_commit=False))


def join(
    catalogue: Catalogue, blobs: FolderBlobs, index: Index, encoder: HybridEncoder, limits: ReadLimits | None = None
) -> Pipeline:
    """A pipeline with one edition that inspects nothing."""
    kept = Kept(catalogue, Findings(catalogue.sessions), Aliases(catalogue.sessions), blobs)
    return Pipeline(kept, Editions(Edition(encoder, index)), limits=limits)


def _quick(connection: sqlite3.Connection, _: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")  # safe against a killed process, which is what tests kill


@dataclass(frozen=True)
class Library:
    """All the parts, joined."""

    folder: Path
    catalogue: Catalogue
    blobs: FolderBlobs
    index: Index
    encoder: HybridEncoder
    pipeline: Pipeline

    def feed(
        self, path: str, content: str | bytes, groups: frozenset[str] = STAFF, assistant: str = "fleet"
    ) -> IngestResult:
        data = content.encode() if isinstance(content, str) else content
        return self.pipeline.ingest(SourceFile(path, data), assistant, ANN, groups)

    def found(self, query: str, asker: Asker = ANN, *, with_superseded: bool = False) -> list[Passage]:
        searcher = Searcher(self.encoder, self.index)
        return searcher.search(query, asker, Scope("fleet", with_superseded=with_superseded), 5).passages

    def originals(self) -> list[str]:
        return sorted(path.name for path in (self.folder / "blobs").glob("*/*"))


@dataclass(frozen=True)
class Depot:
    """All parts of a library with a quick encoder; its pipeline can be built anew from other parts."""

    folder: Path
    database: Database
    kept: Kept
    index: Index
    hybrid: HybridEncoder
    pipeline: Pipeline

    def order(
        self, path: str, content: str | bytes, groups: frozenset[str] = STAFF, source: str | None = None
    ) -> Order:
        data = content.encode() if isinstance(content, str) else content
        return Order(SourceFile(path, data), "fleet", ANN, groups, source)

    def feed(self, order: Order) -> IngestResult:
        return next(iter(self.pipeline.ingest_many([order]))).result

    def put(
        self, path: str, content: str | bytes, groups: frozenset[str] = STAFF, source: str | None = None
    ) -> IngestResult:
        return self.feed(self.order(path, content, groups, source))

    def entry(self, path: str) -> Entry:
        found = self.kept.catalogue.find_by_path("fleet", path)
        assert found is not None, f"nothing is kept under {path}"
        return found

    def paths(self) -> dict[str, Status]:
        return {entry.path: entry.status for entry in self.kept.catalogue.list()}

    def copies(self, path: str) -> list[str]:
        return [alias.path for alias in self.kept.aliases.of(id_of("fleet", path))]

    def texts(self, asker: Asker = ANN, *, with_superseded: bool = False) -> set[str]:
        """Texts of all chunks that the asker can find."""
        question = self.hybrid.encode_question("all")
        scope = Scope("fleet", with_superseded=with_superseded)
        return {passage.chunk.text for passage in self.index.search(question, asker, scope, 10_000)}

    def check(self) -> None:
        """Catalogue, index, originals and findings agree, and nothing is left half done."""
        entries = self.kept.catalogue.list()
        assert self.kept.catalogue.unfinished() == []
        ready = [entry for entry in entries if entry.status is Status.READY]
        assert {e.path: len(self.index.chunks(e.id)) for e in ready} == {e.path: e.chunks for e in ready}
        assert self.index.count() == sum(entry.chunks for entry in ready)
        blobs = sorted(path.name for path in (self.folder / "blobs").glob("*/*"))
        assert blobs == sorted({entry.content_hash for entry in entries if entry.content_hash})
        copies = {alias.id for entry in entries for alias in self.kept.aliases.of(entry.id)}
        assert copies.isdisjoint({entry.id for entry in entries})

    def holds_bytes(self, canary: bytes) -> list[str]:
        """Files of the folder in which these bytes stand."""
        files = (path for path in self.folder.rglob("*") if path.is_file())
        return [str(path.relative_to(self.folder)) for path in files if canary in path.read_bytes()]


@contextmanager
def open_depot(folder: Path, inspect: Inspector | None = None) -> Generator[Depot]:
    """A depot in a folder, new or as it was left."""
    folder.mkdir(parents=True, exist_ok=True)
    database = Database(sqlite_url(folder / "surefoot.db"))
    event.listen(database.engine, "connect", _quick)
    SQLModel.metadata.create_all(
        database.engine, tables=[t for t in SQLModel.metadata.sorted_tables if _is_ours(t.name)]
    )
    catalogue = Catalogue(database.session)
    blobs = FolderBlobs(folder / "blobs")
    kept = Kept(catalogue, Findings(database.session), Aliases(database.session), blobs)
    index = EdgeIndex(folder / "index")
    hybrid = HybridEncoder(Words(), Bm25())
    yield Depot(folder, database, kept, index, hybrid, Pipeline(kept, Editions(Edition(hybrid, index)), inspect))
    index.close()
    database.close()


def _is_ours(name: str) -> bool:
    return any(getattr(kind, "__tablename__", "") == name for kind in vars(tables).values())


@pytest.fixture
def depot(tmp_path: Path) -> Generator[Depot]:
    with open_depot(tmp_path / "depot") as opened:
        yield opened


@pytest.fixture(scope="session")
def minilm(weights: Path, tmp_path_factory: pytest.TempPathFactory) -> MiniLM:
    folder = tmp_path_factory.mktemp("minilm")
    for name, sha in MINILM_FILES.items():
        (folder / name).symlink_to((weights / "sha256" / sha).resolve())
    return MiniLM(folder)


@pytest.fixture(scope="session")
def encoder(minilm: MiniLM) -> HybridEncoder:
    return HybridEncoder(minilm, Bm25())


@pytest.fixture
def library(tmp_path: Path, encoder: HybridEncoder) -> Generator[Library]:
    index = EdgeIndex(tmp_path / "index")
    catalogue, blobs = open_catalogue(tmp_path), FolderBlobs(tmp_path / "blobs")
    yield Library(tmp_path, catalogue, blobs, index, encoder, join(catalogue, blobs, index, encoder))
    index.close()


@pytest.fixture(scope="session")
def sandbox() -> Generator[Sandbox]:
    made = Sandbox(ReadLimits())
    yield made
    made.close()
