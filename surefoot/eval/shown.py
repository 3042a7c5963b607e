"""Looks at the text that a reader was shown, and holds it against nothing but the quotes that it cites."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5

from surefoot.core.nouns import Answer, Chunk, Citation, Passage
from surefoot.core.text.numbers import numbers
from surefoot.core.text.sentences import sentence_spans
from surefoot.retrieval.units import Unit, units
from surefoot.serving.grounding import Claim, Grounding
from surefoot.serving.phrases.tables import forewords, open_ends

_MARKS = re.compile(r"(?:\s*\[\d{1,3}(?:\s*,\s*\d{1,3})*\])+")
_LINE = re.compile(r"[^\n]+")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an answer, without its marks, and what is cited for it."""

    text: str
    citations: tuple[Citation, ...]


def shown_sentences(answer: Answer) -> list[Sentence]:
    """The sentences of an answer's text, each with the citations whose span touches it.

    A line that only says what the quotes are, or which part of the question stays open, is none of them, nor is what
    stands before a citation's span: it says which document speaks.
    """
    text = _MARKS.sub(lambda marks: " " * len(marks.group()), answer.text)
    found: list[Sentence] = []
    for line in _LINE.finditer(text):
        if line.group() in forewords() or line.group().startswith(open_ends()):
            continue
        for start, end in sentence_spans(line.group()):
            left, right = line.start() + start, line.start() + end
            if any(letter.isalnum() for letter in text[left:right]):
                citing = tuple(c for c in answer.citations if c.start < right and left < c.end)
                said = max(left, min((c.start for c in citing), default=left))
                found.append(Sentence(text[said:right], citing))
    return found


def is_supported(sentence: Sentence, passages: Sequence[Passage], grounding: Grounding, question: str) -> bool:
    """Whether the cited quotes alone carry a sentence; one that cites nothing is not supported."""
    cited = _cited_units(sentence.citations, passages)
    claim = Claim(" ".join(sentence.text.split()), tuple(range(1, len(cited) + 1)))
    return bool(cited) and grounding.check(claim, cited, question).supported


def unknown_numbers(answer: Answer, passages: Sequence[Passage], question: str) -> tuple[str, ...]:
    """Numbers in the text that stand neither in what is cited nor in the question.

    A citation shows its title, headings and columns, its version, and the date from which it holds: they count, too.
    """
    cited = " \n".join(_seen(unit) for unit in _cited_units(answer.citations, passages))
    versions = "|".join({re.escape(citation.version) for citation in answer.citations})
    text = re.sub(rf"\b[vw]ers\w+ (?:{versions})(?=,)", " ", answer.text, flags=re.IGNORECASE)  # in any language
    return tuple(sorted(numbers(_MARKS.sub(" ", text)) - numbers(cited) - numbers(question)))


def _seen(unit: Unit) -> str:
    return f"{unit.heading} {unit.context} {unit.shown} {unit.quote} {unit.passage.chunk.valid_from or ''}"


def _cited_units(citations: Sequence[Citation], passages: Sequence[Passage]) -> list[Unit]:
    """Each cited quote once, as a piece of the passage that it stands in."""
    by_chunk = {passage.chunk.id: passage for passage in passages}
    return [_unit(c, by_chunk) for c in {(c.chunk_id, c.quote): c for c in citations}.values()]


def _unit(citation: Citation, by_chunk: Mapping[str, Passage]) -> Unit:
    """The piece with what it stands under; a quote that is no piece of a found passage stands for itself alone."""
    passage = by_chunk.get(citation.chunk_id)
    pieces = units([passage]) if passage else []
    bare = Unit(_passage(citation), 0, len(citation.quote), citation.quote, "")
    return next((piece for piece in pieces if piece.quote == citation.quote), bare)


def _passage(citation: Citation) -> Passage:
    return Passage(
        Chunk(
            id=citation.chunk_id or str(uuid5(NAMESPACE_URL, citation.quote)),
            document_id=citation.document_id,
            assistant="",
            title=citation.title,
            version=citation.version,
            groups=frozenset(),
            ordinal=0,
            heading_path=citation.heading_path,
            text=citation.quote,
            page=citation.page,
            start=0,
            end=len(citation.quote),
            content_hash="",
        ),
        citation.score,
    )
