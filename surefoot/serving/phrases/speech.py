"""Chooses the language in which the assistant speaks: the question's, where that is sure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from surefoot.core.text.language import UNDETERMINED, detect
from surefoot.serving.phrases.tables import ENGLISH, Phrases, languages, phrases_in

SURELY = 0.8
"""Confidence from which a question is taken to be in a language. Of XQuAD's questions (594 a language) 93% of the
German and 83% of the Spanish ones reach it; of 2,346 English ones from six sets none is taken for another language that
is spoken here, and one for Latin. From 0.9 it would be 87% and 65%.
"""
FEWEST = 3
"""Words below which nothing is sure: a name or a model number may look like any language."""
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Speech:
    """How the assistant speaks to an asker."""

    phrases: Phrases = field(default_factory=lambda: phrases_in(ENGLISH))
    asked_in: str = ""
    """The asker's language (ISO 639-1) where it is sure and spoken here; else empty, and the phrases are a guess."""

    def foreword(self, quoted_in: str) -> str:
        """A line before quotes in that language; empty where it is the asker's, or one of the two is not sure."""
        if not self.asked_in or quoted_in == self.asked_in or quoted_in not in self.phrases.languages:
            return ""
        return self.phrases.foreign.format(language=self.phrases.languages[quoted_in])


def surely(text: str) -> str:
    """The language that a text is surely in (ISO 639-1), or empty."""
    if len(_WORD.findall(text)) < FEWEST:
        return ""
    found = detect(text)
    return found.code if found.code != UNDETERMINED and found.confidence >= SURELY else ""


def speech_for(question: str, earlier: Sequence[str], declared: str) -> Speech:
    """The question's language; where that is not sure, the latest sure one of the conversation; else the declared one.

    earlier: what was asked before, oldest first.
    """
    asked_in = next((code for text in (question, *reversed(earlier)) if (code := surely(text))), "")
    if asked_in in languages():
        return Speech(phrases_in(asked_in), asked_in)
    return Speech(phrases_in(declared))
