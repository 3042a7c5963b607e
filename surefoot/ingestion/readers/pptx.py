"""Reads PowerPoint files (PPTX): a page a slide, its title as heading, lists, tables, diagrams and speaker notes."""

from __future__ import annotations

from collections.abc import Iterator

from surefoot.ingestion.errors import Unreadable
from surefoot.ingestion.limits import ReadLimits
from surefoot.ingestion.readers.formats import Format
from surefoot.ingestion.readers.outline import Outline
from surefoot.ingestion.readers.packages import Node, Package
from surefoot.ingestion.readers.slide_seen import Deck, SlideSight
from surefoot.ingestion.readers.slide_shapes import P, Shapes, title_of
from surefoot.ingestion.readers.slide_text import Bullets
from surefoot.ingestion.readers.unseen import has_words
from surefoot.ingestion.results import Content

_PRESENTATION = "ppt/presentation.xml"
_RELATION_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_HIDDEN = ("0", "false")


def read_pptx(data: bytes, limits: ReadLimits) -> Content:
    """Sections by slide; hidden slides stay out but are counted. Raises Unreadable for damaged files."""
    package = Package(data)
    slides = list(_slides(package))
    if len(slides) > limits.pages:
        raise Unreadable(f"The file has {len(slides):,} slides; {limits.pages:,} are the limit. Cut it up.")
    outline = Outline()
    deck = Deck.of(package, package.xml(_PRESENTATION))
    hidden = 0
    titles: list[str] = []
    for number, part in enumerate(slides, start=1):
        slide = package.xml(part)
        if slide is not None and slide.get("show") in _HIDDEN:
            hidden += has_words("".join(slide.itertext()))
        elif slide is not None:
            hidden += _sight(deck, part).drop_unseen(slide)
            outline.turn_page(number)
            titles.append(title_of(slide))
            outline.heading(1, titles[-1] or f"Slide {number}")
            _write(outline, package, part, slide)
    title = next((title for title in titles if title), None)
    return Content(Format.PPTX, title, outline.sections(), len(slides), hidden=hidden)


def _slides(package: Package) -> Iterator[str]:
    """The parts of the slides in their order; a slide that is missing is left out."""
    root = package.xml(_PRESENTATION)
    relations = package.relations(_PRESENTATION)
    seen: set[str] = set()
    for node in root.iter(f"{P}sldId") if root is not None else ():
        kind, part = relations.get(node.get(_RELATION_ID) or "", ("", ""))
        if kind == "slide" and part in package.names and part not in seen:
            seen.add(part)
            yield part


def _sight(deck: Deck, part: str) -> SlideSight:
    layout = _related(deck.package.relations(part), "slideLayout")
    master = _related(deck.package.relations(layout), "slideMaster") if layout else ""
    theme = _related(deck.package.relations(master), "theme") if master else ""
    sheets = [found for sheet in (layout, master) if sheet and (found := deck.package.xml(sheet)) is not None]
    return SlideSight(deck, sheets, deck.package.xml(theme) if theme else None)


def _write(outline: Outline, package: Package, part: str, slide: Node) -> None:
    relations = package.relations(part)
    layout = _related(relations, "slideLayout")
    master = _related(package.relations(layout), "slideMaster") if layout else ""
    sheets = [package.xml(sheet) for sheet in (layout, master) if sheet]
    shapes = Shapes(package, relations, Bullets([sheet for sheet in sheets if sheet is not None]))
    for block in shapes.blocks(slide):
        outline.block(block)
    notes = _related(relations, "notesSlide")
    root = package.xml(notes) if notes else None
    if root is not None:
        spoken = "\n\n".join(text for text in Shapes(package, {}, Bullets([])).notes(root) if text)
        outline.block(f"Speaker notes: {spoken}" if spoken else "")


def _related(relations: dict[str, tuple[str, str]], kind: str) -> str:
    return next((part for found, part in relations.values() if found == kind), "")
