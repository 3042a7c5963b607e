"""Rows that tell how it is now, or what becomes due: which questions ask for them, and of whom."""

from __future__ import annotations

from surefoot.retrieval.records.asking.cues import Cue
from surefoot.retrieval.records.asking.draft import Draft
from surefoot.retrieval.records.asking.words import forms
from surefoot.retrieval.records.semantic import Semantics
from surefoot.retrieval.records.times.found import Kind, Problem

_NEXT = frozenset(forms("next upcoming coming nächste nächster nächsten kommende"))


def of_rows(draft: Draft, semantics: Semantics) -> None:
    """Kinds of rows that become due ask for these rows of a time to come: 'which tests come up next week'."""
    named_ones = {single.dimension for single in draft.filters}
    when = draft.marked.has(Cue.LIST) and semantics.declared.thing in named_ones
    ahead = when or any(found.problem is Problem.ALL_FUTURE for found in draft.marked.times)
    if (
        draft.metrics
        or draft.listing
        or not ahead
        or (not when and (not draft.marked.has(Cue.WHICH) or draft.marked.has(Cue.RULE)))
    ):
        return
    for name, listing in semantics.declared.listings.items():
        if listing.due and listing.each in {single.dimension for single in draft.filters}:
            draft.listing = draft.listing or name


def coming(draft: Draft, semantics: Semantics) -> None:
    """'Next' says of rows that become due what they are, where no other word is left."""
    rest = {n for n in draft.left if draft.marked.words[n].form not in _NEXT}
    if draft.listing is not None and semantics.listing(draft.listing).due and not rest:
        draft.left = rest


def of_now(draft: Draft, semantics: Semantics) -> None:
    """Values that only rows of now have, without another subject, ask for these rows."""
    if draft.metrics or draft.listing or (draft.marked.times and not draft.of_now):
        return
    thing, told = semantics.declared.thing, {single.dimension for single in draft.filters}
    names_one = any(single.dimension == thing and len(single.values) == 1 for single in draft.filters)
    asks = Kind.NOW in {found.kind for found in draft.marked.times} and draft.marked.has(Cue.WHICH, Cue.HOW_MANY)
    for single in draft.filters:
        home, _, column = semantics.dimension(single.dimension).column.rpartition(".")
        for name, listing in semantics.declared.listings.items():
            own = listing.table == home and semantics.table(home).key is None
            there = asks or (names_one and draft.of_now)
            shown = there and not home and column in listing.columns and single.dimension not in {"driver", thing}
            kind_alone = listing.each == single.dimension and thing not in told  # what is done then, documents say
            if listing.now and (own or shown) and not kind_alone:
                draft.listing = draft.listing or name


def whose_state(draft: Draft, semantics: Semantics) -> None:
    """Tell the state of one that is named whatever it is, where it is not asked for yes or no."""
    if draft.listing is None or draft.closed or not semantics.listing(draft.listing).now:
        return
    told, table = {single.dimension for single in draft.filters}, semantics.listing(draft.listing).table
    if semantics.declared.thing in told:
        each = semantics.listing(draft.listing).each
        own = {*told, *([each] if each else [])}
        home = {name: semantics.dimension(name).column.rpartition(".")[0] for name in own}
        draft.filters = [
            single for single in draft.filters if home[single.dimension] != table or single.dimension == each
        ]
