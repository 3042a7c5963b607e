"""An assistant's evaluation cases: questions with what a right answer holds."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from surefoot.core.nouns import Outcome
from surefoot.eval.errors import CasesInvalid

Category = Literal[
    "simple",
    "two_documents",
    "table",
    "superseded",
    "conflict",
    "not_answerable",
    "off_topic",
    "other_language",
    "follow_up",
    "typo",
    "ambiguous",
    "injection",
    "long",
    "threshold",
    "two_questions",
    "near_miss",
    "safety",
    "hand_over",
]
FIRST_CJK = "\u2e80"
"""From here on Unicode has the scripts of China, Japan and Korea."""
ANSWERS = frozenset({Outcome.ANSWERED, Outcome.QUOTED})
REFUSALS = frozenset({Outcome.NOT_FOUND, Outcome.OFF_TOPIC, Outcome.REFUSED, Outcome.HANDED_OVER})
Expected = Literal["answered", "not_found", "off_topic", "asked_back", "blocked"]
RIGHT: dict[Expected, frozenset[Outcome]] = {
    "answered": ANSWERS,
    "not_found": REFUSALS,
    "off_topic": REFUSALS,
    "asked_back": frozenset({Outcome.ASKED_BACK}),
    "blocked": frozenset({Outcome.BLOCKED, Outcome.REFUSED}),
}
"""Outcomes that count as the expected one; an answered case must hold its facts, too."""


class CaseEvidence(BaseModel):
    """Where a document holds (a part of) the answer."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    document: str = Field(description="File name in the assistant's knowledge folder.")
    quote: str = Field(description="Verbatim text of the document; cells of a table row joined by ' | '.")


class Case(BaseModel):
    """A question with its reference answer."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(description="Unique name of the case.")
    question: str = Field(min_length=1, description="As a person would ask it.")
    answer: str | None = Field(description="Reference answer; null where none can be given.")
    facts: list[list[str]] = Field(description="What a right answer holds: one spelling out of each inner list.")
    evidence: list[CaseEvidence] = Field(description="Documents and quotes that hold the answer.")
    category: Category = Field(description="Which difficulty it tests.")
    outcome: Expected = Field(description="The outcome that is expected.")
    split: Literal["dev", "test"] = Field(description="dev: for tuning; test: for reporting.")
    history: list[tuple[Literal["user", "assistant"], Annotated[str, Field(min_length=1)]]] = Field(
        default_factory=list[tuple[Literal["user", "assistant"], str]],
        description="What was said before the question, oldest first: pairs of role and text.",
    )

    @property
    def answerable(self) -> bool:
        """Whether the documents hold an answer."""
        return self.outcome == "answered"

    @property
    def asked(self) -> str:
        """All that was asked, the questions before this one included."""
        return "\n".join([*(text for role, text in self.history if role == "user"), self.question])


def load_cases(path: Path) -> list[Case]:
    """The cases of a JSON Lines file, in its order; raises CasesInvalid with the line number."""
    cases: list[Case] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        if line.strip():
            try:
                cases.append(Case.model_validate_json(line))
            except ValidationError as error:
                raise CasesInvalid(f"{path.name}, line {number} is not a case: {error}") from error
    if len({case.id for case in cases}) != len(cases):
        raise CasesInvalid(f"{path.name} names two cases alike: give each its own id.")
    return cases


def holds_facts(text: str, facts: Iterable[Iterable[str]]) -> bool:
    """Whether the text holds one spelling of each fact."""
    folded = fold(text)
    return all(any(_holds(folded, fold(spelling)) for spelling in spellings) for spellings in facts)


def fold(text: str) -> str:
    """Lower case, white space folded, without marks of Markdown and thousands separators of one spelling."""
    text = re.sub(r"(?<=\d)[,’'\u00a0\u202f](?=\d{3}\b)", "", text)
    return " ".join(re.sub(r"[*|`_]", " ", text).lower().replace("\u2019", "'").split())


def _holds(text: str, fact: str) -> bool:
    if any(letter >= FIRST_CJK for letter in fact):
        return fact in text  # nothing parts words there
    return re.search(rf"(?<![\w.,]){re.escape(fact)}(?!\w|[.,]\d)", text) is not None
