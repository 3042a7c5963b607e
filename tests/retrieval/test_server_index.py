"""What only the server index promises: it explains a server that fails, and makes its collection once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from qdrant_client import QdrantClient
from qdrant_client.models import UpdateResult

from surefoot.retrieval.errors import DimensionMismatch, IndexUnavailable
from surefoot.retrieval.index.port import Index
from surefoot.retrieval.index.server import ServerIndex, build_server_index
from tests.retrieval.passages import ANN, DIMENSION, FLEET, a_passage, asked
from tests.retrieval.qdrant_shim import QdrantShim


def test_nothing_is_asked_of_the_server_before_it_is_needed(shim: QdrantShim) -> None:
    build_server_index(shim.url, None, "passages", DIMENSION).close()
    assert shim.requests == []


def test_the_payload_indexes_are_made_before_the_first_point(shim: QdrantShim) -> None:
    index = build_server_index(shim.url, None, "passages", DIMENSION)
    index.add([a_passage("pads")])
    index.close()
    steps = [
        (path.removeprefix("/collections/passages"), body) for method, path, body in shim.requests if method == "PUT"
    ]
    assert [path for path, _ in steps] == ["", *["/index"] * 3, "/points"]
    fields = {body["field_name"]: body["field_schema"]["is_tenant"] for path, body in steps if path == "/index"}
    assert fields == {"assistant": False, "document_id": False, "reach": True}


def test_the_collection_keeps_small_copies_of_the_vectors_in_memory(shim: QdrantShim) -> None:
    index = build_server_index(shim.url, None, "passages", DIMENSION, replication=2)
    index.count()
    index.close()
    [made] = [body for method, path, body in shim.requests if (method, path) == ("PUT", "/collections/passages")]
    assert made["quantization_config"]["scalar"]["type"] == "int8"
    assert made["sparse_vectors"]["bm25"]["modifier"] == "idf"
    assert made["replication_factor"] == 2


def test_each_ranking_is_filtered_on_the_server_and_so_are_the_passages(shim: QdrantShim) -> None:
    index = build_server_index(shim.url, None, "passages", DIMENSION)
    index.add([a_passage("pads")])
    shim.requests.clear()
    index.search(asked("pads"), ANN, FLEET, limit=10)
    index.close()
    [(_, ranked, rankings), (_, fetched, passages)] = shim.requests
    assert (ranked.rpartition("points/")[2], fetched.rpartition("points/")[2]) == ("query/batch", "scroll")
    for one in rankings["searches"]:
        assert one["filter"]["must"] == [{"key": "reach", "match": {"any": ["fleet\nstaff\nno"]}}]
    assert passages["filter"]["must"][1]["must"] == rankings["searches"][0]["filter"]["must"]
    corpus = rankings["searches"][1]["params"]["idf"]["corpus"]["must"]
    assert [(one["key"], one["match"]["any"]) for one in corpus] == [("reach", ["fleet\nstaff"])]


def test_two_processes_share_one_collection(shim: QdrantShim) -> None:
    first, second = (build_server_index(shim.url, None, "passages", DIMENSION) for _ in range(2))
    first.add([a_passage("pads")])
    assert second.count() == 1
    second.delete("manual")
    assert first.search(asked("pads"), ANN, FLEET, limit=10) == []
    first.close()
    second.close()


def test_many_threads_make_the_collection_once(shim: QdrantShim) -> None:
    index = build_server_index(shim.url, None, "passages", DIMENSION)
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(index.count, ["fleet"] * 16)) == [0] * 16
    index.close()
    assert sum(method == "PUT" and path == "/collections/passages" for method, path, _ in shim.requests) == 1


def test_a_collection_of_another_encoder_is_refused(shim: QdrantShim) -> None:
    first = build_server_index(shim.url, None, "passages", DIMENSION)
    first.count()
    other = build_server_index(shim.url, None, "passages", DIMENSION + 1)
    with pytest.raises(DimensionMismatch, match=r"4 numbers.*makes 5"):
        other.count()
    first.close()
    other.close()


def test_a_server_that_is_down_is_named(free_port: int) -> None:
    index = build_server_index(f"http://127.0.0.1:{free_port}", None, "passages", DIMENSION)
    for _ in range(2):
        with pytest.raises(IndexUnavailable, match=r"does not answer.*Start it"):
            index.search(asked("pads"), ANN, FLEET, limit=10)
    index.close()


@pytest.mark.parametrize(("status", "words"), [(401, "API key"), (403, "API key"), (500, "refused a request")])
def test_a_server_that_refuses_is_explained(shim: QdrantShim, status: int, words: str) -> None:
    index = build_server_index(shim.url, None, "passages", DIMENSION)
    index.count()
    shim.status = status
    with pytest.raises(IndexUnavailable, match=words):
        index.add([a_passage("pads")])
    shim.status = None
    index.add([a_passage("pads")])
    assert index.count() == 1
    index.close()


BOARD = frozenset({"board"})


class Overtaken(QdrantClient):
    """A client with which somebody else writes between a reading and the writing after it, as often as said."""

    between: Callable[[], None]
    times = 1

    def set_payload(self, *args: Any, **kwargs: Any) -> UpdateResult:
        if self.times:
            self.times -= 1
            self.between()
        return super().set_payload(*args, **kwargs)


def taken_away(index: Index) -> None:
    index.set_groups("manual", BOARD)


def replaced(index: Index) -> None:
    index.set_superseded("manual", superseded=True)


@pytest.mark.parametrize(("first", "then"), [(taken_away, replaced), (replaced, taken_away)])
def test_of_two_changes_at_once_by_two_processes_both_hold(
    shim: QdrantShim, first: Callable[[Index], None], then: Callable[[Index], None]
) -> None:
    rival = build_server_index(shim.url, None, "passages", DIMENSION)
    client = Overtaken(url=shim.url, check_compatibility=False)
    client.between = lambda: first(rival)
    index = ServerIndex(client, "passages", DIMENSION)
    index.add([a_passage("pads"), a_passage("discs")])
    then(index)
    rival.set_title("manual", "Brakes")
    assert {(chunk.groups, chunk.superseded, chunk.title) for chunk in index.chunks("manual")} == {
        (BOARD, True, "Brakes")
    }
    index.close()
    rival.close()


def test_a_document_that_nobody_may_see_can_be_given_to_a_group_again(shim: QdrantShim) -> None:
    index = build_server_index(shim.url, None, "passages", DIMENSION)
    index.add([a_passage("pads")])
    index.set_groups("manual", frozenset())
    index.set_groups("manual", BOARD)
    assert [chunk.groups for chunk in index.chunks("manual")] == [BOARD]
    index.close()


def test_a_change_that_others_overtake_again_and_again_is_refused(shim: QdrantShim) -> None:
    rival = build_server_index(shim.url, None, "passages", DIMENSION)
    client = Overtaken(url=shim.url, check_compatibility=False)
    client.between = lambda: rival.set_superseded("manual", superseded=not rival.chunks("manual")[0].superseded)
    client.times = 100
    index = ServerIndex(client, "passages", DIMENSION)
    index.add([a_passage("pads")])
    with pytest.raises(IndexUnavailable, match="at the same time"):
        index.set_groups("manual", BOARD)
    index.close()
    rival.close()
