"""Words that say how a question wants its numbers, in English and German, and words that say nothing of it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

import yaml

from surefoot.retrieval.records.asking.words import forms


class Cue(StrEnum):
    """What a word says of the shape of an answer."""

    HIGH = "high"
    LOW = "low"
    WORST = "worst"
    BEST = "best"
    BY = "by"
    WHICH = "which"
    HOW_MANY = "how_many"
    OFTEN = "often"
    TREND = "trend"
    TOTAL = "total"
    AVERAGE = "average"
    EXCEPT = "except"
    NONE = "none"
    TOGETHER = "together"
    BESIDE = "beside"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    RULE = "rule"
    CHART = "chart"
    LIST = "list"
    NEUTRAL = "neutral"
    """Says nothing of it."""
    UNKNOWN = "unknown"
    """Is made of plain words and says something that no rule knows."""


_TEXTS: dict[str, str] = yaml.safe_load((Path(__file__).parent / "cues.yaml").read_text(encoding="utf-8"))
CUES = {forms(phrase): cue for cue in Cue for phrase in _TEXTS[cue.value].split(", ")}
"""Forms of each phrase, with its cue."""
SAID = frozenset(
    word
    for cue in Cue
    if cue is not Cue.UNKNOWN
    for phrase in _TEXTS[cue.value].split(", ")
    for word in phrase.split()
    if word.isalpha() and len(word) > 3
)
"""Words of the cues' phrases, as written."""
EMPTY = frozenset(forms(_TEXTS["empty"]))
"""Forms of words that neither narrow nor shape what is asked."""
DOING = frozenset(forms(_TEXTS["doing"]))
"""Forms of verbs that mean a metric where no other is named: 'it drove', but not in 'how many trips it drove'."""
