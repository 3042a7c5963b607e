"""Secrets that are given out once and kept as digests."""

from __future__ import annotations

import hashlib
import secrets
from typing import Literal

Prefix = Literal["sfs_", "sfk_", "sfi_", "sfo_", "sft_"]
SESSION: Prefix = "sfs_"
KEY: Prefix = "sfk_"
INVITATION: Prefix = "sfi_"
START: Prefix = "sfo_"
SECOND_STEP: Prefix = "sft_"


def new_token(prefix: Prefix) -> str:
    """A token of 256 random bits; its first letters say what it is for, so that a leaked one is recognised."""
    return prefix + secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """What is kept of a token: no salt and no slow hash, since it cannot be guessed."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
