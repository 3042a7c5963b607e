"""The address of a Git repository, in any spelling that is safe to hand to git."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

_LONGEST = 1000
_SCP = re.compile(r"([\w.-]+@[\w.-]+):(?!/)(.+)")
"""user@host:path, as code hosts print it."""
_USER = re.compile(r"\w[\w.-]*")
_PROTOCOLS = ("https", "http", "ssh", "git", "file")
_PORTS = {"https": 443, "http": 80, "ssh": 22, "git": 9418}


@dataclass(frozen=True, slots=True)
class GitAddress:
    """A repository that git may be given."""

    url: str
    protocol: str
    host: str
    """Empty for a repository on this machine."""
    port: int

    @property
    def folder(self) -> Path:
        """Where a repository on this machine lies."""
        return Path(unquote(urlsplit(self.url).path))


def git_address(text: str) -> GitAddress:
    """The address from what a person wrote; raises ValueError, in words, where git must not be given it."""
    text = text.strip()
    if not text or len(text) > _LONGEST or not text.isprintable() or " " in text or text.startswith("-"):
        raise ValueError("is no address of a repository: write one such as https://git.example.com/team/docs.git")
    if text.startswith("/"):
        text = "file://" + quote(text)
    elif (scp := _SCP.fullmatch(text)) and "://" not in text:
        text = f"ssh://{scp[1]}/{scp[2]}"
    return _of_url(text)


def _of_url(text: str) -> GitAddress:
    scheme = text.partition("://")[0]
    if "://" not in text or scheme not in _PROTOCOLS:
        raise ValueError(f"must begin with one of {', '.join(f'{name}://' for name in _PROTOCOLS)}")
    parts = urlsplit(text)
    _check_user(parts.scheme, parts.username, parts.password)
    if parts.query or parts.fragment:
        raise ValueError("must end with the repository's path: leave out what follows '?' or '#'")
    if ".." in parts.path.split("/"):
        raise ValueError("must hold no '..'")
    host = parts.hostname or ""
    if parts.scheme == "file":
        if parts.netloc or parts.path.strip("/") == "":
            raise ValueError("must be file:// and a whole path, such as file:///srv/git/docs.git")
    elif not host or host.startswith("-"):
        raise ValueError("names no server")
    return GitAddress(text, parts.scheme, host, parts.port or _PORTS.get(parts.scheme, 0))


def _check_user(scheme: str, user: str | None, password: str | None) -> None:
    if password is not None or (user is not None and scheme != "ssh"):
        raise ValueError("holds a user or password: put the token into an environment variable and name that instead")
    if user is not None and not _USER.fullmatch(user):
        raise ValueError("holds a user name with unusual characters")
