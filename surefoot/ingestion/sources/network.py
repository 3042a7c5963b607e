"""Where sources may connect to: not into this machine or its network, unless a setting allows that."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from surefoot.ingestion.errors import AddressRefused, SourceUnreachable
from surefoot.ingestion.sources.places import Places

PRIVATE_SETTING = "SUREFOOT_ALLOW_PRIVATE_SOURCES"
"""The setting that lets sources connect to this machine and into its network."""
LONGEST_HOST = 253
"""Characters of a host name (RFC 1035)."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str], Sequence[str]]
"""From a host name to all its addresses as text; raises OSError where it has none."""

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_RANGES = tuple(
    (ipaddress.ip_network(text), words)
    for text, words in (
        ("100.64.0.0/10", "a private address of a provider"),
        ("192.0.0.0/24", "a reserved address, as cloud metadata services use"),
        ("168.63.129.16/32", "an address of a cloud's own services"),
        ("fec0::/10", "a private address"),
        ("64:ff9b:1::/48", "an address that hides another one"),
        ("2002::/16", "an address that hides another one"),
        ("2001::/32", "an address that hides another one"),
        ("::/96", "an address that hides another one"),
    )
)
"""What `ipaddress` does not count as private; hiding another one are local NAT64, 6to4, Teredo, IPv4-compatible."""


def system_resolver(host: str) -> list[str]:
    """All addresses of a host as the operating system finds them; raises OSError."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True, slots=True)
class AddressRules:
    """Which hosts may be connected to, and under which addresses.

    What was checked is what is connected to: a name is resolved once for a connection, and all its addresses must pass.
    """

    allow_private: bool = False
    resolve: Resolver = system_resolver

    def addresses(self, host: str) -> list[str]:
        """The checked addresses of a host.

        Raises AddressRefused where one of them leads to this machine or its network, SourceUnreachable where the name
        has no address.
        """
        name = _host_name(host)
        found = self._resolved(name)
        if not self.allow_private:
            for address in found:
                if reason := refusal(address):
                    raise AddressRefused(_refused(name, address, reason))
        return [str(address) for address in found]

    def connect(self, host: str, port: int, timeout: float) -> socket.socket:
        """A TCP connection to a checked address of the host, within `timeout` seconds an address.

        Raises AddressRefused, SourceUnreachable.
        """
        check_port(port)
        failure: OSError | None = None
        for address in self.addresses(host)[:4]:
            try:
                connection = socket.create_connection((address, port), timeout)
            except OSError as error:
                failure = error
                continue
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return connection
        raise SourceUnreachable(
            f"{host}, port {port}, cannot be connected to ({_words(failure)}). "
            "Check the address, and that the server runs and can be reached from this machine."
        ) from failure

    def _resolved(self, name: str) -> list[Address]:
        try:
            found = self.resolve(name)
        except (OSError, UnicodeError) as error:
            raise SourceUnreachable(
                f"The host name {name!r} has no address ({_words(error)}). Check its spelling and the name server."
            ) from error
        if not found:
            raise SourceUnreachable(f"The host name {name!r} has no address. Check its spelling and the name server.")
        return [ipaddress.ip_address(address) for address in found]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a source is given by the program that runs it."""

    secrets: Callable[[str], str]
    """From the name of an environment variable to its value; raises SourceInvalid where it is not set."""
    allow_private: bool
    """Whether addresses of this machine and its network may be connected to."""
    largest_file: int
    """Bytes; a larger document is not read."""
    scratch: Path
    """Folder for temporary files; exists."""
    user_agent: str
    """How web requests name themselves, as in 'Surefoot/0.1'."""
    resolve: Resolver = system_resolver
    places: Places = field(default_factory=Places)
    """Where on this machine's disks may be read."""

    @property
    def rules(self) -> AddressRules:
        """Where this source may connect to."""
        return AddressRules(self.allow_private, self.resolve)


def check_host(host: str, port: int | None, allow_private: bool) -> None:
    """Refuse a host that leads to this machine or into its network, for clients that connect by themselves.

    Raises AddressRefused, which names the setting that allows it, and SourceUnreachable where the name has no address.
    """
    if port is not None:
        check_port(port)
    AddressRules(allow_private).addresses(host)


def check_port(port: int) -> None:
    """Raise AddressRefused where a number is no TCP port."""
    if not 0 < port < 65536:
        raise AddressRefused(f"{port} is no port: use a number from 1 to 65535.")


def refusal(address: Address) -> str:
    """Why an address may not be connected to, in words that follow 'which is'; empty where it is a public one."""
    inner = _hidden(address)
    if inner is not None:
        reason = refusal(inner)
        return f"{reason}, in another spelling" if reason else ""
    kinds = (
        (address.is_unspecified, "an address of this machine"),
        (address.is_loopback, "an address of this machine (loopback)"),
        (address.is_link_local, "a link-local address, as cloud metadata services use"),
        (address.is_multicast, "a multicast address"),
        *((address in network, words) for network, words in _RANGES),
        (address.is_private, "a private address"),
        (address.is_reserved or not address.is_global, "a reserved address"),
    )
    return next((words for holds, words in kinds if holds), "")


def _hidden(address: Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 address stands for, mapped or through public NAT64."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped


def _host_name(host: str) -> str:
    """The host without brackets and final dot; a number in an unusual spelling is not left to the resolver."""
    name = host.strip().removeprefix("[").removesuffix("]").rstrip(".").lower()
    if not name or len(name) > LONGEST_HOST or any(not char.isprintable() or char in " /@%\\?#" for char in name):
        raise AddressRefused(f"{host[:80]!r} is no host name. Give a name such as files.example.com, or an IP address.")
    if ":" not in name and _is_numeric(name) and not _is_plain(name):
        raise AddressRefused(
            f"{host[:80]!r} is an IP address in an unusual spelling. Write four decimal numbers, such as 192.0.2.10."
        )
    return name


def _is_numeric(name: str) -> bool:
    """Whether a resolver would take a name as a number (WHATWG URL: the last label is a number)."""
    last = name.rsplit(".", 1)[-1]
    return last.isdigit() or (last.startswith("0x") and all(char in "0123456789abcdef" for char in last[2:]))


def _is_plain(name: str) -> bool:
    try:
        return str(ipaddress.IPv4Address(name)) == name
    except ValueError:
        return False


def _refused(name: str, address: Address, reason: str) -> str:
    leads = "is" if name == str(address) else f"leads to {address}, which is"
    return (
        f"{name} {leads} {reason}. Sources may not reach into this network. If this one is meant to, whoever runs "
        f"this server sets {PRIVATE_SETTING}=true."
    )


def _words(error: Exception | None) -> str:
    return str(getattr(error, "strerror", None) or error or "no address")
