"""The forms of readings and plans, as every client of Surefoot sees them."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any, Literal

from pydantic import Field, field_validator

from surefoot.app.client.citation_forms import Form

DrawnName = Literal["number", "bars", "line", "route", "points", "table"]
Value = datetime | date | bool | int | float | str | None


_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


class PeriodForm(Form):
    """A half-open range of time; both None where rows hold however it is now."""

    start: datetime | None = None
    end: datetime | None = None


class ColumnForm(Form):
    """A column of a reading's rows."""

    name: str
    title: str
    unit: str = ""
    decimals: int | None = None


class UnknownForm(Form):
    """What was not heard of in the time that a reading tells of."""

    things: int
    seconds: float
    """Added up over all of them."""


class ReadingForm(Form):
    """Rows of records that an answer stands on, or one number."""

    id: str = ""
    metric: str
    title: str = ""
    value: float | None
    unit: str
    period: PeriodForm
    filters: dict[str, list[str]]
    rows: list[dict[str, Value]]
    as_of: datetime | None
    """The newest moment that the rows know of."""
    total: int = 0
    """Rows that there are."""
    told: str = ""
    """The plan in plain words."""
    columns: list[ColumnForm] = Field(default=[])
    drawn: DrawnName = "table"
    decimals: int = 0
    definition: str = ""
    source: str = ""
    before: float | None = None
    before_told: str = ""
    begins: datetime | None = None
    """The earliest moment that there are rows of, where an earlier one was asked for."""
    unknown: UnknownForm | None = None
    incomplete: str = ""
    """Why rows are missing that will be there, in a sentence."""
    simulated: bool = False
    zone: str = "UTC"
    plan: dict[str, Any] | None = None
    """The plan as it was run; None for readings that no plan made."""

    @field_validator("rows", mode="after")
    @classmethod
    def _with_times(cls, rows: list[dict[str, Value]]) -> list[dict[str, Value]]:
        """JSON has no times: what is written as a moment or a date becomes one again."""
        return [{name: _time_in(value) for name, value in row.items()} for row in rows]


def _time_in(value: Value) -> Value:
    if not isinstance(value, str):
        return value
    try:
        if _MOMENT.fullmatch(value):
            return datetime.fromisoformat(value)
        return date.fromisoformat(value) if _DATE.fullmatch(value) else value
    except ValueError:
        return value  # it only looks like one


class PlanForm(Form):
    """What a question asks of an assistant's records."""

    question: str
    assistant: str
    outcome: Literal["planned", "unclear", "half", "with_limit", "documents"]
    by: Literal["rules", "model"] | None = None
    """Who made the plan."""
    plan: dict[str, Any] | None = None
    told: str = ""
    """The plan in plain words."""
    assumed: str = ""
    """The time that was taken because none was named."""
    reason: str = ""
    """Why it is unclear."""
    left: list[str] = Field(default=[])
    """Words that no rule knows."""
    text: str = ""
    """What is asked back."""
    options: list[str] = Field(default=[])
    milliseconds: float = 0
