"""An invented net of roads: crossings, the roads between them, and the streets from crossings to places."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from surefoot.ingestion.telemetry.simulator.chance import stream
from surefoot.ingestion.telemetry.simulator.places import SITES, Place, Point, Sited

EARTH_M: Final = 6_371_008.8
"""The mean radius of the earth (IUGG)."""
DEGREE_M: Final = math.radians(1) * EARTH_M
COLUMNS, ROWS = 7, 6
SOUTH, WEST = 52.2, 13.0
ROW_DEG, COLUMN_DEG = 0.092, 0.135
JITTER_DEG = 0.013
STEPS: Final = 24
"""Pieces that a road between two crossings is made of."""
MOTORWAY_ROW, MOTORWAY_COLUMN = 2, 3
REMOVED: Final = 0.25
"""Share of the roads between neighbours that is left out, motorways aside."""

Node = tuple[int, int] | str
"""A crossing by column and row, or a place by name."""


@dataclass(frozen=True, slots=True)
class Road:
    """A road between two nodes, open in both directions."""

    ends: tuple[Node, Node]
    points: tuple[Point, ...]
    limits: tuple[int, ...]
    """km/h, one for each piece between two points."""


@dataclass(frozen=True, slots=True)
class Net:
    """All roads, and the places at their ends."""

    roads: tuple[Road, ...]
    places: tuple[Place, ...]


def metres(first: Point, second: Point) -> float:
    """The distance of two points on the sphere (haversine formula)."""
    (north, east), (north2, east2) = ((math.radians(lat), math.radians(lon)) for lat, lon in (first, second))
    half = math.sin((north2 - north) / 2) ** 2 + math.cos(north) * math.cos(north2) * math.sin((east2 - east) / 2) ** 2
    return 2 * EARTH_M * math.asin(math.sqrt(half))


def moved(point: Point, bearing_deg: float, distance_m: float) -> Point:
    """The point this far away in this direction (clockwise from north); for up to a few kilometres."""
    north = distance_m * math.cos(math.radians(bearing_deg)) / DEGREE_M
    east = distance_m * math.sin(math.radians(bearing_deg)) / (DEGREE_M * math.cos(math.radians(point[0])))
    return point[0] + north, point[1] + east


def bearing(first: Point, second: Point) -> float:
    """The direction from one point to another near by, in degrees clockwise from north, from 0 to below 360."""
    east = (second[1] - first[1]) * math.cos(math.radians((first[0] + second[0]) / 2))
    return math.degrees(math.atan2(east, second[0] - first[0])) % 360


def built(name: str = "Varn Heath") -> Net:
    """The net of this name: the same each time."""
    random = stream("roads", name)
    crossings = {
        (column, row): (
            SOUTH + row * ROW_DEG + random.uniform(-JITTER_DEG, JITTER_DEG),
            WEST + column * COLUMN_DEG + random.uniform(-JITTER_DEG, JITTER_DEG),
        )
        for row in range(ROWS)
        for column in range(COLUMNS)
    }
    links = _connected(random)
    roads = [_road(random, link, (crossings[link[0]], crossings[link[1]])) for link in links]
    streets = [_street(random, site, crossings[site.crossing]) for site in SITES]
    places = tuple(_placed(site, street.points[-1]) for site, street in zip(SITES, streets, strict=True))
    return Net((*roads, *streets), places)


def _motorway(link: tuple[tuple[int, int], tuple[int, int]]) -> bool:
    (column, row), (column2, row2) = link
    return row == row2 == MOTORWAY_ROW or column == column2 == MOTORWAY_COLUMN


def _connected(random: Random) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Links between neighbouring crossings, some left out, so that each crossing can still be reached."""
    every = list(_neighbours())
    kept = list(every)
    for link in every:
        rest = [other for other in kept if other != link]
        if not _motorway(link) and random.random() < REMOVED and _reaches_all(rest):
            kept = rest
    return kept


def _neighbours() -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    for row in range(ROWS):
        for column in range(COLUMNS):
            if column + 1 < COLUMNS:
                yield (column, row), (column + 1, row)
            if row + 1 < ROWS:
                yield (column, row), (column, row + 1)


def _reaches_all(links: Sequence[tuple[tuple[int, int], tuple[int, int]]]) -> bool:
    reached, waiting = {(0, 0)}, [(0, 0)]
    while waiting:
        here = waiting.pop()
        beyond = {link[1 - link.index(here)] for link in links if here in link} - reached
        reached |= beyond
        waiting.extend(beyond)
    return len(reached) == COLUMNS * ROWS


def _road(random: Random, link: tuple[tuple[int, int], tuple[int, int]], ends: tuple[Point, Point]) -> Road:
    """A gently winding road; slow near its crossings, and in the village that some have half-way."""
    length, direction = metres(*ends), bearing(*ends)
    bow, wave = random.uniform(-0.05, 0.05) * length, random.uniform(-0.02, 0.02) * length
    points: list[Point] = []
    for step in range(STEPS + 1):
        part = step / STEPS
        straight = tuple(a + (b - a) * part for a, b in zip(*ends, strict=True))
        aside = bow * math.sin(math.pi * part) + wave * math.sin(2 * math.pi * part)
        points.append(moved((straight[0], straight[1]), direction + 90, aside))
    if _motorway(link):
        limits = [70, *[130] * (STEPS - 2), 70]
    else:
        limits = [50, 50, 50, 70, *[random.choice((70, 100, 100))] * (STEPS - 8), 70, 50, 50, 50]
        if random.random() < 0.45:
            limits[9:15] = [70, 50, 50, 50, 50, 70]
    return Road(link, tuple(points), tuple(limits))


def _street(random: Random, site: Sited, start: Point) -> Road:
    """Two bends from the crossing to the place; the last part is slow."""
    direction = 45 + 90 * site.corner + random.uniform(-8, 8)
    bend = random.choice((-1, 1)) * random.uniform(50, 80)
    first = moved(start, direction, random.uniform(700, 1000))
    second = moved(first, direction + bend, random.uniform(600, 900))
    last = moved(second, direction + bend - random.choice((0.8, 1.0)) * bend, 400)
    return Road((site.crossing, site.place), (start, first, second, last), (50, 50, 30))


def _placed(site: Sited, middle: Point) -> Place:
    outline: tuple[Point, ...] = ()
    if site.outlined:
        outline = tuple(moved(middle, turn * 60 + 15, site.radius_m * (1.0 - 0.25 * (turn % 2))) for turn in range(6))
    return Place(site.place, site.kind, *middle, site.radius_m, outline)
