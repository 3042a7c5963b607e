"""Follow-ups: what a short question changes of the plan before it."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, datetime, timedelta, tzinfo

from surefoot.retrieval.records.asking.cues import Cue
from surefoot.retrieval.records.asking.draft import Draft
from surefoot.retrieval.records.asking.marking import Marked
from surefoot.retrieval.records.asking.vocabulary import Role
from surefoot.retrieval.records.plan import Plan
from surefoot.retrieval.records.times.found import Problem
from surefoot.retrieval.records.times.periods import DAYS, MONTHS, Period, Unit

_OPENS = re.compile(
    r"^\W*(?:and|or|but|also|what about|how about|only|just|now|same|the same|then|instead|without|except|by|per|for|"
    r"as a|show (?:it|that|this|them)|und|oder|aber|nur|ohne|nach|pro|was ist mit|wie war|dasselbe)\b",
    re.IGNORECASE,
)
_POINTS = re.compile(
    r"\b(?:it|its|they|them|their|those|that (?:one|vehicle|van|truck|driver|day|week)|"
    r"this (?:one|vehicle|van|truck|driver)|he|she|his|her|the same|there|then|dieselben?|davon|dessen)\b",
    re.IGNORECASE,
)
SHORT = 4
"""Words up to which a question without a subject leans on the one before."""


def leans(found: Marked, *, has_subject: bool) -> bool:
    """Whether a question needs the plan before it."""
    if _OPENS.match(found.text):
        return True
    if has_subject:
        named = [mark for mark in found.of(Role.VALUE) if not mark.of(Role.METRIC)]
        return bool(_POINTS.search(found.text)) and not named
    return len(found.words) <= SHORT or bool(_POINTS.search(found.text))


def changes(found: Marked) -> bool:
    """Whether a question says anything that a plan can take up: 'thanks' and 'who are you?' do not."""
    named = any(found.of(role) for role in (Role.METRIC, Role.LISTING, Role.DIMENSION, Role.VALUE))
    shaped = bool(found.cues() - {Cue.WHICH, Cue.NONE, Cue.HOW_MANY})
    asks_who = len(found.words) <= 2 and found.has(Cue.WHICH)
    codes = any(found.words[n].is_code for n in found.left)
    again = bool(_BEFORE.search(found.text) or _AGAIN.search(found.text))
    return bool(named or found.times or found.quantities or shaped or asks_who or codes or again)


_AGAIN = re.compile(r"\b(?:again|nochmals?|noch einmal)\b", re.IGNORECASE)
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


def _of_chosen(draft: Draft, before: Plan) -> bool:
    """Whether 'they' or 'it' are those that the plan before chose by its number: the first ones, or beyond a limit."""
    chosen = bool(before.by) and (before.top is not None or bool(before.conditions))
    return chosen and not draft.by and not draft.filters and bool(_POINTS.search(draft.marked.text))


def _kept(draft: Draft, before: Plan) -> None:
    """What is asked besides stands behind the number by which they were chosen, so that the same ones are shown."""
    draft.metrics = list(dict.fromkeys((*before.metrics, *draft.metrics)))
    draft.conditions = list(before.conditions)
    draft.closed = False


def follow(draft: Draft, before: Plan, now: datetime) -> None:
    """Fill what the question leaves open with the plan before it."""
    changed = bool(draft.metrics or draft.listing)
    if draft.metrics and _of_chosen(draft, before):
        _kept(draft, before)
        changed = False
    elif not changed:
        draft.metrics, draft.listing = list(before.metrics), before.listing
        draft.conditions = draft.conditions or list(before.conditions)
        draft.averaged = draft.averaged or (before.averaged and not draft.by)
    named = {single.dimension for single in draft.filters}
    draft.filters += [single for single in before.filters if single.dimension not in named]
    if draft.period is None and before.period is not None:
        zone = now.tzinfo
        start, end = before.period.start.astimezone(zone), before.period.end.astimezone(zone)
        draft.period = Period(start, max(end, now) if before.open else end)
        draft.open, draft.against = before.open, draft.against or before.against
    if not draft.by and not draft.grain:
        narrowed = {f.dimension for f in draft.filters if len(f.values) == 1 and f.dimension in named}
        draft.by = [name for name in before.by if name not in narrowed]
        draft.grain = before.grain
        draft.top = draft.top or (before.top if draft.by or draft.grain else None)
    elif draft.top is None and before.top is not None and draft.by and not changed:
        draft.top = before.top
