"""The fastest way between two places, and what a driver meets on it: limits and turns, metre by metre."""

from __future__ import annotations

import heapq
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

from surefoot.ingestion.telemetry.simulator.classes import HANDLING
from surefoot.ingestion.telemetry.simulator.places import Place, Point
from surefoot.ingestion.telemetry.simulator.roads import Net, Node, Road, bearing, built, metres

TURN_DEG: Final = 25.0
"""From this change of direction on, a bend is a turn; gentler bends are driven as if straight."""
LARGEST_TURN_DEG: Final = 150.0
RADIUS_M: Final = 14.0
"""Of the arc on which a turn is driven."""
KMH: Final = 3.6
RADIANS: Final = 0.017453292519943295


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a route with one limit, on one arc."""

    begin_m: float
    end_m: float
    limit_kmh: int
    curvature: float
    """1/m, positive to the right, 0 where it is straight."""


@dataclass(frozen=True, slots=True)
class Route:
    """A way from one place to another."""

    points: tuple[Point, ...]
    at_m: tuple[float, ...]
    """How far along each point lies."""
    headings: tuple[float, ...]
    """Degrees clockwise from north, one for each part between two points."""
    pieces: tuple[Piece, ...]
    limits: tuple[int, ...]

    @property
    def length_m(self) -> float:
        """Metres."""
        return self.at_m[-1]

    def nominal_s(self, vehicle_class: str) -> float:
        """Seconds at the limits and at what this class of vehicle can do, without a stop."""
        tops = HANDLING[vehicle_class].tops
        return sum(
            (end - begin) / (tops.get(limit, limit) / KMH)
            for begin, end, limit in zip(self.at_m, self.at_m[1:], self.limits, strict=False)
        )


class World:
    """The places and the fastest routes between them; immutable, routes are found when first asked for."""

    def __init__(self, net: Net | None = None) -> None:
        self.net = net or built()
        self.places: dict[str, Place] = {place.place: place for place in self.net.places}
        self._ways: dict[str, dict[Node, tuple[Node, int]]] = {}
        self._routes: dict[tuple[str, str], Route] = {}
        self._nominal: dict[tuple[str, str, str], float] = {}

    def route(self, origin: str, destination: str) -> Route:
        """The fastest way at the limits between two places by name. Raises KeyError for an unknown place."""
        key = (self.places[origin].place, self.places[destination].place)
        if key not in self._routes:
            self._routes[key] = self._found(*key)
        return self._routes[key]

    def nominal_s(self, origin: str, destination: str, vehicle_class: str) -> float:
        """Seconds of the route at the limits and at what this class of vehicle can do, without a stop."""
        key = (origin, destination, vehicle_class)
        if key not in self._nominal:
            self._nominal[key] = self.route(origin, destination).nominal_s(vehicle_class)
        return self._nominal[key]

    def named(self, kind: str) -> tuple[str, ...]:
        """Names of the places of this kind."""
        return self._named[kind]

    def outlines(self) -> list[list[Point]]:
        """All roads as lines of points, for a map without a background."""
        return [list(road.points) for road in self.net.roads]

    def nearest(self, origin: str, among: Sequence[str]) -> list[str]:
        """These places, the closest by road first, without the origin itself."""
        others = [name for name in among if name != origin]
        return sorted(others, key=lambda name: (self.route(origin, name).length_m, name))

    @cached_property
    def _named(self) -> dict[str, tuple[str, ...]]:
        places = self.places.values()
        return {kind: tuple(p.place for p in places if p.kind == kind) for kind in {p.kind for p in places}}

    @cached_property
    def _at(self) -> dict[Node, list[int]]:
        found: dict[Node, list[int]] = {}
        for number, road in enumerate(self.net.roads):
            for end in road.ends:
                found.setdefault(end, []).append(number)
        return found

    def _reached(self, origin: str) -> dict[Node, tuple[Node, int]]:
        """Dijkstra's algorithm by time: from which node and on which road each node is reached first."""
        best: dict[Node, float] = {origin: 0.0}
        came: dict[Node, tuple[Node, int]] = {}
        waiting: list[tuple[float, str, Node]] = [(0.0, "", origin)]
        while waiting:
            time, _, here = heapq.heappop(waiting)
            if time > best[here]:
                continue
            for number in self._at[here]:
                road = self.net.roads[number]
                there = road.ends[1] if road.ends[0] == here else road.ends[0]
                arrival = time + _seconds(road)
                if arrival < best.get(there, float("inf")):
                    best[there], came[there] = arrival, (here, number)
                    heapq.heappush(waiting, (arrival, str(there), there))
        return came

    def _found(self, origin: str, destination: str) -> Route:
        came = self._ways.setdefault(origin, {}) or self._reached(origin)
        self._ways[origin] = came
        points: list[Point] = []
        limits: list[int] = []
        here: Node = destination
        while here != origin:
            before, number = came[here]
            road = self.net.roads[number]
            forward = road.ends[0] == before
            points = [*(road.points if forward else road.points[::-1]), *points[1:]]
            limits = [*(road.limits if forward else road.limits[::-1]), *limits]
            here = before
        return _route(points, limits)


def _seconds(road: Road) -> float:
    return sum(
        metres(a, b) / (limit / KMH) for a, b, limit in zip(road.points, road.points[1:], road.limits, strict=False)
    )


def _route(points: Sequence[Point], limits: Sequence[int]) -> Route:
    at = [0.0]
    for first, second in pairwise(points):
        at.append(at[-1] + metres(first, second))
    headings = [bearing(first, second) for first, second in pairwise(points)]
    return Route(tuple(points), tuple(at), tuple(headings), tuple(_pieces(at, headings, limits)), tuple(limits))


def _pieces(at: Sequence[float], headings: Sequence[float], limits: Sequence[int]) -> list[Piece]:
    turns: list[tuple[float, float, float]] = []
    for number in range(1, len(headings)):
        change = (headings[number] - headings[number - 1] + 180) % 360 - 180
        if abs(change) >= TURN_DEG:
            half = RADIUS_M * RADIANS * min(abs(change), LARGEST_TURN_DEG) / 2
            turns.append((at[number] - half, at[number] + half, (1 if change > 0 else -1) / RADIUS_M))
    changes = [at[number] for number in range(1, len(limits)) if limits[number] != limits[number - 1]]
    cuts = sorted({0.0, at[-1], *changes, *(edge for turn in turns for edge in turn[:2])})
    pieces: list[Piece] = []
    for begin, end in pairwise(cuts):
        middle = (begin + end) / 2
        curvature = next((turn[2] for turn in turns if turn[0] <= middle < turn[1]), 0.0)
        pieces.append(Piece(begin, end, limits[bisect_right(at, middle) - 1], curvature))
    return pieces
