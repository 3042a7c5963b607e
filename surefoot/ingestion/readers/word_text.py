"""Reads the text of Word's paragraphs as it is seen: insertions in, deletions and hidden runs out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from surefoot.ingestion.readers.packages import Node
from surefoot.ingestion.readers.word_xml import W, children, is_on

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_BOX = f"{W}txbxContent"
_UNSEEN = frozenset({f"{W}del", f"{W}moveFrom", f"{W}pPr", f"{W}rPr", f"{W}instrText", f"{W}delText", _BOX})
_CHARACTERS = {f"{W}tab": " ", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-", f"{W}ptab": " "}
_NOTES = {f"{W}footnoteReference": "footnotes", f"{W}endnoteReference": "endnotes"}


@dataclass(slots=True)
class ParagraphText:
    """What is seen of a paragraph, without its text boxes."""

    pieces: list[str] = field(default_factory=list[str])
    notes: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    """Kind and id of the notes that it refers to."""
    bold: bool = True
    """Whether each run with text is bold."""

    @property
    def text(self) -> str:
        """Its lines, white space folded."""
        lines = (" ".join(line.split()) for line in "".join(self.pieces).split("\n"))
        return "\n".join(line for line in lines if line)


def own_text(paragraph: Node) -> ParagraphText:
    """The text of a paragraph and the notes that it refers to."""
    found = ParagraphText()
    _collect(paragraph, found)
    found.bold = found.bold and bool(found.text)
    return found


def text_boxes(paragraph: Node) -> Iterator[Node]:
    """The outermost text boxes anchored in a paragraph, in the newest form that each is written in."""
    for node in _shown(paragraph):
        if node.tag == _BOX:
            yield node
        elif node.tag not in _UNSEEN:
            yield from text_boxes(node)


def note_texts(roots: Mapping[str, Node | None]) -> dict[tuple[str, str], str]:
    """Footnotes and endnotes by kind and id, from the parts that hold each kind."""
    notes: dict[tuple[str, str], str] = {}
    for kind, name in (("footnotes", "footnote"), ("endnotes", "endnote")):
        for note in children(roots.get(kind), name):
            texts = (own_text(paragraph).text for paragraph in children(note, "p"))
            notes[kind, note.get(f"{W}id") or ""] = " ".join(text.replace("\n", " ") for text in texts if text)
    return notes


def _collect(node: Node, found: ParagraphText) -> None:
    if node.tag == f"{W}r":
        if is_on(node, "rPr", "vanish"):
            return
        found.bold = found.bold and (is_on(node, "rPr", "b") or not "".join(node.itertext(f"{W}t")).strip())
    for part in _shown(node):
        if part.tag in (f"{W}t", _MATH_TEXT):
            found.pieces.append(part.text or "")
        elif part.tag in _CHARACTERS:
            found.pieces.append(_CHARACTERS[part.tag])
        elif part.tag in _NOTES:
            found.notes.append((_NOTES[part.tag], part.get(f"{W}id") or ""))
        elif part.tag not in _UNSEEN:
            _collect(part, found)


def _shown(node: Node) -> Iterator[Node]:
    """A node's children; of alternatives the first that is written out."""
    for part in node:
        if part.tag == f"{_MC}AlternateContent":
            choices = [c for c in part if c.tag in (f"{_MC}Choice", f"{_MC}Fallback")]
            boxed = (c for c in choices if next(c.iter(_BOX), None) is not None)
            chosen = next(boxed, choices[0] if choices else None)
            if chosen is not None:
                yield from _shown(chosen)
        else:
            yield part
