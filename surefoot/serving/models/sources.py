"""The places that a model's files come from: the port, a folder on this machine, and the model hub."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Generator, Sequence
from pathlib import Path
from time import monotonic

from surefoot.serving.errors import SourceFailed
from surefoot.serving.models.declared import HubFile, WeightFile
from surefoot.serving.models.progress import FileMeter
from surefoot.serving.models.transfer import BLOCK, CONNECT_SECONDS, Wanted, download, new_client, sha256_of

HUB = "https://huggingface.co"
UNREACHABLE_FOR = 60.0
"""Seconds for which a hub that did not answer is not asked again."""


class Source(ABC):
    """A place that may hold a file's bytes. The store checks what it gives."""

    key: str
    """Ends the name of the partial file; one word."""
    name: str
    """For people."""

    @abstractmethod
    def bring(self, file: WeightFile, target: Path, meter: FileMeter) -> None:
        """Leave the file's bytes at `target`, going on from what is there.

        Raises SourceFailed, FetchStopped, OSError.
        """

    def expect(self, files: Sequence[WeightFile]) -> None:
        """These files will be asked for: look up what can be looked up for all of them at once."""
        del files

    def discard(self, target: Path) -> None:
        """Forget what was brought to `target`: it is complete and kept elsewhere, or it is wrong."""
        target.unlink(missing_ok=True)

    def tidy(self, folder: Path) -> None:
        """Remove from the folder of partial files what a finished model leaves there."""
        del folder


class FolderSource(Source):
    """A folder on this machine, under any file names: files are known by their bytes."""

    key = "folder"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = f"folder {folder}"

    def bring(self, file: WeightFile, target: Path, meter: FileMeter) -> None:
        """Copy the file whose bytes have the hash."""
        if not self.folder.is_dir():
            raise SourceFailed("it is not a folder")
        meter.stage("looking through the folder")
        sized = sorted(self._of_size(file.size))
        found = next((path for path in sized if self._is(path, file, meter)), None)
        if found is None:
            raise SourceFailed(f"none of its files is this one ({len(sized)} have the right size)")
        meter.stage("copying")
        with found.open("rb") as source, target.open("wb") as copy:
            while block := source.read(BLOCK):
                copy.write(block)
                meter.add(len(block))

    def _of_size(self, size: int) -> Generator[Path]:
        for path in self.folder.rglob("*"):
            try:
                if path.is_file() and path.stat().st_size == size:
                    yield path
            except OSError:
                continue  # unreadable for us, so not ours to take

    @staticmethod
    def _is(path: Path, file: WeightFile, meter: FileMeter) -> bool:
        try:
            return sha256_of(path, meter) == file.sha256
        except OSError:
            return False


class HubSource(Source):
    """The model hub, by repository and file name."""

    key = "hub"

    def __init__(self, address: str = HUB) -> None:
        self.address = address.rstrip("/")
        self.name = f"model hub {self.address}"
        self._lock = threading.Lock()
        self._silent_until = 0.0

    def bring(self, file: WeightFile, target: Path, meter: FileMeter) -> None:
        """Download the file from the first repository that has it."""
        if not file.hub:
            raise SourceFailed("no repository there has this file")
        meter.stage("asking the model hub")
        self._require_answer()
        reasons: list[str] = []
        for place in file.hub:
            try:
                self._download(place, file, target, meter)
            except SourceFailed as error:
                reasons.append(f"{place.repository}: {error}")
                meter.reset()
            else:
                return
        raise SourceFailed("; ".join(reasons))

    def _download(self, place: HubFile, file: WeightFile, target: Path, meter: FileMeter) -> None:
        url = f"{self.address}/{place.repository}/resolve/{place.revision}/{place.path}"
        with new_client() as client:
            meter.stage("downloading from the model hub")
            wanted = Wanted(url, file.sha256, limit=file.size, size=file.size)
            download(client, wanted, target, meter.share(file.size))

    def _require_answer(self) -> None:
        """Raise SourceFailed where the hub gives no answer soon, once for all files.

        Asked in a thread of its own, since looking up a name can hang for longer than any timeout of ours.
        """
        with self._lock:
            if monotonic() < self._silent_until:
                raise SourceFailed("it did not answer a moment ago")
            answered = threading.Event()
            failure: list[str] = []
            threading.Thread(target=_knock, args=(self.address, answered, failure), daemon=True).start()
            if not answered.wait(CONNECT_SECONDS + 1) or failure:
                self._silent_until = monotonic() + UNREACHABLE_FOR
                raise SourceFailed(f"it does not answer ({failure[0] if failure else 'timeout'})")


def _knock(address: str, answered: threading.Event, failure: list[str]) -> None:
    import httpx

    try:
        with new_client() as client:
            client.head(address, timeout=CONNECT_SECONDS, follow_redirects=False)
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
        failure.append(str(error) or type(error).__name__)
    answered.set()
