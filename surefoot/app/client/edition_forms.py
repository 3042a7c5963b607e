"""The forms of editions that travel over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from surefoot.app.client.forms import Form

EditionState = Literal["building", "ready", "live", "previous"]


class NewEdition(Form):
    """An edition as a person wants it; what is not said is as in the live one."""

    name: str = Field(max_length=200)
    encoder: str | None = Field(default=None, max_length=200)
    chunk_tokens: int | None = None
    """Tokens of a chunk's own text, at most."""


class DifferenceForm(Form):
    """One measure of both editions over an assistant's cases, from 0 to 1."""

    measure: str
    cases: int
    live: float
    other: float
    difference: float
    """The other less the live one: above 0 the other is better."""
    low: float
    high: float
    """Ends of the difference's 95 % interval."""


class AssistantComparison(Form):
    """How both editions fared on an assistant's cases."""

    assistant: str
    differences: list[DifferenceForm]


class ComparisonForm(Form):
    """How an edition fared beside the one that was live then."""

    against: str
    """Name of the edition that was live."""
    compared_at: datetime
    seconds: float
    assistants: list[AssistantComparison]


class EditionForm(Form):
    """A way of cutting and encoding all documents."""

    name: str
    encoder: str
    chunk_tokens: int
    state: EditionState
    built: int
    """Documents that it holds."""
    total: int
    """Documents that it must hold."""
    trouble: str | None
    """Why it cannot be completed, and what to do."""
    comparison: ComparisonForm | None
    created_at: datetime
    switched_at: datetime | None


class EncoderForm(Form):
    """An encoder that an edition may be made with."""

    name: str
    title: str
    available: bool
    remedy: str
    """How it is installed, where it is not."""


class EditionList(Form):
    """The editions, the live one first, and the encoders that there are."""

    editions: list[EditionForm]
    encoders: list[EncoderForm]


class EditionDropped(Form):
    """An edition that was deleted."""

    name: str
