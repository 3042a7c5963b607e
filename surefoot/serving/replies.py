"""Reads the 'yes' or 'no' that a sentence begins with, and tells whether it fits what follows and the sources."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from surefoot.core.text.dates import read_dates
from surefoot.core.text.polarity import denial_words, denials, forbids, restraints, why_opposed
from surefoot.core.text.quantities import read_quantities, times_of_day
from surefoot.serving.agreement import Reading, Terms, content_words

_ECHO = (
    r"(?:it|they|he|she|that|this|these|those|there|you|we|i)\s?"
    r"(?:(?:is|are|was|were|do|does|did|has|have|had|can|could|may|might|must|will|would|should)|'s|'re)"
)
_NOT = r"(?:\s?n't|\s?not)"
_NO = (
    r"no(?!\.?\s?\d)|nope|nay|never|no way|by no means|in no case|under no circumstances|"
    r"(?:(?:certainly|definitely|absolutely|of course|probably|unfortunately|surely|i'm afraid) )?"
    r"not(?: at all| really)?"
)
_END = r"(?:\s*[.,;:!]+(?=\W|$)|\s[–-]\s|\s*$)"
_LEAD = re.compile(
    rf"[\W_]*(?:(?:unfortunately|sorry|actually|well),?\s)?(?:(?:(?:(?P<no>{_NO})|(?P<yes>yes|yeah|yep))"
    rf"(?:,?\s{_ECHO}(?P<not>{_NOT})?)?[*_]*{_END})|"
    rf"(?P<denied>(?:{_ECHO}{_NOT}|it cannot|they cannot)\s*(?:[.;!]|$)))[\s*_]*",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<=[\w,] )[A-Z][\w-]*")
_VERBS_DENIAL = ("not", "n't", "cannot", "never", "no", "no longer")
"""Denials of what is said, not of who or what it is said of ('nobody', 'without')."""
_PERMISSION = re.compile(r"\b(?:may|can|could|allow\w*|permit\w*|possible)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reply:
    """A sentence's first word as an answer, and the sentence without it."""

    yes: bool
    no: bool
    rest: str


def read_reply(text: str) -> Reply:
    """Part a folded text from the 'Yes', 'No', 'Not at all' or 'No, it is not' that it begins with."""
    yes = no = False
    while text and (found := _LEAD.match(text)):
        yes = yes or found["yes"] is not None
        no = no or any(found[way] is not None for way in ("no", "not", "denied"))
        text = text[found.end() :]
    return Reply(yes, no, text)


def why_unfit(reply: Reply, question: Reading, sources: Sequence[str], terms: Terms) -> str:
    """Why a 'yes' or 'no' does not fit what it introduces, for a reader; '' where it fits. Texts are folded.

    A 'no' needs a denial in its sentence or in a source, or a sentence that says otherwise than the question.
    """
    if reply.yes and _denies_what_is_asked(reply.rest, question, terms):
        return "it says “yes” and then denies it"
    if not reply.no or denial_words(reply.rest) or restraints(reply.rest) - restraints(question.text):
        return ""
    denied = (denial.clause & question.words for source in sources for denial in denials(source, terms))
    if any(map(forbids, sources)) or any(denied):
        return ""
    return "" if _says_otherwise(reply.rest, question.text, terms) else "it says “no” where the source does not"


def _denies_what_is_asked(rest: str, question: Reading, terms: Terms) -> bool:
    if denial_words(question.text) or restraints(question.text):
        return False
    for denial in denials(rest, terms):
        shared = [term for term in denial.scope if term in question.words]
        about = denial.scope[0] in question.words and len(shared) >= min(2, len(denial.scope))
        if about and denial.word in _VERBS_DENIAL and not denial.doubled:
            return True
    shared_words = question.words & content_words(rest, terms)
    return bool(_PERMISSION.search(question.text)) and forbids(rest) and len(shared_words) > 1


def _says_otherwise(rest: str, question: str, terms: Terms) -> bool:
    """Whether a text gives another number, date, time or name than the question does, or the opposite of it."""
    if forbids(question) and not forbids(rest):
        return True
    if why_opposed(rest, [question], terms) or why_opposed(question, [rest], terms):
        return True
    told, asked = read_quantities(rest), read_quantities(question)
    if any(q.comparable(o) and not any(q.same(one) for one in told) for q in asked for o in told):
        return True
    days, dates = read_dates(rest), read_dates(question)
    if days and any(not any(day.holds(date) for day in days) for date in dates):
        return True
    pairs = (times_of_day(rest), times_of_day(question)), (set(_NAME.findall(rest)), set(_NAME.findall(question)))
    return any(mine - theirs and theirs - mine for mine, theirs in pairs)
