"""What this house asks of those who sign in, beyond what always holds."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Policy:
    """What the settings say of passwords and second factors."""

    passwords: bool = True
    """Whether they are taken here; False where the identity provider is the only way in."""
    known_words: Collection[str] = ()
    """What guessers of this house would try in a password."""
    key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    """What names and addresses of failed tries are hidden with, and secrets of second factors encrypted."""
