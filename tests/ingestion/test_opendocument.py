"""Texts, spreadsheets and slides of OpenDocument, written as LibreOffice writes them."""

from __future__ import annotations

import pytest

from surefoot.ingestion.errors import Unreadable
from surefoot.ingestion.limits import ReadLimits
from surefoot.ingestion.readers.read import read
from surefoot.ingestion.results import Content
from tests.ingestion.made_files import pages, texts, whole, zipped

ROOMS = {
    "office": "office",
    "text": "text",
    "table": "table",
    "draw": "drawing",
    "style": "style",
    "presentation": "presentation",
}
NAMESPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{room}:1.0"' for name, room in ROOMS.items()
)
HIDDEN = (
    '<style:style style:name="H" style:family="{}"><style:text-properties text:display="none" table:display="false"'
    ' presentation:visibility="hidden"/></style:style>'
)
STYLES = (
    '<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Title"/>'
    '<style:style style:name="Title" style:family="paragraph"/>'
    + "".join(HIDDEN.format(family) for family in ("paragraph", "text", "table", "drawing-page"))
    + '<text:list-style style:name="N"><text:list-level-style-number text:level="1" style:num-format="1"/>'
    '<text:list-level-style-bullet text:level="2"/></text:list-style>'
)


def document(kind: str, body: str, **parts: str) -> bytes:
    content = (
        f"<office:document-content {NAMESPACES}><office:automatic-styles>{STYLES}</office:automatic-styles>"
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    )
    mimetype = f"application/vnd.oasis.opendocument.{kind}"
    return zipped(
        {"mimetype": mimetype, "content.xml": content, **{name.replace("_", "."): p for name, p in parts.items()}}
    )


def read_made(kind: str, body: str, limits: ReadLimits | None = None) -> Content:
    return read(document(kind, body), "made", limits or ReadLimits())


def cells(*texts_: str) -> str:
    row = "".join(f"<table:table-cell><text:p>{text}</text:p></table:table-cell>" for text in texts_)
    return f"<table:table-row>{row}</table:table-row>"


def test_headings_lists_tables_and_notes_are_kept() -> None:
    content = read_made(
        "text",
        '<text:p text:style-name="P1">Gifts</text:p><text:h text:outline-level="1">Scope</text:h>'
        "<text:p>All<text:s text:c='2'/>staff<text:note><text:note-citation>1</text:note-citation><text:note-body>"
        "<text:p>Guests too.</text:p></text:note-body></text:note>.</text:p>"
        '<text:list text:style-name="N"><text:list-item><text:p>Ask</text:p><text:list><text:list-item>'
        "<text:p>in writing</text:p></text:list-item></text:list></text:list-item><text:list-item><text:p>Wait</text:p>"
        "</text:list-item></text:list>"
        f'<text:h text:outline-level="2">Limits</text:h><table:table><table:table-header-rows>{cells("Kind", "Euro")}'
        f"</table:table-header-rows>{cells('Meal', '50')}</table:table>",
    )
    assert content.title == "Gifts"
    assert texts(content) == [
        (("Gifts",), ""),
        (("Gifts", "Scope"), "All staff.\n\nNote: Guests too.\n\n1. Ask\n  - in writing\n2. Wait"),
        (("Gifts", "Scope", "Limits"), "| Kind | Euro |\n| - | - |\n| Meal | 50 |"),
    ]


@pytest.mark.parametrize(
    "unseen",
    [
        '<text:p text:style-name="H">unseen</text:p>',
        '<text:p>seen <text:span text:style-name="H">unseen</text:span></text:p>',
        '<text:section text:display="none"><text:p>unseen</text:p></text:section>',
        "<text:tracked-changes><text:changed-region><text:p>unseen</text:p></text:changed-region></text:tracked-changes>",
        "<text:p>seen<office:annotation><text:p>unseen</text:p></office:annotation></text:p>",
        '<text:p><text:hidden-paragraph text:is-hidden="true"/>unseen</text:p>',
    ],
)
def test_what_is_not_shown_is_left_out(unseen: str) -> None:
    assert "unseen" not in whole(read_made("text", f"<text:p>seen</text:p>{unseen}"))


def test_text_boxes_follow_their_paragraph() -> None:
    body = "<text:p>Before<draw:frame><draw:text-box><text:p>In the box</text:p></draw:text-box></draw:frame></text:p>"
    assert texts(read_made("text", body)) == [((), "Before\n\nIn the box")]


def test_each_visible_sheet_is_a_section() -> None:
    content = read_made(
        "spreadsheet",
        f'<table:table table:name="Prices">{cells("Rates")}<table:table-row table:number-rows-repeated="4"/>'
        f"{cells('Tariff', 'Euro')}{cells('Start', '24.90')}</table:table>"
        f'<table:table table:name="Secret" table:style-name="H">{cells("unseen")}</table:table>',
    )
    assert texts(content) == [(("Prices",), "Rates\n\n| Tariff | Euro |\n| - | - |\n| Start | 24.90 |")]


def test_a_nearly_empty_sheet_of_any_size_is_read_at_once() -> None:
    rest = '<table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    content = read_made(
        "spreadsheet", f'<table:table table:name="A">{cells("a", "b")}{rest}{cells("c", "d")}</table:table>'
    )
    assert [text for _, text in texts(content)] == ["| a | b |\n| - | - |\n\n| c | d |\n| - | - |"]


def test_a_sheet_with_repeated_values_without_end_is_refused() -> None:
    cell = '<table:table-cell table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell>'
    row = f'<table:table-row table:number-rows-repeated="1000000">{cell}</table:table-row>'
    with pytest.raises(Unreadable, match="filled cells"):
        read_made("spreadsheet", f'<table:table table:name="A">{row}</table:table>')


def test_slides_are_pages_with_titles_and_notes() -> None:
    def frame(kind: str, text: str) -> str:
        return f'<draw:frame presentation:class="{kind}"><draw:text-box>{text}</draw:text-box></draw:frame>'

    notes = f"<presentation:notes>{frame('notes', '<text:p>Say hello.</text:p>')}</presentation:notes>"
    items = "<text:list><text:list-item><text:p>one</text:p></text:list-item></text:list>"
    body = (
        f"<draw:page>{frame('outline', items)}{frame('title', '<text:p>Welcome</text:p>')}{notes}</draw:page>"
        '<draw:page draw:style-name="H"><draw:frame><draw:text-box><text:p>unseen</text:p></draw:text-box></draw:frame></draw:page>'
        "<draw:page><draw:custom-shape><text:p>in a shape</text:p></draw:custom-shape></draw:page>"
    )
    content = read_made("presentation", body)
    assert texts(content) == [
        (("Welcome",), "- one\n\nSpeaker notes: Say hello."),
        (("Slide 3",), "in a shape"),
    ]
    assert (content.title, content.pages, pages(content)) == ("Welcome", 3, [1, 3])
    with pytest.raises(Unreadable, match="3 slides; 2 are the limit"):
        read_made("presentation", body, ReadLimits(pages=2))


def test_styles_that_inherit_in_a_circle_do_not_hang() -> None:
    circle = '<style:style style:name="C" style:family="paragraph" style:parent-style-name="C"/>'
    data = document("text", f'{circle}<text:p text:style-name="C">Words.</text:p>')
    assert whole(read(data, "a.odt", ReadLimits())).strip() == "Words."


def test_a_protected_file_is_refused() -> None:
    manifest = {"META-INF/manifest.xml": "<manifest><file-entry><encryption-data/></file-entry></manifest>"}
    parts = {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "cipher", **manifest}
    with pytest.raises(Unreadable, match="password"):
        read(zipped(parts), "a.odt", ReadLimits())


@pytest.mark.parametrize("content", ["", "<a", "<a/>"])
def test_a_broken_file_is_refused(content: str) -> None:
    with pytest.raises(Unreadable, match="damaged"):
        read(
            zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content}),
            "a.odt",
            ReadLimits(),
        )
