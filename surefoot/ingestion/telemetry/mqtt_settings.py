"""Where the broker of vehicles' messages is, and who we are to it."""

from __future__ import annotations

import re
import ssl
from dataclasses import dataclass, field
from pathlib import Path

from surefoot.ingestion.telemetry.errors import MqttInvalid

_PREFIX = re.compile(r"[^+#\s\x00/]+(/[^+#\s\x00/]+)*")


@dataclass(frozen=True, slots=True)
class MqttSettings:
    """A broker's address, the topics, and the session that it keeps for us."""

    host: str
    port: int = 1883
    prefix: str = "surefoot"
    """Messages come on `<prefix>/<vehicle>/samples`."""
    client_id: str = "surefoot-intake"
    """Names the session in which the broker keeps messages for us: the same at each start, and nobody else's."""
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: bool = False
    ca_file: Path | None = None
    """The certificate authority of the broker; without it those of the system. Implies `tls`."""
    certificate: Path | None = None
    """Our certificate, where the broker wants one, with `key`."""
    key: Path | None = None
    keepalive_s: int = 30
    unacknowledged: int = 10_000
    """Messages that the broker may send before the first of them is kept (MQTT 5: receive maximum)."""
    session_s: int = 7 * 86_400
    """How long the broker keeps messages for us while we are away."""
    version: int = 5
    """Of MQTT: 5, or 3 for a broker that has only 3.1.1, where its own limits count."""
    longest_wait_s: int = 60
    """The longest time between two attempts to connect."""

    def check(self) -> None:
        """MqttInvalid says which setting cannot be used."""
        if not self.host or not 0 < self.port < 65_536:
            raise MqttInvalid("The broker's address is a host and a port from 1 to 65535.")
        if not _PREFIX.fullmatch(self.prefix):
            raise MqttInvalid(f"The topic prefix '{self.prefix}' is empty, or holds +, #, a blank or an empty level.")
        if self.version not in {3, 5}:
            raise MqttInvalid("The version of MQTT is 3 (for 3.1.1) or 5.")
        if not 0 < self.unacknowledged < 65_536:
            raise MqttInvalid("The number of unacknowledged messages is from 1 to 65535.")
        if not self.client_id:
            raise MqttInvalid("The client id is empty: the broker would keep no messages for us.")
        if bool(self.certificate) != bool(self.key):
            raise MqttInvalid("A client certificate needs its key, and a key its certificate.")

    @property
    def topic(self) -> str:
        """The filter that is subscribed to."""
        return f"{self.prefix}/+/samples"

    def vehicle_of(self, topic: str) -> str:
        """The vehicle that a topic names; empty where it is not one of ours."""
        parts = topic[len(self.prefix) + 1 :].split("/")
        return parts[0] if topic.startswith(f"{self.prefix}/") and len(parts) == 2 else ""

    def tls_context(self) -> ssl.SSLContext | None:
        """What TLS needs; None without TLS. MqttInvalid where a file cannot be used."""
        if not (self.tls or self.ca_file or self.certificate):
            return None
        try:
            context = ssl.create_default_context(cafile=str(self.ca_file) if self.ca_file else None)
            context.minimum_version = ssl.TLSVersion.TLSv1_2
            if self.certificate and self.key:
                context.load_cert_chain(self.certificate, self.key)
        except (OSError, ssl.SSLError) as broken:
            raise MqttInvalid(f"A file for TLS to the broker cannot be used: {broken}") from broken
        return context
