"""Screens a question before anything is searched: attacks on the assistant, code, and requests that do harm.

A screen of patterns can be talked around, and this one is tuned not to stop honest questions. It is not what keeps the
assistant from following instructions: that is done by answers that consist of checked sentences alone, each of which
the evidence carries. The screen spares the search, tells the asker plainly what happened, and leaves a record.
"""

from __future__ import annotations

import re

from surefoot.serving.guards.code_rules import is_code
from surefoot.serving.guards.folding import readings
from surefoot.serving.guards.rules import rules
from surefoot.serving.guards.threats import Finding, Threat
from surefoot.serving.guards.unsafe_rules import despairs, unsafe

ALONE, TOGETHER, MUCH = 5, 5, 6
"""Weight of the signs of a part to play from which any sign of lawlessness makes a text a jailbreak; weight of both
together where each weighs at least 2; and weight of both where one sign of a part suffices."""
_SENTENCE = re.compile(r"[^.!]+")
_ASKING = re.compile(
    r"(?:^|[?:\n])[ \"']*(?:what|which|who|whom|when|where|why|how|is|are|am|do|does|did|can|could|may|might|must|"
    r"should|shall|will|would|has|have|was|were|if|under|in|according|for|after)\b"
)
SHORTEST = 8
"""Characters between the word that opens a question and its mark, at least."""
_MENTION = re.compile(r"(\"[^\"\n]{1,200}\"|(?<!\w)'[^'\n]{3,200}'(?!\w))")
_ABOUT_MENTION = re.compile(
    r"\b(?:says?|said|tells?|typed?|types|wrote|writes?|enter(?:s|ed)|reads?|contains?|containing|called|named|phrase|"
    r"sentence|words?|term|text|line|message|e-?mail|document|mean|means|like|such as|string|command|statement|label|"
    r"button|heading|title|section|mentions?|written|asks?)\b"
)


def screen(text: str) -> Finding | None:
    """What is wrong with a question; None for nearly all of them."""
    for how, reading in readings(text):
        if found := _judged(reading, plain=how == "plain"):
            return found if how == "plain" else Finding(found.threat, f"{found.rule}, {how}")
    return None


def _judged(text: str, *, plain: bool) -> Finding | None:
    if plain and despairs(text):
        return Finding(Threat.SELF_HARM, "despair")
    spoken = _without_mentions(text)
    for rule in rules("attacks", "rules"):
        if rule(spoken):
            return Finding(Threat(rule.threat), rule.name)
    if plain and is_code(spoken):
        return Finding(Threat.ACTIVE_CONTENT, "code")
    if jailbreak(spoken):
        return Finding(Threat.JAILBREAK, "a part without rules")
    if broken := unsafe(text):
        return Finding(Threat.UNSAFE, broken)
    return None


def jailbreak(folded: str) -> bool:
    """Whether a text gives the assistant a part to play that knows no rules."""
    part, lawless = _weight("part", folded), _weight("lawless", folded)
    both = part + lawless
    return (part >= ALONE and lawless >= 1) or (
        lawless >= 2 and ((part >= 2 and both >= TOGETHER) or (part >= 1 and both >= MUCH))
    )


def _weight(signs: str, text: str) -> int:
    return sum(rule.weight for rule in rules("jailbreaks", signs) if rule(text))


def _without_mentions(text: str) -> str:
    """The text without what it only quotes: 'what do I do when a mail says "ignore your rules"?' asks about it."""
    if not _asks(text) or not _ABOUT_MENTION.search(_MENTION.sub(" ", text)):
        return text
    return _MENTION.sub(" ", text)


def _asks(text: str) -> bool:
    """Whether a sentence of a folded text is a question in plain words."""
    for sentence in _SENTENCE.findall(text):
        opens = _ASKING.search(sentence)
        if opens and opens.end() + SHORTEST <= sentence.rfind("?"):
            return True
    return False
