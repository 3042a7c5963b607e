"""Tells headings from text by the size and weight of their letters."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from surefoot.ingestion.readers.pdf_lines import Line

_LARGER = 1.12
"""Times that a heading's letters are larger than the text's."""
_LONGEST = 160
_LONGEST_BOLD = 100
"""Characters of a heading that only its weight tells from text."""
_MOST_LINES = 4
_MOST_SHARE = 0.3
"""Share of a document's letters above which a style is text, however it looks."""
_STEPS_PER_STYLE = 10
_NUMBERED = re.compile(r"(?:\d{1,3}|[A-Z])(\.\d{1,3})*[.)]?\s")

Style = tuple[float, bool]
"""Size in half points, and whether bold."""


class Headings:
    """The styles in which a document sets its headings, largest first."""

    def __init__(self, lines: Sequence[Line]) -> None:
        letters: Counter[Style] = Counter()
        for line in lines:
            letters[self.style(line)] += len(line.text)
        sizes: Counter[float] = Counter()
        for (size, _), count in letters.items():
            sizes[size] += count
        self._body = max(sizes, key=lambda size: (sizes[size], -size)) if sizes else 0.0
        total = letters.total()
        found = [
            s for s, count in letters.items() if self._stands_out(s) and count <= max(_MOST_SHARE * total, _LONGEST)
        ]
        self._rank = {style: number for number, style in enumerate(sorted(found, reverse=True))}

    @staticmethod
    def style(line: Line) -> Style:
        """A line's style: lines of one paragraph share it."""
        return round(line.size * 2) / 2, line.bold

    def part(self, above: Line, below: Line) -> bool:
        """Whether a heading's style begins or ends between two lines."""
        return self._rank.get(self.style(above)) != self._rank.get(self.style(below))

    def level(self, paragraph: Sequence[Line]) -> int:
        """A heading's level, from 1; 0 for text. Numbers such as '3.1' order headings of one style."""
        rank = self._rank.get(self.style(paragraph[0]))
        text = " ".join(line.text for line in paragraph)
        if rank is None or len(paragraph) > _MOST_LINES or not self._reads_like_one(text, paragraph):
            return 0
        numbered = _NUMBERED.match(text)
        depth = numbered.group().count(".", 0, -2) if numbered else 0
        return rank * _STEPS_PER_STYLE + min(depth, _STEPS_PER_STYLE - 1) + 1

    def _stands_out(self, style: Style) -> bool:
        size, bold = style
        return size >= _LARGER * self._body or (bold and size >= 0.95 * self._body)

    def _reads_like_one(self, text: str, paragraph: Sequence[Line]) -> bool:
        if sum(c.isalpha() for c in text) < 2 or text.endswith((".", ",", ";")):
            return False
        if self.style(paragraph[0])[0] >= _LARGER * self._body:
            return len(text) <= _LONGEST
        apart = all(line.parts == 1 for line in paragraph)
        return len(text) <= _LONGEST_BOLD and apart
