"""What each model of vehicle uses, and what burning a litre emits: plain figures, invented but plausible."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Energy = Literal["diesel", "electric"]

CO2_KG_PER_LITRE: Final[Mapping[str, float]] = {"diesel": 2.64, "electric": 0.0}
"""kg CO2 at the exhaust for each litre (kWh) used. Diesel: 73.2 g CO2 per MJ (JEC well-to-wheels study, tank-to-wheel)
to 74.1 g (IPCC 2006 guidelines, volume 2, gas/diesel oil) times 35.9 MJ per litre (EN 16258) is 2.63 to 2.66 kg."""


@dataclass(frozen=True, slots=True)
class Consumption:
    """What one model uses: litres of diesel, or kWh."""

    energy: Energy
    per_100_km: float
    idle_per_hour: float
    """Litres or kWh an hour of standing with the engine on (electric: switched on)."""
    capacity: float
    """Litres of the tank, or usable kWh of the battery."""


VAN_IDLE, TRUCK_IDLE, ELECTRIC_IDLE = 1.1, 2.3, 0.8
"""Litres an hour as in section 2.1 of the fleet's telematics guide; kWh an hour for heating and electronics."""

CONSUMPTION: Final[Mapping[str, Consumption]] = {
    "Corvane 28": Consumption("diesel", 8.4, VAN_IDLE, 80),
    "Corvane 35": Consumption("diesel", 9.8, VAN_IDLE, 90),
    "Corvane 35 Frost": Consumption("diesel", 11.5, VAN_IDLE, 100),
    "Voltera E30": Consumption("electric", 22, ELECTRIC_IDLE, 58),
    "Voltera E35": Consumption("electric", 27, ELECTRIC_IDLE, 76),
    "Haulier H12": Consumption("diesel", 19, TRUCK_IDLE, 220),
    "Haulier H18": Consumption("diesel", 24, TRUCK_IDLE, 330),
    "Haulier H18 Polar": Consumption("diesel", 27, TRUCK_IDLE, 360),
    "Haulier H26": Consumption("diesel", 31, TRUCK_IDLE, 400),
}
"""By model. Capacities of batteries as in section 8.2 of the fleet's maintenance manual; tanks are invented."""
