"""Reads what is attached to a mail with the readers of all formats, within bounds on depth, number and text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from surefoot.core.nouns import Section
from surefoot.ingestion.errors import Unreadable
from surefoot.ingestion.results import Content

_DEEPEST = 5
"""Mails within mails."""
_MOST = 200
"""Attachments of one file, those of attached mails included."""


@dataclass(slots=True)
class Attachments:
    """Reads one attachment after the other; what cannot be read leaves a line that says why."""

    reader: Callable[[bytes, str, Attachments], Content]
    """Reads a file by its content and name; what is attached to it in turn through these attachments."""
    characters: int
    """Characters of text that may still be read."""
    hidden: int = field(default=0, init=False)
    """Places with hidden text in what was attached."""
    _depth: int = field(default=0, init=False)
    _count: int = field(default=0, init=False)

    def sections(self, data: bytes, name: str) -> tuple[Section, ...]:
        """The sections of an attached file, under a heading with its name."""
        return self.placed(name, lambda: self.reader(data, name, self))

    def placed(self, name: str, read: Callable[[], Content]) -> tuple[Section, ...]:
        """The sections that `read` finds, under a heading; they have no pages, being inside of a mail."""
        heading = f"Attachment: {name}"
        if self._count > _MOST:  # said already
            return ()
        try:
            found = self._bounded(read)
        except Unreadable as error:
            return (Section((heading,), f"The attachment {name} could not be read: {error}"),)
        return tuple(Section((heading, *section.heading_path), section.text) for section in found.sections)

    def _bounded(self, read: Callable[[], Content]) -> Content:
        self._count += 1
        if self._count > _MOST:
            raise Unreadable(f"The mail has more than {_MOST} attachments. Feed those from here on by themselves.")
        if self._depth >= _DEEPEST:
            raise Unreadable(f"It is inside {_DEEPEST} mails that are attached to each other. Feed it by itself.")
        self._depth += 1
        try:
            content = read()
        finally:
            self._depth -= 1
        self.hidden += content.hidden
        self.characters -= sum(len(section.text) for section in content.sections)
        if self.characters < 0:
            raise Unreadable("The mail's attachments hold too much text. Feed this one by itself.")
        return content
