"""Takes lines out of sections, and sections out of a document that had nothing else."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from surefoot.core.nouns import Section

_GAPS = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True, order=True)
class Line:
    """Where a line stands: number of its section and number in it, both from 0."""

    section: int
    number: int


def without(sections: Sequence[Section], dropped: Collection[Line]) -> tuple[Section, ...]:
    """The sections without those lines; headings stay, but a section that only went on and is empty now goes."""
    by_section: dict[int, set[int]] = {}
    for line in dropped:
        by_section.setdefault(line.section, set()).add(line.number)
    kept: list[Section] = []
    for number, section in enumerate(sections):
        gone = by_section.get(number)
        new = replace(section, text=_without(section.text, gone)) if gone else section
        path_before = kept[-1].heading_path if kept else ()
        if gone and not new.text and new.heading_path == path_before:
            continue
        kept.append(new)
    return tuple(kept)


def _without(text: str, gone: Collection[int]) -> str:
    lines = [line for number, line in enumerate(text.split("\n")) if number not in gone]
    return _GAPS.sub("\n\n", "\n".join(lines)).strip("\n")
