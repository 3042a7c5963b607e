"""Finds what web pages carry beside their text: cookie banners, jump marks, link lists that come again."""

from __future__ import annotations

import re
from collections.abc import Sequence

from surefoot.core.nouns import Section
from surefoot.ingestion.quality.ledger import Ledger
from surefoot.ingestion.quality.lines import Line
from surefoot.ingestion.quality.words import is_row

_MARK = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s+")
_BUTTON = re.compile(
    r"(?:accept|allow|agree|reject|decline|deny|manage|customi[sz]e|ok|got it|i agree)(?: (?:all|only necessary|and "
    r"close|settings|preferences|choices))?(?: cookies| options)?|(?:only )?(?:strictly )?necessary cookies(?: only)?"
    r"|cookies?[ -](?:settings|preferences|policy|notice)|(?:alle(?: cookies)? |cookies )?(?:akzeptieren|ablehnen"
    r"|zulassen|annehmen)|alle(?: cookies)? (?:akzeptieren|ablehnen)|cookie-(?:einstellungen|richtlinie)"
    r"|nur (?:notwendige|erforderliche)(?: cookies)?|(?:aceptar|rechazar|configurar)(?: todas?)?(?: las)?(?: cookies)?"
    r"|(?:tout )?(?:accepter|refuser)(?: tout| les cookies)?|(?:accetta|rifiuta)(?: tutti)?(?: i cookie)?",
    re.IGNORECASE,
)
_COOKIE = re.compile(r"\bcookies?\b", re.IGNORECASE)
_LONGEST_BANNER = 400
_CHROME = re.compile(
    r"skip to (?:main )?(?:content|navigation)|(?:zurück |zum )?(?:nach oben|seitenanfang)|back to top|jump to "
    r"(?:navigation|search|content)|zum inhalt springen|saltar al contenido|volver arriba|aller au contenu"
    r"|share (?:this )?(?:page |article |post )?(?:on|via|to) (?:facebook|twitter|x|linkedin|whatsapp|e-?mail)"
    r"|(?:auf|bei|per) (?:facebook|twitter|x|linkedin|whatsapp|e-?mail) teilen|print this page|seite drucken"
    r"|(?:toggle|open|close) (?:menu|navigation)|loading ?(?:\.\.\.|…)",
    re.IGNORECASE,
)
_SHORTEST_LIST = 4
_LINK = re.compile(r"^\s*[-*•]\s+(?!.*\d)(?!.*[.!?:;|]$)\S+(?:\s\S+){0,4}$")
_LONGEST_LINK = 60


def web_lines(sections: Sequence[Section], ledger: Ledger) -> set[Line]:
    """The lines of a web page to be taken out.

    A cookie banner is one where its text and its buttons stand together: a page that explains cookies keeps its text.
    A list of links goes where the same list stood before.
    """
    found: set[Line] = set()
    lists: set[tuple[str, ...]] = set()
    for number, section in enumerate(sections):
        lines = section.text.split("\n")
        for kind, at in (*_chrome(lines), *_banners(lines), *_repeated_lists(lines, lists)):
            if (line := Line(number, at)) not in found:
                ledger.add(kind, lines[at], section.page)
                found.add(line)
    return found


def _chrome(lines: Sequence[str]) -> list[tuple[str, int]]:
    return [("web boilerplate", at) for at, line in enumerate(lines) if _CHROME.fullmatch(_plain(line))]


def _plain(line: str) -> str:
    return _MARK.sub("", line).strip()


def _banners(lines: Sequence[str]) -> list[tuple[str, int]]:
    """Runs of lines, blank ones between them, of buttons and at most one text about cookies above them."""
    found: list[tuple[str, int]] = []
    for run in _runs(lines):
        if any(_COOKIE.search(lines[at]) for at in run) and len(run) >= 2:
            found += [("cookie banners", at) for at in run]
    return found


def _runs(lines: Sequence[str]) -> list[list[int]]:
    runs: list[list[int]] = []
    run: list[int] = []
    before: int | None = None
    for at, line in enumerate(lines):
        if not line.strip():
            continue
        if _BUTTON.fullmatch(_plain(line)):
            run = run or ([before] if before is not None and _is_notice(lines[before]) else [])
            run.append(at)
        elif run:
            runs.append(run)
            run = []
        before = at
    return [*runs, run] if run else runs


def _is_notice(line: str) -> bool:
    return len(line) <= _LONGEST_BANNER and bool(_COOKIE.search(line)) and not is_row(line)


def _repeated_lists(lines: Sequence[str], seen: set[tuple[str, ...]]) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    start = 0
    for at in range(len(lines) + 1):
        if at < len(lines) and len(lines[at]) <= _LONGEST_LINK and _LINK.match(lines[at]):
            continue
        block = tuple(lines[start:at])
        if len(block) >= _SHORTEST_LIST:
            found += [("repeated link lists", n) for n in range(start, at)] if block in seen else []
            seen.add(block)
        start = at + 1
    return found
