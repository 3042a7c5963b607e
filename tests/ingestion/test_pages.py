"""Page images with the quote marked."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from PIL import Image
from reportlab.lib import colors
from reportlab.pdfgen.canvas import Canvas

from surefoot.ingestion.errors import PageMissing, Unreadable
from surefoot.ingestion.limits import ReadLimits
from surefoot.ingestion.pages import outline_page, render_page
from surefoot.ingestion.readers.ocr import ocr_available
from tests.conftest import REQUIRE_ALL
from tests.ingestion.scans import LETTER, drawn, page, scanned, slanted, stored


def sample(canvas: Canvas) -> None:
    canvas.setFont("Helvetica", 12)
    canvas.drawString(60, 700, "Pads are replaced below three milli-")
    canvas.drawString(60, 684, "metres of thickness. Nothing else counts.")
    for row, (model, interval) in enumerate((("Corvane 28", "25,000 km"), ("Haulier H12", "25,000 km"))):
        canvas.drawString(60, 500 - 30 * row, model)
        canvas.drawString(300, 500 - 30 * row, interval)


def marked(pdf: bytes, quote: str, page: int = 1) -> list[tuple[int, int]]:
    """The rows and columns (in tenths of the page) in which the marker's yellow is seen."""
    picture = Image.open(io.BytesIO(render_page(pdf, page, quote, ReadLimits())))
    assert abs(picture.width - 1000) <= 1
    return places(picture, lambda red, _, blue: red - blue > 60)


def places(picture: Image.Image, wanted: Callable[[int, int, int], bool]) -> list[tuple[int, int]]:
    """The rows and columns (in tenths of the page) that hold a colour."""
    found = set[tuple[int, int]]()
    for y in range(0, picture.height, 3):
        for x in range(0, picture.width, 3):
            pixel = picture.getpixel((x, y))
            assert isinstance(pixel, tuple)
            if wanted(*pixel[:3]):
                found.add((y * 10 // picture.height, x * 10 // picture.width))
    return sorted(found)


def rows(found: list[tuple[int, int]]) -> set[int]:
    return {row for row, _ in found}


def test_a_quote_is_marked_over_its_line_end_and_hyphen() -> None:
    found = marked(drawn(sample), "replaced below three millimetres of thickness.")
    assert rows(found) == {1}
    assert max(column for _, column in found) <= 5


def test_only_the_row_that_holds_all_the_cells_is_marked() -> None:
    assert rows(marked(drawn(sample), "| Corvane 28 | 25,000 km |")) <= {3, 4}
    lower = marked(drawn(sample), "Haulier H12 | 25,000 km")
    assert rows(lower) == {4}
    assert {column for _, column in lower} >= {1, 5}


def test_markdown_marks_in_a_quote_do_not_matter() -> None:
    assert marked(drawn(sample), "**Nothing** else counts.") != []


def test_sentences_that_are_found_are_marked_where_the_whole_is_not() -> None:
    assert marked(drawn(sample), "Nothing else counts. This sentence is elsewhere.") != []


@pytest.mark.parametrize("quote", ["", "   ", "words that are not there at all", "|||"])
def test_a_quote_that_is_not_there_marks_nothing(quote: str) -> None:
    assert marked(drawn(sample), quote) == []


def test_a_turned_page_is_marked_where_it_is_shown() -> None:
    def turned(canvas: Canvas) -> None:
        canvas.setPageRotation(90)
        sample(canvas)

    found = marked(drawn(turned), "Corvane 28 | 25,000 km")
    assert found != []
    assert len({column for _, column in found}) < len(rows(found))


def test_a_huge_page_gives_a_small_picture() -> None:
    def huge(canvas: Canvas) -> None:
        canvas.setFillColor(colors.black)
        canvas.drawString(60, 700, "lost in the corner")

    picture = Image.open(io.BytesIO(render_page(drawn(huge, (200_000, 2_000_000)), 1, "lost", ReadLimits())))
    assert picture.height <= 2400


@pytest.mark.parametrize("page", [0, -1, 2])
def test_a_page_that_is_not_there_is_said(page: int) -> None:
    with pytest.raises(PageMissing, match="1 pages"):
        render_page(drawn(sample), page, "", ReadLimits())


def test_what_is_no_pdf_has_no_pages() -> None:
    with pytest.raises(Unreadable):
        render_page(b"# Markdown", 1, "", ReadLimits())


def blue(red: int, _: int, value: int) -> bool:
    return value - red > 90


def brown(red: int, _: int, value: int) -> bool:
    return red - value > 90


def outlined(data: bytes, *texts: str) -> Image.Image:
    picture = Image.open(io.BytesIO(outline_page(data, 1, texts, ReadLimits())))
    assert abs(picture.width - 1000) <= 1
    return picture


def test_chunks_are_outlined_in_two_colours_in_turn() -> None:
    first = "Pads are replaced below three millimetres of thickness. Nothing else counts."
    picture = outlined(drawn(sample), first, "| Model | Interval |\n| - | - |\n| Corvane 28 | 25,000 km |")
    assert rows(places(picture, blue)) == {1}
    assert rows(places(picture, brown)) <= {3, 4}
    assert places(picture, brown) != []


def test_a_chunk_that_is_not_on_the_page_leaves_its_number_out() -> None:
    picture = outlined(drawn(sample), "words of another page", "Haulier H12 | 25,000 km")
    assert places(picture, blue) == []
    assert rows(places(picture, brown)) == {4}


@pytest.mark.parametrize("texts", [(), ("",), ("|||", "\n\n")])
def test_a_page_without_chunks_is_drawn_as_it_is(texts: tuple[str, ...]) -> None:
    picture = outlined(drawn(sample), *texts)
    assert places(picture, blue) + places(picture, brown) == []


def test_long_quotes_and_many_chunks_are_no_trouble() -> None:
    assert marked(drawn(sample), "Nothing else counts. " + "ü" * 100_000) != []
    assert places(outlined(drawn(sample), *["Haulier H12"] * 2_001), blue) != []


@pytest.mark.skipif(not REQUIRE_ALL and not ocr_available(), reason="tesseract is not installed")
@pytest.mark.parametrize("degrees", [0, 1, 90, 180])
def test_a_quote_is_marked_on_a_scan_where_it_is_shown(degrees: int) -> None:
    image = slanted(page(), 1) if degrees == 1 else page().rotate(degrees, expand=True)
    found = marked(scanned([image]), LETTER[0])
    expected = {0: (0, {1}), 1: (0, {1}), 90: (1, {1}), 180: (0, {8})}[degrees]
    assert {place[expected[0]] for place in found} == expected[1]


@pytest.mark.skipif(not REQUIRE_ALL and not ocr_available(), reason="tesseract is not installed")
def test_a_quote_is_marked_and_a_chunk_outlined_on_an_image() -> None:
    data = stored(page(), "PNG")
    assert rows(marked(data, LETTER[0])) == {1}
    assert rows(places(outlined(data, " ".join(LETTER).replace("be- ", "be")), blue)) <= {1, 2}


def test_a_page_that_an_image_does_not_have_is_said() -> None:
    with pytest.raises(PageMissing, match="1 pages"):
        render_page(stored(page(), "PNG"), 2, "", ReadLimits())
