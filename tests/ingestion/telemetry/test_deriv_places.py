"""Polylines are the format that maps read, routes keep their shape, zones hold what lies in them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from surefoot.ingestion.telemetry.derivations.facts import Place
from surefoot.ingestion.telemetry.derivations.polylines import decoded, encoded, simplified
from surefoot.ingestion.telemetry.derivations.zones import METRES_PER_DEGREE, smallest

KNOWN = "_p~iF~ps|U_ulLnnqC_mqNvxq`@"
"""The example of Google's description of the format."""
POSITIONS = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


def one(latitude: list[float], longitude: list[float]) -> str:
    return encoded(np.array(latitude), np.array(longitude), np.array([0]), np.array([len(latitude)]))[0]


def test_the_published_example_is_written_and_read() -> None:
    assert one([38.5, 40.7, 43.252], [-120.2, -120.95, -126.453]) == KNOWN
    latitude, longitude = decoded(KNOWN)
    assert latitude.tolist() == [38.5, 40.7, 43.252]
    assert longitude.tolist() == [-120.2, -120.95, -126.453]


@given(st.lists(st.lists(POSITIONS, max_size=6), min_size=1, max_size=5))
def test_what_is_written_is_read_again_to_five_decimals_line_by_line(lines: list[list[tuple[float, float]]]) -> None:
    points = np.array([point for line in lines for point in line] or np.zeros((0, 2)), dtype=np.float64)
    sizes = np.array([len(line) for line in lines], dtype=np.int64)
    ends = np.cumsum(sizes)
    texts = encoded(points[:, 0], points[:, 1], ends - sizes, ends)
    for line, text in zip(lines, texts, strict=True):
        latitude, longitude = decoded(text)
        assert np.allclose(np.stack([latitude, longitude], axis=1), np.array(line).reshape(-1, 2), atol=0.51e-5)


@pytest.mark.parametrize("broken", ["_p~iF", "_p~iF~ps|", "_p~iF ps|U"])
def test_a_broken_polyline_is_refused(broken: str) -> None:
    with pytest.raises(ValueError, match="encoded polyline"):
        decoded(broken)


def furthest_off(points: np.ndarray, kept: np.ndarray) -> float:
    """The greatest distance of a left-out point to the line between its kept neighbours."""
    worst = 0.0
    for first, last in zip(np.flatnonzero(kept)[:-1], np.flatnonzero(kept)[1:], strict=True):
        line = points[last] - points[first]
        for point in points[first + 1 : last]:
            along = np.clip(np.dot(point - points[first], line) / max(np.dot(line, line), 1e-30), 0, 1)
            worst = max(worst, float(np.hypot(*(point - points[first] - along * line))))
    return worst


@given(
    st.lists(
        st.lists(st.tuples(st.integers(-99, 99), st.integers(-99, 99)), min_size=2, max_size=30), min_size=1, max_size=4
    )
)
def test_a_simplified_route_is_nowhere_further_off_than_the_tolerance(lines: list[list[tuple[int, int]]]) -> None:
    points = np.array([point for line in lines for point in line], dtype=np.float64)
    sizes = np.array([len(line) for line in lines])
    last = np.cumsum(sizes) - 1
    kept = simplified(points[:, 0], points[:, 1], last - sizes + 1, last, 15.0)
    for start, end in zip(last - sizes + 1, last, strict=True):
        assert kept[start]
        assert kept[end]
        assert furthest_off(points[start : end + 1], kept[start : end + 1]) <= 15.0 + 1e-9


def test_points_of_a_straight_line_are_left_out() -> None:
    along = np.linspace(0, 1000, 50)
    assert simplified(along, along, np.array([0]), np.array([49]), 15.0).sum() == 2


def test_a_circle_holds_what_is_within_its_radius_and_the_smallest_place_wins() -> None:
    places = (Place("small", 50.0, 8.0, 100.0), Place("large", 50.0, 8.0, 1000.0))
    north = np.array([0.0, 99.0, 101.0, 999.0, 1001.0, np.nan]) / METRES_PER_DEGREE
    assert smallest(places, 50.0 + north, np.full(6, 8.0)).tolist() == [0, 0, 1, 1, -1, -1]


def test_an_outline_holds_what_is_inside_of_it_also_where_it_is_not_convex() -> None:
    corners = one([0.0, 0.0, 1.0, 1.0, 0.5], [0.0, 1.0, 1.0, 0.0, 0.5])
    places = (Place("arrow", outline=corners),)
    latitude, longitude = np.array([0.2, 0.5, 0.5, 0.9, 1.1]), np.array([0.5, 0.2, 0.8, 0.5, 0.5])
    assert smallest(places, latitude, longitude).tolist() == [0, -1, 0, 0, -1]


def test_without_places_nothing_is_anywhere() -> None:
    assert smallest((), np.array([1.0]), np.array([2.0])).tolist() == [-1]
