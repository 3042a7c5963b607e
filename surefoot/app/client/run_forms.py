"""The forms of runs that travel over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from surefoot.app.client.forms import Form

RunState = Literal["queued", "running", "paused", "waiting", "cancelled", "finished", "failed"]
RunKind = Literal["source", "retry", "reread", "reencode", "remove"]
ItemStatus = Literal["waiting", "working", "ingested", "unchanged", "rejected", "removed", "failed", "kept"]
ChangeName = Literal["new", "changed", "gone", "again"]

STAGES = ("read", "profile", "validate", "clean", "deduplicate", "encode", "index")
"""The stages that a document passes, in their order."""
ENDED: frozenset[str] = frozenset({"cancelled", "finished", "failed"})
"""The states that a run does not leave."""


class RunForm(Form):
    """One pass over a source, or over what a person asked for."""

    id: str
    assistant: str
    source_id: str | None
    source_name: str | None
    kind: RunKind
    state: RunState
    reason: str | None
    """Why it waits for a person, or failed."""
    asked_by: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    total: int
    """Documents to be worked on: the unchanged ones are not among them."""
    done: int
    unchanged: int
    counts: dict[str, int] = Field(default={})
    """Documents by status (see ItemStatus); a status without documents is left out."""
    stages: dict[str, int] = Field(default={})
    """Documents that have passed each stage."""
    documents_per_second: float | None = None
    """Over the last seconds; None where nothing is under way."""
    seconds_left: float | None = None
    report: dict[str, Any] = Field(default={})
    """What the monitor says after it, and seconds by stage."""


class RunList(Form):
    """Runs, the newest first."""

    runs: list[RunForm]


class RunItemForm(Form):
    """One document of a run."""

    path: str
    change: ChangeName
    status: ItemStatus
    stage: str
    """The stage that it reached, or failed in."""
    reason: str | None
    remedy: str | None
    """Which button helps: 'retry', 'accept', 'replace' or none."""
    document_id: str | None
    attempts: int
    seconds: float
    updated_at: datetime


class RunItemList(Form):
    """A page of a run's documents, by path."""

    items: list[RunItemForm]
    total: int
    """How many there are in all pages."""
    offset: int


class FailureGroup(Form):
    """Documents of one run that failed or were rejected for the same reason."""

    reason: str
    remedy: str | None
    count: int
    examples: list[str]
    """Some of their paths."""


class FailureList(Form):
    """Why documents of a run failed, the most frequent reason first."""

    failures: list[FailureGroup]


class RetryOrder(Form):
    """Which documents of a run shall be tried again."""

    paths: list[str] = Field(default=[], max_length=10_000)
    all: bool = False
    """All that failed, whatever `paths` says."""


class AcceptOrder(Form):
    """Which rejected documents of a run shall be taken in although a quality rule rejects them."""

    paths: list[str] = Field(min_length=1, max_length=10_000)
