"""Tells by glob patterns which documents of a source are wanted.

A pattern without '/' is matched with the name of a file or folder at any depth ('*.pdf', 'archive'); one with '/'
with the whole path ('manuals/*.pdf', '**/old/*.docx'). '*' and '?' stay within a name, '**' stands for any folders,
'[ab]' for one of the characters. Upper and lower case are the same. A pattern that matches a folder matches all that is
below it.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Sequence
from typing import Annotated

from pydantic import AfterValidator, Field

_LONGEST = 200
MOST_PATTERNS = 100
"""Patterns of one list."""
PASSING = ("~$*", "*.tmp", "*.part", "*.crdownload", "Thumbs.db", "desktop.ini")
"""Names of files that programs write for a while, or for themselves."""


def _checked(pattern: str) -> str:
    pattern = pattern.strip()
    if not pattern or len(pattern) > _LONGEST or "\\" in pattern or not pattern.isprintable():
        raise ValueError(
            f"{pattern[:60]!r} is no pattern: write 1 to {_LONGEST} characters such as *.pdf or manuals/**"
        )
    if ".." in pattern.split("/"):
        raise ValueError(f"{pattern!r} climbs out of the folder: leave '..' out")
    return pattern


Glob = Annotated[str, AfterValidator(_checked)]
"""A pattern in a source's settings."""
Globs = Annotated[tuple[Glob, ...], Field(max_length=MOST_PATTERNS)]
"""The patterns of one setting."""


class Patterns:
    """Which paths are wanted: those that an include pattern matches (all, without one), less what is excluded."""

    def __init__(self, include: Iterable[str], exclude: Iterable[str]) -> None:
        self._include = [_Pattern(pattern) for pattern in include]
        self._exclude = [_Pattern(pattern) for pattern in exclude]

    def takes(self, path: str) -> bool:
        """Whether a document is wanted; its path has '/' between folders."""
        parts = path.split("/")
        if any(pattern.matches(parts) for pattern in self._exclude):
            return False
        return not self._include or any(pattern.matches(parts) for pattern in self._include)

    def enters(self, folder: str) -> bool:
        """Whether anything below a folder can be wanted; only exclude patterns say no."""
        parts = folder.split("/")
        return not any(pattern.matches(parts) for pattern in self._exclude)


class _Pattern:
    def __init__(self, pattern: str) -> None:
        parts = [part for part in pattern.split("/") if part]
        anywhere = "/" not in pattern.rstrip("/")
        self._parts = [None if part == "**" else _name(part) for part in (["**"] if anywhere else []) + parts]

    def matches(self, parts: Sequence[str]) -> bool:
        """Whether the path itself, or a folder that it lies in, is matched: each is tried, in one walk."""
        reached = {0}
        for part in parts:
            reached = self._after(part, self._with_empty(reached))
            if len(self._parts) in self._with_empty(reached):
                return True
        return False

    def _after(self, part: str, states: set[int]) -> set[int]:
        following: set[int] = set()
        for state in states:
            if state == len(self._parts):
                continue
            name = self._parts[state]
            if name is None:
                following.add(state)
            elif name.match(part):
                following.add(state + 1)
        return following

    def _with_empty(self, states: set[int]) -> set[int]:
        """The states with those behind each '**', which may stand for no folder."""
        every = set(states)
        for start in states:
            state = start
            while state < len(self._parts) and self._parts[state] is None:
                state += 1
                every.add(state)
        return every


def _name(part: str) -> re.Pattern[str]:
    # fnmatch writes expressions that never go back over a name
    return re.compile(fnmatch.translate(part), re.IGNORECASE)
