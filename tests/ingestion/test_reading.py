"""Files from many programs, broken and hostile ones among them, read in the sandbox as the product reads them."""

from __future__ import annotations

import csv
import unicodedata
from dataclasses import dataclass

import pytest

from surefoot.ingestion.errors import Unreadable
from surefoot.ingestion.results import Content
from surefoot.ingestion.sandbox import Sandbox
from tests.conftest import missing
from tests.ingestion.conftest import DATA

FORMATS = {"pdf", "docx", "html", "md", "txt", "csv", "tsv", "xlsx"}
SCANS = "scan_"


@dataclass(frozen=True)
class Case:
    name: str
    format: str
    expectation: str


def cases() -> list[Case]:
    manifest = DATA / "manifest.tsv"
    if not manifest.exists():
        return []
    with manifest.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [Case(row["file"], row["format"], row["expectation"]) for row in rows]


def params(chosen: list[Case]) -> list[object]:
    return [pytest.param(case, id=case.name) for case in chosen] or [pytest.param(None, id="no data")]


READ = [c for c in cases() if c.format in FORMATS and not c.name.startswith(SCANS) and c.name != "png_named_pdf_a.pdf"]
REFUSED = [case for case in cases() if case not in READ]


def folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())


def all_text(content: Content) -> str:
    return folded(" ".join(" ".join((*s.heading_path, s.text)) for s in content.sections))


def read(sandbox: Sandbox, name: str) -> Content:
    path = DATA / "files" / name
    if not path.exists():
        missing(f"the file {path}")
    return sandbox.read(path.read_bytes(), name)


def read_or_reason(sandbox: Sandbox, name: str) -> str:
    try:
        return all_text(read(sandbox, name))
    except Unreadable as error:
        return str(error)


@pytest.mark.parametrize("case", params(READ))
def test_a_file_is_read_or_refused_as_its_manifest_says(sandbox: Sandbox, case: Case | None) -> None:
    if case is None:
        missing(f"the documents in {DATA}")
    kind, _, wanted = case.expectation.partition(":")
    if kind == "contains":
        text = all_text(read(sandbox, case.name))
        assert folded(wanted) in text
        assert "99 mph" not in text
    elif kind == "empty" or (kind == "must fail" and "or be read" not in wanted):
        with pytest.raises(Unreadable, match=r"[A-Z].*[.?]"):
            read(sandbox, case.name)
    else:  # either: refused with a reason, or read and within limits
        assert len(read_or_reason(sandbox, case.name)) in range(20, 100_000)


@pytest.mark.parametrize("case", params(REFUSED))
def test_a_file_of_another_kind_is_refused_with_a_reason(sandbox: Sandbox, case: Case | None) -> None:
    if case is None:
        missing(f"the documents in {DATA}")
    with pytest.raises(Unreadable, match=r"scan\?|not read yet|no text|archive|password|unpack"):
        read(sandbox, case.name)


def test_a_phrase_is_found_on_its_page(sandbox: Sandbox) -> None:
    content = read(sandbox, "long_600_pages_a.pdf")
    assert [s.page for s in content.sections if "LV-204-437 was inspected" in s.text] == [437]


def test_tables_without_lines_become_pipe_tables(sandbox: Sandbox) -> None:
    text = "\n".join(s.text for s in read(sandbox, "inventory_borderless_table.pdf").sections)
    assert "| SKU-8847 | A-12 | 450 |" in text
    assert text.count("SKU-9201") == 2  # once in each of its two tables, never again as loose text


def test_cells_that_span_rows_are_repeated_in_each(sandbox: Sandbox) -> None:
    text = "\n".join(s.text for s in read(sandbox, "word_tables.docx").sections)
    assert "| Cell 1.0 | Merged Cell 1.1 2.1 | Cell 1.2 |\n| Cell 2.0 | Merged Cell 1.1 2.1 | Cell 2.2 |" in text


def test_western_text_without_a_mark_is_decoded(sandbox: Sandbox) -> None:
    assert "Die schöne Frau hat einen Kaffee" in all_text(read(sandbox, "cp1252.html"))


def test_hidden_sheets_stay_hidden(sandbox: Sandbox) -> None:
    assert "FLT-7719" not in all_text(read(sandbox, "formulas_merged_hidden_a.xlsx"))
