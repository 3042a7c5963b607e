"""Measures what understanding a question is worth: `python -m tools.understanding follow_ups`, over the data folder."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from surefoot.app.settings import Settings
from surefoot.app.wiring import SHIPPED_ASSISTANTS, build
from surefoot.core.nouns import Asker
from surefoot.eval.cases import Case, load_cases
from surefoot.retrieval.evidence import Evidence, EvidenceFinder
from surefoot.retrieval.highlights import Highlighter
from surefoot.serving.quotes import choose

SETS = Path(__file__).parent / "question_sets"
ASSISTANTS = ("fleet", "support", "compliance")
EVERYONE = Asker("measuring", frozenset({"everyone"}))


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A question that leans on those before it."""

    id: str
    assistant: str
    history: tuple[str, ...]
    question: str
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """How far the evidence of one question holds its quotes."""

    recall_5: bool
    recall_12: bool
    first: bool
    """The likeliest sentence is one of the quotes."""
    quoted: bool
    """An answer would be given, and the quotes are in it."""
    leaned: bool


def read_follow_ups(path: Path = SETS / "follow_ups" / "dev.jsonl") -> list[FollowUp]:
    """The marked follow-ups."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [
        FollowUp(r["id"], r["assistant"], tuple(r["history"]), r["question"], tuple(e["quote"] for e in r["evidence"]))
        for r in rows
    ]


def dev_cases() -> list[tuple[str, Case]]:
    """The dev cases of the shipped assistants."""
    return [
        (name, case)
        for name in ASSISTANTS
        for case in load_cases(SHIPPED_ASSISTANTS / name / "cases.jsonl")
        if case.split == "dev"
    ]


def score(evidence: Evidence, quotes: Sequence[str]) -> Score:
    """Hold evidence against the quotes that it should bring."""
    wanted = [_folded(quote) for quote in quotes]
    passages = [_folded(p.chunk.text) for p in evidence.passages]
    units = [_folded(h.unit.quote) for h in evidence.highlights[:1]]
    chosen = [_folded(h.unit.quote) for h in choose(evidence)]
    return Score(
        recall_5=_all_in(wanted, passages[:5]),
        recall_12=_all_in(wanted, passages[:12]),
        first=any(_alike(quote, unit) for quote in wanted for unit in units),
        quoted=evidence.judgement.enough and all(any(_alike(q, unit) for unit in chosen) for q in wanted),
        leaned=evidence.leaned,
    )


def follow_ups(finder: EvidenceFinder) -> None:
    """Follow-ups alone, behind the question before, and rewritten; then ordinary questions after a random one."""
    marked = read_follow_ups()
    ways: dict[str, Callable[[FollowUp], Evidence]] = {
        "alone": lambda f: finder.find(f.question, EVERYONE, f.assistant),
        "behind the question before": lambda f: finder.find(f"{f.history[-1]} {f.question}", EVERYONE, f.assistant),
        "rewritten": lambda f: finder.find(f.question, EVERYONE, f.assistant, f.history),
    }
    for name, way in ways.items():
        tell(f"follow-ups, {name}", [score(way(f), f.quotes) for f in marked])
    changed, asked = _after_another(finder)
    print(f"ordinary questions after a random other one: {changed} of {asked} have other evidence")


def _after_another(finder: EvidenceFinder) -> tuple[int, int]:
    """How many ordinary questions are searched otherwise when another one was asked before them."""
    cases, chance = dev_cases(), random.Random(4)  # noqa: S311 - nothing secret
    changed = 0
    for name, case in cases:
        others = [other.question for of, other in cases if of == name and other != case]
        before = finder.find(case.question, EVERYONE, name, [chance.choice(others)])
        changed += before.passages != finder.find(case.question, EVERYONE, name).passages
    return changed, len(cases)


def tell(name: str, scores: Sequence[Score]) -> None:
    """Print the share of each field."""
    fields = ("recall_5", "recall_12", "first", "quoted", "leaned")
    told = ", ".join(f"{field} {sum(getattr(s, field) for s in scores) / len(scores):.3f}" for field in fields)
    print(f"{name} (n = {len(scores)}): {told}")


def _folded(text: str) -> str:
    return " ".join(text.translate(str.maketrans("*|`_", "    ")).lower().split())


def _all_in(quotes: Iterable[str], texts: Sequence[str]) -> bool:
    return all(any(quote in text for text in texts) for quote in quotes)


def _alike(quote: str, unit: str) -> bool:
    return quote in unit or unit in quote


MEASURES: dict[str, Callable[[EvidenceFinder], None]] = {"follow_ups": follow_ups}


def main(names: Sequence[str]) -> None:
    """Measure what is named, or all."""
    app = build(Settings())
    encoder = app.library.keeper.encoders.first
    finder = EvidenceFinder(app.library.searcher, Highlighter(encoder.dense, encoder.sparse.terms), encoder.dense)
    try:
        for name in names or MEASURES:
            MEASURES[name](finder)
    finally:
        app.stop(10)


if __name__ == "__main__":
    main(sys.argv[1:])
