"""Finds what in a document's present text is most like an old quote, and which words differ."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from surefoot.core.text.numbers import numbers
from surefoot.core.text.sentences import sentence_spans
from surefoot.serving.present_text import PresentText, Span, is_short, places, token_spans, tokens

_HEADING = re.compile(r"\s*#{1,6}\s")
_RULE = re.compile(r"\s*\|?[\s:|-]+\|?\s*")
_ITEM = re.compile(r"\s*(?:[-*•]|\d{1,2}[.)])\s+")
_BREAK = re.compile(r"\n[ \t]*\n|\n(?=[ \t]*(?:\||#{1,6} |[-*•][ \t]|\d{1,2}[.)][ \t]))|(?<=\|)[ \t]*\n")
"""Between two paragraphs, items or rows."""
_REACH = 1_500
"""Characters before and after a word in which its paragraph is looked for."""
_PLACES = 300
"""Places of a text that are looked at."""
_COMPARED = 12
"""Candidates that are compared word by word."""
_LONGEST = 1_000
"""Characters of a candidate."""
_LIKE = 0.45
"""Likeness below which a sentence says something else, not the same thing anew."""
_SURE = 0.65
"""Likeness from which on a sentence of the same section is taken without a look at the rest."""
_ORDER, _RARE, _NO_FIGURE = 0.65, 0.35, 0.1
"""How much count: words in the same order, rare words shared, a figure that one has and the other has not."""
_LONG_DIFF = 800
"""Tokens from which on the comparison passes over frequent words, so that it stays quick."""


@dataclass(frozen=True, slots=True)
class Differences:
    """Half-open character spans of the words that differ, in either text."""

    old: tuple[Span, ...] = ()
    new: tuple[Span, ...] = ()


def stands(text: PresentText, quote: str, headings: Sequence[str] = ()) -> bool:
    """Whether a quote still stands in a text.

    One of a few words could stand anywhere: where its section has come to say something else, another place does
    not count.
    """
    own = text.under(headings) if is_short(quote) else []
    if any(text.holds(quote, area) for area in own):
        return True
    if text.holds(quote):
        return _best(text.text, quote, own, _LIKE) is None
    return text.holds_cut_row(quote)


def nearest(text: PresentText, quote: str, headings: Sequence[str] = ()) -> str | None:
    """The sentence, item or row that is most like a quote, first of its own section; None where nothing is like it."""
    own = text.under(headings)
    found = _best(text.text, quote, own, _LIKE if is_short(quote) else _SURE)
    return found or _best(text.text, quote, [(0, len(text.text))], _LIKE)


def differences(old: str, new: str) -> Differences:
    """The words, numbers and signs that differ; neighbours are one span. Marks between words do not count."""
    before, after = token_spans(old), token_spans(new)
    words = [[unicodedata.normalize("NFC", text[slice(*s)]) for s in of] for text, of in ((old, before), (new, after))]
    matcher = SequenceMatcher(None, words[0], words[1], autojunk=len(after) > _LONG_DIFF)
    changes = [change for change in matcher.get_opcodes() if change[0] != "equal"]
    return Differences(
        tuple((before[i][0], before[j - 1][1]) for _, i, j, _, _ in changes if j > i),
        tuple((after[i][0], after[j - 1][1]) for _, _, _, i, j in changes if j > i),
    )


def _best(text: str, quote: str, areas: Sequence[Span], least: float) -> str | None:
    """The most like of all units in some areas, if it is at least so much like the quote; the first of equals."""
    rarity = _rarity(text, quote)
    whole = sum(rarity.values()) or 1.0
    old = tokens(quote)
    weighed: list[tuple[float, int, Span]] = []
    for span in {unit for stretch in _stretches(text, rarity, areas) for unit in _units(text, stretch)}:
        known = set(tokens(text[slice(*span)]))
        weighed.append((sum(weight for word, weight in rarity.items() if word in known) / whole, -span[0], span))
    scored = (
        (_likeness(old, text[slice(*span)], shared), place, span)
        for shared, place, span in sorted(weighed, reverse=True)[:_COMPARED]
    )
    best = max(scored, default=None)
    return text[slice(*best[2])] if best and best[0] >= least else None


def _rarity(text: str, quote: str) -> dict[str, float]:
    """The quote's words that the text has, rarest first, each with its weight (IDF over the text's sentences)."""
    sentences = text.count("\n") + text.count(". ") + 1
    counts = {word: text.count(word) for word in dict.fromkeys(tokens(quote)) if len(word) > 1}
    return {word: math.log(1 + sentences / n) for n, word in sorted((n, word) for word, n in counts.items() if n)}


def _stretches(text: str, words: Mapping[str, float], areas: Sequence[Span]) -> set[Span]:
    """Paragraphs, items and rows that have one of the words, those with rare ones first, as many as are looked at."""
    found: set[Span] = set()
    share = _PLACES // 3
    at_all = (at for word in words for area in areas for at in places(text, word, area, share))
    for looked, at in enumerate(at_all):
        if looked >= _PLACES:
            break
        if not any(start <= at < end for start, end in found):
            found.add(_around(text, at))
    return found


def _around(text: str, at: int) -> Span:
    """The paragraph, item or row around a place."""
    start, end = max(at - _REACH, 0), min(at + _REACH, len(text))
    for gap in _BREAK.finditer(text, start, end):
        if gap.end() <= at:
            start = gap.end()
        elif gap.start() >= at:
            return start, gap.start()
    return start, end


def _units(text: str, stretch: Span) -> Iterator[Span]:
    """The sentences of a paragraph, or the row or item that it is; a heading and a table's rule are none."""
    start, end = stretch
    piece = text[start:end].rstrip()
    if not piece or _RULE.fullmatch(piece) or _HEADING.match(piece):
        return
    if piece.lstrip().startswith("|"):
        yield start, start + min(len(piece), _LONGEST)
    elif mark := _ITEM.match(piece):
        yield start + mark.end(), start + min(len(piece), mark.end() + _LONGEST)
    else:
        for left, right in sentence_spans(piece):
            yield start + left, start + min(right, left + _LONGEST)


def _likeness(old: Sequence[str], candidate: str, shared: float) -> float:
    """From below 0 for nothing alike to 1 for the same; `shared` is the share of rare words that both have."""
    order = SequenceMatcher(None, old, tokens(candidate), autojunk=False).ratio()
    figures = bool(numbers(" ".join(old))) == bool(numbers(candidate))
    return _ORDER * order + _RARE * shared - (0.0 if figures else _NO_FIGURE)
