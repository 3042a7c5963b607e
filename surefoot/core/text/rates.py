"""Compares the ratios of two texts ('2/5', '1:200') and the words for how often and how much ('weekly', 'a third')."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache

from surefoot.core.text.quantities import numbers_alone

_RATIO = re.compile(r"(?<![\w./⁄:,-])(\d{1,9})\s?[/⁄:]\s?([1-9]\d{0,8})(?![\w/⁄:]|[.,-]\d)")
_SPELLED = re.compile(r"\b(\d{1,9}) (?:to|in|in every|of|of every|out of|out of every|parts? to) ([1-9]\d{0,8})\b")
_SHARE_ENDS = r"(?= of\b| (?:the|an?|its|their|his|her|as)\b|[.,;:)]|$)"
_OFTEN = {
    "hourly": r"hours?",
    "daily": r"days?|24 hours|everyday",
    "weekly": r"weeks?|(?:7|seven) days",
    "monthly": r"months?",
    "quarterly": r"quarters?|(?:3|three) months",
    "yearly": r"years?|yearly|annual\w*|annum|(?:12|twelve) months",
}
_SHARES = {
    "half": (r"(?<!and a )(?<!first )(?<!second )(?<!other )(?<!-)half(?!-)", r"half|halves|50 ?%|1[/⁄]2|30 min\w*"),
    "a third": (rf"(?:a|one)[ -]third{_SHARE_ENDS}", r"third|1[/⁄]3|20 min\w*"),
    "two thirds": (r"two[ -]thirds", r"thirds|2[/⁄]3|40 min\w*"),
    "a quarter": (rf"(?<!once )(?<!twice )(?<!times )(?:a|one)[ -]quarter{_SHARE_ENDS}", r"25 ?%|1[/⁄]4|15 min\w*"),
    "three quarters": (r"three[ -]quarters", r"quarters|75 ?%|3[/⁄]4|45 min\w*"),
}
"""What says a share, and in what other words it can be said."""
_VALUES = {"half": (1, 2), "a third": (1, 3), "two thirds": (2, 3), "a quarter": (1, 4), "three quarters": (3, 4)}
_Set = dict[str, tuple[re.Pattern[str], re.Pattern[str]]]


def _set(words: dict[str, tuple[str, str]]) -> _Set:
    """Of each meaning: what says it, and what can be taken for it, too."""
    return {
        name: (
            re.compile(rf"\b(?:{said})\b", re.IGNORECASE),
            re.compile(rf"\b(?:{said}|{alike})(?!\w)", re.IGNORECASE),
        )
        for name, (said, alike) in words.items()
    }


_SETS = (
    _set(
        {
            name: (rf"(?<!-)(?:{'yearly|annual|annually' if name == 'yearly' else name})", other)
            for name, other in _OFTEN.items()
        }
    ),
    _set(_SHARES),
)
"""Sets of meanings of which a statement has one."""


def other_word(claim: str, source: str, around: str) -> str:
    """Why a folded claim says another frequency or share than its source, for a reader; '' where it does not.

    `around`: the source and what it stands under.
    """
    for meanings in _SETS:
        mine = {name: found.group() for name, (said, _) in meanings.items() if (found := said.search(claim))}
        told = {name: found.group() for name, (said, _) in meanings.items() if (found := said.search(source))}
        strange = [word for name, word in mine.items() if not meanings[name][1].search(around)]
        rivals = [word for name, word in told.items() if not meanings[name][1].search(claim)]
        if strange and rivals:
            return f"the source says “{rivals[0].lower()}”, not “{strange[0].lower()}”"
    return ""


def other_ratio(claim: str, question: str, source: str, around: str) -> tuple[str, bool]:
    """Why a ratio of a folded claim does not stand in its source, and whether that gives another; '' where it does.

    The question's passes where the source gives none, or the claim gives the source's, too.
    """
    mine, theirs = ratios(claim), ratios(source)
    excused = ratios(question) if not theirs or mine.keys() & theirs else {}
    told = ratios(around).keys() | _in_words(around) | excused.keys()
    strange = [shown for value, shown in mine.items() if value not in told]
    if not strange:
        return "", False
    given = f"the source says {', '.join(theirs.values())}, not {strange[0]}"
    return given if theirs else f"no source gives {strange[0]}", bool(theirs)


@lru_cache(maxsize=1024)
def ratios(text: str) -> dict[Fraction, str]:
    """The fractions and ratios in a folded text as they are written; dates, times of day and codes are none."""
    return {Fraction(int(m.group(1)), int(m.group(2))): m.group() for m in _RATIO.finditer(numbers_alone(text))}


def _in_words(text: str) -> set[Fraction]:
    spelled = {Fraction(int(m.group(1)), int(m.group(2))) for m in _SPELLED.finditer(text)}
    return spelled | {Fraction(*_VALUES[name]) for name, (said, _) in _SETS[1].items() if said.search(text)}
