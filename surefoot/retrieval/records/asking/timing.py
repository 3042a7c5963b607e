"""Over which time a question asks, and with which other time it compares."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from surefoot.retrieval.records.asking.cues import Cue
from surefoot.retrieval.records.asking.draft import Draft, Stopped
from surefoot.retrieval.records.asking.outcomes import Reason, Unclear
from surefoot.retrieval.records.errors import PlanInvalid
from surefoot.retrieval.records.semantic import Semantics
from surefoot.retrieval.records.times.found import Kind, Problem, TimeFound
from surefoot.retrieval.records.times.grammar import find_times

_JOINING = frozenset(
    {"/", "|", "above", "below", "over", "under", "up on", "down on", "ahead of", "behind", "über", "unter"}
)
"""What stands between two times that are compared."""
_SHORT_DAY = timedelta(hours=23)
_THAT_DAY = re.compile(r"\b(?:an dem tag|on that day|that day|am selben tag|on the same day)\b", re.IGNORECASE)
_THAT = re.compile(r"\bthat(?: same)? (?:on )?$", re.IGNORECASE)


def timing(draft: Draft, semantics: Semantics, *, follows: bool = False) -> None:
    """Set the draft's period, and what it is compared with. Raises Stopped where a time has a problem.

    follows: whether a plan before it may tell which day 'that Friday' is.
    """
    if draft.listing is not None and semantics.listing(draft.listing).due:
        draft.period = next((found.whole for found in draft.marked.times if found.whole is not None), None)
        return
    _without_problems(draft)
    times = [found for found in draft.marked.times if found.period is not None and found.kind is not Kind.NOW]
    if not times and not follows and _THAT_DAY.search(draft.marked.text):
        raise Stopped(Unclear(Reason.TIME, _THAT_DAY.findall(draft.marked.text)[0], known=(Problem.VAGUE.value,)))
    if not times:
        return
    if not follows and _THAT.search(draft.marked.text[: times[0].span[0]]):
        raise Stopped(Unclear(Reason.TIME, _written(draft, times[0]), known=(Problem.VAGUE.value,)))
    _set(draft, times[0])
    if len(times) > 1:
        between = draft.marked.text[times[0].span[1] : times[1].span[0]].strip()
        joined = between.lower() in _JOINING or draft.marked.has(Cue.BESIDE, Cue.TOGETHER)
        if len(times) > 2 or draft.against or not joined or _is_partly(times):
            raise Stopped(Unclear(Reason.TIME, _written(draft, times[-1]), known=("several",)))
        draft.against = times[1].period
    if draft.against and draft.period and draft.against.start > draft.period.start:
        draft.period, draft.against = draft.against, draft.period


def _is_partly(times: Sequence[TimeFound]) -> bool:
    """Whether hours are told of one of two days alone: 'before noon, today and yesterday'."""
    lengths = [found.period.elapsed for found in times if found.period is not None and not found.open]
    return len(lengths) == 2 and min(lengths) < _SHORT_DAY <= max(lengths)


def _without_problems(draft: Draft) -> None:
    for found in draft.marked.times:
        if found.problem is not None:
            raise Stopped(Unclear(Reason.TIME, _written(draft, found), known=(found.problem.value,)))


def assume(draft: Draft, semantics: Semantics, now: datetime) -> None:
    """Take the declared time where none is named and rows lie in time."""
    if draft.period is not None:
        return
    plan = draft.plan()
    if draft.listing is not None and semantics.listing(draft.listing).now:
        return
    if not any(semantics.table(name).time for name in semantics.tables_of(plan)):
        return
    words = semantics.declared.default_period
    found = next(iter(find_times(words, now, semantics.zone, semantics.week_start)), None)
    if found is not None:
        _set(draft, found)
        draft.assumed = words


def as_now(draft: Draft, semantics: Semantics, now: datetime) -> None:
    """Leave out today where rows tell only of now.

    Raises PlanInvalid where another time is asked for: what is now would be told of then.
    """
    period = draft.period
    of_now = [title for title, is_now in _titles(draft, semantics) if is_now]
    if period is None or not of_now:
        return
    named = any(found.period is not None and found.kind is not Kind.NOW for found in draft.marked.times)
    if named and (period.start > now or not (draft.open and period.days == 1)):
        raise PlanInvalid(f"I know only how this is now, not how it was at another time: {', '.join(of_now)}.")
    if len(of_now) == len(_titles(draft, semantics)) and draft.against is None and draft.grain is None:
        draft.period, draft.open = None, False


def _titles(draft: Draft, semantics: Semantics) -> list[tuple[str, bool]]:
    """What is read, by title, and whether it tells only of now."""
    if draft.listing is not None:
        listing = semantics.listing(draft.listing)
        return [(listing.title, not listing.due and (listing.now or semantics.table(listing.table).time is None))]
    homes = {name: [semantics.metric(base).table or "" for base in semantics.bases(name)] for name in draft.metrics}
    return [
        (semantics.metric(name).title, all(semantics.table(home).time is None for home in tables))
        for name, tables in homes.items()
    ]


def _set(draft: Draft, found: TimeFound) -> None:
    draft.period, draft.open = found.period, found.open
    draft.against = found.against or draft.against
    draft.uncut = found.uncut


def _written(draft: Draft, found: TimeFound) -> str:
    return draft.marked.text[found.span[0] : found.span[1]]
