"""Finds evidence for a question: passages, the units in them that matter, and whether they can carry an answer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

from surefoot.core.nouns import Asker, Passage
from surefoot.core.provenance import Understood
from surefoot.retrieval import answerability, bridging, close_reading, conflicts
from surefoot.retrieval import highlights as ranked
from surefoot.retrieval import units as cutting
from surefoot.retrieval.answerability import Judgement, judge, missing_codes
from surefoot.retrieval.bridging import Bridge, bridge
from surefoot.retrieval.checker import Checker
from surefoot.retrieval.close_reading import read_closely
from surefoot.retrieval.conflicts import Conflict, find_conflict
from surefoot.retrieval.editions import Editions
from surefoot.retrieval.encoders import DenseEncoder, question_vectors
from surefoot.retrieval.highlights import Highlight, Highlighter
from surefoot.retrieval.index.port import Scope
from surefoot.retrieval.question import QuestionRead, mentions, read_question
from surefoot.retrieval.search import EditionSearcher, Searcher, SearchResult, encoding_text
from surefoot.retrieval.text_memory import Encoded
from surefoot.retrieval.understanding import ambiguity, documents, follow_ups, past, spelling
from surefoot.retrieval.understanding import parts as parting
from surefoot.retrieval.understanding.ambiguity import Ambiguity, find_ambiguity
from surefoot.retrieval.understanding.documents import named_documents
from surefoot.retrieval.understanding.follow_ups import FollowUps, Need
from surefoot.retrieval.understanding.parts import parts_of
from surefoot.retrieval.understanding.past import Past, of_their_time
from surefoot.retrieval.understanding.spelling import Corrections, Spelling, corrected

PASSAGES = 12
"""Passages that are read for one question."""
PASSAGES_A_PART = 6
"""Passages that are read for each part of a question that asks several things, beside as many of the whole's."""
UNITS_A_PART = 24
"""Units that are encoded for each part: of 77 questions with parts each has the same leads as with 48, with 16 one has
other ones."""
PASSAGES_FOR_SPELLING = 48
"""Passages whose words a typing error is compared with."""
BY_CODE = 2
"""Further passages that are read because they mention a code of the question that the others lack."""
LEADS = 0.4
"""Score from which the best highlight of a part, or one of a document that the question names, stands in front."""
AS_LIKELY = 0.5
"""Score of a side of a conflict relative to the best highlight read closely: other sides disagree beside the point."""
POSSIBLE = 0.05
"""Score of a side of a conflict that was read closely, at least: where nothing answers, sentences that differ do not
either. Of 28 pairs on 859 looks of dev cases 11 lie below, all of them false; the 10 true ones lie above, and so do all
33 of tools/question_sets/conflicts that are seen."""


def evidence_settings() -> str:
    """A hash of the fitted constants that shape evidence and one of all others, for the release of an answer."""
    modules = (
        ranked,
        close_reading,
        conflicts,
        ambiguity,
        bridging,
        documents,
        follow_ups,
        parting,
        past,
        spelling,
        cutting,
    )
    named = [(module.__name__, *constant) for module in modules for constant in sorted(vars(module).items())]
    named += [(__name__, *constant) for constant in sorted(globals().items())]
    figures = [row for row in named if row[1].isupper() and isinstance(row[2], int | float)]
    told = json.dumps([figures, ranked.WEIGHTS.tolist()])
    return f"{answerability.CALIBRATION.hash};{hashlib.sha256(told.encode()).hexdigest()[:16]}"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a question stands on."""

    question: QuestionRead
    """As it was searched."""
    passages: tuple[Passage, ...]
    """The one with the likeliest unit first."""
    highlights: tuple[Highlight, ...]
    """Units, most likely first."""
    leads: int
    """How many of them, from the first on, each answer a part of a question that asks several things; else 0."""
    conflict: Conflict | None
    """Two highlights from different current documents that contradict each other."""
    judgement: Judgement
    encode_ms: float
    search_ms: float
    edition: str = ""
    """The recipe of the edition that was searched."""
    leaned: bool = False
    """Whether the question was rewritten with what was asked before it."""
    corrections: Corrections = ()
    """Words of it that were put right."""
    ambiguity: Ambiguity | None = None
    """Several things that the question may mean, where an answer about one of them would be a guess."""
    documents: tuple[str, ...] = ()
    """Titles that the question names: what they say stands in front where it is likely."""
    unanswered: tuple[str, ...] = ()
    """Parts of a question that asks several things to which nothing likely was found, where others have a lead."""

    @property
    def understood(self) -> Understood:
        """What was read in the question, for the record of how an answer was made."""
        parts = parts_of(self.question.text)
        return Understood(
            searched=self.question.text,
            with_superseded=self.question.about_the_past,
            parts=tuple(parts) if len(parts) > 1 else (),
            leaned=self.leaned,
            corrections=self.corrections,
            filters=tuple(("document", title) for title in self.documents),
        )


class EvidenceFinder:
    """Search, then sentences, then the decision whether they suffice.

    All searches of a question are of one edition. Sentences are ranked and judged by one encoder, whichever edition is
    searched: the constants of ranking and judging were set for its cosines, and say nothing about another's.
    """

    def __init__(
        self, searcher: Searcher, highlighter: Highlighter, encoder: DenseEncoder, checker: Checker | None = None
    ) -> None:
        """encoder: the one of the highlighter. checker: None: figures alone decide, and nothing is sure."""
        self._checker = checker
        self._searcher = searcher
        self._highlighter = highlighter
        self._encoder = encoder
        self._follow_ups = FollowUps(encoder, highlighter.terms)
        self._spelling = Spelling(lambda word: encoder.count_tokens(word) == 1, highlighter.terms)

    def over(self, editions: Editions) -> EvidenceFinder:
        """The same finder, which searches the live one of other editions."""
        return EvidenceFinder(self._searcher.elsewhere(editions), self._highlighter, self._encoder, self._checker)

    @property
    def edition(self) -> str:
        """The recipe of the edition that the next question is asked of."""
        with self._searcher.pinned() as searcher:
            return searcher.edition.recipe

    def find(self, question: str, asker: Asker, assistant: str, earlier: Sequence[str] = ()) -> Evidence:
        """The evidence that the asker may see; older versions only where the question asks about the past.

        earlier: what was asked before in the conversation, oldest first; it is used where the question needs it.
        """
        read = self._follow_ups.read(question, earlier)
        with self._searcher.pinned() as searcher:
            look = _Look(asker, Scope(assistant), searcher, Encoded(self._searcher.texts))
            if read.need is Need.NO:
                return self._find(question, look)
            leaning = replace(self._find(read.text, look), leaned=True)
            if read.need is Need.YES:
                return leaning
            alone = self._find(question, look)
            return leaning if leaning.judgement.chance > alone.judgement.chance else alone

    def _find(self, question: str, look: _Look) -> Evidence:
        look = look.at(question)
        result = look.search(question, PASSAGES)
        if corrections := self._corrections(question, result, look):
            question = corrected(question, corrections)
            look = look.at(question)
            result = look.search(question, PASSAGES)
        read = read_question(question)
        named = named_documents(question, result.passages, self._highlighter.terms)
        passages = _joined(look.inside(named).search(question, PASSAGES).passages if named else [], result.passages)
        dense = self._dense(question, result, look)
        highlights = self._highlighter.rank(read, dense, passages, look.encoded)
        if missing := missing_codes(read, highlights):
            passages += self._mentioning(missing, look, passages)
            highlights = self._highlighter.rank(read, dense, passages, look.encoded)
        parts = self._leads(parts_of(question), look, passages)
        closely = self._closely(read, highlights)
        likely = {h.unit for h in _of_documents(named, highlights)}
        shown = _in_front([h for h in closely if h.unit in likely], closely)
        leads, judgement = parts.leads, judge(read, closely, parts.best or shown[:1])
        if (row := bridge(read, highlights)) and (beyond := self._beyond(row, look, passages)):
            leads = [beyond.lead, row.row, *(h for h in leads if h.unit not in (beyond.lead.unit, row.row.unit))]
            judgement = max(judgement, beyond.judgement, key=lambda judged: judged.chance)
            told = beyond.judgement
            judgement = replace(judgement, first=told.first, deceptive=told.deceptive)
        return Evidence(
            question=read,
            passages=tuple(_joined([h.unit.passage for h in shown], passages)),
            highlights=_in_front(leads, shown),
            leads=len(leads),
            conflict=self._conflict(read, highlights, closely),
            judgement=judgement,
            encode_ms=result.encode_ms,
            search_ms=result.search_ms,
            edition=look.searcher.edition.recipe,
            corrections=corrections,
            documents=tuple(dict.fromkeys(named.values())),
            ambiguity=find_ambiguity(read, highlights, self._highlighter.terms)
            if judgement.likely and not leads
            else None,
            unanswered=parts.unanswered,
        )

    def _closely(self, question: QuestionRead, highlights: Sequence[Highlight]) -> list[Highlight]:
        """The highlights as the checker ranks them, where there is one."""
        return read_closely(self._checker, question.text, highlights) if self._checker else list(highlights)

    def _conflict(
        self, question: QuestionRead, highlights: Sequence[Highlight], closely: Sequence[Highlight]
    ) -> Conflict | None:
        """Two that contradict each other, where one of them is likely to answer."""
        found = find_conflict(question, highlights, self._encoder, self._highlighter.terms)
        if found is None:
            return None
        read = {h.unit: h for h in closely}
        likelier = max((read[side.unit] for side in found.sides), key=lambda h: h.score)
        least = max(AS_LIKELY * max(h.score for h in closely), POSSIBLE if likelier.closely else 0.0)
        return found if likelier.score >= least else None

    def _corrections(self, question: str, found: SearchResult, look: _Look) -> Corrections:
        """Typing errors, put right with words of passages near the question; a wider search only where one is seen."""
        if not self._spelling.strange(question, found.passages):
            return ()
        return self._spelling.corrections(question, look.search(question, PASSAGES_FOR_SPELLING).passages)

    def _beyond(self, row: Bridge, look: _Look, passages: list[Passage]) -> _Beyond | None:
        """The best highlight about something that the row of a code names; its passage is added."""
        found = look.search(row.asked, PASSAGES_A_PART).passages
        best: _Beyond | None = None
        for name in row.names:
            asked = read_question(row.asked_of(name))
            naming = [p for p in found if mentions(encoding_text(p.chunk).lower(), name.lower())]
            dense = question_vectors([asked.text], self._encoder)[0].tolist() if naming else ()
            ranked = self._highlighter.rank(asked, dense, naming, look.encoded)
            others = [h for h in ranked if h.unit.context != row.row.unit.context]
            about = [h for h in others if mentions(h.around, name.lower())][:1]
            if about and about[0].score >= max(LEADS, best.lead.figures if best else 0.0):
                lead = self._closely(asked, about)[0]
                best = _Beyond(lead, judge(asked, [lead, row.row]))
        if best:
            passages[:] = _joined(passages, [best.lead.unit.passage])
        return best

    def _dense(self, text: str, found: SearchResult, look: _Look) -> Sequence[float]:
        """The question as the judging encoder sees it."""
        if look.searcher.edition.encoder.dense is self._encoder:
            return found.question.dense
        return question_vectors([text], self._encoder)[0].tolist()

    def _leads(self, parts: list[str], look: _Look, passages: list[Passage]) -> _Parts:
        """The best highlight for each part of a question that asks several things; what is found for it is added."""
        leads: list[Highlight] = []
        best: list[Highlight] = []
        unanswered: list[str] = []
        for part in parts if len(parts) > 1 else []:
            found = look.search(part, PASSAGES_A_PART)
            near = _joined(found.passages, passages[:PASSAGES_A_PART])
            dense = self._dense(part, found, look)
            asked = read_question(part)
            ranked = self._highlighter.rank(asked, dense, near, look.encoded, UNITS_A_PART)
            likely = [h for h in self._closely(asked, ranked) if h.figures >= LEADS]
            quoted = {lead.unit.quote for lead in leads}
            leads += [h for h in likely if h.unit.quote not in quoted][:1]
            best += likely[:1]
            unanswered += [] if likely else [part]
            passages[:] = _joined(passages, found.passages)
        return _Parts(leads, best, tuple(unanswered) if leads else ())

    def _mentioning(self, codes: tuple[str, ...], look: _Look, known: list[Passage]) -> list[Passage]:
        """Passages that mention one of the codes and are not known yet: a table row about just that vehicle."""
        found = look.search(" ".join(codes), PASSAGES).passages
        seen = {passage.chunk.id for passage in known}
        mentioning = [p for p in found if any(mentions(p.chunk.text.lower(), code) for code in codes)]
        return [p for p in mentioning if p.chunk.id not in seen][:BY_CODE]


@dataclass(frozen=True, slots=True)
class _Parts:
    """The leads of a question's parts, and the parts that have none."""

    leads: list[Highlight]
    best: list[Highlight]
    """What is likeliest to answer each part, as it was read with it: one may do so for several."""
    unanswered: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Beyond:
    """What was found with a row's name in place of the code, and whether it suffices."""

    lead: Highlight
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class _Look:
    asker: Asker
    scope: Scope
    searcher: EditionSearcher
    encoded: Encoded
    past: Past = field(default_factory=Past)

    def at(self, question: str) -> _Look:
        """Where the versions lie that a question asks for."""
        past = read_question(question).past
        return replace(self, scope=replace(self.scope, with_superseded=past.asked), past=past)

    def inside(self, documents: Iterable[str]) -> _Look:
        """The same look into some documents alone."""
        return replace(self, scope=replace(self.scope, document_ids=frozenset(documents)))

    def search(self, text: str, limit: int) -> SearchResult:
        found = self.searcher.search(text, self.asker, self.scope, limit)
        return replace(found, passages=of_their_time(found.passages, self.past))


def _joined(one: Sequence[Passage], other: Sequence[Passage]) -> list[Passage]:
    return list({passage.chunk.id: passage for passage in (*one, *other)}.values())


def _of_documents(ids: Collection[str], highlights: list[Highlight]) -> list[Highlight]:
    """Those of some documents that are likely by themselves."""
    return [h for h in highlights if h.figures >= LEADS and h.unit.passage.chunk.document_id in ids]


def _in_front(leads: Sequence[Highlight], highlights: Sequence[Highlight]) -> tuple[Highlight, ...]:
    """The leads, each once, then all other highlights in their order."""
    return tuple({(h.unit.passage.chunk.id, h.unit.start): h for h in (*leads, *highlights)}.values())
