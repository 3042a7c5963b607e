"""Finds the part of a page that its readers see: no menus, nothing hidden."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

_DROPPED = re.compile(
    "script|style|noscript|template|nav|svg|math|iframe|object|embed|canvas|audio|video|select|option|button|input"
    "|textarea|head|dialog|map"
)
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])|opacity\s*:\s*0(?![.\d])", re.IGNORECASE
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


def drop_unseen(root: HtmlElement) -> None:
    """Remove scripts, menus, controls and hidden elements from a page; the text after each stays."""
    for element in list(root.iter()):
        if element is not root and element.getparent() is not None and _unseen(element):
            element.drop_tree()


def main_part(root: HtmlElement) -> HtmlElement:
    """The page's <main>, or its only <article>, where that holds a fair share of the text; else all of it."""
    total = len("".join(root.itertext()))
    for candidates in (list(root.iter("main")), root.xpath("//*[@role='main']"), list(root.iter("article"))):
        if len(candidates) == 1 and len("".join(candidates[0].itertext())) > _MAIN_SHARE * total:
            return candidates[0]
    return root


def _unseen(element: HtmlElement) -> bool:
    if _DROPPED.fullmatch(element.tag):
        return True
    get = element.get
    if get("hidden") is not None or get("aria-hidden") == "true" or _HIDDEN_STYLE.search(get("style") or ""):
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
