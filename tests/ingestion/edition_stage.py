"""A library with editions, of real parts and quick encoders; as a process of its own it is killed while it builds."""

from __future__ import annotations

import sys
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine
from sqlmodel import Session, SQLModel, create_engine

from surefoot.core.nouns import Asker, Chunk, Passage
from surefoot.ingestion import tables
from surefoot.ingestion.aliases import Aliases
from surefoot.ingestion.blobs import FolderBlobs
from surefoot.ingestion.catalogue import Catalogue, Entry
from surefoot.ingestion.edition_keeper import EditionKeeper, EditionShelf
from surefoot.ingestion.edition_store import EditionStore, State
from surefoot.ingestion.findings import Findings
from surefoot.ingestion.inspection import Inspectors, Rules
from surefoot.ingestion.limits import ReadLimits
from surefoot.ingestion.pipeline import Kept, Pipeline
from surefoot.ingestion.reencoding import Originals
from surefoot.ingestion.results import IngestResult, SourceFile
from surefoot.ingestion.sandbox import shared
from surefoot.retrieval.editions import FIRST, Editions
from surefoot.retrieval.encoder_registry import EncoderKind, Encoders
from surefoot.retrieval.encoders import DenseEncoder
from surefoot.retrieval.index.port import Index, Scope
from surefoot.retrieval.index_places import FolderPlaces, IndexPlaces
from surefoot.retrieval.search import Searcher
from tests.ingestion.victim import NEVER, Fate, MortalIndex

STAFF = frozenset({"staff"})
ANN = Asker("ann", STAFF)
PATIENCE = 60.0


class Bag(DenseEncoder):
    """A text is the sum of its words' directions; as many dimensions as one likes."""

    max_tokens = 254

    def __init__(self, name: str, dimension: int, nap: float = 0.0) -> None:
        """nap: seconds that a text takes."""
        self.name = name
        self.dimension = dimension
        self._nap = nap

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.full((len(texts), self.dimension), 1e-3, dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.lower().split():
                row[crc32(word.strip(".,:#").encode()) % self.dimension] += 1.0
            time.sleep(self._nap)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    def tokenize(self, text: str) -> list[int]:
        return list(range(len(text.split())))


WIDE, NARROW, SLOW = Bag("wide", 384), Bag("narrow", 24), Bag("slow", 24, nap=0.01)


@dataclass
class Policy:
    """What assistants ask of their documents, to be changed by a test."""

    pii: str = "keep"

    def rules(self, _assistant: str) -> Rules:
        return Rules.of({}, self.pii)


class MortalPlaces(FolderPlaces):
    """Opens indexes that kill the process after a step, but for the first edition's."""

    def __init__(self, data: Path, fate: Fate) -> None:
        super().__init__(data)
        self._data_folder = data
        self._fate = fate

    def open(self, name: str, dimension: int) -> Index:
        if name == FIRST:
            return super().open(name, dimension)
        assert dimension == WIDE.dimension
        return MortalIndex(self._data_folder / f"index-{name}", self._fate)


@dataclass
class EditionStage:
    """All the parts, joined."""

    folder: Path
    engine: Engine
    catalogue: Catalogue
    editions: Editions
    pipeline: Pipeline
    keeper: EditionKeeper
    policy: Policy = field(default_factory=Policy)

    def feed(self, path: str, text: str, groups: frozenset[str] = STAFF) -> IngestResult:
        return self.pipeline.ingest(SourceFile(path, text.encode()), "fleet", ANN, groups)

    def entry(self, path: str) -> Entry:
        entry = self.catalogue.find_by_path("fleet", path)
        assert entry is not None
        return entry

    def found(self, query: str) -> list[Passage]:
        return Searcher.over(self.editions).search(query, ANN, Scope("fleet"), 5).passages

    def state(self, name: str) -> State:
        return self.keeper.get(name).state

    def build(self, name: str, encoder: str | None = None, chunk_tokens: int | None = None) -> None:
        """Begin to build an edition, and wait until that ends."""
        self.keeper.build(name, encoder, chunk_tokens)
        self.wait_for(name)

    def wait_for(self, name: str) -> None:
        until = time.monotonic() + PATIENCE
        while (entry := self.keeper.get(name)).state is State.BUILDING and entry.trouble is None:
            assert time.monotonic() < until, entry
            time.sleep(0.01)

    def chunks(self, name: str) -> list[Chunk]:
        """All chunks of an edition, by document and place."""
        edition = self.editions.get(name)
        assert edition is not None
        found = [chunk for entry in self.catalogue.list() for chunk in edition.index.chunks(entry.id)]
        assert len(found) == edition.index.count(), "chunks of documents that are not there"
        return found


@contextmanager
def staged(folder: Path, places: IndexPlaces | None = None) -> Generator[EditionStage]:
    """The library of a folder, at work; the first edition is 'wide'."""
    folder.mkdir(parents=True, exist_ok=True)
    engine = create_engine(f"sqlite:///{folder / 'surefoot.db'}", connect_args={"timeout": 30})
    kinds = (
        tables.DocumentRow,
        tables.DocumentKeptAway,
        tables.EditionRow,
        tables.LibraryVersion,
        *tables.PARTS_OF_A_DOCUMENT,
    )
    SQLModel.metadata.create_all(engine, tables=[SQLModel.metadata.tables[kind.__tablename__] for kind in kinds])  # pyright: ignore[reportArgumentType]
    catalogue = Catalogue(lambda: Session(engine, expire_on_commit=False))
    encoders = Encoders([EncoderKind(one.name, one.name, lambda one=one: one) for one in (WIDE, NARROW, SLOW)])
    shelf = EditionShelf(EditionStore(catalogue.sessions), places or FolderPlaces(folder), encoders)
    editions = shelf.open_all()
    policy = Policy()
    inspect, blobs = Inspectors(policy.rules), FolderBlobs(folder / "blobs")
    kept = Kept(catalogue, Findings(catalogue.sessions), Aliases(catalogue.sessions), blobs)
    pipeline = Pipeline(kept, editions, inspect)
    originals = Originals(catalogue, blobs, shared(ReadLimits()), inspect)
    keeper = EditionKeeper(shelf, editions, originals, pipeline.lock)
    pipeline.heal()
    keeper.start()
    try:
        yield EditionStage(folder, engine, catalogue, editions, pipeline, keeper, policy)
    finally:
        assert keeper.stop(PATIENCE)
        editions.close()
        engine.dispose()


def note(number: int, words: int = 60) -> str:
    """A document of a few chunks, unlike every other."""
    lines = [f"Van {number} line {line} holds part{number}x{line} of gear." for line in range(words)]
    return f"# Manual {number}\n\n" + "\n\n".join(lines)


def main() -> None:
    folder, step = Path(sys.argv[1]), sys.argv[2]
    with staged(folder, MortalPlaces(folder, Fate(step or NEVER))) as stage:
        stage.build("second", "wide", 60)


if __name__ == "__main__":
    main()
