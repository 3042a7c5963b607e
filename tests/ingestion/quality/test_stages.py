"""One call runs the stages, and its report can be stored, shown and completed."""

from __future__ import annotations

import json
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surefoot.core.nouns import Section
from surefoot.ingestion.quality.duplicates import signature
from surefoot.ingestion.quality.report import Cleaned, NearDuplicate, QualityReport, Removed, Severity, Stage
from surefoot.ingestion.quality.rules import QualityRules
from surefoot.ingestion.quality.stages import with_near_duplicates
from surefoot.ingestion.results import Content
from tests.ingestion.quality.documents import PROSE, content_of, inspected, paged, shipped

COPY = NearDuplicate("copy", 0.97)
VERSION = NearDuplicate("version", 0.99, differs_in_numbers=True)


def test_a_report_names_all_five_stages_and_survives_storing() -> None:
    pages = [f"Handbook\n\nText {n * n + 7} with a ﬁgure." for n in range(5)]
    report = inspected(paged(*pages)).report
    assert list(report.seconds) == list(Stage)
    assert report.cleaned.total == 9
    stored = json.loads(json.dumps(report.to_json()))
    assert QualityReport.from_json(stored) == report


@given(st.text(max_size=60), st.floats(0, 1))
@settings(deadline=None, max_examples=50)
def test_any_report_survives_storing(text: str, similarity: float) -> None:
    report = inspected(content_of(PROSE)).report
    cleaned = Cleaned({text: 3}, (Removed(text, text, 7), Removed("kind", text)))
    full = with_near_duplicates(report, [NearDuplicate(text, similarity)], QualityRules())
    full = QualityReport(full.profile, full.findings, cleaned, full.near_duplicates, full.seconds)
    assert QualityReport.from_json(json.loads(json.dumps(full.to_json()))) == full


def test_the_signature_is_that_of_the_cleaned_text() -> None:
    broken = PROSE.replace("first", "ﬁrst").replace("vehicle stays", "vehi-\ncle stays").replace(" ", "\u00a0", 3)
    assert inspected(content_of(broken)).signature == signature(content_of(PROSE))


def test_a_rejected_document_is_inspected_to_the_end() -> None:
    found = inspected(content_of(PROSE), rules=QualityRules(min_words=1_000))
    assert found.report.rejection is not None
    assert found.content.sections[0].text == PROSE
    assert found.signature.values


def test_a_near_duplicate_is_linked_by_default() -> None:
    report = with_near_duplicates(inspected(content_of(PROSE)).report, [COPY, VERSION], QualityRules())
    assert report.rejection is None
    assert [one.document_id for one in report.near_duplicates] == ["version", "copy"]
    assert [(f.code, f.severity) for f in report.findings] == [
        ("version", Severity.NOTE),
        ("near-duplicate", Severity.NOTE),
    ]


def test_a_near_duplicate_is_rejected_where_the_rules_say_so_but_a_version_never_is() -> None:
    rules = QualityRules(near_duplicates="reject")
    report = inspected(content_of(PROSE)).report
    assert with_near_duplicates(report, [VERSION], rules).rejection is None
    assert "document copy" in (with_near_duplicates(report, [COPY], rules).rejection or "")


def test_near_duplicates_are_not_mentioned_where_they_are_kept() -> None:
    report = inspected(content_of(PROSE)).report
    assert with_near_duplicates(report, [COPY], QualityRules(near_duplicates="keep")) == report


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a" * 200_000,
        "ab-\n" * 60_000,
        "| a " * 60_000,
        "\u00ad \n" * 60_000,
        "漢字" * 90_000,
        "a. " * 70_000,
        "\n" * 200_000,
    ],
    ids="empty letters hyphens pipes soft chinese dots breaks".split(),
)
def test_hostile_text_takes_time_in_proportion(text: str) -> None:
    inspected(content_of(PROSE))

    def seconds(times: int) -> float:
        started = process_time()
        inspected(Content("text/html", None, tuple(Section((), text, n + 1) for n in range(times)), times))
        return process_time() - started

    assert min(seconds(8) for _ in range(2)) < 30 * max(seconds(2), 0.02)


def test_a_longer_document_takes_time_in_proportion() -> None:
    sections = shipped()["fleet/maintenance-manual.pdf"].sections

    def seconds(times: int) -> float:
        copies = tuple(Section(s.heading_path, s.text, (s.page or 1) + 9 * n) for n in range(times) for s in sections)
        started = process_time()
        inspected(Content("application/pdf", "T", copies, 9 * times))
        return process_time() - started

    seconds(1)
    longer, shorter = (min(seconds(times) for _ in range(3)) for times in (60, 6))  # others share the processor
    assert longer < 30 * shorter
