"""Reads a file of any known format; runs in the reading process, because files may be hostile."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from surefoot.ingestion.errors import Unreadable
from surefoot.ingestion.limits import ReadLimits
from surefoot.ingestion.readers.attachments import Attachments
from surefoot.ingestion.readers.binary import read_binary
from surefoot.ingestion.readers.encoding import declared_encoding, decode
from surefoot.ingestion.readers.formats import Format
from surefoot.ingestion.readers.sniffing import binary_format, is_mail, text_format
from surefoot.ingestion.results import Content

_UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that databases and JSON refuse."""
_ATTACHED = 0.9
"""Share of the characters of a mail that its attachments may have."""


def read(data: bytes, name: str, limits: ReadLimits) -> Content:
    """The file's sections; raises Unreadable with a reason for people where there are none."""
    attached = Attachments(partial(_read, limits), int(limits.characters * _ATTACHED))
    content = _read(limits, data, name, attached)
    return replace(content, hidden=content.hidden + attached.hidden)


def _read(limits: ReadLimits, data: bytes, name: str, attached: Attachments) -> Content:
    kind = binary_format(data, name)
    content = _clean(read_binary(kind, data, limits, attached) if kind else _read_text(data, name, attached))
    characters = sum(len(section.text) + sum(map(len, section.heading_path)) for section in content.sections)
    if characters > limits.characters:
        raise Unreadable(
            f"The file holds {characters:,} characters of text; {limits.characters:,} are the limit. "
            "Cut it up and feed the parts."
        )
    if not any(section.text.strip() or section.heading_path for section in content.sections):
        raise Unreadable(_no_text(content))
    return content


def _read_text(data: bytes, name: str, attached: Attachments) -> Content:
    text, encoding = "", None
    kind = Format.EML
    if not is_mail(name):  # whose parts have encodings of their own
        text, encoding = decode(data, declared_encoding(data))
        kind = text_format(text, name)
    if kind is Format.EML:
        from surefoot.ingestion.readers.mail import read_eml

        return read_eml(data, attached)
    return replace(_text_reader(kind)(text), encoding=encoding)


def _text_reader(kind: Format) -> Callable[[str], Content]:
    """Each reader's libraries are loaded when the first file of its format comes."""
    from surefoot.ingestion.readers import csv_table, html, json_tree, markdown, xml_tree

    return {
        Format.HTML: html.read_html,
        Format.CSV: csv_table.read_csv,
        Format.MARKDOWN: markdown.read_markdown,
        Format.JSON: json_tree.read_json,
        Format.JSONL: json_tree.read_jsonl,
        Format.XML: xml_tree.read_xml,
        Format.TEXT: markdown.read_text,
    }[kind]


def _clean(content: Content) -> Content:
    """The content without characters that cannot be stored; halves of characters are put together."""
    sections = (
        replace(section, text=_fit(section.text), heading_path=tuple(map(_fit, section.heading_path)))
        for section in content.sections
    )
    return replace(content, title=_fit(content.title) if content.title else None, sections=tuple(sections))


def _fit(text: str) -> str:
    if not _UNFIT.search(text):
        return text
    return _UNFIT.sub("", text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace"))


def _no_text(content: Content) -> str:
    if content.hidden:
        return "All of the file's text is hidden from its readers. Make it visible and feed it again."
    if content.media_type == Format.PDF:
        return "The PDF has no text, and none could be recognised on its pages."
    if content.media_type.startswith("image/"):
        return "No text could be recognised in the image."
    return "The file has no text."
