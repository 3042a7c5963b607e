"""Signs the trail's end on a schedule, and sends it where the database's owner cannot change it."""

from __future__ import annotations

import json
import logging
import os
import re
import socket
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sqlmodel import Session, select

from surefoot.app.audit.tables import AuditEnd
from surefoot.app.audit.trail import FIRST, ONLY
from surefoot.app.audit.verifying import Noted
from surefoot.core.errors import SurefootError, safe_words

if TYPE_CHECKING:
    from joserfc.jwk import OKPKey

logger = logging.getLogger(__name__)

ALGORITHM = "Ed25519"
"""RFC 8032, as a JSON Web Signature (RFC 7515, RFC 9864)."""
MOST_HELD = 2_000
"""The newest heads are held against the trail: each stands for every entry before it."""
SEND_SECONDS = 3.0
"""How long a syslog server has for anything."""
PRIORITY = 13 * 8 + 5
"""Facility 'log audit', severity 'notice' (RFC 5424)."""
_SIGNED = re.compile(r'trail_head\W{1,8}(eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+)\\?"')
"""A whole one: of a line that was cut off nothing is found."""


class HeadRefused(SurefootError):
    """What should be signed heads is none, or the key cannot be used."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What lines of heads came to."""

    heads: tuple[Noted, ...]
    """Those with a good signature, the newest of them."""
    bad: tuple[str, ...]
    """Why others do not count."""


@dataclass(frozen=True, slots=True)
class Sent:
    """How sending to one place is doing."""

    to: str
    at: datetime | None = None
    """When it last worked."""
    trouble: str = ""
    """Why the last try failed."""


class HeadKey:
    """The installation's key: a file beside the database that its owner alone can read, made when it is first used."""

    def __init__(self, folder: Path) -> None:
        self.path, self.public_path = folder / "signing.key", folder / "signing.pub"
        self._loaded: OKPKey | None = None

    @property
    def public(self) -> str:
        """The public key, PEM."""
        return self._key().as_pem(private=False).decode()

    @property
    def name(self) -> str:
        """Thumbprint of the public key (RFC 7638)."""
        return self._key().thumbprint()

    def sign(self, number: int, hash_: str, at: datetime) -> str:
        """A head as a line of JSON; its signature covers number, hash and time."""
        from joserfc import jws

        told = {"number": number, "hash": hash_, "at": at.astimezone(UTC).isoformat(timespec="seconds")}
        header = {"alg": ALGORITHM, "typ": "surefoot-trail-head", "kid": self.name}
        signed = jws.serialize_compact(header, json.dumps(told).encode(), self._key(), algorithms=[ALGORITHM])
        return json.dumps({**told, "trail_head": signed})

    def check(self, lines: Iterable[str], other: str = "") -> Checked:
        """Read heads out of lines of any log. `other`: a public key (PEM) that may have signed them, too.

        Raises HeadRefused where that is no key.
        """
        keys = {self.name: self._key()}
        if other:
            given = _public(other)
            keys[given.thumbprint()] = given
        heads: list[Noted] = []
        bad: list[str] = []
        for place, line in enumerate(lines, 1):
            for signed in _SIGNED.findall(line):
                read = _read(signed, keys)
                if isinstance(read, Noted):
                    heads.append(read)
                else:
                    bad.append(f"The head in line {place} {read}.")
        heads.sort(key=lambda one: (one.number, one.at))
        return Checked(tuple(heads[-MOST_HELD:]), tuple(bad))

    def _key(self) -> OKPKey:
        if self._loaded is None:
            self._loaded = self._read() or self._made()
        return self._loaded

    def _read(self) -> OKPKey | None:
        from joserfc.jwk import OKPKey

        try:
            return OKPKey.import_key(self.path.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError) as error:
            raise HeadRefused(
                f"The key that heads of the trail are signed with, {self.path}, cannot be read "
                f"({type(error).__name__}). Bring it back from a backup, or move it away: then a new one is made."
            ) from error

    def _made(self) -> OKPKey:
        """A new key, in one step, so that two processes take the same one."""
        from joserfc.jwk import OKPKey

        key = OKPKey.generate_key("Ed25519")
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = self.path.with_name(f"{self.path.name}.{os.getpid()}.{threading.get_ident()}.part")
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(key.as_pem(private=True))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(part, self.path)
        except FileExistsError:
            key = self._read() or key
        finally:
            part.unlink(missing_ok=True)
        self.public_path.write_bytes(key.as_pem(private=False))
        return key


@dataclass(slots=True)
class Heads:
    """Signs the end now and then: kept beside the database, and sent to a file and to syslog where these are set."""

    folder: Path
    sessions: Callable[[], Session]
    clock: Callable[[], datetime]
    seconds: float
    """Between two heads."""
    file: Path | None = None
    syslog: str | None = None
    key: HeadKey = field(init=False)
    sent: dict[str, Sent] = field(default_factory=dict[str, Sent])
    """How sending is doing, by place."""
    _stopping: threading.Event = field(default_factory=threading.Event)
    _last: tuple[int, str] = (0, FIRST)
    """What was kept beside the database last."""

    def __post_init__(self) -> None:
        """The key is beside what it signs."""
        self.key = HeadKey(self.folder)
        places = (self.file and str(self.file), self.syslog)
        self.sent = {place: Sent(place) for place in places if place}

    def start(self) -> None:
        """Begin. Nobody waits for this thread, whatever hangs: all that it leaves undone is done at the next start."""
        threading.Thread(target=self._run, name="heads of the trail", daemon=True).start()

    def stop(self) -> None:
        """Begin no further head."""
        self._stopping.set()

    def held(self) -> Checked:
        """The heads that are kept beside the database."""
        try:
            lines = (self.folder / "heads.jsonl").read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return Checked((), ())
        return self.key.check(lines[-MOST_HELD:])

    def send(self) -> None:
        """Sign the end and give it to every place; what cannot be reached is told and does not keep from the others."""
        with self.sessions() as session:
            found = (
                session.connection().execute(select(AuditEnd.number, AuditEnd.hash).where(AuditEnd.id == ONLY)).first()
            )
        if found is None or found[0] < 1:
            return
        end, line = (found[0], found[1]), self.key.sign(found[0], found[1], self.clock())
        if end != self._last:
            _append(self.folder / "heads.jsonl", line)
            self._last = end
        if self.syslog:
            self._give(self.syslog, lambda place: _to_syslog(place, line, self.clock()))
        if self.file:
            self._give(str(self.file), lambda place: _append(Path(place), line))

    def _give(self, place: str, how: Callable[[str], None]) -> None:
        before = self.sent[place]
        try:
            how(place)
        except OSError as error:
            trouble = error.strerror or type(error).__name__
            if not before.trouble:
                logger.warning("Heads of the trail cannot be sent to %s: %s. It is tried again.", place, trouble)
            self.sent[place] = Sent(place, before.at, trouble)
        else:
            self.sent[place] = Sent(place, self.clock())

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.send()
            except Exception as error:  # noqa: BLE001  the border of a thread: the next try may do
                logger.warning("The trail's end could not be signed: %s", safe_words(error))
            self._stopping.wait(self.seconds)


def _read(signed: str, keys: dict[str, OKPKey]) -> Noted | str:
    """The head of a signature, or why it is none."""
    from joserfc import jws
    from joserfc.errors import JoseError

    try:
        name = jws.extract_compact(signed.encode()).headers().get("kid")
        key = keys.get(str(name))
        if key is None:
            return "is signed with another key than this installation's"
        payload = jws.deserialize_compact(signed, key, algorithms=[ALGORITHM]).payload
        told = json.loads(payload)
        return Noted(int(told["number"]), str(told["hash"]), str(told["at"]), "The signed head")
    except (JoseError, ValueError, KeyError, TypeError):
        return "has a signature that does not fit it"


def _public(pem: str) -> OKPKey:
    from joserfc.errors import JoseError
    from joserfc.jwk import OKPKey

    try:
        return OKPKey.import_key(pem)
    except (JoseError, ValueError, TypeError) as error:
        raise HeadRefused("This is no Ed25519 key in PEM form: give the file signing.pub.") from error


def _append(path: Path, line: str) -> None:
    """Add a line, on the disk when this returns; one that was cut off before is left on a line of its own."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NONBLOCK, 0o600), "r+b", 0) as file:
        size = file.seek(0, os.SEEK_END)
        torn = size > 0 and os.pread(file.fileno(), 1, size - 1) != b"\n"
        file.write((b"\n" if torn else b"") + line.encode() + b"\n")
        os.fsync(file.fileno())


def _to_syslog(url: str, line: str, at: datetime) -> None:
    """Send a message of RFC 5424; over TCP with its length before it (RFC 6587), to a local socket as it is."""
    parts = urlsplit(url)
    stamp = at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    message = f"<{PRIORITY}>1 {stamp} {socket.gethostname() or '-'} surefoot {os.getpid()} trail-head - {line}".encode()
    if parts.scheme == "unix":
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as local:
            local.settimeout(SEND_SECONDS)
            local.connect(parts.path)
            local.send(message)
        return
    host, port = parts.hostname or "", parts.port or (514 if parts.scheme == "udp" else 601)
    if parts.scheme == "tcp":
        with socket.create_connection((host, port), SEND_SECONDS) as stream:
            stream.settimeout(SEND_SECONDS)
            stream.sendall(b"%d %b" % (len(message), message))
            stream.shutdown(socket.SHUT_WR)
        return
    for family, kind, _, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[:1]:
        with socket.socket(family, kind) as datagram:
            datagram.settimeout(SEND_SECONDS)
            datagram.connect(address)
            datagram.send(message)
