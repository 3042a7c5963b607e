"""What the routes of sources and runs share: who may see what, and the forms of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Annotated, Any, cast

from fastapi import Depends, Request

from surefoot.app.client.run_forms import FailureGroup, RunForm, RunItemForm
from surefoot.app.client.source_forms import HealthName, SourceForm
from surefoot.app.errors import RequestRefused
from surefoot.app.jobs.jobs import Jobs
from surefoot.app.jobs.schedule import after, overdue
from surefoot.core.nouns import Asker
from surefoot.ingestion.catalogue import Status
from surefoot.ingestion.run_items import FAILED as ITEM_FAILED
from surefoot.ingestion.run_items import UNDONE, ItemEntry, Reason
from surefoot.ingestion.run_progress import PASSED
from surefoot.ingestion.run_store import FAILED, RUNNING, RunEntry
from surefoot.ingestion.source_store import SourceEntry, now
from surefoot.ingestion.sources.declared import kinds


def jobs(request: Request) -> Jobs:
    """The runs of this server."""
    return cast("Jobs", request.app.state.parts.jobs)


Work = Annotated[Jobs, Depends(jobs)]


def visible_source(work: Jobs, source_id: str, who: Asker) -> SourceEntry:
    """A source that the asker may see. Raises RequestRefused."""
    source = work.parts.sources.get(source_id)
    if source is None or not source.visible_to(who):
        raise RequestRefused(f"There is no source '{source_id}', or you may not see it.", 404, "unknown_source")
    return source


def own_source(work: Jobs, source_id: str, who: Asker) -> SourceEntry:
    """A source that can be changed here. Raises RequestRefused."""
    source = visible_source(work, source_id, who)
    if source.declared:
        words = f"'{source.name}' is declared in the yaml of '{source.assistant}': change it there and start again."
        raise RequestRefused(words, 409, "declared")
    return source


def visible_run(work: Jobs, run_id: str, who: Asker) -> RunEntry:
    """A run over a source that the asker may see, or that the asker began. Raises RequestRefused."""
    run = work.parts.runs.get(run_id)
    if run is None or not may_see(run, _source_of(work, run), who):
        raise RequestRefused(f"There is no run '{run_id}', or you may not see it.", 404, "unknown_run")
    return run


def may_see(run: RunEntry, source: SourceEntry | None, who: Asker) -> bool:
    """Whether the asker may see a run."""
    return run.asked_by == who.id or (source is not None and source.visible_to(who))


def _source_of(work: Jobs, run: RunEntry) -> SourceEntry | None:
    return work.parts.sources.get(run.source_id) if run.source_id else None


def run_form(work: Jobs, run: RunEntry, sources: Mapping[str, SourceEntry] | None = None) -> RunForm:
    """A run with what is known of its progress at this moment."""
    live = work.parts.progress.live(run.id) if run.state == RUNNING else None
    counts = live.counts if live else run.counts
    statuses = {name: number for name, number in counts.items() if not name.startswith(PASSED)}
    total = sum(statuses.values())
    source = sources.get(run.source_id or "") if sources is not None else _source_of(work, run)
    values: dict[str, Any] = {name: getattr(run, name) for name in RunForm.model_fields if hasattr(run, name)}
    values.update(
        source_name=source.name if source else None,
        counts=statuses,
        stages={name.removeprefix(PASSED): n for name, n in counts.items() if name.startswith(PASSED)},
        total=total,
        done=total - sum(statuses.get(status, 0) for status in UNDONE),
        documents_per_second=live.per_second if live else None,
        seconds_left=live.seconds_left if live else None,
    )
    return RunForm.model_validate(values)


def item_form(item: ItemEntry) -> RunItemForm:
    """One document of a run."""
    return RunItemForm.model_validate(item, from_attributes=True)


def failure_form(reason: Reason) -> FailureGroup:
    """Documents that failed for one reason."""
    return FailureGroup.model_validate(reason, from_attributes=True)


def source_forms(work: Jobs, found: list[SourceEntry]) -> list[SourceForm]:
    """Sources with how they are doing."""
    counts, rejected = work.parts.sources.counts(), work.parts.sources.counts(Status.REJECTED)
    latest, moment = work.parts.runs.latest(), now()
    by_id = {source.id: source for source in found}
    forms: list[SourceForm] = []
    for one in found:
        last = latest.get(one.id)
        unread = rejected.get(one.id, 0) + (last.counts.get(ITEM_FAILED, 0) if last else 0)
        held = Held(counts.get(one.id, 0), unread)
        forms.append(_source_form(work, one, last, (held, moment), by_id))
    return forms


@dataclass(frozen=True, slots=True)
class Held:
    """Documents of a source: that can be asked about, and that could not be read."""

    documents: int
    unread: int


def _source_form(
    work: Jobs,
    source: SourceEntry,
    last: RunEntry | None,
    at: tuple[Held, datetime],
    by_id: Mapping[str, SourceEntry],
) -> SourceForm:
    held, moment = at
    values: dict[str, Any] = {name: getattr(source, name) for name in SourceForm.model_fields if hasattr(source, name)}
    values.update(
        title=_titles().get(source.kind, source.kind),
        settings=dict(source.settings),
        groups=sorted(source.groups),
        next_run=after(source.schedule, moment) if source.schedule and source.enabled else None,
        health=health(source, last, moment, held.unread),
        trouble=source.trouble or (last.reason if last and last.state == FAILED else None),
        documents=held.documents,
        unread=held.unread,
        last_run=run_form(work, last, by_id) if last else None,
    )
    return SourceForm.model_validate(values)


def health(source: SourceEntry, last: RunEntry | None, moment: datetime, unread: int = 0) -> HealthName:
    """How a source is doing, in a word; one with a document that could not be read is not fine."""
    if not source.enabled:
        return "disabled"
    if source.trouble or (last is not None and last.state == FAILED):
        return "trouble"
    if source.checked_at is None:
        return "never"
    if source.schedule and overdue(source.schedule, source.checked_at, moment):
        return "stale"
    return "partial" if unread else "ok"


@cache
def _titles() -> dict[str, str]:
    return {info.kind: info.title for info in kinds()}
