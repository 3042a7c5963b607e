"""Says what was searched, what came nearest, and which kind of document would make the answer sure."""

from __future__ import annotations

import re

from surefoot.core.nouns import Gap, Outcome, TextAdded
from surefoot.retrieval.evidence import Evidence
from surefoot.retrieval.understanding.ambiguity import Ambiguity
from surefoot.serving.assistants import AssistantSpec
from surefoot.serving.guards.fences import without_marks
from surefoot.serving.guards.legible import legible
from surefoot.serving.turn import Turn

NEAREST = 3
_KINDS = (
    (r"\b(price|cost|fee|charge|rate|how much|tariff)\b", "a price list or tariff sheet that gives the amount"),
    (
        r"\b(when|deadline|how (long|soon|often)|by when|within|until|interval)\b",
        "a policy or schedule that states the time limit",
    ),
    (r"^\s*(how (do|can|should|to)|what (should|do|must)|which steps)\b", "a guide or procedure with the steps"),
    (r"\b(who|whom|which (role|team|department))\b", "a list of responsibilities or contacts"),
    (
        r"\b(how (many|far|fast|large|deep|high)|limit|minimum|maximum|threshold)\b",
        "a specification, table or policy with the figure",
    ),
    (r"^\s*(may|can|could|must|is|are|do|does|should|am)\b", "a policy or rule that allows or forbids it"),
)


def describe(spec: AssistantSpec, evidence: Evidence, documents: int) -> Gap:
    """The gap behind a question that was not answered."""
    searched = f"{documents} {'document' if documents == 1 else 'documents'} of {spec.title}"
    if not documents:
        searched = f"{spec.title}, which has no documents yet"
    question = evidence.question.text
    kind = next(
        (words for pattern, words in _KINDS if re.search(pattern, question, re.IGNORECASE)),
        "a document that covers this",
    )
    names = [name for name in _as_written(question, evidence.judgement.missing) if not name.isdigit()]
    about = f" and names {', '.join(f'“{name}”' for name in names[:3])}" if names else ""
    return Gap(searched=searched, nearest=evidence.passages[:NEAREST], missing=f"{kind}{about}")


def not_found_text(gap: Gap) -> str:
    """The answer in words when nothing suffices."""
    nearest = "; ".join(dict.fromkeys(_where(p.chunk.title, p.chunk.page) for p in gap.nearest))
    came = f" The nearest I found: {nearest}." if nearest else ""
    said = f"I don't know: I searched {gap.searched}, and nothing there answers this."
    return f"{said}{came} What would make me sure: {gap.missing}."


def off_topic_text(spec: AssistantSpec) -> str:
    """The answer in words when the question is about something else."""
    if spec.private:
        return "This is outside of what the documents here are about."
    about = spec.summary.rstrip(".") or spec.title
    return f"This is outside of what I have documents for. I can answer questions about: {about}."


def ask_back(turn: Turn, ambiguity: Ambiguity) -> TextAdded:
    """Ask which of several things is meant; the one that is picked comes back as a follow-up."""
    turn.outcome, turn.options = Outcome.ASKED_BACK, ambiguity.options
    *some, last = ambiguity.options
    return turn.add(f"Which one do you mean: {'; '.join(some)} or {last}?")


def _as_written(question: str, names: tuple[str, ...]) -> list[str]:
    found: list[str] = []
    for name in names:
        match = re.search(re.escape(name), question, re.IGNORECASE)
        found.append(match.group() if match else name)
    return found


def _where(title: str, page: int | None) -> str:
    named = without_marks(legible(title))
    return f"{named}, page {page}" if page else named
