"""Puts texts and figures into HTML, whatever stands in them."""

from __future__ import annotations

from html import escape

from surefoot.eval.intervals import Estimate


def escaped(text: str) -> str:
    """The text for HTML, in elements and in quoted attributes; control characters, which HTML forbids, are left out."""
    return escape("".join(c for c in text if c in "\n\t" or (c >= " " and not "\x7f" <= c <= "\x9f")))


def figure(name: str, value: float) -> str:
    """A measure's value with its unit, by the end of its name."""
    if name.endswith("tokens"):
        return f"{value:,.0f}"
    if "_ms" in name:
        return f"{value / 1000:,.2f} s"
    return f"{value:.2f}" if name == "auroc" else f"{100 * value:.0f} %"


def interval(name: str, estimate: Estimate) -> str:
    """A measure's 95 % interval, with its unit once."""
    low, high = figure(name, estimate.low), figure(name, estimate.high)
    return f"{low.rsplit(' ', 1)[0]} – {high}"


def is_share(name: str) -> bool:
    """Whether a measure lies between 0 and 1."""
    return "_ms" not in name and not name.endswith("tokens")
