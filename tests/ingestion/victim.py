"""Feeds or deletes a file and is killed, without warning, after a given step; run as a process of its own."""

from __future__ import annotations

import os
import signal
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from surefoot.core.nouns import Asker, Encoding
from surefoot.ingestion.blobs import FolderBlobs
from surefoot.ingestion.catalogue import Catalogue, Entry
from surefoot.ingestion.pipeline import Pipeline
from surefoot.ingestion.results import SourceFile
from surefoot.retrieval.bm25 import Bm25
from surefoot.retrieval.encoders import DenseEncoder, HybridEncoder
from surefoot.retrieval.index.edge import EdgeIndex
from surefoot.retrieval.index.port import EncodedChunk

STEPS = ("save 1", "put 1", "encode 1", "add 1", "save 2")
STAFF = frozenset({"staff"})
NEVER = "never 1"


class Fate:
    """Counts steps and kills the process after one of them."""

    def __init__(self, step: str) -> None:
        self._name, _, number = step.rpartition(" ")
        self._number = int(number)
        self._done: Counter[str] = Counter()

    def after(self, name: str) -> None:
        self._done[name] += 1
        if name == self._name and self._done[name] == self._number:
            os.kill(os.getpid(), signal.SIGKILL)


class Words(DenseEncoder):
    """Gives each text a direction of its own; quick to load."""

    name = "words"
    dimension = 384
    max_tokens = 254

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            row[sum(text.encode()) % self.dimension] = 1.0
        return rows

    def tokenize(self, text: str) -> list[int]:
        return list(range(len(text.split())))


class MortalEncoder(HybridEncoder):
    def __init__(self, fate: Fate) -> None:
        super().__init__(Words(), Bm25())
        self._fate = fate

    def encode_documents(self, texts: Sequence[str]) -> list[Encoding]:
        encodings = super().encode_documents(texts)
        self._fate.after("encode")
        return encodings


class MortalBlobs(FolderBlobs):
    def __init__(self, folder: Path, fate: Fate) -> None:
        super().__init__(folder)
        self._fate = fate

    def put(self, data: bytes) -> str:
        name = super().put(data)
        self._fate.after("put")
        return name

    def delete(self, content_hash: str) -> None:
        super().delete(content_hash)
        self._fate.after("blob delete")


class MortalIndex(EdgeIndex):
    def __init__(self, folder: Path, fate: Fate) -> None:
        super().__init__(folder)
        self._fate = fate

    def add(self, chunks: Sequence[EncodedChunk]) -> None:
        super().add(chunks)
        self._fate.after("add")

    def delete(self, document_id: str) -> None:
        super().delete(document_id)
        self._fate.after("index delete")

    def set_superseded(self, document_id: str, superseded: bool) -> None:
        super().set_superseded(document_id, superseded)
        self._fate.after("set_superseded")


class MortalCatalogue(Catalogue):
    def __init__(self, alive: Catalogue, fate: Fate) -> None:
        super().__init__(alive.sessions)
        self._fate = fate

    def save(self, entry: Entry, text: str | None = None) -> Entry:
        saved = super().save(entry, text)
        self._fate.after("save")
        return saved


def joined(folder: Path, step: str = NEVER) -> tuple[Pipeline, Catalogue, EdgeIndex]:
    """The library of a folder, which ends after a step."""
    from tests.ingestion.conftest import join, open_catalogue

    fate = Fate(step)
    index = MortalIndex(folder / "index", fate)
    catalogue = MortalCatalogue(open_catalogue(folder), fate)
    pipeline = join(catalogue, MortalBlobs(folder / "blobs", fate), index, MortalEncoder(fate))
    return pipeline, catalogue, index


def main() -> None:
    folder, act, step, words = Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4:]
    pipeline, _, _ = joined(folder, step)
    if act == "delete":
        pipeline.delete(words[0])
    elif act == "heal":
        pipeline.heal()
    else:
        pipeline.ingest(SourceFile(words[0], words[1].encode()), "fleet", Asker("ann", STAFF), STAFF)


if __name__ == "__main__":
    main()
