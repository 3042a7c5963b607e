"""A library of real parts: SQLite, the edge index, the encoder, a folder of originals."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlmodel import Session, SQLModel, create_engine

from surefoot.core.nouns import Asker, Passage
from surefoot.ingestion import tables
from surefoot.ingestion.aliases import Aliases
from surefoot.ingestion.blobs import FolderBlobs
from surefoot.ingestion.catalogue import Catalogue
from surefoot.ingestion.findings import Findings
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

STAFF = frozenset({"staff"})
ANN = Asker("ann", STAFF)
DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "ingestion_docs"


def open_catalogue(folder: Path) -> Catalogue:
    """The catalogue in a SQLite file of the folder."""
    engine = create_engine(f"sqlite:///{folder / 'surefoot.db'}")
    event.listen(engine, "connect", _quick)
    kinds = (tables.DocumentRow, tables.DocumentKeptAway, *tables.PARTS_OF_A_DOCUMENT)
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
