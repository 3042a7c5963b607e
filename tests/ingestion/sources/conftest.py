"""Servers on loopback that speak the real protocols: a web site, well behaved or not, and an S3-compatible store."""

from __future__ import annotations

import gzip
import ssl
import threading
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from surefoot.ingestion.errors import SourceInvalid
from surefoot.ingestion.sources.network import Surroundings
from surefoot.ingestion.sources.port import Doubtful, Listed
from surefoot.ingestion.sources.web import WebSettings, WebSource

HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the site says at one path."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    act: Callable[[BaseHTTPRequestHandler], None] | None = None
    """Writes the whole answer by itself."""


class Site:
    """A web server on 127.0.0.1 whose answers a test sets by path; it remembers what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.fallback: Callable[[str], Answer] = lambda _path: Answer(b"no such page", 404)
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.times: list[float] = []
        self._server = Server(("127.0.0.1", 0), type("SiteHandler", (Handler,), {"site": self}))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def folder(self) -> str:
        """The folder in which this site's documents lie."""
        return f"127.0.0.1_{self.port}"

    def page(self, path: str, *links: str, title: str = "A page", head: str = "", **headers: str) -> None:
        """Set an HTML page with links."""
        anchors = "".join(f"<p><a href='{link}'>{link}</a></p>" for link in links)
        body = f"<!doctype html><html><head><title>{title}</title>{head}</head><body><h1>{path}</h1>{anchors}</body></html>"
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[path] = Answer(body.encode(), headers={"Content-Type": HTML, **named})

    def text(self, path: str, text: str, kind: str = "text/plain", status: int = 200) -> None:
        """Set a text."""
        self.answers[path] = Answer(text.encode(), status, {"Content-Type": kind})

    def sitemap(self, path: str, *pages: str, packed: bool = False, index: bool = False) -> None:
        """Set a sitemap, or an index of sitemaps."""
        entry = "sitemap" if index else "url"
        listed = "".join(f"<{entry}><loc>{self.address}{page}</loc></{entry}>" for page in pages)
        root = "sitemapindex" if index else "urlset"
        xml = f'<?xml version="1.0"?><{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{listed}</{root}>'
        body = gzip.compress(xml.encode()) if packed else xml.encode()
        self.answers[path] = Answer(body, headers={"Content-Type": "application/gzip" if packed else "text/xml"})

    def redirect(self, path: str, target: str, status: int = 301) -> None:
        """Set a redirect."""
        self.answers[path] = Answer(b"", status, {"Location": target})

    def count(self, path: str) -> int:
        """How often a path was asked for with GET."""
        return self.asked.count(f"GET {path}")

    def encrypt(self, certificate: Path, key: Path) -> None:
        """Speak TLS from now on."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class Handler(BaseHTTPRequestHandler):
    """Answers one connection of a site."""

    protocol_version = "HTTP/1.1"
    site: Site

    def do_GET(self) -> None:
        """Answer as the test said, and remember the question."""
        self.site.asked.append(f"{self.command} {self.path}")
        self.site.headers.append(dict(self.headers.items()))
        self.site.times.append(time.monotonic())
        answer = self.site.answers.get(self.path) or self.site.fallback(self.path)
        try:
            self._say(answer)
        except OSError:  # the client hung up
            self.close_connection = True

    def do_HEAD(self) -> None:
        """The same without the body."""
        self.do_GET()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 # the signature is the server's
        """Say nothing."""

    def _say(self, answer: Answer) -> None:
        if answer.act is not None:
            self.close_connection = True
            answer.act(self)
            return
        self.send_response(answer.status)
        for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)


class Server(ThreadingHTTPServer):
    """Clients that hang up are what these tests are about."""

    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Generator[Site]:
    made = Site()
    yield made
    made.close()


SECRETS = {
    "SUREFOOT_SECRET_SITE": "Bearer lantern",
    "SUREFOOT_SECRET_KEY": "a-key",
    "SUREFOOT_SECRET_WORD": "a-secret-word",
}


def secret(name: str) -> str:
    """As the program resolves secrets: by the name of an environment variable."""
    if name not in SECRETS:
        raise SourceInvalid(f"The environment variable {name} is not set. Set it and start again.")
    return SECRETS[name]


@pytest.fixture
def inside(tmp_path: Path) -> Surroundings:
    """Surroundings in which this machine may be connected to."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    return Surroundings(secret, True, 1_000_000, scratch, "Surefoot/0.1")


@pytest.fixture
def outside(inside: Surroundings) -> Surroundings:
    """Surroundings with the rules that hold by default."""
    return Surroundings(inside.secrets, False, inside.largest_file, inside.scratch, inside.user_agent)


Open = Callable[..., WebSource]
"""Opens the site as a source: the paths of its start pages, then settings by name."""


@pytest.fixture
def opened(site: Site, inside: Surroundings) -> Generator[Open]:
    made: list[WebSource] = []

    def opening(start: Sequence[str] = ("/",), **settings: Any) -> WebSource:
        addresses = [site.address + path for path in start]
        made.append(WebSource(WebSettings.model_validate({"start": addresses, "pause": 0.0, **settings}), inside))
        return made[-1]

    yield opening
    for source in made:
        source.close()


def names(source: WebSource, site: Site) -> list[str]:
    """What is listed, without the site's folder."""
    return [item.path.removeprefix(f"{site.folder}/") for item in source.listing() if isinstance(item, Listed)]


def doubts(source: WebSource) -> dict[str, Doubtful]:
    """What is in doubt, by path."""
    return {item.path: item for item in source.listing() if isinstance(item, Doubtful)}


@pytest.fixture(scope="session")
def store() -> Generator[str]:
    """The address of an S3-compatible server on loopback."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()
