"""Events as they are found, before they are named, placed and given to a trip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from surefoot.ingestion.telemetry.derivations.columns import Texts, Whole
from surefoot.retrieval.records.samples import Floats


@dataclass(frozen=True, slots=True)
class Found:
    """Events of one or several kinds; columns of one length."""

    kind: Texts
    first: Whole
    """The sample at which each begins."""
    last: Whole
    at: Whole
    """The sample that says where it was, how fast and by whom: the one of the peak."""
    severity: Texts
    axis: Texts
    unit: Texts
    """Of peak and threshold."""
    peak: Floats
    threshold: Floats
    place: Texts
    """The place that it is about; '' for the one where it was."""

    @classmethod
    def joined(cls, parts: Sequence[Found]) -> Found:
        """Several, one behind the other."""
        return cls(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(cls)))


def texts(value: str, count: int) -> Texts:
    """One text so many times."""
    return np.full(count, value, dtype=object)
