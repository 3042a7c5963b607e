"""Of which manner a question is: for a word's meaning or a permission, of any one of many, on which side of a rule."""

from __future__ import annotations

import re

from surefoot.retrieval.records.asking.outcomes import Side

_MEANING = re.compile(
    r"\b(?:does|do|is|are)\b[^?]*\bmean\W*$|\bmeant by\b|\bmeaning of\b|\bstands? for\b|\bbedeute[tn]\b|\bwas heißt\b",
    re.IGNORECASE,
)
_ALLOWED = re.compile(
    r"^\W*(?:(?:and|but|so|und|aber)\W+)?"
    r"(?:(?:may|must|should|shall|darf|dürfen|muss|müssen|soll|sollte|am I allowed)\b|"
    r"(?:can|kann|können)\s+(?:I|we|one|ich|wir|man)\b(?!\s+(?:see|have|get|know|view|bitte|sehen|haben|wissen)\b))",
    re.IGNORECASE,
)
_RULE_ITSELF = re.compile(
    r"^\W*(?:what(?:['’]s|\s+is|\s+are)|was\s+(?:ist|sind)|wie\s+(?:hoch|lautet))\b|"
    r"\bwhat(?:['’]s|\s+is|\s+are)\s+(?:the|our)\s+(?:targets?|limits?|thresholds?|rules?|policy)\b",
    re.IGNORECASE,
)
_WHAT_IS = re.compile(
    r"^\W*(?:what(?:['’]s|\s+is|\s+are)|was\s+(?:ist|sind))\s+(?!the\b|that\b|its\b|our\b|de[rn]\b|die\b|das\b)",
    re.IGNORECASE,
)
_BELOW = re.compile(r"\b(?:below|under|short of|less than|unter)\b", re.IGNORECASE)
_WITHIN = re.compile(
    r"\b(?:within|inside|meet(?:s|ing)?|met|compl(?:y|ies|ied|iant)|respect(?:s|ed)?|keep(?:s|ing)?|kept|follow(?:s|ed)?|"
    r"obey(?:s|ed)?|observed?|adhered?|eingehalten|einhalten|halten)\b",
    re.IGNORECASE,
)
_NOT = re.compile(r"\b(?:not|never|no|none|without|fail(?:s|ed)? to|nicht|keine?n?|nie|ohne)\b|n['’]t\b", re.IGNORECASE)


def is_for_documents(text: str) -> bool:
    """Whether it asks what a word means, or what someone may do: no record says that."""
    return bool(_MEANING.search(text) or _ALLOWED.search(text))


def is_meaning(text: str) -> bool:
    """Whether it begins as a question for what something is: 'what is harsh braking?'."""
    return bool(_WHAT_IS.search(text))


def is_rule_itself(text: str) -> bool:
    """Whether it begins as a question for what a rule is, not for who keeps it."""
    return bool(_RULE_ITSELF.search(text))


def side_of_rule(text: str) -> Side | None:
    """On which side of a rule's limit groups are asked for; None where that cannot be said."""
    turned = bool(_NOT.search(text))
    if _WITHIN.search(text):
        return Side.BREAKING if turned else Side.KEEPING
    if _BELOW.search(text):
        return None if turned else Side.BELOW
    return Side.KEEPING if turned else Side.BREAKING
