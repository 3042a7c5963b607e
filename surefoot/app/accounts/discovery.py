"""Knows what the identity provider says of itself: its addresses and its keys, fetched when they are needed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from surefoot.app.accounts.errors import ProviderUnusable
from surefoot.app.accounts.fetching import Request, fetched, unusable
from surefoot.app.hosts import is_private

if TYPE_CHECKING:
    from joserfc.jwk import KeySet

PATH = "/.well-known/openid-configuration"
KNOWN_SECONDS = 3600.0
"""How long it is taken for true without asking again; so long a key holds that the provider has withdrawn."""
REST_SECONDS = 1.0
"""How long nobody asks again after it has failed."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the provider says of itself."""

    issuer: str
    """As it writes it, which is how it stands in its ID tokens."""
    authorization: str
    token: str
    userinfo: str | None
    client_auth: str
    """How this installation proves to it who it is."""
    keys: KeySet
    at: float
    """When that was; of the monotonic clock."""


class Discovery:
    """OpenID Connect Discovery 1.0, kept for an hour."""

    def __init__(self, issuer: str) -> None:
        self._issuer = issuer
        self._lock = asyncio.Lock()
        self._known: Known | None = None
        self._failed: ProviderUnusable | None = None
        self._failed_at = 0.0

    async def known(self, after: Known | None = None) -> Known:
        """What the provider says, asked anew where `after` is what was known. Raises ProviderUnusable."""
        async with self._lock:  # whoever waits here gets what the first one got
            now, known = time.monotonic(), self._known
            if known is not None and known is not after and now - known.at < KNOWN_SECONDS:
                return known
            if self._failed is not None and now - self._failed_at < REST_SECONDS:
                raise ProviderUnusable(str(self._failed))
            try:
                self._known = await self._asked()
            except ProviderUnusable as error:
                self._failed, self._failed_at = error, time.monotonic()
                raise
            return self._known

    async def _asked(self) -> Known:
        said = await _document(self._issuer + PATH)
        issuer = said.get("issuer")
        if not isinstance(issuer, str) or issuer.rstrip("/") != self._issuer:
            raise unusable("its description is of another issuer than SUREFOOT_OIDC_ISSUER")
        return Known(
            issuer=issuer,
            authorization=_address(said, "authorization_endpoint"),
            token=_address(said, "token_endpoint"),
            userinfo=_address(said, "userinfo_endpoint") if said.get("userinfo_endpoint") else None,
            client_auth=_client_auth(said),
            keys=await asyncio.to_thread(_keys, await _document(_address(said, "jwks_uri"))),
            at=time.monotonic(),
        )


async def _document(url: str) -> dict[str, Any]:
    status, said = await fetched(Request(url))
    if status != 200 or not said:
        raise unusable(f"status {status} and {'JSON' if said else 'no JSON'} at {url}")
    return said


def _address(said: Mapping[str, Any], name: str) -> str:
    url = said.get(name)
    try:
        usable = isinstance(url, str) and is_private(url)
    except ValueError:
        usable = False
    if not isinstance(url, str) or not usable:
        raise unusable(f"its {name} is no https address")
    return url


def _client_auth(said: Mapping[str, Any]) -> str:
    """The first of two ways that it knows; without a word of it, it knows the first (Discovery, 3)."""
    offered = said.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    for method in ("client_secret_basic", "client_secret_post"):
        if method in offered:
            return method
    raise unusable("it takes no client secret")


def _keys(said: Mapping[str, Any]) -> KeySet:
    """The public keys that signatures can be checked with; others are left out. Slow at first: it imports much."""
    from joserfc.errors import JoseError
    from joserfc.jwk import ECKey, KeySet, RSAKey

    kinds = {"RSA": RSAKey, "EC": ECKey}
    found = list[Any]()
    for one in _objects(said.get("keys")):
        kind = kinds.get(str(one.get("kty")))
        try:
            if kind is not None and one.get("use", "sig") == "sig":
                found.append(kind.import_key(one))
        except (JoseError, ValueError, TypeError):
            continue  # of a curve or a form that is not known here
    if not found:
        raise unusable("it lists no keys that can be used")
    return KeySet(found)


def _objects(listed: object) -> list[dict[str, Any]]:
    return [one for one in cast("list[Any]", listed) if isinstance(one, dict)] if isinstance(listed, list) else []
