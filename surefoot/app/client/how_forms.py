"""The forms of how an answer was made, as every client of Surefoot sees them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from surefoot.app.client.citation_forms import Form

LeftOutName = Literal["not_enough", "faint", "repeated", "budget", "instruction", "unused"]


class QuoteForm(Form):
    """A span of a document, with its text as it is now."""

    document_id: str
    chunk_id: str
    title: str
    page: int | None
    heading: list[str]
    text: str
    number: int | None = None
    """The number in brackets under which the answer cites it."""


class UnderstoodForm(Form):
    """The question as it was searched."""

    searched: str
    with_superseded: bool = False
    language: str = ""
    parts: list[str] = Field(default=[])
    corrections: list[tuple[str, str]] = Field(default=[])
    filters: list[tuple[str, str]] = Field(default=[])
    leaned: bool = False


class FoundForm(Form):
    """A passage that the search found, with its fused score and its place by that score."""

    document_id: str
    chunk_id: str
    title: str
    page: int | None
    heading: list[str]
    score: float
    rank: int
    cited: bool
    superseded: bool = False


class ConsideredForm(Form):
    """A sentence that may hold the answer, and what became of it."""

    quote: QuoteForm
    score: float
    cosine: float
    coverage: float
    cited: bool
    read: bool
    left_out: LeftOutName | None = None


class DecisionForm(Form):
    """Whether the evidence suffices."""

    chance: float
    enough_from: float
    sure_from: float
    enough: bool
    on_topic: bool
    features: dict[str, float] = Field(default={})
    missing: list[str] = Field(default=[])
    probable_from: float | None = None


class ClaimForm(Form):
    """A sentence that the model wrote, with the verdict on it."""

    text: str
    supported: bool
    reason: str = ""
    quotes: list[QuoteForm] = Field(default=[])


class OlderForm(Form):
    """An older version of a document that was found; it was left out."""

    document_id: str
    title: str
    version: str
    valid_from: str | None = None


class HowForm(Form):
    """How an answer was made; what the asker may not see any more, or what is gone, is left out."""

    understood: UnderstoodForm
    mode: Literal["auto", "quotes", "model"]
    edition: str
    encode_ms: float
    search_ms: float
    found: list[FoundForm]
    considered: list[ConsideredForm]
    decision: DecisionForm
    claims: list[ClaimForm]
    older: list[OlderForm] = Field(default=[])
    history: list[tuple[str, str]] = Field(default=[])
    """What was remembered of the conversation: role and text, oldest first."""
    vanished: int = 0
    """Passages and sentences that were there and are not any more, or that the asker may no longer see."""
