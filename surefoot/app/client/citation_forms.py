"""The forms of citations and of what has become of them, as every client of Surefoot sees them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

CitationStatus = Literal["current", "superseded", "changed", "gone"]


class Form(BaseModel):
    """A form ignores keys it does not know, so that an old client reads a newer server."""

    model_config = ConfigDict(extra="ignore")


class ChangesForm(Form):
    """Half-open character spans of the words that differ between a quote and what stands in its place now."""

    old: list[tuple[int, int]] = []
    new: list[tuple[int, int]] = []


class CitationForm(Form):
    """A claim's half-open character span in the answer, tied to a verbatim quote."""

    start: int
    end: int
    document_id: str
    title: str
    page: int | None
    quote: str
    score: float
    chunk_id: str
    heading: list[str] = []
    version: str = "1"
    superseded: bool = False
    number: int = 1
    """The number in brackets behind the claim; the same quote has the same number."""
    reading: str = ""
    """The id of the reading that carries the claim; empty where a passage does."""
    status: CitationStatus = "current"
    """What has become of it since: the quote stands, there is a newer version, it says something else, it is gone."""
    now: str | None = None
    """For a changed one: what the document says in its place; None where it says nothing like it."""
    changes: ChangesForm = ChangesForm()
    newer: str | None = None
    """For a superseded one: the document that took its place."""


class AnswerStateForm(Form):
    """Whether an answer's citations still hold."""

    id: str
    stale: bool
    state: str
    """Changes when something has become of one of its citations."""


class AnswerStatesForm(Form):
    """Those of the answers asked about that are the asker's and still there."""

    answers: list[AnswerStateForm]


class CitingAnswerForm(Form):
    """An answer that cites a document."""

    id: str
    assistant: str
    question: str
    conversation_id: str | None
    created_at: datetime
    numbers: list[int]
    """The numbers in brackets under which it cites the document."""


class CitingAnswersForm(Form):
    """The asker's answers that cite a document, newest first."""

    answers: list[CitingAnswerForm]
