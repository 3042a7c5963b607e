"""Measuring the search for personal data on texts whose marks are known, and on the synthetic set."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from surefoot.core.text.pii import PiiKind
from surefoot.eval.errors import QuestionSetInvalid
from surefoot.eval.pii_run import TEXTS, Half, PiiRow, PiiScores, measure
from tests.conftest import missing

REPORTED = "pii_synthetic, even templates"
RESULTS = Path(__file__).parents[2] / "docs" / "results"
SYNTHETIC = Path(__file__).parents[3] / "shared" / "data" / "pii_synthetic"


def marked(text: str, template: int, **values: str) -> dict[str, object]:
    """A text in which the values are marked, by type."""
    spans = [
        {"type": kind, "text": value, "start": text.index(value), "end": text.index(value) + len(value)}
        for kind, value in values.items()
    ]
    return {"id": text, "text": text, "template": template, "spans": spans}


def measured(folder: Path, *texts: dict[str, object], half: Half = Half.REPORT) -> PiiScores:
    (folder / TEXTS).write_text("\n".join(map(json.dumps, texts)), encoding="utf-8")
    return measure(folder, half)


def row(scores: PiiScores, kind: PiiKind) -> PiiRow:
    return next(row for row in scores.rows if row.kind is kind)


def test_borders_count_in_the_strict_figures_alone(tmp_path: Path) -> None:
    scores = measured(tmp_path, marked("Mail to anna@firma.example now", 2, EMAIL_ADDRESS="to anna@firma.example"))
    found = row(scores, PiiKind.EMAIL)
    assert (found.recall, found.strict_recall, found.precision, found.strict_precision) == (1, 0, 1, 0)
    assert scores.covered == len("anna@firma.example") / len("to anna@firma.example")


def test_what_is_missed_lowers_recall_and_what_is_wrong_lowers_precision(tmp_path: Path) -> None:
    scores = measured(
        tmp_path,
        marked("zqx is here, Anna Schmidt is not", 2, PERSON="zqx"),
        marked("Ask Anna Schmidt", 4, PERSON="Anna Schmidt"),
    )
    found = row(scores, PiiKind.PERSON)
    assert (found.marked, found.found, found.named, found.right) == (2, 1, 2, 1)
    assert (found.recall, found.precision) == (0.5, 0.5)


def test_types_that_are_not_personal_are_not_asked_for(tmp_path: Path) -> None:
    scores = measured(tmp_path, marked("Acme is in Berlin", 2, ORGANIZATION="Acme", GPE="Berlin"))
    assert (scores.texts, scores.rows, scores.covered) == (1, (), 1)


def test_the_halves_share_no_template(tmp_path: Path) -> None:
    texts = [marked(f"Mail {name}@firma.example", template, EMAIL_ADDRESS=f"{name}@firma.example") for template, name in enumerate(("ann", "ben", "cem"))]  # fmt: skip
    assert measured(tmp_path, *texts).texts == 2
    assert measured(tmp_path, *texts, half=Half.TUNE).texts == 1


def test_what_cannot_be_measured_is_refused_with_the_line(tmp_path: Path) -> None:
    with pytest.raises(QuestionSetInvalid, match="There is no"):
        measure(tmp_path)
    with pytest.raises(QuestionSetInvalid, match="no texts"):
        measured(tmp_path, marked("odd", 1))
    with pytest.raises(QuestionSetInvalid, match="Line 2"):
        measured(tmp_path, marked("even", 2), {"text": "no template"})


def test_the_synthetic_set_is_found_no_worse_than_the_last_result_says() -> None:
    if not SYNTHETIC.is_dir():
        missing(f"marked texts with personal data: {SYNTHETIC}")
    newest = max(RESULTS.glob("*-pii.json"))
    said = {row["type"]: row for row in json.loads(newest.read_text("utf-8"))["rows"] if row["set"] == REPORTED}
    for found in measure(SYNTHETIC).rows:
        before = said[found.kind.value]
        assert found.recall is not None, found.kind
        assert found.precision is not None, found.kind
        assert found.recall >= before["recall"] - 0.02, found.kind
        assert found.precision >= before["precision"] - 0.02, found.kind
