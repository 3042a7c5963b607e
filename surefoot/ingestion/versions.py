"""Reads which version of itself a document states, and tells which version of a document is the current one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

_HEAD = 1_500
"""Characters from the start in which a document states its version."""
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar enero",
            "february feb februar febrero",
            "march mar märz marzo",
            "april apr abril",
            "may mai mayo",
            "june jun juni junio",
            "july jul juli julio",
            "august aug agosto",
            "september sep sept septiembre",
            "october oct oktober okt octubre",
            "november nov noviembre",
            "december dec dezember dez diciembre",
        ),
        start=1,
    )
    for name in names.split()
}
_WORDS = r"version|revision|rev\.?|edition|issue|fassung|versión"
_VERSION = re.compile(
    rf"(?:(?:^|[\n(|*_,;.:])\s*(?i:{_WORDS})|(?<=\s)(?:Version|Revision|Rev\.?|Edition|Issue))\b\W{{0,6}}"
    r"(?i:no\.?|number|nr\.?)?\W{0,4}[vV]?\.?\s*(\d{1,4}(?:\.\d{1,4}){0,3}[a-z]?)(?!\w|\.\d)"
)
_SHORT_VERSION = re.compile(
    r"(?:^|[\s(\[_-])v\.?\s?(\d{1,3}(?:\.\d{1,3}){0,3})(?=$|[\s)\],;_-]|\.(?:\s|$))", re.IGNORECASE
)
_OTHERS = re.compile(
    r"\b(?:supersed\w*|replac\w*|previous\w*|ersetzt|sustituye|former\w*|amend\w*|obsolet\w*)\b[^\n.;|]{0,40}$",
    re.IGNORECASE,
)
"""Words before a version or date by which it is another document's."""
_FROM = re.compile(
    r"\b(?:effective(?:\s+(?:date|from|as of|on|since))?|valid(?:\s+(?:from|as of|since))"
    r"|in force(?:\s+(?:from|since|as of))?|takes effect(?:\s+on)?|comes into force(?:\s+on)?"
    r"|date of (?:issue|effect)|issue date|valid_from|effective_date"
    r"|gültig (?:ab|seit)|in kraft (?:ab|seit)|válido desde|vigente desde)\b\W{0,12}",
    re.IGNORECASE,
)
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_DAY_FIRST = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th|\.)?(?:\s+(?:of|de))?[\s-]+([A-Za-zäÄ]{3,10})\.?,?(?:\s+de)?[\s-]+(\d{4})"
)
_MONTH_FIRST = re.compile(r"([A-Za-zäÄ]{3,10})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?!\d)")
_MONTH_ONLY = re.compile(r"([A-Za-zäÄ]{3,10})\.?\s+(\d{4})(?!\d)")
_NAMES = "|".join(sorted(_MONTHS, key=len, reverse=True))
_VERSION_WORDS = (
    re.compile(r"\b(?:version|revision|rev\.?|edition|issue|fassung|v)\W{0,2}\d{1,4}(?:\.\d{1,4}){0,3}\b"),
    re.compile(r"\b\d{4}[-.]\d{1,2}(?:[-.]\d{1,2})?\b"),
    re.compile(rf"\b(?:\d{{1,2}}\.?\s+)?(?:{_NAMES})\.?\s+(?:\d{{1,2}},?\s+)?(?:19|20)\d\d\b"),
    re.compile(r"\b(?:19|20)\d\d\b"),
    re.compile(r"\b(?:old|new|current|previous|superseded|final|draft|updated|latest)\b(?=\W*$)"),
    re.compile(r"[(\[]\s*\d{1,2}\s*[)\]]\s*$"),
)
"""What parts two titles of one document."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What a document says of itself; None where it is silent."""

    version: str | None
    valid_from: date | None


def stated(title: str, text: str) -> Stated:
    """Read version and effective date from a document's first lines; the version else from its title."""
    head = text[:_HEAD]
    return Stated(_version(head) or _version_of_title(title), _valid_from(head))


def family(title: str) -> str:
    """The title without version words, years and marks, in small letters: versions of one document share it."""
    folded = title.casefold().replace("_", " ")
    for pattern in _VERSION_WORDS:
        folded = pattern.sub(" ", folded)
    return " ".join(re.sub(r"[\W_]+", " ", folded).split())


class Versioned(Protocol):
    """What is needed to put versions in order."""

    @property
    def stated_version(self) -> str | None:
        """The version that it states."""
        ...

    @property
    def valid_from(self) -> date | None:
        """The date on which it says that it takes effect."""
        ...

    @property
    def groups(self) -> frozenset[str]:
        """Who may see it."""
        ...


def is_superseded(document: Versioned, relatives: Sequence[Versioned]) -> bool:
    """Whether one of a document's family is newer, and visible to everybody who may see the document."""
    return any(_is_newer(other, document) and document.groups <= other.groups for other in relatives)


def _is_newer(a: Versioned, b: Versioned) -> bool:
    """By effective date, then by version; documents that state neither in common are not compared."""
    if a.valid_from and b.valid_from and a.valid_from != b.valid_from:
        return a.valid_from > b.valid_from
    if a.stated_version and b.stated_version:
        return _key(a.stated_version) > _key(b.stated_version)
    return False


def _key(version: str) -> tuple[tuple[int, str], ...]:
    """2.10 after 2.9, 2 the same as 2.0."""
    parts = [(int(number), letter) for number, letter in re.findall(r"(\d+)([a-z]?)", version.lower())]
    while parts and parts[-1] == (0, ""):
        parts.pop()
    return tuple(parts)


def _version(head: str) -> str | None:
    for pattern in (_VERSION, _SHORT_VERSION):
        for found in pattern.finditer(head):
            if not _OTHERS.search(head[: found.start() + 1]):
                return found.group(1)
        head = head[:300]  # a bare 'v2.1' far down is a program's
    return None


def _version_of_title(title: str) -> str | None:
    found = _VERSION.search(title) or _SHORT_VERSION.search(title)
    return found.group(1) if found else None


def _valid_from(head: str) -> date | None:
    for found in _FROM.finditer(head):
        if not _OTHERS.search(head[: found.start()]) and (stated_date := _date(head[found.end() : found.end() + 40])):
            return stated_date
    return None


def _date(text: str) -> date | None:
    """The date with which a text begins."""
    if found := _ISO.match(text):
        return _day(*found.groups())
    if found := _DOTTED.match(text):
        return _day(found.group(3), found.group(2), found.group(1))
    if found := _DAY_FIRST.match(text):
        return _day(found.group(3), _month(found.group(2)), found.group(1))
    if found := _MONTH_FIRST.match(text):
        return _day(found.group(3), _month(found.group(1)), found.group(2))
    if found := _MONTH_ONLY.match(text):
        return _day(found.group(2), _month(found.group(1)), "1")
    return None


def _month(name: str) -> str:
    return str(_MONTHS.get(name.lower(), 0))


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
