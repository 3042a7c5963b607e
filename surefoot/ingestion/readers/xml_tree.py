"""Reads XML data: element names as headings and labels, elements of one kind as tables; entities stay unexpanded."""

from __future__ import annotations

import re
from collections.abc import Iterator

from surefoot.ingestion.readers.formats import Format
from surefoot.ingestion.readers.outline import Outline
from surefoot.ingestion.readers.packages import Node, parsed
from surefoot.ingestion.readers.tree import Record, TreeWriter, Value, title_of
from surefoot.ingestion.results import Content

_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")


def read_xml(text: str) -> Content:
    """Sections by element. Raises Unreadable for broken XML."""
    text = text[found.end() :] if (found := _DECLARATION.match(text)) else text
    if not text.strip():
        return Content(Format.XML, None, ())
    root = parsed(text.encode("utf-8", "replace"))
    value = _value(root)
    outline = Outline()
    TreeWriter(outline).write(value, _name(root))
    return Content(Format.XML, title_of(value), outline.sections())


def _value(element: Node) -> Value:
    """Text where an element holds any beside its children; else its attributes and children by name."""
    children = [child for child in element if isinstance(child.tag, str)]
    attributes = [(name, text) for name, text in element.attrib.items() if not name.startswith("{")]
    if not children or _is_prose(element):
        text = " ".join("".join(_words(element)).split())
        noted = "; ".join(f"{name}: {stated}" for name, stated in attributes if stated.strip())
        if text:
            return f"{text} ({noted})" if noted and not children else text
        return Record(tuple(attributes))
    groups: dict[str, list[Value]] = {}
    for child in children:
        groups.setdefault(_name(child), []).append(_value(child))
    members = ((name, values[0] if len(values) == 1 else values) for name, values in groups.items())
    return Record((*attributes, *members))


def _is_prose(element: Node) -> bool:
    return any((text or "").strip() for text in (element.text, *(child.tail for child in element)))


def _words(element: Node) -> Iterator[str]:
    """The text of an element and of those in it; of an entity nothing, since what it stands for is not loaded."""
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str):
            yield from _words(child)
        yield child.tail or ""


def _name(element: Node) -> str:
    return str(element.tag).rsplit("}", 1)[-1]
