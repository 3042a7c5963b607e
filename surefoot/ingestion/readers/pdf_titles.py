"""Finds the title that stands on a document's first page."""

from __future__ import annotations

from collections.abc import Sequence

from surefoot.ingestion.readers.pdf_headings import Headings
from surefoot.ingestion.readers.pdf_layout import Page, joined
from surefoot.ingestion.readers.pdf_lines import Line


def title_of(pages: Sequence[Page]) -> str | None:
    """The heading in the largest letters among the first lines of the first page that has any."""
    lines = [item for page in pages for item in page.items if isinstance(item, Line)]
    headings = Headings(lines)
    first = next((page for page in pages if page.items), None)
    found = [line for line in (first.items if first else ())[:40] if isinstance(line, Line) and headings.level([line])]
    if not found:
        return None
    largest = max(line.size for line in found)
    start = next(n for n, line in enumerate(found) if line.size == largest)
    title = [found[start]]
    for line in found[start + 1 :]:
        if line.size != largest or line.box.top - title[-1].box.bottom > line.size:
            break
        title.append(line)
    return joined(title)
