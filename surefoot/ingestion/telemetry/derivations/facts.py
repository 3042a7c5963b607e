"""What is known of vehicles and places, besides what the vehicles say themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class VehicleFacts:
    """Of one vehicle; what is not known is left out, and what would follow from it is then not derived."""

    vehicle_class: str = ""
    """van, truck or car; anything else counts as car."""
    energy: str = ""
    """diesel, petrol or electric."""
    per_100km: float | None = None
    """Consumption of the model: litres, or kWh if electric."""


@dataclass(frozen=True, slots=True)
class Place:
    """A named zone on the map: a circle, or an outline where there is one."""

    name: str
    latitude: float = float("nan")
    longitude: float = float("nan")
    """Degrees, WGS 84: the centre of the circle."""
    radius_m: float = 0.0
    outline: str = ""
    """The corners in turn as an encoded polyline of precision 5; the last is joined to the first."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Of a fleet."""

    vehicles: Mapping[str, VehicleFacts] = field(default_factory=dict[str, VehicleFacts])
    """By the name that samples give; vehicles that are missing count as cars of unknown consumption."""
    places: tuple[Place, ...] = ()

    def of(self, vehicle: str) -> VehicleFacts:
        """Of one vehicle; an empty one where nothing is known."""
        return self.vehicles.get(vehicle, VehicleFacts())
