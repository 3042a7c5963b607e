"""Answers and files that arrive while a person does something else."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from surefoot.app.client.http import Client
from surefoot.app.client.server import find
from surefoot.app.pages import drop
from surefoot.app.pages.asking import Asking
from surefoot.app.pages.reading import CANCELLED, REPLACES, File, Reading, distinct, title_for
from tests.app.running import until
from tests.end_to_end.stand_in import Stand, standing


@pytest.fixture
def stand(tmp_path: Path, free_port: int) -> Iterator[Stand]:
    with standing(tmp_path, Stand(), free_port) as one:
        yield one


@pytest.fixture
def client(stand: Stand, tmp_path: Path) -> Iterator[Client]:
    server = find(tmp_path)
    assert server is not None
    with server.client() as one:
        yield one


def asking(question: str) -> Asking:
    return Asking(question, "fleet", None, turn=0)


def test_an_answer_arrives_whole(client: Client):
    one = asking("At what thickness do pads need replacing?")
    one.start(client, lambda: True)
    until(lambda: not one.progress.live)
    answer = one.progress.answer
    assert answer is not None
    assert answer.answer == one.progress.text
    assert [c.number for c in one.progress.citations] == [1, 2]
    assert one.progress.passages


def test_a_stopped_answer_ends_on_the_server_and_keeps_what_had_arrived(client: Client, stand: Stand):
    stand.pause = 0.3
    one = asking("slow")
    one.start(client, lambda: True)
    until(lambda: one.progress.text)
    one.stop()
    assert one.progress.stopped
    assert not one.progress.live
    until(lambda: stand.left == 1)
    assert one.progress.text
    assert not one.progress.error


def test_an_answer_is_stopped_before_its_first_word_too(client: Client, stand: Stand):
    stand.pause = 30.0
    one = asking("slow")
    one.start(client, lambda: True)
    one.stop()
    until(lambda: stand.left == 1 or not stand.asked)
    assert one.progress.stopped


def test_an_answer_whose_reader_has_left_is_stopped(client: Client, stand: Stand):
    stand.pause = 1.0
    there = threading.Event()
    there.set()
    one = asking("slow")
    one.start(client, there.is_set)
    until(lambda: one.progress.text)
    there.clear()
    until(lambda: stand.left == 1)
    assert one.progress.stopped


def test_a_server_that_breaks_off_is_said_in_its_words(client: Client):
    one = asking("broken")
    one.start(client, lambda: True)
    until(lambda: not one.progress.live)
    assert "before the answer was complete" in one.progress.error
    assert one.progress.text


def test_files_are_read_in_order_and_each_has_its_result(client: Client, stand: Stand):
    reading = Reading("fleet", client)
    reading.add([("a.md", b"a"), ("b.exe", b"b")])
    reading.add([("c.md", b"c")])
    until(lambda: not reading.live)
    assert [(f.path, f.state) for f in reading.files] == [
        ("a.md", "ingested"),
        ("b.exe", "rejected"),
        ("c.md", "ingested"),
    ]
    assert "cannot be read" in reading.files[1].reason
    assert len(reading.suggestions) == 3
    assert (reading.finished, reading.taken) == (3, 2)


def test_files_that_are_cancelled_while_they_are_sent_are_in_no_library(client: Client, stand: Stand):
    stand.pause = 1.0
    before = [row["path"] for row in stand.documents["fleet"]]
    reading = Reading("fleet", client)
    reading.add([("a.md", b"a"), ("b.md", b"b")])
    until(lambda: reading.files[0].state == "reading")
    reading.cancel()
    assert (reading.files[0].cancelled, reading.files[1].reason) == (True, CANCELLED)
    until(lambda: not reading.live)
    assert [(f.state, f.reason) for f in reading.files] == [("rejected", CANCELLED)] * 2
    assert reading.taken == 0
    assert [row["path"] for row in stand.documents["fleet"]] == before


def test_a_document_that_was_there_before_is_not_deleted_with_its_new_version(client: Client, stand: Stand):
    reading = Reading("fleet", client)
    reading.add([("a.md", b"a")])
    until(lambda: not reading.live)
    stand.pause = 1.0
    reading.add([("a.md", b"other")])
    until(lambda: reading.files[1].state == "reading")
    reading.cancel()
    assert reading.files[1].reason == REPLACES
    until(lambda: not reading.live)
    assert reading.files[1].state == "ingested"
    assert "a.md" in [row["path"] for row in stand.documents["fleet"]]


def test_a_file_that_is_read_for_long_says_for_how_long(client: Client):
    reading = Reading("fleet", client)
    for seconds, said in ((2, "Reading …"), (61, "Reading for 1\u00a0min …")):
        reading.files = [File("wide.csv", "reading", began=time.monotonic() - seconds)]
        assert said in drop.results(reading)


def test_files_for_a_server_that_is_gone_are_rejected_with_the_reason(tmp_path: Path, free_port: int):
    with Client(f"http://127.0.0.1:{free_port}") as nobody:
        reading = Reading("fleet", nobody)
        reading.add([("a.md", b"a"), ("b.md", b"b")])
        until(lambda: not reading.live)
    assert [f.state for f in reading.files] == ["rejected", "rejected"]
    assert "cannot be reached" in reading.files[0].reason


def test_an_assistant_is_named_after_the_folder_or_the_first_file():
    assert title_for(["Yard rules/a.md", "Yard rules/b/c.md"]) == "Yard rules"
    assert title_for(["price_list-2026.xlsx", "x.md"]) == "price list 2026"
    assert title_for(["A/a.md", "B/b.md"]) == "a"
    assert title_for(["..."]) != ""


def test_files_of_one_name_do_not_take_each_other_s_place():
    assert distinct(["a.md", "b.md", "a.md", "a.md"]) == ["a.md", "b.md", "a (2).md", "a (3).md"]
    assert distinct(["x/a.md", "x/a.md"]) == ["x/a.md", "x/a (2).md"]
