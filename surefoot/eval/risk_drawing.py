"""Draws a risk-coverage curve as SVG."""

from __future__ import annotations

from surefoot.eval.abstention import Curve
from surefoot.eval.report_text import escaped

WIDTH, HEIGHT = 320.0, 180.0
LEFT, RIGHT, BOTTOM = 44.0, 24.0, 34.0
"""Room for the numbers beside the axes."""
BEYOND = "Beyond the dot a case counts as wrong, because nobody knows what it would have said."
TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


def drawing(title: str, curve: Curve) -> str:
    """The curve, with a dot where the assistant stops answering."""
    path = " ".join(f"{_x(p.coverage):.1f},{_y(p.risk):.1f}" for p in curve.points)
    words = (
        f"{title}: {100 * curve.coverage:.0f} % of the cases are answered, {100 * curve.risk:.0f} % of those answers "
        f"are not right; mean risk {curve.area:.3f}"
    )
    dot = f'<circle class=dot cx="{_x(curve.coverage):.1f}" cy="{_y(curve.risk):.1f}" r="4"/>'
    box = f'viewBox="0 0 {WIDTH + LEFT + RIGHT:.0f} {HEIGHT + BOTTOM + 12:.0f}"'
    inside = f'{_axes()}<polyline class=line points="{path}"/>{dot}'
    svg = f'<svg {box} role="img" aria-label="{escaped(words)}">{inside}</svg>'
    return f"<figure>{svg}<figcaption>{escaped(words)}. {BEYOND}</figcaption></figure>"


def _axes() -> str:
    across = "".join(
        f'<line class=grid x1="{LEFT}" x2="{LEFT + WIDTH}" y1="{_y(t):.1f}" y2="{_y(t):.1f}"/>'
        f'<text x="{LEFT - 6}" y="{_y(t) + 4:.1f}" text-anchor="end">{100 * t:.0f} %</text>'
        for t in TICKS
    )
    along = "".join(
        f'<text x="{_x(t):.1f}" y="{HEIGHT + 24}" text-anchor="middle">{100 * t:.0f} %</text>' for t in TICKS
    )
    name = f'<text x="{LEFT + WIDTH / 2}" y="{HEIGHT + 42}" text-anchor="middle">answered (risk upwards)</text>'
    return across + along + name


def _x(coverage: float) -> float:
    return LEFT + WIDTH * coverage


def _y(risk: float) -> float:
    return 8 + HEIGHT * (1 - risk)
