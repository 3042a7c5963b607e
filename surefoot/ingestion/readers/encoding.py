"""Turns bytes into text, whatever the encoding."""

from __future__ import annotations

import codecs
import re

from surefoot.ingestion.errors import Unreadable
from surefoot.ingestion.readers.formats import READABLE

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
_SHIFTS = (b"\x1b$B", b"\x1b$@")
"""Where Japanese begins in the seven-bit encoding of mails, which looks like ASCII."""
_META = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_XML = re.compile(rb"\s*<\?xml[^>]+encoding\s*=\s*[\"']([\w.:-]+)")
_CONTROL = re.compile(r"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffe\uffff]")
_MOST_CONTROL = 0.02
"""Share of control characters from which bytes are no text."""


def decode(data: bytes, declared: str | None = None) -> tuple[str, str]:
    """The text in `data` and its encoding: by byte order mark, what it declares, UTF-8, or a guess.

    Line ends become '\\n', NUL characters are dropped. Raises Unreadable where the bytes are no text.
    """
    text, encoding = _decoded(data, declared)
    text = text.replace("\0", "")
    if len(_CONTROL.findall(text)) > _MOST_CONTROL * len(text):
        raise Unreadable(f"This is a binary file of an unknown kind. Save it as {READABLE} and feed that.")
    return _CONTROL.sub("", text).replace("\r\n", "\n").replace("\r", "\n"), encoding


def declared_encoding(data: bytes) -> str | None:
    """The encoding that an HTML page's head or an XML declaration names."""
    found = _META.search(data[:4096]) or _XML.match(data[:200])
    return found.group(1).decode("ascii", "ignore") if found else None


def _decoded(data: bytes, declared: str | None) -> tuple[str, str]:
    for bom, name in _BOMS:
        if data.startswith(bom):
            return data.decode(name, errors="replace"), name.removesuffix("-sig")
    if wide := _wide(data):
        return data.decode(wide, errors="replace"), wide
    shifting = "iso2022_jp" if any(mark in data[:_SAMPLE] for mark in _SHIFTS) else None
    for name in (shifting, "utf-8", declared):
        if name and (text := strict(data, name)) is not None:
            return text, codecs.lookup(name).name
    guess = _guess(data)
    return data.decode(guess, errors="replace"), guess


def strict(data: bytes, name: str) -> str | None:
    """The text in `data` by this encoding; None where it does not fit or is no encoding of text."""
    try:
        return data.decode(name)
    except (UnicodeError, LookupError, ValueError):
        return None


def _wide(data: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark: of Western text every other byte, or three of four, are NUL."""
    sample = data[:_SAMPLE]
    if len(sample) < 4 or sample.count(0) < len(sample) * 0.3:
        return None
    if len(sample) % 4 == 0 and sample.count(0) > len(sample) * 0.6:
        return "utf-32-be" if sample[0] == 0 else "utf-32-le"
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
