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


class EstimateForm(Form):
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float
    n: int
    """What it was counted over: cases, or sentences."""


class CategoryScore(Form):
    """How the cases of one category went, with the model or with quotes alone."""

    mode: Literal["quotes", "model"]
    category: str
    """A category of cases, or "all"."""
    cases: int
    right: int
    """Cases whose answer holds the reference fact, or that were refused as they should be."""
    answered: int = 0
    refused: int
    cited: int
    """Cases with a citation of a document that holds the answer."""
    quotes_hold: int = 0
    """Cases whose cited quotes alone hold the reference fact."""
    numbers_wrong: int = 0
    """Numbers shown that stand neither in what was cited nor in the question."""
    withheld: int = 0
    """Sentences that the check held back."""
    seconds: float
    """Mean seconds of one case."""
    support: dict[str, int] = Field(default={})
    """Cases by what their evidence was said to carry."""
    measures: dict[str, EstimateForm] = Field(default={})
    """By name; what these cases cannot tell is left out."""


class ComparisonRow(Form):
    """One measure with quotes alone and with the model, over the cases that both have."""

    measure: str
    cases: int
    quotes: float
    model: float
    difference: float
    """The model less the quotes."""
    low: float
    high: float
    p: float | None
    """Of McNemar's exact test, for what is true or false of a case."""


class RiskPoint(Form):
    """What comes of answering the cases whose chance is at least the threshold."""

    threshold: float
    coverage: float
    risk: float


class RiskCurve(Form):
    """Wrong answers by the share of cases that are answered."""

    mode: Literal["quotes", "model"]
    area: float
    coverage: float
    risk: float
    points: list[RiskPoint]


class CaseRow(Form):
    """How one case went."""

    mode: Literal["quotes", "model"]
    case: str
    category: str
    expected: str
    outcome: str
    support: str
    right: bool
    answered: bool
    refused: bool
    cited: bool
    quotes_hold: bool
    documents_found: float | None
    quotes_found: float | None
    sentences: int
    grounded: int
    citation_precision: float | None
    quote_precision: float | None
    citation_recall: float | None
    numbers_wrong: list[str]
    withheld: int
    chance: float | None
    seconds: float
    evidence_ms: float
    first_text_ms: float | None
    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int
    answer: str


class EvalForm(Form):
    """What playing an assistant's cases gave."""

    assistant: str
    split: str
    model: str | None = None
    """The language model that was played, or null."""
    releases: list[str] = Field(default=[])
    """Of the answers: one for each mode, unless something changed meanwhile."""
    scores: list[CategoryScore]
    comparison: list[ComparisonRow] = Field(default=[])
    curves: list[RiskCurve] = Field(default=[])
    cases: list[CaseRow] = Field(default=[])
    seconds: float
    report: str = ""
    """The HTML page, where it was asked for."""


class EvalProgress(Form):
    """How far the cases have been played."""

    done: int
    total: int
