"""Reads rich text (RTF) by the code pages of its fonts: headings, lists, tables and notes; hidden text stays out."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from surefoot.ingestion.errors import Unreadable
from surefoot.ingestion.readers.flow_writer import FlowWriter, Paragraph
from surefoot.ingestion.readers.formats import Format
from surefoot.ingestion.readers.rtf_words import CHARACTERS, CODE_PAGES, KEPT, SYMBOLS, UNREAD
from surefoot.ingestion.readers.unseen import SMALLEST_POINTS, WHITE, Colour, alike, has_words
from surefoot.ingestion.results import Content

_TOKEN = re.compile(
    r"\\([A-Za-z]{1,40})(-?[0-9]{1,9})?[ ]?|\\'([0-9A-Fa-f]{2})|\\([^A-Za-z])|([{}])|([^\\{}\r\n]+)", re.DOTALL
)
_MOST_COLOURS = 10_000
_DEEPEST = 5_000
_MOST_SKIPPED = 10
_BODY_LEVEL = 9


@dataclass(frozen=True, slots=True)
class _State:
    """What holds inside of a group and is put back at its end."""

    place: str = "text"
    """Where text goes: text, mark, note, title, fonts, styles, or nowhere ('')."""
    font: int = -1
    replaced: int = 1
    """Characters after \\u that stand for it in old programs."""
    hidden: bool = False
    size: int = 24
    """Half points."""
    colour: int = 0
    """Number in the table of colours; 0 is the program's own."""
    ground: int = 0
    """Number of the colour behind the text."""
    style: int = -1
    outline: int = _BODY_LEVEL
    in_table: bool = False
    depth: int = 0


def read_rtf(data: bytes) -> Content:
    """Sections by the styles of headings. Raises Unreadable for files that nest too deeply."""
    reader = _Reader()
    reader.read(data.decode("latin-1"))
    outline = reader.writer.finish(reader.paragraph())
    sections = outline.sections()
    heading = next((s.heading_path[0] for s in sections if s.heading_path), None)
    return Content(Format.RTF, reader.writer.title or reader.title.strip() or heading, sections, hidden=reader.hidden)


class _Reader:
    """Walks the tokens of a file with a stack of states."""

    def __init__(self) -> None:
        self.writer = FlowWriter()
        self.title = ""
        self._state = _State()
        self._stack: list[_State] = []
        self._page = "cp1252"
        self._default_font = -1
        self._fonts: dict[int, str] = {}
        self._styles: dict[int, str] = {}
        self._pending = bytearray()
        self._note: list[str] = []
        self._skip = 0
        self._ignorable = False
        self._colours: list[list[int]] = [[]]
        self.hidden = 0
        """Places with words that are not seen."""
        self._was_hidden = False

    def read(self, text: str) -> None:
        """All tokens up to the end of the outermost group."""
        at = 0
        while found := _TOKEN.search(text, at):
            at = found.end()
            word, number, code, symbol, brace, plain = found.groups()
            if word is not None:
                at += self._word(word, None if number is None else int(number))
            elif code is not None:
                self._bytes(bytes([int(code, 16)]))
            elif plain is not None:
                self._bytes(plain.encode("latin-1"))
            elif symbol is not None:
                self._symbol(symbol)
            elif not self._brace(brace):
                break
        self._flush()

    def paragraph(self) -> Paragraph:
        """The paragraph that is open, by its properties."""
        state = self._state
        return Paragraph(self._styles.get(state.style, ""), state.outline, state.in_table, state.depth)

    def _brace(self, brace: str) -> bool:
        """Open or close a group; False at the end of the outermost."""
        self._flush()
        self._skip = 0
        self._ignorable = False
        if brace == "{":
            if len(self._stack) >= _DEEPEST:
                raise Unreadable("The file nests too deeply to be a document. Save it as DOCX and feed that.")
            self._stack.append(self._state)
            return True
        if not self._stack:
            return False
        before = self._stack.pop()
        if self._state.place == "note" != before.place:
            self.writer.add_note("".join(self._note))
            self._note = []
        self._state = before
        return bool(self._stack)

    def _symbol(self, symbol: str) -> None:
        if symbol == "*":
            self._ignorable = True
        elif symbol in "\r\n":
            self._word("par", None)
        elif symbol in SYMBOLS:
            self._bytes(SYMBOLS[symbol].encode())

    def _word(self, word: str, number: int | None) -> int:
        """Act on a control word; how many characters after it are binary data."""
        ignorable, self._ignorable = self._ignorable, False
        if word == "bin":
            return max(number or 0, 0)
        if self._skip and word != "u":
            self._skip -= 1
        place = self._destination(word, ignorable=ignorable)
        if place is not None:
            self._flush()
            self._state = replace(self._state, place=place if self._state.place else "")
        elif word in CHARACTERS:
            self._flush()
            self.put(CHARACTERS[word])
        elif word in _ACTIONS:
            self._flush()
            _ACTIONS[word](self, number)
        return 0

    @staticmethod
    def _destination(word: str, *, ignorable: bool) -> str | None:
        """Where the text of a group goes that begins with this word, or None where the word begins no such group."""
        if word in _PLACES:
            return _PLACES[word]
        if word in UNREAD or (ignorable and word not in KEPT):
            return ""
        return None

    def _bytes(self, data: bytes) -> None:
        if self._skip:
            count = min(self._skip, len(data))
            self._skip -= count
            data = data[count:]
        self._pending += data

    def _flush(self) -> None:
        """Decode what waits by the code page of its font."""
        if self._pending:
            page = self._fonts.get(self._state.font) or self._page
            text = self._pending.decode(page, "replace")
            self._pending = bytearray()
            self.put(text)

    def put(self, text: str) -> None:
        place = self._state.place
        if place in ("text", "note") and self._is_left_out(text):
            return
        if place == "text":
            self.writer.add(text)
        elif place == "mark":
            self.writer.add_mark(text)
        elif place == "note":
            self._note.append(text)
        elif place == "colours":
            self._colours += [[] for sign in text if sign == ";"]
        elif place == "title":
            self.title += text
        elif place == "styles" and self._state.style >= 0:
            self._styles[self._state.style] = self._styles.get(self._state.style, "") + text.partition(";")[0].strip()

    def _is_left_out(self, text: str) -> bool:
        """Whether a text is not seen; the first of several in a row counts."""
        unseen = self._is_unseen()
        if has_words(text):
            self.hidden += unseen and not self._was_hidden
            self._was_hidden = unseen
        return unseen

    def _is_unseen(self) -> bool:
        state = self._state
        if state.hidden or state.size < 2 * SMALLEST_POINTS:
            return True
        colour = self._colour(state.colour)
        return colour is not None and alike(colour, self._colour(state.ground) or WHITE)

    def _colour(self, number: int) -> Colour | None:
        """A colour of the table; None for the program's own."""
        parts = self._colours[number] if 0 <= number < len(self._colours) else []
        return (parts[0], parts[1], parts[2]) if len(parts) == 3 else None

    def part_of_colour(self, number: int | None) -> None:
        """Red, green or blue, which come in this order."""
        if self._state.place == "colours" and len(self._colours) < _MOST_COLOURS:
            self._colours[-1].append(min(max(number or 0, 0), 255))

    def set(self, **changes: object) -> None:
        self._state = replace(self._state, **changes)

    def unicode(self, number: int | None) -> None:
        self.put(chr((number or 0) % 0x10000))
        self._skip = min(self._state.replaced, _MOST_SKIPPED)

    def code_page(self, number: int | None) -> None:
        page = {10000: "mac_roman", 708: "cp720", 936: "gbk", 65001: "utf-8"}.get(number or 0, f"cp{number or 1252}")
        try:
            codecs.lookup(page)
        except LookupError:
            return
        self._page = page

    def charset(self, number: int | None) -> None:
        if self._state.place == "fonts":
            self._fonts[self._state.font] = CODE_PAGES.get(number or 0, "")

    def default_font(self, number: int | None) -> None:
        self._default_font = number or 0
        self.set(font=self._default_font)

    def plain(self, _: int | None) -> None:
        self.set(font=self._default_font, hidden=False, size=24, colour=0, ground=0)

    def pard(self, _: int | None) -> None:
        if self._state.place != "mark":
            self.set(style=-1, outline=_BODY_LEVEL, in_table=False, depth=0)

    def end(self, _: int | None) -> None:
        if self._state.place == "text":
            self.writer.end_paragraph(self.paragraph())
        elif self._state.place == "note":
            self._note.append(" ")

    def cell(self, _: int | None) -> None:
        if self._state.place == "text":
            self.writer.end_cell(self.paragraph())

    def row(self, _: int | None) -> None:
        if self._state.place == "text":
            self.writer.end_row()


_PLACES = {
    "fonttbl": "fonts",
    "stylesheet": "styles",
    "colortbl": "colours",
    "info": "info",
    "title": "title",
    "footnote": "note",
    "listtext": "mark",
    "pntext": "mark",
}
_Action = Callable[[_Reader, int | None], None]


def _sets(name: str, otherwise: int = 0) -> _Action:
    """An action that keeps the number of its word in the state."""
    return lambda reader, number: reader.set(**{name: otherwise if number is None else number})


_ACTIONS: dict[str, _Action] = {
    "ansicpg": _Reader.code_page,
    "mac": lambda reader, _: reader.code_page(10000),
    "pc": lambda reader, _: reader.code_page(437),
    "pca": lambda reader, _: reader.code_page(850),
    "deff": _Reader.default_font,
    "f": _sets("font"),
    "fcharset": _Reader.charset,
    "u": _Reader.unicode,
    "uc": _sets("replaced", 1),
    "v": lambda reader, number: reader.set(hidden=number != 0),
    "deleted": lambda reader, number: reader.set(hidden=number != 0),
    "plain": _Reader.plain,
    "fs": _sets("size", 24),
    "cf": _sets("colour"),
    "red": _Reader.part_of_colour,
    "green": _Reader.part_of_colour,
    "blue": _Reader.part_of_colour,
    **dict.fromkeys(("highlight", "cb", "chcbpat", "cbpat", "clcbpat"), _sets("ground")),
    "pard": _Reader.pard,
    "s": _sets("style"),
    "outlinelevel": _sets("outline", _BODY_LEVEL),
    "ilvl": _sets("depth"),
    "intbl": lambda reader, _: reader.set(in_table=True),
    "par": _Reader.end,
    "sect": _Reader.end,
    "page": _Reader.end,
    "nestcell": lambda reader, _: reader.put(" "),
    "nestrow": lambda reader, _: reader.put(" "),
    "cell": _Reader.cell,
    "row": _Reader.row,
}
"""What is done at a control word; all others say how text looks."""
