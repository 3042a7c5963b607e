"""Books: chapters by spine and table of contents, and what hostile books may not do."""

from __future__ import annotations

import pytest

from surefoot.ingestion.errors import Unreadable
from surefoot.ingestion.limits import ReadLimits
from surefoot.ingestion.readers.read import read
from surefoot.ingestion.results import Content
from tests.ingestion.made_files import texts, whole, zipped

CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OPS/book.opf"/></rootfiles></container>'
)


def page(body: str) -> str:
    return f'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body>{body}</body></html>'


def book(chapters: dict[str, str], spine: list[str], **parts: str) -> bytes:
    items = "".join(f'<item id="{n}" href="{n}.xhtml" media-type="application/xhtml+xml"/>' for n in chapters)
    refs = "".join(f'<itemref idref="{name}"/>' for name in spine)
    opf = (
        '<package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<dc:title>Tyres</dc:title></metadata><manifest>{items}<item id="toc" href="toc.ncx" '
        f'media-type="application/x-dtbncx+xml"/></manifest><spine toc="toc">{refs}</spine></package>'
    )
    made = {"mimetype": "application/epub+zip", "META-INF/container.xml": CONTAINER, "OPS/book.opf": opf}
    made |= {f"OPS/{name}.xhtml": text for name, text in chapters.items()}
    return zipped(
        made | {f"OPS/{name}.ncx" if name == "toc" else f"META-INF/{name}.xml": t for name, t in parts.items()}
    )


def contents(**labels: str) -> str:
    points = "".join(
        f'<navPoint><navLabel><text>{label}</text></navLabel><content src="{name}.xhtml#x"/></navPoint>'
        for name, label in labels.items()
    )
    return f'<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap>{points}</navMap></ncx>'


def read_book(chapters: dict[str, str], spine: list[str], **parts: str) -> Content:
    return read(book(chapters, spine, **parts), "book.epub", ReadLimits())


def test_chapters_stand_in_reading_order_under_their_headings() -> None:
    chapters = {
        "b": page(
            "<h1>Wear</h1><p>Look.</p><h2>Depth</h2><table><tr><th>mm<th>Do</tr><tr><td>2<td>Change</tr></table>"
        ),
        "a": page("<p>Foreword.</p>"),
        "c": page("<ul><li>one</li><li>two</li></ul>"),
    }
    content = read_book(chapters, ["a", "b", "c"], toc=contents(b="Wear", c="Lists"))
    assert content.title == "Tyres"
    assert texts(content) == [
        ((), "Foreword."),
        (("Wear",), "Look."),
        (("Wear", "Depth"), "| mm | Do |\n| - | - |\n| 2 | Change |"),
        (("Lists",), "- one\n- two"),
    ]


def test_elements_that_xhtml_closes_at_once_hide_nothing() -> None:
    body = '<script src="x"/><p>Be<a id="x"/>fore</p><div/><p>After<br/>all</p>'
    assert texts(read_book({"a": page(body)}, ["a"])) == [((), "Before\n\nAfter\nall")]


def test_a_chapter_that_is_listed_a_thousand_times_is_read_once() -> None:
    assert whole(read_book({"a": page("<p>once</p>")}, ["a"] * 1000)).count("once") == 1


def test_missing_and_empty_chapters_are_left_out() -> None:
    assert texts(read_book({"a": page("<p>here</p>"), "b": ""}, ["gone", "b", "a"])) == [((), "here")]


def test_a_book_that_is_protected_against_copying_is_refused() -> None:
    lock = (
        '<encryption xmlns:e="http://www.w3.org/2001/04/xmlenc#"><e:EncryptedData><e:CipherData>'
        '<e:CipherReference URI="OPS/{}"/></e:CipherData></e:EncryptedData></encryption>'
    )
    with pytest.raises(Unreadable, match="protected against copying"):
        read_book({"a": page("cipher")}, ["a"], encryption=lock.format("a.xhtml"))
    assert whole(read_book({"a": page("<p>open</p>")}, ["a"], encryption=lock.format("font.otf"))).strip() == "open"


def test_a_book_cannot_reach_out_of_its_archive() -> None:
    data = zipped(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": CONTAINER,
            "OPS/book.opf": (
                '<package xmlns="http://www.idpf.org/2007/opf"><manifest><item id="a" href="../../../../etc/passwd" '
                'media-type="text/html"/></manifest><spine><itemref idref="a"/></spine></package>'
            ),
        }
    )
    with pytest.raises(Unreadable, match="no text"):
        read(data, "a.epub", ReadLimits())


@pytest.mark.parametrize("part", ["META-INF/container.xml", "OPS/book.opf"])
@pytest.mark.parametrize("broken", ["", "<a", "<a/>"])
def test_a_book_without_a_list_of_chapters_is_refused(part: str, broken: str) -> None:
    parts = {"mimetype": "application/epub+zip", "META-INF/container.xml": CONTAINER, "OPS/book.opf": "<a/>"}
    with pytest.raises(Unreadable, match=r"damaged|no text"):
        read(zipped({**parts, part: broken}), "a.epub", ReadLimits())
