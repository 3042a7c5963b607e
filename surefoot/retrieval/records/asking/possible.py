"""Stops a question of whose answer a part would be left out in silence, and says what can be asked instead."""

from __future__ import annotations

import re
from collections.abc import Iterator

from surefoot.retrieval.records.asking.cues import Cue
from surefoot.retrieval.records.asking.draft import Draft, Stopped, named
from surefoot.retrieval.records.asking.ordering import PLURAL
from surefoot.retrieval.records.asking.outcomes import Reason, Unclear
from surefoot.retrieval.records.asking.vocabulary import Mark, Role
from surefoot.retrieval.records.semantic import Semantics

_BEYOND_A_MEAN = re.compile(
    r"\b(?:than|above|below|over|under|als|über|unter|vs\.?|versus|against|compared (?:to|with))\s+"
    r"(?:the |an? |dem |der |den )?(?:fleet |fleet's |daily |weekly |monthly |usual )?"
    r"(?:average|mean|median|durchschnitt\w*|mittel\w*)\b",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"^\W*(?:(?:at|from|after|ab|nach|in) )?(?:what|which|how|when|wann|wie|welche[mnrs]?)\b", re.IGNORECASE
)
_INDEFINITE = frozenset("a an ein eine einen einem einer eines".split())
_ARTICLES = frozenset("the this that der dem den vom beim zum".split())
_RELATIVE = frozenset("that which who with whose der die das mit dessen".split())
_ONE_OF_MANY = frozenset({"driver", "depot", "place"})
"""Dimensions of which one has to be named where one is meant."""
MOST_BY = 2
"""Dimensions by which one plan tells numbers apart."""


def possible(draft: Draft, semantics: Semantics) -> None:
    """Raises Stopped where no plan can hold all that is asked for."""
    for words, is_asked in (*_shapes(draft), *_counts(draft), *_comparisons(draft, semantics), *_rest(draft)):
        if is_asked:
            raise Stopped(Unclear(Reason.PLAN, words))


def _shapes(draft: Draft) -> Iterator[tuple[str, bool]]:
    cues = draft.marked.cues()
    both = {Cue.HIGH, Cue.LOW} <= cues or {Cue.WORST, Cue.BEST} <= cues
    stepwise = draft.grain is not None or draft.averaged
    yield "I can show one end at a time: the highest, or the lowest.", both and draft.top is not None
    yield "I can tell numbers apart by two things at once, not by more.", len(draft.by) > MOST_BY
    yield (
        "I can compare two times as a whole, neither step by step nor on average.",
        draft.against is not None and stepwise,
    )
    yield (
        "I can tell a mean, or who has the most, not who has the highest mean.",
        draft.averaged and draft.top is not None,
    )


def _comparisons(draft: Draft, semantics: Semantics) -> Iterator[tuple[str, bool]]:
    """What is set beside something that no plan can hold."""
    beside = draft.marked.has(Cue.BESIDE) and draft.against is None and not draft.marked.has(Cue.RULE)
    ones = [f for f in draft.filters if len(f.values) == 1 and not f.exclude]
    named_ones = {single.dimension for single in ones}
    several = any(len(f.values) > 1 for f in draft.filters) or len(draft.metrics) > 1
    thing = semantics.declared.thing
    wider = len(named_ones) > 1 and thing in named_ones
    yield (
        "I can set those that are named beside each other, not find those beyond another one.",
        beside and not several and any(name in draft.by for name in named_ones),
    )
    yield (
        "I can set two of one kind beside each other, not one beside all the others.",
        beside and not several and not draft.by and bool(ones) and (wider or draft.marked.has(Cue.TOTAL)),
    )
    yield (
        "I cannot hold two numbers of each against each other.",
        bool(_THAN.search(draft.marked.text)),
    )
    yield "That is the same time twice.", draft.against is not None and draft.against == draft.period


def _rest(draft: Draft) -> Iterator[tuple[str, bool]]:
    text = draft.marked.text
    yield "I know how far they drove, not how far it is from one place to another.", bool(_AWAY.search(text))
    yield "I know what was, not what will still be possible.", bool(_STILL_CAN.search(text))
    stepwise = draft.grain is not None and bool(draft.conditions) and bool(draft.by)
    yield "I can hold a whole time against a limit, not each of its steps.", stepwise and bool(_EACH_STEP.search(text))
    twice = [m for m in draft.marked.marks if m.of(Role.METRIC) or m.of(Role.LISTING)]
    listed = any(m.of(Role.LISTING) for m in twice) and draft.marked.has(Cue.LIST, Cue.WHICH)
    ends = (draft.marked.words[m.first - 1].text.lower() for m in twice[1:] if m.first)
    yield "I can list them all, not those of them with something else.", listed and any(e in _WITH for e in ends)


_THAN = re.compile(r"\bmore than (?:they|it|he|she) (?!did|does|do|was|were|had|has)", re.IGNORECASE)
_AWAY = re.compile(
    r"\bhow far (?:away )?(?:is|are|was|were)\b.*\b(?:from|to|away)\b|"
    r"\bwie weit (?:ist|sind|war)\b.*\b(?:entfernt|weg)\b",
    re.IGNORECASE,
)
_STILL_CAN = re.compile(
    r"\bcan\b(?! (?:you|i|we|one|u|someone|anyone|somebody)\b).*\bstill\b|\bkann\b.*\bnoch (?:fahren|schaffen)\b",
    re.IGNORECASE,
)
_EACH_STEP = re.compile(
    r"\b(?:each|every|jeden|jede|jeder) (?:single )?(?:day|week|hour|month|tag|woche|stunde|monat)\b", re.IGNORECASE
)
_WITH = frozenset("with without having had mit ohne".split())


def _beyond_a_mean(draft: Draft) -> bool:
    """'More than the average' holds each one against a mean, which no plan does."""
    return bool(_BEYOND_A_MEAN.search(draft.marked.text))


def _counts(draft: Draft) -> Iterator[tuple[str, bool]]:
    yield "I cannot hold each one against the mean of all.", _beyond_a_mean(draft)
    over = draft.grain is not None or draft.against is not None
    one = any(f.dimension in draft.by and len(f.values) == 1 and not f.exclude for f in draft.filters)
    yield "I can count one kind of thing at a time.", draft.counting and len(draft.by) > 1
    yield "I can count over one time as a whole, neither step by step nor compared.", draft.counting and over
    yield (
        "I cannot count those that are beyond another one.",
        draft.counting and one and draft.marked.has(Cue.BESIDE),
    )


def one_of_many(draft: Draft, semantics: Semantics) -> None:
    """'The driver' without a name, and 'the van', are one of many: which one has to be asked."""
    named_ones = {single.dimension for single in draft.filters}
    for mark in draft.marked.of(Role.VALUE):
        is_kind = semantics.dimension(named(mark, Role.VALUE)).kind and semantics.declared.thing not in named_ones
        if is_kind and not draft.by and _is_one(draft, mark) and not mark.of(Role.METRIC) and not _is_told(draft, mark):
            raise Stopped(Unclear(Reason.SEVERAL_VALUES, draft.marked.written(mark.first, mark.last)))
    for mark in draft.marked.of(Role.DIMENSION):
        name = named(mark, Role.DIMENSION)
        before = draft.marked.words[mark.first - 1].text.lower() if mark.first else ""
        is_one = not PLURAL.search(draft.marked.written(mark.first, mark.last))
        if (
            before in _ARTICLES
            and is_one
            and name not in (*draft.by, *named_ones)
            and name in _ONE_OF_MANY | {semantics.declared.thing}
        ):
            raise Stopped(Unclear(Reason.SEVERAL_VALUES, draft.marked.written(mark.first, mark.last)))


def of_any(draft: Draft, semantics: Semantics) -> bool:
    """Whether it is asked how it is with any thing of a kind, as in 'how fast may a truck go': no row says that."""
    if draft.marked.times or draft.of_now or draft.marked.has(Cue.AVERAGE) or not _OPEN.match(draft.marked.text):
        return False
    kinds = [m for m in draft.marked.of(Role.VALUE) if semantics.dimension(named(m, Role.VALUE)).kind]
    things = [m for m in draft.marked.of(Role.DIMENSION) if named(m, Role.DIMENSION) == semantics.declared.thing]
    words = draft.marked.words
    return any(m.first and words[m.first - 1].text.lower() in _INDEFINITE for m in (*kinds, *things))


def _is_told(draft: Draft, mark: Mark) -> bool:
    """Whether it is said which one, as in 'the van that used the most diesel'."""
    after = draft.marked.words[mark.last].text.lower() if mark.last < len(draft.marked.words) else ""
    return after in _RELATIVE and draft.marked.has(Cue.HIGH, Cue.LOW, Cue.WORST, Cue.BEST)


def _is_one(draft: Draft, mark: Mark) -> bool:
    """Whether an article stands before a word in the singular."""
    first = mark.first
    while near := next((m for m in draft.marked.of(Role.VALUE) if m.last == first), None):
        first = near.first  # 'the Harbour Row van'
    before = draft.marked.words[first - 1].text.lower() if first else ""
    behind = next(
        (m for m in (*draft.marked.of(Role.VALUE), *draft.marked.of(Role.DIMENSION)) if m.first == mark.last), None
    )
    after = draft.marked.words[mark.last].text if behind else ""
    plural = PLURAL.search(draft.marked.written(mark.first, mark.last)) or PLURAL.search(after)
    return before in _ARTICLES and not plural and not draft.is_genitive(first - 1)
