"""A small part of the fuzzing campaign (python -m tools.fuzz runs it at full size)."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest

from surefoot.ingestion.readers.ocr import ocr_available
from surefoot.ingestion.sandbox import Sandbox
from tools import fuzz
from tools.fuzz_hostile import ESCAPE, hostile, pdf_of
from tools.fuzz_seeds import seeds
from tools.fuzz_watch import own_memory

CASES = 150
SEED = 3
QUICK = frozenset(
    {
        "circle_of_pages.pdf",
        "huge_box.pdf",
        "climbing.docx",
        "climbing.zip",
        "laughs.xml",
        "laughs.docx",
        "laughs.xlsx",
        "laughs.pptx",
        "laughs.odt",
        "outside.xml",
        "deep.json",
        "deep.xml",
        "deep.rtf",
        "mail_of_mails.eml",
        "bomb.png",
        "binary.rtf",
        "empty.pdf",
        "names\nwith\r\nnewlines.txt",
    }
)


def test_the_seeds_are_sound_files(sandbox: Sandbox) -> None:
    for kind, files in seeds(None).items():
        if kind in ("png", "jpg", "tiff") and not ocr_available():
            continue
        text = "\n".join(section.text for section in sandbox.read(files[0], f"seed.{kind}").sections)
        assert "4711" in text or "Corvane" in text, kind


def test_broken_files_break_nothing_but_themselves() -> None:
    report = fuzz.Campaign().run(islice(fuzz.cases(SEED, None), CASES)).as_dict()
    assert report["violations"] == []
    assert report["cases"] == CASES
    assert sum(row["content"] for row in report["formats"].values()) > CASES // 10
    assert sum(row["rejected"] for row in report["formats"].values()) > CASES // 10
    assert max(report["peak_bytes"].values()) <= fuzz.LIMITS.memory_bytes


def test_hostile_files_do_no_harm() -> None:
    limits = replace(fuzz.LIMITS, seconds=20)
    cases = dict(hostile(QUICK))
    assert set(cases) == QUICK
    report = fuzz.Campaign(limits).run(cases.items()).as_dict()
    assert report["violations"] == []
    assert report["cases"] == len(QUICK)


def test_a_file_of_a_gigabyte_is_refused_unread() -> None:
    before = own_memory()
    campaign = fuzz.Campaign()
    campaign.sparse()
    assert campaign.report.as_dict()["formats"]["txt"]["rejected"] == 1
    assert campaign.report.violations == []
    assert own_memory() - before < 2**27


def test_a_pdf_of_the_most_pages_is_read_and_one_more_refused(sandbox: Sandbox) -> None:
    assert sandbox.read(pdf_of(600), "many.pdf").pages == 600
    report = fuzz.Campaign(replace(fuzz.LIMITS, pages=599)).run([("many.pdf", pdf_of(600))])
    assert report.outcomes["pdf"]["rejected"] == 1


def test_a_case_is_made_of_its_seed_and_number_alone() -> None:
    first, again, other = (list(islice(fuzz.cases(seed, None), 60)) for seed in (7, 7, 8))
    assert first == again
    assert first != other


def test_what_a_campaign_must_not_find_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ESCAPE).write_text("escaped")
    report = fuzz.Campaign().run([("a.txt", b"text")])
    assert report.violations == [f"written outside: {tmp_path / ESCAPE}"]


def test_the_report_is_a_table_by_format() -> None:
    report = fuzz.Campaign().run([("a.txt", b"text"), ("b.pdf", b"%PDF-1.7")]).as_dict()
    lines = fuzz.table(report).splitlines()
    assert lines[0].split() == ["format", *fuzz.OUTCOMES]
    assert [line.split()[:3] for line in lines[1:]] == [["pdf", "0", "1"], ["txt", "1", "0"], ["all", "1", "1"]]
