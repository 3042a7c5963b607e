"""A document's present text, in which quotes are looked for whatever white space and marks are between their words."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cached_property

Span = tuple[int, int]
_TOKEN = re.compile(
    r"\]\([^()\[\]\s]*\)"  # where a link of Markdown leads: no token
    r"|(\d+(?:[.,'’]\d+)*|[^\W\d_]+|[<>≤≥=±×%‰°€$£§]|(?<![\w)])[-−–](?=\d))"
)
"""What carries meaning: a number with its separators, a word, a sign that changes a figure; no marks of Markdown."""
_HEADING = re.compile(r"^(#{1,6})[ \t]+(\S.*)$", re.MULTILINE)
_BARS = re.compile(r"(?<!\\)\|")
_SHORT = 6
"""Tokens up to which a quote may stand in several places: it is looked for in its own section."""
_PLACES = 1_000
"""Places of one word that are looked at; a quote of words that are all more frequent costs a look at the whole text."""
_LONGEST_ROW = 20_000
"""Characters of a table's row."""


class PresentText:
    """A document's text as it is now."""

    def __init__(self, text: str) -> None:
        self.text = unicodedata.normalize("NFC", text)

    def holds(self, quote: str, area: Span | None = None) -> bool:
        """Whether a quote stands in the text, or in an area of it."""
        wanted = folded(quote)
        start, end = area or (0, len(self.text))
        if not wanted.strip():
            return quote.strip() in self.text[start:end]
        around = 2 * len(quote) + 200
        places = list(self._places_of_rarest(quote, (start, end)))
        if len(places) > _PLACES:
            return wanted in folded(self.text[start:end])
        return any(wanted in folded(self.text[max(at - around, start) : min(at + around, end)]) for at in places)

    def holds_cut_row(self, quote: str) -> bool:
        """Whether a quoted row is a part of a long one: a row that is cut between its cells repeats its first cell."""
        if not quote.lstrip().startswith("|"):
            return False
        key, _, rest = quote.strip().strip("|").partition("|")
        own, others = folded(key), folded(rest)
        long = range(2 * len(quote), _LONGEST_ROW)
        rows = (row.strip() for row in self.text.splitlines() if len(row) in long and key.strip() in row)
        cut = (_BARS.split(row, 2) for row in rows if row.startswith("|"))
        return any(len(cells) == 3 and folded(cells[1]) == own and others in folded(cells[2]) for cells in cut)

    @cached_property
    def digest(self) -> str:
        """A short hash of the text."""
        return hashlib.blake2b(self.text.encode("utf-8", "replace"), digest_size=8).hexdigest()

    def under(self, headings: Sequence[str]) -> list[Span]:
        """Spans of the sections under these headings; none where the text does not have them."""
        wanted = tuple(headings)
        return [span for path, span in self._sections if wanted and path == wanted]

    @cached_property
    def _sections(self) -> list[tuple[tuple[str, ...], Span]]:
        """The headings above each section, and the section's own text."""
        found: list[tuple[tuple[str, ...], Span]] = []
        path: list[str] = []
        start = 0
        for heading in _HEADING.finditer(self.text):
            found.append((tuple(path), (start, heading.start())))
            path = [*path[: len(heading[1]) - 1], heading[2].strip()]
            start = heading.end()
        return [*found, (tuple(path), (start, len(self.text)))]

    def _places_of_rarest(self, quote: str, area: Span) -> Iterator[int]:
        """Where the quote's rarest word or number stands, one place more than are looked at."""
        words = {word for word in tokens(quote) if word[0].isalnum()} or set(tokens(quote))
        rarest = min(words, key=lambda word: (self.text.count(word, *area), word))
        yield from places(self.text, rarest, area, _PLACES + 1)


def tokens(text: str) -> list[str]:
    """The words, numbers and signs of a text that carry meaning, composed alike."""
    found = [word for word in _TOKEN.findall(unicodedata.normalize("NFC", text)) if word]
    return ["-" if word in {"−", "–"} else word for word in found]


def token_spans(text: str) -> list[Span]:
    """Where the words, numbers and signs stand."""
    return [match.span(1) for match in _TOKEN.finditer(text) if match[1]]


def folded(text: str) -> str:
    """The tokens in one line, each between spaces."""
    return f" {' '.join(tokens(text))} "


def is_short(quote: str) -> bool:
    """Whether a quote has so few words that it may stand in several places."""
    return len(tokens(quote)) <= _SHORT


def places(text: str, word: str, area: Span, most: int) -> Iterator[int]:
    """Where a word stands in an area of a text, up to so many times."""
    at = text.find(word, *area)
    while at >= 0 and most > 0:
        yield at
        most -= 1
        at = text.find(word, at + len(word), area[1])
