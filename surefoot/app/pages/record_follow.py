"""What could be asked next under an answer from records: only what its plan has room for."""

from __future__ import annotations

from datetime import timedelta

from surefoot.app.client.forms import AnswerForm
from surefoot.app.client.reading_forms import ReadingForm
from surefoot.app.pages.markup import act, escape

MOST = 3
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7, hours=2)
SLACK = timedelta(hours=2)
"""How much longer or shorter a day or a week may be where the clocks are changed."""
ALONG = ("driver", "vehicle", "depot")
"""What numbers are looked at by, the first of them first."""


def offered(answer: AnswerForm | None) -> list[str]:
    """Up to three short questions that lean on this one."""
    if answer is None or answer.outcome != "answered" or len(answer.readings) != 1:
        return []
    reading = answer.readings[0]
    if reading.drawn not in {"number", "bars", "line"}:
        return []
    return [*_by(reading), *_steps(reading), *_before(reading)][:MOST]


def buttons(answer: AnswerForm, turn: int) -> str:
    """The questions as buttons; empty where there are none."""
    shown = "".join(
        f'<button type="button" class="sf-button sf-small" {act("next", turn=turn, n=n)}>{escape(text)}</button>'
        for n, text in enumerate(offered(answer))
    )
    return f'<div class="sf-options" role="group" aria-label="Ask next">{shown}</div>' if shown else ""


def _by(reading: ReadingForm) -> list[str]:
    """By what it is not looked at yet; one vehicle has no depots to compare."""
    if reading.period.start is None:
        return []
    seen = {column.name for column in reading.columns} | set(reading.filters)
    along = [name for name in ALONG if name not in seen]
    if "vehicle" in reading.filters or "driver" in reading.filters:
        along = [name for name in along if name != "depot"]
    return [f"And by {name}?" for name in along[:1]]


def _steps(reading: ReadingForm) -> list[str]:
    start, end = reading.period.start, reading.period.end
    if start is None or end is None or reading.drawn == "line":
        return []
    return ["And per hour?"] if end - start <= DAY + SLACK else ["And per day?"]


def _before(reading: ReadingForm) -> list[str]:
    """The day or the week before one that is whole or still goes on."""
    start, end = reading.period.start, reading.period.end
    if start is None or end is None or reading.as_of is None or reading.before_told:
        return []
    if end < reading.as_of - HOUR:
        return []  # it is past
    return ["And yesterday?"] if end - start <= DAY + SLACK else ["And last week?"] if end - start <= WEEK else []
