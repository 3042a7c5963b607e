"""What this house asks of those who sign in, beyond what always holds."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field

ALL = "all"


@dataclass(frozen=True, slots=True)
class Policy:
    """What the settings say of passwords and second factors."""

    passwords: bool = True
    """Whether they are taken here; False where the identity provider is the only way in."""
    known_words: Collection[str] = ()
    """What guessers of this house would try in a password."""
    second_factor: frozenset[str] = frozenset()
    """Roles whose people must have a second factor; `all` among them: everybody must."""
    key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    """What keys for single purposes are made of."""

    def asks_second_factor_of(self, roles: Collection[str]) -> bool:
        """Whether who has these roles must have a second factor."""
        return ALL in self.second_factor or not self.second_factor.isdisjoint(roles)

    def derived(self, purpose: str) -> bytes:
        """A key of 256 bits for one purpose, from which neither another one nor the key itself can be told."""
        return hmac.new(self.key, purpose.encode(), hashlib.sha256).digest()
