"""Markdown, plain text and HTML, and how files are told apart."""

from __future__ import annotations

import pytest

from surefoot.core.nouns import Section
from surefoot.ingestion.errors import Unreadable, UnsafePath
from surefoot.ingestion.limits import ReadLimits
from surefoot.ingestion.readers.formats import Format
from surefoot.ingestion.readers.html import read_html
from surefoot.ingestion.readers.markdown import read_markdown
from surefoot.ingestion.readers.read import read
from surefoot.ingestion.results import Content, SourceFile
from surefoot.ingestion.text import joined
from surefoot.ingestion.titles import title_of


def texts(content: Content) -> list[tuple[tuple[str, ...], str]]:
    return [(section.heading_path, section.text) for section in content.sections]


def test_markdown_headings_make_sections() -> None:
    content = read_markdown(
        "# Manual #\n\nIntro.\n\n## *Care* of `tyres`\nText.\n\nNotes\n=====\nMore.\n\nLess\n----\nEnd."
    )
    assert content.title == "Manual"
    assert texts(content) == [
        (("Manual",), "Intro."),
        (("Manual", "Care of tyres"), "Text."),
        (("Notes",), "More."),
        (("Notes", "Less"), "End."),
    ]


def test_a_hash_in_code_is_no_heading() -> None:
    assert texts(read_markdown("# A\n\n```sh\n# install\n```\n")) == [(("A",), "```sh\n# install\n```")]


def test_a_line_under_a_table_or_a_list_makes_no_heading() -> None:
    assert texts(read_markdown("- one\n---\n\n| a |\n|---|\n| 1 |\n")) == [((), "- one\n---\n\n| a |\n|---|\n| 1 |")]


def test_front_matter_gives_title_and_stays_readable() -> None:
    content = read_markdown('---\ntitle: "Gifts"\nversion: 3\n---\n# Other\n\nText.')
    assert content.title == "Gifts"
    assert content.sections[0].text == 'title: "Gifts"\nversion: 3'


def test_a_heading_without_text_is_kept() -> None:
    assert texts(read_markdown("# A\n\n## B\n\n## C\n")) == [(("A",), ""), (("A", "B"), ""), (("A", "C"), "")]


def test_html_becomes_headings_lists_and_tables() -> None:
    page = (
        "<title>Guide | Site</title><body><nav>Menu</nav><h1>Guide</h1><p>One<br>two <b>three</b>.</p><ul><li>a<ol><li>x</li><li>y</li></ol></li>"
        "<li>b</li></ul><h2>Zones</h2><table><tr><th>Zone<th>Price</tr><tr><td rowspan=2>1<td>5</tr><tr><td>6</tr></table></body>"
    )
    content = read_html(page)
    assert content.title == "Guide"
    assert texts(content) == [
        (("Guide",), "One\ntwo three.\n\n- a\n  1. x\n  2. y\n- b"),
        (("Guide", "Zones"), "| Zone | Price |\n| - | - |\n| 1 | 5 |\n| 1 | 6 |"),
    ]


@pytest.mark.parametrize(
    "hidden",
    [
        "<p hidden>secret</p>",
        "<p style='color:red; display : none'>secret</p>",
        "<div aria-hidden=true>secret</div>",
        "<script>secret</script>",
        "<template>secret</template>",
        "<!-- secret -->",
        "<p style='visibility:hidden'>secret</p>",
    ],
)
def test_what_a_browser_does_not_show_is_left_out(hidden: str) -> None:
    assert texts(read_html(f"<body><p>before</p>{hidden}<p>after</p></body>")) == [((), "before\n\nafter")]


def test_the_main_part_stands_for_the_page() -> None:
    page = f"<body><div>Log in</div><main><p>{'words ' * 40}</p></main><footer>Imprint</footer></body>"
    assert texts(read_html(page)) == [((), ("words " * 40).strip())]


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (b"<!DOCTYPE html><p>x</p>", "page.txt", Format.HTML),
        (b"# Title\n\ntext", "notes.md", Format.MARKDOWN),
        (b"# no heading here", "notes.txt", Format.TEXT),
        (b"a;b\n1;2", "table.CSV", Format.CSV),
        (b"just words", "README", Format.TEXT),
        (b"The file begins with %PDF-1.7, says the standard.", "about.txt", Format.TEXT),
        ("<html><p>Größe</p></html>".encode("utf-16"), "x", Format.HTML),
        (b"From: a@b.c\nTo: d@e.f\nMIME-Version: 1.0\n\nhello", "a.txt", Format.EML),
        (b"From: Ann\n\nDear Bob: this is a letter.", "letter.txt", Format.TEXT),
        (b"<?xml version='1.0'?><a><b>x</b></a>", "a.txt", Format.XML),
        (b'{"a": 1}', "a.json", Format.JSON),
        (b'{"a": 1}', "a.txt", Format.TEXT),
        (b"{\\rtf1 x}", "a.doc", Format.RTF),
        (b"BMW and MZ made motorcycles.", "BM.txt", Format.TEXT),
    ],
)
def test_a_file_is_what_it_contains(data: bytes, name: str, kind: Format) -> None:
    assert read(data, name, ReadLimits()).media_type == kind


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (b"", "a.txt", "empty"),
        (b"   \n\n ", "a.txt", "no text"),
        (b"\x00\x01\x02\x03" * 200, "a.txt", "binary"),
        (b"GIF89a....", "a.pdf", "an image, though its name ends in .pdf"),
        (b"MZ\x90\x00....", "a.pdf", "a program, though its name ends in .pdf"),
        (b"PK\x03\x04broken", "a.docx", "damaged"),
        (b"%PDF-1.7\nnothing", "a.pdf", "damaged"),
        (b"From ann Mon\nSubject: x\n\ny", "a.mbox", "Export its mails as EML"),
        (b'{"cells": []}', "a.ipynb", "notebook"),
        (b"<svg><text>x</text></svg>", "a.svg", "drawing"),
        (b"\x1f\x8b\x08rest", "a.json.gz", "archive"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(data: bytes, name: str, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read(data, name, ReadLimits())


@pytest.mark.parametrize(
    ("encoding", "recognised"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32"),
        ("utf-32-le", "utf-32-le"),
        ("utf-32-be", "utf-32-be"),
        ("cp1252", "cp1252"),
    ],
)
def test_the_encoding_of_a_text_is_recognised_and_said(encoding: str, recognised: str) -> None:
    text = "Die Größe der Reifen steht auf der Flanke. Lies sie ab."
    content = read(text.encode(encoding), "a.txt", ReadLimits())
    assert (content.sections[0].text, content.encoding) == (text, recognised)


@pytest.mark.parametrize("encoding", ["shift_jis", "iso2022_jp", "euc_jp", "gb18030", "cp1251"])
def test_texts_in_other_scripts_are_decoded(encoding: str) -> None:
    text = (
        "Шины следует проверять каждую неделю."
        if encoding == "cp1251"
        else "車両は毎週点検されます。東京の倉庫にあります。" * 3
    )
    assert read(text.encode(encoding), "a.txt", ReadLimits()).sections[0].text == text


def test_a_page_that_nests_deeper_than_its_parser_can_follow_is_refused() -> None:
    with pytest.raises(Unreadable, match="nests over 500"):
        read_html("<div>" * 5_000 + "lost" + "</div>" * 5_000)
    assert texts(read_html("<div>" * 400 + "found" + "</div>" * 400)) == [((), "found")]


def test_too_much_text_is_refused() -> None:
    with pytest.raises(Unreadable, match="1,199 characters of text; 1,000 are the limit"):
        read(b"ab " * 400, "a.txt", ReadLimits(characters=1000))


@pytest.mark.parametrize(
    "path",
    [
        "",
        " ",
        "/etc/passwd",
        "../a",
        "a/../b",
        "a//b",
        "a/./b",
        "a\x00b",
        "a\nb",
        "C:\\a",
        "a\\b",
        "x" * 501,
        "a\u202eb",
    ],
)
def test_an_unsafe_path_is_refused(path: str) -> None:
    with pytest.raises(UnsafePath):
        SourceFile(path, b"")


def test_paths_in_two_forms_of_unicode_are_one() -> None:
    assert SourceFile("Gru\u0308n.md", b"").path == SourceFile("Grün.md", b"").path


@pytest.mark.parametrize(
    ("stated", "path", "title"),
    [
        (None, "a/fault-codes.csv", "Fault codes"),
        (None, "LV-204 Manual.pdf", "LV-204 Manual"),
        (None, ".profile", ".profile"),
        ("  A\n title ", "x.md", "A title"),
        ("---", "x.md", "x"),
    ],
)
def test_a_document_has_a_title_that_people_recognise(stated: str | None, path: str, title: str) -> None:
    assert title_of(stated, SourceFile(path, b"")) == title


def test_the_joined_text_shows_each_heading_once() -> None:
    sections = [
        Section(("A",), "one", 1),
        Section(("A", "B"), "two", 1),
        Section(("A", "B"), "goes on", 2),
        Section(("A", "B"), "another of the name", 2),
        Section(("C", "D"), "", 2),
    ]
    text, placed = joined(sections)
    assert text == "# A\n\none\n\n## B\n\ntwo\n\ngoes on\n\n## B\n\nanother of the name\n\n# C\n\n## D"
    assert [text[p.start : p.end] for p in placed] == [s.text for s in sections]
    assert [text[p.heading :].split("\n")[0] for p in placed] == ["# A", "## B", "goes on", "## B", "## D"]
