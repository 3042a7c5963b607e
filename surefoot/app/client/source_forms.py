"""The forms of sources that travel over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import ConfigDict, Field

from surefoot.app.client.forms import Form
from surefoot.app.client.run_forms import RunForm

HealthName = Literal["ok", "partial", "trouble", "never", "stale", "disabled"]


class NewSource(Form):
    """A source as a person wants it."""

    assistant: str
    name: str = Field(min_length=1, max_length=200)
    kind: str
    settings: dict[str, Any] = Field(default={})
    """As its kind's schema declares; secrets are names of environment variables."""
    groups: list[str] | None = None
    """Who may see its documents; None for the assistant's own groups."""
    schedule: str | None = None
    """Cron expression of five fields in UTC; None runs when asked."""
    watched: bool | None = None
    """Run as soon as something changes (folders); None does what the settings say."""
    enabled: bool = True


class SourceChange(Form):
    """What of a source shall change; what is not sent stays. An empty schedule removes the schedule."""

    name: str | None = Field(default=None, min_length=1, max_length=200)
    settings: dict[str, Any] | None = None
    groups: list[str] | None = None
    schedule: str | None = None
    watched: bool | None = None
    enabled: bool | None = None


class ConnectionTrial(Form):
    """The settings of a source that is not saved yet, to be tried."""

    kind: str
    settings: dict[str, Any] = Field(default={})


class ConnectionTest(Form):
    """Whether a source could be reached."""

    ok: bool
    found: str | None = None
    """What was found, in words."""
    reason: str | None = None
    """Why it could not be reached, and what to do."""


class KindForm(Form):
    """A kind of source that this installation has."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True)

    kind: str
    title: str
    description: str
    icon: str
    settings_schema: dict[str, Any] = Field(default={}, alias="schema")
    """JSON schema of its settings."""


class SourceForm(Form):
    """A place that an assistant's documents come from, and how it is doing."""

    id: str
    assistant: str
    name: str
    kind: str
    title: str
    """Its kind, for people."""
    settings: dict[str, Any]
    groups: list[str]
    schedule: str | None
    watched: bool
    enabled: bool
    declared: bool
    """Declared in the assistant's yaml: changed there alone."""
    owner: str
    created_at: datetime
    checked_at: datetime | None
    """When it was last listed to its end."""
    changed_at: datetime | None
    """When it last brought a change."""
    next_run: datetime | None
    health: HealthName
    trouble: str | None
    """Why the last listing failed."""
    documents: int
    unread: int = 0
    """Documents that it lists and that could not be read."""
    last_run: RunForm | None


class SourceList(Form):
    """Sources by name."""

    sources: list[SourceForm]


class KindList(Form):
    """The kinds of sources that this installation has."""

    kinds: list[KindForm]


class SourceDeleted(Form):
    """What became of a source that was deleted."""

    id: str
    kept: bool
    """Whether its documents stay in the library."""
    run: RunForm
    """The run that removes the documents and then the source; it may still go on."""
