"""A local copy of one branch of a Git repository: its newest commit alone, without a work tree, kept between runs."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import subprocess
import time
import uuid
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from surefoot.ingestion.errors import SourceInvalid, SourceUnreachable
from surefoot.ingestion.sources.git_command import Git

ASK_S = 30.0
"""Seconds to ask a server for its branches."""
FETCH_S = 900.0
_LOCAL_S = 120.0
_MOST_PACKS = 30
"""Packs, one a fetch, after which the copy is made anew, so that what was deleted does not pile up."""
_REF = "refs/surefoot/head"


@dataclass(frozen=True, slots=True)
class Head:
    """What a repository has under a name."""

    ref: str
    object_id: str
    """Of the commit, or of an annotated tag that leads to it."""


@dataclass(frozen=True, slots=True)
class Blob:
    """A regular file of a commit."""

    name: str
    """Path below the listed folder; bytes that are no UTF-8 are surrogates."""
    object_id: str
    size: int | None
    """Bytes; None where the content was not fetched because it is over the limit."""


class Clone:
    """The copy in `folder`; many processes may use it at once, since only what is missing is added under a lock."""

    def __init__(self, folder: Path, remote: Git, url: str, largest: int) -> None:
        self._repository = folder / "copy.git"
        self._lock = folder / "lock"
        self._remote, self._local = remote, Git(remote.home, "none")
        self._url, self._largest = url, largest
        self._reader = contextlib.ExitStack()
        self._process: subprocess.Popen[bytes] | None = None

    def head(self, branch: str) -> Head:
        """What the server has under a branch or tag; its default branch for ''.

        Raises SourceUnreachable, and SourceInvalid where there is no such name.
        """
        wanted = [f"refs/heads/{branch}", f"refs/tags/{branch}"] if branch else ["HEAD"]
        lines = self._remote.run(["ls-remote", "--quiet", "--", self._url, *wanted], ASK_S).decode("utf-8", "replace")
        there = {ref: object_id for object_id, _, ref in (line.partition("\t") for line in lines.splitlines())}
        for ref in wanted:
            if ref in there:
                return Head(ref, there[ref])
        if branch:
            raise SourceInvalid(f"The repository has no branch and no tag {branch!r}. Check the spelling.")
        raise SourceUnreachable("The repository is empty: it has no commit yet.")

    def refresh(self, head: Head) -> None:
        """Fetch what the copy lacks of a head; raises SourceUnreachable."""
        with self._locked():
            if self._has() == head.object_id:
                return
            self._start_over_when_grown()
            self._local.run(["init", "--quiet", "--bare", "--template=", str(self._repository)], _LOCAL_S)
            for left in (*self._repository.glob("*.lock"), *self._repository.glob("refs/**/*.lock")):
                left.unlink()  # of a process that was killed: nobody else writes now
            self._remote.run(
                [
                    *("fetch", "--quiet", "--depth=1", "--no-tags", "--no-write-fetch-head", "--force"),
                    *(f"--filter=blob:limit={self._largest + 1}", "--", self._url, f"+{head.ref}:{_REF}"),
                ],
                FETCH_S,
                repository=self._repository,
            )

    def files(self, folder: str) -> list[Blob]:
        """The regular files below a folder of the copy; raises SourceInvalid where there is no such folder."""
        output = self._asked(["ls-tree", "-r", "-z", "--full-tree", f"{_REF}^{{commit}}:{folder}"], folder)
        rows = [row.partition(b"\t") for row in output.split(b"\0") if row]
        found = [(head.split(), os.fsdecode(name)) for head, _, name in rows]
        # a mode tells files from links (12…) and from other repositories (16…)
        blobs = [(name, head[2].decode()) for head, name in found if head[0].startswith(b"100")]
        sizes = self._sizes([object_id for _, object_id in blobs])
        return [Blob(name, object_id, size) for (name, object_id), size in zip(blobs, sizes, strict=True)]

    def committed(self) -> float:
        """When the copy's commit was made, in seconds after 1970-01-01 UTC."""
        return float(self._asked(["log", "-1", "--format=%ct", _REF]).split()[0])

    def read(self, object_id: str) -> bytes | None:
        """The content of a file; None where the copy has not got it, or it is over the limit."""
        if not self._repository.exists():
            return None
        size = self._ask(f"info {object_id}")
        if size is None or size > self._largest:
            return None
        self._ask(f"contents {object_id}")
        data = self._output.read(size + 1)
        if len(data) != size + 1:
            raise SourceUnreachable("The copy of the repository cannot be read. Run again.")
        return data[:-1]

    def close(self) -> None:
        """End the process that reads contents."""
        self._process = None
        self._reader.close()

    def _has(self) -> str:
        if not self._repository.exists():
            return ""
        with contextlib.suppress(SourceUnreachable):
            return (
                self._local.run(["rev-parse", "--verify", _REF], _LOCAL_S, repository=self._repository).decode().strip()
            )
        return ""

    def _asked(self, arguments: list[str], folder: str = "") -> bytes:
        try:
            return self._local.run(arguments, _LOCAL_S, repository=self._repository)
        except SourceUnreachable as error:
            if folder and self._has():
                raise SourceInvalid(f"The repository has no folder {folder!r} in this branch.") from error
            self._remove()
            raise SourceUnreachable("The copy of the repository was damaged, and was removed. Run again.") from error

    def _sizes(self, object_ids: list[str]) -> list[int | None]:
        given = "".join(f"{object_id}\n" for object_id in object_ids).encode()
        output = self._local.run(["cat-file", "--batch-check"], _LOCAL_S, repository=self._repository, given=given)
        return [_size(line) for line in output.splitlines()]

    def _ask(self, command: str) -> int | None:
        """The size that the reading process names; None where it has no such content."""
        if self._process is None or self._process.poll() is not None:
            self.close()
            streams = (subprocess.PIPE, subprocess.PIPE, subprocess.DEVNULL)
            started = self._local.started(["cat-file", "--batch-command"], self._repository, streams)
            self._process = self._reader.enter_context(started)
        try:
            stream = cast("IO[bytes]", self._process.stdin)
            stream.write(f"{command}\n".encode())
            stream.flush()
            return _size(self._output.readline())
        except OSError as error:
            raise SourceUnreachable("The copy of the repository cannot be read. Run again.") from error

    @property
    def _output(self) -> IO[bytes]:
        return cast("IO[bytes]", cast("subprocess.Popen[bytes]", self._process).stdout)

    def _start_over_when_grown(self) -> None:
        if len(list(self._repository.glob("objects/pack/*.pack"))) > _MOST_PACKS:
            self._remove()

    def _remove(self) -> None:
        away = self._repository.with_name(f"removed-{uuid.uuid4().hex}")
        with contextlib.suppress(FileNotFoundError):
            self._repository.rename(away)
            shutil.rmtree(away, ignore_errors=True)

    @contextlib.contextmanager
    def _locked(self) -> Generator[None]:
        end = time.monotonic() + FETCH_S
        with self._lock.open("w") as file:
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError as error:
                    if time.monotonic() > end:
                        raise SourceUnreachable("Another run is still fetching this repository. Run again.") from error
                    time.sleep(0.05)
            yield


def _size(line: bytes) -> int | None:
    """The size in a line of git's: '<object id> blob <bytes>', or '<object id> missing'."""
    fields = line.split()
    return int(fields[2]) if len(fields) == 3 and fields[1] == b"blob" else None
