"""Packs evidence for a prompt: the few sentences that matter rather than whole passages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from surefoot.retrieval.highlights import Highlight
from surefoot.retrieval.units import Unit
from surefoot.serving.prompts import EvidenceItem

FAINT = 0.08
"""A highlight's score relative to the best one's, below which it only costs prefill."""


@dataclass(frozen=True, slots=True)
class Packed:
    """Numbered evidence for a prompt, and the units behind the numbers."""

    items: tuple[EvidenceItem, ...]
    units: tuple[Unit, ...]
    tokens: int
    """Tokens of the evidence by the encoder's count."""


def pack(highlights: Sequence[Highlight], budget: int, count_tokens: Callable[[str], int]) -> Packed:
    """The best highlights, in order, as long as they fit into `budget` tokens; the first one always goes in."""
    items: list[EvidenceItem] = []
    units: list[Unit] = []
    used = 0
    for highlight in highlights:
        unit = highlight.unit
        if items and highlight.score < FAINT * highlights[0].score:
            break
        text = f"{unit.context} {unit.shown}" if unit.context and not unit.is_row else unit.shown
        cost = count_tokens(f"{unit.heading} {text}") + 6
        if items and used + cost > budget:
            continue
        used += cost
        items.append(EvidenceItem(len(items) + 1, unit.heading, text))
        units.append(unit)
    return Packed(tuple(items), tuple(units), used)
