"""Runs a document through the stages that need nothing but itself: profile, validate, clean, sign and sketch."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from time import perf_counter

from surefoot.ingestion.quality.cleaning import clean
from surefoot.ingestion.quality.duplicates import Signature, signature
from surefoot.ingestion.quality.profiling import profile
from surefoot.ingestion.quality.report import Cleaned, Finding, NearDuplicate, QualityReport, Severity, Stage
from surefoot.ingestion.quality.rules import QualityRules
from surefoot.ingestion.quality.topics import DocumentSketch, document_sketch
from surefoot.ingestion.quality.validation import validate
from surefoot.ingestion.results import Content, SourceFile


@dataclass(frozen=True, slots=True)
class Inspected:
    """A document that went through the stages."""

    content: Content
    """Cleaned."""
    report: QualityReport
    signature: Signature
    """Of the cleaned text; compare it with others' by `duplicates.near`, then call `with_near_duplicates`."""
    sketch: DocumentSketch


def inspect(content: Content, file: SourceFile, rules: QualityRules, today: date) -> Inspected:
    """Profile, validate, clean and sign a document; a rejected one too, so that a person can still accept it."""
    seconds: dict[Stage, float] = {}
    with _timed(Stage.PROFILE, seconds):
        measured = profile(content, file)
    with _timed(Stage.VALIDATE, seconds):
        findings = validate(measured, content, file, rules, today)
    with _timed(Stage.CLEAN, seconds):
        content, cleaned = clean(content, rules)
    with _timed(Stage.DEDUPLICATE, seconds):
        signed = signature(content)
    with _timed(Stage.MONITOR, seconds):
        sketch = document_sketch(content)
    report = QualityReport(measured, (*findings, *_told(cleaned)), cleaned, (), seconds)
    return Inspected(content, report, signed, sketch)


def with_near_duplicates(report: QualityReport, found: Sequence[NearDuplicate], rules: QualityRules) -> QualityReport:
    """The report with the documents that are nearly the same, judged by the rules.

    Only a document that differs in no number from the other can be rejected; one that does is a version of it.
    """
    if rules.near_duplicates == "keep":
        return replace(report, near_duplicates=())
    ranked = tuple(sorted(found, key=lambda one: (-one.similarity, one.document_id)))
    judged = (_judged(one, rules) for one in ranked)
    return replace(report, near_duplicates=ranked, findings=(*report.findings, *judged))


def _judged(one: NearDuplicate, rules: QualityRules) -> Finding:
    alike = f"{one.similarity:.0%} the same text as document {one.document_id}"
    if one.differs_in_numbers:
        return Finding(
            Stage.DEDUPLICATE,
            "version",
            Severity.NOTE,
            f"It has {alike}, with other numbers: it is linked as a version.",
            "State version and effective date in both, so that the newer one is preferred.",
        )
    rejected = rules.near_duplicates == "reject"
    return Finding(
        Stage.DEDUPLICATE,
        "near-duplicate",
        Severity.REJECTION if rejected else Severity.NOTE,
        f"It has {alike}.",
        "Accept it if it is needed beside the other, else delete it at its source.",
    )


def _told(cleaned: Cleaned) -> list[Finding]:
    if not cleaned.total:
        return []
    what = ", ".join(f"{count} {kind}" for kind, count in cleaned.counts.items())
    return [Finding(Stage.CLEAN, "cleaned", Severity.NOTE, f"Removed or mended: {what}.", "")]


@contextmanager
def _timed(stage: Stage, seconds: dict[Stage, float]) -> Generator[None]:
    started = perf_counter()
    yield
    seconds[stage] = round(perf_counter() - started, 6)
