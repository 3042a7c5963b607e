"""Brings one URL's bytes into a file, going on from what an earlier attempt left there."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from surefoot.serving.errors import SourceFailed
from surefoot.serving.models.progress import FileMeter, Share

if TYPE_CHECKING:
    import httpx

CONNECT_SECONDS = 3.0
"""A hub that is not reachable may refuse at once or hang; after this the next source is tried."""
READ_SECONDS = 15.0
ATTEMPTS = 4
"""Attempts in a row that bring no byte before a transfer is given up."""
BLOCK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a transfer must bring."""

    url: str
    sha256: str
    """Of the bytes at the URL."""
    limit: int
    """More bytes than this are never accepted."""
    size: int | None = None
    """Exact size, where it is known beforehand."""


def new_client() -> httpx.Client:
    """An HTTP client with this module's timeouts; proxies and certificates are the user's own settings."""
    import httpx

    timeout = httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS)
    return httpx.Client(timeout=timeout, follow_redirects=True, headers={"Accept-Encoding": "identity"})


def download_checked(client: httpx.Client, wanted: Wanted, target: Path, share: Share) -> None:
    """Bring the URL's bytes into `target` and check their hash; raises SourceFailed.

    Bytes that an earlier attempt spoilt cost one fresh start, not the source.
    """
    continued = target.exists()
    download(client, wanted, target, share)
    if sha256_of(target) == wanted.sha256:
        return
    target.unlink()
    if not continued:
        raise SourceFailed("its bytes are not the expected ones (sha256 differs)")
    share.at(0, 1)
    download_checked(client, wanted, target, share)


def sha256_of(path: Path, meter: FileMeter | None = None) -> str:
    """The hash of a file's bytes, hexadecimal; raises FetchStopped when the meter says so."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(4 * BLOCK):
            digest.update(block)
            if meter:
                meter.check()
    return digest.hexdigest()


def download(client: httpx.Client, wanted: Wanted, target: Path, share: Share) -> None:
    """Bring the URL's bytes into `target`, unchecked, going on from what is there; raises SourceFailed.

    A connection that breaks is taken up where it broke.
    """
    import httpx

    failures = 0
    while True:
        before = _length(target)
        try:
            _attempt(client, wanted, target, share)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise SourceFailed(f"it cannot be reached ({_words(error)})") from error
        except httpx.RequestError as error:
            failures = 1 if _length(target) > before else failures + 1
            if failures >= ATTEMPTS:
                raise SourceFailed(f"the connection broke {failures} times ({_words(error)})") from error
        except (httpx.InvalidURL, httpx.CookieConflict) as error:
            raise SourceFailed(f"its address is unusable ({_words(error)})") from error
        else:
            return


def _attempt(client: httpx.Client, wanted: Wanted, target: Path, share: Share) -> None:
    start = _length(target)
    headers = {"Range": f"bytes={start}-"} if start else {}
    with client.stream("GET", wanted.url, headers=headers) as response:
        if response.status_code == 416 and start:
            if _total(response, start) == start:
                return
            target.unlink()
            raise _restart(response)
        if response.status_code not in {200, 206}:
            raise SourceFailed(f"it answered {response.status_code} {response.reason_phrase}".rstrip())
        if response.status_code == 206 and not _continues(response, start):
            target.unlink(missing_ok=True)
            raise _restart(response)
        if response.status_code == 200:
            start = 0
        total = _total(response, start)
        _refuse_other_file(response, wanted, total)
        _write(response, target, share, (start, total or wanted.size or wanted.limit, wanted.limit))


def _write(response: httpx.Response, target: Path, share: Share, extent: tuple[int, int, int]) -> None:
    """Append the body at `start`; `extent` is (start, expected total, limit) in bytes."""
    done, total, limit = extent
    with target.open("r+b" if target.exists() else "w+b") as file:
        file.truncate(done)
        file.seek(done)
        share.at(done, total)
        for block in response.iter_raw():
            done += len(block)
            if done > limit:
                raise SourceFailed(f"it sends more than the {limit} bytes that were expected")
            file.write(block)
            share.at(done, total)


def _refuse_other_file(response: httpx.Response, wanted: Wanted, total: int | None) -> None:
    """Raise SourceFailed where size or published hash tell before the first byte that this is another file."""
    if wanted.size is not None and total is not None and total != wanted.size:
        raise SourceFailed(f"it offers {total} bytes where {wanted.size} were expected")
    for answer in (*response.history, response):
        published = answer.headers.get("x-linked-etag", "").strip('"').lower()
        if re.fullmatch(r"[0-9a-f]{64}", published) and published != wanted.sha256:
            raise SourceFailed("it offers another file under this name (the published sha256 differs)")


def _continues(response: httpx.Response, start: int) -> bool:
    return response.headers.get("content-range", "").startswith(f"bytes {start}-")


def _total(response: httpx.Response, start: int) -> int | None:
    """Bytes of the whole file, as far as the headers tell."""
    named = re.search(r"/(\d+)$", response.headers.get("content-range", ""))
    if named:
        return int(named[1])
    length = response.headers.get("content-length", "")
    return start + int(length) if length.isdigit() and response.status_code in {200, 206} else None


def _restart(response: httpx.Response) -> Exception:
    import httpx

    return httpx.ReadError("the server did not continue where asked", request=response.request)


def _length(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _words(error: Exception) -> str:
    return str(error) or type(error).__name__
