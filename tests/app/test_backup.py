"""A backup that is made while everything is used is whole or not there, and a folder made of it is what it was."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import zipfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from surefoot.app.address import take_folder
from surefoot.app.api.application import create_api, guarded
from surefoot.app.audit.reading import Wanted
from surefoot.app.backup.contents import MANIFEST, verified
from surefoot.app.backup.making import Backups
from surefoot.app.backup.restoring import erased_since, restore
from surefoot.app.errors import BackupRefused, BackupUnreadable, DataFolderBusy
from surefoot.app.parts import App
from surefoot.app.settings import Settings
from surefoot.app.wiring import build, build_backup_places
from surefoot.core.journal import ActKind
from surefoot.ingestion.catalogue import Entry, Status
from surefoot.retrieval.records.fleet import FleetReader
from tests.app.command import SUREFOOT
from tests.app.running import environment, listening, until
from tests.app.test_accounts import GOOD
from tests.app.test_erasure import ask, feed

QUESTION = "When are the pads of the van replaced?"
LARGE = 150
"""Megabytes of a file that takes long enough to be killed in the middle of it."""


def nothing(_stage: str, _done: int, _total: int) -> None:
    """Progress that nobody looks at."""


def backed_up(app: App, path: Path) -> Path:
    *_, last = app.backups.make(path)
    assert last.manifest is not None
    return path


def sample(vehicle: str, ago: float) -> dict[str, Any]:
    return {"vehicle": vehicle, "time": (datetime.now(UTC) - timedelta(seconds=ago)).isoformat(), "speed_kmh": 50.0}


def contents(folder: Path) -> dict[str, str]:
    """The hash of every file below a folder, but for locks."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".lock" and not path.name.startswith("restor")
    }


def ready(app: App) -> list[Entry]:
    return [entry for entry in app.library.catalogue.list("garage") if entry.status is Status.READY]


@contextmanager
def running(data: Path, weights: Path, shipped: Path) -> Generator[App]:
    """All parts over a data folder, with live data."""
    app = build(Settings(data=data, weights=weights, model="none", simulator="off"), shipped)
    app.start()
    try:
        until(lambda: not app.library.loader.reasons())
        yield app
    finally:
        assert app.stop(60)


@pytest.fixture
def url(app: App, api: FastAPI) -> Iterator[str]:
    app.telemetry.start()
    with listening(guarded(api, app)) as url:
        yield url


def test_a_folder_made_of_a_backup_that_was_made_under_load_is_whole_and_answers(
    app: App, url: str, tmp_path: Path, weights: Path, shipped: Path
) -> None:
    stop, before = threading.Event(), httpx.Client(base_url=url, timeout=120)
    answer = ask(before, "garage", QUESTION)
    kept = before.post("/telemetry/samples", json=[sample("V-1", 9), sample("V-1", 5)]).json()
    assert kept["kept"] == 2

    def load() -> None:
        with httpx.Client(base_url=url, timeout=120) as client:
            for n in range(10_000):
                if stop.is_set():
                    return
                feed(client, "garage", f"memo-{n}.md", f"# Memo {n}\n\nThe memo {n} is kept for {n + 3} months.\n")
                client.post("/telemetry/samples", json=[sample("V-2", 1)])

    thread = threading.Thread(target=load)
    thread.start()
    try:
        until(lambda: len(ready(app)) >= 4)
        path = backed_up(app, tmp_path / "backup.zip")
    finally:
        stop.set()
        thread.join()
    assert path.stat().st_mode & 0o777 == 0o600
    assert list((app.settings.data / "scratch").glob("backup-*")) == []
    manifest = verified(path, nothing)
    assert manifest.counts.documents >= 4

    new = tmp_path / "new"
    restore(path, new, nothing)
    with running(new, weights, shipped) as restored:
        until(lambda: restored.library.catalogue.unfinished() == [])
        assert len(ready(restored)) >= 4
        for entry in ready(restored):
            assert len(restored.library.index.chunks(entry.id)) == entry.chunks > 0
            assert restored.library.blobs.get(entry.content_hash)
        assert restored.trail.verify().whole
        (told, *_) = restored.trail.list(Wanted(kind=ActKind.BACKUP_RESTORED.value), None, 10)
        assert told.link.facts["made_at"] == manifest.made_at
        assert FleetReader(restored.telemetry.store, frozenset({"everyone"})).knows("V-1")
        assert len(restored.telemetry.store.samples_since({"V-1": 0})) == 2
        with listening(guarded(create_api(restored), restored)) as address:
            client = httpx.Client(base_url=address, timeout=120)
            assert client.get(f"/answers/{answer['id']}").json()["answer"] == answer["answer"]
            assert "3.2 mm" in ask(client, "garage", QUESTION)["answer"]
    assert not (new / "restored.json").exists()


def test_sessions_of_before_are_over_in_a_restored_folder(
    app: App, tmp_path: Path, weights: Path, shipped: Path
) -> None:
    people = app.accounts.people
    people.accept(people.first_invitation(), "Ada", GOOD)
    token = app.accounts.sessions.begin("local")
    assert app.accounts.actor_of(token).id == "local"
    restore(backed_up(app, tmp_path / "backup.zip"), tmp_path / "new", nothing)
    with running(tmp_path / "new", weights, shipped) as restored:
        assert [one.name for one in restored.accounts.people.list()] == ["Ada"]
        with listening(guarded(create_api(restored), restored)) as url:
            headers = {"Authorization": f"Bearer {token}"}
            assert httpx.get(f"{url}/me", headers=headers).status_code == 401


def test_no_role_may_make_a_backup_and_the_machines_owner_may(app: App, api: FastAPI, tmp_path: Path) -> None:
    people = app.accounts.people
    people.accept(people.first_invitation(), "Ada", GOOD)
    path = tmp_path / "backup.zip"
    with listening(guarded(api, app, "sft_owner")) as url:

        def posted(token: str) -> httpx.Response:
            headers = {"Authorization": f"Bearer {token}"}
            return httpx.post(f"{url}/backups", json={"path": str(path)}, headers=headers, timeout=120)

        assert posted(app.accounts.sessions.begin("local")).status_code == 403
        assert not path.exists()
        *progress, last = (json.loads(line) for line in posted("sft_owner").text.splitlines())
        assert progress[0]["stage"] == "Copying the stores"
        assert last["result"]["people"] == 1
        assert last["result"]["file_bytes"] == path.stat().st_size
        assert verified(path, nothing).counts.trail == last["result"]["trail"]
        again = posted("sft_owner")
        assert (again.status_code, again.json()["error"]["code"]) == (409, "backup_refused")


def test_a_place_that_cannot_hold_a_backup_is_refused_with_the_reason(app: App, tmp_path: Path) -> None:
    (tmp_path / "there.zip").write_bytes(b"somebody's")
    refused = {
        tmp_path / "there.zip": "there already",
        tmp_path / "nowhere" / "a.zip": "no folder",
        Path("relative.zip"): "no folder",
        app.settings.data / "a.zip": "in the data folder itself",
        app.settings.data / "originals" / "a.zip": "in the data folder itself",
    }
    for path, words in refused.items():
        with pytest.raises(BackupRefused, match=words):
            next(app.backups.make(path))
    assert (tmp_path / "there.zip").read_bytes() == b"somebody's"
    elsewhere = app.settings.model_copy(update={"qdrant_url": "http://127.0.0.1:1"})
    places = build_backup_places(elsewhere, app.database, app.library, app.telemetry.store)
    with pytest.raises(BackupRefused, match="snapshot of the collections"):
        next(Backups(places).make(tmp_path / "a.zip"))


def test_a_second_backup_and_an_erasure_wait_until_the_first_is_done_and_one_that_is_left_leaves_nothing(
    app: App, client: httpx.Client, tmp_path: Path
) -> None:
    (document, *_) = app.library.catalogue.list("garage")
    steps = app.backups.make(tmp_path / "one.zip")
    next(steps)
    with pytest.raises(BackupRefused, match="already"):
        next(app.backups.make(tmp_path / "two.zip"))
    erased = client.post("/erasures/document", json={"document_id": document.id})
    assert (erased.status_code, erased.json()["error"]["code"]) == (409, "backup_running")
    next(steps)
    assert (tmp_path / "one.zip.part").exists()
    steps.close()
    assert list(tmp_path.glob("*.zip*")) == []
    assert list((app.settings.data / "scratch").glob("backup-*")) == []
    assert client.post("/erasures/document", json={"document_id": document.id}).status_code == 200


def changed(path: Path, to: Path, **changes: Any) -> Path:
    """A backup with another list of files, or another file more."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(to, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == MANIFEST:
                row = json.loads(data)
                row |= {name: value for name, value in changes.items() if name in row}
                data = json.dumps(row).encode()
            new.writestr(name, data)
        if "more" in changes:
            new.writestr(changes["more"], b"evil")
    return to


def test_what_is_no_whole_backup_is_refused_and_the_folder_stays_empty(app: App, tmp_path: Path) -> None:
    path, new = backed_up(app, tmp_path / "backup.zip"), tmp_path / "new"
    whole = path.read_bytes()
    with zipfile.ZipFile(path) as backup:
        original = next(info for info in backup.infolist() if info.filename.startswith("originals/"))
        files = json.loads(backup.read(MANIFEST))["files"]
    flipped = bytearray(whole)
    flipped[original.header_offset + 30 + len(original.filename) + 60] ^= 1
    broken: dict[str, tuple[bytes | Path, type[Exception]]] = {
        "half": (whole[: len(whole) // 2], BackupUnreadable),
        "nothing": (b"", BackupUnreadable),
        "flipped": (bytes(flipped), BackupUnreadable),
        "newer": (changed(path, tmp_path / "newer.zip", schema="9999"), BackupRefused),
        "newest": (changed(path, tmp_path / "newest.zip", format=2), BackupRefused),
        "more": (changed(path, tmp_path / "more.zip", more="../evil"), BackupUnreadable),
        "outside": (
            changed(path, tmp_path / "out.zip", more="../evil", files=files | {"../evil": files["surefoot.db"]}),
            BackupUnreadable,
        ),
        "missing": (changed(path, tmp_path / "less.zip", files=files | {"b": files["surefoot.db"]}), BackupUnreadable),
    }
    for name, (content, error) in broken.items():
        file = content if isinstance(content, Path) else tmp_path / f"{name}.zip"
        if isinstance(content, bytes):
            file.write_bytes(content)
        with pytest.raises(error):
            restore(file, new, nothing)
        assert [one.name for one in new.iterdir() if one.suffix != ".lock"] == [], name
    assert not (tmp_path / "evil").exists()


def test_a_folder_that_holds_something_or_whose_server_runs_is_left_as_it_is(app: App, tmp_path: Path) -> None:
    path = backed_up(app, tmp_path / "backup.zip")
    new = tmp_path / "new"
    new.mkdir()
    (new / "surefoot.db").write_bytes(b"precious")
    with pytest.raises(BackupRefused, match=r"not empty: it holds surefoot\.db"):
        restore(path, new, nothing)
    assert (new / "surefoot.db").read_bytes() == b"precious"
    lock = take_folder(tmp_path / "other")
    with pytest.raises(DataFolderBusy):
        restore(path, tmp_path / "other", nothing)
    lock.release()


def test_what_was_erased_since_is_told_by_the_old_folder_and_by_an_exported_trail(
    app: App, api: FastAPI, tmp_path: Path
) -> None:
    people = app.accounts.people
    people.accept(people.first_invitation(), "Ada", GOOD)
    bob, _ = people.invite("Bob", ["auditor"], [])
    ada, auditor = app.accounts.sessions.begin("local"), app.accounts.sessions.begin(bob.id)
    eve, _ = people.invite("Eve", ["reader"], [])
    with listening(guarded(api, app)) as url, httpx.Client(base_url=url, timeout=120) as client:
        client.headers["Authorization"] = f"Bearer {ada}"
        path = backed_up(app, tmp_path / "backup.zip")
        assert erased_since(path, app.settings.data) == []
        (document, *_) = app.library.catalogue.list("garage")
        client.post("/erasures/document", json={"document_id": document.id}).raise_for_status()
        client.post("/erasures/person", json={"person_id": eve.id, "name": "Eve"}).raise_for_status()
        exported = tmp_path / "trail.jsonl"
        exported.write_bytes(httpx.get(f"{url}/trail/export", headers={"Authorization": f"Bearer {auditor}"}).content)
    for trail in (app.settings.data, exported):
        found = erased_since(path, trail)
        assert [(one.document, one.person) for one in found] == [(document.id, ""), ("", "Eve")], trail


MAKE = """
import sys
from pathlib import Path
from surefoot.app.settings import Settings
from surefoot.app.wiring import build
app = build(Settings(data=Path(sys.argv[1]), weights=Path(sys.argv[2]), model="none"), Path(sys.argv[3]))
for step in app.backups.make(Path(sys.argv[4])):
    print(step.stage, flush=True)
app.stop(30)
"""


def killed_at(stage: str, command: list[str | Path], env: dict[str, str]) -> None:
    """Run a command, and kill it when it says how far it is."""
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout or ():
            if stage in line:
                os.kill(process.pid, signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL


def test_a_death_in_the_middle_leaves_no_backup_and_no_folder_that_a_server_starts_on_and_both_can_be_repeated(
    tmp_path: Path, weights: Path, shipped: Path
) -> None:
    data, path, new = tmp_path / "data", tmp_path / "backup.zip", tmp_path / "new"
    (data / "assistants").mkdir(parents=True)
    (data / "assistants" / "large.bin").write_bytes(os.urandom(1_000_000) * LARGE)
    make: list[str | Path] = [sys.executable, "-c", MAKE, data, weights, shipped, path]
    killed_at("Writing", make, environment(data, weights))
    assert not path.exists()
    assert (tmp_path / "backup.zip.part").exists()
    with pytest.raises(BackupUnreadable):
        verified(tmp_path / "backup.zip.part", nothing)

    subprocess.run(make, env=environment(data, weights), check=True, stdout=subprocess.DEVNULL)
    assert verified(path, nothing).size > LARGE * 1_000_000
    assert not (tmp_path / "backup.zip.part").exists()

    env = environment(new, weights)
    command: list[str | Path] = [sys.executable, "-m", "surefoot.app.backup", "restore", path]
    killed_at("Restoring", command, env)
    assert (new / "restoring.json").exists()
    started = subprocess.run(
        [sys.executable, "-m", "surefoot.app.serve", "--port", "0"],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert started.returncode == 2
    assert "was not finished" in started.stderr
    again = subprocess.run(
        [SUREFOOT, "restore", path, "--json"],
        env=env,
        capture_output=True,
        text=True,
        check=True,
        stdin=subprocess.DEVNULL,
    )
    assert json.loads(again.stdout)["data"] == str(new)
    with zipfile.ZipFile(path) as backup:
        files = json.loads(backup.read(MANIFEST))["files"]
    found = contents(new)
    assert found.keys() == files.keys()
    assert {name for name, held in files.items() if found[name] != held["sha256"]} <= {"surefoot.db"}  # sessions ended
