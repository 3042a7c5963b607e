"""Which filters of the plan before it a follow-up keeps: a wider name takes a narrower one's place."""

from __future__ import annotations

import re
from dataclasses import replace

from surefoot.retrieval.records.asking.cues import Cue
from surefoot.retrieval.records.asking.draft import Draft, named
from surefoot.retrieval.records.asking.vocabulary import Role
from surefoot.retrieval.records.plan import Filter, Plan
from surefoot.retrieval.records.semantic import Semantics

_FLEET = re.compile(
    r"\b(?:fleet|company|everyone|everybody|overall|all (?:the |our )?(?:vehicles|units)|flotte|fuhrpark|"
    r"alle[rn]? fahrzeugen?|gesamtflotte)\b",
    re.IGNORECASE,
)
_SUM = re.compile(r"\b(?:total|sum|altogether|combined|in all|insgesamt|zusammen|summe)\b", re.IGNORECASE)
_ALL = re.compile(r"\b(?:all|alle|aller|allen|sämtliche)\b", re.IGNORECASE)


def whole_fleet(draft: Draft) -> bool:
    """Whether a follow-up asks for all there is: 'and for the whole fleet?'."""
    return bool(_FLEET.search(draft.marked.text)) and not draft.marked.has(Cue.BESIDE)


def added_up(draft: Draft) -> bool:
    """Whether a follow-up asks for the sum of what was told apart."""
    return bool(_SUM.search(draft.marked.text)) and not draft.by and not draft.grain


def unlimited(draft: Draft) -> bool:
    """Whether a follow-up asks for all groups, not for the first ones."""
    return bool(_ALL.search(draft.marked.text)) and not draft.marked.quantities


def told_apart(draft: Draft, semantics: Semantics) -> None:
    """'All depots' tells depots apart."""
    words, thing = draft.marked.words, semantics.declared.thing
    for mark in draft.marked.of(Role.DIMENSION):
        name = named(mark, Role.DIMENSION)
        if mark.first and _ALL.fullmatch(words[mark.first - 1].text) and name not in (thing, *draft.by):
            draft.by.append(name)


def kept_filters(draft: Draft, before: Plan, semantics: Semantics) -> list[Filter]:
    """The filters of the plan before that still hold, and those of the question; it is the draft's whole list."""
    if whole_fleet(draft):
        return draft.filters
    own, kept = list(draft.filters), list[Filter]()
    for single in before.filters:
        same = [one for one in own if one.dimension == single.dimension]
        if left_out := next((one for one in same if one.exclude and not single.exclude), None):
            rest = tuple(value for value in single.values if value not in left_out.values)
            if rest and rest != single.values:
                own.remove(left_out)
                kept.append(replace(single, values=rest))
            else:
                kept.append(single)
        elif not same and not _is_replaced(single, draft, semantics):
            kept.append(single)
    return [*own, *kept]


def _is_replaced(single: Filter, draft: Draft, semantics: Semantics) -> bool:
    """Whether the question names or tells apart something in a filter's place.

    'Per depot' takes the place of one depot, 'and the vans?' that of one vehicle or one driver.
    """
    if single.exclude:
        return False
    if single.dimension in draft.by and len(single.values) == 1:
        return True
    ones = {semantics.declared.thing, "driver"}
    if single.dimension not in ones:
        return False
    named_ones = {one.dimension for one in draft.filters if not one.exclude}
    wider = {name for name in named_ones if semantics.dimension(name).column.rpartition(".")[0]}
    return bool(wider or named_ones & (ones - {single.dimension}))
