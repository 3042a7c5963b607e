"""Sources are made, tried, run, changed and deleted over HTTP; bad settings are answered in words."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from surefoot.app.client.errors import ClientError
from surefoot.app.client.source_forms import NewSource, SourceChange, SourceForm
from surefoot.core.nouns import Asker
from tests.app.jobs.working import many, write
from tests.app.knowing import Knowing, knowing
from tests.app.running import until


@pytest.fixture
def knows(tmp_path: Path) -> Generator[Knowing]:
    with knowing(tmp_path) as knows:
        yield knows


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    write(folder, many(3))
    return folder


def make(knows: Knowing, papers: Path, **more: object) -> SourceForm:
    new = {"assistant": "fleet", "name": "Papers", "kind": "folder", "watched": False, **more}
    new.setdefault("settings", {"path": str(papers)})
    return knows.client.knowledge.add_source(NewSource.model_validate(new))


def test_a_source_is_made_run_and_shown_with_how_it_is_doing(knows: Knowing, papers: Path) -> None:
    made = make(knows, papers, schedule="0  6 * * 1-5")
    assert (made.health, made.groups, made.owner, made.documents) == ("never", ["staff"], "ann", 0)
    assert (made.schedule, made.title) == ("0 6 * * 1-5", "Folder")
    assert made.next_run is not None
    run = knows.ended(knows.client.knowledge.run_source(made.id))
    assert (run.state, run.total, run.done, run.counts) == ("finished", 3, 3, {"ingested": 3})
    assert run.stages["index"] == 3
    shown = knows.client.knowledge.source(made.id)
    assert (shown.health, shown.documents, shown.last_run) == ("ok", 3, run)
    assert knows.client.knowledge.sources("fleet") == [shown, *knows.client.knowledge.sources()[1:]]


def test_a_source_with_a_file_that_could_not_be_read_is_not_fine(knows: Knowing, papers: Path) -> None:
    (papers / "broken.pdf").write_bytes(b"%PDF-1.7 broken")
    made = make(knows, papers)
    knows.ended(knows.client.knowledge.run_source(made.id))
    shown = knows.client.knowledge.source(made.id)
    assert (shown.health, shown.documents, shown.unread) == ("partial", 3, 1)
    knows.ended(knows.client.knowledge.run_source(made.id))  # nothing changed: it is not read again, and not fine
    assert knows.client.knowledge.source(made.id).health == "partial"
    (papers / "broken.pdf").unlink()
    knows.ended(knows.client.knowledge.run_source(made.id))
    assert knows.client.knowledge.source(made.id).health == "ok"


def test_the_kinds_bring_the_schema_of_their_settings(knows: Knowing) -> None:
    kinds = {kind.kind: kind for kind in knows.client.knowledge.kinds()}
    assert "path" in kinds["folder"].settings_schema["properties"]
    assert all(kind.title and kind.description and kind.icon for kind in kinds.values())


def test_a_connection_is_tried_before_it_is_saved(knows: Knowing, papers: Path) -> None:
    tried = knows.client.knowledge.test_source("folder", {"path": str(papers)})
    assert (tried.ok, tried.reason) == (True, None)
    for settings in ({"path": str(papers / "nowhere")}, {"path": "relative"}, {}, {"path": "/x", "colour": "red"}):
        refused = knows.client.knowledge.test_source("folder", settings)
        assert not refused.ok
        assert refused.reason
    assert not knows.client.knowledge.test_source("pigeon", {}).ok


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"kind": "pigeon"}, 422),
        ({"settings": {"path": "relative"}}, 422),
        ({"schedule": "each morning"}, 422),
        ({"schedule": "0 0 30 2 *"}, 422),
        ({"groups": []}, 422),
        ({"name": " \t "}, 422),
        ({"assistant": "nobody"}, 404),
    ],
)
def test_what_cannot_be_a_source_is_refused(
    knows: Knowing, papers: Path, wrong: dict[str, object], status: int
) -> None:
    with pytest.raises(ClientError) as refused:
        make(knows, papers, **wrong)
    assert refused.value.status == status
    assert len(refused.value.message) > 20


def test_a_name_is_given_once(knows: Knowing, papers: Path) -> None:
    make(knows, papers)
    with pytest.raises(ClientError) as refused:
        make(knows, papers, name="PAPERS")
    assert (refused.value.status, refused.value.code) == (409, "name_taken")


def test_a_source_is_changed_where_it_was_said(knows: Knowing, papers: Path) -> None:
    made = make(knows, papers, schedule="0 6 * * *")
    changed = knows.client.knowledge.change_source(made.id, SourceChange(name="Manuals", enabled=False))
    assert (changed.name, changed.enabled, changed.health) == ("Manuals", False, "disabled")
    assert (changed.schedule, changed.settings) == (made.schedule, made.settings)
    assert knows.client.knowledge.change_source(made.id, SourceChange(schedule="")).schedule is None
    with pytest.raises(ClientError) as refused:
        knows.client.knowledge.run_source(made.id)
    assert (refused.value.status, refused.value.code) == (409, "disabled")


def test_other_groups_reach_the_documents_that_are_there(knows: Knowing, papers: Path) -> None:
    made = make(knows, papers)
    knows.ended(knows.client.knowledge.run_source(made.id))
    knows.client.knowledge.change_source(made.id, SourceChange(groups=["board"]))
    run = knows.client.knowledge.runs(source=made.id)[0]
    assert knows.ended(run).state == "finished"
    entries = knows.stage.parts.catalogue.list("fleet")
    assert {entry.groups for entry in entries} == {frozenset({"board"})}


@pytest.mark.parametrize(("keep", "left"), [(True, 3), (False, 0)])
def test_a_source_is_deleted_and_its_documents_are_kept_or_not(
    knows: Knowing, papers: Path, keep: bool, left: int
) -> None:
    made = make(knows, papers)
    knows.ended(knows.client.knowledge.run_source(made.id))
    deleted = knows.client.knowledge.delete_source(made.id, keep=keep)
    assert deleted.kept is keep
    assert knows.ended(deleted.run).state == "finished"
    with pytest.raises(ClientError) as refused:
        knows.client.knowledge.source(made.id)
    assert refused.value.status == 404
    assert len(knows.stage.library()) == left
    assert httpx.delete(f"{knows.url}/sources/shelf").status_code == 422  # what becomes of its documents is not said


def test_a_declared_source_runs_but_is_changed_in_the_yaml_alone(knows: Knowing) -> None:
    knows.stage.parts.sources.save(replace(knows.stage.source, declared=True))
    for act in (
        lambda: knows.client.knowledge.change_source("shelf", SourceChange(name="Mine")),
        lambda: knows.client.knowledge.delete_source("shelf", keep=True),
    ):
        with pytest.raises(ClientError) as refused:
            act()
        assert (refused.value.status, refused.value.code) == (409, "declared")
    assert knows.ended(knows.client.knowledge.run_source("shelf")).state == "finished"


def test_a_source_is_shown_to_its_groups_alone(knows: Knowing, papers: Path) -> None:
    made = make(knows, papers)
    run = knows.ended(knows.client.knowledge.run_source(made.id))
    knows.who = Asker("bob", frozenset({"staff"}))
    assert knows.client.knowledge.source(made.id).id == made.id
    assert knows.client.knowledge.change_source(made.id, SourceChange(name="Ours")).name == "Ours"
    knows.who = Asker("eve", frozenset({"visitors"}))
    assert knows.client.knowledge.sources() == []
    assert knows.client.knowledge.runs() == []
    for hidden in (lambda: knows.client.knowledge.source(made.id), lambda: knows.client.knowledge.run(run.id)):
        with pytest.raises(ClientError) as refused:
            hidden()
        assert refused.value.status == 404


def test_a_source_that_does_not_answer_is_shown_with_its_trouble(knows: Knowing, papers: Path) -> None:
    made = make(knows, papers)
    for path in papers.iterdir():
        path.unlink()
    papers.rmdir()
    failed = knows.ended(knows.client.knowledge.run_source(made.id))
    assert failed.state == "failed"
    shown = knows.client.knowledge.source(made.id)
    assert (shown.health, shown.trouble) == ("trouble", failed.reason)
    write(papers, many(1))
    knows.ended(knows.client.knowledge.run_source(made.id))
    until(lambda: knows.client.knowledge.source(made.id).health == "ok")
