"""Writes spreadsheet values the way that their cells show them."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

_DECIMALS = re.compile(r"[0#?]\.(0+)")
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)(?:-[^\]]*)?\]|\[[^\]]*\]|_.|\*.')
_FRACTION = re.compile(r"\.[#?]|\?/")
"""Formats that show decimals where there are any, or fractions."""
_DIGITS = re.compile(r"[0#?][0#?,.]*")
_PLACES = re.compile(r"[#0?/%]")
_MOST_DIGITS = 15
"""Significant digits that a spreadsheet keeps."""


def shown(value: object, number_format: str) -> str:
    """A cell's value as text: dates in ISO form, numbers with the format's decimals, percent sign and unit."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number(value, number_format or "General")
    if isinstance(value, date | time | timedelta):
        return _moment(value)
    return str(value).strip()


def _moment(value: date | time | timedelta) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("seconds" if value.second else "minutes")
    minutes, seconds = divmod(round(value.total_seconds()), 60)
    return f"{minutes // 60}:{minutes % 60:02d}" + (f":{seconds:02d}" if seconds else "")


def _number(value: float, number_format: str) -> str:
    pattern = number_format.split(";", maxsplit=1)[0]
    bare = _LITERAL.sub("", pattern)
    if "E" in bare or not _DIGITS.search(bare):
        return _general(value)
    before, after = _units(pattern)
    if "%" in bare:
        value, after = value * 100, f"%{after}"
    found = _DECIMALS.search(bare)
    if found:
        return f"{before}{value:.{len(found.group(1))}f}{after}"
    whole = not _FRACTION.search(bare)
    return f"{before}{_general(round(value) if whole else value)}{after}"


def _units(pattern: str) -> tuple[str, str]:
    """Text that the format writes before and after the number, such as a currency."""
    number = _DIGITS.search(_LITERAL.sub(lambda m: " " * len(m.group()), pattern))
    if number is None:
        return "", ""
    before = _LITERAL.sub(_kept, pattern[: number.start()])
    after = _LITERAL.sub(_kept, pattern[number.end() :])
    return _PLACES.sub("", before).lstrip(), _PLACES.sub("", after).rstrip()


def _kept(found: re.Match[str]) -> str:
    return found.group(1) or found.group(2) or found.group(3) or ""


def _general(value: float) -> str:
    if isinstance(value, int) or (value.is_integer() and abs(value) < 10**_MOST_DIGITS):
        return str(int(value))
    return f"{value:.{_MOST_DIGITS}g}"
