"""Leaves out what a question tells besides what it asks: who wants to know it, and what for."""

from __future__ import annotations

import re
from itertools import pairwise

from surefoot.retrieval.records.asking.cues import Cue
from surefoot.retrieval.records.asking.marking import Marked
from surefoot.retrieval.records.asking.vocabulary import Role

_CUT = re.compile(
    r"(?<=[.?!;])\s+|\s+[-–—]\s+|(?<=:)\s+|,\s+(?=(?:I|we|they|he|she|need|planning|something|thinking)\b)",
    re.IGNORECASE,
)
_TALK = re.compile(
    r"^\W*(?:hi|hello|hey|morning|thanks|thank you|I|I['’]m|I['’]d|I['’]ve|we|we['’]re|they|they['’]re|he|she|"
    r"(?:it|that|this)(?:['’]s| is) for|then (?:I|we)|(?:a |the |my |our )?(?:customer|client|boss|driver|colleague|"
    r"manager|auditor|police|garage|workshop)s?\b.*\b(?:is|are|wants?|asks?|asked|asking|says?|needs?|called|calls)\b|"
    r"for (?:the|my|our|a|an|this|tomorrow['’]s|monday['’]s)\b|need (?:it|them|this|that)|"
    r"ich|wir|für (?:den|die|das|mein\w*|unser\w*))\b",
    re.IGNORECASE,
)
_MUSING = re.compile(r"^\W*(?:is|are) (?:he|she|it|they|we|things) getting (?:better|worse|any better)$", re.IGNORECASE)
_DOES = re.compile(
    r"^\W*(?:(?:(?:I['’]?m|I am|we['’]?re|we are) )?(?:just )?"
    r"(?!driving|idling|speeding|charging|braking|using|including|excluding|counting|during|going|starting|ending|leaving|"
    r"(?:any|every|some|no)thing)"
    r"\w{3,}ing|(?:just )?(?:want|wanna|need) to know(?: if| whether)?|"
    r"(?:the|my|our|a) [\w-]+ (?:wants?|needs?|asked|asks|has asked|would like))\b",
    re.IGNORECASE,
)
"""What someone does, or wants, for which the question is asked."""
_I_AM = re.compile(
    r"^\W*(?:I['’]?m|I am|we['’]?re|we are|thinking|wondering|checking|preparing|planning|taking over)\b", re.IGNORECASE
)
_TELLS = re.compile(
    r"^(?!\W*(?:the|those|these) \w+ (?:ones?|only)\b)\W*(?:\S+ ){1,}?(?:is|are|am|was|were|has|have|had|wants?|needs?|"
    r"asks?|asked|came|called|reckons?|thinks?|looks|complained|says?|said|ist|sind|hat|haben|braucht|fragt|will)\b",
    re.IGNORECASE,
)
_OCCASION = re.compile(
    r"\b(?:meeting|report|slide|deck|presentation|review|audit|bill|invoice|call|email|briefing|handover|file|board|plan|"
    r"complaint|training|talk|interview|statistics|besprechung|bericht|präsentation|rechnung|gespräch)\W*$",
    re.IGNORECASE,
)
_NARROWS = re.compile(
    r"\b(?:only|just|except|without|excluding|not|no|but|instead|mean|meant|means|unless|if|when|where|while|during|after|"
    r"before|nur|ohne|außer|nicht|kein\w*|aber|meine|wenn|während)\b|n['’]t\b",
    re.IGNORECASE,
)
"""Words with which a sentence may narrow what another one asks."""
_PART = re.compile(r"\b(?:that|which|part|those|these|such|whose|der teil|den teil)\b", re.IGNORECASE)
_CUES = {Cue.NEUTRAL, Cue.LIST, Cue.WHICH}


def clauses(text: str) -> list[str]:
    """A question's sentences and the parts before a colon or a dash, each with what ends it."""
    cuts = [0, *(found.end() for found in _CUT.finditer(text)), len(text)]
    return [text[start:end] for start, end in pairwise(cuts) if text[start:end].strip()]


def is_talk(clause: str, found: Marked, before: str) -> bool:
    """Whether a clause only says who wants to know something, or what for.

    found: what is known in it. before: the clause before it.
    """
    said = clause.strip().rstrip(".,;:!?-– ")
    if _MUSING.match(said):
        return True
    if _DOES.match(said) and not _tells_what(found, said):
        return True
    strong = before.rstrip().endswith((".", "?", "!")) or clause.rstrip().endswith((".", "!"))
    if (
        not (_TALK.match(said) or (strong and _TELLS.search(said) and not _PART.search(said)))
        or _NARROWS.search(said)
        or found.times
        or found.quantities
    ):
        return False
    if _OCCASION.search(said) and not found.of(Role.VALUE):
        return True
    known = [mark for mark in found.marks if not _is_person(found, mark.first, mark.last)]
    return not any(m.role is not Role.CUE or Cue(m.name) not in _CUES for mark in known for m in mark.meanings)


def _tells_what(found: Marked, said: str) -> bool:
    """Whether a clause with what someone does, or wants, names what is asked for, or narrows it."""
    asked = found.of(Role.METRIC) or found.of(Role.LISTING) or found.of(Role.DIMENSION)
    about_me = bool(_I_AM.match(said))  # 'I'm checking the tacho printouts' names a number, and asks for none
    narrows = found.of(Role.VALUE) or found.times or found.quantities or _NARROWS.search(_DOES.sub("", said))
    return bool(narrows) or (bool(asked) and not about_me)


def _is_person(found: Marked, first: int, last: int) -> bool:
    return found.written(first, last).lower() in {"customer", "customers", "client", "driver", "colleague", "kunde"}
