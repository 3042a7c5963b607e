"""The form of every measurement: a figure beside what it is held against."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Told = Callable[[str, int, int], None]
"""Hears what is being done, how much of it is done, and how much there is."""


@dataclass(frozen=True, slots=True)
class Row:
    """One measured figure."""

    name: str
    value: float
    unit: str
    reference: float | None = None
    """The limit, or the other contender, in the same unit and measured in the same run."""
    ratio: float | None = None
    """Value over reference."""


def beside(name: str, value: float, unit: str, reference: float) -> Row:
    """A figure with its reference, rounded for people."""
    return Row(name, _rounded(value), unit, _rounded(reference), round(value / reference, 3) if reference else None)


def alone(name: str, value: float, unit: str) -> Row:
    """A figure that has no reference."""
    return Row(name, _rounded(value), unit)


def _rounded(value: float) -> float:
    return round(value, 1) if abs(value) >= 100 else round(value, 3)
