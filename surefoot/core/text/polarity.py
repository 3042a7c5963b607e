"""Compares what two texts affirm, deny, demand and permit: negations, opposites, modal verbs, quantifiers."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

Terms = Callable[[str], list[str]]
"""Stemmed content words of a text."""

_NOT_DENIALS = re.compile(
    r"\b(?:no|not) (?:more|less|fewer|later|earlier|longer|higher|lower|worse|better|shorter|smaller|larger) than\b|"
    r"\bnot only\b|\bwithout (?:exception|fail|charge|cost|paying|payment|a fee)\b|\bwhether or not\b|\bor not\b|"
    r"\bif not\b|\bnot (?:un|in)[a-z]+|\bno doubt\b|\bno matter\b|\bnot just\b",
    re.IGNORECASE,
)
_DENIAL = re.compile(
    r"\b(?:not|no|never|cannot|nor|neither|none|nobody|nothing|nowhere|without|hardly|no longer|no one)\b|n't\b",
    re.IGNORECASE,
)
_IMPLIED = re.compile(
    r"\b(?:unless|only|except\w*|forbid\w*|forbidden|prohibit\w*|refus\w*|exclu\w*|invalid|outside|unable|impossible|"
    r"lack\w*|reject\w*|void|bann?\w*|stop(?:s|ped)?|until|free|exempt\w*|den(?:y|ies|ied)|fail\w*|avoid\w*|limit\w*|"
    r"at most|up to|maximum|instead|rather than|dead|un[a-z]{4,}ed|missing|absen\w+|zero|reserved|alone|beyond|barred|"
    r"suspend\w*|cancel\w*|withdraw\w*|below|before|no more than|not more than|no later than|less than|above|over)\b",
    re.IGNORECASE,
)
_FORBIDS = re.compile(
    r"\b(?:exempt\w*|free of|waive\w*|forbid\w*|prohibit\w*|refus\w*|exclu\w*|reject\w*|impossible|bann?ed)\b",
    re.IGNORECASE,
)
"""Verbs that deny by themselves what stands in their clause."""
_CLAUSE = re.compile(r"[;:.!?]\s+|,\s+|\s[–—]\s|\b(?:but|while|whereas|although|otherwise)\b", re.IGNORECASE)

OPPOSITES: tuple[tuple[str, str], ...] = (
    (
        "allow\\w* permit\\w* authori[sz]\\w* lawful legal",
        "forbid\\w* forbidden prohibit\\w* ban banned unlawful illegal barred",
    ),
    ("accept\\w* approv\\w* grant\\w* agree\\w*", "reject\\w* refus\\w* declin\\w* den(?:y|ies|ied)"),
    ("includ\\w* inclusive covers? covered", "exclud\\w* exclusive exempt\\w*"),
    ("before prior beforehand", "after afterwards following"),
    ("above over exceed\\w* beyond", "below under beneath"),
    ("more greater higher larger longer thicker", "less fewer lower smaller shorter thinner"),
    ("maximum most highest latest", "minimum least lowest earliest"),
    ("increas\\w* rais\\w* rises? rose", "decreas\\w* reduc\\w* lower(?:ed|s|ing) falls? fell drop\\w*"),
    ("with", "without"),
    ("open opens opened", "close closes closed shut"),
    ("valid", "invalid void"),
    ("possible able", "impossible unable"),
    ("mandatory obligatory compulsory required", "optional voluntary"),
    ("always", "never"),
    ("start\\w* begin\\w* began", "end ends ended stop\\w* finish\\w*"),
    ("inside within", "outside"),
    ("paid", "unpaid"),
    ("internal\\w* inside", "external\\w*"),
    ("automatic\\w*", "manual manually"),
    ("front", "rear"),
    ("left", "right"),
    ("upper", "lower"),
    ("first", "last"),
    ("early earlier", "late later"),
    ("safe", "unsafe dangerous"),
    ("success\\w* succeed\\w* pass\\w*", "fail\\w*"),
    ("connect(?:ed|s)? plugged", "disconnect\\w* unplugged"),
    ("everyone everybody anyone anybody all", "nobody none"),
    ("chargeable charged", "free"),
)
_SIDES = [tuple(re.compile(rf"\b(?:{'|'.join(side.split())})\b", re.IGNORECASE) for side in pair) for pair in OPPOSITES]
_WITHOUT = r"\b(?:without)\b"
_MODAL = re.compile(
    r"\b(?P<must>must|shall|ha(?:s|ve|d) to|needs? to|(?:is|are|be) (?:required|obliged) to|should)"
    r"(?P<must_not> not|n't)?\b|"
    r"\b(?P<may>may|can|could|might|(?:is|are|be) (?:allowed|permitted|free|entitled|able) to)(?P<may_not> not|n't)?\b|"
    r"\b(?P<cannot>cannot)\b|\b(?P<need>need not|needn't|do(?:es)? not (?:have|need) to|don't (?:have|need) to)\b",
    re.IGNORECASE,
)
_ALL = re.compile(
    r"\b(?:all|every|each|always|everybody|everyone|any|entire|whole|in all cases|without exception)\b", re.IGNORECASE
)
_PART = re.compile(
    r"\b(?:some|several|few|sometimes|occasionally|certain|partly|most|usually|mostly|often|generally|typically|"
    r"normally|rarely|seldom|many)\b(?! of the time)",
    re.IGNORECASE,
)
_ONLY = re.compile(r"\b(?:only|exclusively|solely)\b", re.IGNORECASE)
_RESTRICTS = re.compile(
    r"\b(?:only|exclusively|solely|alone|sole|unless|except\w*|reserved|limited|no other|nobody|no one|none|not|no|"
    r"at most|maximum|just|up to|single|one)\b",
    re.IGNORECASE,
)
SCOPE = 3
"""Content words behind a denial that it denies."""
_KEPT = 2048
"""Texts that are remembered as they were read: each sentence of an answer is held against the same sources."""


def denial_words(text: str) -> list[str]:
    """The words of a folded text that deny; 'no later than' and the like do not."""
    return _DENIAL.findall(_NOT_DENIALS.sub(" ", text))


def restraints(text: str) -> set[str]:
    """The words by which a text denies, limits or forbids without a 'not'."""
    return {found.group().lower() for found in _IMPLIED.finditer(text)}


def forbids(text: str) -> bool:
    """Whether a verb of a text denies by itself ('is forbidden')."""
    return _FORBIDS.search(text) is not None


@dataclass(frozen=True, slots=True)
class Denial:
    """A word that denies, with the stems that it denies."""

    word: str
    scope: tuple[str, ...]
    """The first content words behind it in its clause, or the last before it."""
    clause: frozenset[str]
    """All content words of its clause."""
    doubled: bool
    """Whether its clause denies twice."""
    without: str | None
    """A pattern of the words around it, as they stand together where nothing is denied; None at an edge."""


def why_opposed(claim: str, sources: Sequence[str], terms: Terms) -> str:
    """Why a folded claim does not affirm what its sources do, for a reader; '' where nothing speaks against it.

    What the claim denies has to be denied by one of them; none may say the opposite.
    """
    denied = [_denied_by_claim(claim, source, terms) for source in sources]
    if denied and all(denied):
        return denied[0]
    checks = (_denied_by_source, _other_modal, _other_side, _other_share)
    return next((reason for source in sources for check in checks if (reason := check(claim, source, terms))), "")


def _denied_by_claim(claim: str, source: str, terms: Terms) -> str:
    theirs = denials(source, terms)
    for denial in denials(claim, terms):
        same = any(_same_matter(denial, set(other.scope) | other.clause) for other in theirs)
        if _affirmed(denial, source) or not (same or _implies(source, denial, terms)):
            return f"it says “{denial.word}” where the source does not"
    return ""


def _denied_by_source(claim: str, source: str, terms: Terms) -> str:
    said = set(terms(claim))
    mine = denials(claim, terms)
    for denial in denials(source, terms):
        if denial.doubled or not _same_matter(denial, said):
            continue
        answered = any(set(other.scope) & denial.clause for other in mine) or _implies(claim, denial, terms)
        if _affirmed(denial, claim) or not answered:
            return f"the source says “{denial.word}”, and it does not"
    return ""


def _same_matter(denial: Denial, words: Collection[str]) -> bool:
    """Whether words speak of what is denied: its first word, and another one."""
    shared = [term for term in denial.scope if term in words]
    return denial.scope[0] in words and len(shared) >= min(2, len(denial.scope), len(words))


def _affirmed(denial: Denial, other: str) -> bool:
    """Whether the other text has the words around the denial next to each other, without it."""
    return denial.without is not None and re.search(denial.without, other, re.IGNORECASE) is not None


def _implies(text: str, denial: Denial, terms: Terms) -> bool:
    """Whether a clause about the same thing limits or forbids without a 'not'; the denied word does not count."""
    for clause in _clauses(text):
        words = set(terms(clause))
        implied = {term for found in _IMPLIED.finditer(clause) for term in terms(found.group()) or [found.group()]}
        if denial.scope[0] in words and implied - set(denial.scope):
            return True
        if _FORBIDS.search(clause) and len(denial.clause & words) >= min(2, len(denial.clause)):
            return True
    return False


@lru_cache(maxsize=_KEPT)
def _clauses(text: str) -> tuple[str, ...]:
    return tuple(piece for piece in _CLAUSE.split(text) if piece.strip())


@lru_cache(maxsize=_KEPT)
def denials(text: str, terms: Terms) -> tuple[Denial, ...]:
    """The denials of a folded text; 'no later than' and the like are limits, not denials."""
    masked = _NOT_DENIALS.sub(lambda found: "\x00" * len(found.group()), text)
    found: list[Denial] = []
    for clause in _clauses(masked):
        matches = list(_DENIAL.finditer(clause))
        twice = len(matches) > 1 or bool(matches and re.search(r"\b(?:unless|until|except)\b", clause, re.IGNORECASE))
        words = frozenset(terms(clause.replace("\x00", " ")))
        for match in matches:
            behind = terms(clause[match.end() :].replace("\x00", " "))[:SCOPE]
            scope = behind or terms(clause[: match.start()].replace("\x00", " "))[-2:]
            if scope:
                found.append(Denial(match.group().lower(), tuple(scope), words, twice, _without(clause, match)))
    return tuple(found)


def _without(clause: str, denial: re.Match[str]) -> str | None:
    """'is not steady' denies 'is steady', and 'the slot does not move' denies 'the slot moves'."""
    before = re.findall(r"[\w'-]+", clause[: denial.start()])[-2:]
    behind = re.match(r"\s*([\w'-]+)", clause[denial.end() :])
    if behind is None or not before:
        return None
    word = re.escape(behind.group(1))
    if before[-1].lower() in ("do", "does", "did"):
        stem = re.escape(behind.group(1).removesuffix("y"))
        return rf"\b{re.escape(before[0])} {stem}(?:y|s|es|ies|d|ed)?\b" if len(before) == 2 else None
    return rf"\b{re.escape(before[-1])} {word}\b"


def _other_side(claim: str, source: str, terms: Terms) -> str:
    """An opposite of a word of the claim stands in the source, and the word itself does not, or not there."""
    for mine, theirs in zip(_signs(claim, terms), _signs(source, terms), strict=True):
        if not mine or not theirs:
            continue
        shared = {sign for sign, _ in mine} & {sign for sign, _ in theirs}
        for (sign, behind), word in mine.items():
            turned = theirs.get((-sign, behind)) if behind and (sign, behind) not in theirs else None
            if turned or not shared:
                return f"the source says “{turned or next(iter(theirs.values()))}”, not “{word}”"
    return ""


@lru_cache(maxsize=_KEPT)
def _signs(text: str, terms: Terms) -> tuple[dict[tuple[int, str], str], ...]:
    """Which sides of each pair of opposites a text takes before which word, a denial turning them round."""
    clauses = [(clause, len(_DENIAL.findall(_NOT_DENIALS.sub(" ", clause))) % 2) for clause in _clauses(text)]
    found: list[dict[tuple[int, str], str]] = [{} for _ in _SIDES]
    for signs, sides in zip(found, _SIDES, strict=True):
        for clause, denies in clauses:
            denied = denies if sides[1].pattern != _WITHOUT else 0
            for sign, side in zip((1, -1), sides, strict=True):
                for match in side.finditer(clause):
                    behind = next(iter(terms(clause[match.end() : match.end() + 40])), "")
                    signs.setdefault((-sign if denied else sign, behind), match.group().lower())
    return tuple(found)


def _other_modal(claim: str, source: str, terms: Terms) -> str:
    """The same verb is demanded in one text and permitted, or not demanded, in the other."""
    theirs = dict(_modals(source, terms))
    for verb, force in _modals(claim, terms):
        other = theirs.get(verb)
        if other is not None and other != force:
            return f"the source says “{_FORCES[other]}”, not “{_FORCES[force]}”"
    return ""


_FORCES = {"must": "must", "may": "may", "must_not": "must not", "need": "need not"}


def _modals(text: str, terms: Terms) -> Iterator[tuple[str, str]]:
    """Each modal's verb with its force."""
    for match in _MODAL.finditer(text):
        behind = terms(text[match.end() : match.end() + 60])
        if not behind:
            continue
        if match.group("need"):
            force = "need"
        elif match.group("cannot") or match.group("may_not") or match.group("must_not"):
            force = "must_not"
        else:
            force = "must" if match.group("must") else "may"
        yield behind[0], force


def _other_share(claim: str, source: str, terms: Terms) -> str:
    mine, theirs = _shares(claim, terms), _shares(source, terms)
    for thing, (whole, word) in mine.items():
        other = theirs.get(thing)
        if other is not None and other[0] != whole:
            return f"the source says “{other[1]}”, not “{word}”"
    if (found := _ALL.search(claim)) and (part := _PART.search(source)) and not _ALL.search(source):
        return f"the source says “{part.group().lower()}”, not “{found.group().lower()}”"
    if (found := _ONLY.search(claim)) and not _RESTRICTS.search(source):
        return f"it says “{found.group().lower()}” where the source does not"
    return ""


def _shares(text: str, terms: Terms) -> dict[str, tuple[bool, str]]:
    """Of what all or a part is meant: the word behind a quantifier, whether all of it, and the quantifier."""
    found: dict[str, tuple[bool, str]] = {}
    for whole, pattern in ((True, _ALL), (False, _PART)):
        for match in pattern.finditer(text):
            if behind := terms(text[match.end() : match.end() + 40]):
                found[behind[0]] = (whole, match.group().lower())
    return found
