"""The weight store: files under the hash of their bytes, brought from the first source that has them."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from surefoot.serving.errors import DiskFull, SourceFailed, WeightsError, WeightsUnavailable
from surefoot.serving.models.declared import ENCODER, MODELS, ModelWeights, WeightFile
from surefoot.serving.models.disk import errors_in_words, give_name, in_words, move_for_good, require_room
from surefoot.serving.models.locks import exclusive
from surefoot.serving.models.packages import PackageSource
from surefoot.serving.models.progress import FileMeter, Meter, ReportProgress, quietly
from surefoot.serving.models.sources import HUB, FolderSource, HubSource, Source
from surefoot.serving.models.transfer import sha256_of

FILES_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Fetched:
    """A generator's file in the store."""

    model: str
    path: Path
    note: str | None = None
    """Why it is another model than the one asked for, or None."""


def standard_sources(folder: Path | None = None, hub: str | None = HUB, *, packages: bool = True) -> tuple[Source, ...]:
    """Where weights come from, in order: a local folder, the hub, Python packages; each may be left out."""
    sources: list[Source] = []
    if folder:
        sources.append(FolderSource(folder))
    if hub:
        sources.append(HubSource(hub))
    if packages:
        sources.append(PackageSource())
    return tuple(sources)


class WeightStore:
    """Verified files in `folder/sha256/<hash>`; unfinished ones in `folder/partial`, where the next fetch goes on.

    Several processes may use one folder. `stop` ends every fetch of this object soon, with FetchStopped.
    """

    def __init__(self, folder: Path, sources: Sequence[Source] = ()) -> None:
        self.folder = folder
        self._sources = tuple(sources)
        self._stop = threading.Event()

    def path(self, sha256: str) -> Path | None:
        """The file with these bytes, or None."""
        path = self.folder / "sha256" / sha256
        return path if path.is_file() else None

    def holds(self, model: ModelWeights) -> bool:
        """Whether all of a model's files are here."""
        return all(self.path(file.sha256) for file in model.files)

    def fetch(self, file: WeightFile, report: ReportProgress = quietly) -> Path:
        """One file's path, fetched if it is not here; raises WeightsUnavailable, DiskFull, FetchStopped."""
        meter = Meter(file.name, file.size, report, self._stop)
        return self._fetch(file, meter)

    def fetch_model(self, model: ModelWeights, report: ReportProgress = quietly) -> dict[str, Path]:
        """All files of a model, by name, under one progress, the encoder's ready to be read; raises as `fetch` does."""
        meter = Meter(model.name, model.size, report, self._stop)
        missing = [file for file in model.files if not self.path(file.sha256)]
        for source in self._sources:
            source.expect(missing)
        paths = self._fetch_all(model.files, meter)
        if missing:
            for source in self._sources:
                source.tidy(self.folder / "partial")
        if model is ENCODER:
            self.minilm_folder()
        return paths

    def fetch_generator(self, name: str, report: ReportProgress = quietly) -> Fetched:
        """A generator that is one file, or else the smaller one that stands in for it; raises as `fetch` does."""
        model = MODELS[name]
        try:
            paths = self.fetch_model(model, report)
        except (WeightsUnavailable, DiskFull) as error:
            if model.fallback is None:
                raise
            return self._fetch_stand_in(model, error, report)
        return Fetched(name, paths[model.file.name])

    @property
    def encoder_folder(self) -> Path:
        """Where the encoder's files lie under their own names, once `minilm_folder` has put them there."""
        return self.folder / "encoder" / ENCODER.files[0].sha256[:16]

    def minilm_folder(self) -> Path:
        """A folder with the encoder's files under their own names; raises WeightsUnavailable where one is missing."""
        folder = self.encoder_folder
        if all((folder / file.name).is_file() for file in ENCODER.files):
            return folder
        if not self.holds(ENCODER):
            raise WeightsUnavailable(
                f"The encoder's files are not in {self.folder}. Run `surefoot weights fetch encoder`."
            )
        with errors_in_words(self.folder):
            folder.mkdir(parents=True, exist_ok=True)
            for file in ENCODER.files:
                give_name(self.folder / "sha256" / file.sha256, folder / file.name)
        return folder

    def stop(self) -> None:
        """End all fetches soon; what has arrived is kept."""
        self._stop.set()

    def _fetch_stand_in(self, model: ModelWeights, error: WeightsError, report: ReportProgress) -> Fetched:
        try:
            stand_in = self.fetch_generator(str(model.fallback), report)
        except WeightsError as also:
            raise type(error)(f"{error}\nThe smaller {model.fallback} cannot stand in. {also}") from also
        note = f"{model.title} could not be fetched; the smaller {stand_in.model} stands in. {error}"
        return Fetched(stand_in.model, stand_in.path, note)

    def _fetch_all(self, files: Sequence[WeightFile], meter: Meter) -> dict[str, Path]:
        with ThreadPoolExecutor(FILES_AT_ONCE) as pool:
            jobs = {file.name: pool.submit(self._fetch, file, meter) for file in files}
            try:
                return {name: job.result() for name, job in jobs.items()}
            except KeyboardInterrupt:
                self.stop()
                raise

    def _fetch(self, file: WeightFile, meter: Meter) -> Path:
        file_meter = FileMeter(meter)
        if not self.path(file.sha256):
            with errors_in_words(self.folder):
                (self.folder / "sha256").mkdir(parents=True, exist_ok=True)
                partial = self.folder / "partial"
                partial.mkdir(exist_ok=True)
                with exclusive(partial / file.sha256, file_meter):
                    if not self.path(file.sha256):
                        return self._from_sources(file, file_meter)
        file_meter.add(file.size)
        return self.folder / "sha256" / file.sha256

    def _from_sources(self, file: WeightFile, meter: FileMeter) -> Path:
        reasons: list[str] = []
        for source in self._sources:
            target = self.folder / "partial" / f"{file.sha256}.{source.key}"
            try:
                require_room(self.folder, file.name, file.size, target)
                self._bring(source, file, target, meter)
            except SourceFailed as error:
                reasons.append(f"{source.name}: {error}")
                meter.reset()
            else:
                return self._keep(file, target)
        raise WeightsUnavailable(_no_source(file, reasons))

    def _bring(self, source: Source, file: WeightFile, target: Path, meter: FileMeter) -> None:
        """Have a source bring the file and check it; what an earlier attempt spoilt costs one fresh start."""
        for continued in (target.exists(), False):
            source.bring(file, target, meter)
            meter.stage("checking")
            if sha256_of(target, meter) == file.sha256:
                return
            source.discard(target)
            meter.reset()
            if not continued:
                break
        raise SourceFailed("its bytes are not the expected ones (sha256 differs)")

    def _keep(self, file: WeightFile, target: Path) -> Path:
        """Move a checked file into the store, in one step, and forget what other sources had begun."""
        place = self.folder / "sha256" / file.sha256
        move_for_good(target, place)
        for source in self._sources:
            source.discard(self.folder / "partial" / f"{file.sha256}.{source.key}")
        return place


def _no_source(file: WeightFile, reasons: Sequence[str]) -> str:
    tried = "\n".join(f"- {reason}" for reason in reasons) or "- no source is configured"
    return (
        f"{file.name} ({in_words(file.size)}) could not be fetched:\n{tried}\n"
        "Fetch again when the network is there, or put the file into a folder, under any name, and set "
        f"SUREFOOT_WEIGHTS_FROM to that folder (it is known by its sha256 {file.sha256})."
    )
