"""Reads cron expressions: five fields, in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from surefoot.ingestion.errors import SourceInvalid
from surefoot.ingestion.sources.declared import checked_schedule

LONGEST = 200


def checked(expression: str | None) -> str | None:
    """The expression, or None for an empty one. Raises SourceInvalid, also where its time never comes."""
    if expression and len(expression) > LONGEST:
        raise SourceInvalid(f"'schedule' is longer than {LONGEST} characters.")
    words = checked_schedule(expression)
    if words and after(words, datetime.now(UTC)) is None:
        raise SourceInvalid(f"'schedule': the time '{words}' never comes. Check its day and month.")
    return words


def after(expression: str, moment: datetime) -> datetime | None:
    """The first time after a moment; None where the time never comes."""
    from croniter import CroniterBadDateError, croniter

    try:
        return croniter(expression, moment.astimezone(UTC)).get_next(datetime)
    except CroniterBadDateError:
        return None


def latest(expression: str, moment: datetime) -> datetime | None:
    """The last time up to a moment, itself included; None where the time never comes."""
    from croniter import CroniterBadDateError, croniter

    try:
        return croniter(expression, moment.astimezone(UTC) + timedelta(microseconds=1)).get_prev(datetime)
    except CroniterBadDateError:
        return None


def overdue(expression: str, since: datetime, moment: datetime) -> bool:
    """Whether two times have gone by after `since`: one may be under way."""
    last = latest(expression, moment)
    before = latest(expression, last - timedelta(microseconds=2)) if last else None
    return before is not None and before > since
