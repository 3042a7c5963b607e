"""Collects claims that are known to be supported, each with its evidence, from an assistant's cases."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from surefoot.core.text.sentences import sentence_spans
from surefoot.eval.cases import Case
from surefoot.retrieval.highlights import Highlight
from surefoot.retrieval.units import Unit

UNITS = 8
"""Units of evidence beside those that carry the claim."""
SHORTEST, LONGEST = 25, 400
"""Characters of a claim."""


@dataclass(frozen=True, slots=True)
class Supported:
    """A claim that its evidence carries."""

    claim: str
    question: str
    evidence: tuple[Unit, ...]
    """In the order of a prompt."""
    source: Literal["quote", "paraphrase"]
    """A unit word for word, or a sentence of a reference answer that a person wrote."""


def paraphrases(case: Case, highlights: Sequence[Highlight]) -> Iterator[Supported]:
    """The sentences of a case's reference answer, where its quotes are among the highlights.

    An answer that says that documents disagree is left out: it speaks of the documents, not of the matter.
    """
    if not case.answer or case.category in ("conflict", "other_language"):
        return
    carrying = [_carrying(quote.quote, highlights) for quote in case.evidence]
    if not all(carrying):
        return
    units = _with([h.unit for h in highlights[:UNITS]], [unit for some in carrying for unit in some])
    for start, end in sentence_spans(case.answer):
        if SHORTEST <= end - start <= LONGEST:
            yield Supported(case.answer[start:end], case.question, units, "paraphrase")


def quotes(case: Case, highlights: Sequence[Highlight], wanted: int, seed: int) -> Iterator[Supported]:
    """Some of a case's highlights as claims, each of another likelihood, drawn by chance."""
    fit = [h for h in highlights[:20] if SHORTEST <= len(h.unit.shown) <= LONGEST and not h.unit.is_row]
    dice = random.Random(f"{case.id}{seed}")  # noqa: S311 - repeatable, not secret
    for chosen in dice.sample(fit, min(wanted, len(fit))):
        units = _with([h.unit for h in highlights[:UNITS]], [chosen.unit])
        yield Supported(chosen.unit.shown, case.question, units, "quote")


def _with(first: Sequence[Unit], more: Sequence[Unit]) -> tuple[Unit, ...]:
    return tuple({(u.passage.chunk.id, u.start): u for u in (*first, *more)}.values())


def _carrying(quote: str, highlights: Sequence[Highlight]) -> list[Unit]:
    """The units that a quote runs over."""
    wanted = _plain(quote)
    found: list[Unit] = []
    for highlight in highlights:
        text = _plain(highlight.unit.quote)
        if wanted in text or (len(text) > SHORTEST and text in wanted):
            found.append(highlight.unit)
    return found


def _plain(text: str) -> str:
    return " ".join(text.replace("**", "").replace("|", " ").lower().split()).rstrip(".")
