"""Documents for the tests of data quality: made up, shipped with the assistants, and from the evaluation data."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from surefoot.core.nouns import Section
from surefoot.ingestion.errors import Unreadable
from surefoot.ingestion.limits import ReadLimits
from surefoot.ingestion.quality.report import Profile
from surefoot.ingestion.quality.rules import QualityRules
from surefoot.ingestion.quality.stages import Inspected, inspect
from surefoot.ingestion.quality.topics import DocumentSketch, document_sketch
from surefoot.ingestion.readers.read import read
from surefoot.ingestion.results import Content, SourceFile
from surefoot.ingestion.text import joined

TODAY = date(2026, 11, 24)
RULES = QualityRules()
SHIPPED = Path(__file__).resolve().parents[3] / "surefoot" / "app" / "assistants"
DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
_PLAIN = ("csv", "tsv", "html", "md", "txt", "docx", "xlsx", "pptx", "eml", "epub", "odt", "rtf", "json")
PROSE = (
    "Every driver checks the vehicle before the first journey of a shift and again after a change of vehicle. "
    "The check takes about 12 minutes for a van and 20 minutes for a truck. A defect that is found during the check "
    "is reported at once, and the vehicle stays where it is until the duty technician has given it a class."
)


def content_of(*texts: str, media_type: str = "text/markdown", pages: int | None = None) -> Content:
    """One section a text; with pages, one page a text."""
    sections = tuple(Section((), text, number if pages else None) for number, text in enumerate(texts, start=1))
    return Content(media_type, "A title", sections, pages)


def paged(*texts: str) -> Content:
    """A PDF with one page a text."""
    return content_of(*texts, media_type="application/pdf", pages=len(texts))


def text_of(content: Content) -> str:
    return joined(content.sections)[0]


def inspected(content: Content, file: SourceFile | None = None, rules: QualityRules = RULES) -> Inspected:
    return inspect(content, file or SourceFile("a.md", b""), rules, TODAY)


def profiled(content: Content, path: str = "a.md") -> Profile:
    return inspected(content, SourceFile(path, b"")).report.profile


def codes(content: Content, file: SourceFile | None = None, rules: QualityRules = RULES) -> dict[str, str]:
    """Code and severity of all findings."""
    return {f.code: f.severity.value for f in inspected(content, file, rules).report.findings}


@cache
def shipped() -> dict[str, Content]:
    """Every sample document of the three assistants, by assistant and file name."""
    files = sorted(SHIPPED.glob("*/knowledge/*"))
    return {f"{file.parts[-3]}/{file.name}": read(file.read_bytes(), file.name, ReadLimits()) for file in files}


def shipped_sketches(assistant: str) -> list[DocumentSketch]:
    """A sketch for each longer section of an assistant's documents."""
    found = [content for name, content in shipped().items() if name.startswith(f"{assistant}/")]
    sections = [section for content in found for section in content.sections if len(section.text) > 150]
    return [document_sketch(Content("text/plain", None, (section,))) for section in sections]


@cache
def manifest_files() -> dict[str, Content]:
    """The files of the evaluation data that are plain documents and can be read."""
    folder = DATA / "ingestion_docs"
    if not folder.exists():
        pytest.skip("the evaluation data ../shared/data/ingestion_docs is not there")
    found: dict[str, Content] = {}
    for line in (folder / "manifest.tsv").read_text("utf-8").splitlines()[1:]:
        name, kind, expectation, *_ = line.split("\t")
        if expectation.startswith("contains") and kind in _PLAIN:
            try:
                found[name] = read((folder / "files" / name).read_bytes(), name, ReadLimits())
            except Unreadable:
                continue
    return found


@cache
def corpus_sketches(folder: str, most: int) -> list[DocumentSketch]:
    """Sketches of the first so many longer texts of a corpus, in a fixed mixed order."""
    path = DATA / folder / "corpus.jsonl"
    if not path.exists():
        pytest.skip(f"the evaluation data ../shared/data/{folder} is not there")
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    rows = sorted((row for row in rows if len(row["text"]) > 200), key=lambda row: hash_of(row["id"]))[:most]
    return [document_sketch(content_of(f"{row['title']}\n{row['text']}")) for row in rows]


def hash_of(text: str) -> int:
    """A number that is the same in each process."""
    import zlib

    return zlib.crc32(text.encode())
