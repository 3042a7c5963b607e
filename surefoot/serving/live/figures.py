"""Writes figures, moments and lengths of time of readings as people of a language read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo

from surefoot.core.readings import Cell, ReadingColumn
from surefoot.retrieval.records.asking.units import Wanted
from surefoot.retrieval.records.times.telling import told_day
from surefoot.serving.live.phrases import LivePhrases, live_phrases_in

MINUTE, HOUR = 60, 3600
LENGTHS = {"s": 1, "min": MINUTE, "h": HOUR}
"""Units of time, in seconds."""
LONG = 90 * MINUTE
"""Seconds from which a length of time is told in hours and minutes."""


@dataclass(frozen=True, slots=True)
class Figures:
    """How figures are written for an asker."""

    zone: tzinfo | None
    phrases: LivePhrases = field(default_factory=lambda: live_phrases_in("en"))
    wanted: Mapping[str, Wanted] = field(default_factory=dict[str, Wanted])
    """Units that were asked for instead, by the unit that records have."""

    def figure(self, value: float | None, unit: str = "", decimals: int = 0) -> str:
        """A number with thousands, its decimals and its unit; long times in hours and minutes."""
        if value is None:
            return self.phrases.frames["no_value"]
        wanted = self.wanted.get(unit)
        if wanted is not None:
            value, unit, decimals = value * wanted.factor, wanted.unit, max(decimals, wanted.decimals)
        elif unit in LENGTHS and not value:
            decimals = 0
        elif unit in LENGTHS and (unit != "min" or abs(value) * MINUTE >= LONG):
            return self.length(value * LENGTHS[unit])
        return self.counted(value, self._unit(unit), decimals)

    def counted(self, value: float, forms: tuple[str, ...], decimals: int = 0) -> str:
        """A number with what it counts: forms for one and for more; of three the second is for 2 to 4, as in Polish."""
        number = self.number(value, decimals)
        if not forms:
            return number
        return f"{number} {forms[_form(number, len(forms))]}".strip()

    def number(self, value: float, decimals: int = 0) -> str:
        """A number alone."""
        number = f"{value:,.{decimals}f}"
        if float(number.replace(",", "")) == 0:
            number = number.removeprefix("-")
        marks = {",": self.phrases.thousands, ".": self.phrases.point}
        return "".join(marks.get(letter, letter) for letter in number)

    def cell(self, value: Cell, column: ReadingColumn) -> str:
        """A cell of a reading as text."""
        match value:
            case None:
                return self.phrases.frames["no_value"]
            case datetime():
                return self.moment(value)
            case date():
                return told_day(value, self.phrases.language)
            case bool():
                return self.phrases.frames["is_true" if value else "is_false"]
            case int() | float():
                return self.figure(float(value), column.unit, column.decimals if column.decimals is not None else 0)
            case _:
                return str(value)

    def moment(self, at: datetime) -> str:
        """A moment in local time, to the second."""
        local = at.astimezone(self.zone)
        return f"{told_day(local.date(), self.phrases.language)}, {local:%H:%M:%S}"

    def length(self, seconds: float) -> str:
        """A length of time in its two largest units."""
        whole = round(seconds)
        if whole < MINUTE:
            return f"{whole} s"
        if whole < HOUR:
            return f"{round(whole / MINUTE)} min"
        hours, minutes = divmod(round(whole / MINUTE), 60)
        return f"{self.number(hours)} h {minutes} min" if minutes else f"{self.number(hours)} h"

    def _unit(self, unit: str) -> tuple[str, ...]:
        """A unit's forms behind a number."""
        if unit in self.phrases.units:
            return tuple(self.phrases.units[unit])
        if not unit:
            return ()
        return (unit.removesuffix("s") if unit.endswith("s") and " " not in unit else unit, unit)


def _form(number: str, forms: int) -> int:
    """Which form of a noun stands behind a number."""
    if number == "1" or forms == 1:
        return 0
    if forms == 2:
        return 1
    few = number.isdecimal() and number[-1] in "234" and number[-2:-1] != "1"
    return 1 if few else 2
