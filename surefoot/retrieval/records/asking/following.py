"""Follow-ups: what a short question changes of the plan before it."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo

from surefoot.retrieval.records.asking.chosen import POINTS, keep_chosen, not_picked, of_chosen, only_numbers
from surefoot.retrieval.records.asking.cues import Cue
from surefoot.retrieval.records.asking.draft import Draft, Stopped
from surefoot.retrieval.records.asking.limits import OPS, converted
from surefoot.retrieval.records.asking.manner import is_meaning
from surefoot.retrieval.records.asking.marking import Marked
from surefoot.retrieval.records.asking.outcomes import Reason, Unclear
from surefoot.retrieval.records.asking.vocabulary import Role
from surefoot.retrieval.records.asking.widening import added_up, kept_filters, told_apart, unlimited, whole_fleet
from surefoot.retrieval.records.asking.words import forms
from surefoot.retrieval.records.plan import Condition, Plan
from surefoot.retrieval.records.semantic import Semantics
from surefoot.retrieval.records.times.found import Problem
from surefoot.retrieval.records.times.periods import DAYS, MONTHS, Period, Unit

_OPENS = re.compile(
    r"^\W*(?:and|or|but|also|what about|how about|only|just|now|same|the same|then|instead|without|except|by|per|for|"
    r"as a|(?:(?:can|could) (?:you|i|we) )?(?:please )?"
    r"(?:show|make|put|split|spread|compare|have|get|see|give me|break) (?:it|that|this|them)|"
    r"spread|split|grouped|sorted|broken down|"
    r"und|oder|aber|nur|ohne|nach|pro|was ist mit|wie war|dasselbe|(?:das|die) gleichen?)\b",
    re.IGNORECASE,
)
_WHOM = re.compile(
    r"\b(?:he|she|him|his|her|its|(?:that|this|the other) one|(?:that|this) (?:vehicle|van|truck|lorry|driver)|"
    r"(?<=did )it|(?<=does )it|(?<=has )it|it(?= (?:drove|did|went|has)\b)|"
    r"ihn|ihm|(?<=hat )er|(?<=ist )er|(?<=war )er)\b|"
    r"(?<=(?:ist|hat|war) )der(?= (?:heute|gestern|schon|noch|jetzt|da|diese|letzte|seit|so)\b)",
    re.IGNORECASE,
)
"""Words that stand for one vehicle or person."""
SHORT = 4
"""Words up to which a question without a subject leans on the one before."""


def leans(found: Marked, *, has_subject: bool) -> bool:
    """Whether a question needs the plan before it."""
    if _OPENS.match(found.text):
        return True
    if has_subject:
        named = [mark for mark in found.of(Role.VALUE) if not mark.of(Role.METRIC)]
        return bool(POINTS.search(found.text)) and not named
    return len(found.words) <= SHORT or bool(POINTS.search(found.text))


_OURS = re.compile(r"\b(?:we|us|our|ours|wir|uns|unsere?[rnms]?)\b", re.IGNORECASE)
BARE = 5
"""Words up to which a question that names a time still is of what was asked for before."""


def is_bare(draft: Draft) -> bool:
    """Whether a question for another number names nobody, so that it is of those spoken of: 'how many trips?'."""
    found = draft.marked
    if not (draft.metrics or draft.listing) or draft.filters or draft.of_now or found.has(Cue.TOTAL, Cue.RULE):
        return False
    if _OURS.search(found.text) or is_meaning(found.text) or draft.things:
        return False
    kinds = [mark for mark in found.of(Role.VALUE) if not mark.of(Role.METRIC)]
    return not kinds and not draft.left and (not found.times or len(found.words) <= BARE)


def changes(found: Marked) -> bool:
    """Whether a question says anything that a plan can take up: 'thanks' and 'who are you?' do not."""
    named = any(found.of(role) for role in (Role.METRIC, Role.LISTING, Role.DIMENSION, Role.VALUE))
    shaped = bool(found.cues() - {Cue.WHICH, Cue.NONE, Cue.HOW_MANY})
    asks_who = len(found.words) <= 2 and found.has(Cue.WHICH)
    codes = any(found.words[n].is_code for n in found.left)
    again = bool(_BEFORE.search(found.text) or _AGAIN.search(found.text))
    return bool(named or found.times or found.quantities or shaped or asks_who or codes or again)


_AGAIN = re.compile(r"\b(?:again|nochmals?|noch ?einmal)\b", re.IGNORECASE)
_THAT = re.compile(r"(?:that|same|selben|diesem|dem) (?:day|week|month|time|tag|woche|monat)", re.IGNORECASE)
_SAME = frozenset(forms("same gleiche gleichen dasselbe thing make nochmal nochmals"))
"""Forms of words that ask for what was asked before."""
_BESIDE = re.compile(
    r"\b(?:against|compared?|compares|comparison|versus|vs|than|beside|vergleiche?|verglichen|gegenüber|gegen|als)\b",
    re.IGNORECASE,
)
_UNITS = {
    "day": Unit.DAY,
    "week": Unit.WEEK,
    "month": Unit.MONTH,
    "quarter": Unit.QUARTER,
    "year": Unit.YEAR,
    "tag": Unit.DAY,
    "woche": Unit.WEEK,
    "monat": Unit.MONTH,
    "quartal": Unit.QUARTER,
    "jahr": Unit.YEAR,
}
_BEFORE = re.compile(
    rf"\b(?:({'|'.join(_UNITS)}) (?:before|davor)|one before|davor|vor(?:woche|monat))\b", re.IGNORECASE
)


def pointed(draft: Draft, thing: str) -> str:
    """The word that stands for a vehicle or a person, where nothing tells which one; '' where there is none."""
    told = {*draft.by, *(single.dimension for single in draft.filters)} & {thing, "driver"}
    found = _WHOM.search(draft.marked.text)
    return found.group() if found and not told else ""


def moved(draft: Draft, before: Plan, zone: tzinfo | None) -> bool:
    """Take the day, week, month … before the plan's period; False where the question does not ask for it.

    'Put that against the week before' sets it beside the plan's period, of one that goes on with the same part.
    """
    back, period = shifted(draft.marked, before, zone), before.period
    if back is None or period is None:
        return False
    if not _BESIDE.search(draft.marked.text):
        draft.period = back
        return True
    draft.period, draft.open, draft.against = period, before.open, back
    part = back.until((back.start.astimezone(UTC) + period.elapsed).astimezone(zone))
    if before.open and part is not None and part != back:
        draft.against, draft.uncut = part, back
    return True


def shifted(found: Marked, before: Plan, zone: tzinfo | None) -> Period | None:
    """The day, week, month … before the plan's period, where 'the week before' and the like name no other time.

    It ends where the plan's period begins; months are those of the calendar, whatever their length.
    """
    period, said = before.period, _BEFORE.search(found.text)
    if period is None or said is None or any(time.problem is not Problem.VAGUE for time in found.times):
        return None
    start, end = period.start.astimezone(zone), period.end.astimezone(zone)
    unit = _UNITS.get((said[1] or "").lower())
    if unit is not None and unit in MONTHS:
        months = start.year * 12 + start.month - 1 - MONTHS[unit]
        day = min(start.day, monthrange(months // 12, months % 12 + 1)[1])
        return Period(start.replace(year=months // 12, month=months % 12 + 1, day=day), start)
    if unit is not None and unit in DAYS:
        return Period(start - timedelta(days=DAYS[unit]), start)
    length = end.astimezone(UTC) - start.astimezone(UTC)
    return Period((start.astimezone(UTC) - length).astimezone(zone), start)


def _numbers(draft: Draft, before: Plan, semantics: Semantics) -> None:
    """'Make it five' takes more of the first ones, 'more than 350?' another limit on the same number."""
    for n in sorted(draft.numbers):
        quantity = draft.marked.quantities[n]
        op, metric = OPS.get(quantity.limit), next(iter((*(c.metric for c in before.conditions), *before.metrics)), "")
        value = converted(quantity, semantics.metric(metric).unit) if metric else None
        if value is None or draft.metrics or draft.listing:
            continue
        if op is None and before.top is not None and not quantity.unit and value >= 1 and value == int(value):
            draft.top = replace(before.top, limit=int(value))
        elif op is not None and before.by and len(before.metrics) == 1 and len(before.conditions) < 2:
            draft.conditions = [Condition(metric, op, value)]
        else:
            continue
        draft.numbers.discard(n)


def _listed(draft: Draft, before: Plan, semantics: Semantics) -> None:
    """'Can I see them one by one' lists the rows that were counted."""
    if not draft.marked.has(Cue.LIST) or before.listing or len(before.metrics) != 1 or draft.by or draft.grain:
        return
    metric = semantics.metric(before.metrics[0])
    for name, listing in semantics.declared.listings.items():
        if metric.count and listing.table == metric.table and listing.where == metric.where:
            draft.metrics, draft.conditions, draft.listing = [], [], name
            return


def _beside(draft: Draft, before: Plan) -> None:
    """'More than V-105?' and 'compare with Eastmoor' set another one beside the one before."""
    own = [single for single in draft.filters if len(single.values) == 1 and not single.exclude]
    if len(own) != 1 or draft.metrics or draft.listing or draft.against or not _BESIDE.search(draft.marked.text):
        return
    for single in before.filters:
        if single.dimension == own[0].dimension and not single.exclude and own[0].values[0] not in single.values:
            draft.filters = [replace(single, values=(*single.values, *own[0].values))]
            draft.by = list(dict.fromkeys((*draft.by, single.dimension)))
            draft.closed, draft.conditions = False, []


def _where(draft: Draft, before: Plan, semantics: Semantics) -> None:
    """'Where?' asks for the places of what was counted. Raises Stopped where nothing was."""
    if draft.listing is None or not _WHERE.match(draft.marked.text) or not before.metrics:
        return
    draft.listing = None
    _listed(draft, before, semantics)
    if draft.listing is None:
        raise Stopped(Unclear(Reason.PLAN, "Do you mean where it is now, where it drove, or where it stopped?"))


_WHERE = re.compile(r"^\W*(?:and |und )?(?:where|wo)\W*$", re.IGNORECASE)


def follow(draft: Draft, before: Plan, now: datetime, semantics: Semantics) -> None:
    """Fill what the question leaves open with the plan before it. Raises Stopped where no plan holds that."""
    words = draft.marked.words
    draft.left -= {n for n in draft.left if n and _THAT.fullmatch(f"{words[n - 1].text} {words[n].text}")}
    draft.left -= {n for n in draft.left if words[n].form in _SAME}
    only_numbers(draft, before)
    _where(draft, before, semantics)
    _beside(draft, before)
    told_apart(draft, semantics)
    _numbers(draft, before, semantics)
    changed = _subject(draft, before, semantics)
    named = {single.dimension for single in draft.filters if not single.exclude}
    draft.filters = kept_filters(draft, before, semantics)
    _time(draft, before, now)
    if whole_fleet(draft):
        draft.conditions = [] if before.by else draft.conditions
    elif not added_up(draft):
        _groups(draft, before, named, changed=changed)


def _subject(draft: Draft, before: Plan, semantics: Semantics) -> bool:
    """Take the number or the list of the plan before where none is named; whether another one is."""
    changed = bool(draft.metrics or draft.listing)
    if draft.metrics and of_chosen(draft, before):
        keep_chosen(draft, before)
        changed = False
    elif not changed:
        not_picked(draft, before)
        draft.metrics, draft.listing = list(before.metrics), before.listing
        draft.conditions = draft.conditions or list(before.conditions)
        draft.averaged = draft.averaged or (before.averaged and not draft.by)
    if not changed:
        _listed(draft, before, semantics)
    return changed


def _time(draft: Draft, before: Plan, now: datetime) -> None:
    """Take the time of the plan before where none is named."""
    if draft.period is not None or before.period is None:
        return
    start, end = before.period.start.astimezone(now.tzinfo), before.period.end.astimezone(now.tzinfo)
    draft.period = Period(start, max(end, now) if before.open else end)
    stepwise = draft.grain is not None or draft.averaged  # of which no two times are compared
    draft.open, draft.against = before.open, draft.against or (None if stepwise else before.against)


def _groups(draft: Draft, before: Plan, named: Collection[str], *, changed: bool) -> None:
    """Take what the plan before told apart, its steps and its first ones where nothing else is named."""
    top = None if unlimited(draft) else before.top
    if not draft.by and not draft.grain:
        narrowed = {f.dimension for f in draft.filters if len(f.values) == 1 and f.dimension in named}
        draft.by = [name for name in before.by if name not in narrowed]
        draft.grain = before.grain
        draft.top = draft.top or (top if draft.by or draft.grain else None)
    elif draft.top is None and draft.by and not changed:
        draft.top = top
