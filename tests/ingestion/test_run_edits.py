"""After any sequence of edits to a folder, the library is what a fresh one makes of the folder."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from surefoot.ingestion.source_store import SourceEntry
from tests.ingestion.run_stage import STAFF, Stage, staged

NAMES = st.sampled_from(["a.md", "b.md", "c.md", "sub/a.md", "sub/deep/d.md", "Ä.md"])
TEXTS = st.sampled_from(
    [
        "# Gifts\n\nThe limit is 25 euro.",
        "# Gifts\n\nThe limit is 50 euro.",
        "# Leave\n\nEverybody has 28 days.\n\n## Rest\n\nThe rest expires in March.",
        "Plain words, without a heading.",
        "# Pads\n\nVersion: 2. Effective date: 1 March 2026.\n\nPads are replaced below 3 mm.",
        "# Pads\n\nVersion: 1. Effective date: 1 March 2024.\n\nPads are replaced below 2 mm.",
        "",
    ]
)


class Edits(RuleBasedStateMachine):
    """A folder that is edited, and read now and then."""

    def __init__(self) -> None:
        super().__init__()
        self._stack = ExitStack()
        self._place = Path(self._stack.enter_context(tempfile.TemporaryDirectory()))
        self._papers = self._place / "papers"
        self._papers.mkdir()
        self._stage = self._stack.enter_context(opened(self._place / "data", self._papers))
        self._clean = False

    @rule(name=NAMES, text=TEXTS)
    def write(self, name: str, text: str) -> None:
        """Make a file, or put other words into it."""
        path = self._papers / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        self._clean = False

    @rule(name=NAMES)
    def remove(self, name: str) -> None:
        """Delete a file where there is one."""
        (self._papers / name).unlink(missing_ok=True)
        self._clean = False

    @rule(name=NAMES, other=NAMES)
    def rename(self, name: str, other: str) -> None:
        """Give a file another name, perhaps another one's."""
        if (self._papers / name).exists() and name != other:
            (self._papers / other).parent.mkdir(parents=True, exist_ok=True)
            shutil.move(self._papers / name, self._papers / other)
            self._clean = False

    @precondition(lambda self: not self._clean)
    @rule()
    def read(self) -> None:
        """Carry out a run."""
        source = self._stage.parts.sources.get("papers")
        assert source is not None
        run = self._stage.carry_out(self._stage.control.run(source, "ann"))
        assert run.state == "finished", run.reason
        self._clean = True

    @precondition(lambda self: self._clean)
    @invariant()
    def the_library_is_what_a_fresh_one_is(self) -> None:
        """Compare with a library that has never seen anything else."""
        with tempfile.TemporaryDirectory() as place, opened(Path(place), self._papers) as fresh:
            source = fresh.parts.sources.get("papers")
            assert source is not None
            fresh.carry_out(fresh.control.run(source, "ann"))
            assert held(self._stage) == held(fresh)
        self._clean = False

    def teardown(self) -> None:
        """Read once more at the end, and close."""
        try:
            self.read()
            self.the_library_is_what_a_fresh_one_is()
        finally:
            self._stack.close()


@contextmanager
def opened(data: Path, papers: Path) -> Generator[Stage]:
    """A stage with the folder as its source."""
    with staged(data) as stage:
        entry = SourceEntry("papers", "fleet", "Papers", "folder", {"path": str(papers)}, STAFF, "ann")
        stage.parts.sources.save(entry)
        yield stage


def held(stage: Stage) -> tuple[object, ...]:
    """Texts and counts: ids and paths of copies depend on which of them came first."""
    entries = [entry for entry in stage.parts.catalogue.list() if entry.status == "ready"]
    chunks = sorted((c.text, c.superseded) for entry in entries for c in stage.index.chunks(entry.id))
    return (chunks, stage.index.count(), len(entries), stage.parts.catalogue.unfinished())


TestEdits = Edits.TestCase
TestEdits.settings = settings(
    max_examples=20,
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large),
    derandomize=True,
    phases=(Phase.generate,),  # shrinking takes longer than reading the steps
)
