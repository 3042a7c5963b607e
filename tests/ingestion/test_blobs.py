"""Originals in a folder."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest

from surefoot.ingestion.blobs import FolderBlobs, sha256
from surefoot.ingestion.errors import BlobDamaged, BlobMissing


@pytest.fixture
def blobs(tmp_path: Path) -> FolderBlobs:
    return FolderBlobs(tmp_path / "blobs")


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_is_put_comes_back(blobs: FolderBlobs) -> None:
    name = blobs.put(b"original")
    assert name == sha256(b"original")
    assert blobs.has(name)
    assert blobs.get(name) == b"original"


def test_the_same_bytes_are_kept_once(blobs: FolderBlobs, tmp_path: Path) -> None:
    assert blobs.put(b"same") == blobs.put(b"same")
    assert len(files(tmp_path)) == 1


def test_a_missing_original_says_so(blobs: FolderBlobs) -> None:
    with pytest.raises(BlobMissing, match="Feed the file again"):
        blobs.get(sha256(b"never"))


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "AB" * 32, "a" * 63])
def test_a_name_that_is_no_hash_reaches_no_file(blobs: FolderBlobs, name: str) -> None:
    with pytest.raises(BlobMissing):
        blobs.get(name)


def test_a_truncated_original_is_noticed_and_healed_by_storing_it_again(blobs: FolderBlobs, tmp_path: Path) -> None:
    name = blobs.put(b"a whole original")
    files(tmp_path)[0].write_bytes(b"a whole")
    with pytest.raises(BlobDamaged):
        blobs.get(name)
    blobs.put(b"a whole original")
    assert blobs.get(name) == b"a whole original"


def test_deleting_twice_is_deleting_once(blobs: FolderBlobs, tmp_path: Path) -> None:
    name = blobs.put(b"gone")
    blobs.delete(name)
    blobs.delete(name)
    assert not blobs.has(name)
    assert files(tmp_path) == []


def test_old_halves_of_a_killed_writer_are_swept_and_young_ones_left(blobs: FolderBlobs, tmp_path: Path) -> None:
    blobs.put(b"x")
    folder = files(tmp_path)[0].parent
    old, young = folder / "old.part", folder / "young.part"
    for part in (old, young):
        part.write_bytes(b"half")
    long_ago = time.time() - 7200
    os.utime(old, (long_ago, long_ago))
    FolderBlobs(tmp_path / "blobs")
    assert not old.exists()
    assert young.exists()


FULL = """
import resource, signal, sys
from pathlib import Path
from surefoot.ingestion.blobs import FolderBlobs
from surefoot.ingestion.errors import StorageFull
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    FolderBlobs(Path(sys.argv[1])).put(b"x" * 5000)
except StorageFull as error:
    print(error)
"""


def test_a_full_disk_is_said_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    assert resource.RLIMIT_FSIZE  # a limit on a file's size stands for the full disk: both end a write in the middle
    run = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path / "blobs")], capture_output=True, text=True, check=True
    )
    assert "has no room for a file of 5,000 bytes" in run.stdout
    assert files(tmp_path) == []
