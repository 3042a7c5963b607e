"""One assistant's records as questions meet them: understood, planned, read."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import datetime

from surefoot.core.nouns import Asker
from surefoot.core.readings import Reading
from surefoot.retrieval.records.asking.outcomes import Asked, Half, Hint, Unclear
from surefoot.retrieval.records.asking.rules import Rules
from surefoot.retrieval.records.place import Place
from surefoot.retrieval.records.plan import Plan
from surefoot.retrieval.records.reading import RecordReader
from surefoot.retrieval.records.semantic import Semantics
from surefoot.retrieval.records.values import Values

RECIPE = 3
"""Counts what changes how questions are planned and read."""
NEWEST_SECONDS = 1.0
"""How old names may be where one is not known: whoever is asked back asks again at once, and reads them once."""


class RecordDesk:
    """Understands questions about one assistant's records and reads the answers."""

    def __init__(self, semantics: Semantics, place: Place) -> None:
        self.semantics = semantics
        self._reader = RecordReader(semantics, place)
        self._values = Values(semantics, place)
        declared = semantics.declared.model_dump_json()
        self.version = f"{RECIPE}:{hashlib.sha256(declared.encode()).hexdigest()[:12]}"

    def rules(self, asker: Asker) -> Rules:
        """The rules, with the words that the asker may know."""
        return Rules(self.semantics, self._values.vocabulary(asker.groups))

    def seen(self, things: Collection[str], asker: Asker) -> tuple[frozenset[str], frozenset[str]]:
        """Of some vehicles those that the asker may see, and those that are there and may not be seen."""
        if all(table.access is None for table in self.semantics.declared.tables.values()):
            return frozenset(things), frozenset()
        return self._reader.place.seen(things, asker.groups)

    def forget_names(self) -> None:
        """Who may see what has changed: the words that askers may know are read anew."""
        self._values.forget()

    def ask(
        self, text: str, asker: Asker, now: datetime, before: Plan | None = None, hint: Hint | None = None
    ) -> Asked:
        """What a question asks of the records; `before` is the plan before it, `hint` what a model says of it.

        Before anything is asked back the names are read anew: a vehicle may have come this minute.
        """
        local, vocabulary = now.astimezone(self.semantics.zone), self._values.vocabulary(asker.groups)
        found = Rules(self.semantics, vocabulary).ask(text, local, before, hint)
        if isinstance(found, Half | Unclear):
            newer = self._values.vocabulary(asker.groups, NEWEST_SECONDS)
            if newer is not vocabulary:
                found = Rules(self.semantics, newer).ask(text, local, before, hint)
        return found

    def read(self, plan: Plan, asker: Asker, now: datetime) -> Reading:
        """What the records say. Raises PlanInvalid, RecordsTimeout, RecordsUnavailable, ReadingRefused."""
        return self._reader.read(plan, asker, now.astimezone(self.semantics.zone))
