"""The field that says who may see a chunk: in step with groups and versions, and given to indexes of before it."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest

from surefoot.core.nouns import Asker
from surefoot.retrieval.index.collection import prepare
from surefoot.retrieval.index.edge import EdgeIndex
from surefoot.retrieval.index.port import Scope
from surefoot.retrieval.index.server import ServerIndex
from tests.retrieval.passages import ANN, DIMENSION, FLEET, a_passage, asked, texts

ALL = Scope("fleet", with_superseded=True)


def old_points() -> list[Any]:
    """What an index of before the field holds: three documents, one of them superseded, one for others."""
    return [
        a_passage("pads", "brakes"),
        a_passage("pads of old", "older", superseded=True),
        a_passage("pads of the board", "board", groups=frozenset({"board"})),
    ]


def test_an_edge_index_of_before_the_field_is_brought_up_to_date_when_it_is_opened(tmp_path: Path) -> None:
    from qdrant_edge import UpdateOperation

    index = EdgeIndex(tmp_path, DIMENSION)
    index.add(old_points())
    with index.shard() as shard:
        shard.update(
            UpdateOperation.delete_payload([point_of(index, name) for name in ("brakes", "older", "board")], ["reach"])
        )
        shard.flush()
    assert index.search(asked("pads"), ANN, FLEET, 5) == []
    index.close()
    again = EdgeIndex(tmp_path, DIMENSION)
    assert texts(again.search(asked("pads"), ANN, FLEET, 5)) == ["pads"]
    assert sorted(texts(again.search(asked("pads"), ANN, ALL, 5))) == ["pads", "pads of old"]
    board = Asker("eve", frozenset({"board"}))
    assert texts(again.search(asked("pads"), board, FLEET, 5)) == ["pads of the board"]
    again.close()


def point_of(index: EdgeIndex, document: str) -> uuid.UUID:
    return uuid.UUID(index.chunks(document)[0].id)


@pytest.mark.filterwarnings("ignore:Payload indexes have no effect")
def test_a_collection_of_before_the_field_is_brought_up_to_date_before_it_is_used() -> None:
    from qdrant_client import QdrantClient

    client = QdrantClient(":memory:")
    index = ServerIndex(client, "passages", DIMENSION)
    index.add(old_points())
    client.delete_payload(
        "passages", ["reach"], points=[index.chunks(name)[0].id for name in ("brakes", "older", "board")]
    )
    assert index.search(asked("pads"), ANN, FLEET, 5) == []
    prepare(client, "passages", DIMENSION, 1)
    assert texts(index.search(asked("pads"), ANN, FLEET, 5)) == ["pads"]
    assert sorted(texts(index.search(asked("pads"), ANN, ALL, 5))) == ["pads", "pads of old"]


def test_words_are_counted_over_what_the_asker_may_see_also_after_a_write(tmp_path: Path) -> None:
    index = EdgeIndex(tmp_path, DIMENSION)
    index.add([a_passage(f"pads {number}", f"d{number}") for number in range(5)])
    alone = [found.score for found in index.search(asked("pads 3"), ANN, FLEET, 5)]
    others = [a_passage(f"pads 3 {number}", f"o{number}", groups=frozenset({"board"})) for number in range(20)]
    index.add(others)
    assert [found.score for found in index.search(asked("pads 3"), ANN, FLEET, 5)] == alone
    index.close()
