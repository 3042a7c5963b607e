"""Holds the citations of answers against what the library holds now, for the person who asks."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence

from surefoot.app.parts import Library
from surefoot.core.nouns import Answer, Asker, Citation
from surefoot.ingestion.catalogue import Entry, Status
from surefoot.serving.staleness import Held, Present, Standing, held

MOST_COMPARED = 100
"""Changed citations for which one request looks up what stands in their place now; the others are just marked."""
Key = tuple[str, str, tuple[str, ...]]


class Standings:
    """What has become of the citations of some answers; each cited document's text is read once and let go."""

    def __init__(self, library: Library, asker: Asker, answers: Sequence[Answer], *, compare: bool = True) -> None:
        self._held: dict[Key, Held] = {}
        left = MOST_COMPARED if compare else 0
        for document_id, citations in _by_document(answers).items():
            present = _present(library, document_id, asker)
            for key, citation in citations.items():
                self._held[key] = held(citation, present, compare=left > 0)
                left -= self._held[key].standing is Standing.CHANGED

    def of(self, citation: Citation) -> Held:
        """What has become of a citation of one of the answers."""
        return self._held[_key(citation)] if citation.document_id else Held(Standing.CURRENT)

    def stale(self, answer: Answer) -> bool:
        """Whether an answer stands on something that has changed or is gone."""
        return any(self.of(citation).standing.stale for citation in answer.citations)

    def state(self, answer: Answer) -> str:
        """A short hash: another one when something has become of one of the answer's citations."""
        known = [self.of(citation) for citation in answer.citations]
        seen = "\n".join(f"{one.standing} {one.seen}" for one in known)
        return hashlib.blake2b(seen.encode(), digest_size=8).hexdigest()


def _by_document(answers: Sequence[Answer]) -> dict[str, dict[Key, Citation]]:
    cited: dict[str, dict[Key, Citation]] = defaultdict(dict)
    for answer in answers:
        for citation in (c for c in answer.citations if c.document_id):
            cited[citation.document_id][_key(citation)] = citation
    return cited


def _key(citation: Citation) -> Key:
    return citation.document_id, citation.quote, citation.heading_path


def _present(library: Library, document_id: str, asker: Asker) -> Present | None:
    """A document as it is now; None where it is not there, cannot be asked about, or the asker may not see it."""
    entry = library.catalogue.get(document_id, asker)
    if entry is None or entry.status is not Status.READY:
        return None
    newer = _newer(library, entry, asker) if entry.superseded else None
    return Present(library.catalogue.text(document_id), superseded=entry.superseded, newer=newer)


def _newer(library: Library, entry: Entry, asker: Asker) -> str | None:
    """Id of the version that took a document's place, where the asker may see it."""
    family = library.catalogue.family(entry.assistant, entry.family) if entry.family else []
    current = [other for other in family if not other.superseded and other.visible_to(asker)]
    return next((other.id for other in current if other.id != entry.id), None)
