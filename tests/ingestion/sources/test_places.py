"""Sources read what is meant for them alone: not the server's own files, nor the system's, by whichever way."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from surefoot.ingestion.errors import PlaceRefused, SourceInvalid, Unreadable
from surefoot.ingestion.sources.declared import build, check_places, parse
from surefoot.ingestion.sources.network import Surroundings
from surefoot.ingestion.sources.places import Places
from surefoot.ingestion.sources.port import Listed, Source
from surefoot.ingestion.sources.settled import Outside, open_folder, read_settled
from tests.conftest import missing

TOKEN = "sft_of-this-machine"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "kept" / "data"
    folder.mkdir(parents=True)
    (folder / "sources").mkdir()
    (folder / "server.json").write_text(json.dumps({"token": TOKEN}))
    return folder


@pytest.fixture
def share(tmp_path: Path) -> Path:
    folder = tmp_path / "share"
    folder.mkdir()
    (folder / "a.md").write_text("# Manual")
    return folder


Opened = Callable[..., Source]


@pytest.fixture
def opened(data: Path) -> Opened:
    """Opens a source of these settings, where the server keeps `data`."""

    def made(kind: str, *, allowed: tuple[Path, ...] | None = None, secret: str = "", **settings: object) -> Source:
        places = Places((data,), lambda: allowed)
        around = Surroundings(lambda _name: secret, True, 100_000, data / "sources", "test", places=places)
        return build(parse(kind, settings), around)

    return made


def texts(source: Source) -> dict[str, str]:
    with_content = {
        item.path: source.fetch(item).data.decode() for item in source.listing() if isinstance(item, Listed)
    }
    source.close()
    return with_content


def test_the_servers_own_folders_are_read_under_no_name(
    opened: Opened, data: Path, share: Path, tmp_path: Path
) -> None:
    (tmp_path / "link").symlink_to(data)
    (share / "inner").symlink_to(data.parent)
    ways = (data, data / "sources", data.parent, tmp_path, tmp_path / "link", share / "inner", share / "inner" / "data")
    for way in ways:
        for allowed in (None, (Path("/"),), (tmp_path, data)):
            source = opened("folder", path=str(way), allowed=allowed)
            with pytest.raises(PlaceRefused, match="Surefoot"):
                source.check()
            with pytest.raises(PlaceRefused, match="Surefoot"):
                list(source.listing())
            with pytest.raises(PlaceRefused, match="Surefoot"):
                source.fetch(Listed("server.json", ""))
    assert texts(opened("folder", path=str(share))) == {"a.md": "# Manual"}


@pytest.mark.parametrize(
    "path",
    ["/etc", "/etc/ssl", "/proc/self", "/sys", "/dev", "/run", "/boot", "/", "//etc", "//", "///etc", "/srv/../etc"],
)
def test_a_folder_of_the_system_cannot_be_a_source(path: str) -> None:
    with pytest.raises(SourceInvalid):
        parse("folder", {"path": path})


def test_a_link_to_a_folder_of_the_system_is_refused_whatever_is_allowed(opened: Opened, tmp_path: Path) -> None:
    for number, system in enumerate(("/etc", "/proc/1", "/run")):
        (tmp_path / f"link{number}").symlink_to(system)
        with pytest.raises(PlaceRefused, match="operating system"):
            opened("folder", path=str(tmp_path / f"link{number}"), allowed=(Path("/"),)).check()


@pytest.mark.parametrize("place", ["/var/lib/private", "/usr/lib", "/home/ann/.ssh", "/home/ann/.config/keys"])
def test_hidden_folders_and_those_of_programs_are_read_where_the_operator_names_them_alone(place: str) -> None:
    with pytest.raises(PlaceRefused, match="SUREFOOT_SOURCE_FOLDERS"):
        Places().check(place)
    Places(allowed=lambda: (Path(place),)).check(place)


def test_only_what_lies_in_an_allowed_folder_is_read(opened: Opened, share: Path, tmp_path: Path) -> None:
    (share / "deep").mkdir()
    (tmp_path / "sharing").mkdir()
    (share / "out").symlink_to(tmp_path / "sharing")
    for within in (share, share / "deep"):
        assert opened("folder", path=str(within), allowed=(share,)).check()
    for outside in (tmp_path / "sharing", share / "out"):
        with pytest.raises(PlaceRefused, match="SUREFOOT_SOURCE_FOLDERS"):
            opened("folder", path=str(outside), allowed=(share,)).check()
    with pytest.raises(PlaceRefused):
        opened("folder", path=str(share), allowed=()).check()


def test_a_link_that_is_put_in_after_the_check_leads_nowhere(data: Path, share: Path, tmp_path: Path) -> None:
    places, moved = Places((data,)), tmp_path / "moved"

    def check_and_swap(real: Path) -> None:
        places.check(real)
        share.rename(moved)
        share.symlink_to(data)

    with pytest.raises(NotADirectoryError), open_folder(share, check_and_swap) as folder:
        read_settled(folder, "server.json", 1000)


def test_a_folder_that_is_swapped_while_it_is_open_is_read_to_its_end(data: Path, share: Path, tmp_path: Path) -> None:
    with open_folder(share, Places((data,)).check) as folder:
        share.rename(tmp_path / "moved")
        share.symlink_to(data)
        with pytest.raises(Outside):
            read_settled(folder, "server.json", 1000)


def test_a_second_name_of_an_own_file_is_not_read(opened: Opened, data: Path, share: Path) -> None:
    (share / "b.json").hardlink_to(data / "server.json")
    (share / "twice.md").hardlink_to(share / "a.md")
    source = opened("folder", path=str(share))
    there = {item.path: item for item in source.listing() if isinstance(item, Listed)}
    assert source.fetch(there["twice.md"]).data == b"# Manual", "files with two names of their own are read"
    with pytest.raises(Unreadable, match="hard link"):
        source.fetch(there["b.json"])


def git(folder: Path, *arguments: str) -> None:
    program = shutil.which("git") or missing("the program git")
    who = ("-c", "user.name=t", "-c", "user.email=t@example.org")
    subprocess.run([program, *who, *arguments], cwd=folder, check=True, capture_output=True)


def test_a_repository_leads_git_to_nothing_of_the_servers(
    opened: Opened, data: Path, share: Path, tmp_path: Path
) -> None:
    inner, plain = data / "sources" / "copy", tmp_path / "plain"
    for folder in (inner, plain):
        folder.mkdir()
        git(folder, "init", "-q")
        (folder / "note.md").write_text("# Note")
        git(folder, "add", ".")
        git(folder, "commit", "-qm", "one")
    pointed, linked, borrowed = tmp_path / "pointed", tmp_path / "linked", tmp_path / "borrowed"
    pointed.mkdir()
    (pointed / ".git").write_text(f"gitdir: {inner}/.git\n")
    linked.mkdir()
    (linked / ".git").symlink_to(inner / ".git")
    shutil.copytree(plain, borrowed)
    (borrowed / ".git" / "objects" / "info" / "alternates").write_text(f"{inner}/.git/objects\n")
    (tmp_path / "whole").symlink_to(inner)
    for way in (inner, pointed, linked, borrowed, tmp_path / "whole"):
        with pytest.raises(PlaceRefused, match="Surefoot"):
            opened("git", url=f"file://{way}").check()
    with pytest.raises(PlaceRefused, match="SUREFOOT_SOURCE_FOLDERS"):
        opened("git", url=str(plain), allowed=(share,)).check()
    assert texts(opened("git", url=str(plain))) == {"note.md": "# Note"}


def test_a_database_of_the_servers_is_no_source(opened: Opened, data: Path, tmp_path: Path) -> None:
    (tmp_path / "other.db").symlink_to(data / "surefoot.db")
    query = {"url_secret": "SUREFOOT_SECRET_DB", "statement": "SELECT 1 AS x", "key": ["x"]}
    for path in (data / "surefoot.db", tmp_path / "other.db"):
        with pytest.raises(PlaceRefused, match="Surefoot"):
            opened("query", secret=f"sqlite:///{path}", **query).check()


JSON, OBSIDIAN = "llama_index.readers.json.JSONReader", "llama_index.readers.obsidian.ObsidianReader"


def test_a_reader_of_the_hub_opens_what_sources_may_read(
    opened: Opened, data: Path, share: Path, tmp_path: Path
) -> None:
    (share / "plan.json").write_text('{"plan": "Small"}')
    (share / "link.json").symlink_to(data / "server.json")
    init = {"levels_back": 0}
    (text,) = texts(opened("hub", reader=JSON, init=init, load={"input_file": str(share / "plan.json")})).values()
    assert "Small" in text
    for file in (data / "server.json", share / "link.json", Path("/etc/passwd"), Path("/proc/self/environ")):
        with pytest.raises(PlaceRefused):
            texts(opened("hub", reader=JSON, init=init, load={"input_file": str(file)}))
    (share / "link.md").symlink_to(data / "server.json")
    assert TOKEN not in str(texts(opened("hub", reader=OBSIDIAN, init={"input_dir": str(share)})))
    climbing = "../" * 30 + str(data / "server.json").lstrip("/")
    with pytest.raises(PlaceRefused, match="Surefoot"):
        texts(opened("hub", reader=JSON, init=init, load={"input_file": climbing}))
    outside = {"input_file": str(share / "plan.json")}
    with pytest.raises(PlaceRefused, match="SUREFOOT_SOURCE_FOLDERS"):
        texts(opened("hub", reader=JSON, init=init, load=outside, allowed=(tmp_path / "elsewhere",)))


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("folder", {"path": "{data}"}),
        ("git", {"url": "file://{data}"}),
        ("hub", {"reader": JSON, "load": {"input_file": "{data}/server.json"}}),
        ("hub", {"reader": JSON, "load": {"input_file": "file://{data}/server.json"}}),
    ],
)
def test_settings_that_name_such_a_place_are_not_even_saved(kind: str, settings: dict[str, object], data: Path) -> None:
    named = json.loads(json.dumps(settings).replace("{data}", str(data)))
    with pytest.raises(PlaceRefused, match="Surefoot"):
        check_places(parse(kind, named), Places((data,)))
