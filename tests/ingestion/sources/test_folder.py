"""A folder as a source, read on a real file system, also while others write to it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import ValidationError

from surefoot.ingestion.errors import DocumentGone, SourceUnreachable, Unreadable
from surefoot.ingestion.sources.folder import FolderSettings, FolderSource
from surefoot.ingestion.sources.network import Surroundings
from surefoot.ingestion.sources.patterns import Patterns
from surefoot.ingestion.sources.port import Listed
from surefoot.ingestion.sources.watching import watch
from tests.conftest import missing

LARGEST = 100_000


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "share"
    folder.mkdir()
    return folder


def opened(root: Path, **settings: object) -> FolderSource:
    (root.parent / "scratch").mkdir(exist_ok=True)
    surroundings = Surroundings(lambda name: name, False, LARGEST, root.parent / "scratch", "test")
    return FolderSource(FolderSettings.model_validate({"path": str(root), **settings}), surroundings)


def put(root: Path, name: str, text: str = "text") -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def listed(source: FolderSource) -> dict[str, Listed]:
    return {item.path: item for item in source.listing() if isinstance(item, Listed)}


def text_of(source: FolderSource, path: str) -> str:
    return source.fetch(listed(source)[path]).data.decode()


def test_all_files_of_all_subfolders_are_listed_and_fetched(root: Path) -> None:
    put(root, "a.md", "one")
    put(root, "deep/er/b.pdf", "two")
    source = opened(root)
    assert set(listed(source)) == {"a.md", "deep/er/b.pdf"}
    fetched = source.fetch(listed(source)["deep/er/b.pdf"])
    assert fetched.data == b"two"
    assert fetched.modified is not None
    assert abs(fetched.modified.timestamp() - time.time()) < 60
    assert "2 files and folders" in source.check()


def test_hidden_and_passing_files_are_skipped(root: Path) -> None:
    for name in (".hidden.md", ".git/config.md", "~$plan.docx", "big.crdownload", "THUMBS.DB", "kept.md"):
        put(root, name)
    assert set(listed(opened(root))) == {"kept.md"}


@pytest.mark.parametrize(
    ("include", "exclude", "wanted"),
    [
        (["*.pdf"], [], {"A.PDF", "m/b.pdf", "m/old/c.pdf"}),
        (["m/*.pdf"], [], {"m/b.pdf"}),
        (["m"], [], {"m/b.pdf", "m/old/c.pdf"}),
        (["m/**"], ["old/"], {"m/b.pdf"}),
        (["**/old/*.pdf"], [], {"m/old/c.pdf"}),
        ([], ["**/*.pdf"], {"n.md"}),
        ([], ["[an]*", "?.pdf"], set[str]()),
    ],
)
def test_patterns_choose_files(root: Path, include: list[str], exclude: list[str], wanted: set[str]) -> None:
    for name in ("A.PDF", "m/b.pdf", "m/old/c.pdf", "n.md"):
        put(root, name)
    assert set(listed(opened(root, include=include, exclude=exclude))) == wanted


def test_a_hostile_pattern_takes_no_time() -> None:
    patterns = Patterns(["a*" * 90 + "b", "**/" * 60 + "b"], [])
    began = time.process_time()
    assert not patterns.takes("/".join(["a" * 200] * 3))
    assert time.process_time() - began < 5  # backtracking would take years


@pytest.mark.parametrize("path", ["share", "/", "/proc/1", "/srv/../etc", "/srv/a\nb", ""])
def test_a_folder_that_cannot_be_meant_is_refused(path: str) -> None:
    with pytest.raises(ValidationError):
        FolderSettings(path=path)


@pytest.mark.parametrize("pattern", ["", "../*", "a\\b", "x" * 201])
def test_a_pattern_that_cannot_be_meant_is_refused(pattern: str) -> None:
    with pytest.raises(ValidationError):
        FolderSettings(path="/srv", include=(pattern,))


def test_links_that_leave_the_folder_are_not_followed(root: Path) -> None:
    secret = put(root.parent, "secret.md", "secret")
    put(root, "real.md", "real")
    (root / "leaves.md").symlink_to(secret)
    (root / "inside.md").symlink_to("real.md")
    (root / "folder").symlink_to(root.parent)
    (root / "loop").symlink_to(root)
    source = opened(root)
    assert set(listed(source)) == {"real.md", "inside.md"}
    assert text_of(source, "inside.md") == "real"
    with pytest.raises(DocumentGone):
        source.fetch(Listed("leaves.md", ""))
    with pytest.raises(DocumentGone):
        source.fetch(Listed("../secret.md", ""))
    with pytest.raises(DocumentGone):
        source.fetch(Listed("folder/secret.md", ""))


def test_pipes_are_no_documents_and_hang_nothing(root: Path) -> None:
    os.mkfifo(root / "pipe.md")
    source = opened(root)
    assert listed(source) == {}
    with pytest.raises(DocumentGone):
        source.fetch(Listed("pipe.md", ""))


@pytest.mark.parametrize("name", [b"a\nb.md", b"bad\xff\xfe.md", b"back\\slash.md", b"C:x.md", "e\u0301.md".encode()])
def test_a_strange_name_becomes_one_that_a_document_may_have(root: Path, name: bytes) -> None:
    with open(os.path.join(os.fsencode(root), name), "wb") as file:  # noqa: PTH118, PTH123 - a name of bytes
        file.write(b"content")
    source = opened(root)
    [found] = listed(source).values()
    found.path.encode()
    found.locator.encode("ascii")
    assert source.fetch(found).data == b"content"


def test_a_file_over_the_limit_is_refused_without_reading_it(root: Path) -> None:
    with (root / "sparse.md").open("wb") as file:
        file.truncate(1 << 40)
    source = opened(root)
    with pytest.raises(Unreadable, match="100,000 are the limit"):
        source.fetch(listed(source)["sparse.md"])


def test_an_edit_that_keeps_size_and_date_is_seen(root: Path) -> None:
    path = put(root, "a.md", "before")
    source = opened(root)
    before, times = listed(source)["a.md"], path.stat()
    time.sleep(0.02)
    path.write_text("after!")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert listed(source)["a.md"].fingerprint != before.fingerprint


def test_what_was_fetched_cannot_be_edited_without_a_new_fingerprint(root: Path) -> None:
    path, source = put(root, "a.md", "0000"), opened(root)
    for number in range(1, 6):
        found = listed(source)["a.md"]
        source.fetch(found)
        path.write_text(f"{number:04}")
        assert listed(source)["a.md"].fingerprint != found.fingerprint


def fetched_often(source: FolderSource, found: Listed) -> None:
    for _ in range(20):
        source.fetch(found)


def test_a_file_that_is_written_all_the_time_is_said_to_be(root: Path) -> None:
    path, stop = put(root, "log.md"), threading.Event()

    def write() -> None:
        while not stop.is_set():
            path.write_text("x" * 1000)

    writer = threading.Thread(target=write)
    source = opened(root)
    found = listed(source)["log.md"]
    writer.start()
    try:
        with pytest.raises(Unreadable, match="still being written"):
            fetched_often(source, found)
    finally:
        stop.set()
        writer.join()
    assert source.fetch(found).data == b"x" * 1000


def test_a_file_that_went_is_gone_but_a_folder_that_went_is_unreachable(root: Path) -> None:
    path, source = put(root, "a.md"), opened(root)
    found = listed(source)["a.md"]
    path.unlink()
    with pytest.raises(DocumentGone):
        source.fetch(found)
    root.rmdir()
    for act in (lambda: list(source.listing()), lambda: source.fetch(found), source.check):
        with pytest.raises(SourceUnreachable, match="mounted"):
            act()


def test_a_folder_that_is_swapped_during_the_listing_is_no_listing(root: Path) -> None:
    put(root, "a.md")
    listing = opened(root).listing()
    assert next(listing)
    root.rename(root.parent / "away")
    root.mkdir()
    with pytest.raises(SourceUnreachable):
        list(listing)


def test_a_file_in_place_of_the_folder_is_said_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(SourceUnreachable, match="is a file"):
        opened(put(tmp_path, "a.md")).check()


LISTS = """
import sys
from pathlib import Path
from tests.ingestion.sources.test_folder import opened
for item in opened(Path(sys.argv[1])).listing():
    print(type(item).__name__, item.path, getattr(item, "below", ""))
"""


def test_what_lies_below_a_folder_that_cannot_be_looked_through_is_in_doubt(root: Path) -> None:
    put(root, "a.md")
    put(root, "closed/b.md")
    (root / "closed").chmod(0)
    command = [sys.executable, "-c", LISTS, str(root)]
    if os.geteuid() == 0:  # who may pass by the rights of files, and shall not here
        setpriv = shutil.which("setpriv") or missing("the program setpriv")
        command = [setpriv, "--bounding-set=-dac_override,-dac_read_search", *command]
    try:
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    finally:
        (root / "closed").chmod(0o700)
    assert said.splitlines() == ["Listed a.md ", "Doubtful closed True"]


def test_folders_deeper_than_a_path_may_be_long_are_looked_through(root: Path) -> None:
    at = os.open(root, os.O_RDONLY)
    for _ in range(25):
        os.mkdir("d" * 200, dir_fd=at)
        inner = os.open("d" * 200, os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = inner
    os.close(at)
    assert list(opened(root).listing()) == []


class Watched:
    """A watch in a thread, and the names it called."""

    def __init__(self, folders: dict[str, Path], poll_s: float | None = None) -> None:
        self.names: list[str] = []
        self.stop = threading.Event()
        self.thread = threading.Thread(target=watch, args=(folders, self.names.append, self.stop))
        if poll_s:
            self.thread = threading.Thread(target=lambda: watch(folders, self.names.append, self.stop, poll_s=poll_s))
        self.thread.start()

    def after(self, act: Callable[[], object], name: str) -> list[str]:
        """What was called because of an act that is repeated until `name` was called."""
        end = time.monotonic() + 60
        while name not in self.names and time.monotonic() < end:
            act()
            time.sleep(0.5)
        return self.names

    def close(self) -> None:
        self.stop.set()
        self.thread.join(30)
        assert not self.thread.is_alive()


@pytest.mark.parametrize("poll_s", [None, 0.2])
def test_a_watch_names_the_folder_that_changed(root: Path, poll_s: float | None) -> None:
    put(root, "one/a.md")
    put(root, "two/b.md")
    watched = Watched({"one": root / "one", "two": root / "two"}, poll_s)
    try:
        put(root, "one/.hidden.md")
        names = watched.after(lambda: put(root, f"two/deep/{time.monotonic_ns()}.md"), "two")
        assert set(names) == {"two"}
    finally:
        watched.close()


def test_a_watch_notices_a_folder_that_comes_later(root: Path) -> None:
    put(root, "one/a.md")
    watched = Watched({"one": root / "one", "late": root / "late"})
    try:
        assert "late" in watched.after(lambda: put(root, "late/a.md"), "late")
    finally:
        watched.close()
