"""Holds each sentence that a model wrote against the evidence before a reader sees it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from surefoot.core.text.folding import folded
from surefoot.core.text.numbers import numbers
from surefoot.core.text.quantities import read_quantities
from surefoot.retrieval.encoders import DenseEncoder
from surefoot.retrieval.units import Unit
from surefoot.serving.agreement import Agreement, Objection, Reading, Source, content_words, read_source, read_text
from surefoot.serving.alignment import groups, parts
from surefoot.serving.naming import Known
from surefoot.serving.nearness import Nearness
from surefoot.serving.replies import read_reply, why_unfit

Terms = Callable[[str], list[str]]
MARK = re.compile(r"\s*\[(\d+(?:\s*,\s*\d+)*)\]")
_CELL = re.compile(r" [—–] ")
"""Behind the first cell of a row, as it is shown."""
SHARED_WORDS = 0.6
"""Share of a claim's content words that its evidence (or the question) has to have."""
OWN_WORDS = 0.4
"""Share that the evidence itself has to have: the question's words prove nothing."""
FEWEST_WORDS = 0.25
"""Share of own words that suffices where the source is near in meaning, or has the number that was asked for."""
ANSWERS = 0.5
"""Share of the question's words in a source from which it answers the question."""
NEAR = 0.6
"""Cosine of claim and evidence from which fewer shared words suffice."""
STRANGE = 0.5
"""Cosine of the nearest word of the source below which a word that the claim has from the question is strange there."""
FOREIGN = 0.25
"""Below which one such word alone is too much, and the share of the claim's words from which they are too many."""
ABOUT = 0.7
"""Share of a row's first cell that the claim or the question has to name, where that is words and no code."""
CLOSER = 0.15
"""A source that shares this much more of a claim's words than another speaks about the same thing: its contradiction is
final, and the other's chance agreement counts for nothing."""
SURELY = 0.6
"""Share of words from which a source surely speaks about the claim's matter."""
VERBATIM = 0.8
"""Share of words from which a claim is a copy of its source with a change: only one as near can save it."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence of the model with the evidence numbers that it named."""

    text: str
    """Without the numbers in brackets."""
    marks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the evidence carries a claim, by which units, and why not."""

    supported: bool
    units: tuple[Unit, ...] = ()
    reason: str = ""
    """In words for the reader: what the source says instead."""
    final: bool = False
    """Whether a source that says nearly the same contradicts it."""
    shared: float = 0.0
    """Share of its words in the source that is likest to it, from 0 to 1."""
    contradicted: bool = False
    """Withheld because a source says otherwise, not merely less."""


@dataclass(frozen=True, slots=True)
class _Bench:
    """What one claim is held against."""

    evidence: Sequence[Unit]
    sources: Sequence[Source]
    question: Reading
    known: Known
    named: Sequence[int]
    """Places of the units that the model named."""


def read_claim(sentence: str) -> Claim:
    """Part a sentence from its marks."""
    marks = tuple(int(n) for found in MARK.finditer(sentence) for n in found.group(1).split(","))
    return Claim(" ".join(MARK.sub("", sentence).split()), marks)


class Grounding:
    """Checks words, meaning, numbers, dates, names and negation of a claim against evidence; asks no model."""

    def __init__(self, terms: Terms, encoder: DenseEncoder | None = None, *, judged: bool = False) -> None:
        """encoder: judges nearness in meaning where few words are shared; without one, words alone decide.

        judged: the chat model is asked, too, about what the rules release (see judging.py).
        """
        self.judged = judged
        self._terms = terms
        self._nearness = Nearness(encoder) if encoder else None

    def check(self, claim: Claim, evidence: Sequence[Unit], question: str) -> Verdict:
        """The verdict on a claim; `evidence` is in prompt order, so that mark 1 is its first element.

        The marks are a hint: where the named units do not carry the claim, the likest ones are tried. A claim that
        makes several statements may find each in another unit.
        """
        if not evidence:
            return Verdict(supported=False, reason="there is no evidence")
        reply = read_reply(folded(claim.text))
        if not content_words(reply.rest, self._terms) and not numbers(reply.rest):
            return Verdict(supported=False, reason="it says nothing by itself")
        verdict = self._stated(claim, reply.rest, evidence, question)
        carrying = [folded(f"{unit.context} {unit.shown}") for unit in verdict.units]
        unfit = verdict.supported and why_unfit(reply, read_text(question, self._terms), carrying, self._terms)
        return Verdict(supported=False, reason=unfit, shared=verdict.shared, contradicted=True) if unfit else verdict

    def _stated(self, claim: Claim, text: str, evidence: Sequence[Unit], question: str) -> Verdict:
        """The verdict on what a claim says behind its 'yes' or 'no'."""
        sources = [read_source(unit, self._terms) for unit in evidence]
        asked = read_text(question, self._terms)
        known = Known(asked.text, "\n".join([asked.text, *(source.around for source in sources)]))
        named = [m - 1 for m in dict.fromkeys(claim.marks) if 0 < m <= len(evidence)]
        bench = _Bench(evidence, sources, asked, known, named)
        whole = self._held(text, bench)
        statements = parts(text)
        if whole.supported or whole.final or len(statements) < 2:
            return whole
        verdicts = [self._held(statement, bench) for statement in statements]
        failed = [verdict for verdict in verdicts if not verdict.supported]
        if failed:
            return failed[0]
        carrying = tuple({id(u): u for v in verdicts for u in v.units}.values())
        return Verdict(supported=True, units=carrying, shared=whole.shared)

    def _held(self, statement: str, bench: _Bench) -> Verdict:
        """The verdict on one statement. Where the likest source contradicts it, no less like one saves it."""
        claim = read_text(statement, self._terms)
        agreement = Agreement(claim, bench.question, bench.known, self._terms)
        first: Objection | None = None
        bar = most = 0.0
        for group in groups(claim, bench.question, bench.sources, bench.named):
            most = max(most, group.shared)
            if group.shared < bar:
                continue
            sources = [bench.sources[n] for n in group.places]
            objection = (
                next(iter(agreement.objections(sources)), None)
                or self._unlike(claim, sources, bench.question)
                or self._elsewhere(claim, sources, bench.question)
            )
            if objection is None:
                carrying = tuple(bench.evidence[n] for n in group.places)
                return Verdict(supported=True, units=carrying, shared=group.shared)
            if first is None or (objection.contradicts and not first.contradicts):
                first = objection
            if objection.contradicts and len(group.places) == 1 and group.shared >= SURELY:
                bar = max(bar, group.shared - (0.0 if group.shared >= VERBATIM else CLOSER))
        return Verdict(
            supported=False,
            reason=first.reason if first else "no source says it",
            final=bar >= VERBATIM,
            shared=most,
            contradicted=first is not None and first.contradicts,
        )

    def says_something(self, claim: Claim) -> bool:
        """Whether a claim can be checked by itself ('Yes.' cannot)."""
        return len(self._terms(claim.text)) >= 2 or bool(numbers(claim.text))

    def _unlike(self, claim: Reading, sources: Sequence[Source], question: Reading) -> Objection | None:
        """Whether too few words and numbers, and no nearness in meaning, tie the claim to its sources."""
        figures = read_quantities(claim.text)
        total = len(claim.words) + len(figures)
        if not total:
            return None
        there = frozenset[str]().union(*(source.words for source in sources))
        carried = sum(any(q.same(mine) for s in sources for q in read_quantities(s.text)) for mine in figures)
        own = len(claim.words & there) + carried
        shared = own + len((claim.words & question.words) - there)
        answers = len(question.words & there) >= ANSWERS * len(question.words) > 0
        if shared >= SHARED_WORDS * total and own >= (FEWEST_WORDS if answers and carried else OWN_WORDS) * total:
            return None
        if self._nearness and own >= FEWEST_WORDS * total:
            near = self._nearness.cosine(claim.text, " ".join(source.text for source in sources))
            if near >= NEAR:
                return None
        return Objection("no source says it", contradicts=False)

    def _elsewhere(self, claim: Reading, sources: Sequence[Source], question: Reading) -> Objection | None:
        """Whether the claim says of what was asked about what its sources say of something else.

        A row speaks of what its first cell names. Words that the claim has from the question alone must have their like
        in a source: 'The groomer wears dark blue' does not stand on what kennel hands wear.
        """
        for row in sources:
            named = row.first_cell & (claim.words | question.words)
            if len(named) < ABOUT * len(row.first_cell) and not any(map(_has_digit, row.first_cell)):
                return Objection(f"that row is about “{_CELL.split(row.text)[0]}”", contradicts=False)
        there = frozenset[str]().union(*(source.words for source in sources))
        only_asked = (claim.words & question.words) - there
        if not self._nearness or len(only_asked) < FOREIGN * len(claim.words) or not only_asked:
            return None
        source = " ".join(source.around for source in sources)
        near = self._nearness.of_words(claim.text, only_asked, source, self._terms)
        strange = [word for word, cosine in near.items() if cosine < STRANGE]
        many = len(strange) > 1 and len(strange) > FOREIGN * len(claim.words)
        if many or any(near[word] < FOREIGN for word in strange):
            return Objection(f"no source speaks of “{'”, “'.join(strange)}” there", contradicts=False)
        return None


def _has_digit(word: str) -> bool:
    return any(letter.isdigit() for letter in word)
