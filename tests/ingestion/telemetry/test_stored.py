"""What passes ask of the store before they derive."""

from __future__ import annotations

from surefoot.ingestion.telemetry.stored import AT_ONCE, together


def test_vehicles_are_derived_together_by_how_many_samples_they_have() -> None:
    sizes = {"a": AT_ONCE - 1, "b": 2, "c": 1}
    assert together(["a", "b", "c", "d"], sizes) == ["a", "b"]
    assert together(["c", "d"], sizes) == ["c", "d"]
