"""Ranks the evidence by how likely it is what a claim speaks about, and groups units that carry a claim together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from surefoot.core.text.quantities import read_quantities
from surefoot.serving.agreement import Reading, Source
from surefoot.serving.naming import named_codes, shared_names

SINGLES = 5
"""Units that are tried alone."""
TOGETHER = 5
"""Units of which any two that are tied by a name are tried together."""
ASKED = 0.3
"""Weight of the question's words beside the claim's."""
POINTED_AT = 0.05
"""What it is worth that the model named the unit."""
_PARTS = re.compile(
    r"(?:; |, (?:and|but)\s(?!then\b)|,? (?=(?:so|which)\s)|\band (?=(?:its|it|the|a|an|at|is|are|was|were|has|"
    r"costs?|takes?|buying|every|updates?)\s))"
)
"""Where a claim that says several things can be parted."""
_LEANS = re.compile(r"^(?:so|its?|which|is|are|was|were|has|costs?|takes?|they|their|this|that|these)\b", re.IGNORECASE)
LEAST = 2
"""Words or numbers that a part of a claim has to have to be checked by itself."""


@dataclass(frozen=True, slots=True)
class Group:
    """Places of sources that are to carry a claim, alone or together."""

    places: tuple[int, ...]
    shared: float
    """Share of the claim's words in them."""


def groups(claim: Reading, question: Reading, sources: Sequence[Source], named: Sequence[int]) -> Iterator[Group]:
    """The likest sources alone, then two and three that are tied by a name of the claim; likest first.

    Untied ones are not put together: a false claim would find its name in one and its number in another.
    """
    ranked = _ranked(claim, question, sources, named)
    about = _mentioned(claim)
    fitting = [source for source in sources if source.first_cell and source.first_cell <= about]
    beside = {n for n, source in enumerate(sources) if _another_row(source, fitting)}
    ranked = [n for n in ranked if n not in beside]
    tried = [*ranked[:SINGLES], *named, _fittest(claim, question, sources)]
    singles = list(dict.fromkeys(n for n in tried if n not in beside))
    yield from (Group((n,), _shared(claim, [sources[n]])) for n in singles)
    if not named_codes(claim.text):
        return
    likely = list(dict.fromkeys([*singles[-1:], *ranked[:TOGETHER], *singles[SINGLES:-1]]))[: TOGETHER + 2]
    for places in (*combinations(likely, 2), *combinations(likely[:4], 3)):
        chosen = [sources[n] for n in places]
        if _tied(claim, chosen) and not any(source.first_cell - about for source in chosen):
            yield Group(places, _shared(claim, chosen))


def parts(claim: str) -> list[str]:
    """The statements of a folded claim, each to be carried by itself; one that leans on names before it repeats them.

    Just the claim where it makes one statement.
    """
    pieces = [piece.strip(" ,;") for piece in _PARTS.split(claim) if piece.strip(" ,;.")]
    if len(pieces) < 2 or any(_weight(piece) < LEAST for piece in pieces):
        return [claim]
    told: list[str] = []
    for number, piece in enumerate(pieces):
        names = [code for before in pieces[:number] for code in named_codes(before)]
        leans = _LEANS.match(piece) and not named_codes(piece)
        told.append(f"{' '.join(dict.fromkeys(names))} {piece}".strip() if leans else piece)
    return told


def _mentioned(claim: Reading) -> frozenset[str]:
    """Words and codes of a claim."""
    return claim.words | {name.lower() for name in named_codes(claim.text)}


def _another_row(source: Source, fitting: Sequence[Source]) -> bool:
    """Whether a row is about kin of what the claim is about: 'H18 Polar' beside 'H18', or the other way round."""
    more = source not in fitting and any(one.first_cell < source.first_cell for one in fitting)
    return more or (bool(source.first_cell) and any(source.first_cell < one.first_cell for one in fitting))


def _weight(piece: str) -> int:
    return len(re.findall(r"\w{4,}", piece)) + len(read_quantities(piece))


def _ranked(claim: Reading, question: Reading, sources: Sequence[Source], named: Sequence[int]) -> list[int]:
    def likeness(n: int) -> float:
        asked = _shared(question, [sources[n]])
        return _shared(claim, [sources[n]]) + ASKED * asked + POINTED_AT * (n in named)

    return sorted(range(len(sources)), key=lambda n: (-likeness(n), n))


def _fittest(claim: Reading, question: Reading, sources: Sequence[Source]) -> int:
    """The source that has most of the claim's numbers and words."""
    figures = read_quantities(claim.text)

    def fit(n: int) -> float:
        there = read_quantities(sources[n].text)
        same = sum(any(one.same(other) for other in there) for one in figures)
        return len(claim.words & sources[n].words) + same + ASKED * len(question.words & sources[n].words)

    return max(range(len(sources)), key=fit)


def _shared(text: Reading, sources: Sequence[Source]) -> float:
    """Share of a text's words in sources; numbers do not count, for a wrong one must not lead to where it is right."""
    words = frozenset[str]().union(*(source.words for source in sources))
    return len(text.words & words) / max(1, len(text.words))


def _tied(claim: Reading, sources: Sequence[Source]) -> bool:
    """Whether each shares a code or numbered name of the claim with another."""
    return all(
        any(shared_names(claim.text, one.around, other.around) for other in sources if other is not one)
        for one in sources
    )
