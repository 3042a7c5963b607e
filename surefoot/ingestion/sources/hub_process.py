"""Runs a LlamaHub reader in a process of its own, within limits, and takes what it yields."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Generator, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, cast

from surefoot.ingestion.errors import AddressRefused, PlaceRefused, SourceInvalid, SourceUnreachable

_LARGEST_REST = 16 * 1024 * 1024
"""Bytes of a line beside the document's text."""
_SHORTEST_SECRET = 4
"""Characters; shorter values are not blotted out in messages, since they are parts of words."""


@dataclass(frozen=True, slots=True)
class ReaderRequest:
    """What the process is asked for."""

    reader: str
    init: Mapping[str, Any]
    load: Mapping[str, Any]
    check: bool
    """Whether the reader is only made, not run."""
    allow_private: bool
    documents: int
    bytes: int
    """Of all documents, as JSON."""
    largest: int
    """Bytes of one document's text; a longer text is left out."""
    own: tuple[str, ...] = ()
    """Folders of the server itself, see Places."""
    allowed: tuple[str, ...] | None = None
    """Folders that the reader may read; None: wherever nothing else forbids it."""


@dataclass(frozen=True, slots=True)
class HubDocument:
    """A document as the reader gave it."""

    id: str
    """Empty where the reader gave none."""
    text: str
    """Empty where it is over the limit."""
    size: int
    """Bytes of the text."""
    metadata: Mapping[str, str]


def run_reader(
    request: ReaderRequest, seconds: float, scratch: Path, package: str, secrets: frozenset[str]
) -> Iterator[HubDocument]:
    """The reader's documents.

    Raises SourceInvalid where the declaration is wrong or the reader's package is missing, AddressRefused where it
    wants to reach into this network, SourceUnreachable where it fails or takes longer.
    """
    with _process(scratch) as process:
        overran = threading.Event()
        timer = threading.Timer(seconds, _overrun, (process, overran))
        timer.daemon = True
        timer.start()
        try:
            _send(process, request)
            failure = yield from _received(cast("IO[bytes]", process.stdout), request.largest)
        finally:
            timer.cancel()
    if overran.is_set():
        raise SourceUnreachable(f"The reader took longer than {seconds:g} seconds. Narrow it, or raise the time limit.")
    if failure is not None:
        raise _in_words(failure[0], _blotted(failure[1], secrets), package)


@contextlib.contextmanager
def _process(scratch: Path) -> Generator[subprocess.Popen[bytes]]:
    with tempfile.TemporaryDirectory(dir=scratch, prefix="hub-", ignore_cleanup_errors=True) as home:
        process = subprocess.Popen(
            [sys.executable, "-I", "-B", "-m", "surefoot.ingestion.sources.hub_child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PATH": os.defpath, "HOME": home, "TMPDIR": home, "LANG": "C.UTF-8"},
            cwd=home,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            _kill(process)
            for stream in (process.stdin, process.stdout):
                with contextlib.suppress(OSError):
                    cast("IO[bytes]", stream).close()


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)  # with all that the reader started
    process.wait()


def _overrun(process: subprocess.Popen[bytes], overran: threading.Event) -> None:
    overran.set()
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _send(process: subprocess.Popen[bytes], request: ReaderRequest) -> None:
    stream = cast("IO[bytes]", process.stdin)
    with contextlib.suppress(BrokenPipeError):  # the end of its output says so too
        stream.write(json.dumps(asdict(request)).encode() + b"\n")
        stream.flush()


def _received(stream: IO[bytes], largest: int) -> Generator[HubDocument, None, tuple[str, str] | None]:
    """The documents; at the end the kind and reason of a failure, or None."""
    longest = 6 * largest + _LARGEST_REST  # JSON writes a character in up to six bytes
    while line := stream.readline(longest):
        try:
            match json.loads(line):
                case {"done": int()}:
                    return None
                case {"failure": [str(kind), str(reason)]}:
                    return kind, reason
                case {"id": str(name), "text": str(text), "size": int(size), "metadata": dict(metadata)}:
                    yield HubDocument(name, text, size, cast("dict[str, str]", metadata))
                case _:
                    break
        except ValueError:
            break
    return "broken", "it ended in the middle"


def _in_words(kind: str, reason: str, package: str) -> Exception:
    if kind == "invalid" and reason == "missing":
        return SourceInvalid(
            f"The reader is not installed on this server: run `pip install {package}`, and start again."
        )
    if kind == "invalid":
        return SourceInvalid(f"The reader cannot be used: {reason}.")
    if kind == "refused":
        return AddressRefused(reason)
    if kind == "place":
        return PlaceRefused(reason)
    return SourceUnreachable(f"The reader failed ({reason}). Check its arguments, and what it reads from.")


def _blotted(reason: str, secrets: frozenset[str]) -> str:
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= _SHORTEST_SECRET:
            reason = reason.replace(secret, "***")
    return reason
