"""Uploads take turns by person; deletions wait for none of them; whoever leaves ends what they began."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from surefoot.app.lanes import AT_ONCE, Lanes
from surefoot.app.parts import App
from surefoot.core.nouns import Asker
from surefoot.ingestion.catalogue import id_of
from surefoot.ingestion.describing import Order
from surefoot.ingestion.results import Ingested, SourceFile
from tests.app.running import PATIENCE, until
from tests.app.test_documents_api import LEAVE, feed, files

LONG = "\n\n".join(
    f"## Part {n}\n\n{f'Rule {n} of the house says what is to be done. ' * 12}" for n in range(300)
).encode()


def test_what_is_in_one_lane_goes_in_its_order_and_no_lane_waits_for_all_of_another() -> None:
    lanes, done, gate = Lanes(), list[str](), threading.Event()
    first = [lanes.submit("ann", gate.wait), *(lanes.submit("ann", done.append, f"ann {n}") for n in range(3))]
    other = [lanes.submit(f"person {n}", done.append, f"person {n}") for n in range(3 * AT_ONCE)]
    for future in other:
        future.result(30)
    assert len(done) == len(other)
    gate.set()
    for future in first:
        future.result(30)
    assert done[-3:] == ["ann 0", "ann 1", "ann 2"]
    assert lanes.close(30)


def test_a_lane_that_fails_goes_on_and_says_why() -> None:
    lanes = Lanes()
    failed, fine = lanes.submit("ann", int, "no number"), lanes.submit("ann", int, "7")
    with pytest.raises(ValueError, match="no number"):
        failed.result(30)
    assert fine.result(30) == 7
    assert lanes.close(30)


def test_what_is_done_alone_begins_after_what_goes_on_and_holds_up_what_comes() -> None:
    lanes, done, gate = Lanes(), list[str](), threading.Event()
    before = lanes.submit("ann", lambda: (gate.wait(), done.append("before")))
    with ThreadPoolExecutor() as pool:
        alone = pool.submit(lanes.alone, lambda: done.append("alone"))
        until(lambda: lanes._closed)
        after = [lanes.submit("bob", done.append, "after"), lanes.beside(done.append, "after")]
        gate.set()
        for future in (before, alone, *after):
            future.result(30)
    assert done == ["before", "alone", "after", "after"]
    assert lanes.close(30)


def test_a_closed_house_begins_nothing_more() -> None:
    lanes, gate = Lanes(), threading.Event()
    lanes.submit("ann", gate.wait)
    waiting = lanes.submit("ann", gate.wait)
    assert not lanes.close(0.1)
    gate.set()
    assert lanes.close(30)
    assert not waiting.done()


def test_a_long_upload_delays_no_deletion_and_no_upload_of_somebody_else(app: App, client: httpx.Client) -> None:
    client.timeout = httpx.Timeout(300)
    row = feed(client, "hr-desk", files(leave_md=LEAVE))[0]
    with ThreadPoolExecutor() as pool:
        long = pool.submit(feed, client, "hr-desk", files(long_md=LONG))
        until(lambda: _status(app, "long.md") == "ingesting")
        assert client.delete(f"/documents/{row['document_id']}").json()["deleted"]
        order = Order(SourceFile("short.md", LEAVE), "hr-desk", Asker("bob", frozenset()), frozenset({"local"}))
        read = app.library.lanes.submit("bob", lambda: list(app.library.pipeline.ingest_many([order])))
        assert isinstance(read.result(PATIENCE)[0].result, Ingested)
        assert _status(app, "long.md") == "ingesting"
        assert client.delete(f"/documents/{id_of('hr-desk', 'long.md')}").json()["deleted"]
        [ended] = long.result(PATIENCE)
    assert ended["status"] == "rejected"
    assert "deleted while it was being read" in str(ended["reason"])


def test_whoever_leaves_while_a_file_is_read_leaves_nothing_of_it_behind(app: App, client: httpx.Client) -> None:
    with pytest.raises(httpx.ReadTimeout):
        client.post("/documents", data={"assistant": "hr-desk"}, files=files(long_md=LONG), timeout=4)
    until(lambda: _status(app, "long.md") is None)
    assert app.library.blobs.names()
    assert feed(client, "hr-desk", files(leave_md=LEAVE))[0]["status"] == "ingested"


def _status(app: App, path: str) -> str | None:
    found = app.library.catalogue.find_by_path("hr-desk", path)
    return found.status if found else None
