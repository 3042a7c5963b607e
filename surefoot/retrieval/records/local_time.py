"""Moments as local time in expressions: ibis's own cast to a time zone changes the type and not the value."""

from __future__ import annotations

from functools import cache
from typing import Any


def local_time(moment: Any, zone: str) -> Any:
    """The wall clock of a moment in a time zone (an IANA name), as an expression: for days, weeks and hours."""
    return _timezone()(zone, moment)


@cache
def _timezone() -> Any:
    """The function timezone(zone, moment), which DuckDB and PostgreSQL both have."""
    import ibis.expr.datatypes as dt
    from ibis import udf

    def timezone(zone: Any, moment: Any) -> Any:
        """Never called: ibis takes its name and its signature."""

    signature = ((dt.string, dt.Timestamp(timezone="UTC")), dt.timestamp)
    builtin: Any = udf.scalar.builtin
    return builtin(timezone, signature=signature)
