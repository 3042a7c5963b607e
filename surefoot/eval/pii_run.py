"""Measures how much of the personal data in marked texts is found, and how much of what is found is personal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from time import perf_counter

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from surefoot.core.text.pii import PiiKind, find
from surefoot.eval.errors import QuestionSetInvalid

TEXTS = "texts.jsonl"
KINDS = {
    "PERSON": PiiKind.PERSON,
    "STREET_ADDRESS": PiiKind.ADDRESS,
    "EMAIL_ADDRESS": PiiKind.EMAIL,
    "PHONE_NUMBER": PiiKind.PHONE,
    "CREDIT_CARD": PiiKind.CARD,
    "IBAN_CODE": PiiKind.IBAN,
    "US_SSN": PiiKind.NATIONAL_ID,
    "IP_ADDRESS": PiiKind.IP,
    "US_DRIVER_LICENSE": PiiKind.LICENCE,
}
"""The set's types that are personal; its others (organisations, places, dates, titles, ages) are to be left alone."""
Span = tuple[int, int]


class Half(StrEnum):
    """Texts are filled from templates: all texts of a template are in the same half."""

    TUNE = "tune"
    """Odd templates: the rules were written with these in sight."""
    REPORT = "report"
    """Even templates: not looked at while the rules were written."""


class MarkedSpan(BaseModel):
    """A half-open character span and its type."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    type: str
    start: int = Field(ge=0)
    end: int


class MarkedText(BaseModel):
    """A text in which everything of interest is marked."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    text: str
    template: int
    spans: tuple[MarkedSpan, ...]


@dataclass(frozen=True, slots=True)
class PiiRow:
    """Counts for one kind."""

    kind: PiiKind
    marked: int
    found: int
    """Marked spans that a found span of the same kind overlaps."""
    found_exactly: int
    """Marked spans that a found span of the same kind equals."""
    named: int
    """Spans that were found."""
    right: int
    """Found spans that overlap a marked span of the same kind."""

    @property
    def recall(self) -> float | None:
        """None where nothing of the kind is marked."""
        return self.found / self.marked if self.marked else None

    @property
    def strict_recall(self) -> float | None:
        """As `recall`, borders included."""
        return self.found_exactly / self.marked if self.marked else None

    @property
    def precision(self) -> float | None:
        """None where nothing of the kind was found."""
        return self.right / self.named if self.named else None

    @property
    def strict_precision(self) -> float | None:
        """As `precision`, borders included."""
        return self.found_exactly / self.named if self.named else None


@dataclass(frozen=True, slots=True)
class PiiScores:
    """The counts of a run."""

    half: Half
    texts: int
    rows: tuple[PiiRow, ...]
    """By kind, in the order of PiiKind; kinds that are neither marked nor found are left out."""
    covered: float
    """Share of all marked characters of personal kinds that lie in a found span of any kind: what masking hides."""
    seconds: float


def measure(folder: Path, half: Half = Half.REPORT) -> PiiScores:
    """Find personal data in one half of the texts of `folder`.

    Raises QuestionSetInvalid where the file is missing, a line is no marked text, or the half is empty.
    """
    texts = [text for text in _read(folder / TEXTS) if (text.template % 2 == 0) == (half is Half.REPORT)]
    if not texts:
        raise QuestionSetInvalid(f"{TEXTS} has no texts in the half '{half}'.")
    started = perf_counter()
    found = [[(span.start, span.end, span.kind) for span in find(text.text)] for text in texts]
    seconds = perf_counter() - started
    rows = (_row(kind, texts, found) for kind in PiiKind)
    return PiiScores(
        half=half,
        texts=len(texts),
        rows=tuple(row for row in rows if row.marked or row.named),
        covered=_covered(texts, found),
        seconds=seconds,
    )


def _read(path: Path) -> Iterator[MarkedText]:
    if not path.is_file():
        raise QuestionSetInvalid(f"There is no {path.name} in {path.parent}. Name the folder of a set of marked texts.")
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            try:
                yield MarkedText.model_validate_json(line)
            except ValidationError as error:
                first = error.errors(include_url=False, include_input=False)[0]
                raise QuestionSetInvalid(f"Line {number} of {path.name} is no marked text: {first['msg']}.") from error


def _row(kind: PiiKind, texts: Sequence[MarkedText], found: Sequence[Sequence[tuple[int, int, PiiKind]]]) -> PiiRow:
    pairs = [
        (_marked(text, kind), [span[:2] for span in spans if span[2] is kind])
        for text, spans in zip(texts, found, strict=True)
    ]
    return PiiRow(
        kind=kind,
        marked=sum(len(marked) for marked, _ in pairs),
        found=sum(_touched(marked, named) for marked, named in pairs),
        found_exactly=sum(len(set(marked) & set(named)) for marked, named in pairs),
        named=sum(len(named) for _, named in pairs),
        right=sum(_touched(named, marked) for marked, named in pairs),
    )


def _marked(text: MarkedText, kind: PiiKind | None = None) -> list[Span]:
    """The spans of one kind, of all personal kinds where None."""
    personal = ((span, KINDS.get(span.type)) for span in text.spans)
    return [(span.start, span.end) for span, its in personal if its is not None and kind in (None, its)]


def _touched(spans: Sequence[Span], others: Sequence[Span]) -> int:
    """How many of the spans overlap one of the others."""
    return sum(any(start < to and begin < end for begin, to in others) for start, end in spans)


def _covered(texts: Sequence[MarkedText], found: Sequence[Sequence[tuple[int, int, PiiKind]]]) -> float:
    hidden = total = 0
    for text, spans in zip(texts, found, strict=True):
        inside = {place for start, end, _ in spans for place in range(start, end)}
        marked = {place for start, end in _marked(text) for place in range(start, end)}
        hidden += len(marked & inside)
        total += len(marked)
    return hidden / total if total else 1.0
