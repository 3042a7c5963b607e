"""After any sequence of feeding, deleting, removing, accepting and regrouping, the library is what a fresh one is."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from surefoot.core.nouns import Asker
from surefoot.ingestion.catalogue import Status, id_of
from surefoot.ingestion.errors import NotAcceptable
from surefoot.ingestion.inspection import Inspectors, Rules
from surefoot.ingestion.results import IngestResult, Rejected
from tests.ingestion.conftest import Depot, open_depot

STAFF, BOARD = frozenset({"staff"}), frozenset({"board"})
ASKERS = (Asker("bob", STAFF), Asker("eve", BOARD), Asker("joe", STAFF | BOARD))
PATHS = st.sampled_from(["a.md", "b.md", "c.md", "sub/a.md"])
SOURCES = st.sampled_from([None, "s1", "s2"])
GROUPS = st.sampled_from([STAFF, BOARD, STAFF | BOARD])
TEXTS = (
    "# Gifts\n\nA gift may be worth 25 euro at most.",
    "# Leave\n\nEverybody has 28 days of leave.\n\n## Rest\n\nThe rest expires in March.",
    "# Pads\n\nVersion: 2. Effective date: 1 March 2026.\n\nPads are replaced below 3 mm.",
    "# Pads\n\nVersion: 1. Effective date: 1 March 2024.\n\nPads are replaced below 2 mm.",
    "Tiny.",
    "\0\1\2\3" * 50,
)
RULES = Rules.of({"min_words": 4}, "keep")


@dataclass(frozen=True)
class Act:
    """Something that happens to a path."""

    kind: str
    path: str
    text: int = 0
    groups: frozenset[str] = STAFF
    source: str | None = None


Survivors = dict[str, tuple[int, frozenset[str]]]
KINDS = st.sampled_from(["feed", "feed", "feed", "feed", "delete", "remove", "accept", "describe"])
ACTS = st.builds(Act, KINDS, PATHS, st.integers(0, len(TEXTS) - 1), GROUPS, SOURCES)


class Story:
    """Does acts to a depot, and remembers what should be in it: text and groups by path."""

    def __init__(self, depot: Depot) -> None:
        self._depot = depot
        self.survivors: Survivors = {}
        self._given: dict[str, frozenset[str]] = {}
        """Groups that a person gave, by path: they stay until the document is deleted."""

    def act(self, act: Act) -> None:
        getattr(self, f"_{act.kind}")(act, id_of("fleet", act.path))

    def _feed(self, act: Act, _document: str) -> None:
        result = self._depot.put(act.path, TEXTS[act.text], act.groups, act.source)
        self._settle(act.path, (act.text, self._given.get(act.path, act.groups)), result)

    def _accept(self, act: Act, document: str) -> None:
        entry = self._depot.kept.catalogue.get(document)
        acceptable = entry is not None and entry.status is Status.REJECTED and bool(entry.content_hash)
        try:
            result = self._depot.pipeline.accept(document)
        except NotAcceptable:
            assert not acceptable
        else:
            assert entry is not None
            self._settle(act.path, (TEXTS.index("Tiny."), entry.groups), result)

    def _settle(self, path: str, what: tuple[int, frozenset[str]], result: IngestResult) -> None:
        if not isinstance(result, Rejected):
            self.survivors[path] = what
        elif result.document_id:  # else a good document keeps the path
            self.survivors.pop(path, None)

    def _delete(self, act: Act, document: str) -> None:
        gone = [act.path, *self._depot.copies(act.path)]
        if self._depot.pipeline.delete(document, erase=False):
            for path in gone:
                self.survivors.pop(path, None)
                self._given.pop(path, None)

    def _remove(self, act: Act, document: str) -> None:
        if self._depot.pipeline.remove(document, act.source or "s1"):
            self.survivors.pop(act.path, None)
            self._given.pop(act.path, None)

    def _describe(self, act: Act, document: str) -> None:
        entry = self._depot.kept.catalogue.get(document)
        if entry is None:
            return
        self._depot.pipeline.describe(document, None, None, act.groups)
        if entry.groups == act.groups:
            return
        for path in (act.path, *self._depot.copies(act.path)):
            self._given[path] = act.groups
            if path in self.survivors:
                self.survivors[path] = (self.survivors[path][0], act.groups)


def fed_afresh(depot: Depot, survivors: Survivors) -> None:
    for path, (text, groups) in sorted(survivors.items()):
        result = depot.put(path, TEXTS[text], groups)
        if isinstance(result, Rejected):
            depot.pipeline.accept(id_of("fleet", path))


def found(depot: Depot) -> list[list[str]]:
    """What each asker finds, with and without older versions."""
    return [sorted(depot.texts(asker, with_superseded=old)) for asker in ASKERS for old in (False, True)]


@example([Act("feed", "a.md"), Act("feed", "b.md"), Act("feed", "a.md", 1)])
@example([Act("feed", "a.md", 4), Act("accept", "a.md"), Act("feed", "b.md", 4), Act("remove", "a.md")])
@given(st.lists(ACTS, min_size=3, max_size=14))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
def test_after_any_sequence_of_acts_the_library_is_sound_and_what_a_fresh_one_is(acts: list[Act]) -> None:
    inspect = Inspectors(lambda _assistant: RULES)
    with tempfile.TemporaryDirectory() as place, open_depot(Path(place) / "one", inspect) as depot:
        story = Story(depot)
        for act in acts:
            story.act(act)
            depot.check()
        with open_depot(Path(place) / "fresh", inspect) as fresh:
            fed_afresh(fresh, story.survivors)
            assert found(depot) == found(fresh)
