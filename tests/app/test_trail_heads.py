"""Signed heads of the trail tell when all of it was written anew, and reach other places without anybody waiting."""

from __future__ import annotations

import json
import socket
import stat
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session

from surefoot.app.audit.heads import HeadKey, HeadRefused, Heads
from surefoot.app.audit.reading import TrailReader
from surefoot.app.database import Database
from surefoot.app.hosts import syslog_url
from tests.app.test_trail import asked, tampered, write

NOW = datetime(2026, 12, 1, 10, tzinfo=UTC)


@dataclass
class Place:
    """A trail with what signs it."""

    database: Database
    folder: Path

    def heads(self, file: Path | None = None, syslog: str | None = None) -> Heads:
        return Heads(self.folder, self.database.session, lambda: NOW, 60.0, file, syslog)

    def reader(self) -> TrailReader:
        return TrailReader(self.database.session, dict, self.heads())

    def rewritten(self, entries: int) -> None:
        """Make a whole new chain, as somebody who owns the database."""
        zeros = "0" * 64
        tampered(self.database, "DELETE FROM auditentry", f"UPDATE auditend SET number = 0, hash = '{zeros}'")
        write(self.database, *[asked("eve")] * entries)


@pytest.fixture
def place(database: Database, tmp_path: Path) -> Place:
    return Place(database, tmp_path / "trail")


def test_a_trail_that_was_written_anew_is_found_by_the_heads_beside_it(place: Place) -> None:
    write(place.database, *[asked()] * 3)
    place.heads().send()
    write(place.database, asked())
    verdict = place.reader().verify()
    assert (verdict.whole, verdict.heads) == (True, 1)
    place.rewritten(4)
    verdict = place.reader().verify()
    assert verdict.faults == (
        "Entry 3 is another one than the signed head of 2026-12-01 10:00:00 says: it was replaced.",
    )


def test_with_the_folder_beside_it_gone_too_the_heads_that_were_sent_away_tell(place: Place, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere" / "heads.jsonl"
    write(place.database, *[asked()] * 3)
    place.heads(elsewhere).send()
    public = place.heads().key.public
    for file in place.folder.iterdir():
        file.unlink()
    place.rewritten(2)
    place.heads().send()
    lines = elsewhere.read_text(encoding="utf-8").splitlines()
    assert place.reader().verify().whole  # beside it, everything was made to fit
    assert place.reader().verify(lines=lines).faults == (
        "The head in line 1 is signed with another key than this installation's.",
    )
    (fault,) = place.reader().verify(lines=lines, key=public).faults
    assert (
        fault == "The signed head of 2026-12-01 10:00:00 names entry 3, which is not there: the trail ends at entry 2."
    )


def test_a_head_that_somebody_changed_is_not_believed(place: Place) -> None:
    write(place.database, asked())
    line = place.heads().key.sign(1, "a" * 64, NOW)
    head = json.loads(line)["trail_head"]
    start, payload, signature = head.split(".")
    other = HeadKey(place.folder / "other").sign(1, "b" * 64, NOW)
    forged = f'"trail_head": "{start}.{json.loads(other)["trail_head"].split(".")[1]}.{signature}"'
    checked = place.heads().key.check(
        [f"<109>1 - host surefoot - - - {line}", forged, line[:-20], line.replace(signature, "A" * 86)]
    )
    assert [(one.number, one.hash) for one in checked.heads] == [(1, "a" * 64)]
    assert [one[:32] for one in checked.bad] == ["The head in line 2 has a signatu", "The head in line 4 has a signatu"]
    assert payload
    with pytest.raises(HeadRefused, match="no signed head"):
        place.reader().verify(lines=["nothing"])
    with pytest.raises(HeadRefused, match="no Ed25519 key"):
        place.reader().verify(lines=[line], key="nothing")


def test_the_key_is_its_owners_alone_and_the_same_for_all_who_make_it_at_once(tmp_path: Path) -> None:
    keys: list[str] = []
    threads = [threading.Thread(target=lambda: keys.append(HeadKey(tmp_path / "trail").name)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(keys)) == 1
    assert stat.S_IMODE((tmp_path / "trail" / "signing.key").stat().st_mode) == 0o600
    assert sorted(path.name for path in (tmp_path / "trail").iterdir()) == ["signing.key", "signing.pub"]
    (tmp_path / "trail" / "signing.key").write_text("half")
    with pytest.raises(HeadRefused, match="cannot be read"):
        _ = HeadKey(tmp_path / "trail").name


def test_a_head_follows_on_a_line_that_was_cut_off(place: Place, tmp_path: Path) -> None:
    write(place.database, asked())
    file = tmp_path / "heads.jsonl"
    place.heads(file).send()
    file.write_bytes(file.read_bytes()[:-40])
    place.heads(file).send()
    lines = file.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 2
    assert len(place.heads().key.check(lines).heads) == 1


def _udp(path: Path) -> tuple[str, Callable[[], bytes], socket.socket]:
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))
    return f"udp://127.0.0.1:{server.getsockname()[1]}", lambda: server.recv(65_000), server


def _tcp(path: Path) -> tuple[str, Callable[[], bytes], socket.socket]:
    server = socket.create_server(("127.0.0.1", 0))

    def receive() -> bytes:
        connection, _ = server.accept()
        with connection, connection.makefile("rb") as file:
            length, _, message = file.read().partition(b" ")
            assert int(length) == len(message)
            return message

    return f"tcp://127.0.0.1:{server.getsockname()[1]}", receive, server


def _unix(path: Path) -> tuple[str, Callable[[], bytes], socket.socket]:
    server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    server.bind(str(path / "log"))
    return f"unix://{path / 'log'}", lambda: server.recv(65_000), server


@pytest.mark.parametrize("kind", [_udp, _tcp, _unix])
def test_syslog_gets_the_head_and_the_head_is_read_out_of_its_log(
    place: Place, tmp_path: Path, kind: Callable[[Path], tuple[str, Callable[[], bytes], socket.socket]]
) -> None:
    write(place.database, asked())
    url, receive, server = kind(tmp_path)
    with server:
        server.settimeout(10)
        heads = place.heads(syslog=syslog_url(url))
        heads.send()
        message = receive().decode()
    assert message.startswith("<109>1 2026-12-01T10:00:00.000Z ")
    assert place.heads().key.check([message]).heads[0].number == 1
    assert heads.sent[url].at == NOW


def test_a_syslog_server_that_is_dead_or_silent_is_told_of_and_keeps_nobody(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "heads.jsonl"
    with socket.create_server(("127.0.0.1", 0), backlog=0) as silent:
        ports = silent.getsockname()[1]
        queue = [socket.create_connection(("127.0.0.1", ports)) for _ in range(1)]
        for url in (f"tcp://127.0.0.1:{ports}", "tcp://127.0.0.1:1", f"unix://{tmp_path}/nobody"):
            heads = place.heads(file, url)
            started = time.monotonic()
            heads.start()
            write(place.database, asked())
            heads.send()
            assert time.monotonic() - started < 15
            heads.stop()
            assert heads.sent[str(file)].at == NOW
            if not url.startswith(f"tcp://127.0.0.1:{ports}"):
                assert heads.sent[url].trouble
        for one in queue:
            one.close()
    with place.database.session() as session:
        assert _entries(session) == 3


def _entries(session: Session) -> int:
    return session.connection().execute(text("SELECT count(*) FROM auditentry")).scalar_one()


@pytest.mark.parametrize("url", ["http://host", "udp://", "tcp://host:seventy", "unix://relative", "host:514"])
def test_an_address_that_is_no_syslog_server_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(ValueError, match=r"syslog|[Pp]ort"):
        syslog_url(url)
