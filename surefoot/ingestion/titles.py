"""Gives each document a title that people recognise."""

from __future__ import annotations

import re

from surefoot.ingestion.results import SourceFile

_LONGEST = 200
_SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)+")


def title_of(stated: str | None, file: SourceFile) -> str:
    """The title that the file states, else its name: 'fault-codes.csv' is 'Fault codes'."""
    title = " ".join((stated or "").split())
    if any(c.isalnum() for c in title):
        return title[:_LONGEST]
    stem = " ".join(file.stem.split())
    if _SLUG.fullmatch(stem):
        stem = re.sub("[-_]", " ", stem).capitalize()
    return stem[:_LONGEST]
