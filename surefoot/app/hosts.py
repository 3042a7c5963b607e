"""Reads addresses: which are of this machine, which origin a browser names for one, which can be used at all."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from pydantic import SecretStr


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def http_url(url: str | None) -> str | None:
    """An http(s) address without a slash at its end; raises ValueError for anything else."""
    if url is None:
        return None
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"'{url}' is not an address: it must begin with http:// or https:// and name a host.")
    return url.rstrip("/")


def is_private(url: str) -> bool:
    """Whether nobody between can read what is sent to an address: it is https, or of this machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))


def origin_of(url: str) -> str:
    """An address' scheme, host and port, as a browser names it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def webhook(url: SecretStr | None) -> SecretStr | None:
    """An http(s) address that is a secret; raises ValueError for anything else."""
    parts = urlsplit(url.get_secret_value()) if url else None
    if parts is not None and (parts.scheme not in {"http", "https"} or not parts.hostname):
        raise ValueError("it is not an address: it must begin with http:// or https:// and name a host.")
    return url


def syslog_url(url: str | None) -> str | None:
    """The address of a syslog server; raises ValueError for anything else."""
    if url is None:
        return None
    parts = urlsplit(url)
    there = parts.path.startswith("/") if parts.scheme == "unix" else bool(parts.hostname)
    if parts.scheme not in {"udp", "tcp", "unix"} or not there:
        raise ValueError(f"'{url}' is no syslog server: say udp://host:514, tcp://host:601 or unix:///dev/log.")
    if parts.scheme != "unix":
        _ = parts.port  # a port that is none raises ValueError
    return url
