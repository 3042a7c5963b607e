"""Gives each document of a LlamaHub reader a name that is the same in every run."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from surefoot.ingestion.errors import SourceInvalid
from surefoot.ingestion.sources.hub_process import HubDocument
from surefoot.ingestion.sources.naming import path_part

_PATHS = ("file_path", "filepath")
_ADDRESSES = ("url", "source_url", "web_url", "link", "source")
_LONGEST = 400
_WORDS = 6


def name_of(document: HubDocument, roots: Sequence[str], field: str) -> str:
    """The document's path without ending: from the field that is asked for, else from what readers usually say.

    `roots` are the folders that the reader was given: names begin below them. A document that says nothing of itself
    is named by its words, so that it is another one when they change. Raises SourceInvalid where the field is missing.
    """
    known = document.metadata
    if field:
        if not known.get(field):
            raise SourceInvalid(
                f"A document of the reader has no metadata {field!r}. It has: {', '.join(sorted(known)) or 'none'}."
            )
        return _path(_below(known[field], roots))
    for key in _PATHS:
        if value := known.get(key):
            return _path(_below(value, roots))
    if value := known.get("file_name"):
        return _path(f"{known.get('folder_name', '')}/{value.rsplit('/', 1)[-1]}")
    for key in _ADDRESSES:
        if (value := known.get(key)) and "://" in value:
            return _path(_of_address(value))
    return _path(document.id) if document.id else _of_words(document.text)


def with_ending(name: str, ending: str) -> str:
    """The name with the ending that tells how its text is read."""
    return name if name.lower().endswith(ending) else name + ending


def _below(path: str, roots: Sequence[str]) -> str:
    for root in sorted(roots, key=len, reverse=True):
        folder = root.rstrip("/") + "/"
        if path.startswith(folder):
            return path.removeprefix(folder)
        if path == root:
            return path.rsplit("/", 1)[-1]
    return path


def _of_address(address: str) -> str:
    parts = urlsplit(address)
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.netloc.rpartition('@')[2]}{parts.path}{query}"


def _path(raw: str) -> str:
    parts = [path_part(part) for part in raw.split("/") if part not in ("", ".")]
    path = "/".join(parts) or "document"
    if len(path) <= _LONGEST:
        return path
    return f"{path[:_LONGEST].rstrip('/')}-{hashlib.sha256(path.encode()).hexdigest()[:12]}"


def _of_words(text: str) -> str:
    words = re.findall(r"\w+", text[:1000])[:_WORDS]
    digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]
    return "-".join([*words, digest])[-_LONGEST:]
