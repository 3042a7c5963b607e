"""Signs people in with an identity provider: OpenID Connect, authorization code flow with PKCE."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from surefoot.app.accounts.discovery import Discovery, Known
from surefoot.app.accounts.errors import ProviderUnusable, SignInRefused
from surefoot.app.accounts.fetching import Request, fetched, unusable
from surefoot.app.accounts.names import usable_name
from surefoot.app.accounts.person import Vouched
from surefoot.app.accounts.starts import Start

if TYPE_CHECKING:
    from joserfc.jwt import Token

logger = logging.getLogger(__name__)
ALGORITHMS = ("RS256", "ES256", "PS256")
"""Of signatures that are taken: with a key pair, never with a secret that both know, never none."""
LEEWAY = 60
"""Seconds by which the clocks may differ."""
LONGEST_SUBJECT = 255
"""OpenID Connect Core, 2."""
NAMES = ("name", "preferred_username", "email")
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
REFUSED = (
    "The identity provider's word cannot be taken: {}. Sign in again; if that does not help, ask an administrator."
)
_ERROR = re.compile(r"[a-z_]{1,60}")


@dataclass(frozen=True, slots=True)
class Registration:
    """How this installation is known to the provider, and what it takes from it."""

    issuer: str
    client_id: str
    client_secret: str
    title: str
    scopes: str
    groups_claim: str
    roles: Mapping[str, Sequence[str]]
    """By the provider's groups."""
    strengths: frozenset[str] = frozenset()
    """Values of acr of which one must be given; none where the provider's own rules are enough."""

    def __repr__(self) -> str:
        """Without the secret."""
        return f"Registration({self.issuer!r}, {self.client_id!r})"

    def roles_of(self, groups: Iterable[str]) -> frozenset[str]:
        """The roles that groups have together."""
        return frozenset(role for group in groups for role in self.roles.get(group, ()))


class Provider:
    """The identity provider."""

    def __init__(self, registration: Registration, clock: Callable[[], datetime]) -> None:
        self.registration = registration
        self._clock = clock
        self._discovery = Discovery(registration.issuer)

    async def address(self, start: Start, back: str) -> str:
        """Where the browser goes to sign in; `back` is where it is sent afterwards. Raises ProviderUnusable."""
        from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
        from authlib.oauth2.rfc7636 import create_s256_code_challenge

        known = await self._discovery.known()
        return prepare_grant_uri(
            known.authorization,
            self.registration.client_id,
            "code",
            redirect_uri=back,
            scope=self.registration.scopes,
            state=start.state,
            nonce=start.nonce,
            code_challenge=create_s256_code_challenge(start.verifier),
            code_challenge_method="S256",
            **({"acr_values": " ".join(sorted(self.registration.strengths))} if self.registration.strengths else {}),
        )

    async def vouched(self, start: Start, code: str, back: str) -> Vouched:
        """Who has signed in, for the code that came back. Raises SignInRefused and ProviderUnusable."""
        known = await self._discovery.known()
        tokens = await self._redeemed(known, start, code, back)
        access = tokens.get("access_token")
        claims = await self._claims(known, start, tokens)
        if self.registration.strengths and claims.get("acr") not in list(self.registration.strengths):
            raise _refused("it has not checked as strongly as is asked for here, such as by a second factor")
        subject = str(claims["sub"])
        if not 0 < len(subject) <= LONGEST_SUBJECT or not subject.isprintable():
            raise _refused("it names nobody")
        names, groups = _names(claims), claims.get(self.registration.groups_claim)
        if known.userinfo and isinstance(access, str) and (not names or groups is None):
            more = await _more(known.userinfo, access, subject)
            names, groups = names or _names(more), groups or more.get(self.registration.groups_claim)
        return Vouched(self.registration.issuer, subject, next(iter([*names, subject])), _groups(groups))

    async def check_sender(self, issuer: str) -> None:
        """Raise SignInRefused where an answer says that it is another provider's (RFC 9207)."""
        if issuer and issuer != (await self._discovery.known()).issuer:
            raise _refused("another one has answered")

    async def _redeemed(self, known: Known, start: Start, code: str, back: str) -> dict[str, Any]:
        """The tokens for a code."""
        from authlib.oauth2.auth import ClientAuth
        from authlib.oauth2.rfc6749.parameters import prepare_token_request

        asked = prepare_token_request("authorization_code", redirect_uri=back, code=code, code_verifier=start.verifier)
        own = self.registration
        auth = ClientAuth(own.client_id, own.client_secret, known.client_auth)
        url, headers, form = auth.prepare("POST", known.token, dict(FORM), asked)
        status, said = await fetched(Request(url, headers, form))
        if status == 200 and said:
            return said
        error = said.get("error")
        reason = error if isinstance(error, str) and _ERROR.fullmatch(error) else "no reason"
        if reason == "invalid_grant":
            raise _refused("it does not know this sign-in any more")
        raise unusable(f"status {status} and {reason} for a code")

    async def _claims(self, known: Known, start: Start, tokens: Mapping[str, Any]) -> Mapping[str, Any]:
        """What the ID token says, checked as OpenID Connect Core, 3.1.3.7 asks for."""
        from authlib.oidc.core import CodeIDToken
        from joserfc.errors import JoseError

        own = self.registration
        try:
            token = await self._verified(known, str(tokens.get("id_token", "")))
            claims = CodeIDToken(
                token.claims,
                token.header,
                {"iss": {"essential": True, "value": known.issuer}, "aud": {"essential": True, "value": own.client_id}},
                {"nonce": start.nonce, "client_id": own.client_id, "access_token": tokens.get("access_token")},
            )
            claims.validate(now=int(self._clock().timestamp()), leeway=LEEWAY)
        except (JoseError, ValueError, TypeError, RecursionError) as error:
            claim = getattr(error, "claim", None)
            raise _refused(f"its ID token is not valid ({claim or type(error).__name__})") from None
        return claims

    async def _verified(self, known: Known, token: str) -> Token:
        """The token, where one of the provider's keys has signed it; its keys are asked for anew where none fits."""
        from joserfc.errors import BadSignatureError, InvalidKeyIdError
        from joserfc.jwt import decode

        try:
            return decode(token, known.keys, ALGORITHMS)
        except (BadSignatureError, InvalidKeyIdError):
            anew = await self._discovery.known(after=known)
            return decode(token, anew.keys, ALGORITHMS)


async def _more(url: str, access: str, subject: str) -> Mapping[str, Any]:
    """What the provider tells beside the ID token, of the same person; nothing where it does not."""
    try:
        status, said = await fetched(Request(url, {"Authorization": f"Bearer {access}"}))
    except ProviderUnusable:
        return {}
    return said if status == 200 and said.get("sub") == subject else {}


def _names(claims: Mapping[str, Any]) -> list[str]:
    given = (claims.get(name) for name in NAMES)
    return [name for name in given if isinstance(name, str) and usable_name(name)]


def _groups(claim: object) -> frozenset[str]:
    listed: list[object] = claim if isinstance(claim, list) else [claim]
    return frozenset(one for one in listed if isinstance(one, str))


def _refused(reason: str) -> SignInRefused:
    logger.warning("A sign-in was refused: %s.", reason)
    return SignInRefused(REFUSED.format(reason))
