"""A document is held against the rules, and each complaint says what to do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from surefoot.core.nouns import Section
from surefoot.ingestion.quality.report import Severity, Stage
from surefoot.ingestion.quality.rules import QualityRules
from surefoot.ingestion.results import UNREADABLE, Content, SourceFile
from tests.ingestion.quality.documents import PROSE, codes, content_of, inspected, manifest_files, paged, shipped

GERMAN = "Jeder Fahrer prüft sein Fahrzeug vor der ersten Fahrt und meldet einen Mangel sofort der Werkstatt. "


def rules(**settings: object) -> QualityRules:
    return QualityRules.model_validate(settings)


def test_no_shipped_document_is_rejected_or_warned_about() -> None:
    for name, content in shipped().items():
        found = codes(content, SourceFile(name, b""))
        assert set(found.values()) <= {"note"}, (name, found)


def test_no_readable_file_of_the_evaluation_data_is_rejected() -> None:
    for name, content in manifest_files().items():
        assert inspected(content, SourceFile(name, b"")).report.rejection is None, name


def test_a_small_table_is_fine() -> None:
    table = "| Vehicle | Limit |\n| - | - |\n| Corvane 35 | 3 mm |\n| Haulier H18 | 4 mm |"
    assert set(codes(content_of(table, media_type="text/csv")).values()) == set()


def test_a_document_without_text_is_rejected_with_a_remedy() -> None:
    report = inspected(Content("text/plain", None, ())).report
    assert report.rejection == "The document has no text. Feed a file that has some; a scan needs recognition."
    assert codes(content_of(" \n"))["no-text"] == "rejection"


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"min_words": 100}, "too-short"),
        ({"languages": ["de", "fr"]}, "language"),
        ({"formats": ["pdf", "text/html"]}, "format"),
        ({"required_properties": ["author"]}, "missing-property"),
        ({"required_properties": ["effective_date"]}, "missing-property"),
    ],
)
def test_a_broken_rule_rejects_and_names_itself(settings: dict[str, object], code: str) -> None:
    report = inspected(content_of(PROSE), rules=rules(**settings)).report
    finding = next(f for f in report.findings if f.code == code)
    assert (finding.stage, finding.severity) == (Stage.VALIDATE, Severity.REJECTION)
    assert next(iter(settings)) in finding.remedy
    assert report.rejection == f"{finding.message} {finding.remedy}"


@pytest.mark.parametrize(
    "settings",
    [
        {"min_words": 50},
        {"languages": ["en"]},
        {"formats": [".MD"]},
        {"formats": ["text/markdown"]},
        {"required_properties": ["author", "title", "version", "effective_date", "modified", "language"]},
    ],
)
def test_a_kept_rule_is_silent(settings: dict[str, object]) -> None:
    file = SourceFile("a.md", b"", datetime(2026, 1, 1, tzinfo=UTC), {"author": "Workshop"})
    assert codes(content_of(f"Version: 2. Effective date: 1 March 2026.\n\n{PROSE}"), file, rules(**settings)) == {}


def test_a_language_that_cannot_be_told_is_no_reason_to_reject() -> None:
    assert codes(content_of("LV-204 B7 K9"), rules=rules(languages=["de"])) == {}
    assert codes(content_of(GERMAN), rules=rules(languages=["en"])) == {"language": "rejection"}


@pytest.mark.parametrize(
    ("modified", "text", "found"),
    [
        (datetime(2024, 1, 1, tzinfo=UTC), PROSE, {"too-old": "warning"}),
        (datetime(2026, 11, 1, tzinfo=UTC), PROSE, {}),
        (datetime(2024, 1, 1, tzinfo=UTC), f"Effective date: 1 October 2026.\n\n{PROSE}", {}),
        (None, f"Effective date: 1 October 2020.\n\n{PROSE}", {"too-old": "warning"}),
        (None, PROSE, {"age-unknown": "note"}),
        (None, f"Effective date: 1 January 2027.\n\n{PROSE}", {"not-yet-valid": "note"}),
    ],
)
def test_age_counts_from_the_later_of_change_and_effect(
    modified: datetime | None, text: str, found: dict[str, str]
) -> None:
    file = SourceFile("a.md", b"", modified)
    assert codes(content_of(text), file, rules(max_age_days=365)) == found
    rejected = codes(content_of(text), file, rules(max_age_days=365, old="reject"))
    assert rejected == {code: "rejection" if code == "too-old" else severity for code, severity in found.items()}


def test_text_in_a_wrong_encoding_is_noticed() -> None:
    broken = (GERMAN * 3).encode().decode("cp1252")
    assert codes(content_of(broken))["wrong-encoding"] == "warning"
    russian = ("Каждый водитель проверяет машину перед первой поездкой. " * 3).encode().decode("cp1252", "replace")
    assert codes(content_of(russian))["wrong-encoding"] == "rejection"
    assert codes(content_of(PROSE.replace("e", "\ufffd")))["wrong-encoding"] == "rejection"
    assert codes(content_of("ÄÖÜ Ça â ã São João, Ð, 5 €, Ă" * 5)) == {}


def test_a_soup_of_symbols_is_rejected_but_a_small_picture_is_not() -> None:
    assert codes(content_of("▒▓█☐☑♠♣ a " * 40))["symbols"] == "rejection"
    assert codes(content_of("🤠😅")) == {}


def test_bad_recognition_is_a_warning_and_hopeless_recognition_a_rejection() -> None:
    poor = " ".join(word[:2] + "|" + word[3:] if n % 4 == 0 else word for n, word in enumerate(PROSE.split() * 4))
    hopeless = " ".join(word[:1] + "^~" + word[2:] for word in PROSE.split() * 4)
    scanned = replace(paged(poor), recognised=1)
    assert codes(scanned) == {"recognised": "note", "odd-words": "warning"}
    assert codes(replace(paged(hopeless), recognised=1))["odd-words"] == "rejection"
    assert codes(paged(hopeless))["odd-words"] == "warning"


def test_pages_out_of_order_and_torn_tables_are_noticed() -> None:
    torn = "| A | B |\n| - | - |\n| 1 | 2 | 3 |\n| x \\| y | 4 |"
    sections = (Section((), PROSE, 2), Section((), torn, 1))
    assert codes(Content("application/pdf", "T", sections, 2)) == {"page-order": "warning", "uneven-table": "warning"}
    assert codes(Content("application/pdf", "T", (Section((), PROSE, 9),), 2)) == {"page-order": "warning"}


def test_rejections_come_first() -> None:
    report = inspected(Content("text/plain", None, ()), rules=rules(min_words=3)).report
    severities = [finding.severity for finding in report.findings]
    assert severities[:2] == [Severity.REJECTION, Severity.REJECTION]
    assert Severity.REJECTION not in severities[2:]


@pytest.mark.parametrize(
    "wrong",
    [
        {"minwords": 3},
        {"languages": []},
        {"languages": ["english"]},
        {"near_duplicates": "drop"},
        {"near_duplicate_similarity": 0.5},
        {"max_age_days": 0},
    ],
)
def test_wrong_rules_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        rules(**wrong)


def test_every_rule_is_described() -> None:
    assert all(field.description for field in QualityRules.model_fields.values())


def test_what_is_not_sure_of_a_scan_is_named_with_what_to_do() -> None:
    scan = replace(content_of(f"Total {UNREADABLE} euro and {UNREADABLE} cents."), recognised=1)
    found = codes(replace(scan, missing_languages=("deu",)))
    assert found["unreadable"] == found["language-pack"] == "warning"
    assert "unreadable" not in codes(replace(scan, recognised=0))
