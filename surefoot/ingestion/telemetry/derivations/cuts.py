"""Says from where a vehicle's facts have to be derived again when samples arrive, late ones as well."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from surefoot.ingestion.telemetry.derivations.minutes import MINUTE
from surefoot.ingestion.telemetry.derivations.track import SECOND

SETTLED_US = 60 * SECOND
"""After the first whole minute of a trip nothing before the trip can change any more after so long."""
LEAD_US = 2 * 3600 * SECOND
"""Samples from so long before a cut are read as well: three of them or a gap, further back than any rule looks."""


@dataclass(frozen=True, slots=True)
class KnownTrip:
    """A stored trip; times in microseconds since 1970."""

    start: int
    end: int
    placed: bool
    """Whether it has a start position (a vehicle that says none is derived from its beginning)."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Where the derivation of one vehicle takes up again."""

    time: int
    """Rows of trips, stops and events that start at or after it are replaced, and minutes from `minute` on."""

    @property
    def read_from(self) -> int:
        """Samples from then on are needed."""
        return self.time - LEAD_US

    @property
    def minute(self) -> int:
        """The first minute that begins at or after the cut."""
        return -(-self.time // MINUTE) * MINUTE


def cut_before(trips: Iterable[KnownTrip], since: int) -> Cut | None:
    """The cut for new samples of which the earliest is of `since`; None where all of the vehicle is to be derived.

    It is the start of the newest stored trip (made under the same definitions and facts) that was under way for its
    first whole minute and a further one and ended before `since`. A break comes before a trip, and no rule looks
    further than to the neighbouring samples, a minute ahead, or over a break; so all that starts before that trip stays
    as it is, and all from it on follows from samples from it on and a few before it.
    """
    fit = [
        trip.start
        for trip in trips
        if trip.placed and trip.end < since and trip.end > Cut(trip.start).minute + SETTLED_US
    ]
    return Cut(max(fit)) if fit else None


def cuts_before(trips: Mapping[str, Iterable[KnownTrip]], since: Mapping[str, int]) -> dict[str, Cut]:
    """The cuts of several vehicles; those without one are left out."""
    found = {vehicle: cut_before(trips.get(vehicle, ()), time) for vehicle, time in since.items()}
    return {vehicle: cut for vehicle, cut in found.items() if cut}
