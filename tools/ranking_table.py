"""Renders the newest comparison of ways of finding (docs/results/…-ranking.json) as a Markdown table."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

RESULTS = Path(__file__).resolve().parent.parent / "docs" / "results"
NOT_YET = "Not measured yet."


class Difference(BaseModel):
    """A mean difference with its 95 % interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:+.3f} [{self.low:+.3f}, {self.high:+.3f}]"


class Ranked(BaseModel):
    """What one contender reached on one question set."""

    model_config = ConfigDict(populate_by_name=True)
    set: str
    questions: int
    contender: str
    ndcg_at_10: float = Field(alias="ndcg@10")
    recall_at_10: float = Field(alias="recall@10")
    recall_at_1: float = Field(alias="recall@1")
    ours_less_theirs: dict[str, Difference] = {}


class Comparison(BaseModel):
    """The whole result."""

    date: str
    rows: list[Ranked]


def ranking_table(folder: Path = RESULTS) -> str:
    """Each set and contender, with what ours has more than it in nDCG@10 and recall@10."""
    files = sorted(folder.glob("*-ranking.json"))
    if not files:
        return NOT_YET
    newest = Comparison.model_validate(json.loads(files[-1].read_text(encoding="utf-8")))
    head = "| Question set | By | nDCG@10 | Recall@10 | Recall@1 | Ours more, nDCG@10 | Ours more, recall@10 |"
    body = [
        f"| {row.set} ({row.questions:,}) | {row.contender} | {row.ndcg_at_10:.3f} | {row.recall_at_10:.3f} "
        f"| {row.recall_at_1:.3f} | {_more(row, 'ndcg@10')} | {_more(row, 'recall@10')} |"
        for row in newest.rows
    ]
    intro = f"Measured on {newest.date}; differences with 95 % intervals (paired bootstrap over the questions)."
    return "\n".join([intro, "", head, "| --- | --- | ---: | ---: | ---: | ---: | ---: |", *body])


def _more(row: Ranked, measure: str) -> str:
    return str(row.ours_less_theirs[measure]) if measure in row.ours_less_theirs else ""
