"""Moments in messages: ISO 8601 with an offset, or a count since 1970 in seconds, milliseconds or microseconds."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from surefoot.retrieval.records.samples import EPOCH

_SECONDS, _MILLISECONDS, _MICROSECONDS = 1e11, 1e14, 1e17
"""Below these a count is of seconds (until the year 5138), of milliseconds or of microseconds (both from 1973 on)."""
_COUNT = re.compile(r"\d{9,17}(\.\d{1,9})?")


def moment_from(value: Any) -> datetime:
    """The moment in UTC; ValueError says in words why there is none."""
    if isinstance(value, str):
        text = value.strip()
        if not _COUNT.fullmatch(text):
            return _from_iso(text)
        return _since_epoch(float(text) if "." in text else int(text))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _since_epoch(value)
    raise ValueError("its time is neither a text nor a number")


def _from_iso(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(
            "its time is not ISO 8601 (as 2026-05-04T09:30:00+02:00) and no count of seconds, milliseconds or "
            "microseconds since 1970"
        ) from None
    if moment.tzinfo is None:
        raise ValueError("its time has no offset: add Z or +02:00, else it could be any hour of the day")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("its time is outside the calendar") from None


def _since_epoch(count: float) -> datetime:
    if not 0 <= count < _MICROSECONDS:
        raise ValueError("its time is no count of seconds, milliseconds or microseconds since 1970")
    scale = 1_000_000 if count < _SECONDS else 1_000 if count < _MILLISECONDS else 1
    return EPOCH + timedelta(microseconds=round(count * scale))
