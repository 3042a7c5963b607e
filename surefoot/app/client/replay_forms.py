"""The forms of an answer that was run again and compared, as every client of Surefoot sees them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from surefoot.app.client.citation_forms import Form
from surefoot.app.client.forms import AnswerForm
from surefoot.app.client.how_forms import QuoteForm


class ChangedQuotesForm(Form):
    """What is no longer among the results, and what is new among them; what the asker may not see is only counted."""

    same: bool
    gone: list[QuoteForm] = Field(default=[])
    come: list[QuoteForm] = Field(default=[])
    vanished: int = 0
    """How many of those that are gone are not there any more, or not for the asker."""


class ChangedSettingForm(Form):
    """A part of the release that differs, or the asker's groups ('access')."""

    name: str
    was: str
    now: str


class ChangedDocumentForm(Form):
    """A document that was deleted, changed or added since the answer was given."""

    document_id: str
    title: str
    became: Literal["gone", "changed", "added"]


class ReplayForm(Form):
    """An answer that was run again: whether the same comes out, and what is different now."""

    same: bool
    same_text: bool
    passages: ChangedQuotesForm
    sentences: ChangedQuotesForm
    settings: list[ChangedSettingForm] = Field(default=[])
    documents: list[ChangedDocumentForm] = Field(default=[])
    before: AnswerForm
    after: AnswerForm
    """It is not kept."""
