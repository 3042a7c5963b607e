"""The vehicles that are simulated, read from the fleet's list of vehicles."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from surefoot.ingestion.errors import IngestionError
from surefoot.ingestion.telemetry.simulator.consumption import CONSUMPTION, Energy

VehicleClass = Literal["van", "truck"]
ODOMETER = re.compile(r"Odometer on (\d{1,2} \w+ \d{4})")
NEEDED = ("Fleet number", "Registration", "Model", "Body", "Depot", "First registered", "Next statutory test", "Status")


class FleetListInvalid(IngestionError):
    """A list of vehicles cannot be simulated; the message names the line, what is wrong there and what to do."""


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

    @property
    def off_road(self) -> bool:
        """Whether it may not drive."""
        return self.status.startswith("off road")

    @property
    def spare(self) -> bool:
        """Whether it drives only where another one is missing."""
        return self.status.startswith("spare")


def read_fleet(text: str) -> list[SimulatedVehicle]:
    """The vehicles of a list with the columns of the fleet's vehicle list (CSV with a heading, odometers in km).

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
            read = _read(row, dated)
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


def _day(words: str) -> date:
    return datetime.strptime(words, "%d %B %Y").date()  # noqa: DTZ007 - a day has no zone
