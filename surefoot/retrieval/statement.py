"""A sentence with what is found in it, for comparing it with others."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from surefoot.core.text.dates import DateMention, read_dates
from surefoot.core.text.folding import folded
from surefoot.core.text.quantities import codes, labels
from surefoot.core.text.roles import roles

_ORDINAL = re.compile(
    r"\b(first|second|third|fourth|fifth|sixth|last|final|initial|[1-9]\d?(?:st|nd|rd|th))\s([a-z]{3,})|"
    r"\b(level|step|stage|tier|phase|class|zone|grade|category)\s(\d|[A-Z])\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<![\d.,/-])(?:19|20)\d\d(?![\d.,/-]\d|\d)")
_MODIFIED = re.compile(r"\b([A-ZÀ-Þ][\w'-]+)(?:\s(?=(\w+)))?", re.IGNORECASE)
"""Each word and the one behind it."""
_CAPITAL = re.compile(r"(?P<begins>^|(?<=[.!?:] ))?\b(?P<word>[A-ZÀ-Þ][\w-]+)")
"""Whether a sentence begins with it is known from the group."""
_NO_MODIFIERS = frozenset("the a an each every this our no all".split())


@dataclass(frozen=True)
class Statement:
    """A sentence with what it stands under; what is found in it is found once, however often it is compared."""

    text: str
    title: str
    heading: str

    @cached_property
    def whole(self) -> str:
        """The sentence behind its headings."""
        return f"{self.heading}. {self.text}"

    @cached_property
    def plain(self) -> str:
        """The sentence, folded."""
        return folded(self.text)

    @cached_property
    def people(self) -> set[str]:
        """Roles that the sentence speaks of, by their last word."""
        return people_in(self.plain)

    @cached_property
    def capitals(self) -> set[str]:
        """Capitalised words, lower case."""
        return {match["word"].lower() for match in _CAPITAL.finditer(self.plain)}

    @cached_property
    def names(self) -> set[str]:
        """Those of them that begin no sentence."""
        return {match["word"].lower() for match in _CAPITAL.finditer(self.plain) if match["begins"] is None}

    @cached_property
    def years(self) -> set[str]:
        """Years outside of dates."""
        plain = self.text
        for date in read_dates(plain):
            plain = plain[: date.start] + " " * (date.end - date.start) + plain[date.end :]
        return set(_YEAR.findall(plain))

    @cached_property
    def dates(self) -> tuple[DateMention, ...]:
        """The dates in the folded sentence."""
        return read_dates(self.plain)

    @cached_property
    def marks(self) -> set[str]:
        """Codes and numbered names, lower case, with those of the headings."""
        return {match.group().lower() for match in (*codes(folded(self.whole)), *labels(folded(self.whole)))}

    @cached_property
    def ordinals(self) -> dict[str, set[str]]:
        """Which of several things it speaks of."""
        return ordinals_in(self.whole.lower())

    @cached_property
    def modifiers(self) -> dict[str, set[str]]:
        """Capitalised words right before each word, lower case."""
        found: dict[str, set[str]] = {}
        for word, thing in _MODIFIED.findall(self.whole):
            if thing and word[0].isupper() and word.lower() not in _NO_MODIFIERS:
                found.setdefault(thing.lower(), set()).add(word.lower())
        return found


def people_in(text: str) -> set[str]:
    """Roles in a text, by their last word."""
    return {role.split()[-1] for role in roles(text.lower())}


def ordinals_in(text: str) -> dict[str, set[str]]:
    """Which of several: for 'step' that it is the first, for 'level' that it is 2."""
    found: dict[str, set[str]] = {}
    for which, thing, level_of, level in (match.groups(default="") for match in _ORDINAL.finditer(text)):
        found.setdefault(thing or level_of, set()).add(which or level)
    return found
