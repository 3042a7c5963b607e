"""Hidden text of all kinds is left out and counted; what looks like it and can be seen stays."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from surefoot.ingestion.limits import ReadLimits
from surefoot.ingestion.readers.read import read
from surefoot.ingestion.results import Content
from tests.ingestion.made_files import whole, zipped

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
