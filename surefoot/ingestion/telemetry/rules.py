"""What can happen to a message of a vehicle; each is counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from surefoot.retrieval.records.samples import Sample


class Rule(StrEnum):
    """What happened to a message. The first eight are of messages that are kept, the others of refused ones."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    """Its vehicle and time are known already: nothing changes."""
    OUT_OF_ORDER = "out_of_order"
    """Older than the newest of its vehicle; kept in its place."""
    LATE = "late"
    """Much older than its arrival; kept in its place."""
    SKEWED = "skewed"
    """A little in the future: the vehicle's clock is fast."""
    NO_POSITION = "no_position"
    """Its position cannot be true and is ignored; the rest is kept."""
    OUT_OF_RANGE = "out_of_range"
    """A value that cannot be true is ignored; the rest is kept."""
    UNKNOWN_FIELD = "unknown_field"
    """A field whose meaning or unit is not known is ignored; the rest is kept."""
    FUTURE = "future"
    """So far in the future that its clock is wrong."""
    TOO_OLD = "too_old"
    MALFORMED = "malformed"
    WRONG_TOPIC = "wrong_topic"
    """Sent under another vehicle's name."""
    OVERSIZED = "oversized"


@dataclass(frozen=True, slots=True)
class Limits:
    """What is taken, and from when on it is counted as unusual."""

    message_bytes: int = 16_384
    batch_bytes: int = 2_000_000
    batch_samples: int = 5_000
    future: timedelta = timedelta(minutes=2)
    skew: timedelta = timedelta(seconds=2)
    late: timedelta | None = timedelta(minutes=5)
    oldest: timedelta | None = timedelta(days=90)


REPLAY = Limits(late=None, oldest=None)
"""For files: their samples are of the past, and may be as old as they like."""


@dataclass(frozen=True, slots=True)
class Valid:
    """A message that is kept, and what was unusual about it."""

    sample: Sample
    notes: tuple[tuple[Rule, str], ...] = ()
    """Rules and what happened, in words."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A message that is not kept."""

    rule: Rule
    reason: str
    vehicle: str = ""
    """The vehicle, as far as it can be told."""
