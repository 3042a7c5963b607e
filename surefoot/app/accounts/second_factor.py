"""Second factors of local accounts: time-based one-time passwords (RFC 6238), and recovery codes for a lost device.

Secrets are encrypted (JWE, AES-256-GCM) under a key that does not lie in the database, and recovery codes kept as HMACs
under it: whoever reads the database alone cannot sign in.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import logging
import secrets
import struct
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote, urlencode

from sqlmodel import Session, col, delete, update

from surefoot.app.accounts.errors import AccountRefused, SignInRefused
from surefoot.app.accounts.policy import Policy
from surefoot.app.accounts.tables import PersonRow, RecoveryCodeRow

logger = logging.getLogger(__name__)

SECONDS, DIGITS = 30, 6
"""RFC 6238, 5.2 and RFC 4226, 5.3; with SHA-1, which is what authenticator apps know."""
SECRET_BYTES = 20
"""RFC 4226, 4, R6: 160 bits."""
STEPS = (0, -1, 1)
"""The code of now, and the ones before and after it, for clocks that differ (RFC 6238, 5.2)."""
AHEAD = 10
"""Steps: a code that was used further ahead than this was used under a clock that was wrong."""
RECOVERY_CODES, RECOVERY_BYTES = 10, 15
ISSUER = "Surefoot"
ENCRYPTED = {"alg": "dir", "enc": "A256GCM"}


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator app is given, once."""

    secret: str = field(repr=False)
    """In groups of four letters, for who types it."""
    address: str = field(repr=False)
    """otpauth://…, as apps read it."""
    picture: str = field(repr=False)
    """The address as a QR code, an SVG element."""


class SecondFactors:
    """Sets up second factors and checks codes, within the session that the caller commits."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy

    def is_required(self, person: PersonRow) -> bool:
        """Whether somebody must have one: who signs in with a password and has one of the roles that must."""
        return person.issuer is None and self._policy.asks_second_factor_of(person.roles)

    def begin(self, session: Session, person: PersonRow) -> Enrolment:
        """A new secret, which holds once a code of it was shown; until then an earlier one does."""
        made = secrets.token_bytes(SECRET_BYTES)
        person.totp_pending = self._encrypted(made, person.id)
        session.add(person)
        return _enrolment(made, person.name)

    def begun(self, session: Session, person: PersonRow) -> Enrolment:
        """The secret that was begun with and is not confirmed yet, or a new one."""
        if person.totp_pending is None:
            return self.begin(session, person)
        return _enrolment(self._decrypted(person.totp_pending, person.id), person.name)

    def confirm(self, session: Session, person: PersonRow, code: str, now: datetime) -> list[str] | None:
        """Take the new secret, and give the recovery codes that go with it; None where the code is not one of it."""
        if person.totp_pending is None:
            raise AccountRefused("No second factor was begun: ask for a new QR code first.")
        step = _step_of(self._decrypted(person.totp_pending, person.id), code, now)
        if step is None:
            return None
        person.totp_secret, person.totp_pending, person.totp_step = person.totp_pending, None, step
        session.add(person)
        codes = [_in_fours(_base32(secrets.token_bytes(RECOVERY_BYTES)).lower(), "-") for _ in range(RECOVERY_CODES)]
        session.exec(delete(RecoveryCodeRow).where(col(RecoveryCodeRow.person_id) == person.id))
        for one in codes:
            session.add(RecoveryCodeRow(person_id=person.id, code=self._digest(person.id, one)))
        return codes

    def check(self, session: Session, person: PersonRow, code: str, now: datetime) -> str:
        """What a code is, 'code' or 'recovery code', and use it up; empty where it is wrong or was used before."""
        if person.totp_secret is None:
            return ""
        step = _step_of(self._decrypted(person.totp_secret, person.id), code, now)
        if step is not None:
            used = person.totp_step
            if used >= step and used <= _step(now) + AHEAD:
                return ""
            same = (col(PersonRow.id) == person.id, col(PersonRow.totp_step) == used)
            taken = session.exec(update(PersonRow).where(*same).values(totp_step=step))
            return "code" if taken.rowcount else ""
        own = (col(RecoveryCodeRow.person_id) == person.id, col(RecoveryCodeRow.code) == self._digest(person.id, code))
        return "recovery code" if session.exec(delete(RecoveryCodeRow).where(*own)).rowcount else ""

    def end(self, session: Session, person: PersonRow) -> None:
        """Take a person's second factor away."""
        person.totp_secret = person.totp_pending = None
        session.add(person)
        session.exec(delete(RecoveryCodeRow).where(col(RecoveryCodeRow.person_id) == person.id))

    def _digest(self, person_id: str, code: str) -> str:
        said = f"{person_id} {_plain(code).upper()}".encode("utf-8", "surrogatepass")
        return hmac.new(self._policy.derived("recovery codes"), said, hashlib.sha256).hexdigest()

    def _encrypted(self, secret: bytes, person_id: str) -> str:
        from joserfc import jwe
        from joserfc.jwk import OctKey

        key = OctKey.import_key(self._policy.derived("second factors"))
        return jwe.encrypt_compact({**ENCRYPTED, "kid": person_id}, secret, key)

    def _decrypted(self, kept: str, person_id: str) -> bytes:
        from joserfc import jwe
        from joserfc.errors import JoseError
        from joserfc.jwk import OctKey

        key = OctKey.import_key(self._policy.derived("second factors"))
        try:
            found = jwe.decrypt_compact(kept, key)
        except (JoseError, ValueError):
            found = None
        if found is None or found.headers().get("kid") != person_id or found.plaintext is None:
            logger.error("A second factor cannot be read: the accounts' key is not the one that it was made with.")
            raise SignInRefused("Your second factor cannot be read any more. Ask an administrator to reset it.")
        return found.plaintext


def code_at(secret: bytes, step: int) -> str:
    """The code of a step of 30 seconds: RFC 4226, 5.3, with the time as the counter (RFC 6238, 4.2)."""
    digest = hmac.new(secret, struct.pack(">Q", step), hashlib.sha1).digest()
    start = digest[-1] & 0xF
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def _step_of(secret: bytes, code: str, now: datetime) -> int | None:
    """The step whose code this is, of those around now."""
    typed = _plain(code).encode("utf-8", "surrogatepass")
    found = None
    for near in STEPS:  # all are compared, so that the time it takes does not tell which
        step = _step(now) + near
        if hmac.compare_digest(code_at(secret, max(0, step)).encode(), typed) and found is None:
            found = step
    return found


def _step(now: datetime) -> int:
    return int(now.timestamp()) // SECONDS


def _plain(code: str) -> str:
    return "".join(code.split()).replace("-", "")


def _base32(value: bytes) -> str:
    return base64.b32encode(value).decode().rstrip("=")


def _in_fours(text: str, between: str) -> str:
    return between.join(text[at : at + 4] for at in range(0, len(text), 4))


def _enrolment(secret: bytes, name: str) -> Enrolment:
    import segno

    written = _base32(secret)
    asked = urlencode({"secret": written, "issuer": ISSUER, "digits": DIGITS, "period": SECONDS})
    address = f"otpauth://totp/{quote(f'{ISSUER}:{name}', safe='')}?{asked}"
    drawn = io.BytesIO()  # with its namespace, without which an <img> shows nothing
    look = {"scale": 4, "border": 4, "dark": "#000", "light": "#fff", "title": "QR code"}
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", xmldecl=False, nl=False, **look)
    return Enrolment(_in_fours(written, " "), address, drawn.getvalue().decode())
