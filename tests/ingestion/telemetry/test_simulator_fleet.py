"""The fleet and its world: the list is read whole or refused, and the invented roads fit together."""

from __future__ import annotations

from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from surefoot.ingestion.telemetry.simulator.consumption import CONSUMPTION
from surefoot.ingestion.telemetry.simulator.fleet import BY_DAY, FleetListInvalid, SimulatedVehicle, read_fleet
from surefoot.ingestion.telemetry.simulator.ledger import Ledger
from surefoot.ingestion.telemetry.simulator.places import Point, encoded
from surefoot.ingestion.telemetry.simulator.reference import maintenance_rows, place_rows, vehicle_rows
from surefoot.ingestion.telemetry.simulator.roads import metres
from surefoot.ingestion.telemetry.simulator.routes import World
from surefoot.ingestion.telemetry.simulator.truth import zone
from surefoot.retrieval.records.telemetry_tables import MAINTENANCE, PLACES, VEHICLES, Kind, Table

ROOT = Path(__file__).resolve().parents[3]
LIST = ROOT / "surefoot" / "app" / "assistants" / "fleet" / "knowledge" / "vehicle-list.csv"
KINDS = {Kind.TEXT: str, Kind.NUMBER: float, Kind.DATE: date, Kind.YES_NO: bool}


@cache
def fleet() -> tuple[SimulatedVehicle, ...]:
    """By day alone, so that everybody stands at midnight."""
    return tuple(read_fleet(LIST.read_text(encoding="utf-8"), rotas=BY_DAY))


@cache
def around_the_clock() -> tuple[SimulatedVehicle, ...]:
    """As the product drives them."""
    return tuple(read_fleet(LIST.read_text(encoding="utf-8")))


@cache
def world() -> World:
    return World()


def fits(table: Table, row: dict[str, object]) -> bool:
    """Whether a row has the table's columns, each of its kind or None."""
    right = [value is None or isinstance(value, KINDS[table.columns[name]]) for name, value in row.items()]
    return list(row) == list(table.columns) and all(right)


def test_the_list_of_the_fleet_is_read_whole() -> None:
    vehicles = {vehicle.vehicle: vehicle for vehicle in fleet()}
    assert len(vehicles) == 57
    assert vehicles["R-313"].odometer_km == 330_993
    assert vehicles["R-313"].odometer_on == date(2026, 3, 1)
    assert (vehicles["R-313"].vehicle_class, vehicles["E-207"].energy) == ("truck", "electric")
    assert {name for name, vehicle in vehicles.items() if vehicle.off_road} == {"V-105", "E-203", "R-308"}
    assert {name for name, vehicle in vehicles.items() if vehicle.spare} == {"V-107", "V-119", "V-128", "R-303"}
    assert {vehicle.model for vehicle in fleet()} == set(CONSUMPTION)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("Odometer on 1 March 2026", "Odometer", "Odometer on <day month year>"),
        ("Registration", "Plate", "Registration"),
        ("Corvane 28", "Unicorn 28", "Unicorn 28"),
        ("2021-07-03", "July 2021", "Line 3"),
        ("V-102", "V-101", "twice"),
        ('"120,726 km"', "many", "Line 2"),
    ],
)
def test_a_list_that_cannot_be_simulated_says_where_and_why(old: str, new: str, said: str) -> None:
    with pytest.raises(FleetListInvalid, match=said):
        read_fleet(LIST.read_text(encoding="utf-8").replace(old, new))


def test_all_roads_lie_in_the_region() -> None:
    points = [point for line in world().outlines() for point in line]
    assert len(world().outlines()) == len(world().net.roads) > 80
    assert all(52.0 < latitude < 52.9 and 12.6 < longitude < 14.2 for latitude, longitude in points)


def test_each_place_is_reached_from_each_other_one_at_the_same_length_both_ways() -> None:
    names = list(world().places)
    for origin, destination in pairwise(names):
        there, back = world().route(origin, destination), world().route(destination, origin)
        assert there.length_m == pytest.approx(back.length_m)
        assert there.length_m > 2500
        assert there.points[0] == back.points[-1]
        assert zone(world().places.values(), *there.points[-1]) == destination


def test_a_route_is_what_its_points_say() -> None:
    route = world().route("Northgate", "Saltmarsh Fish Hall")
    assert route.length_m == pytest.approx(sum(metres(a, b) for a, b in pairwise(route.points)))
    assert all(metres(a, b) > 1 for a, b in pairwise(route.points))
    assert route.pieces[0].begin_m == 0
    assert route.pieces[-1].end_m == route.length_m
    assert all(a.end_m == b.begin_m for a, b in pairwise(route.pieces))
    assert {piece.limit_kmh for piece in route.pieces} <= {30, 50, 70, 100, 130}


def test_a_road_passes_no_zone_but_those_at_its_ends() -> None:
    assert [
        (place.place, road.ends)
        for road in world().net.roads
        for place in world().places.values()
        if place.place not in road.ends
        for point in between(road.points)
        if metres(point, (place.latitude, place.longitude)) < place.radius_m + 50
    ] == []


def between(points: tuple[Point, ...]) -> list[Point]:
    """Points of a line close to each other."""
    return [
        (a[0] + (b[0] - a[0]) * part / 20, a[1] + (b[1] - a[1]) * part / 20)
        for a, b in pairwise(points)
        for part in range(21)
    ]


def test_a_polyline_is_encoded_as_its_authors_show() -> None:
    assert encoded([(38.5, -120.2), (40.7, -120.95), (43.252, -126.453)]) == "_p~iF~ps|U_ulLnnqC_mqNvxq`@"


def test_the_zone_with_an_outline_ends_where_its_outline_ends() -> None:
    place = world().places["Harbour Row"]
    assert zone([place], place.latitude, place.longitude) == "Harbour Row"
    corner = place.outline[0]
    beyond = tuple(2 * edge - middle for edge, middle in zip(corner, (place.latitude, place.longitude), strict=True))
    assert zone([place], *beyond) == ""
    assert max(metres(point, (place.latitude, place.longitude)) for point in place.outline) <= place.radius_m + 0.01


def test_reference_rows_fit_their_tables() -> None:
    assert all(fits(VEHICLES, row) for row in vehicle_rows(fleet()))
    places = place_rows(world().places.values())
    assert all(fits(PLACES, row) for row in places)
    assert {row["place"] for row in places if row["kind"] == "depot"} == {vehicle.depot for vehicle in fleet()}
    rows = maintenance_rows(Ledger(1, world(), fleet()), date(2026, 3, 20))
    assert all(fits(MAINTENANCE, {name: row.get(name) for name in MAINTENANCE.columns}) for row in rows)
    derived = {"km_left", "days_left", "overdue"}
    assert all(set(row) == set(MAINTENANCE.columns) - derived for row in rows), "what is left is derived"
    assert len({(row["vehicle"], row["item"]) for row in rows}) == len(rows) == 4 * 57


def test_maintenance_follows_the_manual_and_the_odometer() -> None:
    day = date(2026, 6, 1)
    ledger = Ledger(1, world(), fleet())
    rows = {(row["vehicle"], row["item"]): row for row in maintenance_rows(ledger, day)}
    assert rows["R-316", "service A"]["interval_km"] == 44_000, "the quarry contract is heavy duty"
    assert rows["V-104", "statutory test"]["due_on"] == date(2027, 5, 19), "that of the list is over"
    for number, vehicle in enumerate(fleet()):
        service = rows[vehicle.vehicle, "service A"]
        assert service["last_km"] <= ledger.odometer_km(number, day) < service["due_km"] + 3000
        assert rows[vehicle.vehicle, "safety inspection"]["last_on"] <= day < service["due_on"]
