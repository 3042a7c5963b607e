"""Makes questions that an assistant can answer, from facts that stand in its documents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from surefoot.core.nouns import Chunk, Passage
from surefoot.core.text.numbers import numbers
from surefoot.retrieval.units import Unit, units

_RULES = (
    # "The parking brake is tested every 12 months." → "How often is the parking brake tested?"
    (
        re.compile(r"^(?P<s>(?:The|A|An|Each|Every) [^,;:]{3,60}?) (?P<v>is|are) (?P<p>\w+(?:ed|n)) every\b"),
        "How often {v} {s} {p}?",
    ),
    (
        re.compile(
            r"^(?P<s>(?:The|A|An|Each|Every) [^,;:]{3,60}?) (?P<v>must be|is|are) (?P<p>\w+(?:ed|n)) "
            r"(?:within|below|above|after|at|by)\b"
        ),
        "When {w} {s} {p}?",
    ),
    (
        re.compile(r"^(?P<s>(?:The|Our) [^,;:]{3,60}?) (?P<v>is|are) (?:EUR|€|\$|£|\d|at (?:least|most))"),
        "What {v} {s}?",
    ),
    (
        re.compile(
            r"^(?P<s>(?:The|A|An|Our|Each|Every) [^,;:]{3,60}?) (?P<p>[a-z]{2,}[^s\W])s (?:at|on|by|from|until) \d"
        ),
        "When does {s} {p}?",
    ),
    (re.compile(r"^(?P<s>[A-Z][a-z]+s) (?P<p>[a-z]+) (?:in|at) [^,;:.]*\d"), "Where do {s} {p}?"),
    (re.compile(r"^(?P<s>(?:The|A|An) [^,;:]{3,60}?) costs\b"), "How much does {s} cost?"),
    (re.compile(r"^(?P<s>(?:The|A|An) [^,;:]{3,60}?) (?:lasts|takes)\b"), "How long does {s} take?"),
)


def suggest(chunks: Iterable[Chunk], wanted: int = 3) -> list[str]:
    """At most `wanted` questions, from different documents and headings where there are several; facts come first."""
    by_kind: list[list[tuple[str, str]]] = [[], [], [], []]
    for chunk in chunks:
        for unit in units([Passage(chunk, 0.0)]):
            for kind, question in _questions(unit):
                by_kind[kind].append((chunk.document_id, question))
    return _varied([pair for kind in by_kind for pair in kind], wanted)


def _questions(unit: Unit) -> Iterator[tuple[int, str]]:
    """Questions that the unit answers, with their kind: 0 sentence, 1 table, 2 heading over a figure, 3 heading."""
    if unit.is_row:
        if question := _from_row(unit):
            yield 1, question
        return
    if numbers(unit.shown):
        for pattern, template in _RULES:
            if found := pattern.match(unit.shown):
                parts = found.groupdict()
                verb = parts.get("v") or ""
                parts["w"] = "must" if verb == "must be" else verb
                subject = parts["s"][0].lower() + parts["s"][1:]
                predicate = f"be {parts['p']}" if verb == "must be" and parts.get("p") else parts.get("p", "")
                yield 0, template.format(s=subject, v=verb, p=predicate, w=parts["w"])
                return
    path = unit.passage.chunk.heading_path
    if path and 3 <= len(path[-1]) <= 60:
        heading = re.sub(r"^[\d.]+\s*", "", path[-1]).strip(" :")
        if heading and heading.lower() != unit.passage.chunk.title.lower():
            yield 2 if numbers(unit.shown) else 3, f"What does {unit.passage.chunk.title} say about “{heading}”?"


def _from_row(unit: Unit) -> str | None:
    columns = [c.strip() for c in unit.context.split(" | ")]
    cells = [c.strip() for c in unit.quote.strip().strip("|").split("|")]
    named = [
        (column, cell)
        for column, cell in zip(columns[1:], cells[1:], strict=False)
        if column and cell and numbers(cell) and len(column) <= 40
    ]
    if not named or not cells or not 2 <= len(cells[0]) <= 50:
        return None
    column = named[0][0]
    return f"What is the {column[0].lower() + column[1:] if column[1:2].islower() else column} for {cells[0]}?"


def _varied(found: Sequence[tuple[str, str]], wanted: int) -> list[str]:
    """Questions from as many documents as possible: first one of each, then the next of each."""
    queues: dict[str, list[str]] = {}
    for document, question in found:
        queue = queues.setdefault(document, [])
        if question not in queue:
            queue.append(question)
    chosen: list[str] = []
    while len(chosen) < wanted and any(queues.values()):
        for queue in queues.values():
            if queue and len(chosen) < wanted:
                question = queue.pop(0)
                if question not in chosen:
                    chosen.append(question)
    return chosen
