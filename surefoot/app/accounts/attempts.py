"""Limits how often it can be tried to sign in, by name and by address."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import logging
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import Session, col, delete, func, or_, select

from surefoot.app.accounts.errors import SignInRefused
from surefoot.app.accounts.policy import Policy
from surefoot.app.accounts.tables import AttemptRow, KnownAddressRow, utc

logger = logging.getLogger(__name__)

WINDOW = timedelta(minutes=15)
KNOWN_FOR = timedelta(days=30)
"""How long an address from which somebody has signed in is theirs."""
OF_BOTH, OF_NAME, OF_ADDRESS = 5, 30, 60
"""Failures within the window: of one name from one address, of one name from anywhere, of one address with any name.

The first stops a guesser without locking out the person, who comes from elsewhere; the others stop many guessers of one
name, and one guesser of many names. The second does not hold for an address from which the person has come before: no
crowd of guessers shuts them out, and who guesses from there is stopped by the first."""
OF_ONE_HOUSE = 64
"""Bits of an IPv6 address that one house has (RFC 6177): the rest its machines choose for themselves (RFC 8981)."""


class Attempts:
    """Failed sign-ins of the last minutes; names and addresses are kept as digests under a key."""

    def __init__(self, policy: Policy) -> None:
        self._key = policy.derived("names and addresses")

    def check(self, session: Session, name: str, address: str, now: datetime, person_id: str = "") -> None:
        """Raise SignInRefused where too many have failed; person_id: whose name it is, empty where nobody's."""
        # What lies further ahead than a window was noted under a clock that was wrong, and would never be over.
        over = or_(col(AttemptRow.at) < now - WINDOW, col(AttemptRow.at) > now + WINDOW)
        session.exec(delete(AttemptRow).where(over))
        by_name = col(AttemptRow.name) == self._of(name)
        by_address = col(AttemptRow.address) == self._of(network_of(address))
        limits: list[tuple[tuple[ColumnElement[bool], ...], int]] = [
            ((by_name, by_address), OF_BOTH),
            ((by_address,), OF_ADDRESS),
        ]
        if not self._knows(session, person_id, address, now):
            limits.append(((by_name,), OF_NAME))
        for which, most in limits:
            failed = session.exec(select(func.count()).select_from(AttemptRow).where(*which)).one()
            if failed >= most:
                logger.warning("A try to sign in was refused unread: too many have failed.")
                raise SignInRefused(
                    "Too many tries to sign in have failed. Wait a quarter of an hour, or ask an administrator for a "
                    "link that sets a new password.",
                    int(WINDOW.total_seconds()),
                )

    def failed(self, session: Session, name: str, address: str, now: datetime) -> None:
        """Note a failure."""
        session.add(AttemptRow(name=self._of(name), address=self._of(network_of(address)), at=now))

    def succeeded(self, session: Session, name: str, address: str, now: datetime, person_id: str) -> None:
        """Forget the failures of one name from one address: somebody has signed in, and comes from there."""
        own = self._of(network_of(address))
        both = (col(AttemptRow.name) == self._of(name), col(AttemptRow.address) == own)
        session.exec(delete(AttemptRow).where(*both))
        session.exec(delete(KnownAddressRow).where(col(KnownAddressRow.at) <= now - KNOWN_FOR))
        session.merge(KnownAddressRow(person_id=person_id, address=own, at=now))

    def _knows(self, session: Session, person_id: str, address: str, now: datetime) -> bool:
        """Whether this person has signed in from there lately."""
        row = session.get(KnownAddressRow, (person_id, self._of(network_of(address)))) if person_id else None
        return row is not None and utc(row.at) > now - KNOWN_FOR

    def _of(self, value: str) -> str:
        return hmac.new(self._key, value.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def network_of(address: str) -> str:
    """Whose address it is: an IPv4 address itself, of an IPv6 address the network; anything else as it is.

    A proxy may have written a port behind it, and an IPv4 address as a part of an IPv6 one.
    """
    try:
        known = ipaddress.ip_address(_without_port(address))
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv4Address):
        return str(known)
    if known.ipv4_mapped is not None:
        return str(known.ipv4_mapped)
    return str(ipaddress.ip_network((int(known), OF_ONE_HOUSE), strict=False))


def _without_port(address: str) -> str:
    if address.startswith("[") or address.count(":") == 1:
        return urlsplit(f"//{address}").hostname or address
    return address
