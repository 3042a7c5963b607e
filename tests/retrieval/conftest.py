"""The encoder and the implementations of the index."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest
from qdrant_client import QdrantClient

from surefoot.retrieval.encoders import MINILM_FILES, MiniLM
from surefoot.retrieval.index.edge import EdgeIndex
from surefoot.retrieval.index.port import Index
from surefoot.retrieval.index.server import ServerIndex, build_server_index
from tests.retrieval.passages import DIMENSION
from tests.retrieval.qdrant_shim import QdrantShim


@pytest.fixture(scope="session")
def minilm_folder(weights: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The encoder's files under their own names."""
    folder = tmp_path_factory.mktemp("minilm")
    for name, sha in MINILM_FILES.items():
        (folder / name).symlink_to((weights / "sha256" / sha).resolve())
    return folder


@pytest.fixture(scope="session")
def minilm(minilm_folder: Path) -> MiniLM:
    return MiniLM(minilm_folder)


@pytest.fixture(params=["edge", "memory", "server"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[Index]:
    """Each implementation in turn, empty."""
    if request.param == "edge":
        made: Index = EdgeIndex(tmp_path / "index", DIMENSION)
    elif request.param == "memory":
        made = ServerIndex(QdrantClient(":memory:"), "passages", DIMENSION)
    else:
        shim: QdrantShim = request.getfixturevalue("shim")
        made = build_server_index(shim.url, None, "passages", DIMENSION)
    yield made
    made.close()


@pytest.fixture
def shim() -> Generator[QdrantShim]:
    """A Qdrant server that speaks HTTP."""
    server = QdrantShim()
    yield server
    server.stop()
