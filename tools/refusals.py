"""Tells from a text alone whether it refuses or asks back; generously, in favour of a program that has no outcome."""

from __future__ import annotations

import re

SAY = (
    "mention specif stat contain provid includ indicat say said give given list describ explain address cover discuss "
    "offer reveal disclos defin detail appear refer exist know known find found available clear possible present sure "
    "able aware enough sufficient relevant related confirm have"
)
"""Beginnings of what a source does not do, or is not."""
DO = (
    "answer determine provide find say tell give confirm help assist infer locate identify know verify calculate "
    "conclude"
)
"""What a program cannot do."""
THING = "information mention detail data reference evidence indication record answer context statement specific such"
GERMAN = "erwähnt angegeben enthalten genannt möglich bekannt hervor beantwort bestimm verfügbar"
SPANISH = "se hay está puedo puede es tengo contiene proporciona menciona especifica incluye"
FRENCH = "information mention indication détail donnée réponse"


def _any(words: str) -> str:
    return f"(?:{'|'.join(words.split())})"


_FEW = r"(?:\w+ ){0,3}?"
REFUSALS = (
    # the sources do not say it
    rf"\b(?:do|does|did|is|are|was|were|has|have|had)(?: not|n't) {_FEW}{_any(SAY)}",
    rf"\bno {_FEW}{_any(THING)}",
    rf"\b(?:not|never) {_FEW}(?:explicitly|specifically|directly|clearly|{_any(SAY)})",
    rf"\bnothing {_FEW}(?:about|on|regarding|concerning|{_any(SAY)})",
    rf"\b(?:without|lacks?|lacking|missing|insufficient|limited|absent|unclear|unspecified)\b.{{0,60}}\b{_any(THING)}",
    r"\b(?:outside|beyond) the (?:scope|context|provided|given)",
    r"\b(?:unknown|unspecified|unavailable|unclear)\b",
    # the program cannot
    rf"\b(?:can ?not|can't|couldn't|could not|(?:un|not )able to|impossible to) {_FEW}(?:be )?{_any(DO)}(?:e?d|n)?\b",
    r"\b(?:cannot|can't|could not|couldn't) be (?:found|said|told|given)\b",
    r"\b(?:i|we) (?:do not|don't|did not|didn't) (?:have|know|find|see)",
    r"\b(?:i am|i'm|we are|we're) (?:not sure|unsure|sorry|unable|afraid)",
    r"\bsorry\b",
    r"\bapolog(?:y|ies|ise|ize)",
    r"^\s*(?:empty response|n/?a|none)\b",
    r"\bneed (?:more|additional|further) (?:information|context|details?)",
    r"\b(?:please|you (?:should|may|can|could|might|(?:will|would) need to)) (?:contact|consult|check with|ask|refer)",
    # the same in German, Spanish and French
    r"\bkein(?:e|en|er|es)? (?:\w+ ){0,3}?(?:information|angabe|hinweis|antwort|daten|auskunft|aussage)",
    rf"\bnicht (?:\w+ ){{0,3}}?{_any(GERMAN)}",
    r"\b(?:leider|entschuldigung|tut mir leid)\b",
    rf"\bno {_any(SPANISH)}\b",
    r"\blo siento\b",
    r"\bdesconoc",
    rf"\b(?:aucune?|pas d[e']) ?(?:\w+ ){{0,2}}?{_any(FRENCH)}",
    r"\bn(?:e |')(?:\w+ ){0,3}?(?:pas|aucun)",
    r"\bdésolé",
)
_REFUSES = re.compile("|".join(f"(?:{pattern})" for pattern in REFUSALS), re.IGNORECASE | re.MULTILINE)
_ASKS = re.compile(
    r"\b(?:which|what|who|(?:do|did) you mean|(?:could|can|would) you|please|clarif\w+|specify|are you)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]")


def refuses(text: str) -> bool:
    """Whether the text says anywhere that it cannot answer, or that its sources do not; no text refuses, too."""
    return not text.strip() or _REFUSES.search(text.replace("’", "'")) is not None


def asks_back(text: str) -> bool:
    """Whether the text asks its reader something."""
    return any(sentence.endswith("?") and _ASKS.search(sentence) for sentence in _SENTENCE.findall(text))
