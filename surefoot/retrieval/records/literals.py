"""Values that stand in expressions: days, moments, nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any


def date_of(day: date) -> Any:
    """A day."""
    import ibis

    return ibis.date(day.isoformat())


def moment_of(at: datetime) -> Any:
    """An aware moment."""
    import ibis

    return ibis.timestamp(at.astimezone(UTC).isoformat())


def nothing() -> Any:
    """No number."""
    import ibis

    return ibis.null("float64")


def zero_if(there: Any) -> Any:
    """0 where it holds, else no number."""
    return there.ifelse(0.0, nothing())
