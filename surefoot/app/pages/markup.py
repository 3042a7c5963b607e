"""Turns text of documents and answers into HTML: everything escaped, nothing of theirs interpreted."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from surefoot.app.client.forms import CitationForm

_SMALL_WORDS = frozenset(
    "a about after all an and any are as at be been before by can could did do does for from had has have how i if in "
    "into is it its may me my must no not of on or our shall should so some than that the their them then there these "
    "they this to under up was we were what when where which who whom why will with would you your".split()
)
_MARKS = re.compile(r"(\*\*|__|`)")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)\s]*\)")
_RULE = re.compile(r"\s*\|?[\s:|-]*-[\s:|-]*\|?\s*")
_HEADING = re.compile(r"\s*#{1,6}\s+")
_ITEM = re.compile(r"\s*(?:[-*•]|\d{1,3}[.)])\s+")
_BULLET = re.compile(r"\s*[-*•]\s+")
_NUMBER = re.compile(r"\s*\[(\d{1,3})\]")
SNIPPET = 66
"""Characters that fill two lines of an evidence card."""


def escape(text: object) -> str:
    """Text as HTML shows it, in content and in attributes."""
    return html.escape(str(text), quote=True)


def said(text: str) -> str:
    """A message of the server as HTML, commands in it set apart."""
    return re.sub(r"`([^`<>]+)`", r'<code class="sf-code">\1</code>', escape(text))


def icon(name: str) -> str:
    """A symbol of the icon font; what it says stands beside it in words."""
    return f'<span class="sf-icon" aria-hidden="true">{escape(name)}</span>'


def act(name: str, **values: object) -> str:
    """Attributes that make an element do something when it is clicked."""
    more = "".join(f' data-{key}="{escape(value)}"' for key, value in values.items())
    return f'data-act="{escape(name)}"{more}'


def content_words(text: str) -> frozenset[str]:
    """The words of a question that can be looked for."""
    return frozenset(
        w for w in re.findall(r"\w+", text.lower()) if w not in _SMALL_WORDS and (len(w) > 2 or w.isdigit())
    )


def marked(text: str, words: frozenset[str]) -> str:
    """Text as HTML with the words marked, also in their other endings."""
    parts = re.split(r"(\w+)", text)
    return "".join(f"<mark>{escape(p)}</mark>" if _matches(p.lower(), words) else escape(p) for p in parts)


def _matches(word: str, words: frozenset[str]) -> bool:
    if word in words:
        return True
    stem = word[: max(4, len(word) - 3)]
    return len(word) > 4 and any(len(w) > 4 and w[: max(4, len(w) - 3)].startswith(stem) for w in words)


def plain(text: str) -> str:
    """A passage in one line: no marks of headings, tables and emphasis."""
    lines = [_HEADING.sub("", line) for line in text.splitlines() if line.strip() and not _RULE.fullmatch(line)]
    return " ".join(_bare(line.strip().strip("|").replace("|", " · ")) for line in lines)


def snippet(text: str, words: frozenset[str], length: int = SNIPPET) -> str:
    """The stretch of a passage with most of the words in it, marked."""
    line = " ".join(plain(text).split())
    if len(line) <= length:
        return marked(line, words)
    starts = [0, *(m.start() for m in re.finditer(r"(?<=[.;:·] )\S", line))]
    starts += [
        line.rfind(" ", 0, max(m.start() - 12, 1)) + 1
        for m in re.finditer(r"\w+", line)
        if _matches(m[0].lower(), words)
    ]
    best = max(starts, key=lambda start: (_hits(line[start : start + length], words), -start))
    cut = line[best : best + 2 * length]
    return f"{'… ' if best else ''}{marked(cut, words)}{' …' if best + 2 * length < len(line) else ''}"


def _hits(text: str, words: frozenset[str]) -> int:
    """How many of the words a text has in some ending; numbers count twice, because they tell rows of a table apart."""
    found = {w for w in re.findall(r"\w+", text.lower()) if _matches(w, words)}
    return sum(1 + w.isdigit() for w in words if any(_matches(f, frozenset((w,))) for f in found))


def _bare(text: str) -> str:
    return _MARKS.sub("", _LINK.sub(r"\1", text))


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int

    def cut(self, start: int, end: int) -> _Span:
        return _Span(max(self.start, start) - start, min(self.end, end) - start)


def passage(text: str, quote: str = "") -> str:
    """A passage as HTML: headings, items and tables as such, the quote highlighted where it stands."""
    span = _find(text, quote)
    out: list[str] = []
    rows: list[str] = []
    for start, line in _lines(text):
        inside = span.cut(start, start + len(line))
        if line.lstrip().startswith("|"):
            rows += _row(line, inside, header=not rows)
            continue
        if rows:
            out.append(f'<div class="sf-scroll"><table>{"".join(rows)}</table></div>')
            rows = []
        if line.strip():
            out.append(_block(line, inside))
    if rows:
        out.append(f'<div class="sf-scroll"><table>{"".join(rows)}</table></div>')
    return "".join(out)


def _find(text: str, quote: str) -> _Span:
    """Where the quote stands, whatever white space is between its words; an empty span where it does not."""
    words = quote.split()
    if not words:
        return _Span(0, 0)
    found = re.search(r"\s+".join(map(re.escape, words)), text)
    return _Span(*found.span()) if found else _Span(0, 0)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for line in text.splitlines(keepends=True):
        yield start, line.rstrip("\r\n")
        start += len(line)


def _row(line: str, span: _Span, *, header: bool) -> list[str]:
    if _RULE.fullmatch(line):
        return []
    cells = [_bare(c.strip().replace("\\|", "|")) for c in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
    tag = "th" if header else "td"
    quoted = span.end > span.start
    shown = [f"<mark>{escape(c)}</mark>" if quoted and c else escape(c) for c in cells]
    return [f"<tr>{''.join(f'<{tag}>{c}</{tag}>' for c in shown)}</tr>"]


def _block(line: str, span: _Span) -> str:
    heading, bullet = _HEADING.match(line), _BULLET.match(line)
    name = "sf-heading" if heading else "sf-item sf-bullet" if bullet else "sf-item" if _ITEM.match(line) else "sf-para"
    mark = heading or bullet
    skip = mark.end() if mark else 0
    line, span = line[skip:], span.cut(skip, len(line))
    if span.end <= span.start:
        return f'<p class="{name}">{escape(_bare(line))}</p>'
    before, within, after = line[: span.start], line[span.start : span.end], line[span.end :]
    return f'<p class="{name}">{escape(_bare(before))}<mark>{escape(_bare(within))}</mark>{escape(_bare(after))}</p>'


def chip(citation: CitationForm, turn: int) -> str:
    """A numbered button that opens the source of the claim before it."""
    place = f"{citation.title}, page {citation.page}" if citation.page is not None else citation.title
    old = ", superseded" if citation.superseded else ""
    name = f"Source {citation.number}: {place}{old}"
    kind = "sf-chip sf-old" if citation.superseded else "sf-chip"
    does = act("source", turn=turn, source=citation.number)
    return (
        f'<button type="button" class="{kind}" {does} title="{escape(place + old)}" aria-label="{escape(name)}">'
        f"{citation.number}</button>"
    )


def answer(text: str, citations: Sequence[CitationForm], turn: int) -> str:
    """An answer's text as HTML paragraphs, a chip at each number that stands behind a claim."""
    out: list[str] = []
    start = 0
    for gap in [*re.finditer(r"\n\s*\n", text), None]:
        end = gap.start() if gap else len(text)
        if text[start:end].strip():
            kind = ' class="sf-quote"' if _is_quote(text[start:end], start, citations) else ""
            out.append(f"<p{kind}>{_with_chips(text, _Span(start, end), citations, turn)}</p>")
        start = gap.end() if gap else end
    return "".join(out)


def _with_chips(text: str, span: _Span, citations: Sequence[CitationForm], turn: int) -> str:
    out: list[str] = []
    at = span.start
    for match in _NUMBER.finditer(text, span.start, span.end):
        cited = _cited(int(match[1]), match.start(), citations)
        if cited is not None:
            head, space, last = text[at : match.start()].rpartition(" ")
            held = f'<span class="sf-hold">{escape(last)}{chip(cited, turn)}</span>'
            out += [escape(head + space), held]
            at = match.end()
    return "".join([*out, escape(text[at : span.end])]).strip("\n").replace("\n", "<br>")


def _is_quote(paragraph: str, start: int, citations: Sequence[CitationForm]) -> bool:
    """Whether a paragraph is a document's own words; a quoted table row also has the names of its columns."""
    said = re.findall(r"\w+", _NUMBER.sub("", paragraph).lower())
    within = [c for c in citations if start <= c.start and c.end <= start + len(paragraph)]
    quoted = set(re.findall(r"\w+", " ".join(_bare(c.quote) for c in within).lower()))
    return bool(quoted) and quoted <= set(said) and len(said) <= 3 * len(quoted) + 6


def _cited(number: int, at: int, citations: Sequence[CitationForm]) -> CitationForm | None:
    """The citation of a number; a number within a quote belongs to the document, not to us."""
    if any(c.start <= at < c.end for c in citations):
        return None
    return next((c for c in citations if c.number == number), None)
