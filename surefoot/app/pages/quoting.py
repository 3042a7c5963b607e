"""Passages with their quote highlighted, and answers with the numbers of their sources, as HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from surefoot.app.client.citation_forms import CitationForm
from surefoot.app.pages import words
from surefoot.app.pages.markup import act, bare, escape

RULE = re.compile(r"[\s:|]*-[\s:|-]*")
"""The line below a table's header."""
HEADING = re.compile(r"\s*#{1,6}\s+")
_ITEM = re.compile(r"\s*(?:[-*•]|\d{1,3}[.)])\s+")
_BULLET = re.compile(r"\s*[-*•]\s+")
_UNIT = re.compile(r"(?<=\d) (?=[A-Za-z%€°µ]{1,3}\b)")
"""The space between a number and its unit, where no line may end."""
_NUMBER = re.compile(r"\s*\[(\d{1,3})\]")
_KINDS = {"superseded": " sf-old", "changed": " sf-changed", "gone": " sf-lost"}
"""How a chip looks by what has become of its source."""


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
    if RULE.fullmatch(line):
        return []
    cells = [bare(c.strip().replace("\\|", "|")) for c in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
    tag = "th" if header else "td"
    quoted = span.end > span.start
    shown = [f"<mark>{escape(c)}</mark>" if quoted and c else escape(c) for c in cells]
    row = '<tr class="sf-marked">' if quoted else "<tr>"
    return [f"{row}{''.join(f'<{tag}>{c}</{tag}>' for c in shown)}</tr>"]


def _block(line: str, span: _Span) -> str:
    heading, bullet = HEADING.match(line), _BULLET.match(line)
    name = "sf-heading" if heading else "sf-item sf-bullet" if bullet else "sf-item" if _ITEM.match(line) else "sf-para"
    mark = heading or bullet
    skip = mark.end() if mark else 0
    line, span = line[skip:], span.cut(skip, len(line))
    if span.end <= span.start:
        return f'<p class="{name}">{escape(bare(line))}</p>'
    before, within, after = line[: span.start], line[span.start : span.end], line[span.end :]
    return f'<p class="{name}">{escape(bare(before))}<mark>{escape(bare(within))}</mark>{escape(bare(after))}</p>'


def chip(citation: CitationForm, turn: int) -> str:
    """A numbered button that opens the source of the claim before it; what has become of the source is said in it."""
    place = f"{citation.title}, page {citation.page}" if citation.page is not None else citation.title
    status = words.source_status(citation)
    kind, became = _KINDS.get(status, ""), f", {words.BECAME[status]}" if status in words.BECAME else ""
    name = f"Source {citation.number}: {place}{became}"
    does = act("source", turn=turn, source=citation.number)
    return (
        f'<button type="button" class="sf-chip{kind}" {does} title="{escape(place + became)}" '
        f'aria-label="{escape(name)}">{citation.number}</button>'
    )


def chip_still(citation: CitationForm) -> str:
    """The number of a source that is open, as the mark that it has in the answer."""
    kind = _KINDS.get(words.source_status(citation), "")
    return f'<span class="sf-chip sf-still{kind}">{citation.number}</span> '


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
    text = _UNIT.sub("\u00a0", text)
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
    within = [c for c in citations if not c.reading and start <= c.start and c.end <= start + len(paragraph)]
    quoted = set(re.findall(r"\w+", " ".join(bare(c.quote) for c in within).lower()))
    return bool(quoted) and quoted <= set(said) and len(said) <= 3 * len(quoted) + 6


def _cited(number: int, at: int, citations: Sequence[CitationForm]) -> CitationForm | None:
    """The citation of a number; a number within a quote belongs to the document, not to us."""
    if any(c.start <= at < c.end for c in citations):
        return None
    return next((c for c in citations if c.number == number), None)
