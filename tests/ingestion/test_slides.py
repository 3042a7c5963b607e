"""Slides: PowerPoint files made with another library, and OpenDocument's."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from surefoot.ingestion.errors import Unreadable
from surefoot.ingestion.limits import ReadLimits
from surefoot.ingestion.readers.read import read
from surefoot.ingestion.results import Content
from tests.ingestion.made_files import pages, texts, whole, zipped

BOX = (Inches(1), Inches(1), Inches(4), Inches(2))


def new_deck() -> Any:
    """An empty presentation; the library's types say less than it does."""
    return Presentation()


def saved(deck: Any) -> bytes:
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


def read_deck(deck: Any, limits: ReadLimits | None = None) -> Content:
    return read(saved(deck), "talk.pptx", limits or ReadLimits())


def add_slide(deck: Any, title: str, lines: list[tuple[int, str]]) -> Any:
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = title
    frame = slide.placeholders[1].text_frame
    for number, (level, line) in enumerate(lines):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.text, paragraph.level = line, level
    return slide


def rewritten(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return zipped({**parts, part: change(parts[part])})


def test_a_slide_is_a_page_with_its_title_lists_and_notes() -> None:
    deck = new_deck()
    add_slide(deck, "Braking", [(0, "Keep a distance"), (1, "two seconds, dry"), (0, "Look ahead")])
    slide = add_slide(deck, "Idling", [(0, "Seven minutes at most")])
    slide.notes_slide.notes_text_frame.text = "Mention the fine."
    content = read_deck(deck)
    assert (content.title, content.pages, pages(content)) == ("Braking", 2, [1, 2])
    assert texts(content) == [
        (("Braking",), "- Keep a distance\n  - two seconds, dry\n- Look ahead"),
        (("Idling",), "- Seven minutes at most\n\nSpeaker notes: Mention the fine."),
    ]


def test_text_boxes_are_paragraphs_and_a_slide_without_title_has_its_number() -> None:
    deck = new_deck()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    slide.shapes.add_textbox(*BOX).text_frame.text = "One line\nand another"
    assert texts(read_deck(deck)) == [(("Slide 1",), "One line\n\nand another")]


def test_tables_and_charts_become_pipe_tables() -> None:
    deck = new_deck()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "Fuel"
    table = slide.shapes.add_table(3, 2, *BOX).table
    for n, text in enumerate(("Depot", "Litres", "Leeds", "40", "", "50")):
        table.cell(n // 2, n % 2).text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    data = CategoryChartData()
    data.categories = ["May", "June"]
    data.add_series("Vans", (3, 4))
    slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *BOX, data)
    text = read_deck(deck).sections[0].text
    assert "| Depot | Litres |\n| - | - |\n| Leeds | 40 |\n| Leeds | 50 |" in text
    assert "|  | Vans |\n| - | - |\n| May | 3 |\n| June | 4 |" in text


def test_hidden_slides_and_shapes_stay_out_but_hidden_slides_count_as_pages() -> None:
    deck = new_deck()
    add_slide(deck, "First", [(0, "seen")])
    add_slide(deck, "Secret", [(0, "unseen")])._element.set("show", "0")
    last = add_slide(deck, "Last", [(0, "seen too")])
    box = last.shapes.add_textbox(*BOX)
    box.text_frame.text = "unseen"
    box._element.nvSpPr.cNvPr.set("hidden", "1")
    content = read_deck(deck)
    assert "unseen" not in whole(content)
    assert (pages(content), content.pages) == ([1, 3], 3)


def test_a_broken_shape_does_not_spoil_its_slide() -> None:
    deck = new_deck()
    add_slide(deck, "Title", [(0, "kept")])
    part = "ppt/slides/slide1.xml"
    changes: tuple[Callable[[bytes], bytes], ...] = (
        lambda xml: re.sub(rb"<p:nvSpPr>.*?</p:nvSpPr>", b"", xml, count=1),
        lambda xml: xml.replace(b"<a:p>", b'<a:p><a:pPr lvl="many"/>'),
        lambda xml: xml.replace(b"</p:spTree>", b"<p:graphicFrame><x/></p:graphicFrame><p:sp/></p:spTree>"),
    )
    for change in changes:
        assert "kept" in whole(read(rewritten(saved(deck), part, change), "a.pptx", ReadLimits()))


def test_a_slide_that_is_listed_twice_or_missing_is_read_once_or_left_out() -> None:
    deck = new_deck()
    add_slide(deck, "Only", [(0, "once")])
    data = rewritten(
        saved(deck),
        "ppt/presentation.xml",
        lambda xml: re.sub(rb"(<p:sldId [^>]*/>)", rb'\1\1<p:sldId id="999" r:id="rId999"/>', xml),
    )
    assert whole(read(data, "a.pptx", ReadLimits())).count("once") == 1


def test_more_slides_than_allowed_are_refused() -> None:
    deck = new_deck()
    for number in range(3):
        add_slide(deck, f"Slide {number}", [])
    with pytest.raises(Unreadable, match="3 slides; 2 are the limit"):
        read_deck(deck, ReadLimits(pages=2))


def test_a_deck_that_declares_entities_is_refused() -> None:
    deck = new_deck()
    add_slide(deck, "Title", [(0, "kept PLACE")])
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><p:sld'
    data = rewritten(
        saved(deck),
        "ppt/slides/slide1.xml",
        lambda xml: xml.replace(b"<p:sld", bomb, 1).replace(b"PLACE", b"&b;"),
    )
    with pytest.raises(Unreadable, match="declares entities"):
        read(data, "a.pptx", ReadLimits())
