"""Hashes passwords with argon2id, and refuses those that are easily guessed."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable
from functools import cache, partial
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
PRODUCT = "surefoot"
STEM = 4
"""Letters from which on a word with an ending is taken for the word itself."""
ANOTHER = "Take another password: some words that do not belong together are good."


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
    _judge(password[:LOOKED_AT], list(_words((*known, PRODUCT))))
    return hash_of(password)


def hash_of(password: str) -> str:
    """The hash of a password that was taken before."""
    with _ONE_AT_A_TIME:
        return _hasher().hash(password)


def _judge(password: str, known: list[str]) -> None:
    """Raise PasswordRefused for what is easily guessed, as a whole or without what is said twice or known anyway."""
    from zxcvbn import zxcvbn

    judged = zxcvbn(password, user_inputs=known)
    if judged["score"] < STRONG:
        why = judged["feedback"]["warning"] or "It is easily guessed."
        raise PasswordRefused(f"{why} {ANOTHER}")
    left = _without_repeats(password, known)
    if not left or zxcvbn(left, user_inputs=known)["score"] < STRONG:
        raise PasswordRefused(
            "Without words that come twice, and without names that others know, too little is left of it. " + ANOTHER
        )


def _words(known: Iterable[str]) -> Iterable[str]:
    """What is known, whole and word by word."""
    return dict.fromkeys(word for one in known for word in (one, *re.findall(r"\w+", one)) if word)


def _without_repeats(password: str, known: Iterable[str]) -> str:
    """A password with each of its pieces (letters, digits, or anything else in a row) once, without known words."""
    seen, left = [word.casefold() for word in known], list[str]()
    for piece in re.findall(r"[^\W\d_]+|\d+|[\W_]+", password):
        plain = piece.casefold()
        if not any(map(partial(_alike, plain), seen)):
            seen.append(plain)
            left.append(piece)
    return "".join(left).strip()


def _alike(one: str, other: str) -> bool:
    """Whether two pieces are the same, or one is the other with an ending: password, passwords."""
    shorter, longer = sorted((one, other), key=len)
    return one == other or (len(shorter) >= STEM and longer.startswith(shorter))


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
