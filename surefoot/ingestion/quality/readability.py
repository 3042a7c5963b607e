"""Measures how hard a text is to read: sentence length and Flesch's reading ease, by language."""

from __future__ import annotations

import re
from dataclasses import dataclass

from surefoot.core.text.sentences import sentence_spans

_SAMPLE = 1_600
"""Characters of prose that are looked at: some 270 words, which settle the ease to a few points."""
_FEWEST_WORDS = 30
"""Fewer words have no meaningful average."""
_LONGEST_SENTENCE = 200
"""Words; what is longer is a list or a table whose end no full stop marks."""
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SYLLABLE = re.compile(r"[aeiouyàáâãäåæèéêëìíîïòóôõöøùúûüýœ]+")
_SILENT_E = re.compile(r"[aeiouy][a-z]*(?:[bcdfghjkmnpqrstvwxz]|[aeiouy]l)e(?![a-z])")
"""The English final e, which makes no syllable but in words such as 'table'."""


@dataclass(frozen=True, slots=True)
class Ease:
    """Constants of one language's formula: base − by_sentence · words a sentence − by_word · syllables a word."""

    base: float
    by_sentence: float
    by_word: float


EASE = {
    "en": Ease(206.835, 1.015, 84.6),
    "de": Ease(180.0, 1.0, 58.5),
    "es": Ease(206.84, 1.02, 60.0),
    "fr": Ease(207.0, 1.015, 73.6),
    "it": Ease(217.0, 1.3, 60.0),
    "nl": Ease(206.835, 0.93, 77.0),
}
"""Sources: en Flesch 1948, 'A new readability yardstick'; de Amstad 1978, 'Wie verständlich sind unsere Zeitungen?';
es Fernández Huerta 1959, 'Medidas sencillas de lecturabilidad'; fr Kandel and Moles 1958, 'Application de l'indice de
Flesch à la langue française'; it Franchina and Vacca 1986, 'Adaptation of Flesh readability index'; nl Douma 1960,
'De leesbaarheid van landbouwbladen'."""


@dataclass(frozen=True, slots=True)
class Readability:
    """How hard a text is to read."""

    ease: float | None
    """Mostly from 0 (hard) to 100 (easy); None for a language without a formula."""
    sentence_words: float | None
    """Words a sentence on average; None where there is too little prose."""


def readability(prose: str, language: str) -> Readability:
    """The ease of a text without tables and headings, judged by a sample of at most 1,600 characters."""
    sentences = [_WORD.findall(line[a:b]) for line in _sample(prose) for a, b in sentence_spans(line)]
    sentences = [found for found in sentences if 0 < len(found) <= _LONGEST_SENTENCE]
    count = sum(map(len, sentences))
    if count < _FEWEST_WORDS:
        return Readability(None, None)
    length = count / len(sentences)
    formula = EASE.get(language)
    if formula is None:
        return Readability(None, round(length, 1))
    a_word = syllables(" ".join(word for found in sentences for word in found), language) / count
    ease = formula.base - formula.by_sentence * length - formula.by_word * a_word
    return Readability(round(ease, 1), round(length, 1))


def _sample(prose: str) -> list[str]:
    """Whole lines, from the second quarter of a long text on: before it stands the front matter."""
    start = prose.find("\n", len(prose) // 4) + 1 if len(prose) > _SAMPLE else 0
    return prose[start : start + _SAMPLE].split("\n")


def syllables(text: str, language: str) -> int:
    """Groups of vowels in a text; in English without the final e that is not spoken."""
    low = text.lower()
    silent = len(_SILENT_E.findall(low)) if language == "en" else 0
    return len(_SYLLABLE.findall(low)) - silent
