"""What survives of files from many programs, read in the sandbox as the product reads them."""

from __future__ import annotations

import unicodedata

from surefoot.ingestion.results import Content
from surefoot.ingestion.sandbox import Sandbox
from tests.conftest import missing
from tests.ingestion.conftest import DATA


def folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())


def all_text(content: Content) -> str:
    return folded(" ".join(" ".join((*s.heading_path, s.text)) for s in content.sections))


def read(sandbox: Sandbox, name: str) -> Content:
    path = DATA / "files" / name
    if not path.exists():
        missing(f"the file {path}")
    return sandbox.read(path.read_bytes(), name)


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


def test_old_word_files_keep_headings_lists_and_tables(sandbox: Sandbox) -> None:
    new, old = (read(sandbox, name) for name in ("word_sample.docx", "legacy_sample.doc"))
    assert old.sections == new.sections  # the same document, saved in both formats
    assert "SEQ Figure" not in all_text(old)


def test_old_slides_are_pages_with_lists(sandbox: Sandbox) -> None:
    content = read(sandbox, "legacy_slides.ppt")
    assert (content.pages, content.sections[0].page) == (1, 1)
    assert content.sections[0].heading_path == ("Adding a Bullet Slide",)
    assert "- Find the bullet slide layout\n  - Use _TextFrame.text for first bullet" in content.sections[0].text


def test_old_sheets_are_tables(sandbox: Sandbox) -> None:
    assert read(sandbox, "small.xls").sections[0].text.startswith("| Alpha | Beta | Gamma | Delta |\n| - | - | - | - |")


def test_tables_on_slides_and_speaker_notes_are_kept(sandbox: Sandbox) -> None:
    content = read(sandbox, "slides_sample.pptx")
    assert "| R4 | True | False | True | False | True | False |" in content.sections[0].text
    assert "Speaker notes: Some notes on the second slide." in content.sections[1].text
    assert "2. List item5" in content.sections[2].text
    assert [section.page for section in content.sections] == [1, 2, 3]


def test_an_attachment_is_read_under_its_name(sandbox: Sandbox) -> None:
    content = read(sandbox, "policy_a.eml")
    title = "Idling and speed policy, Leeds depot"
    assert [s.heading_path for s in content.sections] == [(title,), (title, "Attachment: policy.docx", title)]
    assert "1. This policy applies" in content.sections[1].text


def test_an_outlook_mail_has_its_headers(sandbox: Sandbox) -> None:
    content = read(sandbox, "mail_cc_bcc.msg")
    assert content.title == "Fake email with cc and bcc recipients"
    assert content.sections[0].text.startswith("From: John <johnjennings702@gmail.com>\nTo: John Jennings\nCc: steve@")
    assert "hello@unstructured.io" not in all_text(content)  # a blind copy stays blind


def test_text_in_a_seldom_encoding_is_decoded(sandbox: Sandbox) -> None:
    assert [read(sandbox, name).encoding for name in ("shift_jis.csv", "utf32.txt", "utf16le.html")] == [
        "cp932",
        "utf-32",
        "utf-16",
    ]
