"""Renders the newest measurement of live data under load (docs/results/…-telemetry.json) as a Markdown table."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, Field

RESULTS = Path(__file__).resolve().parent.parent / "docs" / "results"
NOT_YET = "Not measured yet."


class Loaded(BaseModel):
    """What came of live data under load or a failure, or how long plans took."""

    what: str
    acknowledged: int = 0
    lost: int = 0
    asked_for_per_s: int = 0
    rows: int = 0
    freshness_s: dict[str, float] = Field(default_factory=dict[str, float])
    plan_and_read_s: dict[str, float] = Field(default_factory=dict[str, float])


class Proof(BaseModel):
    """The whole result."""

    date: str
    rows: list[Loaded]


def load_table(folder: Path = RESULTS) -> str:
    """Messages lost under load and failures, how soon answers know of a sample, and times of plans."""
    found = sorted(folder.glob("*-telemetry.json"))
    if not found:
        return NOT_YET
    proof = Proof.model_validate(json.loads(found[-1].read_text(encoding="utf-8")))
    lines = ["| What | Value |", "| --- | ---: |", *(f"| {what} | {value} |" for what, value in _rows(proof))]
    return f"Measured on {proof.date}.\n\n" + "\n".join(lines)


def _rows(proof: Proof) -> Iterator[tuple[str, str]]:
    for row in proof.rows:
        if row.acknowledged:
            rate = f", {row.asked_for_per_s:,} messages a second" if row.asked_for_per_s else ""
            yield f"{row.what}{rate}: lost of {row.acknowledged:,} acknowledged", f"{row.lost:,}"
        if row.freshness_s:
            yield f"{row.what}: a sample is told after, half / 95 %", _seconds(row.freshness_s)
        if row.plan_and_read_s:
            yield f"{row.what}, {row.rows:,} rows, half / 95 %", _seconds(row.plan_and_read_s)


def _seconds(found: dict[str, float]) -> str:
    return f"{found['p50']:.2f} / {found['p95']:.2f} s"
