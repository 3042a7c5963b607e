"""Tells whether somebody may read an answer: all that it was made of must be open to them at this moment."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace

from surefoot.core.nouns import Answer, Asker
from surefoot.core.readings import Reading

OWN = "person:"
"""How the groups begin that a single person is in."""
CLOSED = "This answer stands on something that you may not see, or not any more."


@dataclass(frozen=True, slots=True)
class Sight:
    """What of some documents, or vehicles, an asker may see; what is in neither set is not there any more."""

    open: frozenset[str]
    closed: frozenset[str]


Look = Callable[[Collection[str], Asker], Sight]
LookAtThings = Callable[[str, Collection[str], Asker], Sight]
"""The same of what an assistant's records tell of, such as vehicles."""


class Access:
    """Holds answers against the access rules as they are now."""

    def __init__(self, look: Look, things: LookAtThings) -> None:
        self._look, self._things = look, things

    def readable(self, answer: Answer, asker: Asker, *, own: bool) -> bool:
        """Whether the asker may read it; `own`: it was given to this asker.

        One's own answer may be read after its documents were deleted; of somebody else's nobody can tell by then.
        Rows of live data are read with the groups of who asked, so a reader must be in all of these, and may see each
        vehicle whose rows were read, also where only a sum of them is told.
        """
        if not _open(self._look(stands_on(answer), asker), stands_on(answer), own=own):
            return False
        if not all(_common(one.groups) <= asker.groups if one.groups else own for one in answer.readings):
            return False
        return all(self._may_read(reading, answer.assistant, asker, own=own) for reading in answer.readings)

    def _may_read(self, reading: Reading, assistant: str, asker: Asker, *, own: bool) -> bool:
        whose = named_in(reading) if reading.things is None else frozenset(reading.things)
        if not whose:
            return True
        # of words in rows it is not known which are vehicles
        return _open(self._things(assistant, whose, asker), whose, own=own or reading.things is None)

    def shown(self, answer: Answer, asker: Asker, *, own: bool) -> Answer:
        """The answer, or what stands in its place for who may not read it."""
        return answer if self.readable(answer, asker, own=own) else closed(answer)


def closed(answer: Answer) -> Answer:
    """An answer without anything that it was made of."""
    return replace(
        answer,
        text=CLOSED,
        citations=(),
        gap=None,
        withheld=(),
        options=(),
        left_out=(),
        how=None,
        readings=(),
        elsewhere=None,
    )


def stands_on(answer: Answer) -> frozenset[str]:
    """Every document of which something may be in an answer: cited, read by the model, or named as the nearest one."""
    cited = {citation.document_id for citation in answer.citations if citation.document_id}
    read = {one.place.document_id for one in answer.how.considered if one.read} if answer.how else set[str]()
    nearest = {passage.chunk.document_id for passage in answer.gap.nearest} if answer.gap else set[str]()
    return frozenset(cited | read | nearest)


def named_in(reading: Reading) -> frozenset[str]:
    """All that may be a vehicle in a reading's rows, or in what they were narrowed to."""
    cells = {cell for row in reading.rows for cell in row if isinstance(cell, str)}
    return frozenset(cells | {value.removeprefix("not ") for _, values in reading.filters for value in values})


def _open(sight: Sight, wanted: Collection[str], *, own: bool) -> bool:
    return not sight.closed and (own or len(sight.open) == len(wanted))


def _common(groups: Iterable[str]) -> frozenset[str]:
    return frozenset(group for group in groups if not group.startswith(OWN))
