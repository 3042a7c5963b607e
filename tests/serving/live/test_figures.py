"""Figures, moments and lengths of time as people read them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from surefoot.core.readings import Cell, ReadingColumn
from surefoot.serving.live.figures import cell, figure, length, moment
from tests.retrieval.records.small_fleet import BERLIN


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "shown"),
    [
        (None, "km", 1, "no value"),
        (0.0, "km", 1, "0.0 km"),
        (-0.0, "km", 1, "0.0 km"),
        (-0.04, "km", 1, "0.0 km"),
        (-0.05, "km", 2, "-0.05 km"),
        (1234567.891, "km", 1, "1,234,567.9 km"),
        (1, "events", 0, "1 event"),
        (1.0, "km/h", 1, "1.0 km/h"),
        (2, "events", 0, "2 events"),
        (5, "", 0, "5"),
        (1, "", 0, "1"),
        (99.95, "%", 1, "100.0 %"),
    ],
)
def test_a_figure_has_its_decimals_and_unit(value: float | None, unit: str, decimals: int, shown: str) -> None:
    assert figure(value, unit, decimals) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "no value"),
        (True, "yes"),
        (False, "no"),
        (0, "0 km"),
        (1.25, "1 km"),
        ("V-101", "V-101"),
        (date(2026, 3, 1), "1 March 2026"),
        (datetime(2026, 10, 27, 23, 30, tzinfo=UTC), "28 October 2026, 00:30:00"),
    ],
)
def test_a_cell_is_shown_by_what_it_is(value: Cell, shown: str) -> None:
    assert cell(value, ReadingColumn("x", "x", "km"), BERLIN) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        *((0, "0 s"), (59.4, "59 s"), (60, "1 min"), (1800, "30 min"), (3600, "1 h"), (5400, "1 h 30 min")),
        *((3_600_000, "1,000 h"), (7_199, "2 h")),
    ],
)
def test_a_length_of_time_has_its_two_largest_units(seconds: float, shown: str) -> None:
    assert length(seconds) == shown


def test_both_hours_of_the_night_in_which_clocks_are_set_back_read_the_same() -> None:
    first, second = (datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1))
    assert moment(first, BERLIN) == moment(second, BERLIN) == "25 October 2026, 02:30:00"
