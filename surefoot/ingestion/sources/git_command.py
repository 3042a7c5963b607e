"""Runs the git program so that no repository, address or configuration makes it do more than was asked."""

from __future__ import annotations

import contextlib
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from surefoot.ingestion.errors import SourceInvalid, SourceUnreachable

LARGEST_REPOSITORY = 4 * 1024**3
"""Bytes of the largest file that git may write: the pack of all that it fetched."""
_MESSAGES = 64 * 1024
_SHOWN = 300

_CONFIG = {
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "credential.helper": "",
    "fetch.recurseSubmodules": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "http.followRedirects": "false",  # a redirect could lead into this network
    "http.lowSpeedLimit": "1000",
    "http.lowSpeedTime": "30",
}
_MEANINGS = (
    (
        r"could not read (Username|Password)|Authentication failed|\b401\b|\b403\b|Permission denied",
        "The repository gives no access. Check the token, and that it may read this repository",
    ),
    (
        r"Host key verification failed|HOST IDENTIFICATION HAS CHANGED",
        "The server shows another SSH host key than before. Ask who runs it whether that is meant",
    ),
    (r"dubious ownership", "The repository belongs to another account. Give it to the account that runs this server"),
    (r"too large|signal 25|No space left", "The repository is larger than this server's limit or disk"),
    (r"\b30[1278]\b|redirect", "The repository has moved. Give its new address"),
    (r"certificate|\bSSL\b|\bTLS\b", "The server's certificate cannot be trusted. Check the address"),
    (
        r"resolve|refused|timed out|reset by peer|unreachable|Could not connect",
        "The server does not answer. Check the address, and that it can be reached from this machine",
    ),
    (
        r"not found|not appear to be a git|does not exist|\b404\b|not exported|access denied|No such file|not a git",
        "There is no such repository, or it is not shown to this account. Check the address and the token",
    ),
)


@dataclass(frozen=True, slots=True)
class Git:
    """The git program in surroundings of its own: no user's configuration, no hooks, no prompts, one protocol."""

    home: Path
    """An empty folder."""
    protocol: str
    """The only one that may be spoken: https, http, ssh, git, file; or none."""
    config: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    """More configuration. It may hold secrets: it goes by the environment, which other accounts cannot read."""
    ssh: str = "false"
    """The command that speaks SSH."""

    def run(
        self, arguments: Sequence[str], seconds: float, *, repository: Path | None = None, given: bytes = b""
    ) -> bytes:
        """What git prints; raises SourceUnreachable, in words, where it fails or takes longer."""
        with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
            source.write(given)
            source.seek(0)
            with self.started(arguments, repository, (source, output, errors)) as process:
                try:
                    status = process.wait(seconds)
                except subprocess.TimeoutExpired as error:
                    raise SourceUnreachable(
                        f"The repository took longer than {seconds:g} seconds. Run again later, or check its server."
                    ) from error
            output.seek(0)
            errors.seek(0)
            if status:
                raise SourceUnreachable(_in_words(errors.read(_MESSAGES).decode("utf-8", "replace"), status))
            return output.read()

    @contextlib.contextmanager
    def started(
        self, arguments: Sequence[str], repository: Path | None, streams: tuple[IO[Any] | int, ...]
    ) -> Generator[subprocess.Popen[bytes]]:
        """A running git, ended with all that it started when the block ends; streams: input, output, messages."""
        place = ["--git-dir", str(repository)] if repository else []
        process = subprocess.Popen(  # noqa: S603 - a fixed program; what comes from settings was checked
            [_program(), "--no-pager", "--no-optional-locks", *place, *arguments],
            stdin=streams[0],
            stdout=streams[1],
            stderr=streams[2],
            env=self._environment(),
            cwd=self.home,
            start_new_session=True,
        )
        try:
            if sys.platform == "linux":
                with contextlib.suppress(ProcessLookupError):
                    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (LARGEST_REPOSITORY, LARGEST_REPOSITORY))
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _environment(self) -> dict[str, str]:
        nowhere = os.devnull
        environment = {
            "PATH": f"{Path(_program()).parent}{os.pathsep}{os.defpath}",
            "HOME": str(self.home),
            "LC_ALL": "C.UTF-8",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_SYSTEM": nowhere,
            "GIT_CONFIG_GLOBAL": nowhere,
            "GIT_ATTR_NOSYSTEM": "1",
            "GIT_CEILING_DIRECTORIES": str(self.home.parent),
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_ASKPASS": "false",
            "SSH_ASKPASS": "false",
            "GIT_SSH_COMMAND": self.ssh,
            "GIT_ALLOW_PROTOCOL": self.protocol,
            "GIT_PROTOCOL_FROM_USER": "0",
            "GIT_LFS_SKIP_SMUDGE": "1",
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_NO_REPLACE_OBJECTS": "1",
        }
        config = {**_CONFIG, **self.config}
        environment["GIT_CONFIG_COUNT"] = str(len(config))
        for number, (key, value) in enumerate(config.items()):
            environment[f"GIT_CONFIG_KEY_{number}"] = key
            environment[f"GIT_CONFIG_VALUE_{number}"] = value
        return environment


def _program() -> str:
    found = shutil.which("git")
    if found is None:
        raise SourceInvalid("The program git is not installed on this server: install it (`apt-get install git`).")
    return found


def _in_words(messages: str, status: int) -> str:
    """What git's messages mean for the person who set the source up."""
    said = [line.strip() for line in messages.splitlines() if line.strip()]
    first = next((line for line in said if line.startswith(("fatal:", "error:", "remote:"))), said[0] if said else "")
    shown = "".join(char for char in first.partition(": ")[2] or first if char.isprintable())[:_SHOWN]
    for pattern, meaning in _MEANINGS:
        if re.search(pattern, messages, re.IGNORECASE):
            return f"{meaning} (git: {shown})."
    return f"The repository cannot be read (git, status {status}: {shown or 'no reason given'})."
