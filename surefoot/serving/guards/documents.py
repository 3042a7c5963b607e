"""Recognises sentences in documents that tell the assistant what to do, and leaves them out of the evidence.

Evidence is data, whatever it says, and a model that follows it is caught by the check of each sentence. But a sentence
that speaks to the assistant answers nobody's question: it is neither quoted nor shown to a model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from surefoot.retrieval.answerability import judge
from surefoot.retrieval.evidence import Evidence
from surefoot.retrieval.highlights import Highlight
from surefoot.retrieval.units import SHORTEST, Unit
from surefoot.serving.guards.folding import decoded, fold
from surefoot.serving.guards.rules import rules

_WORTH_A_LOOK = re.compile(
    r"\b(?:your?|user|instructions?|prompts?|rules|ignore|disregard|forget|assistant|chatbot|bot|ai|llm|gpt|model|base\d\d|"
    r"reply|respond|responses?|answers?|output|sentiment|mood|emojis?)\b|\b(?:ignorier|vergiss|ignora|olvida|oublie|dimentica|esquec|zignoruj|zapomnij)|!\[|<\||\[/?inst|\{\w+\}|[A-Za-z0-9+/]{24,}={0,2}"
)
"""Words without which no rule fires: most sentences are through after this."""


@dataclass(frozen=True, slots=True)
class Cleared:
    """Evidence without sentences that instruct the assistant."""

    evidence: Evidence
    left_out: tuple[Highlight, ...] = ()
    """Those sentences, likeliest first."""


def instructs(text: str) -> bool:
    """Whether a text tells the assistant what to do."""
    folded = fold(text)
    if not _WORTH_A_LOOK.search(folded) and text.isascii():
        return False
    patterns = (*rules("documents", "rules"), *rules("attacks", "rules"))
    return any(rule(reading) for reading in (folded, *decoded(text)) for rule in patterns)


def cleared(evidence: Evidence) -> Cleared:
    """The evidence, judged anew where something had to be left out."""
    kept: list[Highlight] = []
    left_out: list[Highlight] = []
    leads = 0
    for number, highlight in enumerate(evidence.highlights):
        unit = _harmless(highlight.unit)
        if unit is not None:
            kept.append(highlight if unit is highlight.unit else replace(highlight, unit=unit))
            leads += number < evidence.leads
        if unit is not highlight.unit:
            left_out.append(highlight)
    if not left_out:
        return Cleared(evidence)
    conflict = (
        evidence.conflict if not set(evidence.conflict.sides if evidence.conflict else ()) & set(left_out) else None
    )
    judgement = judge(evidence.question, kept, kept[:leads])
    if not kept:
        judgement = replace(judgement, on_topic=evidence.judgement.on_topic)
    clean = replace(evidence, highlights=tuple(kept), leads=leads, conflict=conflict, judgement=judgement)
    return Cleared(clean, tuple(left_out))


def _harmless(unit: Unit) -> Unit | None:
    """The unit, or its longest run of lines that instructs nobody; None where nothing is left or its headings do."""
    if not instructs(f"{unit.context}\n{unit.shown}" if unit.context else unit.shown):
        return None if instructs(unit.heading) else unit
    runs = [run for run in _runs(unit) if len(run.shown) >= SHORTEST and not instructs(run.shown)]
    if unit.is_row or instructs(unit.context) or instructs(unit.heading):
        return None
    return max(runs, key=lambda run: len(run.shown), default=None)


def _runs(unit: Unit) -> Iterator[Unit]:
    """The runs of lines of a unit between those that instruct the assistant."""
    begin = at = unit.start
    lines = unit.quote.splitlines(keepends=True)
    if len(lines) < 2:
        return
    for line in [*lines, None]:
        if line is None or instructs(line):
            yield _part(unit, begin, at)
            begin = at + len(line or "")
        at += len(line or "")


def _part(unit: Unit, start: int, end: int) -> Unit:
    text = unit.passage.chunk.text[start:end]
    start, end = start + len(text) - len(text.lstrip()), end - len(text) + len(text.rstrip())
    return replace(unit, start=start, end=max(start, end), shown=" ".join(unit.passage.chunk.text[start:end].split()))
