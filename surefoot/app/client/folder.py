"""Names a data folder by what its server's token hashes to, for who may know the folder and not the token."""

from __future__ import annotations

import hashlib

FOLDER_HEADER = "x-surefoot-folder"


def folder_name(token: str) -> str:
    """The name; the token cannot be told from it."""
    return hashlib.sha256(f"folder of {token}".encode()).hexdigest()[:24]
