"""Finds documents whose text is nearly that of a new one, once it is its turn to be written."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from surefoot.ingestion.catalogue import Catalogue, Entry
from surefoot.ingestion.findings import Findings
from surefoot.ingestion.inspection import Inspection

MOST = 10
"""Near duplicates that a report names."""


class Neighbours:
    """Looks among the documents of the same assistant."""

    def __init__(self, catalogue: Catalogue, findings: Findings) -> None:
        self._catalogue = catalogue
        self._findings = findings

    def judged(self, entry: Entry, text: str, found: Inspection) -> Inspection:
        """The inspection with its near duplicates and what the assistant's rules say of them."""
        from surefoot.ingestion.quality.duplicates import Signature, SignatureDamaged, bands, near
        from surefoot.ingestion.quality.figures import differs_in_numbers
        from surefoot.ingestion.quality.report import NearDuplicate
        from surefoot.ingestion.quality.stages import with_near_duplicates

        if found.report is None or found.signature is None or found.rules is None:
            return found
        rules = found.rules.quality
        if rules.near_duplicates == "keep":
            return found
        candidates: dict[str, Signature] = {}
        for name, stored in self._findings.sharing_a_band(entry.assistant, bands(found.signature), entry.id).items():
            with suppress(SignatureDamaged):
                candidates[name] = Signature.from_bytes(stored)
        alike = near(found.signature, candidates, rules.near_duplicate_similarity)
        named = [
            NearDuplicate(name, round(share, 3), differs_in_numbers(text, self._catalogue.text(name)))
            for name, share in [pair for pair in alike if self._counts(pair[0], entry)][:MOST]
        ]
        return replace(found, report=with_near_duplicates(found.report, named, rules)) if named else found

    def _counts(self, name: str, entry: Entry) -> bool:
        """Whether all for whom the new document is may see the other one, and it is no copy kept for other people."""
        other = self._catalogue.get(name)
        return other is not None and entry.groups <= other.groups and entry.content_hash != other.content_hash
