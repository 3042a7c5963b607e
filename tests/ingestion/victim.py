"""Feeds or deletes a file and is killed, without warning, at a given step; run as a process of its own."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surefoot.core.nouns import Asker
from surefoot.ingestion.blobs import FolderBlobs
from surefoot.ingestion.pipeline import Pipeline
from surefoot.ingestion.results import SourceFile
from surefoot.retrieval.bm25 import Bm25
from surefoot.retrieval.encoders import DenseEncoder, HybridEncoder
from surefoot.retrieval.index.edge import EdgeIndex

STEPS = ("save 1", "encode 1", "put 1", "index_delete 1", "add 1", "save 2")
STAFF = frozenset({"staff"})


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


def joined(folder: Path) -> tuple[Pipeline, Any]:
    """The library of a folder."""
    from tests.ingestion.conftest import open_catalogue

    index = EdgeIndex(folder / "index")
    blobs = FolderBlobs(folder / "blobs")
    return Pipeline(open_catalogue(folder), blobs, index, HybridEncoder(Words(), Bm25())), index


def killing(part: Any, method: str, at: int) -> None:
    """Let a part's method do its work the n-th time, and then kill the process."""
    original: Callable[..., Any] = getattr(part, method)
    calls = 0

    def deadly(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        result = original(*args, **kwargs)
        if calls == at:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(part, method, deadly)


def main() -> None:
    folder, act, step = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    pipeline, index = joined(folder)
    method, at = step.split()
    parts = {
        "save": pipeline._catalogue,
        "encode_documents": pipeline._encoder,
        "put": pipeline._blobs,
        "index_delete": index,
        "add": index,
        "blob_delete": pipeline._blobs,
        "set_superseded": index,
    }
    name = {"encode": "encode_documents"}.get(method, method)
    killing(parts[name], name.removeprefix("index_").removeprefix("blob_"), int(at))
    if act == "delete":
        pipeline.delete(sys.argv[4])
    else:
        pipeline.ingest(SourceFile(sys.argv[4], sys.argv[5].encode()), "fleet", Asker("ann", STAFF), STAFF)


if __name__ == "__main__":
    main()
