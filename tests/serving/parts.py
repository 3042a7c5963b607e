"""Small real parts for the tests of serving."""

from __future__ import annotations

from uuid import NAMESPACE_URL, uuid5

from surefoot.core.nouns import Chunk, Passage


def a_passage(text: str, title: str = "Brake guide", **changes: object) -> Passage:
    """A passage with this text."""
    values: dict[str, object] = {
        "id": str(uuid5(NAMESPACE_URL, f"{title}\n{text}")),
        "document_id": title.lower().replace(" ", "-"),
        "assistant": "fleet",
        "title": title,
        "version": "1",
        "groups": frozenset({"everyone"}),
        "ordinal": 0,
        "heading_path": (),
        "text": text,
        "page": None,
        "start": 0,
        "end": len(text),
        "content_hash": "0" * 64,
        **changes,
    }
    return Passage(Chunk(**values), 1.0)  # pyright: ignore[reportArgumentType] (the keys are Chunk's fields)
