"""The forms of the library that travel over HTTP: pages of documents, their quality, versions and access."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from surefoot.app.client.forms import DocumentRow, Form

SortName = Literal["title", "-title", "updated", "-updated", "size", "-size", "chunks", "-chunks", "status", "-status"]

_PRINTED = r"^[^\x00-\x1f\x7f]*$"
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300, pattern=_PRINTED)]
"""One line of text."""
Words = Annotated[str, StringConstraints(max_length=2_000, pattern=r"^[^\x00]*$")]


class LibraryRow(DocumentRow):
    """A document as an administrator sees it."""

    assistant: str
    owner: str
    source_id: str | None
    language: str
    """ISO 639-1, 'und', or empty where it was not looked at."""
    properties: dict[str, str]
    accepted: bool
    """A person took it in although a rule rejects it."""
    regrouped: bool
    """A person said who may see it: its source does not change that any more."""
    acceptable: bool
    """A rule rejects it, and a person can accept it."""
    masked: int
    """Values of personal data that are masked in it."""
    modified_at: datetime | None
    updated_at: datetime


class LibraryPage(Form):
    """A page of documents, and counts over all of the assistant's documents."""

    documents: list[LibraryRow]
    total: int
    """Documents that match."""
    counts: dict[str, dict[str, int]]
    """By 'status', 'language', 'media_type' and 'source_id' (empty: fed by a person)."""


class CopyForm(Form):
    """Another path under which the same content was fed."""

    path: str
    source_id: str | None


class DocumentCard(Form):
    """All that an administrator looks at of one document."""

    document: LibraryRow
    report: dict[str, Any] | None
    """What the quality stages found; None where they did not look at it."""
    versions: list[LibraryRow]
    """The other versions of it that are here, the newest first."""
    copies: list[CopyForm]


class DocumentChange(Form):
    """What of a document shall change; what is not sent stays."""

    title: Line | None = None
    groups: list[Line] | None = Field(default=None, max_length=200)
    properties: dict[Line, Words] | None = Field(default=None, max_length=50)


class Removal(Form):
    """Documents to be deleted."""

    document_ids: list[str] = Field(min_length=1, max_length=10_000)


class Removed(Form):
    """What became of them."""

    deleted: int
    refused: list[str]
    """Ids of documents that are not there, or that the asker may not delete."""
