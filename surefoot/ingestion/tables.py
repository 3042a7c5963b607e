"""The tables of the document catalogue."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, Column, DateTime, LargeBinary, Text, false, text
from sqlmodel import Field, SQLModel


class DocumentRow(SQLModel, table=True):
    """A document of one assistant: what it is, where it stands, and which content the index holds."""

    id: str = Field(primary_key=True)
    """A UUID derived from assistant and path."""
    assistant: str = Field(index=True)
    owner: str = Field(index=True)
    """Id of the asker who fed it."""
    path: str
    title: str
    media_type: str
    status: str = Field(index=True)
    """'ingesting', 'ready', 'rejected' or 'deleting'."""
    reason: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    """Why it was rejected."""
    content_hash: str = Field(index=True)
    """sha256 of the original that the index holds; empty where it holds none."""
    pending_hash: str = Field(index=True)
    """sha256 of the original that is being read; empty when no reading is under way."""
    recipe: str
    """Which reader, chunker and encoder made the chunks; another recipe reads the file again."""
    size: int
    """Bytes of the original."""
    pages: int | None
    chunks: int
    version: str
    """The version that the document states, or the number of its content where it states none."""
    stated_version: str | None
    valid_from: date | None
    superseded: bool
    """True when a newer version of the same document is in the library."""
    family: str = Field(index=True)
    """The title without version words; versions of one document share it."""
    revision: int
    """How many contents this path has had."""
    source_id: str | None = Field(default=None, index=True)
    """The source that it comes from; None for what a person or the installation fed."""
    language: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    """ISO 639-1, or 'und'; empty where it was not looked at."""
    modified_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))
    """When its source says that it was last changed."""
    properties: dict[str, str] | None = Field(default=None, sa_column=Column(JSON, nullable=True))
    """What is known of it beside its content: from its source, or written by an administrator."""
    accepted: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """A person took it in although a quality rule rejects it."""
    regrouped: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """A person said who may see it: its source does not change that any more."""
    retitled: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """A person gave it its title."""
    masked: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    """Values of personal data that were replaced in its text; its original is then shown to nobody."""
    interrupted: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    """How often the server died while its first content was being read."""
    text_hash: str = Field(default="", index=True, sa_column_kwargs={"server_default": text("''")})
    """sha256 of its normalised text; the same for copies in other formats."""
    created_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    updated_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))


class DocumentGroup(SQLModel, table=True):
    """A group whose members may see a document."""

    document_id: str = Field(primary_key=True, foreign_key="documentrow.id", ondelete="CASCADE")
    name: str = Field(primary_key=True, index=True)


class DocumentText(SQLModel, table=True):
    """A document's text as Markdown, apart from its row so that lists stay quick."""

    document_id: str = Field(primary_key=True, foreign_key="documentrow.id", ondelete="CASCADE")
    text: str = Field(sa_column=Column(Text, nullable=False))


class DocumentKeptAway(SQLModel, table=True):
    """A document of an assistant's own folder that somebody deleted: the folder does not bring it back."""

    document_id: str = Field(primary_key=True)
    owner: str
    """Id of the asker who deleted it."""
    created_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))


class DocumentAlias(SQLModel, table=True):
    """A path under which the same content was fed again; it is kept once, under the document's own path."""

    id: str = Field(primary_key=True)
    """The id that the document would have under this path."""
    assistant: str = Field(index=True)
    path: str
    document_id: str = Field(foreign_key="documentrow.id", ondelete="CASCADE", index=True)
    owner: str
    groups: list[str] = Field(sa_column=Column(JSON, nullable=False))
    source_id: str | None = Field(default=None, index=True)
    regrouped: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """A person said who may see the content: the source does not change that any more."""


class DocumentReport(SQLModel, table=True):
    """What the quality stages found in a document, as it was last read."""

    document_id: str = Field(primary_key=True, foreign_key="documentrow.id", ondelete="CASCADE")
    report: dict[str, object] = Field(sa_column=Column(JSON, nullable=False))
    sketch: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    """What the monitor compares of it."""
    signature: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    """MinHash of its text."""


class DocumentBand(SQLModel, table=True):
    """A part of a document's MinHash; near duplicates share one."""

    document_id: str = Field(primary_key=True, foreign_key="documentrow.id", ondelete="CASCADE")
    band: int = Field(primary_key=True)
    value: str = Field(index=True)


class DocumentMask(SQLModel, table=True):
    """A value that a mask stands for; it never leaves this table."""

    document_id: str = Field(primary_key=True, foreign_key="documentrow.id", ondelete="CASCADE")
    token: str = Field(primary_key=True)
    kind: str
    value: str = Field(sa_column=Column(Text, nullable=False))


PARTS_OF_A_DOCUMENT = (DocumentText, DocumentGroup, DocumentAlias, DocumentReport, DocumentBand, DocumentMask)
"""What goes with a document's line."""


class InstallationRow(SQLModel, table=True):
    """Which data folder the database belongs to, in one row: the folder has the same id in a file."""

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    id: str


class LibraryVersion(SQLModel, table=True):
    """How often an assistant's library has changed."""

    assistant: str = Field(primary_key=True)
    version: int


class CorpusRow(SQLModel, table=True):
    """An assistant's documents as the monitor last found them in order."""

    assistant: str = Field(primary_key=True)
    sketches: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    """Sketches of at most 2,000 documents, each with its length before it."""
    taken_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))


class SourceRow(SQLModel, table=True):
    """A place that an assistant's documents come from."""

    id: str = Field(primary_key=True)
    assistant: str = Field(index=True)
    name: str
    kind: str
    settings: dict[str, object] = Field(sa_column=Column(JSON, nullable=False))
    """As its kind declares; secrets are names of environment variables."""
    groups: list[str] = Field(sa_column=Column(JSON, nullable=False))
    """Who may see its documents."""
    schedule: str | None = None
    """Cron expression of five fields in UTC; None runs when asked."""
    watched: bool = False
    """Run as soon as something changes (folders)."""
    enabled: bool = True
    declared: bool = False
    """Declared in the assistant's yaml: changed there alone."""
    owner: str
    created_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    updated_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    checked_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))
    """When it was last listed to its end."""
    changed_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))
    """When it last brought a change."""
    trouble: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    """Why the last listing failed; None when it did not."""


class SourceItem(SQLModel, table=True):
    """A document as a source last listed it."""

    source_id: str = Field(primary_key=True, foreign_key="sourcerow.id", ondelete="CASCADE")
    path: str = Field(primary_key=True)
    fingerprint: str
    """Of the content that was read; empty where it must be read again."""
    document_id: str | None = Field(default=None, index=True)
    """The document that holds its content, perhaps under another path."""


class RunRow(SQLModel, table=True):
    """One pass over a source, or over what a person asked for."""

    id: str = Field(primary_key=True)
    assistant: str = Field(index=True)
    source_id: str | None = Field(default=None, index=True)
    kind: str
    """'source', 'retry', 'reread' or 'reencode'."""
    state: str = Field(index=True)
    """'queued', 'running', 'paused', 'waiting', 'cancelled', 'finished' or 'failed'."""
    reason: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    """Why it waits for a person, or failed."""
    asked_by: str
    unchanged: int = 0
    counts: dict[str, int] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    """Documents by status, and how many passed each stage."""
    report: dict[str, object] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    """What the monitor says after it, seconds by stage."""
    created_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False, index=True))
    started_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))
    finished_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))


class RunItem(SQLModel, table=True):
    """One document of a run."""

    run_id: str = Field(primary_key=True, foreign_key="runrow.id", ondelete="CASCADE")
    path: str = Field(primary_key=True)
    change: str
    """'new', 'changed', 'gone' or 'again'."""
    status: str = Field(index=True)
    """'waiting', 'working', 'ingested', 'unchanged', 'rejected', 'removed', 'failed' or 'kept'."""
    stage: str = ""
    """The stage that it reached, or failed in."""
    reason: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    remedy: str | None = None
    """Which button helps: 'retry', 'accept', 'replace' or none."""
    fingerprint: str = ""
    locator: str = Field(default="", sa_column=Column(Text, nullable=False))
    size: int | None = None
    modified_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))
    document_id: str | None = None
    attempts: int = 0
    seconds: float = 0.0
    updated_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))


class EditionRow(SQLModel, table=True):
    """One way of cutting and encoding all documents, with an index of its own."""

    name: str = Field(primary_key=True)
    encoder: str
    chunk_tokens: int
    state: str
    """'building', 'ready', 'live' or 'previous'."""
    built: int = 0
    total: int = 0
    comparison: dict[str, object] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    """How it fared beside the live one on the assistants' cases."""
    created_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    switched_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))
