"""What an asker is told when a question is not answered because of what it is."""

from __future__ import annotations

from surefoot.serving.guards.threats import Threat
from surefoot.serving.phrases.tables import Phrases

_INSTRUCTION = "instruction"


def stopped_text(threat: Threat, phrases: Phrases) -> str:
    """The answer in words to a question that is blocked or refused: short, calm, and saying what to do."""
    said = phrases.stopped.get(threat.value, phrases.stopped[_INSTRUCTION])
    return said.format(rephrase=phrases.rephrase, emergency=phrases.emergency)
