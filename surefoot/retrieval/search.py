"""Finds the passages of an assistant's documents that are nearest to a question and that the asker may see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from time import perf_counter

from surefoot.core.nouns import Asker, Chunk, Encoding, Passage
from surefoot.core.text.language import UNDETERMINED, detect
from surefoot.retrieval import fusion
from surefoot.retrieval.bm25 import PAIRS
from surefoot.retrieval.diversity import ALIKE, NEAR, SPARE, diverse
from surefoot.retrieval.editions import Edition, Editions
from surefoot.retrieval.encoders import HybridEncoder
from surefoot.retrieval.index.port import Index, Scope
from surefoot.retrieval.reranking import RERANKED, Reranker, reranked
from surefoot.retrieval.text_memory import TextMemory

JUDGED = 3
"""Passages whose language is looked at."""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a search found, and how long it took."""

    passages: list[Passage]
    """Best first."""
    encode_ms: float
    search_ms: float
    question: Encoding


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its vectors."""

    text: str
    encoding: Encoding


@dataclass(frozen=True, slots=True)
class EditionSearcher:
    """Encodes a question and searches the index with it, both of one edition."""

    edition: Edition
    reranker: Reranker | None = None

    def search(self, query: str, asker: Asker, scope: Scope, limit: int = 10) -> SearchResult:
        """Find up to `limit` passages; a blank query finds none."""
        started = perf_counter()
        question = self.edition.encoder.encode_question(query)
        encoded = perf_counter()
        passages = self.found(Asked(query, question), asker, scope, limit)
        found = perf_counter()
        return SearchResult(passages, (encoded - started) * 1000, (found - encoded) * 1000, question)

    def found(self, asked: Asked, asker: Asker, scope: Scope, limit: int) -> list[Passage]:
        """Up to `limit` passages for a question that is encoded already.

        Words say little about texts in another language: what they share with the question is chance. So where the
        encoder reads both, such a question is searched again by meaning alone.
        """
        if not asked.text.strip() or limit < 1:
            return []
        index = self.edition.index
        some = max(limit + SPARE, RERANKED if self.reranker else 0)
        more = index.search(asked.encoding, asker, scope, some)
        if self.edition.encoder.dense.multilingual and _in_another_language(asked.text, more):
            by_meaning = replace(asked.encoding, sparse_indices=(), sparse_values=())
            more = index.search(by_meaning, asker, scope, some)
        if self.reranker is not None:
            more = reranked(asked.text, more, self.reranker)
        return diverse(more, limit, newest_first=not scope.with_superseded)


class Searcher:
    """Searches the edition that is live when a search begins; safe for threads, and for switches between them."""

    def __init__(self, encoder: HybridEncoder, index: Index) -> None:
        """For an index that stands alone; `Searcher.over` follows the live one of several."""
        self._reranker: Reranker | None = None
        self._editions = Editions(Edition(encoder, index))

    @classmethod
    def over(cls, editions: Editions, reranker: Reranker | None = None) -> Searcher:
        """A searcher that follows a switch from the next search on; what it finds is reranked where that is wanted."""
        made = cls(editions.live.encoder, editions.live.index)
        made._editions = editions
        made._reranker = reranker
        return made

    @property
    def settings(self) -> str:
        """All constants that shape a ranking, for the release of an answer."""
        reranker = f";{self._reranker.name}:{RERANKED}" if self._reranker else ""
        fused = f"{fusion.MEANING:g},{fusion.RANKED:g},{fusion.LEAST},{fusion.TIMES},{PAIRS:g}"
        return f"{fused};{ALIKE:g},{NEAR:g},{SPARE},{JUDGED}{reranker}"

    @property
    def texts(self) -> TextMemory:
        """What the judging encoder made of the sentences of these documents."""
        return self._editions.texts

    def elsewhere(self, editions: Editions) -> Searcher:
        """The same searcher over other editions."""
        return Searcher.over(editions, self._reranker)

    @contextmanager
    def pinned(self) -> Generator[EditionSearcher]:
        """One edition for several searches that belong together."""
        with self._editions.searching() as edition:
            yield EditionSearcher(edition, self._reranker)

    def search(self, query: str, asker: Asker, scope: Scope, limit: int = 10) -> SearchResult:
        """Find up to `limit` passages; a blank query finds none."""
        with self.pinned() as searcher:
            return searcher.search(query, asker, scope, limit)


def _in_another_language(question: str, passages: Sequence[Passage]) -> bool:
    """Whether most of the best passages are in one language, and the question in another."""
    asked, spoken = detect(question).code, language_of(passages)
    return UNDETERMINED not in {asked, spoken} and asked != spoken


def language_of(passages: Sequence[Passage]) -> str:
    """The language of most of the best passages (ISO 639-1), or "und"."""
    spoken = Counter(detect(passage.chunk.text).code for passage in passages[:JUDGED])
    return next((code for code, _ in spoken.most_common(1)), UNDETERMINED)


def encoding_context(title: str, heading_path: Sequence[str]) -> str:
    """What is encoded before a chunk's own text: its title and headings, a line each, without repeats."""
    lines = (" ".join(line.split()) for line in (title, *heading_path))
    return "\n".join(dict.fromkeys(line for line in lines if line))


def encoding_text(chunk: Chunk) -> str:
    """The text that is encoded for a chunk, so that a passage is found by its document's name and headings too."""
    return f"{encoding_context(chunk.title, chunk.heading_path)}\n{chunk.text}".strip()
