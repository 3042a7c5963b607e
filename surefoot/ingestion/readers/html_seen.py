"""Finds the part of a page that its readers see: no menus, nothing hidden."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from lxml.html import HtmlElement

from surefoot.ingestion.readers.html_look import Look, looks
from surefoot.ingestion.readers.unseen import has_words

_DROPPED = re.compile(
    "script|style|noscript|template|nav|svg|math|iframe|object|embed|canvas|audio|video|select|option|button|input"
    "|textarea|head|dialog|map"
)
_MENU_ROLES = frozenset({"navigation", "menu", "menubar", "search", "banner", "dialog", "alertdialog"})
_MENU_WORDS = re.compile(
    r"(?:^|[\s_-])(?:nav\w*|menu\w*|sidebar|breadcrumbs?|toc|interlanguage\w*|pagination|cookie\w*|skip\w*)(?:$|[\s_-])",
    re.IGNORECASE,
)
_MENU_LINKS = 0.6
"""Share of a part's text that stands in links from which a part that is named like a menu is one."""
_MAIN_SHARE = 0.3
"""Share of the page's text that a <main> must hold to stand for the page."""


def drop_unseen(root: HtmlElement, sheets: Iterable[str] = ()) -> int:
    """Remove scripts, menus, controls and what nobody sees from a page; the text after each stays.

    sheets: style sheets that the page names. Returns how many places with words were hidden.
    """
    seen = looks(root, sheets)
    for element in list(root.iter()):
        if element is not root and element.getparent() is not None and _dropped(element):
            element.drop_tree()
    return _hidden(root, seen)


def drop_hidden(root: HtmlElement) -> int:
    """Remove what nobody sees from a page, and nothing else; how many places with words that were."""
    return _hidden(root, looks(root))


def _hidden(root: HtmlElement, seen: Mapping[HtmlElement, Look]) -> int:
    inside: set[HtmlElement | None] = set()
    places = 0
    for element in [one for one in root.iter() if seen[one].unseen]:
        above = element.getparent()
        if _left_out(element, gone=seen[element].gone):
            places += above not in inside
            inside.add(element)
        elif above in inside:
            inside.add(element)
    return places


def _left_out(element: HtmlElement, *, gone: bool) -> bool:
    """Take away what is not seen of an element, or all of it; whether there were words in it."""
    hidden = has_words(element.text)
    if gone:
        hidden = has_words("".join(element.itertext()))
        if element.getparent() is None:
            element.clear()
        else:
            element.drop_tree()
        return hidden
    element.text = None
    for part in element:
        hidden = hidden or has_words(part.tail)
        part.tail = None
    return hidden


def main_part(root: HtmlElement) -> HtmlElement:
    """The page's <main>, or its only <article>, where that holds a fair share of the text; else all of it."""
    total = len("".join(root.itertext()))
    for candidates in (list(root.iter("main")), root.xpath("//*[@role='main']"), list(root.iter("article"))):
        if len(candidates) == 1 and len("".join(candidates[0].itertext())) > _MAIN_SHARE * total:
            return candidates[0]
    return root


def _dropped(element: HtmlElement) -> bool:
    if _DROPPED.fullmatch(element.tag):
        return True
    get = element.get
    if get("aria-hidden") == "true":
        return True
    if element.tag == "body":
        return False
    return get("role") in _MENU_ROLES or (
        bool(_MENU_WORDS.search(f"{get('class') or ''} {get('id') or ''}")) and _link_share(element) > _MENU_LINKS
    )


def _link_share(element: HtmlElement) -> float:
    total = len("".join("".join(element.itertext()).split()))
    linked = sum(len("".join("".join(a.itertext()).split())) for a in element.iter("a"))
    return linked / total if total else 1.0
