"""How git is let in at a repository's server, and which addresses it may speak to."""

from __future__ import annotations

import base64
import contextlib
import os
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from surefoot.ingestion.errors import AddressRefused, SourceInvalid
from surefoot.ingestion.sources.git_address import GitAddress
from surefoot.ingestion.sources.git_command import Git
from surefoot.ingestion.sources.network import PRIVATE_SETTING, Surroundings, check_port

_SHOWN_AT_MOST = 64 * 1024


def folders_of(repository: Path) -> Iterator[Path]:
    """All folders that git reads for a repository on disk: it may be told to look elsewhere."""
    yield repository
    inner = repository / ".git"
    if inner.is_file():
        inner = _told(repository, inner, "gitdir:")
    place = inner if inner.is_dir() else repository
    yield place
    if (place / "commondir").is_file():
        place = _told(place, place / "commondir", "")
        yield place
    yield place / "objects"
    alternates = place / "objects" / "info" / "alternates"
    if alternates.is_file():
        with alternates.open(encoding="utf-8", errors="surrogateescape") as file:
            lines = file.read(_SHOWN_AT_MOST).splitlines()
        yield from (place / "objects" / line for line in lines if line and not line.startswith("#"))


def _told(at: Path, file: Path, word: str) -> Path:
    with file.open(encoding="utf-8", errors="surrogateescape") as opened:
        return at / opened.read(_SHOWN_AT_MOST).removeprefix(word).strip()


@dataclass(frozen=True, slots=True, repr=False)
class Credentials:
    """What a server wants to see; empty where it lets everybody in."""

    user: str
    token: str
    key: str
    """A private SSH key."""


class GitAccess:
    """Git for one repository; a key lies in a file only until `close`. Raises SourceInvalid."""

    def __init__(self, address: GitAddress, around: Surroundings, place: Path, credentials: Credentials) -> None:
        if credentials.token and address.protocol != "https" and not around.allow_private:
            raise SourceInvalid("A token is sent by https alone. Give an address that begins with https://.")
        if credentials.key and address.protocol != "ssh":
            raise SourceInvalid("An SSH key is of use with an address that begins with ssh:// alone.")
        self._address, self._around, self._place = address, around, place
        self._credentials = credentials

    def git(self) -> Git:
        """Git, bound to the checked addresses of the repository's host; raises AddressRefused."""
        addresses = self._addresses()
        config: dict[str, str] = {}
        if self._address.protocol in ("https", "http"):
            pinned = ",".join(f"[{address}]" if ":" in address else address for address in addresses)
            config["http.curloptResolve"] = f"{self._address.host}:{self._address.port}:{pinned}"
            if self._credentials.token:
                pair = base64.b64encode(f"{self._credentials.user}:{self._credentials.token}".encode()).decode()
                config["http.extraHeader"] = f"Authorization: Basic {pair}"
        return Git(self._place / "home", self._address.protocol, config, self._ssh(addresses))

    def close(self) -> None:
        """Remove the key's file."""
        with contextlib.suppress(FileNotFoundError):
            self._key_file.unlink()

    @property
    def _key_file(self) -> Path:
        return self._place / f"key-{id(self):x}"

    def _addresses(self) -> list[str]:
        if self._address.host:
            check_port(self._address.port)
            return self._around.rules.addresses(self._address.host)
        if not self._around.allow_private:
            raise AddressRefused(
                "Repositories on this machine may not be read. If this one is meant to, whoever runs this server "
                f"sets {PRIVATE_SETTING}=true."
            )
        for folder in folders_of(self._address.folder):
            real = folder.resolve()
            cut = real.parts.index(".git") if ".git" in real.parts else None
            self._around.places.check(Path(*real.parts[:cut]))  # it is not hidden for being git's
        return []

    def _ssh(self, addresses: list[str]) -> str:
        if self._address.protocol != "ssh":
            return "false"
        known = self._place / "known_hosts"
        options = ["BatchMode=yes", "ConnectTimeout=10", "StrictHostKeyChecking=accept-new"]
        options += [f"UserKnownHostsFile={known}", f"HostKeyAlias={self._address.host}", f"HostName={addresses[0]}"]
        key: list[str] = []
        if self._credentials.key:
            descriptor = os.open(self._key_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(self._credentials.key.replace("\\n", "\n").strip() + "\n")
            key = ["-i", str(self._key_file), "-o", "IdentitiesOnly=yes"]
        return shlex.join(["ssh", "-F", "/dev/null", *key, *(part for option in options for part in ("-o", option))])
