"""Follow-ups: what a short question changes of the plan before it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from surefoot.retrieval.records.asking.cues import Cue
from surefoot.retrieval.records.asking.draft import Draft
from surefoot.retrieval.records.asking.marking import Marked
from surefoot.retrieval.records.asking.vocabulary import Role
from surefoot.retrieval.records.plan import Plan
from surefoot.retrieval.records.times.periods import Period

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
_BEFORE = re.compile(
    r"\b(?:the )?(?:day|week|month|quarter|year|one) before\b|\bvorwoche\b|\bvormonat\b|\bdavor\b", re.IGNORECASE
)


def shifted(found: Marked, before: Plan) -> Period | None:
    """The period before that of the plan, where 'the week before' and the like ask for it."""
    period = before.period
    if period is None or not _BEFORE.search(found.text):
        return None
    if period.days > 1 or (period.end - period.start) >= timedelta(days=1):
        days = timedelta(days=period.days)
        return Period(period.start - days, period.start)
    return Period(period.start - (period.end - period.start), period.start)


def follow(draft: Draft, before: Plan, now: datetime) -> None:
    """Fill what the question leaves open with the plan before it."""
    changed = bool(draft.metrics or draft.listing)
    if not changed:
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
