"""A web server on loopback that plays the model hub and the package index, and can misbehave in the usual ways."""

from __future__ import annotations

import hashlib
import io
import random
import threading
import time
import zipfile
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from surefoot.serving.errors import SourceFailed
from surefoot.serving.models.declared import HubFile, PackagePart, WeightFile
from surefoot.serving.models.wheels import PackageIndex, Wheel

BLOCK = 16 * 1024


@dataclass
class Depot:
    """What is served, how, and what was asked for."""

    url: str = ""
    files: dict[str, bytes] = field(default_factory=dict[str, bytes])
    ranges: bool = True
    seconds_per_block: float = 0.0
    break_after: int | None = None
    """The next answer breaks off after so many bytes."""
    headers: dict[str, str] = field(default_factory=dict[str, str])
    asked: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    """Path and Range header of each GET."""
    bytes_served: int = 0

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        path = request.path.lstrip("/")
        wanted = request.headers.get("Range", "")
        self.asked.append((path, wanted))
        body = self.files.get(path)
        if body is None:
            request.send_error(404)
            return
        start, end = self._extent(wanted, len(body))
        if start >= len(body):
            request.send_response(416)
            request.send_header("Content-Range", f"bytes */{len(body)}")
            request.send_header("Content-Length", "0")
            request.end_headers()
            return
        partial = bool(wanted) and self.ranges
        request.send_response(206 if partial else 200)
        request.send_header("Content-Length", str(end - start))
        if partial:
            request.send_header("Content-Range", f"bytes {start}-{end - 1}/{len(body)}")
        for name, value in self.headers.items():
            request.send_header(name, value)
        request.end_headers()
        self._send(request, body[start:end])

    def _extent(self, wanted: str, size: int) -> tuple[int, int]:
        if not wanted or not self.ranges:
            return 0, size
        first, _, last = wanted.removeprefix("bytes=").partition("-")
        if not first:
            return max(0, size - int(last)), size
        return int(first), min(int(last) + 1, size) if last else size

    def _send(self, request: BaseHTTPRequestHandler, body: bytes) -> None:
        limit, self.break_after = self.break_after, None
        for start in range(0, len(body), BLOCK):
            block = body[start : start + BLOCK]
            if limit is not None and start + len(block) > limit:
                request.close_connection = True
                request.connection.close()
                return
            request.wfile.write(block)
            self.bytes_served += len(block)
            time.sleep(self.seconds_per_block)


@contextmanager
def open_depot() -> Generator[Depot]:
    """A depot that serves until the block ends."""
    depot = Depot()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            try:
                depot.answer(self)
            except OSError:
                self.close_connection = True

        def do_HEAD(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name is the base class's)
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    depot.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield depot
    finally:
        server.shutdown()
        server.server_close()


def some_bytes(size: int, seed: int = 0) -> bytes:
    """Bytes that no compression makes smaller."""
    return random.Random(seed).randbytes(size)


def hub_file(depot: Depot, body: bytes, name: str = "model.gguf") -> WeightFile:
    """A file on the hub."""
    depot.files[f"owner/model/resolve/main/{name}"] = body
    return WeightFile(name, len(body), hashlib.sha256(body).hexdigest(), hub=(HubFile("owner/model", name),))


def wheel_of(members: dict[str, bytes]) -> bytes:
    """A zip with these members, packed."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return packed.getvalue()


def sliced_file(depot: Depot, body: bytes, slice_size: int, name: str = "model.gguf") -> WeightFile:
    """A file that is cut into one package a slice."""
    parts: list[PackagePart] = []
    for number, start in enumerate(range(0, len(body), slice_size), 1):
        piece = body[start : start + slice_size]
        depot.files[f"part{number}.whl"] = wheel_of({f"part{number}/data.bin": piece, "unused": b"x" * 100})
        parts.append(PackagePart(f"part{number}==1.0", f"part{number}/data.bin", len(piece)))
    return WeightFile(name, len(body), hashlib.sha256(body).hexdigest(), parts=tuple(parts))


def index_of(depot: Depot, save: Callable[[str, Path], Path] | None = None) -> PackageIndex:
    """An index that knows the depot's wheels under their file names."""

    def locate(requirements: Sequence[str], check: Callable[[], None]) -> dict[str, Wheel]:
        check()
        found: dict[str, Wheel] = {}
        for requirement in requirements:
            name = f"{requirement.partition('==')[0]}.whl"
            if name not in depot.files:
                raise SourceFailed(f"no package {requirement}")
            found[requirement] = Wheel(f"{depot.url}/{name}", hashlib.sha256(depot.files[name]).hexdigest())
        return found

    def refuse(requirement: str, folder: Path, check: Callable[[], None]) -> Path:
        if save is None:
            raise SourceFailed("pip cannot either")
        return save(requirement, folder)

    return PackageIndex(locate, refuse)
