"""What a question can be besides a question."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Threat(StrEnum):
    """The kinds of question that are not answered."""

    INJECTION = "injection"
    """It tells the assistant to drop its instructions, or to carry out hidden ones."""
    JAILBREAK = "jailbreak"
    """It gives the assistant a part to play that knows no rules."""
    EXTRACTION = "extraction"
    """It asks for the assistant's own instructions or for secrets of its making."""
    ACTIVE_CONTENT = "active_content"
    """It is a script, a query or a command rather than a question."""
    EXFILTRATION = "exfiltration"
    """It is a template that makes an answer carry data away, in an address or a picture."""
    UNSAFE = "unsafe"
    """It asks how to harm somebody or how to commit a crime."""
    SELF_HARM = "self_harm"
    """The asker seems to be in danger from themselves."""

    @property
    def is_attack(self) -> bool:
        """Whether it is aimed at the assistant; otherwise a rule forbids the answer."""
        return self not in (Threat.UNSAFE, Threat.SELF_HARM)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a screen saw in a text."""

    threat: Threat
    rule: str
    """The rule that fired, for logs and for tuning."""
