"""Tables for docs/guides/live-data.md: the keys of a declaration of records, and how derived facts are defined."""

from __future__ import annotations

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from surefoot.ingestion.telemetry.derivations.dictionary import DEFINITIONS
from surefoot.retrieval.records.declared import (
    Deduction,
    DimensionDecl,
    ListingDecl,
    MetricDecl,
    Ratio,
    RecordsDecl,
    Solved,
    SpokenDecl,
    TableDecl,
)

PARTS: dict[str, type[BaseModel]] = {
    "records.yaml": RecordsDecl,
    "tables": TableDecl,
    "dimensions": DimensionDecl,
    "metrics": MetricDecl,
    "ratio": Ratio,
    "score": Deduction,
    "listings": ListingDecl,
    "spoken": SpokenDecl,
    "solved": Solved,
}
"""What each part of the declaration may say."""


def keys_table() -> str:
    """A row a key of each part: where it stands, its default, what it means."""
    rows = ["| in | key | if left out | meaning |", "|---|---|---|---|"]
    for part, model in PARTS.items():
        for name, field in model.model_fields.items():
            default = "required" if field.is_required() else _default(field.default)
            rows.append(f"| {part} | `{name}` | {default} | {field.description} |")
    return "\n".join(rows)


def definitions_table() -> str:
    """A row a derived figure: its name, definition, unit and source."""
    rows = ["| figure | what it is | unit | source |", "|---|---|---|---|"]
    rows += [f"| {d.title} | {d.sentence} | {d.unit or '–'} | {d.source} |" for d in DEFINITIONS.values()]
    return "\n".join(rows)


def _default(value: object) -> str:
    if value in (None, "", (), PydanticUndefined):
        return "–"
    return f"`{', '.join(map(str, value))}`" if isinstance(value, tuple) else f"`{value}`"
