"""The commands on a data folder where no server runs: each starts its own, shares it, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from surefoot.app.client.errors import ClientError
from surefoot.app.client.server import find, find_or_start
from tests.app.command import SUREFOOT, Shown, environment, surefoot

DOCUMENTS = {
    "brakes.md": "# Brakes\n\nPads of the van are replaced below 3.2 mm. Fluid is changed every 24 months.\n",
    "tariffs.csv": "tariff,price_eur\nStart,24.90\nMax,54.90\n",
    "empty.md": "",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with three small documents, one of them empty."""
    folder = tmp_path / "docs"
    folder.mkdir()
    for name, text in DOCUMENTS.items():
        (folder / name).write_text(text)
    return folder


def servers_of(data: Path) -> list[int]:
    """The server processes of a data folder."""
    found: list[int] = []
    for entry in Path("/proc").iterdir():
        with suppress(OSError):
            ours = f"SUREFOOT_DATA={data}\0".encode() in entry.joinpath("environ").read_bytes()
            if ours and b"surefoot.app.serve" in entry.joinpath("cmdline").read_bytes():
                found.append(int(entry.name))
    return found


def test_a_document_is_read_found_quoted_shown_and_deleted(data: Path, folder: Path) -> None:
    fed = surefoot(data, "ingest", folder, "--assistant", "workshop", "--json")
    assert fed.status == 0
    rows = {row["path"]: row for row in fed.json()["documents"]}
    assert rows.keys() == {f"docs/{name}" for name in DOCUMENTS}
    assert [rows[f"docs/{name}"]["status"] for name in DOCUMENTS] == ["ingested", "ingested", "rejected"]
    assert rows["docs/empty.md"]["reason"]

    again = surefoot(data, "ingest", folder / "brakes.md", folder, "--assistant", "workshop", "--json")
    assert [row["status"] for row in again.json()["documents"] if row["path"] == "docs/brakes.md"] == ["unchanged"]

    found = surefoot(data, "search", "brake pads", "--assistant", "workshop", "-k", "1", "--json").json()
    assert "3.2 mm" in found["passages"][0]["text"]

    asked = surefoot(data, "ask", "When are brake pads replaced?", "--assistant", "workshop", "--json").json()
    assert asked["outcome"] == "quoted"
    assert "3.2 mm" in asked["answer"]
    for citation in asked["citations"]:
        assert 0 <= citation["start"] < citation["end"] <= len(asked["answer"])

    number = rows["docs/brakes.md"]["document_id"]
    assert "24 months" in surefoot(data, "documents", "show", number, "--json").json()["chunks"][0]["text"]
    assert surefoot(data, "documents", "delete", number, "--json").json() == {"document_id": number, "deleted": True}
    left = surefoot(data, "documents", "list", "--assistant", "workshop", "--json").json()["documents"]
    assert number not in {row["document_id"] for row in left}
    assert servers_of(data) == []


def test_a_person_reads_evidence_then_the_answer_then_its_numbered_sources(data: Path, folder: Path) -> None:
    surefoot(data, "ingest", folder, "--assistant", "workshop")
    shown = surefoot(data, "ask", "When are brake pads replaced?", "--assistant", "workshop")
    assert shown.status == 0
    evidence, answer, source = (shown.out.index(part) for part in ("Evidence", "3.2 mm", "[1] "))
    assert evidence < answer < source
    assert "Quoted" in shown.out


@pytest.mark.parametrize(
    "typed",
    [
        ("ask", "Why?", "--assistant", "nobody"),
        ("documents", "show", "nothing"),
        ("documents", "list", "--assistant", "no/../body"),
        ("eval", "run", "--assistant", "nobody"),
    ],
    ids=" ".join,
)
def test_what_does_not_exist_is_one_json_error(data: Path, typed: tuple[str, ...]) -> None:
    shown = surefoot(data, *typed, "--json")
    assert shown.status == 1
    assert shown.json()["error"]["message"]
    assert servers_of(data) == []


def test_two_commands_at_once_share_the_first_ones_server(data: Path) -> None:
    def listed(_: int) -> Shown:
        return surefoot(data, "assistants", "list", "--json")

    with ThreadPoolExecutor(3) as pool:
        shown = list(pool.map(listed, range(3)))
    assert [each.status for each in shown] == [0, 0, 0]
    assert len({each.out for each in shown}) == 1
    assert servers_of(data) == []


def test_a_server_stays_until_the_last_command_that_uses_it_is_done(data: Path) -> None:
    second_may_go = threading.Event()

    def second() -> int:
        with find_or_start(data) as client:
            second_may_go.wait(60)
            return len(client.assistants())

    with ThreadPoolExecutor(1) as pool:
        with find_or_start(data) as client:
            other = pool.submit(second)
            time.sleep(1)
            threading.Timer(2, second_may_go.set).start()
            count = len(client.assistants())
        assert other.result(60) == count
    assert servers_of(data) == []


def test_the_address_of_a_dead_server_is_ignored(data: Path, free_port: int) -> None:
    dead = {"url": f"http://127.0.0.1:{free_port}", "pid": 1, "token": "sft_old"}
    (data / "server.json").write_text(json.dumps(dead))
    assert find(data) is None
    assert surefoot(data, "assistants", "list", "--json").status == 0


@pytest.mark.parametrize("written", [b"", b"{", b"[]", b'{"url": 1}', b"\xff\xfe", b'{"url": "http://[", "pid": 1}'])
def test_a_half_written_address_is_ignored(tmp_path: Path, written: bytes) -> None:
    (tmp_path / "server.json").write_bytes(written)
    assert find(tmp_path) is None


def test_another_folders_server_on_the_same_port_is_not_mistaken_for_ours(data: Path, tmp_path: Path) -> None:
    with find_or_start(data) as client:
        other = tmp_path / "other"
        other.mkdir()
        (other / "server.json").write_text(json.dumps({"url": client.url, "pid": os.getpid(), "token": "sft_other"}))
        assert find(other) is None
        assert find(data) is not None


def test_a_server_that_cannot_start_is_told_in_its_own_words(tmp_path: Path) -> None:
    (tmp_path / "surefoot.db").write_bytes(b"this is no database" * 1000)
    with pytest.raises(ClientError, match="could not be started"), find_or_start(tmp_path):
        pass
    assert servers_of(tmp_path) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_command_that_is_interrupted_takes_its_server_with_it(data: Path, number: signal.Signals) -> None:
    command = [SUREFOOT, "eval", "run", "--assistant", "fleet", "--mode", "quotes", "--json"]
    with subprocess.Popen(command, env=environment(data), stdout=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 60
        while find(data) is None and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(number)
        assert process.stdout is not None
        told = process.stdout.read()
    if number is signal.SIGINT:
        assert process.returncode == 130
        assert json.loads(told)["error"]["code"] == "interrupted"
    deadline = time.monotonic() + 20
    while servers_of(data) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert servers_of(data) == []
