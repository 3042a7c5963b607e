"""Hashes passwords with argon2id, and refuses those that are easily guessed."""

from __future__ import annotations

import threading
from functools import cache
from typing import TYPE_CHECKING

from surefoot.app.accounts.errors import PasswordRefused

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST, LONGEST = 12, 128
"""Characters."""
STRONG = 3
"""zxcvbn's score (0 to 4) from which a password is taken: some 10^8 guesses or more."""
LOOKED_AT = 72
"""Characters that the strength is judged by: the time that it takes grows with the square of them."""


_ONE_AT_A_TIME = threading.Lock()
"""Each hash takes 64 MiB while it is made."""


@cache
def _hasher() -> PasswordHasher:
    """RFC 9106's second choice, for servers with little memory: 64 MiB, three passes."""
    from argon2 import PasswordHasher, profiles

    return PasswordHasher.from_parameters(profiles.RFC_9106_LOW_MEMORY)


@cache
def _nobodys() -> str:
    """A hash to compare with where there is no account, so that this takes as long as where there is one."""
    return _hasher().hash("nobody's password")


def hashed(password: str, *known: str) -> str:
    """The hash to keep; `known` are words that guessers would try. Raises PasswordRefused, with what to do."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise PasswordRefused(f"A password has {SHORTEST} to {LONGEST} characters. A sentence is easy to remember.")
    from zxcvbn import zxcvbn

    judged = zxcvbn(password[:LOOKED_AT], user_inputs=[*known, "surefoot"])
    if judged["score"] < STRONG:
        why = judged["feedback"]["warning"] or "It is easily guessed."
        raise PasswordRefused(f"{why} Take another password: some words that do not belong together are good.")
    with _ONE_AT_A_TIME:
        return _hasher().hash(password)


def matches(password: str, kept: str | None) -> bool:
    """Whether a password is the one of a hash; takes as long where there is no hash."""
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        with _ONE_AT_A_TIME:
            return _hasher().verify(kept or _nobodys(), password[: LONGEST + 1]) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def outdated(kept: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return _hasher().check_needs_rehash(kept)
