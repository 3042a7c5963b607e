"""Collects what readers find, heading by heading, into sections."""

from __future__ import annotations

from surefoot.core.nouns import Section

LONGEST_HEADING = 200
"""Characters of a heading that are kept in the path; a longer one is prose in disguise."""


class Outline:
    """Takes headings, blocks of Markdown and page turns in reading order, and gives sections.

    A heading begins a section, and so does a new page. A heading without text keeps an empty section.
    """

    def __init__(self) -> None:
        self._sections: list[Section] = []
        self._path: list[tuple[int, str]] = []
        self._blocks: list[str] = []
        self._page: int | None = None
        self._fresh = False  # a heading was read that no section shows yet

    def heading(self, level: int, text: str) -> None:
        """Begin a section under a heading; level 1 is the outermost. Very long ones are taken as prose."""
        text = " ".join(text.split())
        if not text:
            return
        if len(text) > LONGEST_HEADING:
            self.block(text)
            return
        self._flush()
        while self._path and self._path[-1][0] >= level:
            self._path.pop()
        self._path.append((level, text))
        self._fresh = True

    def block(self, markdown: str) -> None:
        """Add a paragraph, a list or a table; empty ones are left out."""
        if markdown.strip():
            self._blocks.append(markdown.strip("\n"))

    def turn_page(self, page: int) -> None:
        """All that follows stands on this page."""
        self._flush()
        self._page = page

    def sections(self) -> tuple[Section, ...]:
        """All sections in reading order."""
        self._flush()
        return tuple(self._sections)

    def _flush(self) -> None:
        if self._blocks or self._fresh:
            path = tuple(text for _, text in self._path)
            self._sections.append(Section(path, "\n\n".join(self._blocks), self._page))
        self._blocks = []
        self._fresh = False
