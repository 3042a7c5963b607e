"""Rewrites a question that leans on the conversation into one that stands alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from surefoot.retrieval.encoders import DenseEncoder

Terms = Callable[[str], list[str]]
"""Stemmed content words of a text."""
Span = tuple[int, int]
"""Half-open characters."""

SAME_KIND = 0.3
"""Cosine of two phrases from which the one of the follow-up takes the other's place ('and for vans?')."""
LONGEST_FRAGMENT = 7
"""Words up to which a text without a verb may be the rest of the question before it."""
FEW = 3
"""Content words up to which a question that begins with 'and' has no subject of its own."""
TURNS = 6
"""Earlier questions that are looked at."""
MOST_PHRASES = 200
"""Phrases of the question before that are compared; a longer one is kept whole, with the follow-up behind it."""
PHRASE = 4
"""Words of the longest phrase that may be replaced."""
LONGER = 0.04
"""What each further word of a phrase is worth beside its cosine: 'day 3' rather than 'day' gives way to 'day five'."""

_AND = re.compile(r"^\W*(?:(?:and|or|but|also|then|so)\b,?\s*)+", re.IGNORECASE)
_ABOUT = re.compile(r"^\W*(?:and |but |or )?(?:what|how) about\b\s*", re.IGNORECASE)
_OPENS = re.compile(
    r"^\W*(?:for|in|on|at|from|with|without|until|after|before|during|by|as|under|per|to)\b", re.IGNORECASE
)
_ADDS = re.compile(r"^\W*(?:and |but |or )?(?:with|without|if|also|then|all|any|every)\b", re.IGNORECASE)
_VERB = re.compile(
    r"\b(?:is|are|was|were|do|does|did|can|could|may|might|must|should|shall|has|have|had|will|would|am|"
    r"how|what|which|who|whom|whose|when|where|why|tell|show|explain|give|list|describe)\b",
    re.IGNORECASE,
)
_POINTS = re.compile(
    r"\b(?:it|its|they|them|their|theirs|he|him|his|she|her|hers|ones|(?:that|this|these|those|the same)(?: ones?)?|"
    r"(?:an?|the)(?: \w+)? one|one(?= *(?:[?.!,;]|$|(?:on|for|in|with|from|to|at)\b))|there|then)\b",
    re.IGNORECASE,
)
_RELATIVE = re.compile(r"\b(?:that|those|this|these)\b(?! ones?\b)(?! *(?:[?.!,;]|$))", re.IGNORECASE)
"""In the middle of a clause 'that' mostly begins another one."""
_EMPTY = re.compile(
    r"\b(?:is|are|was|were|if|be) there\b|\bthere (?:is|are|was|were|be)\b|\b(?:is|was|does|will|would|can|may) it "
    r"(?=\w+ (?:to|that|for|if|when|until)\b)|\bit(?='s? (?:okay|ok|possible|true|allowed|necessary))|"
    r"\bhow much (?:time )?(?:does|will) it cost (?=to|me|us)|\bone of\b|\b(?:no|any|every|some)one\b|"
    r"\b(?:that|this) (?:is|means)\b|\bby then\b|\b(?:do|does) it (?:take|cost)(?= (?:to|until|for|me|us)\b)",
    re.IGNORECASE,
)
_ASK = re.compile(
    r"^\W*(?:(?:please|and|so) )?(?:(?:for|to|by|at|on|from|in|within|after|below|above|until|since|of|under) )?"
    r"(?:how (?:much|many|long|often|far|fast|soon|high|deep|late|old|big|quickly|large|thick|heavy|wide|early)"
    r"(?: of)?|how|what (?:percentage|number|amount|price|distance|temperature|share|sum|time|date) (?:of )?|"
    r"what|which|whose|who|whom|when|where|why)\b\s*"
    r"(?:(?:is|are|was|were|do|does|did|can|could|may|must|should|has|have|will|would)\b\s*)?",
    re.IGNORECASE,
)
_ASKING = re.compile(
    r"how|what|which|who|when|where|why|much|many|long|often|far|fast|soon|need|needs|get|take|takes|mean|means",
    re.IGNORECASE,
)
_INSIDE = frozenset({"of", "the", "a", "an", "per", "and", "to"})
_CODED = r"(?=[^\WA-Z]*[A-Z][^\W\d]*\d)"
"""A word with a capital and a figure behind it; each part ends where the next begins, as going back takes its time."""
_NAME = re.compile(
    rf"(?<![.!?:] )(?<!^)\b(?:[A-Z]|{_CODED}\w)[\w-]*(?: (?:[A-Z][\w-]*|\d[\w,.]*\b(?!\.)))*",
)
_BEGINS_NAME = re.compile(rf"[A-Z]\w|{_CODED}")
_CLAUSE = re.compile(r"[.?!:;,] |\b(?:and|but|or|if|when|after|before|because|that|who|which|until|while|as|unless)\b")
_CODE = re.compile(r"^(?=\w*\d)[\w.-]+$")
_WORD = re.compile(r"[\w][\w.'-]*\w|\w")


class Need(Enum):
    """Whether a question needs the conversation."""

    NO = "no"
    MAYBE = "maybe"
    """It has few words of its own: whether it stands alone shows when it is searched."""
    YES = "yes"


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A question as it is searched."""

    text: str
    need: Need


class FollowUps:
    """Reads a question in its conversation; nothing is asked of a model."""

    def __init__(self, encoder: DenseEncoder, terms: Terms) -> None:
        self._encoder = encoder
        self._terms = terms

    def read(self, text: str, earlier: Sequence[str]) -> Rewritten:
        """The question with what it needs from earlier ones (oldest first), each of which may itself have leaned."""
        needed = need(text, self._terms)
        before = ""
        for question in earlier[-TURNS:]:
            leans = before and self._leaned(question)
            before = self._joined(question, before) if leans else question
        if needed is Need.NO or not before:
            return Rewritten(text, Need.NO)
        if not _VERB.search(text) and set(self._terms(text)) & set(self._terms(before)):
            needed = Need.YES  # one of the things that it may mean, picked after it was asked back
        return Rewritten(self._joined(text, before), needed)

    def _leaned(self, text: str) -> bool:
        needed = need(text, self._terms)
        return needed is Need.YES or (needed is Need.MAYBE and not _VERB.search(text))

    def _joined(self, text: str, before: str) -> str:
        """One question of two: a fragment put where its like was, or a question with the subject behind it."""
        fragment = _fragment(text)
        if fragment is None:
            return f"{text} ({self._subject(before, text)})"
        if _ADDS.match(text):
            return f"{before} {fragment}"
        span = self._replaced(text, fragment, before)
        if span is None:
            return f"{before} {fragment}"
        return f"{before[: span[0]]}{fragment}{before[span[1] :]}"

    def _subject(self, before: str, text: str) -> str:
        """What the question before was about, without what it asked of it."""
        told = [_ASK.sub("", piece).strip(" ?.!,;") for piece in re.split(r"(?<=[.?!:]) ", before)]
        known = set(self._terms(text))
        words = [word for word in " ".join(told).split() if not (found := self._terms(word)) or not known & set(found)]
        return " ".join(words)

    def _replaced(self, text: str, fragment: str, before: str) -> Span | None:
        """The phrase of the question before that is of the fragment's kind: a code for a code, else the nearest."""
        if code := _of_one_kind(fragment, before):
            whole = next((name for name in _named(before) if _holds(name, code)), code)
            return (whole if set(whole.group().split()) & set(fragment.split()) else code).span()
        named = [name.span() for name in _named(before)] if _is_name(fragment, text) else []
        found = named or self._phrases(before)
        # A thing picked of several takes the place of its own words, not also of what was asked of it.
        own = set(self._terms(fragment)) if text.startswith(fragment) else set[str]()
        picked = [(start, end) for start, end in found if set() < set(self._terms(before[start:end])) <= own]
        spans = picked or found
        if not 0 < len(spans) <= MOST_PHRASES:
            return None
        phrases = [before[start:end] for start, end in spans]
        vectors = self._encoder.encode([fragment, *phrases])
        likeness = vectors[1:] @ vectors[0] + [LONGER * phrase.count(" ") for phrase in phrases]
        best = int(likeness.argmax())
        return spans[best] if named or picked or likeness[best] >= SAME_KIND else None

    def _phrases(self, before: str) -> list[Span]:
        """Runs of words of the question that begin and end with content words."""
        words = [(m.group(), m.start(), m.end()) for m in _WORD.finditer(before)]
        content = [bool(self._terms(word)) and not _ASKING.fullmatch(word) for word, _, _ in words]
        runs = [
            (first, last)
            for first in range(len(words))
            for last in range(first, min(first + PHRASE, len(words)))
            if content[first]
            and content[last]
            and all(content[n] or words[n][0].lower() in _INSIDE for n in range(first, last))
        ]
        names = [name.group() for name in _named(before)]
        spans = [(words[first][1], words[last][2]) for first, last in runs]
        return [(start, end) for start, end in spans if not any(_cuts(before[start:end], name) for name in names)]


def _fragment(text: str) -> str | None:
    """What a text without a verb of its own names ('and for vans?' → 'vans'); None where it asks by itself."""
    about = _ABOUT.match(text)
    if about is None and _VERB.search(text):
        return None
    rest = text[about.end() :] if about else _AND.sub("", text)
    rest = re.sub(r"^\s*ones?\b(?=\s+\w)", "", rest, flags=re.IGNORECASE)
    rest = re.sub(r"(?<=\w)\s+ones?\b", "", _OPENS.sub("", rest), flags=re.IGNORECASE).strip(" ?.!,;")
    return re.sub(r"^(?:the|an?|our|my|your|their)\s+", "", rest, flags=re.IGNORECASE) or None


def _named(text: str) -> list[re.Match[str]]:
    """Names in a text, a code with the words before it as one ('Mobile Flow 40')."""
    return [m for m in _NAME.finditer(text) if m.group() != "I"]


def _holds(name: re.Match[str], code: re.Match[str]) -> bool:
    """Whether this very code is a word of the name."""
    return name.start() <= code.start() < name.end() and code.group() in name.group().split()


def _is_name(fragment: str, text: str) -> bool:
    """Whether a fragment is a name; the capital that begins a text says nothing."""
    starts = text.startswith(fragment) and not any(map(str.isdigit, fragment))
    return not starts and bool(_BEGINS_NAME.match(fragment))


def _cuts(phrase: str, name: str) -> bool:
    """Whether a phrase holds a part of a name and not all of it."""
    return name not in phrase and bool(set(phrase.split()) & set(name.split()))


def _of_one_kind(fragment: str, before: str) -> re.Match[str] | None:
    """The code of the question before that a fragment's code replaces: of the same letters, or figures for figures."""
    for code in (word for word in fragment.split() if _CODE.match(word)):
        shape = re.sub(r"\d+", "0", code).lower()
        for word in _WORD.finditer(before):
            if _CODE.match(word.group()) and re.sub(r"\d+", "0", word.group()).lower() == shape:
                return word
    return None


def need(text: str, terms: Terms) -> Need:
    """Whether a text can be understood without what was asked before."""
    words = text.split()
    content = terms(_ASK.sub("", _AND.sub("", text)))
    if _ABOUT.match(text):
        return Need.YES
    begins = bool(_AND.match(text))
    if not _VERB.search(text) and len(words) <= LONGEST_FRAGMENT:
        return Need.YES if begins or _OPENS.match(text) else Need.MAYBE
    if (points := _points_back(text, terms)) is not Need.NO:
        return points
    if len(content) < 2 or (begins and len(content) < FEW):
        return Need.YES if begins or not content else Need.MAYBE
    return Need.MAYBE if len(content) < FEW else Need.NO


def _points_back(text: str, terms: Terms) -> Need:
    """Whether a pronoun stands for nothing said before it in the text, or at most for words of its own clause."""
    blanked = _EMPTY.sub(lambda m: " " * len(m.group()), text)
    found = _POINTS.search(blanked)
    if found is None:
        return Need.NO
    before = _AND.sub("", blanked[: found.start()])
    if len(terms(_ASK.sub("", before))) < 2:
        return Need.YES
    own = _CLAUSE.search(before) or _RELATIVE.match(blanked, found.start())
    return Need.NO if own else Need.MAYBE
