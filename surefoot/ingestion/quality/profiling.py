"""First stage: measures what a document is like, before anything is judged or changed."""

from __future__ import annotations

from collections import Counter

from surefoot.core.text.language import detect, sampled
from surefoot.ingestion.quality.damage import mojibake_share, odd_word_share, replaced_share, symbol_share
from surefoot.ingestion.quality.readability import readability
from surefoot.ingestion.quality.report import Profile
from surefoot.ingestion.quality.words import blocks, is_row, words
from surefoot.ingestion.results import Content, SourceFile
from surefoot.ingestion.text import joined

_CHARACTERS = 60_000
"""Of a longer text the shares are estimated by a sample of so many characters, from windows over all of it."""
_WINDOWS = 30
_ODD_SAMPLE = 1_600
_MOST_LINES = 50_000


def profile(content: Content, file: SourceFile) -> Profile:
    """Language, size, encoding, readability and damage; the shares of a long text come from a sample, counts do not."""
    text, _ = joined(content.sections)
    prose = _prose(text)
    language = detect(prose if len(prose) * 4 > len(text) else text)
    reading = readability(prose, language.code)
    sample = sampled(text, _CHARACTERS, _WINDOWS)
    counts = Counter(sample)
    return Profile(
        language=language.code,
        language_confidence=language.confidence,
        characters=len(text),
        words=sum(len(words(block)) for block in blocks(text)),
        sections=len(content.sections),
        pages=content.pages,
        recognised_pages=content.recognised,
        encoding=content.encoding or file.properties.get("encoding"),
        readability=reading.ease,
        average_sentence_words=reading.sentence_words,
        symbol_share=symbol_share(counts),
        replaced_share=replaced_share(counts),
        mojibake_share=mojibake_share(sample, counts),
        odd_word_share=odd_word_share(sampled(prose, _ODD_SAMPLE, 4)),
        repeated_line_share=_repeated(text),
    )


def _prose(text: str) -> str:
    """The lines that are neither table rows nor headings, without list marks."""
    return "\n".join(
        line.removeprefix("- ") for line in text.split("\n") if line and not is_row(line) and not line.startswith("#")
    )


def _repeated(text: str) -> float:
    """Share of lines that stood before, among the first 50,000 that are no table rows."""
    lines = [line for line in text.split("\n", _MOST_LINES)[:_MOST_LINES] if line.strip() and not is_row(line)]
    return round(1 - len(set(lines)) / len(lines), 4) if lines else 0.0
