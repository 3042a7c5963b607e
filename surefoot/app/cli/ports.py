"""Ports on loopback."""

from __future__ import annotations

import socket

LOOPBACK = "127.0.0.1"
TRIES = 100


def near(host: str) -> str:
    """How this machine itself reaches what is bound to a host, as it stands in an address."""
    name = {"0.0.0.0": LOOPBACK, "::": "::1"}.get(host, host)  # noqa: S104  compared, not bound
    return f"[{name}]" if ":" in name else name


def free_port(wanted: int, taken: frozenset[int] = frozenset()) -> int:
    """Give the wanted port, or the next one that nobody listens on; 0 gives any. Raises OSError where none is free."""
    last = min(wanted + TRIES, 65535)
    for port in range(wanted, last + 1):
        if port not in taken and (found := _bound(port)):
            return found
    raise OSError(f"All ports from {wanted} to {last} are in use.")


def _bound(port: int) -> int:
    """Bind a port as a server would, and give its number, or 0 where it is in use."""
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((LOOPBACK, port))
            sock.listen(1)
        except OSError:
            return 0
        return int(sock.getsockname()[1])
