"""Reads Markdown and plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from surefoot.ingestion.readers.formats import Format
from surefoot.ingestion.readers.markdown_seen import seen_markdown
from surefoot.ingestion.readers.outline import Outline
from surefoot.ingestion.results import Content

_ATX = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$")
_SETEXT = re.compile(r" {0,3}(=+|-{2,})[ \t]*$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_FRONT = re.compile(r"---[ \t]*\n(.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_NO_TITLE = re.compile(r"[ \t]{4,}|[ \t]*(?:[|>*+-]|\d+[.)])[ \t]")
_TITLE = re.compile(r"^title:[ \t]*[\"']?(.+?)[\"']?[ \t]*$", re.MULTILINE | re.IGNORECASE)


def read_markdown(text: str) -> Content:
    """Sections by ATX and setext headings outside of fenced code; front matter becomes a paragraph at the start.

    Comments and hidden HTML are left out.
    """
    outline = Outline()
    front = _FRONT.match(text)
    if front:
        outline.block("\n".join(line for line in front.group(1).splitlines() if line.strip()))
        text = text[front.end() :]
    text, hidden = seen_markdown(text)
    lines: list[str] = []
    for level, line in _marked(text.split("\n")):
        if level:
            outline.block("\n".join(lines))
            lines = []
            outline.heading(level, line)
        else:
            lines.append(line)
    outline.block("\n".join(lines))
    sections = outline.sections()
    stated = _TITLE.search(front.group(1)) if front else None
    heading = next((s.heading_path[0] for s in sections if s.heading_path), None)
    return Content(Format.MARKDOWN, stated.group(1) if stated else heading, sections, hidden=hidden)


def read_text(text: str) -> Content:
    """One section, paragraphs as they stand."""
    outline = Outline()
    outline.block(text.strip())
    return Content(Format.TEXT, None, outline.sections())


def _marked(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Each line with its heading level, or 0; the underline of a setext heading is left out."""
    fence = ""
    number = 0
    while number < len(lines):
        line = lines[number]
        number += 1
        if fence or _FENCE.match(line):
            fence = _after_fence(fence, line)
            yield 0, line
        elif atx := _ATX.match(line):
            yield len(atx.group(1)), plain_heading(atx.group(2))
        elif _is_setext(lines, number):
            yield (1 if lines[number].strip().startswith("=") else 2), plain_heading(line.strip())
            number += 1
        else:
            yield 0, line


def _after_fence(fence: str, line: str) -> str:
    """The fence that is open after a line: a fence closes only one of its own kind, at least as long."""
    found = _FENCE.match(line)
    if not fence:
        return found.group(1) if found else ""
    closes = found and found.group(1).startswith(fence) and not line.strip().strip(fence[0])
    return "" if closes else fence


def _is_setext(lines: list[str], following: int) -> bool:
    """Whether the line before `following` is a heading by the line under it (and by being a paragraph of its own)."""
    if following >= len(lines) or not _SETEXT.match(lines[following]):
        return False
    line = lines[following - 1]
    alone = following < 2 or not lines[following - 2].strip()
    return alone and bool(line.strip()) and not _NO_TITLE.match(line)


def plain_heading(text: str) -> str:
    """A heading without emphasis, code marks, links and anchors."""
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"\{#[^}]*\}\s*$", "", text)
    text = re.sub(r"(\*\*|__|`)(.+?)\1", r"\2", text)
    return re.sub(r"(?<!\w)([*_])(.+?)\1(?!\w)", r"\2", text).strip()
