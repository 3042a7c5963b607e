"""A Git repository as a source: the files of one branch or tag."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from surefoot.ingestion.errors import DocumentGone, Unreadable, UnsafePath
from surefoot.ingestion.results import SourceFile
from surefoot.ingestion.sources.git_access import Credentials, GitAccess
from surefoot.ingestion.sources.git_address import git_address
from surefoot.ingestion.sources.git_clone import Blob, Clone
from surefoot.ingestion.sources.naming import VARIABLE, document_path, locator_of, raw_name, utc
from surefoot.ingestion.sources.network import Surroundings
from surefoot.ingestion.sources.patterns import PASSING, Globs, Patterns
from surefoot.ingestion.sources.port import Doubtful, Listed, Source

_LFS = b"version https://git-lfs.github.com/spec/"
_NO_NAME = re.compile(r"^[-/]|\.\.|@\{|//|[\s~^:?*\[\\\x00-\x1f\x7f]|[/.]$")
"""What no branch or tag is called (git-check-ref-format)."""


def _branch(text: str) -> str:
    text = text.strip()
    if _NO_NAME.search(text):
        raise ValueError("is no name of a branch or tag")
    return text


def _address(text: str) -> str:
    git_address(text)
    return text.strip()


def _folder(text: str) -> str:
    text = text.strip("/ ")
    if any(part in ("..", ".", "") for part in text.split("/")) and text:
        raise ValueError("must be a folder of the repository, such as docs/manuals")
    return text


class GitSettings(BaseModel):
    """A repository, and which of its files are read."""

    model_config = ConfigDict(extra="forbid", frozen=True, title="Git repository")

    kind: Literal["git"] = "git"
    url: Annotated[str, AfterValidator(_address)] = Field(
        title="Address",
        description="Such as https://git.example.com/team/docs.git or git@git.example.com:team/docs.git.",
    )
    branch: Annotated[str, AfterValidator(_branch)] = Field(
        default="",
        title="Branch or tag",
        description="Empty: the repository's default branch.",
        max_length=200,
    )
    folder: Annotated[str, AfterValidator(_folder)] = Field(
        default="", title="Folder", description="Only files below it, such as docs. Empty: all.", max_length=400
    )
    include: Globs = Field(
        default=(), title="Only these files", description="Patterns such as *.md or guides/**. Empty: all files."
    )
    exclude: Globs = Field(
        default=PASSING,
        title="Not these files",
        description="Patterns of files and folders that are left out. Hidden ones (.name) always are.",
    )
    token_secret: str | None = Field(
        default=None,
        title="Variable of the access token",
        description="Name of the environment variable that holds a token which may read (https only).",
        pattern=VARIABLE,
    )
    user: str = Field(
        default="token",
        title="User of the token",
        description="Most servers take any; Bitbucket wants x-token-auth.",
        min_length=1,
        max_length=100,
        pattern=r"^[\w.@+-]+$",  # a number of repeats in it would take 9 MB: \w has all alphabets
    )
    ssh_key_secret: str | None = Field(
        default=None,
        title="Variable of the SSH key",
        description="Name of the environment variable that holds a private key without password (ssh only).",
        pattern=VARIABLE,
    )


class GitSource(Source):
    """The regular files of a commit; links, submodules, hidden files and what Git LFS keeps elsewhere are left out."""

    def __init__(self, settings: GitSettings, surroundings: Surroundings) -> None:
        self._settings, self._around = settings, surroundings
        self._address = git_address(settings.url)
        self._wanted = Patterns(settings.include, settings.exclude)
        name = hashlib.sha256(f"{self._address.url}\n{settings.branch}".encode()).hexdigest()[:32]
        self._place = surroundings.scratch / f"git-{name}"
        (self._place / "home").mkdir(parents=True, exist_ok=True, mode=0o700)
        self._access = GitAccess(self._address, surroundings, self._place, _credentials(settings, surroundings))
        self._opened: Clone | None = None
        self._current: dict[str, Blob] | None = None

    def listing(self) -> Iterator[Listed | Doubtful]:
        """Every wanted file of the newest commit; see Source."""
        blobs = self._look()
        made = utc(self._clone.committed())
        for name, blob in blobs.items():
            yield Listed(document_path(name), blob.object_id, locator_of(name), blob.size, made)

    def fetch(self, listed: Listed) -> SourceFile:
        """The file as it was listed, or as it is now where that is no longer at hand; see Source."""
        data = self._clone.read(listed.fingerprint)
        if data is None:
            data = self._newest(listed)
        if data.startswith(_LFS):
            raise Unreadable(
                "The file is kept in Git LFS, which is not fetched. Put it into a folder or bucket instead."
            )
        try:
            return SourceFile(document_path(listed.path), data, listed.modified)
        except UnsafePath as error:
            raise Unreadable(str(error)) from error

    def check(self) -> str:
        """Asks the server for the branch; see Source."""
        head = self._clone.head(self._settings.branch)
        name = head.ref.removeprefix("refs/heads/").removeprefix("refs/tags/")
        what = "the default branch" if name == "HEAD" else f"{name!r}"
        return f"The repository answers; {what} is at {head.object_id[:10]}."

    def close(self) -> None:
        """End git's processes and remove the key."""
        if self._opened is not None:
            self._opened.close()
        self._opened = None
        self._access.close()

    @property
    def _clone(self) -> Clone:
        """The local copy, after the address was checked."""
        if self._opened is None:
            remote = self._access.git()
            self._opened = Clone(self._place, remote, self._address.url, self._around.largest_file)
        return self._opened

    def _look(self) -> dict[str, Blob]:
        self._clone.refresh(self._clone.head(self._settings.branch))
        blobs = self._clone.files(self._settings.folder)
        self._current = {blob.name: blob for blob in blobs if self._wants(blob.name)}
        return self._current

    def _wants(self, name: str) -> bool:
        return not any(part.startswith(".") for part in name.split("/")) and self._wanted.takes(name)

    def _newest(self, listed: Listed) -> bytes:
        blobs = self._look() if self._current is None else self._current
        blob = blobs.get(raw_name(listed.path, listed.locator))
        if blob is None:
            raise DocumentGone(f"{listed.path} is no longer in the repository.")
        data = self._clone.read(blob.object_id)
        if data is None:
            raise Unreadable(f"The file has more than {self._around.largest_file:,} bytes, which are the limit.")
        return data


def _credentials(settings: GitSettings, around: Surroundings) -> Credentials:
    token = around.secrets(settings.token_secret) if settings.token_secret else ""
    return Credentials(settings.user, token, around.secrets(settings.ssh_key_secret) if settings.ssh_key_secret else "")
