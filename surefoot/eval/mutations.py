"""Makes false claims out of true ones by changing a number, a name, a negation or an opposite, to try the check on."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

KINDS = ("number", "number_elsewhere", "name", "negation", "opposite")


@dataclass(frozen=True, slots=True)
class Mutation:
    """A false claim, and what was done to the true one."""

    kind: str
    """One of KINDS."""
    way: str
    """What was changed, for people who read the misses."""
    text: str


@dataclass(frozen=True, slots=True)
class Pool:
    """What takes the place of the right word: all from the same documents."""

    evidence: str
    """The evidence of the claim: its other numbers are likely mistakes."""
    names: tuple[str, ...]
    """Names, codes and roles of the whole corpus."""

    @classmethod
    def of(cls, evidence: Sequence[str], corpus: Sequence[str]) -> Pool:
        """Collect the names of a corpus."""
        prose = [text for text in corpus if " — " not in text]  # a table's columns are no names
        texts = {_PROPER: prose, _ROLE: prose}
        names = {n.group() for kind in _NAME_KINDS for text in texts.get(kind, corpus) for n in kind.finditer(text)}
        return cls("\n".join(evidence), tuple(sorted(names)))


_NUMBER = re.compile(
    r"(?<![\w.,-])\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\w]|[.,]\d)|(?<![\w.,-])\d+(?:\.\d+)?(?![\w]|[.,]\d|-\d)"
)
_CODE = re.compile(r"\b[A-Z]{1,4}-?\d[\w-]*\b")
_LABEL = re.compile(r"\b[A-Z][a-z]+(?: [A-Z][a-z]+)* \d{1,3}\b(?! ?(?:%|[a-z]|[A-Z][a-z]))")
_PROPER = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]{3,}(?: [A-Z][a-z]+)*\b(?! \d)")
_ROLE = re.compile(
    r"\b(?:[a-z]{4,} )?(?:desk|manager|officer|department|team|board|function|hotline|technician|controller|supervisor|"
    r"committee|director|analyst|lead)\b"
)
_NAME_KINDS = (_CODE, _LABEL, _PROPER, _ROLE)
_MONTH = re.compile(
    r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December|EUR)\b"
)
_DAY = re.compile(r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?\b")

_AUXILIARY = r"(is|are|was|were|has|have|may|can|must|will|should|shall|could|does|do)"
Change = tuple[str, str, str]
_INSERTIONS: tuple[Change, ...] = (
    ("is not", rf"\b{_AUXILIARY} (?!not\b|at\b|up\b|no\b)(?=[a-z])", r"\1 not "),
    ("is never", r"\b(is|are|has|have|may|must|can|will) (?!not\b|never\b|at\b|up\b|no\b)(?=[a-z])", r"\1 never "),
    ("no longer", r"\b(is|are|can|may) (?!not\b|no\b|at\b|up\b)(?=[a-z]+(?:ed|en|t)\b)", r"\1 no longer "),
    (
        "does not",
        r"\b(take|cost|need|move|last|open|cover|start|apply|keep|raise|lock|require|warn|report|wait|call)s\b",
        r"does not \1",
    ),
    (
        "do not",
        r"\b(reach|need|move|open|cover|start|apply|keep|require|report|stay|last|follow|pay|contain)\b(?= )",
        r"do not \1",
    ),
    ("nobody", r"^(?:The|A|An) [a-z]+ (?=(?:may|must|has|can|calls|reports|keeps|checks|marks)\b)", "Nobody "),
    ("not", r"\b(\w+ed) (by|on|in|at|to|after|within|for|with)\b", r"not \1 \2"),
)
_REMOVALS: tuple[Change, ...] = (
    ("without", r"\bwithout (?:an?y? )?", "with "),
    ("not", r"\b(is|are|was|were|has|have|may|can|must|will|should|does|do) not\b", r"\1"),
    ("cannot", r"\bcannot\b", "can"),
    ("never", r"\bnever\b", "always"),
    ("nobody", r"\b[Nn]obody\b", "Everybody"),
    ("no", r"\b[Nn]o (?=[a-z]+)(?!longer|more|less|later)", "a "),
    ("not", r"\bnot ", ""),
    ("nor", r"\bneither (.+?) nor\b", r"both \1 and"),
)
_OPPOSITES: tuple[Change, ...] = (
    ("at least", r"\bat least\b", "at most"),
    ("at most", r"\b(?:at most|up to|no more than)\b", "at least"),
    ("more", r"\b(more|longer|higher|greater) than\b", "less than"),
    ("less", r"\b(less|shorter|lower|fewer|thinner) than\b", "more than"),
    ("before", r"\bbefore\b", "after"),
    ("after", r"\bafter (?=the|an?\b|each|every|it|they)", "before "),
    ("above", r"\babove\b", "below"),
    ("below", r"\bbelow\b", "above"),
    ("must", r"\bmust\b", "need not"),
    ("may", r"\bmay(?! \d)\b", "may not"),
    ("allowed", r"\b(?:allowed|permitted)\b", "forbidden"),
    ("forbidden", r"\b(?:forbidden|prohibited)\b", "allowed"),
    ("with", r"\b(?:together with|with)\b", "without"),
    ("includes", r"\bincludes\b", "excludes"),
    ("every", r"\b(?:every|each|all)\b(?! \d)(?= [a-z]+ )", "only some"),
)


def mutate(claim: str, pool: Pool, seed: int) -> Iterator[Mutation]:
    """At most one false claim of each kind; the same seed gives the same ones."""
    dice = random.Random(seed)  # noqa: S311 - repeatable, not secret
    makers: tuple[tuple[str, Callable[[], tuple[str, str] | None]], ...] = (
        ("number", lambda: _other_number(claim, dice)),
        ("number_elsewhere", lambda: _number_elsewhere(claim, pool, dice)),
        ("name", lambda: _other_name(claim, pool, dice)),
        (
            "negation",
            lambda: _changed(claim, _shuffled(_REMOVALS, dice)) or _changed(claim, _shuffled(_INSERTIONS, dice)),
        ),
        ("opposite", lambda: _changed(claim, _shuffled(_OPPOSITES, dice))),
    )
    for kind, make in makers:
        made = make()
        if made is not None and made[1] != claim:
            yield Mutation(kind, made[0], made[1])


def _shuffled(changes: Sequence[Change], dice: random.Random) -> list[Change]:
    return dice.sample(list(changes), len(changes))


def _changed(claim: str, changes: Sequence[Change]) -> tuple[str, str] | None:
    """The first change that fits."""
    for way, pattern, replacement in changes:
        if re.search(pattern, claim):
            text = re.sub(pattern, replacement, claim, count=1)
            return way, text[:1].upper() + text[1:]
    return None


def _numbers(claim: str) -> list[re.Match[str]]:
    """Numbers that are no part of a date."""
    return [m for m in _NUMBER.finditer(claim) if not _MONTH.search(claim[max(0, m.start() - 10) : m.end() + 10])]


def _other_number(claim: str, dice: random.Random) -> tuple[str, str] | None:
    """A number of as many figures, which does not stand in the claim."""
    found = _numbers(claim)
    if not found:
        return None
    chosen = dice.choice(found)
    for _ in range(50):
        other = re.sub(r"\d", lambda _: str(dice.randint(0, 9)), chosen.group())
        if other[0] != "0" and _value(other) not in {_value(m.group()) for m in found}:
            return _put(claim, chosen, other)
    return None


def _number_elsewhere(claim: str, pool: Pool, dice: random.Random) -> tuple[str, str] | None:
    """Another number of the claim's evidence, of those with the same unit where there are any."""
    found = _numbers(claim)
    if not found:
        return None
    chosen = dice.choice(found)
    own = {_value(m.group()) for m in found}
    others = [m for m in _NUMBER.finditer(pool.evidence) if _value(m.group()) not in own]
    unit = _unit(claim, chosen)
    alike = [m for m in others if unit and _unit(pool.evidence, m) == unit]
    candidates = sorted({m.group() for m in alike or others})
    return _put(claim, chosen, dice.choice(candidates)) if candidates else None


def _unit(text: str, number: re.Match[str]) -> str:
    word = re.match(r"\s?([%°a-zA-Z]+)", text[number.end() :])
    return word.group(1).lower() if word else ""


def _other_name(claim: str, pool: Pool, dice: random.Random) -> tuple[str, str] | None:
    """Another name of the same kind out of the same corpus."""
    for pattern in dice.sample(list(_NAME_KINDS), len(_NAME_KINDS)):
        found = [m for m in pattern.finditer(claim) if not _MONTH.search(m.group())]
        if not found:
            continue
        chosen = dice.choice(found)
        kin = [n for n in pool.names if pattern.fullmatch(n) or (pattern is _PROPER and _looks_proper(n))]
        others = [n for n in kin if n.lower() not in claim.lower() and chosen.group().lower() not in n.lower()]
        others = [
            n for n in others if not _MONTH.search(n) and bool(_DAY.search(n)) == bool(_DAY.search(chosen.group()))
        ]
        alike = [n for n in others if n[:2] == chosen.group()[:2]] if pattern is _CODE else []
        if alike or others:
            return _put(claim, chosen, dice.choice(alike or others))
    return None


def _looks_proper(name: str) -> bool:
    return re.fullmatch(r"[A-Z][a-z]{3,}(?: [A-Z][a-z]+)*", name) is not None


def _put(claim: str, place: re.Match[str], other: str) -> tuple[str, str]:
    return f"{place.group()} → {other}", claim[: place.start()] + other + claim[place.end() :]


def _value(number: str) -> float:
    return float(number.replace(",", ""))
