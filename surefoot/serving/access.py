"""Tells whether somebody may read an answer: all that it was made of must be open to them at this moment."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace

from surefoot.core.nouns import Answer, Asker

OWN = "person:"
"""How the groups begin that a single person is in."""
CLOSED = "This answer stands on something that you may not see, or not any more."


@dataclass(frozen=True, slots=True)
class Sight:
    """What of some documents an asker may see; what is in neither set is not there any more."""

    open: frozenset[str]
    closed: frozenset[str]


Look = Callable[[Collection[str], Asker], Sight]


class Access:
    """Holds answers against the access rules as they are now."""

    def __init__(self, look: Look) -> None:
        self._look = look

    def readable(self, answer: Answer, asker: Asker, *, own: bool) -> bool:
        """Whether the asker may read it; `own`: it was given to this asker.

        One's own answer may be read after its documents were deleted; of somebody else's nobody can tell by then.
        Rows of live data are read with the groups of who asked, so a reader must be in all of these.
        """
        sight = self._look(stands_on(answer), asker)
        if sight.closed or (not own and len(sight.open) < len(stands_on(answer))):
            return False
        return all(_common(one.groups) <= asker.groups if one.groups else own for one in answer.readings)

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


def _common(groups: Iterable[str]) -> frozenset[str]:
    return frozenset(group for group in groups if not group.startswith(OWN))
