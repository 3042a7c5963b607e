"""Makes the library ready in the background: the encoder first, then the documents that ship with the assistants."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from surefoot.app.lanes import Lanes
from surefoot.core.errors import SurefootError, safe_words
from surefoot.core.nouns import Asker
from surefoot.core.text.language import detect
from surefoot.ingestion.catalogue import Catalogue, id_of
from surefoot.ingestion.pipeline import Pipeline
from surefoot.ingestion.results import Rejected, SourceFile
from surefoot.retrieval.encoders import DenseEncoder
from surefoot.serving.assistants import AssistantRegistry, AssistantSpec
from surefoot.serving.errors import FetchStopped
from surefoot.serving.models.declared import ENCODER
from surefoot.serving.models.progress import Progress
from surefoot.serving.models.weights import WeightStore

logger = logging.getLogger(__name__)

SHIPPED = Asker("surefoot", frozenset())
"""The owner of the documents that ship with the assistants."""
KNOWLEDGE = "knowledge"
RETRY_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Destination:
    """What the loader fills."""

    assistants: AssistantRegistry
    catalogue: Catalogue
    pipeline: Pipeline
    lanes: Lanes


class SampleLoader:
    """Loads in a thread of its own; says what it is doing, and what is missing."""

    def __init__(self, into: Destination, encoder: DenseEncoder, weights: WeightStore) -> None:
        self._into = into
        self._encoder = encoder
        self._weights = weights
        self._stopping = threading.Event()
        self._encoder_ready = threading.Event()
        self._healed = threading.Event()
        self._trouble: str | None = None
        self._thread = threading.Thread(target=self._run, name="samples", daemon=True)
        self.loading: str | None = "The search model is being loaded"
        """What is being done, in words; None when all is done."""

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End soon, between two files; does not wait."""
        self._stopping.set()
        self._weights.stop()

    def join(self, seconds: float) -> bool:
        """Wait until it has ended; False where that took longer."""
        if self._thread.is_alive():
            self._thread.join(max(0.0, seconds))
        return not self._thread.is_alive()

    def open(self, seconds: float) -> bool:
        """Wait until the library may be worked on; False where it may not be within this time."""
        return self._healed.wait(seconds)

    def reasons(self) -> list[str]:
        """Why questions cannot be answered yet; empty when they can."""
        if self._encoder_ready.is_set():
            return []
        return [self._trouble or self.loading or "The search model is being loaded"]

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._load()
            except FetchStopped:
                break
            except SurefootError as error:
                self._trouble = str(error)
                logger.warning("The library is not ready yet: %s", error)
            except Exception as error:  # the border of a thread: what it cannot do is said, and tried again
                if self._stopping.is_set():
                    break
                self._trouble = f"The library could not be loaded: {safe_words(error)}"
                logger.exception("The library could not be loaded.")
            else:
                self._trouble = None
                break
            self._stopping.wait(RETRY_SECONDS)
        self.loading = None

    def _load(self) -> None:
        self._weights.fetch_model(ENCODER, self._tell)
        self.loading = "The search model is being loaded"
        self._encoder.encode(["ready"])
        detect("The model of languages, too, is read before somebody asks.")
        self._trouble = None
        self._encoder_ready.set()
        half_read = self._into.lanes.alone(self._into.pipeline.mend)
        self._healed.set()
        for number, entry in enumerate(half_read, start=1):
            if not self._stopping.is_set():
                self.loading = f"Some documents are being read again: {number} of {len(half_read)}"
                self._in_turn(self._into.pipeline.read_again, entry)
        self._read_samples()

    def _in_turn(self, work: Callable[..., object], *arguments: object) -> None:
        """Do something in a lane of its own, so that neither uploads nor this wait for all of the other."""
        self._into.lanes.submit(SHIPPED.id, work, *arguments).result()

    def _tell(self, progress: Progress) -> None:
        done, total = progress.bytes_done // 1_000_000, progress.bytes_total // 1_000_000
        self.loading = f"The search model is being fetched: {progress.stage}, {done} of {total} MB"

    def _read_samples(self) -> None:
        shipped = [spec for spec in self._into.assistants.list() if (spec.folder / KNOWLEDGE).is_dir()]
        files = _in_turn([[(spec, path) for path in _knowledge(spec)] for spec in shipped])
        for number, (spec, path) in enumerate(files, start=1):
            if self._stopping.is_set():
                return
            self.loading = f"Sample documents are being read: {number} of {len(files)} ({spec.title})"
            self._in_turn(self._read, spec, path)
        for spec in shipped:
            self._drop_vanished(spec)

    def _read(self, spec: AssistantSpec, path: Path) -> None:
        kept = self._into.catalogue.find_by_path(spec.name, _name(spec, path))
        if kept is not None and kept.owner != SHIPPED.id:
            return  # somebody put a document of their own in its place
        if self._into.catalogue.kept_away(id_of(spec.name, _name(spec, path))):
            return  # somebody deleted it: a deleted document does not come back
        source = SourceFile(_name(spec, path), path.read_bytes())
        result = self._into.pipeline.ingest(source, spec.name, SHIPPED, spec.groups)
        if isinstance(result, Rejected):
            logger.warning("The sample document %s was rejected: %s", path, result.reason)

    def _drop_vanished(self, spec: AssistantSpec) -> None:
        there = {_name(spec, path) for path in _knowledge(spec)}
        for entry in self._into.catalogue.list(spec.name):
            if entry.owner == SHIPPED.id and entry.path not in there:
                self._in_turn(self._into.pipeline.delete, entry.id)


def _in_turn(rows: list[list[tuple[AssistantSpec, Path]]]) -> list[tuple[AssistantSpec, Path]]:
    """One of each row, then the next of each: no assistant waits for another's whole library."""
    return [file for turn in zip_longest(*rows) for file in turn if file is not None]


def _knowledge(spec: AssistantSpec) -> Iterator[Path]:
    folder = spec.folder / KNOWLEDGE
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.startswith("."))


def _name(spec: AssistantSpec, path: Path) -> str:
    return path.relative_to(spec.folder / KNOWLEDGE).as_posix()
