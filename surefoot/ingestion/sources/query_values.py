"""What the values of a database's columns mean: as text, as a moment, and as a key that can be kept and used again."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, date, datetime
from decimal import Decimal

from surefoot.ingestion.errors import SourceInvalid
from surefoot.ingestion.sources.naming import utc


def cell_text(value: object) -> str:
    """A value as people read it; nothing for NULL, and the size alone of what is no text."""
    match value:
        case None:
            text = ""
        case datetime() | date():
            text = value.isoformat()
        case Decimal():
            text = format(value, "f")
        case bytes() | bytearray() | memoryview():
            text = f"({len(value):,} bytes)"
        case dict() | list():
            text = json.dumps(value, ensure_ascii=False, default=str)
        case _:
            text = str(value)
    return text.replace("\r\n", "\n").replace("\x00", "")


def moment(value: object) -> datetime | None:
    """A date, a time (UTC where it says no zone), its ISO 8601 text, or seconds after 1970; None for anything else."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            return None
    match value:
        case datetime():
            return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
        case date():
            return datetime(value.year, value.month, value.day, tzinfo=UTC)
        case int() | float() | Decimal() if not isinstance(value, bool):
            return utc(float(value))
        case _:
            return None


def encoded(value: object, column: str) -> object:
    """A key's value for JSON, with its type; raises SourceInvalid for types that do not compare reliably."""
    match value:
        case bool() | int() | str():
            found: object = value
        case uuid.UUID():
            found = {"uuid": str(value)}
        case datetime():
            found = {"datetime": value.isoformat()}
        case date():
            found = {"date": value.isoformat()}
        case Decimal():
            found = {"decimal": str(value)}
        case _:
            raise SourceInvalid(
                f"The key column {column!r} holds {type(value).__name__} values, which name no row reliably. "
                "Choose a column of whole numbers or texts, or CAST it to text in the query."
            )
    return found


def decoded(value: object) -> object:
    """The key's value again; raises ValueError and decimal.InvalidOperation for what `encoded` never gives."""
    match value:
        case {"uuid": str(text)}:
            found: object = uuid.UUID(text)
        case {"datetime": str(text)}:
            found = datetime.fromisoformat(text)
        case {"date": str(text)}:
            found = date.fromisoformat(text)
        case {"decimal": str(text)}:
            found = Decimal(text)
        case bool() | int() | str():
            found = value
        case _:
            raise ValueError("a key of an unknown type")
    return found
