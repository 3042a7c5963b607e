"""Reads old PowerPoint files (PPT): a page a slide, its title as heading, lists, tables and speaker notes."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from surefoot.ingestion.errors import Unreadable
from surefoot.ingestion.limits import ReadLimits
from surefoot.ingestion.readers.compound import Compound
from surefoot.ingestion.readers.formats import Format
from surefoot.ingestion.readers.outline import Outline
from surefoot.ingestion.readers.ppt_records import Record, Stream
from surefoot.ingestion.readers.ppt_text import NOTES, TITLES, Text, slide_texts, texts_in
from surefoot.ingestion.results import Content

_LIST, _PERSIST, _DRAWING, _SLIDE_ATOM, _SHOW_INFO = 4080, 1011, 1036, 1007, 1017
_SLIDES, _NOTE_PAGES = 0, 2
_HIDDEN = 4


@dataclass(frozen=True, slots=True)
class _Listed:
    """A slide or a page of notes in the document's list."""

    number: int
    """Of the object that holds it."""
    slide_id: int
    outline: list[Text]
    """The texts of its placeholders."""


def read_ppt(data: bytes, limits: ReadLimits) -> Content:
    """Sections by slide; hidden slides stay out but are counted. Raises Unreadable for damaged files."""
    stream = Stream(Compound(data))
    document = stream.document()
    slides = list(_listed(document, _SLIDES))
    if len(slides) > limits.pages:
        raise Unreadable(f"The file has {len(slides):,} slides; {limits.pages:,} are the limit. Cut it up.")
    notes = {listed.slide_id: listed for listed in _listed(document, _NOTE_PAGES)}
    outline = Outline()
    titles: list[str] = []
    for page, listed in enumerate(slides, start=1):
        slide = stream.object(listed.number)
        if slide is not None and not _is_hidden(slide):
            outline.turn_page(page)
            titles.append(_write(outline, slide, listed.outline, page))
            _write_notes(outline, stream, notes.get(_notes_of(slide)))
    return Content(Format.PPT, next((t for t in titles if t), None), outline.sections(), len(slides))


def _listed(document: Record, which: int) -> Iterator[_Listed]:
    for found in document.all(_LIST):
        if found.instance != which:
            continue
        starts = [n for n, record in enumerate(found.children) if record.kind == _PERSIST and len(record.body) >= 16]
        for start, end in zip(starts, [*starts[1:], len(found.children)], strict=True):
            number, _, _, slide_id = struct.unpack_from("<IIiI", found.children[start].body)
            yield _Listed(number, slide_id, texts_in(found.children[start + 1 : end]))


def _write(outline: Outline, slide: Record, placeholders: list[Text], page: int) -> str:
    """Write a slide, its title first; the title."""
    texts = list(_texts(slide, placeholders))
    title = next((t.plain() for t in texts if isinstance(t, Text) and t.kind in TITLES and t.plain()), "")
    outline.heading(1, title or f"Slide {page}")
    for text in texts:
        if isinstance(text, str):
            outline.block(text)
        elif text.kind not in TITLES or text.plain() != title:
            for block in text.blocks():
                outline.block(block)
    return title


def _write_notes(outline: Outline, stream: Stream, notes: _Listed | None) -> None:
    page = stream.object(notes.number) if notes else None
    if notes and page:
        texts = _texts(page, notes.outline)
        spoken = " ".join(t.plain() for t in texts if isinstance(t, Text) and t.kind == NOTES)
        outline.block(f"Speaker notes: {spoken}" if spoken else "")


def _texts(slide: Record, placeholders: list[Text]) -> Iterator[Text | str]:
    for child in slide.children:
        if child.kind == _DRAWING:
            yield from slide_texts(child, placeholders)


def _is_hidden(slide: Record) -> bool:
    info = slide.first(_SHOW_INFO)
    return info is not None and len(info.body) >= 12 and bool(info.body[10] & _HIDDEN)


def _notes_of(slide: Record) -> int:
    atom = slide.first(_SLIDE_ATOM)
    return struct.unpack_from("<I", atom.body, 16)[0] if atom and len(atom.body) >= 20 else 0
