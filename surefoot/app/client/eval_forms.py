"""The forms of evaluation that travel over HTTP."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field

from surefoot.app.client.forms import Form


class RetrievalScores(Form):
    """How well the search finds the marked documents of one question set."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True)

    questions: int
    ndcg_at_10: float = Field(alias="ndcg@10")
    recall_at_10: float = Field(alias="recall@10")
    recall_at_1: float = Field(alias="recall@1")
    seconds: float


EvalMode = Literal["both", "quotes", "model"]


class CategoryScore(Form):
    """How the cases of one category went, with the model or with quotes alone."""

    mode: Literal["quotes", "model"]
    category: str
    """A category of cases, or "all"."""
    cases: int
    right: int
    """Cases whose answer holds the reference fact, or that were refused as they should be."""
    refused: int
    cited: int
    """Cases with a citation of a document that holds the answer."""
    quotes_hold: int = 0
    """Cases whose cited quotes alone hold the reference fact."""
    seconds: float
    """Mean seconds of one case."""


class EvalForm(Form):
    """What playing an assistant's cases gave."""

    assistant: str
    split: str
    scores: list[CategoryScore]
    seconds: float


class EvalProgress(Form):
    """How far the cases have been played."""

    done: int
    total: int
