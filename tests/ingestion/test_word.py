"""Word files made for one property each."""

from __future__ import annotations

import io
import zipfile

import pytest
from docx import Document
from docx.document import Document as Doc
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from surefoot.ingestion.errors import Unreadable
from surefoot.ingestion.readers.docx import read_docx
from surefoot.ingestion.readers.word_lists import Numbering
from surefoot.ingestion.readers.word_xml import W
from surefoot.ingestion.results import Content

NUMBERS = f"""<w:numbering xmlns:w="{W[1:-1]}">
<w:abstractNum w:abstractNumId="0">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2"/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="(%3)"/></w:lvl>
</w:abstractNum>
<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="4"/><w:numFmt w:val="upperRoman"/><w:lvlText w:val="%1"/></w:lvl></w:abstractNum>
<w:num w:numId="7"><w:abstractNumId w:val="0"/></w:num>
<w:num w:numId="8"><w:abstractNumId w:val="1"/></w:num>
</w:numbering>"""


def read(document: Doc) -> Content:
    out = io.BytesIO()
    document.save(out)
    return read_docx(out.getvalue())


def texts(content: Content) -> list[tuple[tuple[str, ...], str]]:
    return [(section.heading_path, section.text) for section in content.sections]


def test_heading_styles_make_sections_and_the_title_stands_above() -> None:
    document = Document()
    document.add_heading("Gifts Policy", 0)
    document.add_paragraph("Version: 1.")
    document.add_heading("Scope", 1)
    document.add_paragraph("All staff.")
    document.add_heading("Guests", 2)
    document.add_paragraph("No guests.")
    content = read(document)
    assert content.title == "Gifts Policy"
    assert texts(content) == [
        (("Gifts Policy",), "Version: 1."),
        (("Gifts Policy", "Scope"), "All staff."),
        (("Gifts Policy", "Scope", "Guests"), "No guests."),
    ]


def test_bold_lines_are_headings_where_no_style_is_one() -> None:
    document = Document()
    for words in ("Scope", "Limits"):
        document.add_paragraph().add_run(words).bold = True
        document.add_paragraph(f"The text under {words}.")
    assert [path for path, _ in texts(read(document))] == [("Scope",), ("Limits",)]


def test_lists_keep_their_marks() -> None:
    document = Document()
    document.add_paragraph("Bring:")
    for words in ("keys", "cards"):
        document.add_paragraph(words, style="List Bullet")
    for words in ("Stop.", "Wait."):
        document.add_paragraph(words, style="List Number")
    assert texts(read(document)) == [((), "Bring:\n\n- keys\n- cards\n1. Stop.\n2. Wait.")]


def test_automatic_numbers_are_counted_as_word_counts_them() -> None:
    from lxml.etree import fromstring

    numbering = Numbering(fromstring(NUMBERS.encode()))
    marks = [numbering.mark("7", level) for level in (0, 1, 1, 2, 2, 0, 1)]
    assert marks == ["1.", "1.1", "1.2", "(a)", "(b)", "2.", "2.1"]
    assert [numbering.mark("8", 0) for _ in range(2)] == ["IV", "V"]
    assert numbering.mark("unknown", 0) == ""


def test_tables_are_pipe_tables_and_a_frame_is_text() -> None:
    document = Document()
    table = document.add_table(rows=2, cols=2)
    for cell, words in zip(
        (c for row in table.rows for c in row.cells), ("Kind", "Limit", "Gift | meal", "50 euro"), strict=True
    ):
        cell.text = words
    document.add_table(rows=1, cols=1).rows[0].cells[0].text = "A note in a frame."
    assert texts(read(document)) == [
        ((), "| Kind | Limit |\n| - | - |\n| Gift \\| meal | 50 euro |\n\nA note in a frame.")
    ]


def test_hidden_and_deleted_words_are_left_out_and_inserted_ones_kept() -> None:
    document = Document()
    paragraph = document.add_paragraph("Seen. ")
    paragraph.add_run("Hidden. ").font.hidden = True
    for tag, words in (("w:ins", "Inserted. "), ("w:del", "Deleted. ")):
        change = OxmlElement(tag)
        run, text = OxmlElement("w:r"), OxmlElement("w:t")
        text.text = words
        text.set(qn("xml:space"), "preserve")
        run.append(text)
        change.append(run)
        paragraph._p.append(change)
    assert texts(read(document)) == [((), "Seen. Inserted.")]


def test_styles_that_are_based_on_each_other_in_a_circle_do_not_hang() -> None:
    document = Document()
    for name, base in (("A", "B"), ("B", "A")):
        element = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)._element
        assert element is not None
        based = OxmlElement("w:basedOn")
        based.set(qn("w:val"), base)
        element.append(based)
    document.add_paragraph("Words.", style="A")
    assert texts(read(document)) == [((), "Words.")]


@pytest.mark.parametrize("cut", [0.2, 0.9])
def test_a_truncated_file_is_refused(cut: float) -> None:
    out = io.BytesIO()
    Document().save(out)
    data = out.getvalue()
    with pytest.raises(Unreadable, match="damaged"):
        read_docx(data[: int(len(data) * cut)])


def test_a_file_that_declares_entities_is_refused_and_says_why() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(
            "word/document.xml",
            f'{bomb}<w:document xmlns:w="{W[1:-1]}"><w:body><w:p><w:r><w:t>x&b;</w:t></w:r></w:p></w:body></w:document>',
        )
    with pytest.raises(Unreadable, match="declares entities of its own"):
        read_docx(out.getvalue())


def test_headers_and_footers_are_read_once_and_page_numbers_left_out() -> None:
    document = Document()
    for number in range(3):
        section = document.sections[0] if number == 0 else document.add_section()
        section.header.is_linked_to_previous = section.footer.is_linked_to_previous = False
        section.header.paragraphs[0].text = "Depot handbook, version 7"
        section.footer.paragraphs[0].text = f"Seite {number + 1} von 3"
        section.footer.add_paragraph("For internal use")
        document.add_heading(f"Part {number}", 1)
        document.add_paragraph(f"Text {number}.")
    content = read(document)
    assert content.sections[0].text == "Header: Depot handbook, version 7"
    assert content.sections[-1].text == "Text 2.\n\nFooter: For internal use"
    assert str(texts(content)).count("version 7") == 1
    assert "Seite" not in str(texts(content))
