"""Third stage: takes out what is no content and mends what broke on the way, without touching a number or a cell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from surefoot.core.nouns import Section
from surefoot.ingestion.quality.boilerplate import web_lines
from surefoot.ingestion.quality.characters import tidied
from surefoot.ingestion.quality.hyphens import rejoined
from surefoot.ingestion.quality.ledger import Ledger
from surefoot.ingestion.quality.lines import Line, without
from surefoot.ingestion.quality.report import Cleaned
from surefoot.ingestion.quality.rules import QualityRules
from surefoot.ingestion.quality.running import running_lines
from surefoot.ingestion.results import Content

_WEB = ("text/html", "application/xhtml+xml")


def clean(content: Content, rules: QualityRules) -> tuple[Content, Cleaned]:
    """The content as it should be read, and what was taken away; cleaning it again changes nothing."""
    ledger = Ledger()
    tidy = _tidier(ledger)
    sections: Sequence[Section] = [
        _with(section, tidied(section.text, section.page, ledger), tuple(filter(None, map(tidy, section.heading_path))))
        for section in content.sections
    ]
    joined = True
    while joined:
        sections = _without_boilerplate(content, sections, ledger) if rules.boilerplate else sections
        before, sections = sections, _rejoined(sections, ledger) if rules.hyphenation else sections
        joined = sections is not before
    title = (tidy(content.title) or None) if content.title else content.title
    return replace(content, title=title, sections=tuple(sections)), ledger.closed()


def _tidier(ledger: Ledger) -> Callable[[str], str]:
    """Tidies headings, each counted once however many sections stand under it."""
    known: dict[str, str] = {}

    def tidy(heading: str) -> str:
        if heading not in known:
            known[heading] = " ".join(tidied(heading, None, ledger).split("\n"))
        return known[heading]

    return tidy


def _with(section: Section, text: str, path: tuple[str, ...]) -> Section:
    same = text == section.text and path == section.heading_path
    return section if same else replace(section, text=text, heading_path=path)


def _without_boilerplate(content: Content, sections: Sequence[Section], ledger: Ledger) -> Sequence[Section]:
    """The sections without running lines and web boilerplate; all of them where nothing else would be left."""
    while dropped := _boilerplate(content, sections, trial := Ledger()):
        left = without(sections, dropped)
        if not any(section.text.strip() for section in left):
            break
        ledger.take(trial)
        sections = left
    return sections


def _boilerplate(content: Content, sections: Sequence[Section], ledger: Ledger) -> set[Line]:
    web = web_lines(sections, ledger) if content.media_type in _WEB else set[Line]()
    return web or running_lines(sections, ledger)


def _rejoined(sections: Sequence[Section], ledger: Ledger) -> Sequence[Section]:
    """The sections with cut words whole; the same object where none was cut."""
    texts = [section.text for section in sections]
    whole = rejoined(texts, ledger, [section.page for section in sections])
    if whole == texts:
        return sections
    return [_with(section, text, section.heading_path) for section, text in zip(sections, whole, strict=True)]
