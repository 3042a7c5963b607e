"""A folder on the server as a source: its files, with those in all its subfolders."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from surefoot.ingestion.errors import DocumentGone, SourceUnreachable, Unreadable, UnsafePath
from surefoot.ingestion.results import SourceFile
from surefoot.ingestion.sources.naming import document_path, locator_of, raw_name, utc
from surefoot.ingestion.sources.network import Surroundings
from surefoot.ingestion.sources.patterns import PASSING, Globs, Patterns
from surefoot.ingestion.sources.places import is_system
from surefoot.ingestion.sources.port import Doubtful, Listed, Source
from surefoot.ingestion.sources.settled import (
    OpenFolder,
    Outside,
    entries_of,
    is_inside,
    open_folder,
    read_settled,
    state,
)


def _checked(path: str) -> str:
    if not path.startswith("/") or path.startswith("//") or ".." in path.split("/") or not path.isprintable():
        raise ValueError("must be the whole path of a folder on the server, such as /srv/manuals")
    whole = os.path.normpath(path)
    if is_system(Path(whole)):
        raise ValueError(f"{whole} holds the operating system's own files: name the folder of the documents")
    return whole


class FolderSettings(BaseModel):
    """A folder on the server and which of its files are read."""

    model_config = ConfigDict(extra="forbid", frozen=True, title="Folder")

    kind: Literal["folder"] = "folder"
    path: Annotated[str, AfterValidator(_checked)] = Field(
        title="Folder",
        description="Whole path of the folder on the server, such as /srv/manuals. Its subfolders are read too.",
        max_length=1000,
    )
    include: Globs = Field(
        default=(), title="Only these files", description="Patterns such as *.pdf or manuals/**. Empty: all files."
    )
    exclude: Globs = Field(
        default=PASSING,
        title="Not these files",
        description="Patterns of files and folders that are left out. Hidden ones (.name) always are.",
    )
    watch: bool = Field(
        default=True, title="Watch the folder", description="Changes are read within seconds, beside the schedule."
    )
    polling: bool = Field(
        default=False,
        title="It is a network folder",
        description="Network shares do not report changes: the folder is looked through again and again instead.",
    )


class FolderSource(Source):
    """The regular files of a folder.

    Hidden files and folders are skipped. A link to a file within the folder is read; links that leave the folder, and
    links to folders, are not followed: what is in the folder is there under its own name.
    """

    def __init__(self, settings: FolderSettings, surroundings: Surroundings) -> None:
        self._path = settings.path
        self._wanted = Patterns(settings.include, settings.exclude)
        self._largest = surroundings.largest_file
        self._places = surroundings.places
        self._own = self._places.identities(surroundings.scratch)
        self._second_names: frozenset[tuple[int, int]] | None = None

    def listing(self) -> Iterator[Listed | Doubtful]:
        """Every wanted file; see Source."""
        with self._root() as root:
            folders = [""]
            while folders:
                yield from self._files(root, folders.pop(), folders)
        with self._root() as again:
            if again.identity != root.identity:
                raise SourceUnreachable(f"The folder {self._path} was replaced while it was looked through. Run again.")

    def fetch(self, listed: Listed) -> SourceFile:
        """The file's bytes; see Source."""
        with self._root() as root:
            try:
                data, found = read_settled(root, raw_name(listed.path, listed.locator), self._largest)
                if self._is_own(found):
                    raise Unreadable("The file is one of Surefoot's own, under another name (a hard link).")
                return SourceFile(document_path(listed.path), data, utc(found.st_mtime))
            except (Outside, FileNotFoundError, NotADirectoryError) as error:
                with self._root():  # the folder itself may be gone
                    raise DocumentGone(f"{listed.path} is no longer in the folder {self._path}.") from error
            except PermissionError as error:
                raise Unreadable("The server may not read the file. Give its account the right to.") from error
            except UnsafePath as error:
                raise Unreadable(str(error)) from error
            except OSError as error:
                words = f"{listed.path} could not be read ({error.strerror}). Check the disk."
                raise SourceUnreachable(words) from error

    def check(self) -> str:
        """Looks through the top of the folder; see Source."""
        with self._root() as root, self._entries(root, "") as entries:
            seen = sum(1 for entry in entries if not entry.name.startswith("."))
        return f"The folder {self._path} is there, with {seen:,} files and folders at its top."

    @contextmanager
    def _root(self) -> Generator[OpenFolder]:
        """The folder behind links, held open; raises SourceUnreachable, PlaceRefused."""
        with ExitStack() as stack:
            try:
                root = stack.enter_context(open_folder(self._path, self._places.check))
            except NotADirectoryError as error:
                raise SourceUnreachable(f"{self._path} is a file. Name the folder that it lies in.") from error
            except OSError as error:
                raise SourceUnreachable(
                    f"The folder {self._path} cannot be reached ({error.strerror}). "
                    "Check the path, and that the disk or share is mounted on the server."
                ) from error
            yield root

    def _files(self, root: OpenFolder, folder: str, folders: list[str]) -> Iterator[Listed | Doubtful]:
        """The files of one folder; its subfolders are put on `folders`."""
        try:
            with self._entries(root, folder) as entries:
                for entry in entries:
                    found = self._seen(root, entry, f"{folder}/{entry.name}" if folder else entry.name, folders)
                    if found is not None:
                        yield found
        except (FileNotFoundError, NotADirectoryError):
            return  # removed meanwhile
        except OSError as error:
            yield Doubtful(
                document_path(folder), f"The folder cannot be looked through ({error.strerror}).", below=True
            )

    def _seen(
        self, root: OpenFolder, entry: os.DirEntry[str], name: str, folders: list[str]
    ) -> Listed | Doubtful | None:
        try:
            if not entry.is_dir(follow_symlinks=False):
                return self._listed(root, entry, name)
            if self._enters(entry, name):
                folders.append(name)
        except FileNotFoundError:
            pass  # removed meanwhile
        except OSError as error:
            return Doubtful(document_path(name), f"The file cannot be looked at ({error.strerror}).")
        return None

    @contextmanager
    def _entries(self, root: OpenFolder, folder: str) -> Generator[list[os.DirEntry[str]]]:
        with ExitStack() as stack:
            try:
                entries = stack.enter_context(entries_of(root, folder))
            except OSError as error:
                if folder:
                    raise
                raise SourceUnreachable(
                    f"The folder {self._path} cannot be looked through ({error.strerror}). "
                    "Give the server's account the right to read it."
                ) from error
            yield entries

    def _enters(self, entry: os.DirEntry[str], name: str) -> bool:
        if entry.name.startswith(".") or not self._wanted.enters(name):
            return False
        found = entry.stat(follow_symlinks=False)
        return (found.st_dev, found.st_ino) not in self._own  # the server's own files are no documents

    def _is_own(self, found: os.stat_result) -> bool:
        """Whether a file is one of the server's own, which has a second name here."""
        if found.st_nlink < 2:
            return False
        if self._second_names is None:
            self._second_names = self._places.second_names()
        return (found.st_dev, found.st_ino) in self._second_names

    def _listed(self, root: OpenFolder, entry: os.DirEntry[str], name: str) -> Listed | None:
        if entry.name.startswith(".") or not self._wanted.takes(name):
            return None
        if not entry.is_file() or (entry.is_symlink() and not is_inside(root.path, root.path / name)):
            return None
        found = entry.stat()
        return Listed(document_path(name), state(found), locator_of(name), found.st_size, utc(found.st_mtime))
