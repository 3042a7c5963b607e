"""Decides whether a citation still holds, from what the library holds now of the document that it cites."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from surefoot.core.nouns import Citation
from surefoot.serving.likeness import Differences, differences, nearest, stands
from surefoot.serving.present_text import PresentText

NONE = Differences()


class Standing(StrEnum):
    """What has become of a citation since the answer was given."""

    CURRENT = "current"
    """The quote stands in the document's present text."""
    SUPERSEDED = "superseded"
    """The quote stands there still, and a newer version of the document is in the library."""
    CHANGED = "changed"
    """The document is there, the quote is not."""
    GONE = "gone"
    """The document is not there any more, or the asker may no longer see it."""

    @property
    def stale(self) -> bool:
        """Whether an answer that stands on it can no longer be relied on."""
        return self in {Standing.CHANGED, Standing.GONE}


class Present:
    """A cited document as it is now, for an asker who may see it."""

    def __init__(self, text: str, *, superseded: bool = False, newer: str | None = None) -> None:
        self.text = PresentText(text)
        self.superseded = superseded
        self.newer = newer
        """Id of the version that took its place, where the asker may see it."""


@dataclass(frozen=True, slots=True)
class Held:
    """A citation held against the library."""

    standing: Standing
    now: str | None = None
    """For a changed one: what the present text says in its place; None where it says nothing like it."""
    differences: Differences = NONE
    """Where the quote and `now` differ."""
    newer: str | None = None
    """For a superseded one: id of the version that took the document's place."""
    seen: str = ""
    """A short hash of what it was held against, where it is not current: another one when there is more to say."""


def held(citation: Citation, present: Present | None, *, compare: bool = True) -> Held:
    """What has become of a citation; `present` is None where the asker finds no such document in the library.

    compare: also find what stands in the place of a changed one, which takes longer.
    """
    if present is None:
        return Held(Standing.GONE)
    if stands(present.text, citation.quote, citation.heading_path):
        if not present.superseded:
            return Held(Standing.CURRENT)
        return Held(Standing.SUPERSEDED, newer=present.newer, seen=present.newer or "")
    now = nearest(present.text, citation.quote, citation.heading_path) if compare else None
    differing = differences(citation.quote, now) if now is not None else NONE
    return Held(Standing.CHANGED, now, differing, seen=present.text.digest)
