"""How a question wants its numbers: told apart by what, in which steps, the first ones, beyond a limit, a mean."""

from __future__ import annotations

import re

from surefoot.core.text.quantities import Limit
from surefoot.retrieval.records.asking.cues import Cue
from surefoot.retrieval.records.asking.draft import Draft, Stopped, named
from surefoot.retrieval.records.asking.grains import cues, grains, is_a, near_before
from surefoot.retrieval.records.asking.limits import conditions
from surefoot.retrieval.records.asking.ordering import PLURAL, loose, superlative
from surefoot.retrieval.records.asking.outcomes import Reason, Unclear
from surefoot.retrieval.records.asking.possible import one_of_many, possible
from surefoot.retrieval.records.asking.subjects import is_counted
from surefoot.retrieval.records.asking.unsaid import unsaid
from surefoot.retrieval.records.asking.values_meant import means_value
from surefoot.retrieval.records.asking.vocabulary import Mark, Role
from surefoot.retrieval.records.plan import Condition, Op, Top
from surefoot.retrieval.records.semantic import Semantics

_CLOSED = re.compile(
    r"^\W*(?:(?:and|so|ok(?:ay)?|please|hi|hello)\W+)?(?:did|does|do|has|have|had|is|are|were"
    r"|was(?! (?:war|ist|hat|sind|waren)\b)|hat|haben|hatten?|ist|sind|war(?:en)?)\b",
    re.IGNORECASE,
)
_THERE = re.compile(
    r"^\W*(?:are|were|is|was) there\b|^\W*(?:do|did) we have\b|^\W*have we (?:got )?(?:any|a)\b|"
    r"^\W*gibt es\b|^\W*haben wir\b",
    re.IGNORECASE,
)
_WHO = re.compile(r"^(?:who|whose|wer|wessen)(?:['’]s)?$", re.IGNORECASE)
_WHO_DROVE = re.compile(r"^\W*(?:who drove|who (?:was|is) driving|wer fuhr|wer (?:ist|hat))\b", re.IGNORECASE)
_OF = frozenset("die for in at from by für bei".split())
_MORE = re.compile(r"\b(?:more|less|most|least|longer|further|mehr|weniger|länger|weiter|am meisten)\b", re.IGNORECASE)
_DRIVERS = re.compile(r"\b(?:drivers?|fahrer)\b", re.IGNORECASE)
_WHOLE = re.compile(r"\b(?:all|alle|aller)\b", re.IGNORECASE)
_ALL = frozenset("all every each both alle jedes jeder jede".split())
_ANY = _ALL | frozenset("any some one ein eine irgendein irgendeine".split())


def shaping(draft: Draft, semantics: Semantics) -> None:
    """Set what the draft tells apart, its steps, first ones, limits and mean. Raises Stopped."""
    grains(draft)
    for mark in draft.marked.of(Role.DIMENSION):
        _dimension(draft, mark, semantics)
    for mark in draft.marked.of(Role.VALUE):
        _kind_of_things(draft, mark, semantics)
    _who(draft, semantics)
    conditions(draft, semantics)
    _closed(draft, semantics)
    _which_had(draft, semantics)
    one_of_many(draft, semantics)
    _grouped_by_limit(draft, semantics)
    superlative(draft, semantics)
    _mean(draft, semantics)
    _levels_apart(draft, semantics)
    unsaid(draft, semantics)
    draft.by = list(dict.fromkeys(draft.by))
    possible(draft, semantics)


def ordered(draft: Draft, semantics: Semantics) -> None:
    """Set first ones and mean of a draft whose number the plan before it told. Raises Stopped."""
    if draft.marked.has(Cue.HIGH, Cue.LOW, Cue.WORST, Cue.BEST):
        superlative(draft, semantics)
    _mean(draft, semantics)


def _dimension(draft: Draft, mark: Mark, semantics: Semantics) -> None:
    name = named(mark, Role.DIMENSION)
    if draft.things and any(semantics.metric(metric).distinct == name for metric in draft.metrics):
        return  # 'how many different vehicles were out' counts them
    if mark.of(Role.METRIC) or mark.of(Role.LISTING) or _names_one(draft, mark, semantics):
        return
    before = near_before(draft, mark)
    number = _number_before(draft, mark)
    if number is not None:
        draft.by.append(name)
        draft.top = Top(number)
    elif Cue.HOW_MANY in before and draft.things and name == semantics.declared.thing:
        return
    elif Cue.HOW_MANY in before:
        is_row = draft.listing is not None and semantics.listing(draft.listing).each == name
        draft.by += [] if is_row else [name]
        draft.counting = True
        _some(draft)
    elif (
        (Cue.TOGETHER in before and draft.grain is not None and Cue.BY in near_before(draft, mark, 4))
        or (Cue.TOGETHER in before and draft.by and any(named(m, Role.DIMENSION) for m in draft.before(mark, 3)))
        or before & {Cue.BY, Cue.WHICH}
        or (draft.marked.has(Cue.AVERAGE) and is_a(draft, mark))
        or Cue.BESIDE in near_before(draft, mark, 3)
        or (before & {Cue.BESIDE, Cue.HIGH, Cue.LOW, Cue.BEST, Cue.WORST})
    ):
        draft.by.append(name)


def _names_one(draft: Draft, mark: Mark, semantics: Semantics) -> bool:
    """Whether a dimension's name stands before one of its values, as in 'vehicle V-101'."""
    name = named(mark, Role.DIMENSION)
    after = [m for m in draft.after(mark) if means_value(draft, m, semantics)]
    return any(value.name == name for m in after for value in m.of(Role.VALUE))


def _kind_of_things(draft: Draft, mark: Mark, semantics: Semantics) -> None:
    """'Top 5 trucks' and 'how many vans drove more than …' ask for things, of the kind that is named."""
    thing = semantics.things_of(named(mark, Role.VALUE))
    if not thing or named(mark, Role.VALUE) == thing or mark.of(Role.DIMENSION) or mark.of(Role.METRIC):
        return
    number = _number_before(draft, mark)
    if number is not None:
        draft.by.append(thing)
        draft.top = Top(number)
    elif Cue.HOW_MANY in near_before(draft, mark) and not draft.things and not _is_of(draft, mark):
        draft.by.append(thing)
        draft.counting = True
        _some(draft)
    elif _asks_which(draft, mark, semantics) or _is_each(draft, mark, semantics):
        draft.by.append(thing)


def _is_of(draft: Draft, mark: Mark) -> bool:
    """Whether a value tells of what is counted: 'the daily count for Northgate', 'wie viele km die Haulier fuhren'."""
    return bool(mark.first) and draft.marked.words[mark.first - 1].text.lower() in _OF


def _is_each(draft: Draft, mark: Mark, semantics: Semantics) -> bool:
    """Whether 'each' or 'per' stands right before a kind of things: 'how many stops did each van make'."""
    is_kind = semantics.dimension(named(mark, Role.VALUE)).kind
    on_average = draft.marked.has(Cue.AVERAGE) and is_a(draft, mark)
    return bool(draft.metrics and is_kind) and (Cue.BY in near_before(draft, mark, 1) or on_average)


def _asks_which(draft: Draft, mark: Mark, semantics: Semantics) -> bool:
    """Whether 'which' stands before a kind of things in the plural, of which a number is asked: 'which vans braked'."""
    is_kind = semantics.dimension(named(mark, Role.VALUE)).kind
    before = draft.marked.words[mark.first - 1].text.lower() if mark.first else ""
    plural = PLURAL.search(draft.marked.written(mark.first, mark.last)) or before == "welche"
    apart = any(other.of(Role.DIMENSION) for other in draft.after(mark))
    return bool(draft.metrics and is_kind and plural and not apart and Cue.WHICH in near_before(draft, mark))


def _some(draft: Draft) -> None:
    """'How many vehicles drove' counts those with any of it, unless another limit is named."""
    limited = any(q.limit for q in draft.marked.quantities) or draft.marked.has(Cue.NONE)
    if draft.metrics and not limited and not draft.conditions:
        draft.conditions.append(Condition(draft.metrics[0], Op.OVER, 0))


def _number_before(draft: Draft, mark: Mark) -> int | None:
    """The 5 of 'top 5 vehicles' and 'the 5 vehicles with the most …'; it is accounted for then."""
    if not draft.marked.has(Cue.HIGH, Cue.LOW, Cue.WORST, Cue.BEST):
        return None
    start = draft.marked.words[mark.first].start
    for n in sorted(draft.numbers):
        quantity = draft.marked.quantities[n]
        gap = draft.marked.text[quantity.end : start] if quantity.end <= start else quantity.shown
        near = quantity.end <= start and len(gap.split()) <= 1
        inside = quantity.start < start < quantity.end
        value = next(iter(quantity.values))
        if (near or inside) and quantity.limit in {Limit.NONE, Limit.MOST} and value == int(value) and value >= 1:
            draft.numbers.discard(n)
            return int(value)
    return None


def _who(draft: Draft, semantics: Semantics) -> None:
    """'Who' asks by the dimension that persons are."""
    told = {single.dimension for single in draft.filters if len(single.values) > 1}
    if draft.by and not (
        set(draft.by) <= told and _WHO_DROVE.search(draft.marked.text) and not _MORE.search(draft.marked.text)
    ):
        return
    if "driver" in semantics.declared.dimensions and any(_WHO.match(word.text) for word in draft.marked.words):
        draft.by.append("driver")


def _of_each(draft: Draft, semantics: Semantics) -> bool:
    """'Did any vehicle brake hard' and 'did all vans …' ask of each one: those of which it holds are told."""
    words, thing = draft.marked.words, semantics.declared.thing
    for mark in draft.marked.marks:
        whole = Cue.TOTAL in cues(mark) and words[mark.first].text.lower() in _ALL
        by = named(mark, Role.DIMENSION) or (thing if whole or mark.of(Role.VALUE) else "")
        said = words[mark.first if whole else mark.first - 1].text.lower() if whole or mark.first else ""
        said = "any" if _THERE.match(draft.marked.text) and named(mark, Role.VALUE) != thing else said
        if not by or mark.of(Role.METRIC) or said not in (_ANY if draft.metrics else _ALL):
            continue
        if draft.metrics:
            draft.by.append(by)
            draft.conditions = draft.conditions or [Condition(draft.metrics[0], Op.OVER, 0)]
            return True
        return said in _ALL
    if _scored(draft, semantics) and _WHOLE.search(draft.marked.text):
        draft.by.append("driver")  # 'did all drivers score above 80'
        return True
    return False


def _closed(draft: Draft, semantics: Semantics) -> None:
    """A question for yes or no, which has a limit, or asks whether there was any."""
    several = any(len(single.values) > 1 and single.dimension in draft.by for single in draft.filters)
    opened = draft.marked.has(Cue.WHICH, Cue.HOW_MANY, Cue.OFTEN, Cue.TREND) or several
    if not _CLOSED.match(draft.marked.text) or opened or draft.grain or draft.against or _of_each(draft, semantics):
        return
    if not draft.metrics:
        draft.closed = draft.listing is not None
        return
    if not draft.conditions:
        draft.conditions.append(Condition(draft.metrics[0], Op.OVER, 0))
    draft.closed = True


def _which_had(draft: Draft, semantics: Semantics) -> None:
    """'Which vehicles had harsh braking' asks for those with any; named ones and first ones are shown in any case."""
    shaped = draft.conditions or draft.grain or draft.against or draft.counting or draft.averaged or draft.top
    named_ones = {single.dimension for single in draft.filters}
    ends = draft.marked.has(Cue.HIGH, Cue.LOW, Cue.WORST, Cue.BEST, Cue.BESIDE, Cue.AVERAGE, Cue.RULE, Cue.NONE)
    said = (*draft.marked.of(Role.DIMENSION), *draft.marked.of(Role.VALUE))
    which = any(Cue.WHICH in near_before(draft, mark) for mark in said)
    if len(draft.metrics) != 1 or len(draft.by) != 1 or shaped or ends or not which or draft.by[0] in named_ones:
        return
    if draft.marked.quantities or not is_counted(semantics.metric(draft.metrics[0]), semantics):
        return
    draft.conditions.append(Condition(draft.metrics[0], Op.OVER, 0))


def _grouped_by_limit(draft: Draft, semantics: Semantics) -> None:
    """'Vehicles with more than five …' are told apart, though no word says by what."""
    if not draft.conditions or draft.closed or draft.by or draft.grain:
        return
    by = loose(draft, semantics) or _kinds(draft, semantics) or _scored(draft, semantics)
    if by:
        draft.by.append(by)
    elif not any(len(f.values) == 1 for f in draft.filters):
        raise Stopped(Unclear(Reason.PLAN, "", known=("by what",)))


def _scored(draft: Draft, semantics: Semantics) -> str:
    """The drivers, where 'drivers scored' names both them and their score."""
    scored = any(semantics.metric(name).score for name in draft.metrics)
    return "driver" if scored and _DRIVERS.search(draft.marked.text) else ""


def _kinds(draft: Draft, semantics: Semantics) -> str:
    """The things, where a kind of them stands in the plural: 'EVs with less than …'."""
    thing = semantics.declared.thing
    named_ones = {single.dimension for single in draft.filters}
    kinds = [m for m in draft.marked.of(Role.VALUE) if named(m, Role.VALUE) in named_ones]
    plural = any(PLURAL.search(draft.marked.written(m.first, m.last)) for m in kinds)
    is_kind = all(semantics.dimension(name).column != name for name in named_ones)
    return thing if thing and plural and is_kind else ""


def _levels_apart(draft: Draft, semantics: Semantics) -> None:
    """'All electric vans' of a number that is not added up, such as a level, are told apart."""
    if len(draft.metrics) != 1 or draft.by or draft.closed or draft.averaged:
        return
    table = semantics.metric(draft.metrics[0]).table
    if semantics.metric(draft.metrics[0]).score and not draft.filters and _WHOLE.search(draft.marked.text):
        draft.by.append("driver")
    words = draft.marked.words
    things = [*draft.marked.of(Role.DIMENSION), *draft.marked.of(Role.VALUE)]
    each = any(m.first and _WHOLE.match(words[m.first - 1].text) for m in things)
    if each and table and not semantics.table(table).time and not draft.things:
        draft.by.append(semantics.declared.thing)


def _mean(draft: Draft, semantics: Semantics) -> None:
    if Cue.AVERAGE not in draft.marked.cues() or not draft.metrics:
        return
    metric = semantics.metric(draft.metrics[0])
    if metric.mean or metric.ratio or metric.score:
        return
    if not draft.by and not draft.grain:
        raise Stopped(Unclear(Reason.PLAN, "average", known=("average of what",)))
    draft.averaged = True
