"""Judges what an answer about live data shows against what is exactly right."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from surefoot.core.nouns import Outcome
from surefoot.core.readings import Reading
from surefoot.eval.cases import ANSWERS
from surefoot.eval.live_figures import change, count, ranking, rows, steps, value
from surefoot.eval.live_listings import holds, pairs, position, selection, starts
from surefoot.eval.live_shown import aware
from surefoot.eval.live_verdicts import RIGHT, Expect, Judgement, LiveAnswer, Verdict

EDGES_WITHIN: Final = timedelta(seconds=61)
"""How far the edges of a period that is told may lie from those that were meant."""
WAYS: Final[Mapping[str, Callable[[Expect, Sequence[Reading]], Judgement]]] = {
    "before": change,
    "value": value,
    "count": count,
    "steps": steps,
    "keys": ranking,
    "any_order": selection,
    "starts": starts,
    "holds": holds,
    "pairs": pairs,
    "latitude": position,
    "rows": rows,
}
"""How an expectation is compared: by the first of these that it has."""


def judged(expect: Expect, answer: LiveAnswer, now: datetime) -> Judgement:
    """What came of a case with this expectation; `now` ends the periods that go on."""
    if conduct := _conduct(expect, answer):
        return conduct
    if "either" in expect:
        found = [judged(one, answer, now) for one in expect["either"]]
        return next((one for one in found if one[0] is Verdict.RIGHT), found[0])
    if answer.outcome is Outcome.ASKED_BACK:
        return Verdict.ASKED_BACK, "asked back"
    if answer.outcome not in ANSWERS and not _shows_nothing(expect, answer):
        return Verdict.NOT_FOUND, str(answer.outcome)
    if not answer.readings:
        return Verdict.BESIDE, "no reading"
    way = next(way for name, way in WAYS.items() if name in expect)
    return _of_its_time(expect, answer, way(expect, answer.readings), now)


def _conduct(expect: Expect, answer: LiveAnswer) -> Judgement | None:
    """The judgement where no figure is expected, but how the assistant behaves."""
    if "no_reading" in expect:
        return (Verdict.WRONG, "a reading is shown") if answer.readings else RIGHT
    if "asked_back" not in expect and "asked_back_or_not_found" not in expect:
        return None
    if answer.outcome is Outcome.ASKED_BACK:
        return RIGHT
    if answer.outcome not in ANSWERS:
        return RIGHT if "asked_back_or_not_found" in expect else (Verdict.NOT_FOUND, str(answer.outcome))
    return (Verdict.WRONG, "answered with a reading") if answer.readings else (Verdict.BESIDE, "answered without one")


def _of_its_time(expect: Expect, answer: LiveAnswer, found: Judgement, now: datetime) -> Judgement:
    """The judgement, unless the text says the contrary, or what is shown is told of another time."""
    if found[0] is not Verdict.RIGHT:
        return found
    said = answer.text.strip().casefold()
    contrary = {True: ("no,", "no.", "no ", "nein"), False: ("yes", "ja,", "ja.", "ja ")}
    if "yes" in expect and said.startswith(contrary[expect["yes"]]):
        return Verdict.WRONG, f"says '{answer.text.strip()[:20]}'"
    told = [(aware(r.start), aware(r.end)) for r in answer.readings if r.start and r.end]
    meant = [expect[name] for name in ("period", "before_period") if name in expect]
    if "period" not in expect or not told or any(_same(one, period, now) for one in meant for period in told):
        return found
    return Verdict.LUCKY, f"told of {told[0][0].isoformat()} to {told[0][1].isoformat()}"


def _same(meant: Sequence[str], told: tuple[datetime, datetime], now: datetime) -> bool:
    """Whether two periods are the same, as far as they are past."""
    start, end = (datetime.fromisoformat(edge) for edge in meant)
    return abs(start - told[0]) <= EDGES_WITHIN and abs(min(end, now) - min(told[1], now)) <= EDGES_WITHIN


def _shows_nothing(expect: Expect, answer: LiveAnswer) -> bool:
    """Whether nothing is there, and a reading without rows shows it."""
    empty = any(expect.get(name) == [] for name in ("any_order", "starts", "pairs")) or expect.get("value") == 0
    return empty and bool(answer.readings) and not any(reading.total for reading in answer.readings)
