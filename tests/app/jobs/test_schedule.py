"""Schedules: five cron fields in UTC, checked before they are saved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from surefoot.app.jobs.schedule import after, checked, latest, overdue
from surefoot.ingestion.errors import SourceInvalid

TEN = datetime(2026, 1, 5, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "wrong", ["@daily", "* * * *", "* * * * * *", "61 * * * *", "0 0 30 2 *", "x" * 300, "0 6 * * mo"]
)
def test_what_is_no_schedule_is_refused(wrong: str) -> None:
    with pytest.raises(SourceInvalid, match="schedule"):
        checked(wrong)


def test_an_empty_schedule_is_none() -> None:
    assert checked("") is None
    assert checked(None) is None
    assert checked(" 0  6 * * 1-5 ") == "0 6 * * 1-5"


def test_the_time_itself_counts_as_gone_by() -> None:
    assert latest("0 * * * *", TEN) == TEN
    assert latest("0 * * * *", TEN - timedelta(seconds=1)) == TEN - timedelta(hours=1)
    assert after("0 * * * *", TEN) == TEN + timedelta(hours=1)
    assert after("0 * * * *", TEN.astimezone(timezone(timedelta(hours=2)))) == TEN + timedelta(hours=1)


def test_a_source_is_overdue_when_two_times_have_gone_by() -> None:
    assert overdue("0 * * * *", TEN - timedelta(minutes=61), TEN)
    assert not overdue("0 * * * *", TEN - timedelta(minutes=59), TEN)


def test_a_time_that_never_comes_stops_nobody() -> None:
    assert (after("0 0 30 2 *", TEN), latest("0 0 30 2 *", TEN), overdue("0 0 30 2 *", TEN, TEN)) == (None, None, False)
