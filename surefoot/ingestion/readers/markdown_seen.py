"""Leaves out of Markdown what its readers do not see: comments, hidden HTML, attributes of tags, titles of links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from lxml.etree import ParserError, XMLSyntaxError
from lxml.html import HtmlElement, document_fromstring
from lxml.html import HTMLParser as LxmlParser

from surefoot.ingestion.readers.html_seen import drop_hidden
from surefoot.ingestion.readers.unseen import has_words

_SPECIAL = re.compile(
    r"(?m)^ {0,3}(?P<fence>`{3,}|~{3,})|(?P<ticks>`+)|(?P<comment><!--|<[!?])|(?P<tag></?[A-Za-z])|<|\\[\\`<]"
)
_IN_TAG = re.compile("[>\"']")
_DEFINITION = re.compile(
    r"(?m)^ {0,3}\[(?!\^)(?:[^\]\n\\]|\\.){1,999}\]:[ \t]*\n?[ \t]*(?P<where><[^<>\n]*>|[^\s<]\S*)"
    r"(?P<title>[ \t]*\n?[ \t]*(?:\((?:[^()\\]|\\.)*\)|\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'))?[ \t]*$",
    re.DOTALL,
)
_NOWHERE = ("#", "<>", "<#>")
"""Where definitions lead that are comments."""
_DIGITS = str.maketrans("0123456789", "".join(chr(0xE000 + n) for n in range(10)))
_MARK = "\ue00a"
"""Before the number of a text in private characters, which are no words."""
_LESS = "\x01"
"""Stands for '<' in code, which is shown as it is; no text holds this character."""
_DOCUMENT = re.compile("script|style|template|noscript|head|title|textarea|iframe|select")
_KNOWN = re.compile(
    "a|abbr|address|article|aside|b|big|blockquote|body|caption|center|cite|code|col|colgroup|dd|del|details|dfn|div|dl"
    "|dt|em|fieldset|figcaption|figure|font|footer|form|h[1-6]|head|header|hr|html|i|iframe|img|input|ins|kbd|label|li"
    "|link|main|mark|meta|nav|noscript|ol|p|picture|pre|q|s|samp|script|section|select|small|source|span|strike|strong"
    "|style|sub|summary|sup|svg|table|tbody|td|template|textarea|tfoot|th|thead|title|tr|tt|u|ul|var|video|wbr"
)
"""Elements whose tags are taken away; others, such as <name>, mostly stand for something to be filled in."""


def seen_markdown(text: str) -> tuple[str, int]:
    """The text that is seen, and how many places with words were hidden."""
    if "<" not in text and "]:" not in text:
        return text, 0
    text = text.replace(_LESS, "")
    text, comments = _without_comments(text)
    text, definitions = _without_titles(text)
    text, elements = _without_hidden_elements(text)
    return text.replace(_LESS, "<"), comments + definitions + elements


def _without_comments(text: str) -> tuple[str, int]:
    """The text without HTML's comments, its code out of the way of what follows."""
    pieces: list[str] = []
    hidden = at = 0
    while found := _SPECIAL.search(text, at):
        pieces.append(text[at : found.start()])
        if found.group("comment"):
            end = _comment_end(text, found)
            hidden += has_words(text[found.end() : end])
            pieces.append("" if end > found.end() else _LESS + found.group()[1:])
        elif found.group("tag") and (end := _tag_end(text, found.end())) > 0:
            pieces.append(text[found.start() : end])
        else:
            end = _code_end(text, found)
            pieces.append(text[found.start() : end].replace("<", _LESS))
        at = end
    return "".join((*pieces, text[at:])), hidden


def _comment_end(text: str, found: re.Match[str]) -> int:
    """Where a comment or declaration ends: a comment that begins a line and is never closed, at the end of the text."""
    closing = "-->" if found.group() == "<!--" else "]]>" if text.startswith("[CDATA[", found.end()) else ">"
    end = text.find(closing, found.end() - 2 if closing == "-->" else found.end())
    if end >= 0:
        return end + len(closing)
    line = text.rfind("\n", 0, found.start()) + 1
    return len(text) if closing == "-->" and not text[line : found.start()].strip() else found.end()


def _tag_end(text: str, at: int) -> int:
    """Where a tag ends, signs within quotes passed over; -1 where it never does."""
    while text.find(">", at) >= 0:
        found = _IN_TAG.search(text, at)
        if found is None or found.group() == ">":
            return found.end() if found else -1
        closing = text.find(found.group(), found.end())
        at = closing + 1 if closing >= 0 else found.end()
    return -1


def _code_end(text: str, found: re.Match[str]) -> int:
    """Where code ends that begins with a fence or backticks; behind these where it never does."""
    if fence := found.group("fence"):
        closing = re.compile(rf"(?m)^ {{0,3}}{re.escape(fence[0])}{{{len(fence)},}}[ \t]*$").search(text, found.end())
        return closing.end() if closing else len(text)
    ticks = found.group("ticks")
    if not ticks:  # a sign that means nothing here, or that a backslash takes the meaning from
        return found.end()
    paragraph = re.compile(r"\n[ \t]*\n").search(text, found.end())
    closing = re.compile(rf"(?<!`)`{{{len(ticks)}}}(?!`)").search(
        text, found.end(), paragraph.start() if paragraph else len(text)
    )
    return closing.end() if closing else found.end()


def _without_titles(text: str) -> tuple[str, int]:
    """The text without the titles of link definitions, and without definitions that are comments."""
    hidden = 0

    def shown(found: re.Match[str]) -> str:
        nonlocal hidden
        title = found.group("title")
        if "\n\n" in found.group() or not title:
            return found.group()
        hidden += has_words(title)
        return "" if found.group("where") in _NOWHERE else found.group().replace(title, "")

    return _DEFINITION.sub(shown, text), hidden


class _Parts(HTMLParser):
    """Where the tags and texts of a text with HTML in it begin."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self._lines = [0, *(found.end() for found in re.finditer("\n", text))]
        self.parts: list[tuple[int, str, str]] = []
        """Offset, kind (start, end, or text) and the element's name."""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = _KNOWN.fullmatch(tag) or any(value is not None for _, value in attrs)
        self._add("start" if told else "bare", tag)

    def handle_endtag(self, tag: str) -> None:
        self._add("end" if _KNOWN.fullmatch(tag) else "bare end", tag)

    def handle_data(self, data: str) -> None:
        self._add("text", self.cdata_elem or "", data)

    def handle_entityref(self, name: str) -> None:
        self._add("text", self.cdata_elem or "", name)

    def handle_charref(self, name: str) -> None:
        self._add("text", self.cdata_elem or "", name)

    def handle_comment(self, data: str) -> None:
        self._add("other", "", data)

    def _add(self, kind: str, name: str, said: str = "?") -> None:
        if not said:
            return
        line, column = self.getpos()
        self.parts.append((self._lines[line - 1] + column, kind, name))


def _without_hidden_elements(text: str) -> tuple[str, int]:
    """The text without the words that hidden elements hold, and without the tags of elements."""
    if "<" not in text:
        return text, 0
    parts = _Parts(text).parts
    spans = [(*part, end) for part, end in zip(parts, [*(start for start, _, _ in parts[1:]), len(text)], strict=True)]
    root = _parsed("".join(_as_html(text, *span) for span in spans))
    if root is None:
        return text, 0
    for element in list(root.iter()):
        if isinstance(element.tag, str) and _DOCUMENT.fullmatch(element.tag) and element.tag != "style":
            element.drop_tree()
    hidden = drop_hidden(root)
    for element in list(root.iter("style")):
        element.drop_tree()
    seen = set(re.findall(f"{_MARK}[\ue000-\ue009]+", "".join(root.itertext())))
    return "".join(_shown(text, seen, *span) for span in spans), hidden


def _parsed(text: str) -> HtmlElement | None:
    try:
        parser = LxmlParser(remove_comments=True, remove_pis=True, no_network=True, huge_tree=True)
        return document_fromstring(f"<body><p>{text}</p></body>", parser=parser)
    except (ParserError, XMLSyntaxError, ValueError):
        return None


def _as_html(text: str, start: int, kind: str, name: str, end: int) -> str:
    """A tag as it is, and for a text marks that say where each of its paragraphs begins."""
    if kind != "text":
        return text[start:end] if kind != "other" else ""
    if name:
        return text[start:end] if name == "style" else ""
    marks = (f"{_mark(at)}{'x' * has_words(text[at:to])} " for at, to in _paragraphs(text, start, end))
    return "</p><p>".join(marks)


def _mark(number: int) -> str:
    return _MARK + str(number).translate(_DIGITS)


def _paragraphs(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    at = start
    for gap in re.compile(r"\n[ \t]*\n").finditer(text, start, end):
        yield at, gap.end()
        at = gap.end()
    yield at, end


def _shown(text: str, seen: set[str], *span: Any) -> str:
    start, kind, name, end = span
    if kind == "text":
        return "".join(text[at:to] for at, to in _paragraphs(text, start, end) if not name and _mark(at) in seen)
    return text[start:end] if kind in ("bare", "bare end") or name == "br" else ""
