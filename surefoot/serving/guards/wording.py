"""What an asker is told when a question is not answered because of what it is."""

from __future__ import annotations

from surefoot.serving.guards.threats import Threat

_REPHRASE = "Ask in plain words what you want to know, and I will look it up in the documents."
_EMERGENCY = "If somebody is in danger, call your local emergency number now: 112 in Europe, 911 in North America."
_TEXTS = {
    Threat.ACTIVE_CONTENT: f"This reads like code or a command, which I never run. {_REPHRASE}",
    Threat.EXTRACTION: f"My instructions are not among the documents that I answer from. {_REPHRASE}",
    Threat.EXFILTRATION: f"I do not send anything anywhere: I only answer from documents. {_REPHRASE}",
    Threat.UNSAFE: "I do not help with this, because it could harm somebody or break the law. If you want to prevent "
    f"or to report such a thing, ask me what the documents say about that. {_EMERGENCY}",
    Threat.SELF_HARM: "I am sorry that things are so hard. I can only look things up in documents, and you deserve "
    "better help than that: please talk to somebody now, a person whom you trust or a crisis line. In the USA and "
    f"Canada that is 988, in many countries of Europe 116 123. {_EMERGENCY}",
}
_INSTRUCTION = (
    f"This reads like an instruction to me rather than a question about the documents. I did not act on it. {_REPHRASE}"
)


def stopped_text(threat: Threat) -> str:
    """The answer in words to a question that is blocked or refused: short, calm, and saying what to do."""
    return _TEXTS.get(threat, _INSTRUCTION)
