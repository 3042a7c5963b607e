"""Names units of measure in one way, and converts within a dimension: 90 minutes are one and a half hours."""

from __future__ import annotations

import re

_SPELLED: dict[tuple[str, float], str] = {
    # (dimension, how many of its smallest unit): spellings
    ("time", 1): "seconds second sec secs s sekunden sekunde segundos segundo",
    ("time", 60): "minutes minute min mins minuten minutos minuto",
    ("time", 3600): "hours hour hrs hr h stunden stunde horas hora",
    ("time", 86400): "days day d tage tagen tag días dias día dia calendar-days calendar-day kalendertage",
    ("time", 604800): "weeks week wochen woche semanas semana",
    (
        "working days",
        1,
    ): "working-days working-day business-days business-day workdays workday weekdays arbeitstage werktage "
    "días-hábiles",
    ("months", 1): "months month mos monate monaten monat meses mes",
    ("months", 3): "quarters",
    ("months", 12): "years year yrs yr jahre jahren jahr años año",
    ("length", 1): "mm millimetres millimeters millimetre millimeter",
    ("length", 10): "cm centimetres centimeters centimetre centimeter",
    ("length", 1000): "m metres meters metre meter",
    ("length", 1_000_000): "km kilometres kilometers kilometre kilometer kms",
    ("miles", 1): "miles mile mi",
    ("inches", 1): "inches inch",
    ("feet", 1): "feet foot ft",
    ("mass", 1): "g grams gram",
    ("mass", 1000): "kg kilograms kilogram kilos kilo",
    ("mass", 1_000_000): "t tonnes tonne tons ton",
    ("volume", 1): "ml millilitres milliliters",
    ("volume", 1000): "l litres liters litre liter",
    ("gallons", 1): "gallons gallon gal",
    ("celsius", 1): "°c degrees-celsius celsius",
    ("fahrenheit", 1): "°f fahrenheit",
    ("degrees", 1): "degrees degree °",
    ("percent", 1): "% percent per-cent prozent pct",
    ("percentage points", 1): "percentage-points percentage-point",
    ("euro", 1): "euro euros eur €",
    ("dollar", 1): "dollars dollar usd $ us$",
    ("pound", 1): "pounds gbp £",
    ("franc", 1): "chf francs",
    ("cent", 1): "cents cent",
    ("data", 1): "kb",
    ("data", 1000): "mb megabytes megabyte",
    ("data", 1_000_000): "gb gigabytes gigabyte",
    ("data", 1_000_000_000): "tb terabytes terabyte",
    ("rate", 1): "kbit/s kbps",
    ("rate", 1000): "mbit/s mbps mbit",
    ("rate", 1_000_000): "gbit/s gbps gbit",
    ("speed", 1): "km/h kph",
    ("miles an hour", 1): "mph",
    ("torque", 1): "nm newton-metres",
    ("pressure", 1): "bar bars",
    ("psi", 1): "psi",
    ("voltage", 1): "v volts volt",
    ("current", 1): "a amps amperes amp",
    ("power", 1): "w watts watt",
    ("power", 1000): "kw kilowatts kilowatt",
    ("energy", 1): "kwh kilowatt-hours",
    ("frequency", 1): "hz",
    ("frequency", 1_000_000): "mhz",
    ("frequency", 1_000_000_000): "ghz",
    ("area", 1): "square-metres square-meters square-metre sqm m2",
    ("space", 1): "cubic-metres cubic-meters m3",
    ("ampere-hours", 1): "ah",
    ("decibel", 1): "db dbm",
}
UNITS: dict[str, tuple[str, float]] = {
    spelling: meaning for meaning, spellings in _SPELLED.items() for spelling in spellings.split()
}
_SYMBOLS = "".join(sorted({name for name in UNITS if not name[-1].isalnum() and len(name) == 1}))
MONEY_BEFORE = re.compile(r"(?:€|\$|£|\bEUR|\bUSD|\bGBP|\bCHF|\beuros?)\s?$", re.IGNORECASE)
_WORD_AFTER = re.compile(rf"[\s-]?([{re.escape(_SYMBOLS)}](?:[CF]\b)?|[^\W\d_]+(?:/[^\W\d_]+)?[23]?)")
_MIDDLE = frozenset(
    "full consecutive different further additional more other whole complete extra successive running square cubic per "
    "working business calendar degrees percentage newton kilowatt días".split()
)
"""Words that may stand between a number and its unit."""


def unit_after(text: str, at: int) -> tuple[str, int] | None:
    """The unit's spelling that follows position `at` of a folded text, and where it ends; one word may be between."""
    first = _WORD_AFTER.match(text, at)
    if first is None:
        return None
    word = first.group(1).lower()
    second = _WORD_AFTER.match(text, first.end()) if word in _MIDDLE else None
    if second is not None:
        name = second.group(1).lower()
        joined = f"{word}-{name}"
        if joined in UNITS:
            return joined, second.end()
        if word not in ("per", "working", "business") and name in UNITS:
            return name, second.end()
    if word in UNITS and (len(word) > 1 or not word.isalpha() or _is_symbol(text, first)):
        return word, first.end()
    return None


def _is_symbol(text: str, found: re.Match[str]) -> bool:
    """Whether a single letter is a unit: 'A' and 'V' are capital, 'a' and 'I' are words."""
    letter = found.group(1)
    return letter in ("s", "h", "d", "m", "g", "t", "l", "V", "A", "W") and not re.match(r"['-]\w", text[found.end() :])
