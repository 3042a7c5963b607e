"""Figures, moments and lengths of time as people read them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from surefoot.core.readings import Cell, ReadingColumn
from surefoot.retrieval.records.asking.units import wanted_units
from surefoot.serving.live.figures import Figures
from tests.retrieval.records.small_fleet import BERLIN

FIGURES = Figures(BERLIN)


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
        (2031.5, "min", 1, "33 h 52 min"),
        (90.0, "min", 1, "1 h 30 min"),
        (89.9, "min", 1, "89.9 min"),
        (0.0, "min", 1, "0 min"),
        (33.858, "h", 2, "33 h 51 min"),
        (0.53, "h", 2, "32 min"),
        (1234.0, "h", 2, "1,234 h"),
    ],
)
def test_a_figure_has_its_decimals_and_unit(value: float | None, unit: str, decimals: int, shown: str) -> None:
    assert FIGURES.figure(value, unit, decimals) == shown


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
    assert FIGURES.cell(value, ReadingColumn("x", "x", "km")) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        *((0, "0 s"), (59.4, "59 s"), (60, "1 min"), (1800, "30 min"), (3600, "1 h"), (5400, "1 h 30 min")),
        *((3_600_000, "1,000 h"), (7_199, "2 h")),
    ],
)
def test_a_length_of_time_has_its_two_largest_units(seconds: float, shown: str) -> None:
    assert FIGURES.length(seconds) == shown


def test_both_hours_of_the_night_in_which_clocks_are_set_back_read_the_same() -> None:
    first, second = (datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1))
    assert FIGURES.moment(first) == FIGURES.moment(second) == "25 October 2026, 02:30:00"


@pytest.mark.parametrize(
    ("question", "value", "unit", "shown"),
    [
        ("How many miles did V-104 drive on Monday?", 160.9344, "km", "100.0 miles"),
        ("How many miles did V-104 drive on Monday?", 60.0, "km/h", "60.0 km/h"),
        ("top speed of V-104 in mph", 100.0, "km/h", "62.1 mph"),
        ("How many miles per hour did V-104 go?", 100.0, "km/h", "62.1 mph"),
        ("How many gallons of diesel did the trucks use?", 378.5411784, "l", "100.0 US gallons"),
        ("How many imperial gallons did the trucks use?", 4.54609, "l", "1.0 imperial gallons"),
        ("For how many minutes did V-104 idle?", 2031.5, "min", "2,031.5 min"),
        ("Idling of V-104 in the last 30 minutes", 2031.5, "min", "33 h 52 min"),
        ("How far did V-104 drive?", 160.9344, "km", "160.9 km"),
    ],
)
def test_a_figure_is_told_in_the_unit_that_was_asked_for(question: str, value: float, unit: str, shown: str) -> None:
    figures = Figures(BERLIN, wanted=wanted_units(question))
    assert figures.figure(value, unit, 1) == shown
