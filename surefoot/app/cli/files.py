"""Which files an `ingest` means, under which names they are known, and in which batches they travel."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from surefoot.app.client.errors import UsageMistake

BATCH_FILES = 16
BATCH_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file to be fed."""

    name: str
    """The name under which it is known: the given folder's name and the path in it, with '/'; or the file's name."""
    path: Path
    size: int
    """Bytes."""
    top: Path | None = None
    """The folder, without links, that it was found in; None where it was named itself."""
    refused: str = ""
    """Why it is left out; empty where it is read."""

    def open(self) -> IO[bytes]:
        """Open it; raises LeadsOut where a link leads out of its folder by now, and OSError."""
        real = self.path.resolve(strict=True)
        if self.top is None:
            return real.open("rb")
        if not real.is_relative_to(self.top):
            raise LeadsOut
        file = os.fdopen(os.open(real, os.O_RDONLY | os.O_NOFOLLOW), "rb")
        if self.path.resolve() != real or not os.path.samestat(os.fstat(file.fileno()), real.lstat()):
            file.close()
            raise LeadsOut  # what the links lead to was changed in between
        return file


class LeadsOut(OSError):
    """A link leads out of the folder that was given."""

    def __init__(self) -> None:
        super().__init__(0, "it is a link that leads out of the folder; give the file itself if it is meant")


def find_files(paths: Sequence[Path]) -> list[FoundFile]:
    """Give the files that are meant, in the order given, those of a folder sorted by name.

    A file that is given twice counts once. Raises UsageMistake where a path does not exist, where two files would be
    known by one name, and where there is no file at all.
    """
    found: dict[str, FoundFile] = {}
    for path in paths:
        for file in _files_of(path):
            known = found.setdefault(file.name, file)
            if not _same(known.path, file.path):
                raise UsageMistake(
                    f"{known.path} and {file.path} would both be known as '{file.name}', and the second would replace "
                    "the first. Rename one, or give the folder that holds both."
                )
    if not found:
        raise UsageMistake(f"There is no file to read in {', '.join(map(str, paths))} (hidden files are left out).")
    return list(found.values())


def batches(files: Sequence[FoundFile]) -> Iterator[list[FoundFile]]:
    """Split files into requests of bounded number and size; a file that is larger alone travels alone."""
    batch: list[FoundFile] = []
    size = 0
    for file in files:
        if batch and (len(batch) == BATCH_FILES or size + file.size > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(file)
        size += file.size
    if batch:
        yield batch


def _files_of(path: Path) -> Iterator[FoundFile]:
    whole = path.expanduser().absolute()
    try:
        mode = whole.stat().st_mode
    except OSError as error:
        raise UsageMistake(f"{path} cannot be read: {error.strerror}.") from error
    if stat.S_ISDIR(mode):
        yield from _walk(whole)
    elif stat.S_ISREG(mode):
        yield _found(whole.name, whole)
    else:
        raise UsageMistake(f"{path} is neither a file nor a folder.")


def _walk(top: Path) -> Iterator[FoundFile]:
    """Yield the regular files below a folder; hidden ones, and folders behind links, are left out.

    A link to a file elsewhere is refused: whoever may write into the folder would else choose what is read.
    """
    real_top = top.resolve()
    name = real_top.name
    for folder, below, names in os.walk(top, onerror=_unreadable):
        below[:] = sorted(entry for entry in below if not entry.startswith("."))
        for entry in sorted(names):
            path = Path(folder, entry)
            if not entry.startswith(".") and path.is_file():
                yield _found("/".join((name, *path.relative_to(top).parts)).lstrip("/"), path, real_top)


def _unreadable(error: OSError) -> None:
    raise UsageMistake(f"The folder {error.filename} cannot be read: {error.strerror}.") from error


def _found(name: str, path: Path, top: Path | None = None) -> FoundFile:
    shown = name.encode("utf-8", "replace").decode("utf-8")
    outside = top is not None and not path.resolve().is_relative_to(top)
    return FoundFile(shown, path, path.stat().st_size, top, str(LeadsOut().strerror) if outside else "")


def _same(one: Path, other: Path) -> bool:
    return one == other or one.resolve() == other.resolve()
