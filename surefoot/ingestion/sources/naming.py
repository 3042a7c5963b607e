"""Gives what a source has a name that a document may have, whatever characters it uses itself."""

from __future__ import annotations

import os
import re
import unicodedata
from datetime import UTC, datetime
from urllib.parse import quote, unquote_to_bytes

VARIABLE = r"^SUREFOOT_SECRET_[A-Z0-9_]+$"
"""Names of environment variables that settings may name; their values are never part of the settings."""
_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\\]")
"""What a document's name may not hold; lone surrogates stand for bytes that are no UTF-8."""
_DRIVE = re.compile(r"^([A-Za-z]):")
_UNFIT_IN_PART = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\\/%:]")


def document_path(raw: str) -> str:
    """The name in Unicode NFC, with U+FFFD for characters that a document's name may not hold."""
    return unicodedata.normalize("NFC", _DRIVE.sub("\\1\ufffd", _UNFIT.sub("\ufffd", raw)))


def locator_of(raw: str) -> str:
    """The raw name in ASCII; empty where the document's path says it all. `raw_name` takes it back."""
    return "" if document_path(raw) == raw else quote(os.fsencode(raw))


def raw_name(path: str, locator: str) -> str:
    """The name as the source spells it, from a document's path and its locator."""
    return os.fsdecode(unquote_to_bytes(locator)) if locator else path


def path_part(value: str) -> str:
    """One part of a path for a value; different values give different parts (the empty one gives a lone '%')."""
    part = _UNFIT_IN_PART.sub(lambda found: quote(found[0], safe="", errors="replace"), value)
    return part.replace(".", "%2E") if part.strip(". ") == "" and part else part or "%"


def utc(seconds: float) -> datetime | None:
    """The moment so many seconds after 1970-01-01 UTC; None where no calendar has it."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None
