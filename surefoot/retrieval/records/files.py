"""Reads declared CSV files: a column's kind is the declared one, or the narrowest that all its values fit."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from surefoot.core.readings import Cell
from surefoot.retrieval.records.errors import RecordsInvalid
from surefoot.retrieval.records.telemetry_tables import Kind

LARGEST = 256 * 1024 * 1024
"""Bytes of a file."""
EMPTY = frozenset({"", "-", "–", "n/a", "na", "none", "null"})
"""What stands for no value, in lower case."""
_CODE = re.compile(r"^-?0\d|[_a-zA-Z]")
_YES, _NO = frozenset({"yes", "true", "y"}), frozenset({"no", "false", "n"})


def read_csv(path: Path, declared: Mapping[str, Kind]) -> tuple[dict[str, Kind], dict[str, list[Cell]]]:
    """The kinds of a file's columns, and their values. Raises RecordsInvalid where it is no such table."""
    try:
        if path.stat().st_size > LARGEST:
            raise RecordsInvalid(f"{path.name} is larger than {LARGEST // 1024 // 1024} MB: load it into a database.")
        with path.open(encoding="utf-8-sig", newline="") as file:
            sample = file.read(8192)
            file.seek(0)
            rows = list(csv.reader(file, _dialect(sample)))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise RecordsInvalid(f"{path} cannot be read as CSV: {error}") from error
    if not rows or not any(name.strip() for name in rows[0]):
        raise RecordsInvalid(f"{path.name} has no line with the names of its columns.")
    names = [column_name(name) for name in rows[0]]
    if len(set(names)) < len(names):
        raise RecordsInvalid(f"{path.name} has two columns of one name: {', '.join(names)}.")
    if lost := set(declared) - set(names):
        raise RecordsInvalid(f"{path.name} has no column '{min(lost)}'. It has: {', '.join(names)}.")
    body = [row for row in rows[1:] if any(cell.strip() for cell in row)]
    texts = {name: [row[n].strip() if n < len(row) else "" for row in body] for n, name in enumerate(names)}
    kinds = {name: declared.get(name) or kind_of(texts[name]) for name in names}
    return kinds, {name: [_value(text, kinds[name], (path, name)) for text in texts[name]] for name in names}


def column_name(written: str) -> str:
    """A column's name as it is declared: lower case, words joined by '_'."""
    return "_".join("".join(c if c.isalnum() else " " for c in written.lower()).split())


def kind_of(texts: Sequence[str]) -> Kind:
    """The narrowest kind that all values fit; text where there are none."""
    known = [text for text in texts if text.lower() not in EMPTY]
    fitting = (kind for kind, read in _READ.items() if known and all(_fits(read, text) for text in known))
    return next(fitting, Kind.TEXT)


def _dialect(sample: str) -> type[csv.Dialect]:
    try:
        return csv.Sniffer().sniff(sample, delimiters=",;\t|")
    except csv.Error:
        return csv.excel


def _fits(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except ValueError:
        return False
    return True


def _value(text: str, kind: Kind, at: tuple[Path, str]) -> Cell:
    if kind is Kind.TEXT or text.lower() in EMPTY:
        return text if kind is Kind.TEXT else None
    try:
        return _READ[kind](text)
    except ValueError as error:
        path, name = at
        raise RecordsInvalid(f"{path.name}: '{text[:40]}' in column '{name}' is no {kind.value}.") from error


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _whole(text: str) -> int:
    _no_code(text)
    return int(text.replace(",", "")) if _has_thousands(text) else int(text)


def _no_code(text: str) -> None:
    """Raises ValueError for what Python would read as a number and people write as a code: 007, 12E4, 1_2."""
    if _CODE.search(text):
        raise ValueError("a code")


def _number(text: str) -> float:
    _no_code(text)
    value = float(text.replace(",", "")) if _has_thousands(text) else float(text)
    if not math.isfinite(value):
        raise ValueError("no number")
    return value


def _has_thousands(text: str) -> bool:
    whole = text.lstrip("-").partition(".")[0]
    first, *others = whole.split(",")
    return bool(others) and 1 <= len(first) <= 3 and all(len(other) == 3 and other.isdigit() for other in others)


def _yes_no(text: str) -> bool:
    if text.lower() in _YES:
        return True
    if text.lower() in _NO:
        return False
    raise ValueError("neither yes nor no")


_READ: dict[Kind, Callable[[str], Cell]] = {
    Kind.WHOLE: _whole,
    Kind.NUMBER: _number,
    Kind.DATE: date.fromisoformat,
    Kind.TIME: _moment,
    Kind.YES_NO: _yes_no,
}
"""How a value of each kind but text is read, the narrowest kind first."""
