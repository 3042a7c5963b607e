"""The places that vehicles drive to, and where they lie on the invented roads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

Point = tuple[float, float]
"""Latitude and longitude in degrees, WGS 84."""


@dataclass(frozen=True, slots=True)
class Sited:
    """A place by the crossing whose streets lead there."""

    place: str
    kind: str
    crossing: tuple[int, int]
    """Column and row in the net of crossings."""
    corner: int
    """Where its street leaves the crossing: 0 north-east, 1 south-east, 2 south-west, 3 north-west."""
    radius_m: float
    outlined: bool = False


DEPOT, CUSTOMER, WORKSHOP, FUEL, CHARGING = "depot", "customer", "workshop", "fuel_station", "charging_hub"

SITES: Final = (
    Sited("Northgate", DEPOT, (3, 4), 0, 200),
    Sited("Eastmoor", DEPOT, (5, 2), 1, 180),
    Sited("Harbour Row", DEPOT, (2, 1), 2, 220, outlined=True),
    Sited("Millfield", DEPOT, (3, 2), 1, 160),
    Sited("Alder Street Market", CUSTOMER, (3, 2), 3, 120),
    Sited("Brightwell Foods", CUSTOMER, (2, 2), 0, 130),
    Sited("Castle Hill Hospital", CUSTOMER, (3, 3), 2, 150),
    Sited("Dunmore Paper Mill", CUSTOMER, (1, 0), 0, 180),
    Sited("Elm Quay Cold Store", CUSTOMER, (2, 0), 3, 150),
    Sited("Fallow Quarry", CUSTOMER, (4, 5), 1, 200),
    Sited("Garnet Furniture", CUSTOMER, (4, 3), 0, 110),
    Sited("Hollin Garden Centre", CUSTOMER, (2, 4), 2, 130),
    Sited("Ironbridge Steel", CUSTOMER, (5, 4), 3, 170),
    Sited("Juniper Pharmacy Store", CUSTOMER, (4, 2), 3, 100),
    Sited("Kestrel Supermarket", CUSTOMER, (4, 1), 0, 120),
    Sited("Larch Beverages", CUSTOMER, (6, 3), 2, 140),
    Sited("Mossend Builders' Merchant", CUSTOMER, (1, 3), 1, 130),
    Sited("Nettle Lane Parcel Hub", CUSTOMER, (3, 3), 0, 140),
    Sited("Orchard Supermarket", CUSTOMER, (1, 2), 2, 120),
    Sited("Pinewood Laboratory", CUSTOMER, (2, 3), 0, 100),
    Sited("Quern Dairy", CUSTOMER, (3, 1), 1, 130),
    Sited("Redbank Container Yard", CUSTOMER, (5, 1), 2, 190),
    Sited("Saltmarsh Fish Hall", CUSTOMER, (0, 1), 0, 120),
    Sited("Tanner Row Shops", CUSTOMER, (3, 5), 2, 110),
    Sited("Brightway Fuel Crossmoor", FUEL, (3, 4), 2, 80),
    Sited("Ostra Fuel Eastmoor", FUEL, (5, 2), 3, 80),
    Sited("Brightway Fuel Quayside", FUEL, (2, 1), 0, 80),
    Sited("Market Ring Charging Hub", CHARGING, (3, 2), 0, 80),
    Sited("Ridgeway Charging Hub", CHARGING, (4, 3), 2, 80),
    Sited("Ostrand Truck Centre", WORKSHOP, (4, 4), 1, 120),
    Sited("Vale Tyre Service", WORKSHOP, (2, 2), 2, 100),
)
"""Thirty-one places; names are invented, those of depots and fuel networks are the fleet's."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place and its zone: a circle, or an outline where there is one."""

    place: str
    kind: str
    latitude: float
    longitude: float
    """Degrees, WGS 84; the middle of the zone, and where vehicles stand."""
    radius_m: float
    """Of the circle; of an outline, the distance of its farthest corner from the middle."""
    outline: tuple[Point, ...] = ()
    """Corners of the outline, the first one not repeated; empty where the zone is a circle."""

    def row(self) -> dict[str, object]:
        """The row of the table `places`."""
        return {
            "place": self.place,
            "kind": self.kind,
            "outline": encoded([*self.outline, self.outline[0]]) if self.outline else None,
            "latitude": self.latitude,
            "longitude": self.longitude,
            "radius_m": float(self.radius_m),
        }


def encoded(points: Sequence[Point], precision: int = 5) -> str:
    """The points as an encoded polyline (Google's algorithm), latitude first."""
    written: list[str] = []
    last = (0, 0)
    for point in points:
        here = (round(point[0] * 10**precision), round(point[1] * 10**precision))
        written.extend(_encoded(here[axis] - last[axis]) for axis in (0, 1))
        last = here
    return "".join(written)


def _encoded(difference: int) -> str:
    left = ~(difference << 1) if difference < 0 else difference << 1
    letters: list[str] = []
    while left >= 0x20:
        letters.append(chr((0x20 | (left & 0x1F)) + 63))
        left >>= 5
    return "".join([*letters, chr(left + 63)])
