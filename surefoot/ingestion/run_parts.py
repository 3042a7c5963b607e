"""What the steps of a run work with."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from surefoot.ingestion.catalogue import Catalogue
from surefoot.ingestion.pipeline import Pipeline
from surefoot.ingestion.run_items import RunItems
from surefoot.ingestion.run_progress import Progress
from surefoot.ingestion.run_store import RUNNING, RunStore
from surefoot.ingestion.source_store import SourceEntry, SourceStore
from surefoot.ingestion.sources.places import Places
from surefoot.ingestion.sources.port import Source

OpenSource = Callable[[SourceEntry], Source]
"""Makes the source of an entry's settings. Raises SourceInvalid."""


@dataclass(frozen=True, slots=True)
class RunParts:
    """The stores, the pipeline, and the way to a source."""

    sources: SourceStore
    runs: RunStore
    items: RunItems
    catalogue: Catalogue
    pipeline: Pipeline
    open: OpenSource
    places: Places = field(default_factory=Places)
    """Where on this machine's disks sources may read."""
    progress: Progress = field(default_factory=Progress)
    stopping: threading.Event = field(default_factory=threading.Event)
    """Set when the process is about to end: steps stop between two documents, and the run goes on at the next start."""
    delays: tuple[float, ...] = (1.0, 4.0)
    """Seconds before a source that did not answer is asked again; as many times as there are numbers."""

    def goes_on(self, run_id: str) -> bool:
        """Whether the run may work on its next document."""
        return not self.stopping.is_set() and self.runs.state(run_id) == RUNNING
