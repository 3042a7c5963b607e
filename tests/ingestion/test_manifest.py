"""Every file of the set of documents gets what its manifest says, read in the sandbox as the product reads it."""

from __future__ import annotations

import csv
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher

import pytest

from surefoot.ingestion.errors import Unreadable
from surefoot.ingestion.sandbox import Sandbox
from surefoot.ingestion.text import joined
from tests.conftest import missing
from tests.ingestion.conftest import DATA

HARMS = {
    "external_entity_a.xml": "root:",
    "mail_encrypted.eml": "hIwDY32hYGCE8MkBA",
    "path_traversal_a.zip": "outside",
    "entity_expansion_a.xml": "lollol",
    "entity_expansion_a.xlsx": "lollol",
}
"""What must not appear in the text or the reason."""
ALL_HARM = "99 mph"
"""What hidden text says in several files."""


@dataclass(frozen=True)
class Case:
    name: str
    expectation: str
    wanted: str


def cases() -> list[Case]:
    manifest = DATA / "manifest.tsv"
    if not manifest.exists():
        return []
    with manifest.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [Case(row["file"], *(part.strip() for part in row["expectation"].split(":", 1))) for row in rows]


def params() -> list[object]:
    return [pytest.param(case, id=case.name) for case in cases()] or [pytest.param(None, id="no data")]


def folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())


def outcome(sandbox: Sandbox, name: str) -> tuple[bool, str]:
    """Whether the file was read, and its text or the reason."""
    try:
        return True, folded(joined(sandbox.read((DATA / "files" / name).read_bytes(), name).sections)[0])
    except Unreadable as error:
        return False, str(error)


def nearly_in(wanted: str, text: str) -> bool:
    """Whether a row of words of the text is the wanted phrase but for one character in ten."""
    words, count = text.split(), len(wanted.split())
    rows = (" ".join(words[at : at + count]) for at in range(len(words) - count + 1))
    return any(SequenceMatcher(None, wanted, row, autojunk=False).ratio() >= 0.9 for row in rows)


@pytest.mark.parametrize("case", params())
def test_a_file_is_read_or_refused_as_its_manifest_says(sandbox: Sandbox, case: Case | None) -> None:
    if case is None:
        missing(f"the documents in {DATA}")
    was_read, text = outcome(sandbox, case.name)
    assert ALL_HARM not in text
    assert HARMS.get(case.name, "\0") not in text
    if case.expectation == "contains":
        assert was_read, text
        assert folded(case.wanted) in text or (case.name.startswith("scan_") and nearly_in(folded(case.wanted), text))
    elif case.expectation == "empty" or (case.expectation == "must fail" and "or be read" not in case.wanted):
        assert not was_read, text[:200]
    if not was_read:  # a sentence for people, not the last resort for a crash
        assert text[0].isupper()
        assert text[-1] in ".?"
        assert "broke the reader" not in text
        assert "breaks the rules of its format" not in text
