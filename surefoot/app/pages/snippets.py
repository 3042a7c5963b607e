"""Shows in two lines why a passage was found: the stretch with most of the question's words, marked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from surefoot.app.pages.markup import bare, escape
from surefoot.app.pages.quoting import HEADING, RULE

_SMALL_WORDS = frozenset(
    "a about after all an and any are as at be been before by can could did do does for from had has have how i if in "
    "into is it its may me my must no not of on or our shall should so some than that the their them then there these "
    "they this to under up was we were what when where which who whom why will with would you your".split()
)
_BARS = re.compile(r"\s*(?<!\\)\|\s*")
SNIPPET = 66
"""Characters that fill two lines of an evidence card."""


def content_words(text: str) -> frozenset[str]:
    """The words of a question that can be looked for."""
    return frozenset(
        w for w in re.findall(r"\w+", text.lower()) if w not in _SMALL_WORDS and (len(w) > 2 or w.isdigit())
    )


def marked(text: str, words: frozenset[str]) -> str:
    """Text as HTML with the words marked, also in their other endings."""
    parts = re.split(r"(\w+)", text)
    return "".join(f"<mark>{escape(p)}</mark>" if _matches(p.lower(), words) else escape(p) for p in parts)


def _matches(word: str, words: frozenset[str]) -> bool:
    if word in words:
        return True
    stem = word[: max(4, len(word) - 3)]
    return len(word) > 4 and any(len(w) > 4 and w[: max(4, len(w) - 3)].startswith(stem) for w in words)


def differing(text: str, spans: Sequence[tuple[int, int]], tag: Literal["del", "ins"]) -> str:
    """A quote in one line as HTML, the spans marked as what was there before or as what came instead."""
    out: list[str] = []
    at = 0
    for start, end in sorted(spans):
        if at <= start < end <= len(text):
            out += [escape(_flat(text[at:start])), f"<{tag}>{escape(_flat(text[start:end]))}</{tag}>"]
            at = end
    out.append(escape(_flat(text[at:])))
    return "".join(out).strip(" ·")


def _flat(text: str) -> str:
    """A piece of a quote without marks of emphasis, its bars between cells as dots."""
    return re.sub(r"\s+", " ", bare(_BARS.sub(" · ", text)))


def plain(text: str) -> str:
    """A passage in one line: no marks of headings, tables and emphasis."""
    lines = [HEADING.sub("", line) for line in text.splitlines() if line.strip() and not RULE.fullmatch(line)]
    return " ".join(bare(line.strip().strip("|").replace("|", " · ")) for line in lines)


def snippet(text: str, words: frozenset[str], length: int = SNIPPET) -> str:
    """The stretch of a passage with most of the words in it, marked."""
    line = " ".join(plain(text).split())
    if len(line) <= length:
        return marked(line, words)
    starts = [0, *(m.start() for m in re.finditer(r"(?<=[.;:·] )\S", line))]
    starts += [
        line.rfind(" ", 0, max(m.start() - 12, 1)) + 1
        for m in re.finditer(r"\w+", line)
        if _matches(m[0].lower(), words)
    ]
    best = max(starts, key=lambda start: (_hits(line[start : start + length], words), -start))
    cut = line[best : best + 2 * length]
    return f"{'… ' if best else ''}{marked(cut, words)}{' …' if best + 2 * length < len(line) else ''}"


def _hits(text: str, words: frozenset[str]) -> int:
    """How many of the words a text has in some ending; numbers count twice, because they tell rows of a table apart."""
    found = {w for w in re.findall(r"\w+", text.lower()) if _matches(w, words)}
    return sum(1 + w.isdigit() for w in words if any(_matches(f, frozenset((w,))) for f in found))
