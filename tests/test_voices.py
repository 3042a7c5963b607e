"""The questions in other people's voices keep their promises: they are for tuning, and their quotes stand in documents."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from surefoot.eval.cases import holds_facts, load_cases
from surefoot.ingestion.text import joined
from tools.check_knowledge import ROOT, read

SETS = ROOT / "tools" / "question_sets"
VOICES = sorted((SETS / "voices").glob("*.jsonl"))


@cache
def texts(name: str) -> dict[str, str]:
    """Letters and digits of the documents of an assistant or a set, by file name."""
    shipped = ROOT / "surefoot" / "app" / "assistants" / name
    folder = (shipped if shipped.is_dir() else SETS / name) / "knowledge"
    return {path.name: bare(joined(read(path).sections)[0]) for path in sorted(folder.iterdir())}


def bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.lower())


@pytest.mark.parametrize("path", VOICES, ids=lambda path: path.stem)
def test_quotes_stand_in_their_documents_and_answers_hold_their_facts(path: Path) -> None:
    cases = load_cases(path)
    assert len(cases) == 50
    assert {case.split for case in cases} == {"dev"}
    lost = [
        (case.id, evidence.quote)
        for case in cases
        for evidence in case.evidence
        if bare(evidence.quote) not in texts(path.stem)[evidence.document]
    ]
    assert lost == []
    assert [case.id for case in cases if case.answerable and not holds_facts(case.answer or "", case.facts)] == []


def test_every_set_has_near_misses_beside_what_can_be_answered() -> None:
    for path in VOICES:
        cases = load_cases(path)
        assert sum(case.category == "near_miss" for case in cases) >= 15
        assert sum(case.answerable for case in cases) >= 25
