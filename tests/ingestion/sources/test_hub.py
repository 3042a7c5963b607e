"""LlamaHub readers by declaration: two that no code knows, and what goes wrong with readers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from surefoot.ingestion.errors import DocumentGone, SourceInvalid, SourceUnreachable, Unreadable
from surefoot.ingestion.sources.declared import build, declared_sources
from surefoot.ingestion.sources.hub import HubSettings, HubSource
from surefoot.ingestion.sources.hub_naming import name_of
from surefoot.ingestion.sources.hub_process import HubDocument
from surefoot.ingestion.sources.network import Surroundings
from surefoot.ingestion.sources.port import Listed, Source

JSON, OBSIDIAN = "llama_index.readers.json.JSONReader", "llama_index.readers.obsidian.ObsidianReader"


def around(tmp_path: Path, *, allow_private: bool = True, largest: int = 100_000) -> Surroundings:
    (tmp_path / "scratch").mkdir(exist_ok=True)
    values = {"SUREFOOT_SECRET_FILE": str(tmp_path / "plans.json"), "SUREFOOT_SECRET_LEVELS": "not-a-number-s3cret"}
    return Surroundings(values.__getitem__, allow_private, largest, tmp_path / "scratch", "test")


def opened(tmp_path: Path, reader: str, *, limit: int = 100_000, private: bool = True, **settings: Any) -> HubSource:
    surroundings = around(tmp_path, allow_private=private, largest=limit)
    return HubSource(HubSettings.model_validate({"reader": reader, **settings}), surroundings)


def listed(source: Source) -> dict[str, Listed]:
    return {item.path: item for item in source.listing() if isinstance(item, Listed)}


@pytest.fixture
def plans(tmp_path: Path) -> Path:
    path = tmp_path / "plans.json"
    path.write_text(json.dumps({"plan": "Small", "price": 9}))
    return path


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    folder = tmp_path / "vault"
    (folder / "cars").mkdir(parents=True)
    (folder / "Home.md").write_text("# Home\nSee [[Brakes]] and [[Tyres]] and [[Oil]].\n\n# More\nText.")
    (folder / "cars" / "Brakes.md").write_text("# Brakes\nPads: 3.2 mm")
    return folder


def test_two_readers_work_by_yaml_alone(plans: Path, vault: Path, tmp_path: Path) -> None:
    declaration = yaml.safe_load(f"""
    - name: Plans
      kind: hub
      reader: {JSON}
      init: {{levels_back: 0}}
      load: {{input_file: "${{SUREFOOT_SECRET_FILE}}"}}
    - name: Notes
      kind: hub
      reader: {OBSIDIAN}
      init: {{input_dir: {vault}}}
    """)
    found: dict[str, str] = {}
    for declared in declared_sources(declaration):
        source = build(declared.settings, around(tmp_path))
        assert "takes these arguments" in source.check()
        found |= {path: source.fetch(item).data.decode() for path, item in listed(source).items()}
        source.close()
    assert {"Home.md", "cars/Brakes.md"} < set(found)
    assert "Pads: 3.2 mm" in found["cars/Brakes.md"]
    assert "See [[Brakes]]" in found["Home.md"]
    assert "More" in found["Home.md"]
    [plan] = [text for path, text in found.items() if path not in ("Home.md", "cars/Brakes.md")]
    assert "plan Small" in plan
    assert list((tmp_path / "scratch").iterdir()) == []


def test_only_what_changed_has_a_new_fingerprint_and_what_went_is_gone(vault: Path, tmp_path: Path) -> None:
    (vault / "Away.md").write_text("# Away")
    before = listed(opened(tmp_path, OBSIDIAN, init={"input_dir": str(vault)}))
    (vault / "cars" / "Brakes.md").write_text("# Brakes\nPads: 2.9 mm")
    (vault / "Oil.md").write_text("# Oil")
    (vault / "Away.md").unlink()
    source = opened(tmp_path, OBSIDIAN, init={"input_dir": str(vault)})
    fetched = source.fetch(before["cars/Brakes.md"])  # without a listing of its own
    assert b"2.9 mm" in fetched.data
    assert (fetched.properties["note_name"], fetched.properties["folder_name"]) == ("Brakes", "cars")
    with pytest.raises(DocumentGone):
        source.fetch(before["Away.md"])
    after = listed(source)
    assert {path for path in after if after[path] != before.get(path)} == {"Oil.md", "cars/Brakes.md"}
    source.close()


def test_documents_that_say_nothing_of_themselves_keep_their_names(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"a": 1}\n{"a": 2}\n')
    settings: dict[str, Any] = {"init": {"is_jsonl": True}, "load": {"input_file": str(path)}, "text_format": "text"}
    before = listed(opened(tmp_path, JSON, **settings))
    path.write_text('{"a": 0}\n{"a": 1}\n{"a": 2}\n')
    after = listed(opened(tmp_path, JSON, **settings))
    assert len(before) == 2
    assert before.items() < after.items()
    assert all(name.endswith(".txt") for name in after)


def test_a_text_path_becomes_a_path_where_the_reader_wants_one(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# Title\nText")
    source = opened(tmp_path, "llama_index.readers.file.MarkdownReader", load={"file": str(tmp_path / "a.md")})
    assert len(listed(source)) >= 1
    source.close()


def test_a_missing_package_is_named_with_its_remedy(tmp_path: Path) -> None:
    for package, remedy in (("", "llama-index-readers-no-such-wiki"), ("our-own-reader", "our-own-reader")):
        source = opened(tmp_path, "llama_index.readers.no_such_wiki.WikiReader", package=package)
        with pytest.raises(SourceInvalid, match=f"pip install {remedy}`"):
            source.check()


@pytest.mark.parametrize(
    ("reader", "words"),
    [
        ("llama_index.readers.json.NoReader", "has no class NoReader"),
        ("llama_index.readers.json.base.BaseReader", "is no reader"),
    ],
)
def test_a_class_that_is_no_reader_is_said_to_be_none(tmp_path: Path, reader: str, words: str) -> None:
    with pytest.raises(SourceInvalid, match=words):
        opened(tmp_path, reader).check()


@pytest.mark.parametrize(
    "reader", ["os.system", "subprocess.Popen", "llama_index.core.Reader", "llama_index.readers.x"]
)
def test_a_class_outside_llamahub_is_refused_at_once(reader: str) -> None:
    with pytest.raises(ValidationError):
        HubSettings(reader=reader)


def test_arguments_that_the_reader_does_not_take_are_said(plans: Path, tmp_path: Path) -> None:
    with pytest.raises(SourceInvalid, match=r"under 'init' do not fit the reader: .*levels_bakc"):
        opened(tmp_path, JSON, init={"levels_bakc": 0}, load={"input_file": str(plans)}).check()
    with pytest.raises(SourceInvalid, match=r"under 'load' do not fit the reader: .*input_file"):
        listed(opened(tmp_path, JSON))


def test_only_secrets_of_sources_are_put_into_arguments(plans: Path) -> None:
    with pytest.raises(ValidationError, match="SUREFOOT_SECRET_"):
        HubSettings(reader=JSON, load={"input_file": ["${HOME}"]})


def test_a_reader_that_fails_says_why_without_its_secrets(plans: Path, tmp_path: Path) -> None:
    source = opened(tmp_path, JSON, load={"input_file": "/nowhere/${SUREFOOT_SECRET_LEVELS}.json"})
    with pytest.raises(SourceUnreachable, match="FileNotFoundError") as caught:
        listed(source)
    assert "s3cret" not in str(caught.value)
    assert "***" in str(caught.value)


def test_too_many_documents_and_too_long_ones_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps({"a": "x" * size}) + "\n" for size in (10, 2_000)))
    settings: dict[str, Any] = {"init": {"is_jsonl": True}, "load": {"input_file": str(path)}}
    with pytest.raises(SourceInvalid, match="more than 1 documents"):
        listed(opened(tmp_path, JSON, documents=1, **settings))
    source = opened(tmp_path, JSON, limit=1_000, **settings)
    small, large = listed(source).values()
    assert source.fetch(small).data
    with pytest.raises(Unreadable, match="1,000"):
        source.fetch(large)
    source.close()


def test_a_reader_that_hangs_is_ended_with_the_time_limit(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    with pytest.raises(SourceUnreachable, match="took longer than 4 seconds"):
        listed(opened(tmp_path, JSON, load={"input_file": str(tmp_path / "pipe.json")}, seconds=4))


def test_a_reader_that_kills_itself_is_an_error_and_no_end(tmp_path: Path) -> None:
    path = tmp_path / "deep.json"
    path.write_text("[" * 100_000)
    with pytest.raises(SourceUnreachable, match="failed"):
        listed(opened(tmp_path, JSON, load={"input_file": str(path)}))


def test_what_is_read_beside_the_protocol_does_not_break_it(vault: Path, tmp_path: Path) -> None:
    (vault / "bad.md").write_bytes(b"\xff\xfe\x00bad")  # the reader prints a complaint on stdout and goes on
    (vault / "linked.md").write_text("x")
    (vault / "other.md").hardlink_to(vault / "linked.md")  # here too
    assert {"Home.md", "cars/Brakes.md"} <= set(listed(opened(tmp_path, OBSIDIAN, init={"input_dir": str(vault)})))


def test_what_runs_in_the_process_may_not_reach_into_this_network(free_port: int) -> None:
    code = f"""
import socket, sys
from surefoot.ingestion.sources import hub_child
sys.addaudithook(hub_child._guard)
for host in ("127.0.0.1", "localhost", "::1", "169.254.169.254", "10.0.0.1"):
    try:
        socket.create_connection((host, {free_port}), 1)
    except Exception as error:
        print(type(error).__name__)
try:
    socket.socket(socket.AF_UNIX).connect("/run/some.sock")
except Exception as error:
    print(type(error).__name__)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == ["AddressRefused"] * 6


def test_the_process_ends_with_its_parent(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-I", "-m", "surefoot.ingestion.sources.hub_child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    os.mkfifo(tmp_path / "pipe.json")
    limits = {"check": False, "allow_private": True, "documents": 1, "bytes": 1, "largest": 1}
    request = {"reader": JSON, "init": {}, "load": {"input_file": str(tmp_path / "pipe.json")}, **limits}
    assert process.stdin is not None
    process.stdin.write(json.dumps(request).encode() + b"\n")
    process.stdin.flush()
    threading.Timer(2, process.stdin.close).start()
    began = time.monotonic()
    assert process.wait(60) != 0
    assert time.monotonic() - began < 60


@pytest.mark.parametrize(
    ("metadata", "name"),
    [
        ({"file_path": "/srv/in/a/b.pdf"}, "a/b.pdf"),
        ({"file_path": "/srv/in"}, "in"),
        ({"file_path": "../../etc/passwd"}, "%2E%2E/%2E%2E/etc/passwd"),
        ({"file_name": "b.md", "folder_name": "."}, "b.md"),
        ({"url": "https://user:pw@wiki.example.com/a/b?x=1#c"}, "wiki.example.com/a/b?x=1"),
        ({"source": "no address"}, "doc-1"),
        ({"file_name": "a\nb\\c:d"}, "a%0Ab%5Cc%3Ad"),
    ],
)
def test_names_come_from_what_readers_say(metadata: dict[str, str], name: str) -> None:
    assert name_of(HubDocument("doc-1", "text", 4, metadata), ["/srv/in"], "") == name


def test_a_name_from_a_field_that_is_missing_is_said(vault: Path, tmp_path: Path) -> None:
    assert name_of(HubDocument("", "", 0, {"note_name": "Home"}), [], "note_name") == "Home"
    with pytest.raises(SourceInvalid, match=r"no metadata 'titel'. It has: .*note_name"):
        listed(opened(tmp_path, OBSIDIAN, init={"input_dir": str(vault)}, name_field="titel"))
