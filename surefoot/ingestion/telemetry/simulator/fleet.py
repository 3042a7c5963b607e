"""The vehicles that are simulated, read from the fleet's list of vehicles."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

from surefoot.ingestion.errors import IngestionError
from surefoot.ingestion.telemetry.simulator.consumption import CONSUMPTION, Energy
from surefoot.ingestion.telemetry.simulator.local_days import NOON, ZONE, LocalDays

VehicleClass = Literal["van", "truck"]
ODOMETER = re.compile(r"Odometer on (\d{1,2} \w+ \d{4})")
NEEDED = ("Fleet number", "Registration", "Model", "Body", "Depot", "First registered", "Next statutory test", "Status")


class FleetListInvalid(IngestionError):
    """A list of vehicles cannot be simulated; the message names the line, what is wrong there and what to do."""


@dataclass(frozen=True, slots=True)
class Rota:
    """How likely a vehicle goes out on a weekday, a Saturday, a Sunday, and when."""

    weekday: float
    saturday: float
    sunday: float
    nights: bool = False
    """Whether it goes out in the evening and comes home in the morning."""
    spread: bool = False
    """Whether it leaves later on some days, and at any time until noon on Saturdays and Sundays."""

    def likely(self, weekday: int) -> float:
        """How likely it goes out on a weekday, Monday being 0."""
        return (self.weekday, self.saturday, self.sunday)[max(weekday - 4, 0)]


Rotas = Mapping[str, Rota]
"""By kind of work: usual, chilled, spare, and night where there is any."""
BY_DAY: Final[Rotas] = {
    "usual": Rota(0.94, 0.22, 0.0),
    "chilled": Rota(0.95, 0.55, 0.16),
    "spare": Rota(0.14, 0.04, 0.0),
}
"""Nobody drives at night."""
AROUND_THE_CLOCK: Final[Rotas] = {
    "usual": Rota(0.94, 0.5, 0.35, spread=True),
    "chilled": Rota(0.95, 0.85, 0.75, spread=True),
    "spare": Rota(0.14, 0.04, 0.0),
    "night": Rota(0.96, 0.94, 0.94, nights=True),
}
"""Somebody is on the road at any hour of any day."""
NIGHT_WORK: Final = frozenset(
    {
        "Container shuttle",
        "Fish market tour",
        "Frozen food shuttle",
        "Meat plant tour",
        "Paper mill shuttle",
        "Parcel line haul",
        "Retail restocking",
        "Supermarket chilled goods",
        "Supermarket dry goods",
    }
)
"""What is done at night where there are rotas for it; by vehicles with a tank, because batteries charge then."""


@dataclass(frozen=True, slots=True)
class SimulatedVehicle:
    """A vehicle of the list."""

    vehicle: str
    registration: str
    model: str
    vehicle_class: VehicleClass
    body: str
    depot: str
    energy: Energy
    status: str
    first_registered: date
    next_test: date
    odometer_km: float
    odometer_on: date
    """The reading holds at the start of this day, local time."""
    use: str = ""
    rota: Rota = BY_DAY["usual"]
    days: LocalDays = field(default_factory=LocalDays)

    @property
    def off_road(self) -> bool:
        """Whether it may not drive."""
        return self.status.startswith("off road")

    @property
    def spare(self) -> bool:
        """Whether it drives only where another one is missing."""
        return self.status.startswith("spare")


def read_fleet(text: str, zone: ZoneInfo = ZONE, rotas: Rotas = AROUND_THE_CLOCK) -> list[SimulatedVehicle]:
    """The vehicles of a list with the columns of the fleet's vehicle list (CSV with a heading, odometers in km).

    They work by the clocks of a zone, and by rotas.

    Raises FleetListInvalid for a missing column, an unknown model, a value that is no date or distance, or a number
    that stands twice.
    """
    table = csv.DictReader(io.StringIO(text))
    heading = [name or "" for name in table.fieldnames or ()]
    dated = next((name for name in heading if ODOMETER.fullmatch(name)), "")
    missing = [*(name for name in NEEDED if name not in heading), *([] if dated else ["Odometer on <day month year>"])]
    if missing:
        raise FleetListInvalid(f"The list of vehicles has no column {', '.join(missing)}. Add it to the heading.")
    found: dict[str, SimulatedVehicle] = {}
    for row in table:
        try:
            read = _at_work(_read(row, dated), zone, rotas)
        except (ValueError, KeyError, AttributeError) as error:
            raise FleetListInvalid(f"Line {table.line_num} of the list of vehicles: {error}. Correct it.") from error
        if read.vehicle in found:
            raise FleetListInvalid(f"Line {table.line_num} of the list of vehicles: {read.vehicle} stands there twice.")
        found[read.vehicle] = read
    return list(found.values())


def _read(row: dict[str, str], dated: str) -> SimulatedVehicle:
    model = row["Model"].strip()
    if model not in CONSUMPTION:
        raise ValueError(f"nothing is known of the model '{model}'")
    if not row["Fleet number"].strip():
        raise ValueError("the fleet number is missing")
    on = ODOMETER.fullmatch(dated)
    return SimulatedVehicle(
        vehicle=row["Fleet number"].strip(),
        registration=row["Registration"].strip(),
        model=model,
        vehicle_class="truck" if model.startswith("Haulier") else "van",
        body=row["Body"].strip(),
        depot=row["Depot"].strip(),
        energy=CONSUMPTION[model].energy,
        status=row["Status"].strip(),
        first_registered=date.fromisoformat(row["First registered"].strip()),
        next_test=date.fromisoformat(row["Next statutory test"].strip()),
        odometer_km=float(row[dated].removesuffix("km").replace(",", "").strip()),
        odometer_on=_day(on.group(1) if on else ""),
        use=(row.get("Use") or "").strip(),
    )


def _at_work(vehicle: SimulatedVehicle, zone: ZoneInfo, rotas: Rotas) -> SimulatedVehicle:
    """The vehicle with its rota, and with days that begin when its own work does not go on."""
    chilled = vehicle.model.endswith(("Frost", "Polar"))
    kind = "spare" if vehicle.spare else "chilled" if chilled else "usual"
    if "night" in rotas and vehicle.use in NIGHT_WORK and vehicle.energy == "diesel" and not vehicle.spare:
        kind = "night"
    rota = rotas[kind]
    return replace(vehicle, rota=rota, days=LocalDays(zone, NOON if rota.nights else 0))


def _day(words: str) -> date:
    return datetime.strptime(words, "%d %B %Y").date()  # noqa: DTZ007 - a day has no zone
