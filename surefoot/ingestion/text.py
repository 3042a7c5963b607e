"""Joins a document's sections into the one text that is shown, quoted and cut into chunks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from surefoot.core.nouns import Section

_GAP = "\n\n"
_DEEPEST = 6
"""Levels of heading that Markdown has."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A section and where it stands in the document's text, as half-open character spans."""

    section: Section
    heading: int
    """Where its own heading line begins; the same as `start` where it goes on under the last section's heading."""
    start: int
    end: int
    """Span of its own text."""


def joined(sections: Sequence[Section]) -> tuple[str, tuple[Placed, ...]]:
    """The document's text as Markdown, headings included, and the place of each section in it.

    A section under the same heading on a new page goes on without repeating the heading.
    """
    pieces: list[str] = []
    placed: list[Placed] = []
    length = 0
    before: Section | None = None
    for section in sections:
        heading = -1
        for line in _headings(section, before):
            heading = length + (len(_GAP) if pieces else 0)
            length = _append(pieces, line, length)
        start = length
        if section.text:
            start += len(_GAP) if pieces else 0
            length = _append(pieces, section.text, length)
        placed.append(Placed(section, heading if heading >= 0 else start, start, length))
        before = section
    return "".join(pieces), tuple(placed)


def _append(pieces: list[str], piece: str, length: int) -> int:
    """Add a piece after a blank line; the new length of all."""
    gap = _GAP if pieces else ""
    pieces.append(gap + piece)
    return length + len(gap) + len(piece)


def _headings(section: Section, before: Section | None) -> list[str]:
    """The lines of the headings that this section opens."""
    path = section.heading_path
    known = before.heading_path if before else ()
    shared = 0
    while shared < min(len(path), len(known)) and path[shared] == known[shared]:
        shared += 1
    if shared == len(path) and path and before and section.page == before.page and path == known:
        shared -= 1  # another section of the same name
    return [f"{'#' * min(level, _DEEPEST)} {path[level - 1]}" for level in range(shared + 1, len(path) + 1)]
