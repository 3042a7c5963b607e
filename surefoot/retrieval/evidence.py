"""Finds evidence for a question: passages, the units in them that matter, and whether they can carry an answer."""

from __future__ import annotations

from dataclasses import dataclass

from surefoot.core.nouns import Asker, Passage
from surefoot.retrieval.answerability import Judgement, judge, missing_codes
from surefoot.retrieval.conflicts import Conflict, find_conflict
from surefoot.retrieval.encoders import DenseEncoder
from surefoot.retrieval.highlights import Highlight, Highlighter
from surefoot.retrieval.index.port import Scope
from surefoot.retrieval.question import QuestionRead, read_question
from surefoot.retrieval.search import Searcher

PASSAGES = 12
"""Passages that are read for one question."""
BY_CODE = 2
"""Further passages that are read because they mention a code of the question that the others lack."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a question stands on."""

    question: QuestionRead
    passages: tuple[Passage, ...]
    highlights: tuple[Highlight, ...]
    """Units, most likely first."""
    conflict: Conflict | None
    """Two highlights from different current documents whose figures differ."""
    judgement: Judgement
    encode_ms: float
    search_ms: float


class EvidenceFinder:
    """Search, then sentences, then the decision whether they suffice."""

    def __init__(self, searcher: Searcher, highlighter: Highlighter, encoder: DenseEncoder) -> None:
        self._searcher = searcher
        self._highlighter = highlighter
        self._encoder = encoder

    def find(self, question: str, asker: Asker, assistant: str) -> Evidence:
        """The evidence that the asker may see; older versions only where the question asks about the past."""
        read = read_question(question)
        scope = Scope(assistant, with_superseded=read.about_the_past)
        result = self._searcher.search(question, asker, scope, PASSAGES)
        passages = list(result.passages)
        highlights = self._highlighter.rank(read, result.question.dense, passages)
        if missing := missing_codes(read, highlights):
            passages += self._mentioning(missing, asker, scope, passages)
            highlights = self._highlighter.rank(read, result.question.dense, passages)
        return Evidence(
            question=read,
            passages=tuple(passages),
            highlights=tuple(highlights),
            conflict=find_conflict(question, highlights, self._encoder),
            judgement=judge(read, highlights),
            encode_ms=result.encode_ms,
            search_ms=result.search_ms,
        )

    def _mentioning(self, codes: tuple[str, ...], asker: Asker, scope: Scope, known: list[Passage]) -> list[Passage]:
        """Passages that mention one of the codes and are not known yet: a table row about just that vehicle."""
        found = self._searcher.search(" ".join(codes), asker, scope, PASSAGES).passages
        seen = {passage.chunk.id for passage in known}
        mentioning = [p for p in found if any(code in p.chunk.text.lower() for code in codes)]
        return [p for p in mentioning if p.chunk.id not in seen][:BY_CODE]
