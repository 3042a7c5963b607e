"""The kinds of personal data, and where one of them stands in a text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class PiiKind(StrEnum):
    """What identifies or reaches a person.

    Organisations, places alone, dates, titles, ages, prices and product names are no kinds: a knowledge base without
    them answers nothing, and none of them reaches a person by itself.
    """

    PERSON = "person"
    ADDRESS = "address"
    EMAIL = "email"
    PHONE = "phone"
    CARD = "card"
    IBAN = "iban"
    NATIONAL_ID = "national_id"
    IP = "ip"
    LICENCE = "licence"
    BIRTH_DATE = "birth_date"


ALL_KINDS = frozenset(PiiKind)


@dataclass(frozen=True, slots=True)
class PiiSpan:
    """A half-open character span that holds personal data."""

    start: int
    end: int
    kind: PiiKind
    score: float
    """How sure the finder is, above 0, at most 1: 1 where a checksum agrees."""

    def moved(self, by: int) -> PiiSpan:
        """The same span in a text that begins `by` characters earlier."""
        return PiiSpan(self.start + by, self.end + by, self.kind, self.score)
