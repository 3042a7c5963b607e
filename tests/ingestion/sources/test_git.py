"""A Git repository as a source, on disk, from git's daemon and over HTTP, all on loopback."""

from __future__ import annotations

import os
import shutil
import socket
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from surefoot.ingestion.errors import AddressRefused, DocumentGone, SourceInvalid, SourceUnreachable, Unreadable
from surefoot.ingestion.sources.git import GitSettings, GitSource
from surefoot.ingestion.sources.git_address import git_address
from surefoot.ingestion.sources.network import Surroundings
from surefoot.ingestion.sources.port import Listed
from tests.conftest import missing
from tests.ingestion.sources.git_server import Repository, daemon, over_http

LARGEST = 100_000


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    if not shutil.which("git"):
        missing("the program git")
    (tmp_path / "git").mkdir()
    made = Repository(tmp_path / "git")
    made.put("readme.md", "# Garage")
    made.put("docs/brakes.md", "Pads: 3.2 mm")
    made.put(".github/hidden.md", "hidden")
    made.push(tag="v1")
    return made


def opened(tmp_path: Path, url: str | Path, *, allow_private: bool = True, **settings: object) -> GitSource:
    (tmp_path / "scratch").mkdir(exist_ok=True)
    around = Surroundings(
        {"SUREFOOT_SECRET_T": "s3cret"}.__getitem__, allow_private, LARGEST, tmp_path / "scratch", "t"
    )
    return GitSource(GitSettings.model_validate({"url": str(url), **settings}), around)


def listed(source: GitSource) -> dict[str, Listed]:
    return {item.path: item for item in source.listing() if isinstance(item, Listed)}


def texts(source: GitSource) -> dict[str, str]:
    try:
        return {path: source.fetch(item).data.decode() for path, item in listed(source).items()}
    finally:
        source.close()


BOTH = {"readme.md": "# Garage", "docs/brakes.md": "Pads: 3.2 mm"}


def test_a_repository_on_disk_is_read_without_hidden_files(repository: Repository, tmp_path: Path) -> None:
    source = opened(tmp_path, repository.bare)
    assert texts(source) == BOTH
    item = listed(source)["docs/brakes.md"]
    assert item.size == 12
    assert item.modified == datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
    assert "default branch" in source.check()
    source.close()


def test_a_repository_is_read_from_gits_daemon(repository: Repository, tmp_path: Path, free_port: int) -> None:
    with daemon(repository.bare.parent, free_port) as address:
        assert texts(opened(tmp_path, f"{address}/origin.git")) == BOTH
        with pytest.raises(SourceUnreachable, match="no such repository"):
            opened(tmp_path, f"{address}/other.git").check()


def test_a_repository_is_read_over_http_with_a_token(repository: Repository, tmp_path: Path) -> None:
    with over_http(repository.bare.parent, token="s3cret") as address:
        url = f"{address}/origin.git"
        assert texts(opened(tmp_path, url, token_secret="SUREFOOT_SECRET_T")) == BOTH
        with pytest.raises(SourceUnreachable, match="gives no access"):
            opened(tmp_path, url).check()
    for path in (tmp_path / "scratch").rglob("*"):
        assert not path.is_file() or b"s3cret" not in path.read_bytes()


def test_a_redirect_is_not_followed(repository: Repository, tmp_path: Path) -> None:
    folder = repository.bare.parent
    with (
        over_http(folder) as good,
        over_http(folder, moved_to=good) as moved,
        pytest.raises(SourceUnreachable, match="moved"),
    ):
        opened(tmp_path, f"{moved}/origin.git").check()


def test_branch_tag_folder_and_patterns_choose_files(repository: Repository, tmp_path: Path) -> None:
    repository.put("docs/next/new.md", "next")
    repository.put("docs/next/new.txt", "text")
    repository.push(branch="feature/next")
    chosen: dict[str, Any] = {"folder": "docs", "include": ["*.md"], "exclude": ["brakes*"]}
    assert texts(opened(tmp_path, repository.bare, branch="feature/next", **chosen)) == {"next/new.md": "next"}
    assert texts(opened(tmp_path, repository.bare, branch="v1")) == BOTH


def test_a_name_that_is_not_there_is_said_to_be_missing(repository: Repository, tmp_path: Path) -> None:
    with pytest.raises(SourceInvalid, match="no branch and no tag 'mian'"):
        opened(tmp_path, repository.bare, branch="mian").check()
    with pytest.raises(SourceInvalid, match="no folder 'dosc'"):
        listed(opened(tmp_path, repository.bare, folder="dosc"))


def test_an_empty_repository_is_no_empty_listing(tmp_path: Path) -> None:
    (tmp_path / "git").mkdir()
    with pytest.raises(SourceUnreachable, match="empty"):
        listed(opened(tmp_path, Repository(tmp_path / "git").bare))


def test_only_what_changed_has_a_new_fingerprint(repository: Repository, tmp_path: Path) -> None:
    source = opened(tmp_path, repository.bare)
    before = listed(source)
    repository.put("docs/brakes.md", "Pads: 2.9 mm")
    repository.remove("readme.md")
    repository.put("new.md", "new")
    repository.push()
    after = listed(source)
    assert set(after) == {"docs/brakes.md", "new.md"}
    assert after["docs/brakes.md"].fingerprint != before["docs/brakes.md"].fingerprint
    assert source.fetch(after["docs/brakes.md"]).data == b"Pads: 2.9 mm"
    source.close()


def test_a_listed_file_is_fetched_by_a_source_that_starts_afresh(repository: Repository, tmp_path: Path) -> None:
    found = listed(opened(tmp_path, repository.bare))
    repository.put("docs/brakes.md", "new")
    repository.remove("readme.md")
    repository.push()
    shutil.rmtree(tmp_path / "scratch")
    source = opened(tmp_path, repository.bare)
    assert source.fetch(found["docs/brakes.md"]).data == b"new"
    with pytest.raises(DocumentGone):
        source.fetch(found["readme.md"])
    source.close()


@pytest.mark.parametrize("filters", ["true", "false"])
def test_a_file_over_the_limit_is_listed_and_refused(repository: Repository, tmp_path: Path, filters: str) -> None:
    repository.put("big.md", os.urandom(LARGEST + 1))
    repository.put("fits.md", b"x" * LARGEST)
    repository.push()
    (repository.bare / "config").write_text((repository.bare / "config").read_text().replace("= true", f"= {filters}"))
    source = opened(tmp_path, repository.bare)
    found = listed(source)
    assert len(source.fetch(found["fits.md"]).data) == LARGEST
    with pytest.raises(Unreadable, match="100,000"):
        source.fetch(found["big.md"])
    source.close()


def test_links_and_submodules_are_left_out(repository: Repository, tmp_path: Path) -> None:
    repository.link("passwd.md", "/etc/passwd")
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},sub")
    repository.push()
    assert texts(opened(tmp_path, repository.bare)) == BOTH


def test_what_lies_in_git_lfs_is_refused_with_the_reason(repository: Repository, tmp_path: Path) -> None:
    repository.put("video.md", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n")
    repository.push()
    source = opened(tmp_path, repository.bare)
    with pytest.raises(Unreadable, match="Git LFS"):
        source.fetch(listed(source)["video.md"])
    source.close()


def test_strange_names_become_names_that_documents_may_have(repository: Repository, tmp_path: Path) -> None:
    repository.put("a\nb\tc.md", "newline")
    repository.put(os.fsdecode(b"bad\xff.md"), "bytes")
    repository.push()
    assert set(texts(opened(tmp_path, repository.bare)).values()) == {*BOTH.values(), "newline", "bytes"}


def test_a_damaged_copy_is_made_anew(repository: Repository, tmp_path: Path) -> None:
    listed(opened(tmp_path, repository.bare))
    for pack in (tmp_path / "scratch").rglob("objects/*/*"):
        pack.unlink()
    with pytest.raises(SourceUnreachable, match="Run again"):
        listed(opened(tmp_path, repository.bare))
    assert texts(opened(tmp_path, repository.bare)) == BOTH


def test_a_lock_that_a_killed_process_left_stops_nobody(repository: Repository, tmp_path: Path) -> None:
    listed(opened(tmp_path, repository.bare))
    for copy in (tmp_path / "scratch").glob("*/copy.git"):
        (copy / "shallow.lock").touch()
        (copy / "refs/surefoot/head.lock").touch()
    repository.put("readme.md", "new")
    repository.push()
    assert texts(opened(tmp_path, repository.bare))["readme.md"] == "new"


def test_many_may_read_one_repository_at_once(repository: Repository, tmp_path: Path) -> None:
    found: list[dict[str, str]] = []
    threads = [
        threading.Thread(target=lambda: found.append(texts(opened(tmp_path, repository.bare)))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [BOTH] * 4


def test_a_server_that_never_answers_ends_in_time(tmp_path: Path, free_port: int) -> None:
    from surefoot.ingestion.sources.git_command import Git

    (tmp_path / "home").mkdir()
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", free_port))
        silent.listen()
        with pytest.raises(SourceUnreachable, match="took longer"):
            Git(tmp_path / "home", "git").run(["ls-remote", "--", f"git://127.0.0.1:{free_port}/x"], 1.0)


@pytest.mark.parametrize("url", ["git://127.0.0.1/x.git", "http://[::1]/x.git", "ssh://git@localhost/x", "/srv/x.git"])
def test_this_machine_is_refused_unless_a_setting_allows_it(tmp_path: Path, url: str) -> None:
    with pytest.raises(AddressRefused, match="SUREFOOT_ALLOW_PRIVATE_SOURCES"):
        opened(tmp_path, url, allow_private=False).check()


def test_a_closed_ssh_port_is_said_and_the_key_is_removed(tmp_path: Path, free_port: int) -> None:
    if not shutil.which("ssh"):
        missing("the program ssh")
    url = f"ssh://git@127.0.0.1:{free_port}/x.git"
    source = opened(tmp_path, url, ssh_key_secret="SUREFOOT_SECRET_T")
    with pytest.raises(SourceUnreachable, match="does not answer"):
        source.check()
    source.close()
    assert list((tmp_path / "scratch").rglob("key-*")) == []


def test_a_token_is_not_sent_in_clear_text(tmp_path: Path) -> None:
    with pytest.raises(SourceInvalid, match="https"):
        opened(tmp_path, "http://git.example.com/x", allow_private=False, token_secret="SUREFOOT_SECRET_T")


@pytest.mark.parametrize(
    "url",
    [
        *("", "-u./x", "--upload-pack=touch x", "ext::sh -c date", "ext::sh%20-c", "fd::17", "ftp://a.example/x"),
        *("https://user:pw@a.example/x", "https://token@a.example/x", "ssh://-oProxyCommand=x/y", "docs.git", "../x"),
        *("https:///x", "https://a.example:99999/x", "https://a.example/x#y", "https://a.example/\nx", "ssh://a:b@c/x"),
        *("file://host/x", "file:///", "ssh://-x@a.example/y", "-x@a.example:y"),
    ],
)
def test_an_address_that_git_must_not_be_given_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        git_address(url)


@pytest.mark.parametrize("branch", ["-x", "a..b", "a b", "a:b", "x@{1}", "refs/", "a\nb", "^x"])
def test_a_branch_that_git_must_not_be_given_is_refused(branch: str) -> None:
    with pytest.raises(ValidationError):
        GitSettings(url="https://a.example/x", branch=branch)


def test_the_short_spelling_of_code_hosts_is_taken() -> None:
    address = git_address("git@git.example.com:team/docs.git")
    assert (address.url, address.host, address.port) == (
        "ssh://git@git.example.com/team/docs.git",
        "git.example.com",
        22,
    )
