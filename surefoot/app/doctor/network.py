"""Checks of what is reached over the network: ports of this machine, the model hub, and servers that are set."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

from pydantic import SecretStr

from surefoot.app.client.server import find
from surefoot.app.doctor.findings import Finding
from surefoot.app.settings import Settings

CONNECT_SECONDS = 3.0
PORTS = {"https": 443, "mqtt": 1883, "mqtts": 8883, "postgresql": 5432, "postgres": 5432}
"""Where no port is told; else 80."""


def check_ports(settings: Settings) -> Iterator[Finding]:
    """Whether the ports are free, or held by this very product."""
    ours = find(settings.data)
    for name, port in (("API port", settings.port), ("pages port", settings.pages_port)):
        if not _listens(settings.host, port):
            yield Finding(name, "ok", f"{port} is free")
        elif ours is not None:
            yield Finding(name, "ok", f"{port} is in use while a server of this data folder runs")
        else:
            yield Finding(
                name, "warn", f"{port} is in use by another program", "`surefoot up` takes the next free one."
            )


def check_hub(settings: Settings) -> Iterator[Finding]:
    """Whether the model hub can be reached; weights have other sources too."""
    if reason := _unreachable(settings.hub_endpoint):
        remedy = "Weights come from Python packages instead, or from the folder in SUREFOOT_WEIGHTS_FROM."
        yield Finding("model hub", "warn", f"{settings.hub_endpoint}: {reason}", remedy)
    else:
        yield Finding("model hub", "ok", settings.hub_endpoint)


def check_servers(settings: Settings) -> Iterator[Finding]:
    """Whether the servers that are set instead of the embedded parts can be reached."""
    for name, url, variable in (
        ("engine", settings.engine_url, "SUREFOOT_ENGINE_URL"),
        ("Qdrant", settings.qdrant_url, "SUREFOOT_QDRANT_URL"),
        ("Langfuse", settings.langfuse_host, "LANGFUSE_HOST"),
        ("database of records", _bare(settings.records_url), "SUREFOOT_RECORDS_URL"),
        ("MQTT broker", _bare(settings.mqtt_url), "SUREFOOT_MQTT_URL"),
    ):
        if not url:
            continue
        reason = _unreachable(url)
        remedy = f"Start it, or unset {variable}." if reason else ""
        yield Finding(name, "fail" if reason else "ok", f"{url}: {reason}" if reason else url, remedy)


def _bare(url: SecretStr | None) -> str:
    """An address without its user and its password."""
    if url is None:
        return ""
    parts = urlsplit(url.get_secret_value())
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname or ''}{port}"


def _listens(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False


def _unreachable(url: str) -> str | None:
    """Say why nothing answers at an address, or None."""
    parts = urlsplit(url)
    address = (parts.hostname or "", parts.port or PORTS.get(parts.scheme.partition("+")[0], 80))
    told: list[str | None] = []
    # Looking up a name can hang for longer than any timeout of ours, hence the thread.
    thread = threading.Thread(target=lambda: told.append(_refusal(address)), daemon=True)
    thread.start()
    thread.join(CONNECT_SECONDS + 1)
    return told[0] if told else "it does not answer"


def _refusal(address: tuple[str, int]) -> str | None:
    try:
        with socket.create_connection(address, timeout=CONNECT_SECONDS):
            return None
    except OSError as error:
        return f"it cannot be reached ({error.strerror or error})"
