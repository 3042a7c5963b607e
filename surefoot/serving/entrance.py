"""Where a question comes in: it is checked and screened, and its trace begins."""

from __future__ import annotations

from collections.abc import Sequence

from surefoot.core import telemetry
from surefoot.core.nouns import Outcome, TextAdded
from surefoot.serving.errors import QuestionInvalid
from surefoot.serving.guards.legible import is_blank, legible
from surefoot.serving.guards.questions import screen
from surefoot.serving.guards.threats import Finding
from surefoot.serving.guards.wording import stopped_text
from surefoot.serving.memory import Exchange
from surefoot.serving.turn import Turn

LONGEST_QUESTION = 4000
"""Characters."""


def checked(text: str) -> str:
    """The question without white space around it and without what nobody sees; raises QuestionInvalid."""
    text = legible(text).strip()
    if is_blank(text):
        raise QuestionInvalid("The question is empty: type what you want to know.")
    if len(text) > LONGEST_QUESTION:
        told = f"The question has {len(text)} characters; at most {LONGEST_QUESTION} are read. Shorten it."
        raise QuestionInvalid(told)
    return text


def screened(turn: Turn) -> Turn:
    """The turn, which knows now whether its question is to be stopped."""
    with turn.during(telemetry.GUARD, telemetry.KIND_GUARDRAIL) as span:
        turn.finding = screen(turn.question.text)
        span.set_attribute(telemetry.GUARD_VERDICT, turn.finding.threat.value if turn.finding else "passed")
    return turn


def stop(turn: Turn, finding: Finding) -> TextAdded:
    """Say that the question is not answered for what it is; nothing is searched, no model is called."""
    turn.outcome = Outcome.BLOCKED if finding.threat.is_attack else Outcome.REFUSED
    return turn.add(stopped_text(finding.threat, turn.speech.phrases))


def unstopped(exchanges: Sequence[Exchange]) -> list[Exchange]:
    """What was asked before without the questions that were stopped: a follow-up cannot lean on them."""
    return [one for one in exchanges if screen(one.question) is None]
