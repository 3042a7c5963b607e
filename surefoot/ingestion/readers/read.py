"""Reads a file of any known format; runs in the reading process, because files may be hostile."""

from __future__ import annotations

import re
from dataclasses import replace

from surefoot.ingestion.errors import Unreadable
from surefoot.ingestion.limits import ReadLimits
from surefoot.ingestion.readers.encoding import decode
from surefoot.ingestion.readers.formats import Format, binary_format, text_format
from surefoot.ingestion.results import Content

_UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that databases and JSON refuse."""


def read(data: bytes, name: str, limits: ReadLimits) -> Content:
    """The file's sections; raises Unreadable with a reason for people where there are none."""
    kind = binary_format(data, name)
    content = _clean(_read_binary(kind, data, limits) if kind else _read_text(data, name))
    characters = sum(len(section.text) + sum(map(len, section.heading_path)) for section in content.sections)
    if characters > limits.characters:
        raise Unreadable(
            f"The file holds {characters:,} characters of text; {limits.characters:,} are the limit. "
            "Cut it up and feed the parts."
        )
    if not any(section.text.strip() or section.heading_path for section in content.sections):
        raise Unreadable(_no_text(content))
    return content


def _read_binary(kind: Format, data: bytes, limits: ReadLimits) -> Content:
    """Each reader's libraries are loaded when the first file of its format comes."""
    if kind is Format.PDF:
        from surefoot.ingestion.readers.pdf import read_pdf

        return read_pdf(data, limits.pages)
    if kind is Format.DOCX:
        from surefoot.ingestion.readers.docx import read_docx

        return read_docx(data)
    from surefoot.ingestion.readers.xlsx import read_xlsx

    return read_xlsx(data)


def _read_text(data: bytes, name: str) -> Content:
    from surefoot.ingestion.readers import csv_table, html, markdown

    text = decode(data, html.declared_charset(data))
    readers = {
        Format.HTML: html.read_html,
        Format.CSV: csv_table.read_csv,
        Format.MARKDOWN: markdown.read_markdown,
        Format.TEXT: markdown.read_text,
    }
    return readers[text_format(text, name)](text)


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
    if content.media_type == Format.PDF:
        return "The PDF has no text: is it a scan? Run text recognition over it and feed the result."
    return "The file has no text."
