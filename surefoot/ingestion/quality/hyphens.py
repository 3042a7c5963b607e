"""Joins words that the end of a line cut in two, and keeps hyphens that belong to the word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from surefoot.ingestion.quality.ledger import Ledger
from surefoot.ingestion.quality.words import is_row

_BREAK = re.compile(r"[-‐]\n[ \t]*([^\W\d_]+)(?=[\s.,;:!?)\]\"'”“’*-]|$)")
_LEFT = re.compile(r"(?:^|[\s(\[\"'“„‘*])([^\W\d_]{2,}(?:-[^\W\d_]+)*)$")
_LONGEST_WORD = 60
_SOME_CUTS = 1_000
_FEWEST_BETWEEN = 40
"""Characters from one cut to the next, on average."""
_LETTERS = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_SUSPENDED = frozenset("and or to und oder bzw sowie bis y o e u et ou of en".split())
"""'pre- and post-check': the hyphen stands for the word that follows later."""
_PREFIXES = frozenset(
    "all anti co cross day double early end ex first five four full half high in large last late left long low mid "
    "multi near new non off old on one part post pre quasi real right second self semi short single six small so "
    "state ten third three time two ultra up user vice well x year zero".split()
)
"""Words that begin compounds which keep their hyphen: 'long-term', 'non-stop'."""


@dataclass(frozen=True, slots=True)
class _Cut:
    """A word cut in two: the span from its first letter to its last, and its halves."""

    start: int
    end: int
    left: str
    right: str


@dataclass(frozen=True, slots=True)
class _Known:
    """The words of the document apart from those that are cut."""

    words: frozenset[str]
    compounds: frozenset[str]


def rejoined(texts: Sequence[str], ledger: Ledger, pages: Sequence[int | None]) -> list[str]:
    """The texts of a document's sections with their cut words whole; rows of tables are left as they are."""
    result = list(texts)
    if _is_no_prose(texts):
        return result
    while any(cuts := [_cuts(text) for text in result]):
        known = _known(result, cuts)
        for number, found in enumerate(cuts):
            if found:
                result[number] = _joined(result[number], found, known)
                ledger.add("line-end hyphens", f"{found[0].left}-|{found[0].right}", pages[number], len(found))
    return result


def _is_no_prose(texts: Sequence[str]) -> bool:
    """Whether lines end in hyphens more often than narrow columns do: a drawing, a list of codes, or a trap."""
    ends = sum(text.count("-\n") + text.count("‐\n") for text in texts)
    return ends > max(_SOME_CUTS, sum(map(len, texts)) // _FEWEST_BETWEEN)


def _cuts(text: str) -> list[_Cut]:
    """Words whose second half begins in small letters on the next line; of two that share a half, the first."""
    if "-\n" not in text and "‐\n" not in text:
        return []
    cuts: list[_Cut] = []
    for found in _BREAK.finditer(text):
        left = _LEFT.search(text[max(found.start() - _LONGEST_WORD, 0) : found.start()])
        start = found.start() - len(left.group(1)) if left else -1
        free = left is not None and (not cuts or start >= cuts[-1].end)
        if left and free and found.group(1)[0].islower() and not _in_row(text, start):
            cuts.append(_Cut(start, found.end(), left.group(1), found.group(1)))
    return cuts


def _in_row(text: str, position: int) -> bool:
    return is_row(text[text.rfind("\n", 0, position) + 1 : position + 1])


def _known(texts: Sequence[str], cuts: Sequence[list[_Cut]]) -> _Known:
    found: set[str] = set()
    for text, gaps in zip(texts, cuts, strict=True):
        start = 0
        for cut in gaps:
            found.update(_LETTERS.findall(text[start : cut.start].lower()))
            start = cut.end
        found.update(_LETTERS.findall(text[start:].lower()))
    return _Known(
        frozenset(part for word in found for part in word.split("-")), frozenset(word for word in found if "-" in word)
    )


def _joined(text: str, cuts: Sequence[_Cut], known: _Known) -> str:
    pieces: list[str] = []
    start = 0
    for cut in cuts:
        pieces += [text[start : cut.start], _whole(cut, known)]
        start = cut.end
    return "".join([*pieces, text[start:]])


def _whole(cut: _Cut, known: _Known) -> str:
    left, right = cut.left.lower(), cut.right.lower()
    last = left.rsplit("-", 1)[-1]
    if right in _SUSPENDED:
        return f"{cut.left}- {cut.right}"
    if left + right in known.words:
        return cut.left + cut.right
    is_compound = f"{left}-{right}" in known.compounds or "-" in left or last in _PREFIXES
    both_stand_alone = last in known.words and right in known.words
    return f"{cut.left}-{cut.right}" if is_compound or both_stand_alone else cut.left + cut.right
