"""One server owns a data folder, and says where it listens."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from surefoot.app.address import ADDRESS_FILE, Address, remove_address, take_folder, write_address
from surefoot.app.errors import DataFolderBusy, DataFolderUnusable

HOLD = """
import sys, time
from pathlib import Path
from surefoot.app.address import Address, take_folder, write_address
lock = take_folder(Path(sys.argv[1]))
write_address(Path(sys.argv[1]), Address.of("127.0.0.1", 1))
print("held", flush=True)
time.sleep(60)
"""


def test_the_address_is_readable_for_its_owner_alone_and_goes_when_removed(tmp_path: Path) -> None:
    write_address(tmp_path, Address.of("::1", 8400))
    path = tmp_path / ADDRESS_FILE
    row = json.loads(path.read_text(encoding="utf-8"))
    assert row["url"] == "http://[::1]:8400"
    assert row["pid"] == os.getpid()
    assert row["token"].startswith("sft_")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in tmp_path.iterdir()] == [ADDRESS_FILE]
    remove_address(tmp_path)
    remove_address(tmp_path)
    assert not path.exists()


@pytest.mark.parametrize(
    ("host", "near"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("localhost", "localhost"),
        ("0.0.0.0", "127.0.0.1"),
        ("::", "[::1]"),
        ("192.0.2.7", "127.0.0.1"),
        ("fd00::7", "[::1]"),
        ("[fd00::7]", "[::1]"),
    ],
)
def test_who_reads_the_file_comes_by_loopback_whatever_the_server_binds_to(host: str, near: str) -> None:
    assert Address.of(host, 8400).url == f"http://{near}:8400"


def test_a_second_server_learns_who_has_the_folder_and_a_killed_one_leaves_it_free(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(DataFolderBusy, match=str(holder.pid)):
            take_folder(tmp_path)
        holder.kill()
    deadline = time.monotonic() + 10
    while True:
        try:
            take_folder(tmp_path).release()
            break
        except DataFolderBusy:
            assert time.monotonic() < deadline


def test_a_folder_that_a_server_has_taken_is_closed_to_other_users(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o755)
    take_folder(tmp_path / "data").release()
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


def test_a_folder_that_cannot_be_made_is_named_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(DataFolderUnusable, match="SUREFOOT_DATA"):
        take_folder(tmp_path / "file" / "data")
