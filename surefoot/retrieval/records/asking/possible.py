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
    r"\b(?:than|above|below|over|under|als|über|unter)\s+(?:the |an? |dem |der |den )?(?:fleet |fleet's )?"
    r"(?:average|mean|median|durchschnitt\w*|mittel\w*)\b",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"^\W*(?:(?:at|from|after|ab|nach|in) )?(?:what|which|how|when|wann|wie|welche[mnrs]?)\b", re.IGNORECASE
)
_INDEFINITE = frozenset("a an ein eine einen einem einer eines".split())
_ARTICLES = frozenset("the this that der dem den vom beim zum".split())
_ONE_OF_MANY = frozenset({"driver", "depot", "place"})
"""Dimensions of which one has to be named where one is meant."""
MOST_BY = 2
"""Dimensions by which one plan tells numbers apart."""


def possible(draft: Draft) -> None:
    """Raises Stopped where no plan can hold all that is asked for."""
    for words, is_asked in (*_shapes(draft), *_counts(draft)):
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
        if is_kind and not draft.by and _is_one(draft, mark) and not mark.of(Role.METRIC):
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


def _is_one(draft: Draft, mark: Mark) -> bool:
    """Whether an article stands before a word in the singular."""
    first = mark.first
    while near := next((m for m in draft.marked.of(Role.VALUE) if m.last == first), None):
        first = near.first  # 'the Harbour Row van'
    before = draft.marked.words[first - 1].text.lower() if first else ""
    after = draft.marked.words[mark.last].text.lower() if mark.last < len(draft.marked.words) else ""
    plural = PLURAL.search(draft.marked.written(mark.first, mark.last)) or PLURAL.search(after)
    return before in _ARTICLES and not plural
