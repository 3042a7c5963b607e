"""Puts single characters right: control and invisible ones, ligatures, spaces, soft hyphens, composed letters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from surefoot.ingestion.quality.ledger import Ledger
from surefoot.ingestion.quality.words import is_row

_BREAKS = "\x0b\x0c\r\u2028\u2029"
_CONTROL = "\x00-\x08\x0e-\x1f\x7f-\x9f"
_INVISIBLE = "\u180e\u200b\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
"""Zero-width spaces and marks of direction, which can also make a text show other than it reads."""
_JOINERS = "\u200c\u200d"
_TAGS = "\U000e0000-\U000e007f"
"""Characters that nobody sees and language models read; lawful in some flags alone."""
_SPACES = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_SPECIAL = re.compile(f"[{_BREAKS}{_CONTROL}{_INVISIBLE}{_JOINERS}{_TAGS}{_SPACES}\u00ad\ufb00-\ufb06]")
_SCRIPTS_THAT_JOIN = "\u0590-\u1fff\u2190-\u2bff\ufe0f\U0001f000-\U0001faff"
"""Arabic, Indian and their like, and pictures: there a joiner changes what is seen."""
_Change = Callable[[re.Match[str]], str]


def _as_windows(found: re.Match[str]) -> str:
    """A C1 control character is nearly always a Windows-1252 character that was read as Latin-1."""
    code = ord(found.group())
    return bytes([code]).decode("cp1252", "ignore") if code >= 0x80 else ""


_STEPS: tuple[tuple[str, re.Pattern[str], str | _Change], ...] = (
    ("control characters", re.compile(f"[{_CONTROL}]"), _as_windows),
    ("invisible characters", re.compile(f"[{_INVISIBLE}]"), ""),
    ("invisible characters", re.compile(f"(\U0001f3f4?)([{_TAGS}]+)"), lambda m: m.group() if m.group(1) else ""),
    (
        "invisible characters",
        re.compile(
            f"(?<![{_SCRIPTS_THAT_JOIN}{_JOINERS}])[{_JOINERS}]+|[{_JOINERS}]+(?![{_SCRIPTS_THAT_JOIN}{_JOINERS}])"
        ),
        "",
    ),
    ("soft hyphens", re.compile("\u00ad+(?:[ \t]*\n[ \t]*(?=[^\\W\\d_]))?"), ""),
    ("ligatures", re.compile("[\ufb00-\ufb06]"), lambda m: _LIGATURES[m.group()]),
    ("unusual spaces", re.compile(f"[{_SPACES}]"), " "),
)


def tidied(text: str, page: int | None, ledger: Ledger) -> str:
    """The text in Unicode NFC with the same words, numbers and cells, without what only machines see."""
    if not _SPECIAL.search(text):
        return text if text.isascii() else unicodedata.normalize("NFC", text)
    text = _with_plain_breaks(unicodedata.normalize("NFC", text))
    for kind, pattern, change in _STEPS:
        text = _changed(text, kind, pattern, change, (page, ledger))
    return unicodedata.normalize("NFC", text)


def _changed(
    text: str, kind: str, pattern: re.Pattern[str], change: str | _Change, noted: tuple[int | None, Ledger]
) -> str:
    first = pattern.search(text)
    if first is None:
        return text
    after, count = pattern.subn(change, text)
    if after != text:
        page, ledger = noted
        around = text[max(first.start() - 20, 0) : first.end() + 20]
        ledger.add(kind, " ".join(around.split()), page, count)
    return after


def _with_plain_breaks(text: str) -> str:
    """Other signs for the end of a line become '\\n', and a space within a table row, which must stay one line."""
    text = text.replace("\r\n", "\n")
    if not any(sign in text for sign in _BREAKS):
        return text
    lines = (re.sub(f"[{_BREAKS}]", " " if is_row(line) else "\n", line) for line in text.split("\n"))
    return "\n".join(lines)
