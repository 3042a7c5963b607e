"""Turns bytes into text, whatever the encoding."""

from __future__ import annotations

import codecs
import re

from surefoot.ingestion.errors import Unreadable

_BOMS = (  # UTF-32's mark begins with UTF-16's, so it is tried first
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 64_000
"""Bytes from which an unmarked encoding is guessed."""
_NON_LATIN = 0.25
"""Share of bytes over 127 from which a text is not Western European."""
_CONTROL = re.compile(r"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffe\uffff]")
_MOST_CONTROL = 0.02
"""Share of control characters from which bytes are no text."""


def decode(data: bytes, declared: str | None = None) -> str:
    """The text in `data`: by its byte order mark, the encoding that it declares, UTF-8, or a guess.

    Line ends become '\\n', NUL characters are dropped. Raises Unreadable where the bytes are no text.
    """
    text = _decoded(data, declared).replace("\0", "")
    if len(_CONTROL.findall(text)) > _MOST_CONTROL * len(text):
        raise Unreadable(
            "This is a binary file of an unknown kind. Save it as PDF, DOCX, HTML, Markdown, text, CSV or XLSX."
        )
    return _CONTROL.sub("", text).replace("\r\n", "\n").replace("\r", "\n")


def _decoded(data: bytes, declared: str | None) -> str:
    for bom, name in _BOMS:
        if data.startswith(bom):
            return data.decode(name, errors="replace")
    if wide := _wide(data):
        return data.decode(wide, errors="replace")
    for name in ("utf-8", declared):
        if name and (text := _strict(data, name)) is not None:
            return text
    return data.decode(_guess(data), errors="replace")


def _strict(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except (UnicodeDecodeError, LookupError):
        return None


def _wide(data: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of Western text is NUL."""
    sample = data[:_SAMPLE]
    if len(sample) < 4 or sample.count(0) < len(sample) * 0.3:
        return None
    return "utf-16-le" if sample[1::2].count(0) > sample[::2].count(0) else "utf-16-be"


def _guess(data: bytes) -> str:
    """Windows-1252 for Western text; for others what the distribution of characters says."""
    sample = data[:_SAMPLE]
    high = sum(byte > 127 for byte in sample)
    if high < _NON_LATIN * len(sample):
        return "cp1252"
    from charset_normalizer import from_bytes

    best = from_bytes(sample).best()
    return best.encoding if best else "cp1252"
