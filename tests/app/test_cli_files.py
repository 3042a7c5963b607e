"""Which files `surefoot ingest` means."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import pytest

from surefoot.app.cli.files import BATCH_BYTES, BATCH_FILES, FoundFile, LeadsOut, batches, find_files
from surefoot.app.client.errors import UsageMistake


def _names(*paths: Path) -> list[str]:
    return [file.name for file in find_files(paths)]


def _folder(top: Path, *names: str) -> Path:
    for name in names:
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return top


def test_a_file_of_a_folder_is_known_by_the_folders_name_and_its_path_in_it(tmp_path: Path) -> None:
    folder = _folder(tmp_path / "docs", "b.md", "a/deep/c.md", "a/a.md")
    assert _names(folder) == ["docs/b.md", "docs/a/a.md", "docs/a/deep/c.md"]


def test_a_folder_is_known_by_the_same_name_however_it_is_written(tmp_path: Path) -> None:
    folder = _folder(tmp_path / "docs", "a.md")
    with contextlib.chdir(folder):
        assert _names(Path()) == _names(folder) == _names(Path("../docs/")) == ["docs/a.md"]


def test_hidden_files_and_folders_are_left_out_unless_they_are_named(tmp_path: Path) -> None:
    folder = _folder(tmp_path / "docs", "a.md", ".b.md", ".git/c.md")
    assert _names(folder) == ["docs/a.md"]
    assert _names(folder / ".b.md") == [".b.md"]


def test_a_file_that_is_given_twice_counts_once(tmp_path: Path) -> None:
    folder = _folder(tmp_path / "docs", "a.md")
    assert _names(folder, folder) == ["docs/a.md"]
    assert _names(folder / "a.md", folder / "a.md") == ["a.md"]


def test_two_files_that_would_replace_each_other_are_refused(tmp_path: Path) -> None:
    one, other = _folder(tmp_path / "one", "a.md"), _folder(tmp_path / "other", "a.md")
    with pytest.raises(UsageMistake, match=r"both be known as 'a\.md'"):
        find_files([one / "a.md", other / "a.md"])


def test_an_empty_folder_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(UsageMistake, match="no file"):
        find_files([tmp_path])


def test_a_path_that_does_not_exist_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(UsageMistake, match="No such file"):
        find_files([tmp_path / "nowhere"])


def test_a_pipe_is_never_read(tmp_path: Path) -> None:
    folder = _folder(tmp_path / "docs", "a.md")
    os.mkfifo(folder / "pipe.md")
    assert _names(folder) == ["docs/a.md"]
    with pytest.raises(UsageMistake, match="neither a file nor a folder"):
        find_files([folder / "pipe.md"])


def test_links_in_circles_end(tmp_path: Path) -> None:
    folder = _folder(tmp_path / "docs", "a.md")
    (folder / "again").symlink_to(folder)
    (folder / "dead.md").symlink_to(folder / "nowhere")
    assert _names(folder) == ["docs/a.md"]


def test_a_link_to_a_file_outside_the_folder_is_refused_and_one_within_is_read(tmp_path: Path) -> None:
    folder = _folder(tmp_path / "docs", "a.md")
    _folder(tmp_path, "secret.md")
    (folder / "within.md").symlink_to(folder / "a.md")
    (folder / "out.md").symlink_to(tmp_path / "secret.md")
    found = {file.name: file for file in find_files([folder])}
    assert {name for name, file in found.items() if file.refused} == {"docs/out.md"}
    with found["docs/within.md"].open() as file:
        assert file.read() == b"a.md"
    with pytest.raises(LeadsOut):
        found["docs/out.md"].open()
    (named,) = find_files([folder / "out.md"])
    with named.open() as file:
        assert file.read() == b"secret.md", "who names a link means what it leads to"


def test_a_link_that_is_turned_after_it_was_seen_is_not_followed(tmp_path: Path) -> None:
    folder = _folder(tmp_path / "docs", "a.md", "deep/b.md")
    _folder(tmp_path / "secrets", "b.md")
    found = {file.name: file for file in find_files([folder])}
    (folder / "a.md").unlink()
    (folder / "a.md").symlink_to(tmp_path / "secrets" / "b.md")
    (folder / "deep").rename(tmp_path / "moved")
    (folder / "deep").symlink_to(tmp_path / "secrets")
    for file in found.values():
        with pytest.raises(LeadsOut):
            file.open()


def test_a_name_that_is_no_text_is_made_one(tmp_path: Path) -> None:
    folder = _folder(tmp_path / "docs", "a.md")
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff.md")).write_text("x")
    assert sorted(_names(folder)) == ["docs/?.md", "docs/a.md"]


def test_batches_hold_every_file_in_order_and_stay_within_their_bounds() -> None:
    sizes = [1] * 20 + [BATCH_BYTES - 1, 2, 5 * BATCH_BYTES, 0]
    files = [FoundFile(str(n), Path(str(n)), size) for n, size in enumerate(sizes)]
    made = list(batches(files))
    assert [file for batch in made for file in batch] == files
    assert all(len(batch) <= BATCH_FILES for batch in made)
    assert all(len(batch) == 1 or sum(file.size for file in batch) <= BATCH_BYTES for batch in made)
