"""Reads old Word files (DOC): headings, lists, tables and notes; hidden text, deleted text and field codes stay out."""

from __future__ import annotations

import re
import struct
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace

from surefoot.ingestion.readers.compound import Compound
from surefoot.ingestion.readers.doc_file import NOTE_PLACES, NOTE_TEXTS, PARAGRAPHS, RUNS, DocFile, properties_of
from surefoot.ingestion.readers.doc_styles import DocLists, DocStyle, styles_of
from surefoot.ingestion.readers.flow_writer import FlowWriter, Paragraph
from surefoot.ingestion.readers.formats import Format
from surefoot.ingestion.results import Content

_END = re.compile(r"[\r\x07\x0c]")
_CELL = "\x07"
_FIELD = re.compile("[\x13\x14\x15]")
_CHARACTERS = str.maketrans({"\x0b": "\n", "\t": " ", "\x1e": "-", "\xa0": " "})
_UNSEEN = re.compile(r"[\x00-\x08\x0c-\x1f]")
_HIDDEN, _DELETED = 0x083C, 0x0800
_IN_TABLE, _ROW_END, _LEVEL, _USE, _OUTLINE = 0x2416, 0x2417, 0x260A, 0x460B, 0x2640
_BODY_LEVEL = 9
_MAIN, _NOTES, _BOXES = 0, 1, 6
"""Places in the list of the lengths of a document's parts: text, footnotes, text boxes."""


@dataclass(frozen=True, slots=True)
class _Format:
    """What a paragraph's properties say."""

    style: DocStyle
    outline: int = _BODY_LEVEL
    in_table: bool = False
    row_end: bool = False
    use: int = 0
    """Number of the list's use, 0 for no list."""
    depth: int = 0


def read_doc(data: bytes) -> Content:
    """Sections by the styles of headings. Raises Unreadable for damaged, protected and older files."""
    file = DocFile(Compound(data))
    reader = _Reader(file)
    lengths = [max(length, 0) for length in file.lengths]
    reader.write(0, lengths[_MAIN])
    boxes = sum(lengths[:_BOXES])
    reader.write(boxes, boxes + lengths[_BOXES])
    sections = reader.writer.finish(Paragraph("", _BODY_LEVEL, in_table=False, depth=0)).sections()
    heading = next((s.heading_path[0] for s in sections if s.heading_path), None)
    return Content(Format.DOC, reader.writer.title or heading, sections)


class _Reader:
    """Walks the paragraphs of a file."""

    def __init__(self, file: DocFile) -> None:
        self.writer = FlowWriter()
        self._file = file
        self._text = _shown(file)
        self._runs = file.runs(PARAGRAPHS)
        self._starts = [run.start for run in self._runs]
        self._styles = styles_of(file)
        self._lists = DocLists(file)
        self._notes = dict(self._note_texts())
        self._note_places = sorted(self._notes)

    def write(self, start: int, end: int) -> None:
        """The paragraphs between two characters."""
        at = start
        for mark in _END.finditer(self._text, start, min(end, len(self._text))):
            self._paragraph(at, mark.end())
            at = mark.end()

    def _paragraph(self, start: int, end: int) -> None:
        form = self._format(end - 1)
        text = _plain(self._text[start : end - 1])
        self.writer.add(text)
        for place in self._note_places[bisect_left(self._note_places, start) : bisect_left(self._note_places, end)]:
            self.writer.add_note(self._notes[place])
        if text.strip() and (form.use or form.style.bullet):
            self.writer.add_mark(self._lists.mark(form.use, form.depth) if form.use else "-")
        paragraph = Paragraph(form.style.name, form.outline, form.in_table, form.depth)
        if self._text[end - 1] != _CELL:
            self.writer.end_paragraph(paragraph)
        elif form.row_end:
            self.writer.end_row()
        else:
            self.writer.end_cell(paragraph)

    def _format(self, character: int) -> _Format:
        """The properties of the paragraph that this character ends."""
        place = self._file.place_of(character)
        number = bisect_right(self._starts, place) - 1
        run = self._runs[number] if number >= 0 else None
        if run is None or place >= run.end:
            return _Format(DocStyle())
        found = {code: int.from_bytes(value, "little") for code, value in properties_of(run.properties)}
        style = self._styles[run.style] if run.style < len(self._styles) else DocStyle()
        return _Format(
            style=replace(style, bullet=style.bullet and _USE not in found),
            outline=found.get(_OUTLINE, _BODY_LEVEL),
            in_table=bool(found.get(_IN_TABLE)),
            row_end=bool(found.get(_ROW_END)),
            use=found.get(_USE, 0) if found.get(_USE, 0) < 0x800 else 0,
            depth=min(found.get(_LEVEL, 0), 8),
        )

    def _note_texts(self) -> Iterator[tuple[int, str]]:
        """The footnotes by the character that refers to each."""
        places, texts = self._file.table(NOTE_PLACES), self._file.table(NOTE_TEXTS)
        count = max((len(places) - 4) // 6, 0)
        first = max(self._file.lengths[_MAIN], 0)
        if len(texts) < 4 * (count + 1):
            return
        bounds = struct.unpack_from(f"<{count + 1}I", texts)
        for n, place in enumerate(struct.unpack_from(f"<{count}I", places) if count else ()):
            yield place, _plain(self._text[first + bounds[n] : first + bounds[n + 1]])


def _plain(text: str) -> str:
    return _UNSEEN.sub("", text.translate(_CHARACTERS).replace("\r", " "))


def _shown(file: DocFile) -> str:
    """The text of a file with NUL for each character that is hidden, deleted, or the code of a field."""
    spans = list(_codes(file.text))
    for run in file.runs(RUNS):
        found = dict(properties_of(run.properties))
        if any(found.get(code, b"\0")[:1] in (b"\x01", b"\x81") for code in (_HIDDEN, _DELETED)):
            spans += file.characters_of(run.start, run.end)
    pieces: list[str] = []
    at = 0
    for start, end in sorted(spans):
        if end > at:
            pieces += [file.text[at : max(start, at)], re.sub("[^\x07]", "\0", file.text[max(start, at) : end])]
            at = end
    return "".join(pieces) + file.text[at:]


def _codes(text: str) -> Iterator[tuple[int, int]]:
    """The spans of the instructions of fields, from their beginning to their shown result."""
    opened: list[int | None] = []  # where the instruction of each open field begins, None in its result
    for found in _FIELD.finditer(text):
        if found.group() == "\x13":
            opened.append(found.start())
        elif opened:
            start = opened[-1]
            if start is not None:
                yield start, found.end()
            if found.group() == "\x14":
                opened[-1] = None
            else:
                opened.pop()
