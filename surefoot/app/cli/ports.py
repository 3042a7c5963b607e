"""Ports on loopback."""

from __future__ import annotations

import random
import socket

LOOPBACK = "127.0.0.1"
TRIES = 100
LEFT_ALONE = range(10_000, 32_768)
"""Ports that no system hands to an outgoing connection, which would take one between its choice and its use."""


def near(host: str) -> str:
    """How this machine itself reaches what is bound to a host, as it stands in an address."""
    name = {"0.0.0.0": LOOPBACK, "::": "::1"}.get(host, host)  # noqa: S104  compared, not bound
    return f"[{name}]" if ":" in name else name


def free_port(wanted: int, taken: frozenset[int] = frozenset()) -> int:
    """Give the wanted port, or the next one that nobody listens on; 0 gives any. Raises OSError where none is free."""
    tried = range(wanted, min(wanted + TRIES, 65535) + 1) if wanted else random.sample(LEFT_ALONE, TRIES)
    for port in tried:
        if port not in taken and _is_free(port):
            return port
    raise OSError(f"All ports from {min(tried)} to {max(tried)} that were tried are in use.")


def _is_free(port: int) -> bool:
    """Whether a server could bind a port now."""
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((LOOPBACK, port))
            sock.listen(1)
        except OSError:
            return False
    return True
