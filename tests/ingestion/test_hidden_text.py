"""Hidden text of all kinds is left out and counted; what looks like it and can be seen stays."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any, Literal

import docx
import pytest
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Pt, RGBColor
from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from PIL import Image
from pptx import Presentation
from pptx.dml.color import RGBColor as SlideColour
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.util import Inches
from pptx.util import Pt as SlidePt
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from surefoot.ingestion.limits import ReadLimits
from surefoot.ingestion.readers.read import read
from surefoot.ingestion.results import Content
from tests.ingestion.made_files import whole, zipped
from tests.ingestion.scans import drawn, picture
from tests.ingestion.test_opendocument import NAMESPACES

SECRET = "Zephyr"
"""The word that is hidden, or shown in the twin."""
LIMITS = ReadLimits()

PAGES: dict[str, tuple[str, str]] = {
    "display none": ("<p style='display:none'>{}</p>", "<p style='display:block'>{}</p>"),
    "display none, important": (
        "<style>p{{display:none!important}}</style><p style='display:block'>{}</p>",
        "<style>p{{display:none}}</style><p style='display:block'>{}</p>",
    ),
    "visibility hidden": (
        "<div style='visibility:hidden'><p>{}</p></div>",
        "<div style='visibility:hidden'><p style='visibility:visible'>{}</p></div>",
    ),
    "visibility collapse": ("<p style='visibility:collapse'>{}</p>", "<p style='visibility:inherit'>{}</p>"),
    "opacity 0": ("<p style='opacity:0'>{}</p>", "<p style='opacity:0.6'>{}</p>"),
    "opacity 1% by percent": ("<p style='opacity:1%'>{}</p>", "<p style='opacity:60%'>{}</p>"),
    "opacity of both": (
        "<div style='opacity:.2'><p style='opacity:.2'>{}</p></div>",
        "<div style='opacity:.8'><p style='opacity:.8'>{}</p></div>",
    ),
    "filter": ("<p style='filter:opacity(0)'>{}</p>", "<p style='filter:opacity(.9)'>{}</p>"),
    "font size 0": ("<p style='font-size:0'>{}</p>", "<p style='font-size:8px'>{}</p>"),
    "font size 1px": (
        "<p style='font-size:1px'>{}</p>",
        "<div style='font-size:1px'><p style='font-size:12px'>{}</p></div>",
    ),
    "font shorthand": ("<p style='font:1px/20px Arial'>{}</p>", "<p style='font:bold 11px/1px Arial'>{}</p>"),
    "font size by em": (
        "<div style='font-size:.1em'><p style='font-size:.9em'>{}</p></div>",
        "<div style='font-size:62.5%'><p style='font-size:1em'>{}</p></div>",
    ),
    "white on white": ("<p style='color:#fff'>{}</p>", "<p style='background:#123456;color:#fff'>{}</p>"),
    "white by name": (
        "<p style='color:white'>{}</p>",
        "<table bgcolor='#003366'><tr><td style='color:white'>{}</td></tr></table>",
    ),
    "nearly white": ("<p style='color:#fdfdfd'>{}</p>", "<p style='color:#888'>{}</p>"),
    "the ground's colour": (
        "<div style='background-color:rgb(0,51,102)'><p style='color:#036'>{}</p></div>",
        "<div style='background-color:rgb(0,51,102)'><p style='color:#fff'>{}</p></div>",
    ),
    "colour by class": (
        "<style>.q{{color:hsl(0 0% 100%)}}</style><p class=q>{}</p>",
        "<style>.q{{color:#fff;background:black}}</style><p class=q>{}</p>",
    ),
    "colour inherited": (
        "<style>.n{{background:#222;color:#222}}</style><div class=n><p>{}</p></div>",
        "<style>.n{{background:#222;color:#eee}}</style><div class=n><p>{}</p></div>",
    ),
    "colour by id": ("<style>#x{{color:#fff}}</style><p id=x>{}</p>", "<style>#y{{color:#fff}}</style><p id=x>{}</p>"),
    "colour by descendant": (
        "<style>.a > .b p{{color:#fff}}</style><div class=a><div class=b><p>{}</p></div></div>",
        "<style>.a > .b p{{color:#fff}}</style><div class=b><div class=a><p>{}</p></div></div>",
    ),
    "colour by variable": (
        "<style>:root{{--g:#fff}} p{{color:var(--g)}}</style><p>{}</p>",
        "<style>:root{{--g:#fff}} p{{color:var(--none, #333)}}</style><p>{}</p>",
    ),
    "colour by nesting": (
        "<style>.a{{ & .b{{color:#fff}} }}</style><div class=a><p class=b>{}</p></div>",
        "<style>.a{{ & .b{{color:#333}} }}</style><div class=a><p class=b>{}</p></div>",
    ),
    "transparent": (
        "<p style='color:transparent'>{}</p>",
        "<p style='color:transparent;background:linear-gradient(red,blue);-webkit-background-clip:text'>{}</p>",
    ),
    "colour with alpha": ("<p style='color:rgba(0,0,0,.02)'>{}</p>", "<p style='color:rgba(0,0,0,.7)'>{}</p>"),
    "oklch": ("<p style='color:oklch(1 0 0)'>{}</p>", "<p style='color:oklch(.4 0 0)'>{}</p>"),
    "a gradient of one colour": (
        "<p style='background:linear-gradient(#fff,#fff);color:#fff'>{}</p>",
        "<p style='background:url(night.jpg);color:#fff'>{}</p>",
    ),
    "font element": ("<font color=white>{}</font>", "<font color=navy>{}</font>"),
    "text indent": ("<p style='text-indent:-9999px'>{}</p>", "<p style='text-indent:-20px'>{}</p>"),
    "left of the page": (
        "<p style='position:absolute;left:-9999px'>{}</p>",
        "<p style='position:absolute;left:-9px'>{}</p>",
    ),
    "above the page": (
        "<p style='position:fixed;top:-200em'>{}</p>",
        "<p style='position:static;top:-200em'>{}</p>",
    ),
    "moved by calc": (
        "<p style='position:absolute;left:calc(0px - 9999px)'>{}</p>",
        "<p style='position:absolute;left:calc(10px + 20px)'>{}</p>",
    ),
    "moved by margin": ("<p style='margin-left:-9999px'>{}</p>", "<p style='margin-left:-30px'>{}</p>"),
    "moved by transform": (
        "<p style='transform:translateX(-9999px)'>{}</p>",
        "<p style='transform:translate(-50%,-50%)'>{}</p>",
    ),
    "shrunk": ("<p style='transform:scale(0)'>{}</p>", "<p style='transform:scale(.9)'>{}</p>"),
    "clip": (
        "<p style='position:absolute;clip:rect(0 0 0 0)'>{}</p>",
        "<p style='position:absolute;clip:rect(0,600px,200px,0)'>{}</p>",
    ),
    "clip path": ("<p style='clip-path:inset(50%)'>{}</p>", "<p style='clip-path:inset(5%)'>{}</p>"),
    "no height": (
        "<div style='height:0;overflow:hidden'><p>{}</p></div>",
        "<div style='height:0;overflow:visible'><p>{}</p></div>",
    ),
    "for screen readers alone": (
        "<style>.sr{{position:absolute;width:1px;height:1px;overflow:hidden}}</style><span class=sr>{}</span>",
        "<style>@media print{{.sr{{display:none}}}}</style><span class=sr>{}</span>",
    ),
    "in a media query": (
        "<style>@media screen and (min-width:300px){{p{{display:none}}}}</style><p>{}</p>",
        "<style>@media (max-width:600px){{p{{display:none}}}}</style><p>{}</p>",
    ),
    "the hidden attribute": ("<p hidden>{}</p>", "<p data-hidden>{}</p>"),
    "hidden from all": ("<p aria-hidden=true>{}</p>", "<p aria-hidden=false>{}</p>"),
    "template": ("<template>{}</template>", "<section>{}</section>"),
    "noscript": ("<noscript>{}</noscript>", "<details><summary>More</summary>{}</details>"),
    "comment": ("<!-- {} -->", "<p>&lt;!-- {} --&gt;</p>"),
    "an input's value": ("<input type=hidden value='{}'>", "<label>{}</label>"),
}

MARKDOWN: dict[str, tuple[str, str]] = {
    "comment": ("<!-- {} -->", "`<!-- {} -->`"),
    "comment over lines": ("<!--\n\n{}\n\n-->", "```\n<!--\n{}\n-->\n```"),
    "comment never closed": ("<!-- {}", "A note: <!-- {}"),
    "a definition as comment": ("[//]: # ({})", "[//] (see {})"),
    "another definition as comment": ("[comment]: <> ({})", "[{}]: https://example.org"),
    "title of a definition": ("[a]: https://example.org '{}'", "[^1]: {}"),
    "a hidden element": ("<div style='display:none'>\n\n{}\n\n</div>", "<div>\n\n{}\n\n</div>"),
    "a hidden word": ("One <span hidden>{}</span> two.", "One <span hidden>none</span> {} two."),
    "hidden by class": ("<style>.q{{color:#fff}}</style>\n\n<p class=q>{}</p>", "```html\n<p hidden>{}</p>\n```"),
    "a tag's attribute": ("One <abbr title='{}'>two</abbr>.", "One <{}> two."),
    "backticks in other paragraphs": ("A tick ` here.\n\n<i hidden>{}</i>\n\nand ` there.", "`<i hidden>{}</i>`"),
    "an element that is never closed": ("<span hidden>{}\n\nMore.", "<span hidden>None.\n\n{}"),
}


def shown(data: bytes | str, name: str) -> Content:
    """What is read of a file that holds other words too."""
    return read(data.encode() if isinstance(data, str) else data, name, LIMITS)


def judge(hidden: Content, twin: Content) -> None:
    """The hidden word is left out and counted; that of the twin stays, and the words around it in both."""
    assert SECRET not in whole(hidden)
    assert SECRET in whole(twin)
    for content in (hidden, twin):
        assert "Before" in whole(content)
        assert "After" in whole(content)


def page(inner: str) -> str:
    return f"<!DOCTYPE html><html><body><h2>Before</h2>{inner}<h2>After</h2></body></html>"


UNCOUNTED = ("hidden from all", "template", "noscript", "comment", "an input's value")
"""Kinds that pages have for other reasons than to hide something."""


@pytest.mark.parametrize("kind", PAGES)
def test_what_a_page_hides_is_left_out_and_what_it_shows_is_kept(kind: str) -> None:
    hidden, twin = (shown(page(inner.format(SECRET)), "page.html") for inner in PAGES[kind])
    judge(hidden, twin)
    assert hidden.hidden == (kind not in UNCOUNTED)
    assert twin.hidden == 0


@pytest.mark.parametrize("kind", MARKDOWN)
def test_what_markdown_hides_is_left_out_and_what_it_shows_is_kept(kind: str) -> None:
    written = (f"Before\n\n{inner.format(SECRET)}" for inner in MARKDOWN[kind])
    hidden, twin = (shown(f"# After\n\n{text}\n", "notes.md") for text in written)
    judge(hidden, twin)
    assert kind == "a tag's attribute" or hidden.hidden == 1


def test_what_a_mail_and_what_is_attached_to_it_hide_is_left_out_and_counted() -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@example.org", "b@example.org", "Prices"
    mail.set_content("Plain.")
    mail.add_alternative(page(f"<div style='max-height:0;overflow:hidden'>{SECRET}</div>"), subtype="html")
    mail.add_attachment(f"Seven.<!-- {SECRET} -->".encode(), "text", "markdown", filename="note.md")
    found = shown(mail.as_bytes(), "mail.eml")
    assert SECRET not in whole(found)
    assert "Before" in whole(found)
    assert "Seven." in whole(found)
    assert found.hidden == 2


def test_what_a_book_hides_by_a_style_sheet_of_its_own_is_left_out() -> None:
    chapter = "<html><head><link rel='stylesheet' href='look.css'/></head><body><p>Before</p><p class='x'>{}</p><p>After</p></body></html>"
    parts = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="o/b.opf"/></rootfiles></container>',
        "o/b.opf": '<package xmlns="http://www.idpf.org/2007/opf"><manifest>'
        '<item id="c" href="c.xhtml" media-type="application/xhtml+xml"/></manifest>'
        '<spine><itemref idref="c"/></spine></package>',
        "o/c.xhtml": chapter.format(SECRET),
    }
    hidden = shown(zipped(parts | {"o/look.css": ".x{color:#fff}"}), "book.epub")
    twin = shown(zipped(parts | {"o/look.css": ".x{color:#333}"}), "book.epub")
    judge(hidden, twin)
    assert (hidden.hidden, twin.hidden) == (1, 0)


def wrote(canvas: Canvas, text: str = SECRET, at: tuple[float, float] = (72, 400), size: float = 12) -> None:
    canvas.setFont("Helvetica", size)
    canvas.drawString(*at, text)


def mode(number: Literal[1, 2, 3, 7]) -> Callable[[Canvas], None]:
    def draw(canvas: Canvas) -> None:
        text = canvas.beginText(72, 400)
        text.setTextRenderMode(number)
        text.textOut(SECRET)
        canvas.drawText(text)

    return draw


def coloured(ink: float, ground: float | None = None, alpha: float = 1.0) -> Callable[[Canvas], None]:
    def draw(canvas: Canvas) -> None:
        if ground is not None:
            canvas.setFillGray(ground)
            canvas.rect(60, 390, 200, 30, stroke=0, fill=1)
        canvas.setFillGray(ink)
        canvas.setFillAlpha(alpha)
        wrote(canvas)

    return draw


def sized(size: float) -> Callable[[Canvas], None]:
    return lambda canvas: wrote(canvas, size=size)


def placed(x: float, y: float) -> Callable[[Canvas], None]:
    return lambda canvas: wrote(canvas, at=(x, y))


def with_box(*, after: bool) -> Callable[[Canvas], None]:
    def draw(canvas: Canvas) -> None:
        if after:
            wrote(canvas)
        canvas.setFillGray(0.9)
        canvas.rect(60, 390, 200, 30, stroke=0, fill=1)
        canvas.setFillGray(0)
        if not after:
            wrote(canvas)

    return draw


def with_picture(*, after: bool) -> Callable[[Canvas], None]:
    def draw(canvas: Canvas) -> None:
        if after:
            wrote(canvas)
        canvas.drawImage(ImageReader(Image.new("RGB", (40, 10), "#aaccee")), 60, 390, 200, 30)
        if not after:
            wrote(canvas)

    return draw


def clipped(x: float) -> Callable[[Canvas], None]:
    def draw(canvas: Canvas) -> None:
        path = canvas.beginPath()
        path.rect(x, 380, 200, 60)
        canvas.clipPath(path, stroke=0, fill=0)
        wrote(canvas)

    return draw


def over_other_text(grey: float, y: float) -> Callable[[Canvas], None]:
    def draw(canvas: Canvas) -> None:
        wrote(canvas, "Before all that follows")
        canvas.setFillGray(grey)
        wrote(canvas, at=(72, y))

    return draw


def over_a_photograph(canvas: Canvas) -> None:
    noise = Image.frombytes("L", (80, 40), random.Random(3).randbytes(3200))
    canvas.drawImage(ImageReader(noise), 60, 350, 300, 150)
    mode(3)(canvas)


def scan_with_a_layer(canvas: Canvas) -> None:
    """A scan as programs for text recognition save it: the words lie invisible on the print."""
    sheet = picture(drawn(lambda inner: (wrote(inner, at=(72, 400)), wrote(inner, "Before and After", (72, 440)))[0]))
    canvas.drawImage(ImageReader(sheet), 0, 0, 595, 842)
    mode(3)(canvas)


DRAWINGS: dict[str, tuple[Callable[[Canvas], None], Callable[[Canvas], None]]] = {
    "render mode 3": (mode(3), mode(1)),
    "render mode 7": (mode(7), mode(2)),
    "white": (coloured(1), coloured(1, ground=0.2)),
    "nearly white": (coloured(0.98), coloured(0.6)),
    "the ground's colour": (coloured(0.3, ground=0.3), coloured(0.9, ground=0.3)),
    "see-through": (coloured(0, alpha=0), coloured(0, alpha=0.7)),
    "half a point": (sized(0.5), sized(4)),
    "left of the page": (placed(-300, 400), placed(2, 400)),
    "below the page": (placed(72, -40), placed(72, 4)),
    "covered by a box": (with_box(after=True), with_box(after=False)),
    "covered by a picture": (with_picture(after=True), with_picture(after=False)),
    "clipped": (clipped(300), clipped(60)),
    "white on other text": (over_other_text(1, 400), over_other_text(0.2, 380)),
    "between lines": (over_other_text(1, 395), over_other_text(0, 388)),
    "invisible on a photograph": (over_a_photograph, scan_with_a_layer),
}


def sheet(draw: Callable[[Canvas], None]) -> bytes:
    def both(canvas: Canvas) -> None:
        if draw is not scan_with_a_layer:
            wrote(canvas, "Before this there was a page with as many words as it takes.", (72, 700))
            wrote(canvas, "After it there will be another with words of its own to read.", (72, 100))
        canvas.saveState()
        draw(canvas)
        canvas.restoreState()
        if draw is scan_with_a_layer:
            text = canvas.beginText(72, 440)
            text.setTextRenderMode(3)
            text.textOut("Before and After")
            canvas.drawText(text)

    return drawn(both)


@pytest.mark.parametrize("kind", DRAWINGS)
def test_what_a_pdf_hides_is_left_out_and_what_it_shows_is_kept(kind: str) -> None:
    hidden, twin = (shown(sheet(draw), "page.pdf") for draw in DRAWINGS[kind])
    judge(hidden, twin)
    assert (hidden.hidden, twin.hidden) == (1, 0)


@pytest.mark.parametrize("size", [14_400.0, 2_000_000.0])
def test_a_page_of_enormous_size_is_read_and_what_it_hides_is_left_out(size: float) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setPageSize((size, size))
        wrote(canvas, "Before and After", (500, 600))
        with_box(after=True)(canvas)
        wrote(canvas, "Shown", (300, 400))

    found = shown(drawn(draw, (size, size)), "plan.pdf")
    assert SECRET not in whole(found)
    assert "Shown" in whole(found)
    assert found.hidden == 1


def layered(*, on: bool) -> bytes:
    """A PDF with a word in a layer that is switched on or off."""
    content = b"BT /F 12 Tf 72 700 Td (Before and After) Tj ET /OC /L BDC BT /F 12 Tf 72 400 Td (Zephyr) Tj ET EMC"
    parts = [
        b"<</Type/Catalog/Pages 2 0 R/OCProperties<</OCGs[5 0 R]/D<</%s[5 0 R]/Order[5 0 R]>>>>>>"
        % (b"ON" if on else b"OFF"),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        (
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F<</Type/Font/Subtype/Type1"
            b"/BaseFont/Helvetica>>>>/Properties<</L 5 0 R>>>>>>"
        ),
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/OCG/Name(Notes)>>",
    ]
    body, offsets = b"%PDF-1.7\n", list[int]()
    for number, part in enumerate(parts, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj%s endobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return body + b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>startxref\n%d\n%%%%EOF" % (
        table,
        len(body),
    )


def test_a_layer_of_a_pdf_that_is_switched_off_is_left_out() -> None:
    hidden, twin = shown(layered(on=False), "page.pdf"), shown(layered(on=True), "page.pdf")
    judge(hidden, twin)
    assert (hidden.hidden, twin.hidden) == (1, 0)


def word(part: str) -> Callable[[Document], None]:
    """A paragraph of the secret with these properties of its own ('w:pPr' first) or of its run."""

    def write(document: Document) -> None:
        own, _, run = part.partition("|")
        document.element.body.append(
            parse_xml(
                f"<w:p {nsdecls('w')}><w:pPr>{own}</w:pPr><w:r><w:rPr>{run}</w:rPr><w:t>{SECRET}</w:t></w:r></w:p>"
            )
        )

    return write


def styled(kind: str, colour: str) -> Callable[[Document], None]:
    def write(document: Document) -> None:
        document.styles.element.append(
            parse_xml(
                f'<w:style {nsdecls("w")} w:type="{kind}" w:styleId="own"><w:name w:val="own"/>'
                f'<w:rPr><w:color w:val="{colour}"/></w:rPr></w:style>'
            )
        )
        word('<w:pStyle w:val="own"/>|' if kind == "paragraph" else '|<w:rStyle w:val="own"/>')(document)

    return write


def in_cell(shade: str, row: str = "") -> Callable[[Document], None]:
    def write(document: Document) -> None:
        table = document.add_table(2, 2)
        for number, cell in enumerate(cell for line in table.rows for cell in line.cells):
            cell.text = f"cell {number}"
        run = table.cell(1, 1).paragraphs[0].add_run(SECRET)
        if shade:
            run.font.color.rgb = RGBColor(255, 255, 255)
            table.cell(1, 1)._tc.get_or_add_tcPr().append(parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" {shade}/>'))
        elif row:
            table.cell(1, 0).text = ""
            table.cell(1, 1).text = SECRET
            table.rows[1]._tr.get_or_add_trPr().append(parse_xml(f"<w:trHeight {nsdecls('w')} {row}/>"))

    return write


def in_box(offset: int, fill: str, colour: str) -> Callable[[Document], None]:
    def write(document: Document) -> None:
        names = (
            nsdecls("w", "wp", "a") + ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
        )
        document.element.body.append(
            parse_xml(
                f'<w:p {names}><w:r><w:drawing><wp:anchor behindDoc="0"><wp:positionH relativeFrom="page">'
                f"<wp:posOffset>{offset}</wp:posOffset></wp:positionH><wp:extent cx='1828800' cy='914400'/>"
                "<a:graphic><a:graphicData uri='x'><wps:wsp><wps:spPr>"
                f"{fill}</wps:spPr><wps:txbx><w:txbxContent><w:p><w:r><w:rPr><w:color w:val='{colour}'/></w:rPr>"
                f"<w:t>{SECRET}</w:t></w:r></w:p></w:txbxContent></wps:txbx></wps:wsp></a:graphicData></a:graphic>"
                "</wp:anchor></w:drawing></w:r></w:p>"
            )
        )

    return write


def in_header(size: float) -> Callable[[Document], None]:
    def write(document: Document) -> None:
        document.sections[0].header.paragraphs[0].add_run(SECRET).font.size = Pt(size)

    return write


NAVY = "<a:solidFill><a:srgbClr val='102040'/></a:solidFill>"
LETTERS: dict[str, tuple[Callable[[Document], None], Callable[[Document], None]]] = {
    "hidden": (word("|<w:vanish/>"), word("|<w:vanish w:val='0'/>")),
    "white": (word("|<w:color w:val='FFFFFF'/>"), word("|<w:color w:val='FFFFFF'/><w:shd w:fill='203040'/>")),
    "nearly white": (word("|<w:color w:val='FBFBFB'/>"), word("|<w:color w:val='808080'/>")),
    "white in a dark paragraph": (
        word("<w:shd w:fill='FFFFFF'/>|<w:color w:val='FFFFFF'/>"),
        word("<w:shd w:fill='203040'/>|<w:color w:val='FFFFFF'/>"),
    ),
    "the marker's colour": (
        word("|<w:color w:val='FFFF00'/><w:highlight w:val='yellow'/>"),
        word("|<w:color w:val='000000'/><w:highlight w:val='yellow'/>"),
    ),
    "white by paragraph style": (styled("paragraph", "FFFFFF"), styled("paragraph", "333333")),
    "white by character style": (styled("character", "FFFFFF"), styled("character", "333333")),
    "one point": (word("|<w:sz w:val='2'/>"), word("|<w:sz w:val='12'/>")),
    "squeezed": (word("|<w:w w:val='1'/>"), word("|<w:w w:val='80'/>")),
    "lines of one point": (
        word("<w:spacing w:line='20' w:lineRule='exact'/>|"),
        word("<w:spacing w:line='20' w:lineRule='atLeast'/>|"),
    ),
    "left of the page": (word("<w:ind w:left='-20000'/>|"), word("<w:ind w:left='-300'/>|")),
    "white in a cell": (in_cell("w:fill='FFFFFF'"), in_cell("w:fill='203040'")),
    "a row without height": (
        in_cell("", "w:val='1' w:hRule='exact'"),
        in_cell("", "w:val='1' w:hRule='atLeast'"),
    ),
    "a box off the page": (in_box(-9_000_000, "", "000000"), in_box(900_000, "", "000000")),
    "white in a box": (in_box(0, "<a:noFill/>", "FFFFFF"), in_box(0, NAVY, "FFFFFF")),
    "tiny in a header": (in_header(1), in_header(8)),
}


def document(write: Callable[[Document], None]) -> bytes:
    made = docx.Document()
    made.add_heading("Before", 1)
    write(made)
    made.element.body.append(parse_xml(f"<w:p {nsdecls('w')}><w:r><w:t>After</w:t></w:r></w:p>"))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


@pytest.mark.parametrize("kind", LETTERS)
def test_what_a_word_file_hides_is_left_out_and_what_it_shows_is_kept(kind: str) -> None:
    hidden, twin = (shown(document(write), "letter.docx") for write in LETTERS[kind])
    judge(hidden, twin)
    assert (hidden.hidden, twin.hidden) == (1, 0)


def boxed(change: Callable[[Any, Any], None], left: float = 1.0) -> Callable[[Any], None]:
    """A text box with the secret, changed as a box or as a run."""

    def write(slide: Any) -> None:
        box = slide.shapes.add_textbox(Inches(left), Inches(3), Inches(3), Inches(1))
        run = box.text_frame.paragraphs[0].add_run()
        run.text = SECRET
        change(box, run)

    return write


def inked(red: int, *, ground: int | None = None, size: float = 18) -> Callable[[Any], None]:
    def change(box: Any, run: Any) -> None:
        run.font.color.rgb = SlideColour(red, red, red)
        run.font.size = SlidePt(size)
        if ground is not None:
            box.fill.solid()
            box.fill.fore_color.rgb = SlideColour(ground, ground, ground)

    return boxed(change)


def themed(*, ground: bool) -> Callable[[Any], None]:
    def write(slide: Any) -> None:
        if ground:
            shape = slide.shapes.add_shape(1, Inches(0.5), Inches(2.5), Inches(5), Inches(2))
            shape.fill.solid()
            shape.fill.fore_color.rgb = SlideColour(20, 40, 60)

        def change(_: Any, run: Any) -> None:
            run.font.color.theme_color = MSO_THEME_COLOR.BACKGROUND_1

        boxed(change)(slide)

    return write


def marked(hidden: str) -> Callable[[Any], None]:
    return boxed(lambda box, _: box._element.nvSpPr.cNvPr.set("hidden", hidden))


def unchanged(_box: Any, _run: Any) -> None:
    """Leave a box as it is."""


SLIDES: dict[str, tuple[Callable[[Any], None], Callable[[Any], None]]] = {
    "off the slide": (boxed(unchanged, left=-9), boxed(unchanged, left=-1)),
    "white": (inked(255), inked(255, ground=30)),
    "the box's colour": (inked(40, ground=40), inked(240, ground=40)),
    "the theme's ground": (themed(ground=False), themed(ground=True)),
    "one point": (inked(0, size=1), inked(0, size=6)),
    "a hidden shape": (marked("1"), marked("0")),
}


def deck(write: Callable[[Any], None]) -> bytes:
    made: Any = Presentation()
    slide = made.slides.add_slide(made.slide_layouts[1])
    slide.shapes.title.text = "Before"
    slide.placeholders[1].text_frame.text = "After"
    write(slide)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


@pytest.mark.parametrize("kind", SLIDES)
def test_what_a_slide_hides_is_left_out_and_what_it_shows_is_kept(kind: str) -> None:
    hidden, twin = (shown(deck(write), "talk.pptx") for write in SLIDES[kind])
    judge(hidden, twin)
    assert (hidden.hidden, twin.hidden) == (1, 0)


RICH = {
    "hidden": (r"{\v %s}", r"{\v0 %s}"),
    "white": (r"{\cf1 %s}", r"{\cf1\highlight2 %s}"),
    "one point": (r"{\fs2 %s}", r"{\fs14 %s}"),
    "the ground's colour": (r"{\chcbpat2\cf2 %s}", r"{\cf2 %s}"),
}


@pytest.mark.parametrize("kind", RICH)
def test_what_rich_text_hides_is_left_out_and_what_it_shows_is_kept(kind: str) -> None:
    head = r"{\rtf1\ansi{\colortbl;\red255\green255\blue255;\red10\green20\blue60;}Before "
    hidden, twin = (shown(head + inner % SECRET + r" After\par}", "letter.rtf") for inner in RICH[kind])
    judge(hidden, twin)
    assert (hidden.hidden, twin.hidden) == (1, 0)


def celled(change: Callable[[Any, Any], None]) -> Callable[[Any], None]:
    """The secret in C3, changed as a cell or with its sheet."""

    def write(sheet: Any) -> None:
        sheet["C3"] = SECRET
        change(sheet, sheet["C3"])

    return write


def in_font(colour: str, ground: str = "", size: float = 11) -> Callable[[Any], None]:
    def change(_: Any, cell: Any) -> None:
        cell.font = Font(color=colour, size=size)
        if ground:
            cell.fill = PatternFill("solid", fgColor=ground)

    return celled(change)


def formed(form: str) -> Callable[[Any], None]:
    return celled(lambda _, cell: setattr(cell, "number_format", form))


def row_hidden(*, hidden: bool) -> Callable[[Any], None]:
    return celled(lambda sheet, _: setattr(sheet.row_dimensions[3], "hidden", hidden))


def column_hidden(*, hidden: bool) -> Callable[[Any], None]:
    return celled(lambda sheet, _: setattr(sheet.column_dimensions["C"], "hidden", hidden))


def on_sheet(state: str) -> Callable[[Any], None]:
    def write(sheet: Any) -> None:
        other = sheet.parent.create_sheet("Other")
        other["A1"] = SECRET
        other.sheet_state = state

    return write


SHEETS: dict[str, tuple[Callable[[Any], None], Callable[[Any], None]]] = {
    "a hidden row": (row_hidden(hidden=True), row_hidden(hidden=False)),
    "a hidden column": (column_hidden(hidden=True), column_hidden(hidden=False)),
    "a hidden sheet": (on_sheet("hidden"), on_sheet("visible")),
    "a very hidden sheet": (on_sheet("veryHidden"), on_sheet("visible")),
    "white": (in_font("FFFFFFFF"), in_font("FFFFFFFF", "FF203040")),
    "the fill's colour": (in_font("FF203040", "FF203040"), in_font("FFEEEEEE", "FF203040")),
    "one point": (in_font("FF000000", size=1), in_font("FF000000", size=6)),
    "a format that shows nothing": (formed(";;;"), formed("0;-0;0;@")),
}


@pytest.mark.parametrize("kind", SHEETS)
def test_what_a_sheet_hides_is_left_out_and_what_it_shows_is_kept(kind: str) -> None:
    found: list[Content] = []
    for write in SHEETS[kind]:
        book = Workbook()
        sheet: Any = book.active
        sheet.append(["Before", "2", "none"])
        sheet.append(["3", "4", None])
        sheet.append(["5", "6", None])
        sheet.append(["7", "After", None])
        write(sheet)
        out = io.BytesIO()
        book.save(out)
        found.append(shown(out.getvalue(), "sheet.xlsx"))
    judge(*found)
    assert [content.hidden for content in found] == [1, 0]


FO = 'xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"'
ODF_STYLE = '<style:style style:name="{}" style:family="{}"><style:{}-properties {}/></style:style>'
ODF_STYLES = "".join(
    ODF_STYLE.format(*one)
    for one in (
        ("none", "text", "text", 'text:display="none"'),
        ("white", "text", "text", 'fo:color="#ffffff"'),
        ("marked", "text", "text", 'fo:color="#ffffff" fo:background-color="#203040"'),
        ("tiny", "text", "text", 'fo:font-size="1pt"'),
        ("small", "text", "text", 'fo:font-size="6pt"'),
        ("paper", "paragraph", "text", 'fo:color="#fefefe"'),
        ("night", "table-cell", "table-cell", 'fo:background-color="#203040"'),
        ("day", "table-cell", "table-cell", 'fo:background-color="#ffffff"'),
    )
)
SPAN = '<text:p>One <text:span text:style-name="{}">Zephyr</text:span></text:p>'
CELLS = (
    '<table:table><table:table-row><table:table-cell table:style-name="{}">'
    + SPAN.format("white")
    + "</table:table-cell><table:table-cell><text:p>two</text:p></table:table-cell></table:table-row></table:table>"
)
ROWS = (
    '<table:table table:name="T"><table:table-column/><table:table-column{}/>'
    "<table:table-row><table:table-cell><text:p>Before</text:p></table:table-cell>"
    "<table:table-cell><text:p>{}</text:p></table:table-cell></table:table-row>"
    "<table:table-row{}><table:table-cell><text:p>{}</text:p></table:table-cell></table:table-row>"
    "<table:table-row><table:table-cell><text:p>After</text:p></table:table-cell></table:table-row></table:table>"
)
GONE = ' table:visibility="collapse"'
OPEN: dict[str, tuple[str, str, str]] = {
    "not displayed": ("text", SPAN.format("none"), SPAN.format("other")),
    "white": ("text", SPAN.format("white"), SPAN.format("marked")),
    "one point": ("text", SPAN.format("tiny"), SPAN.format("small")),
    "white by paragraph": ("text", '<text:p text:style-name="paper">Zephyr</text:p>', "<text:p>Zephyr</text:p>"),
    "white in a cell": ("text", CELLS.format("day"), CELLS.format("night")),
    "a hidden row": ("spreadsheet", ROWS.format("", "x", GONE, SECRET), ROWS.format("", "x", "", SECRET)),
    "a hidden column": ("spreadsheet", ROWS.format(GONE, SECRET, "", "x"), ROWS.format("", SECRET, "", "x")),
}


@pytest.mark.parametrize("kind", OPEN)
def test_what_an_open_document_hides_is_left_out_and_what_it_shows_is_kept(kind: str) -> None:
    room, *bodies = OPEN[kind]
    found: list[Content] = []
    for body in bodies:
        inner = body if room == "spreadsheet" else f"<text:p>Before</text:p>{body}<text:p>After</text:p>"
        content = (
            f"<office:document-content {NAMESPACES} {FO}><office:automatic-styles>{ODF_STYLES}</office:automatic-styles>"
            f"<office:body><office:{room}>{inner}</office:{room}></office:body></office:document-content>"
        )
        mimetype = f"application/vnd.oasis.opendocument.{room}"
        found.append(shown(zipped({"mimetype": mimetype, "content.xml": content}), "made"))
    judge(*found)
    assert [content.hidden for content in found] == [1, 0]
