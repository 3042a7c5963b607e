"""Says what was searched, what came nearest, and which kind of document would make the answer sure."""

from __future__ import annotations

import re

from surefoot.core.nouns import Gap, Outcome, TextAdded
from surefoot.retrieval.evidence import Evidence
from surefoot.retrieval.understanding.ambiguity import Ambiguity
from surefoot.serving.assistants import AssistantSpec
from surefoot.serving.guards.fences import without_marks
from surefoot.serving.guards.legible import legible
from surefoot.serving.phrases.speech import surely
from surefoot.serving.phrases.tables import Phrases, languages, phrases_in
from surefoot.serving.turn import Turn

NEAREST = 3
NAMED = 3
"""Names that are called missing."""


def describe(turn: Turn, evidence: Evidence, documents: int) -> Gap:
    """The gap behind a question that was not answered."""
    phrases = turn.speech.phrases
    searched = phrases.searched_one if documents == 1 else phrases.searched_many
    if not documents:
        searched = phrases.searched_none
    missing = _missing(evidence.question.text, evidence.judgement.missing, phrases)
    return Gap(searched.format(count=documents, title=turn.spec.title), evidence.passages[:NEAREST], missing)


def not_found_text(gap: Gap, phrases: Phrases) -> str:
    """The answer in words when nothing suffices."""
    said = [phrases.not_found.format(searched=gap.searched)]
    nearest = "; ".join(dict.fromkeys(_where(p.chunk.title, p.chunk.page, phrases) for p in gap.nearest))
    if nearest:
        said.append(phrases.nearest.format(titles=nearest))
    return " ".join((*said, phrases.sure.format(missing=gap.missing)))


def off_topic_text(spec: AssistantSpec, phrases: Phrases) -> str:
    """The answer in words when the question is about something else."""
    if spec.private:
        return phrases.off_topic_private
    return phrases.off_topic.format(about=spec.summary.rstrip(".") or spec.title)


def ask_back(turn: Turn, ambiguity: Ambiguity) -> TextAdded:
    """Ask which of several things is meant; the one that is picked comes back as a follow-up."""
    turn.outcome, turn.options = Outcome.ASKED_BACK, ambiguity.options
    *some, last = ambiguity.options
    return turn.add(turn.speech.phrases.which.format(some="; ".join(some), last=last))


def _missing(searched: str, names: tuple[str, ...], phrases: Phrases) -> str:
    """The kind of document, by the question as it was searched: a model may have put it into another language."""
    spoken = surely(searched) or phrases.language
    kind = phrases_in(spoken).kind_of(searched) if spoken in languages() else "other"
    missing = phrases.kinds[kind]["missing"]
    named = [name for name in _as_written(searched, names) if not name.isdigit()][:NAMED]
    if not named:
        return missing
    return phrases.naming.format(kind=missing, names=", ".join(phrases.quoted.format(name=name) for name in named))


def _as_written(question: str, names: tuple[str, ...]) -> list[str]:
    found: list[str] = []
    for name in names:
        match = re.search(re.escape(name), question, re.IGNORECASE)
        found.append(match.group() if match else name)
    return found


def _where(title: str, page: int | None, phrases: Phrases) -> str:
    named = without_marks(legible(title))
    return phrases.page.format(title=named, page=page) if page else named
