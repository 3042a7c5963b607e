"""The part of the client that is about the fleet's page: vehicles, days, tracks, places."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from urllib.parse import quote

from surefoot.app.client.fleet_forms import (
    DayForm,
    FleetForm,
    GroupedVehicleForm,
    GroupedVehicleList,
    GroupsChange,
    PlaceForm,
    PlaceList,
    TrackForm,
)
from surefoot.app.client.transport import Transport


class Fleet:
    """Vehicles over HTTP. Every method raises ClientError; one that may not be seen is not there (404)."""

    def __init__(self, http: Transport) -> None:
        self._http = http

    def vehicles(self, asked: Mapping[str, str] | None = None) -> FleetForm:
        """Vehicles with their states; `asked` narrows by `q` (words), `state`, `depot` and `vehicle_class`."""
        params = {name: value for name, value in (asked or {}).items() if value}
        return FleetForm.model_validate(self._http.json("GET", "/fleet", params=params))

    def places(self) -> list[PlaceForm]:
        """All named zones."""
        return PlaceList.model_validate(self._http.json("GET", "/fleet/places")).places

    def groups(self) -> list[GroupedVehicleForm]:
        """All vehicles with who may see them, for who may say so."""
        return GroupedVehicleList.model_validate(self._http.json("GET", "/fleet/groups")).vehicles

    def set_groups(self, change: GroupsChange) -> list[GroupedVehicleForm]:
        """Let vehicles be seen by these groups and no others; gives these vehicles."""
        told = self._http.json("PUT", "/fleet/groups", json=change.model_dump(mode="json"))
        return GroupedVehicleList.model_validate(told).vehicles

    def day(self, vehicle: str, day: date | None = None, at: datetime | None = None) -> DayForm:
        """What a vehicle did on a day: the one given, that of a moment, or else today in the fleet's time zone."""
        params = {"day": day.isoformat()} if day else {"at": at.isoformat()} if at else {}
        return DayForm.model_validate(self._http.json("GET", f"/fleet/{_part(vehicle)}/day", params=params))

    def track(self, vehicle: str, start: datetime, end: datetime, points: int = 2000) -> TrackForm:
        """A vehicle's positions in [start, end), thinned out to this many."""
        params = {"start": start.isoformat(), "end": end.isoformat(), "points": str(points)}
        return TrackForm.model_validate(self._http.json("GET", f"/fleet/{_part(vehicle)}/track", params=params))


def _part(name: str) -> str:
    return quote(name, safe="")
