"""A data folder without its database starts nothing and loses nothing; what it holds can be had back."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from surefoot.app.api.application import create_api, guarded
from surefoot.app.doctor.findings import Finding
from surefoot.app.doctor.repair import repair
from surefoot.app.doctor.stores import check_database, check_index
from surefoot.app.errors import DatabaseUnusable
from surefoot.app.installation import damage, folder_id, holds
from surefoot.app.parts import App
from surefoot.app.settings import Settings
from surefoot.app.wiring import build
from surefoot.core.nouns import Asker
from surefoot.ingestion.catalogue import Entry, Status, id_of
from surefoot.ingestion.reconciling import LOST
from surefoot.ingestion.results import SourceFile
from surefoot.retrieval.index.port import Scope
from surefoot.serving.phrases.tables import phrases_in
from tests.app.running import listening, server_process, until
from tests.app.test_trouble import held_by_another_process

BOSS = Asker("boss", frozenset({"bosses"}))
PAY = "# Pay\n\nThe head of the workshop earns 4,711 euros a month.\n"
INCOMPLETE = phrases_in("en").incomplete
REBUILD = """
import os, signal, sys, time
from pathlib import Path
from surefoot.app.settings import Settings
from surefoot.app.wiring import build
if __name__ == "__main__":
    data, weights, shipped = map(Path, sys.argv[1:])
    library = build(Settings(data=data, weights=weights, model="none"), shipped).library
    print(library.keeper.lacking.total, flush=True)
    library.loader.start()
    library.keeper.start()
    while library.keeper.lacking.done < 3:
        time.sleep(0.001)
    os.kill(os.getpid(), signal.SIGKILL)
"""
"""Begins to build a lost index again, and dies in the middle of it."""
PLAN = "# Plan\n\nThe hall in Bremen is sold in October.\n"


@dataclass(frozen=True)
class House:
    """An installation that can be started and stopped."""

    settings: Settings
    shipped: Path

    @property
    def data(self) -> Path:
        return self.settings.data

    @property
    def file(self) -> Path:
        return self.data / "surefoot.db"

    @contextmanager
    def running(self) -> Generator[App]:
        app = build(self.settings, self.shipped)
        app.library.loader.start()
        try:
            until(lambda: app.library.loader.loading is None)
            assert app.library.loader.reasons() == []
            yield app
        finally:
            assert app.stop(60)

    def forget_database(self) -> None:
        for path in self.data.glob("surefoot.db*"):
            path.unlink()

    def originals(self) -> set[str]:
        return {path.name for path in (self.data / "originals").glob("*/*")}

    def quarantined(self) -> set[str]:
        return {path.name for path in (self.data / "quarantine").glob("*/*")}

    def repaired(self) -> list[Finding]:
        return list(repair(self.settings))


@pytest.fixture
def house(tmp_path: Path, weights: Path, shipped: Path) -> House:
    return House(Settings(data=tmp_path / "data", weights=weights, model="none"), shipped)


def known(app: App) -> set[tuple[str, str, str, frozenset[str], str, Status]]:
    def of(entry: Entry) -> tuple[str, str, str, frozenset[str], str, Status]:
        return entry.id, entry.path, entry.title, entry.groups, entry.owner, entry.status

    return {of(entry) for entry in app.library.catalogue.list()}


def found(app: App, question: str, asker: Asker) -> list[str]:
    asked = app.library.searcher.search(question, asker, Scope("garage"), 3)
    return [passage.chunk.text for passage in asked.passages]


def feed(app: App, path: str, text: str, groups: frozenset[str] = BOSS.groups) -> str:
    result = app.library.pipeline.ingest(SourceFile(path, text.encode()), "garage", BOSS, groups)
    return str(getattr(result, "document_id", ""))


@contextmanager
def client_of(app: App) -> Generator[httpx.Client]:
    with listening(guarded(create_api(app), app)) as url, httpx.Client(base_url=url, timeout=60) as client:
        yield client


def ready_of(app: App) -> dict[str, Any]:
    with client_of(app) as client:
        told = client.get("/ready").json()
        return {name: told[name] for name in told if name != "error"}


def asked(app: App, question: str) -> str:
    body = {"model": "garage", "messages": [{"role": "user", "content": question}]}
    with client_of(app) as client:
        return str(client.post("/v1/chat/completions", json=body).json()["surefoot"]["answer"])


def test_a_folder_without_its_database_starts_nothing_loses_nothing_and_is_repaired(house: House) -> None:
    with house.running() as app:
        feed(app, "pay.md", PAY)
        app.library.pipeline.describe(feed(app, "plan.md", PLAN), "The plan", None, frozenset({"few"}))
        app.library.catalogue.keep_away("11111111-1111-1111-1111-111111111111", "boss")
        before = known(app)
    originals = house.originals()
    assert len(originals) == 4
    for ruined in (house.forget_database, lambda: house.file.write_bytes(b"")):
        ruined()
        with pytest.raises(DatabaseUnusable, match=r"4 originals.*missing or empty.*doctor --repair") as refused:
            build(house.settings, house.shipped)
        assert str(house.data) in str(refused.value)
        assert house.originals() == originals
    new = Settings.model_validate({"database_url": f"sqlite:///{house.data / 'new.db'}"})
    elsewhere = house.settings.model_copy(update={"database_url": new.database_url})
    with pytest.raises(DatabaseUnusable, match="missing or empty"):
        build(elsewhere, house.shipped)
    with server_process(house.data, house.settings.weights) as process:
        assert process.process.wait(120) == 2
        assert "surefoot doctor --repair" in (process.process.stderr.read() if process.process.stderr else "")
    assert house.originals() == originals

    told = house.repaired()
    assert [one.state for one in told if "4 documents" in one.detail] == ["ok"], told
    assert house.repaired()[0].detail == "the catalogue lacks no document"  # and nothing is written twice
    with house.running() as app:
        assert known(app) == before
        assert not any(entry.accepted for entry in app.library.catalogue.list())
        assert any("4,711" in text for text in found(app, "What does the head of the workshop earn?", BOSS))
        assert not found(app, "What does the head of the workshop earn?", Asker("eve", frozenset({"everyone"})))[2:]
        assert not any("4,711" in text for text in found(app, "pay of the head", Asker("eve", frozenset({"everyone"}))))
        assert app.library.catalogue.kept_away("11111111-1111-1111-1111-111111111111")
    assert house.originals() == originals


def test_groups_are_those_that_sidecar_and_index_agree_on_and_an_unknown_original_is_closed(house: House) -> None:
    with house.running() as app:
        pay = feed(app, "pay.md", PAY, frozenset({"bosses", "everyone"}))
        plan = feed(app, "plan.md", PLAN, frozenset({"few"}))
        stranger = app.library.blobs.put(b"# Letter\n\nNobody knows whose this is.\n")
        app.library.editions.set_groups(pay, frozenset({"bosses"}))
        app.library.sidecars.drop(plan)
    house.forget_database()
    assert {one.state for one in house.repaired()} == {"ok", "warn"}
    with house.running() as app:
        entries = {entry.title: entry for entry in app.library.catalogue.list()}
        assert entries["Pay"].groups == frozenset({"bosses"})
        assert (entries["Plan"].groups, entries["Plan"].owner) == (frozenset({"few"}), "erased")
        closed = entries[f"Recovered original {stranger[:8]}"]
        assert (closed.groups, closed.owner) == (frozenset({"person:local"}), "local")
        assert all(entry.status is Status.READY for entry in entries.values())


def test_a_document_whose_original_is_gone_or_cannot_be_read_any_more_is_named(house: House) -> None:
    with house.running() as app:
        feed(app, "pay.md", PAY)
        gone = app.library.catalogue.find_by_path("garage", "pay.md")
        assert gone is not None
        entry = replace(gone, id=id_of("garage", "broken.pdf"), path="broken.pdf", title="Broken")
        broken = app.library.blobs.put(b"%PDF-1.7 this is no PDF at all")
        app.library.sidecars.write(replace(entry, content_hash=broken))
    (house.data / "originals" / gone.content_hash[:2] / gone.content_hash).unlink()
    house.forget_database()
    house.repaired()
    with house.running() as app:
        entries = {entry.path: entry for entry in app.library.catalogue.list()}
        assert entries["pay.md"].status is Status.REJECTED
        assert "Feed the file again" in (entries["pay.md"].reason or "")
        assert entries["broken.pdf"].status is Status.REJECTED
        assert broken in house.originals()
        feed(app, "broken.pdf", "%PDF-1.7 this is no PDF at all")  # as from its source, once more
        assert broken in house.originals()


def test_the_database_of_another_installation_is_refused_and_not_mixed(house: House, tmp_path: Path) -> None:
    other = House(house.settings.model_copy(update={"data": tmp_path / "other"}), house.shipped)
    for one in (house, other):
        with one.running() as app:
            feed(app, "pay.md", PAY)
    originals = house.originals()
    house.forget_database()
    shutil.copy(other.file, house.file)
    with pytest.raises(DatabaseUnusable, match="another installation's"):
        build(house.settings, house.shipped)
    assert [one.state for one in house.repaired()] == ["fail"]
    assert house.originals() == originals


def test_an_installation_of_the_version_before_gets_its_id_silently(house: House) -> None:
    with house.running():
        pass
    (house.data / "installation.id").unlink()
    shutil.rmtree(house.data / "sidecars")
    with closing(sqlite3.connect(house.file)) as database:
        database.executescript("DELETE FROM installationrow")
    originals = house.originals()
    with house.running() as app:
        assert folder_id(house.data)
        assert {one.entry.id for one in app.library.sidecars.list()} == {e.id for e in app.library.catalogue.list()}
    assert house.originals() == originals
    (house.data / "installation.id").unlink()  # as after bringing back a folder without it
    with house.running():
        assert folder_id(house.data)


def test_a_damaged_database_is_refused_with_the_remedy_and_set_aside_by_the_repair(house: House) -> None:
    with house.running() as app:
        feed(app, "pay.md", PAY)
        before = known(app)
    whole = house.file.read_bytes()
    house.file.write_bytes(whole[:8192] + b"\xff" * 65536 + whole[8192 + 65536 :])
    with pytest.raises(DatabaseUnusable, match=r"damaged.*backup.*doctor --repair"):
        build(house.settings, house.shipped)
    assert house.repaired()[0].state == "warn"
    aside = [path for path in house.data.glob("surefoot.db.damaged-*") if not path.name.endswith(("-wal", "-shm"))]
    assert [path.stat().st_size for path in aside] == [len(whole)]
    with house.running() as app:
        assert known(app) == before


def test_originals_that_no_document_names_are_kept_for_thirty_days(house: House) -> None:
    with house.running() as app:
        orphan = app.library.blobs.put(b"# Letter\n\nNobody knows whose this is.\n")
    with house.running() as app:
        assert (house.quarantined(), orphan in house.originals()) == ({orphan}, False)
        today = datetime.now(UTC).date()
        for days, left in ((29, {orphan}), (31, set[str]())):
            next((house.data / "quarantine").iterdir()).rename(
                house.data / "quarantine" / f"{today - timedelta(days=days)}"
            )
            assert app.retention.apply().originals == 1 - len(left)
            assert house.quarantined() == left


def test_what_is_erased_does_not_stay_in_the_quarantine(house: House) -> None:
    secret = "Only Ms Vanterpool may open the vault with the violet key."
    with house.running() as app:
        first = feed(app, "vault.md", f"# Vault\n\n{secret}\n\nThe first edition of it.\n")
        old = app.library.catalogue.get(first)
        assert old is not None
        kept = app.library.blobs.get(old.content_hash)
        feed(app, "vault.md", f"# Vault\n\n{secret}\n\nThe second edition of it, entirely rewritten.\n")
        app.library.blobs.put(kept)  # as where the process was killed before the old content was dropped
        copy = app.library.blobs.put(f"# Mail\n\nI quote: {secret}\n".encode())
        other = app.library.blobs.put(b"# Letter\n\nThis is about nothing of the kind.\n")
    with house.running() as app:
        assert house.quarantined() == {old.content_hash, copy, other}
        assert app.library.pipeline.delete(feed(app, "other.md", PLAN))
        assert house.quarantined() == {old.content_hash, copy, other}
        erased = app.erasure.document(first, "boss")
        assert erased is not None
        assert erased.proof.holds
        assert erased.proof.snippets
        assert house.quarantined() == {other}
        assert not [path for path in house.data.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()]


def test_a_lost_index_is_built_again_from_the_originals_and_everybody_is_told_meanwhile(house: House) -> None:
    with house.running() as app:
        feed(app, "pay.md", PAY)
        feed(app, "plan.md", PLAN, frozenset({"everyone"}))
        before = {entry.id: entry.chunks for entry in app.library.catalogue.list()}
        assert ready_of(app) == {"ready": True, "reasons": []}
    shutil.rmtree(house.data / "index")
    [told] = [one for one in check_index(house.settings) if one.name == "index"]
    assert (told.state, told.detail) == ("warn", "it lacks 4 of 4 documents")
    with house.running() as app:
        lacking = app.library.keeper.lacking
        assert lacking is not None
        assert str(lacking) == "Some documents are being read again: 0 of 4"
        assert ready_of(app) == {"ready": True, "reasons": [], "notes": [f"{lacking}."]}
        assert app.library.coming(BOSS) == "Some documents are being read again: 0 of 2"  # of those that they may see
        assert app.library.coming(Asker("eve", frozenset({"nobody"}))) is None
        assert asked(app, "When is the hall in Bremen sold?").endswith(INCOMPLETE)
        app.library.keeper.start()
        until(lambda: app.library.keeper.lacking is None)
        assert app.library.coming() is None
        assert {entry.id: entry.chunks for entry in app.library.catalogue.list()} == before
        assert app.library.index.count() == sum(before.values())
        assert any("4,711" in text for text in found(app, "What does the head of the workshop earn?", BOSS))
        assert "October" in asked(app, "When is the hall in Bremen sold?")
    assert [one.state for one in check_index(house.settings)] == ["ok"]


def test_an_index_of_another_day_opens_nothing_and_brings_nothing_back(house: House) -> None:
    with house.running() as app:
        pay, plan = feed(app, "pay.md", PAY, frozenset({"everyone"})), feed(app, "plan.md", PLAN)
        feed(app, "old.md", "# Old\n\nThe old gate opens at six.\n")
    shutil.copytree(house.data / "index", house.data / "aside")
    with house.running() as app:
        app.library.pipeline.describe(pay, None, None, BOSS.groups)
        app.library.pipeline.delete(plan)
        feed(app, "old.md", "# Old\n\nThe new gate opens at nine.\n")
    shutil.rmtree(house.data / "index")
    (house.data / "aside").rename(house.data / "index")
    with house.running() as app:
        app.library.keeper.start()
        until(lambda: plan not in app.library.index.documents())
        until(lambda: app.library.index.documents()[pay].groups == BOSS.groups)
        until(lambda: any("nine" in text for text in found(app, "When does the gate open?", BOSS)))
        assert not any("six" in text for text in found(app, "When does the gate open?", BOSS))


def test_a_document_that_index_and_store_both_lost_is_read_from_its_text_or_named(house: House) -> None:
    with house.running() as app:
        pay, plan = feed(app, "pay.md", PAY), feed(app, "plan.md", PLAN)
        for document_id in (pay, plan):
            entry = app.library.catalogue.get(document_id)
            assert entry is not None
            app.library.blobs.delete(entry.content_hash)
        lost = app.library.catalogue.get(plan)
        assert lost is not None
        app.library.catalogue.save(lost, "")
    shutil.rmtree(house.data / "index")
    with house.running() as app:
        app.library.keeper.start()
        until(lambda: app.library.keeper.lacking is None)
        assert any("4,711" in text for text in found(app, "What does the head of the workshop earn?", BOSS))
        entry = app.library.catalogue.get(plan)
        assert entry is not None
        assert (entry.status, entry.reason) == (Status.REJECTED, LOST)


def test_a_rebuilding_that_is_killed_again_and_again_ends(house: House) -> None:
    with house.running() as app:
        for number in range(8):
            feed(app, f"{number}.md", f"# Gate {number}\n\nGate {number} opens at {number + 5} o'clock.\n")
    shutil.rmtree(house.data / "index")
    command = [sys.executable, "-c", REBUILD, str(house.data), str(house.settings.weights), str(house.shipped)]
    lost = list[int]()
    for _ in range(2):
        process = subprocess.run(command, capture_output=True, text=True, check=False)
        assert process.returncode == -signal.SIGKILL, process.stderr
        lost.append(int(process.stdout))
    assert lost[0] == 10
    with house.running() as app:
        lacking = app.library.keeper.lacking
        assert lacking is not None
        assert 10 > lost[1] > lacking.total > 0  # what was read before a death is not read again
        app.library.keeper.start()
        until(lambda: app.library.keeper.lacking is None)
        for number in range(8):
            assert any(
                f"at {number + 5} o'clock" in text for text in found(app, f"When does gate {number} open?", BOSS)
            )


def test_a_database_that_another_process_keeps_for_itself_is_said_by_ready_and_doctor(house: House) -> None:
    with house.running() as app:
        app.watch.start()
        until(lambda: app.watch.troubles == [])
        with held_by_another_process(house.file):
            until(lambda: app.watch.troubles)
            told = ready_of(app)
            assert not told["ready"]
            assert "Another process holds the database" in told["reasons"][0]
            [finding] = check_database(house.settings)
            assert (finding.state, "fuser" in finding.remedy) == ("fail", True)
        until(lambda: app.watch.troubles == [])
        assert ready_of(app) == {"ready": True, "reasons": []}
    with held_by_another_process(house.file, "EXCLUSIVE"), pytest.raises(DatabaseUnusable, match=r"for itself.*fuser"):
        build(house.settings, house.shipped)


def test_a_database_that_goes_away_while_it_is_looked_at_is_not_called_damaged(tmp_path: Path) -> None:
    assert damage(tmp_path / "gone.db") is None
    assert holds(tmp_path / "gone.db") is None
    assert not (tmp_path / "gone.db").exists()
    (tmp_path / "bad.db").write_bytes(b"no database at all, but long enough to be one" * 100)
    assert damage(tmp_path / "bad.db")


def test_a_database_that_breaks_while_the_server_runs_is_said_by_ready(house: House) -> None:
    with house.running() as app:
        app.watch.start()
        until(lambda: app.watch.troubles == [])
        house.file.rename(house.data / "aside.db")
        until(lambda: app.watch.troubles)
        assert "is gone" in ready_of(app)["reasons"][0]
        (house.data / "aside.db").rename(house.file)
        until(lambda: app.watch.troubles == [])
