"""What the five stages found out about a document, as values that can be stored and shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any

from pydantic import TypeAdapter

MOST_EXAMPLES = 20
"""Removed texts that a report shows."""


class Stage(StrEnum):
    """The five stages of data quality, in their order."""

    PROFILE = "profile"
    VALIDATE = "validate"
    CLEAN = "clean"
    DEDUPLICATE = "deduplicate"
    MONITOR = "monitor"


class Severity(StrEnum):
    """What a finding means for the document."""

    NOTE = "note"
    WARNING = "warning"
    REJECTION = "rejection"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a stage noticed."""

    stage: Stage
    code: str
    """Stable name for filters and counts, such as 'too-old'."""
    severity: Severity
    message: str
    """What is so."""
    remedy: str
    """What the person can do; empty for a note that asks for nothing."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What a document is like, measured before anything is changed. Shares are from 0 to 1."""

    language: str
    """ISO 639-1, or 'und'."""
    language_confidence: float
    characters: int
    words: int
    sections: int
    pages: int | None
    recognised_pages: int
    """Pages whose text comes from text recognition."""
    encoding: str | None
    readability: float | None
    """Reading ease after Flesch, mostly 0 (hard) to 100 (easy); None for languages without a formula, or no prose."""
    average_sentence_words: float | None
    symbol_share: float
    """Of the visible characters: neither letter, digit, usual punctuation nor table rule."""
    replaced_share: float
    """Of the visible characters: marks that stand for characters that could not be decoded (U+FFFD)."""
    mojibake_share: float
    """Of the visible characters: parts of sequences that are UTF-8 read as Windows-1252."""
    odd_word_share: float
    """Of the words of the prose: shapes that no language has, as bad text recognition makes them."""
    repeated_line_share: float
    """Of the lines that are no table rows: those that stood in the document before."""


@dataclass(frozen=True, slots=True)
class Removed:
    """One text that cleaning took away or changed."""

    kind: str
    text: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What cleaning took away or changed."""

    counts: Mapping[str, int] = field(default_factory=dict[str, int])
    """How often, by kind."""
    examples: tuple[Removed, ...] = ()
    """At most 20, in the order of the document."""

    @property
    def total(self) -> int:
        """All changes together."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class NearDuplicate:
    """Another document with nearly the same text."""

    document_id: str
    similarity: float
    """Share of common five-word sequences, from 0 to 1; 1.0 is the same text."""
    differs_in_numbers: bool = False
    """True where a number or its unit differs: then it is another version, never a mere copy."""


@dataclass(frozen=True, slots=True)
class QualityReport:
    """All that the stages found out about one document."""

    profile: Profile
    findings: tuple[Finding, ...] = ()
    cleaned: Cleaned = field(default_factory=Cleaned)
    near_duplicates: tuple[NearDuplicate, ...] = ()
    """Most similar first."""
    seconds: Mapping[Stage, float] = field(default_factory=dict[Stage, float])
    """Time that each stage took."""

    @property
    def rejection(self) -> str | None:
        """Why the document is rejected and what to do, or None where it is not."""
        found = next((finding for finding in self.findings if finding.severity is Severity.REJECTION), None)
        return f"{found.message} {found.remedy}".strip() if found else None

    def to_json(self) -> dict[str, Any]:
        """The report as JSON's plain types."""
        return _adapter().dump_python(self, mode="json")

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> QualityReport:
        """The report that `to_json` gave; raises pydantic's ValidationError where it is none."""
        return _adapter().validate_python(dict(stored))


@cache
def _adapter() -> TypeAdapter[QualityReport]:
    return TypeAdapter(QualityReport)
