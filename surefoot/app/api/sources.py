"""/sources: where documents come from: made, tried, changed, run, deleted."""

from __future__ import annotations

import re
import time
import uuid
from dataclasses import replace
from typing import Any

from fastapi import APIRouter

from surefoot.app.api.asker import Parts, Who
from surefoot.app.api.knowledge import Work, own_source, run_form, source_forms, visible_source
from surefoot.app.client.run_forms import ENDED, RunForm
from surefoot.app.client.source_forms import (
    ConnectionTest,
    ConnectionTrial,
    KindForm,
    KindList,
    NewSource,
    SourceChange,
    SourceDeleted,
    SourceForm,
    SourceList,
)
from surefoot.app.errors import RequestRefused
from surefoot.app.jobs.jobs import Jobs
from surefoot.app.jobs.schedule import checked
from surefoot.core.nouns import Asker
from surefoot.ingestion.errors import SourceError
from surefoot.ingestion.run_store import RunEntry
from surefoot.ingestion.source_store import SourceEntry
from surefoot.ingestion.sources.declared import check_places, kinds, parse, schema

router = APIRouter()
MOST_GROUPS = 200
GONE_SECONDS = 2.0
"""How long a deletion is waited for; a large one goes on behind the answer."""


@router.get("/source-kinds")
def source_kinds(_who: Who) -> KindList:
    """The kinds of sources, each with the schema of its settings."""
    return KindList(
        kinds=[
            KindForm(
                kind=info.kind,
                title=info.title,
                description=info.description,
                icon=info.icon,
                schema=schema(info.kind),
            )
            for info in kinds()
        ]
    )


@router.get("/sources")
def sources(work: Work, parts: Parts, who: Who, assistant: str | None = None) -> SourceList:
    """Sources by name; of one assistant, or of all."""
    if assistant is not None:
        parts.assistants.get(assistant, who)
    found = [one for one in work.parts.sources.list(assistant) if one.visible_to(who)]
    return SourceList(sources=source_forms(work, found))


@router.post("/sources", status_code=201)
def add(new: NewSource, work: Work, parts: Parts, who: Who) -> SourceForm:
    """Make a source. It is run when it is asked for, when its time comes, or when its watched folder changes."""
    spec = parts.assistants.get(new.assistant, who)
    settings = _settings(work, new.kind, new.settings)
    groups = frozenset(new.groups) if new.groups is not None else spec.groups
    source = SourceEntry(
        id=_new_id(new.name),
        assistant=spec.name,
        name=_free_name(work, spec.name, new.name),
        kind=new.kind,
        settings=settings,
        groups=checked_groups(groups),
        owner=who.id,
        schedule=checked(new.schedule),
        watched=_watched(settings, new.watched),
        enabled=new.enabled,
    )
    work.parts.sources.save(source)
    work.kick()
    return _form(work, source.id, who)


@router.post("/sources/test")
def test(trial: ConnectionTrial, work: Work, who: Who) -> ConnectionTest:
    """Try settings that are not saved; what is wrong with them is an answer, no error."""
    try:
        settings = _settings(work, trial.kind, trial.settings)
        place = work.parts.open(SourceEntry("trial", "trial", "trial", trial.kind, settings, frozenset(), who.id))
        try:
            return ConnectionTest(ok=True, found=place.check())
        finally:
            place.close()
    except SourceError as error:
        return ConnectionTest(ok=False, reason=str(error))


@router.get("/sources/{source_id}")
def source(source_id: str, work: Work, who: Who) -> SourceForm:
    """One source."""
    return _form(work, source_id, who)


@router.patch("/sources/{source_id}")
def change(source_id: str, wanted: SourceChange, work: Work, who: Who) -> SourceForm:
    """Change what is sent. Other groups are given to its documents by the run that begins with that."""
    before = own_source(work, source_id, who)
    after = replace(before, **_changes(before, wanted, work))
    work.parts.sources.save(after)
    if after.groups != before.groups:
        work.parts.items.forget_contents(source_id)
        work.control.run(after, who.id)
    work.kick()
    return _form(work, source_id, who)


@router.delete("/sources/{source_id}")
def delete(source_id: str, keep: bool, work: Work, who: Who) -> SourceDeleted:
    """Delete a source; `keep` says whether its documents stay in the library."""
    made = work.control.delete_source(own_source(work, source_id, who), who.id, keep=keep)
    ends = time.monotonic() + GONE_SECONDS
    while (run := _now(work, made)).state not in ENDED and time.monotonic() < ends:
        time.sleep(0.05)
    return SourceDeleted(id=source_id, kept=keep, run=run_form(work, run))


@router.post("/sources/{source_id}/run", status_code=202)
def run(source_id: str, work: Work, who: Who) -> RunForm:
    """Begin a run; one that waits already is given instead."""
    found = visible_source(work, source_id, who)
    if not found.enabled:
        raise RequestRefused(f"'{found.name}' is switched off. Switch it on, then run it.", 409, "disabled")
    return run_form(work, work.control.run(found, who.id))


def _form(work: Jobs, source_id: str, who: Asker) -> SourceForm:
    return source_forms(work, [visible_source(work, source_id, who)])[0]


def _now(work: Jobs, run: RunEntry) -> RunEntry:
    return work.parts.runs.get(run.id) or run


def _settings(work: Jobs, kind: str, values: dict[str, Any]) -> dict[str, Any]:
    """As they are saved. Raises SourceInvalid, and PlaceRefused for a folder that sources may not read."""
    settings = parse(kind, values)
    check_places(settings, work.parts.places)
    return settings.model_dump(mode="json")


def _watched(settings: dict[str, Any], wanted: bool | None) -> bool:
    return bool(settings.get("watch", False)) if wanted is None else wanted


def _changes(before: SourceEntry, wanted: SourceChange, work: Jobs) -> dict[str, Any]:
    given = wanted.model_dump(exclude_unset=True, exclude_none=True)
    if "name" in given and given["name"].strip() != before.name:
        given["name"] = _free_name(work, before.assistant, given["name"])
    if "settings" in given:
        given["settings"] = _settings(work, before.kind, given["settings"])
        given.setdefault("watched", _watched(given["settings"], None))
    if "groups" in given:
        given["groups"] = checked_groups(frozenset(given["groups"]))
    if "schedule" in wanted.model_fields_set:
        given["schedule"] = checked(wanted.schedule)
    return given


def _free_name(work: Jobs, assistant: str, name: str) -> str:
    name = " ".join(name.split())
    if not name or not name.isprintable():
        raise RequestRefused("A source needs a name that can be printed.", 422, "invalid_request")
    if any(one.name.casefold() == name.casefold() for one in work.parts.sources.list(assistant)):
        raise RequestRefused(f"There is a source '{name}' already. Choose another name.", 409, "name_taken")
    return name


def checked_groups(groups: frozenset[str]) -> frozenset[str]:
    """Groups that documents and vehicles can be for; raises RequestRefused."""
    if (
        not groups
        or len(groups) > MOST_GROUPS
        or not all(g.strip() and g.isprintable() and len(g) <= 200 for g in groups)
    ):
        words = f"Name 1 to {MOST_GROUPS} groups, each with up to 200 printable characters."
        raise RequestRefused(words, 422, "invalid_request")
    return groups


def _new_id(name: str) -> str:
    """A readable id: it stands before the path of a document whose own path is taken."""
    words = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "source"
    return f"{words}-{uuid.uuid4().hex[:6]}"
