"""What a check finds, and how a check that breaks is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report."""

    name: str
    state: State
    detail: str
    remedy: str = ""
    """What to do; empty where nothing has to be done."""


Check = Callable[[], Iterator[Finding]]


def findings(name: str, check: Check) -> Iterator[Finding]:
    """Run one check; one that breaks is a finding too."""
    try:
        yield from check()
    except Exception as error:  # noqa: BLE001  the border of one check: the others still have to run
        yield Finding(name, "fail", f"It could not be checked: {type(error).__name__}: {error}")


def in_words(count: int) -> str:
    """Bytes for people."""
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"
