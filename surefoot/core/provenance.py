"""How an answer was made: what was asked, found, left out, decided and checked; ids and scores, no document's text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class LeftOut(StrEnum):
    """Why a sentence that was considered is not behind the answer."""

    NOT_ENOUGH = "not_enough"
    """All of the evidence together did not suffice for an answer."""
    FAINT = "faint"
    """It is too unlikely to hold the answer, beside the likeliest one."""
    REPEATED = "repeated"
    """Another sentence that is used says the same, word for word."""
    BUDGET = "budget"
    """It would have gone beyond the tokens of evidence that the model reads."""
    INSTRUCTION = "instruction"
    """It tells the reader's assistant what to do."""
    UNUSED = "unused"
    """Likelier sentences are quoted, or the model read it and wrote nothing from it."""


@dataclass(frozen=True, slots=True)
class Place:
    """A span of a chunk's text."""

    document_id: str
    chunk_id: str
    start: int
    end: int
    """Half-open, in characters."""


@dataclass(frozen=True, slots=True)
class Understood:
    """The question as it was searched."""

    searched: str
    """With what the conversation adds to it, and typing errors put right."""
    with_superseded: bool = False
    """Whether versions that a newer one replaced were searched too."""
    language: str = ""
    """Of a question that a model put into the documents' language (ISO 639-1); else empty."""
    parts: tuple[str, ...] = ()
    """The questions that were searched one by one, where several things are asked."""
    corrections: tuple[tuple[str, str], ...] = ()
    """Words as written and as searched."""
    filters: tuple[tuple[str, str], ...] = ()
    """What the search was narrowed to: name and value."""
    leaned: bool = False
    """Whether the conversation before it was used."""


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that the search found."""

    document_id: str
    chunk_id: str
    score: float
    """Fused, higher is nearer."""
    rank: int
    """Its place by that score, from 1."""
    ordinal: int = -1
    """Its position in the document, from 0."""


@dataclass(frozen=True, slots=True)
class Considered:
    """A sentence, list item or table row of a passage, with the probability that it holds the answer."""

    place: Place
    score: float
    cosine: float
    """Nearness in meaning, from -1 to 1."""
    coverage: float
    """Share of the question's words, weighted by rarity, that it has together with its headings."""
    cited: bool
    """It stands behind something that the answer says."""
    read: bool
    """The model read it."""
    left_out: LeftOut | None = None
    """None where it is cited."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether the evidence suffices."""

    chance: float
    """Estimated chance that the evidence holds the answer."""
    enough_from: float
    """Chance from which a question is answered."""
    sure_from: float
    """Chance from which the support counts as full."""
    enough: bool
    on_topic: bool
    features: tuple[tuple[str, float], ...] = ()
    """What the chance was reckoned from."""
    missing: tuple[str, ...] = ()
    """Codes of the question that no evidence mentions."""
    probable_from: float | None = None
    """Chance from which what stands first is said to answer probably; None for answers from before that was said."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A sentence that a model wrote, with the verdict on it."""

    text: str
    supported: bool
    reason: str = ""
    """Why it was withheld."""
    places: tuple[Place, ...] = ()
    """What it stands on."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """How an answer was made."""

    understood: Understood
    mode: str
    """Who was to word it: 'auto', 'quotes' or 'model'."""
    groups: tuple[str, ...]
    """The asker's groups at that time, sorted."""
    edition: str
    """The recipe of the edition that was searched; ids and places are of it."""
    encode_ms: float
    search_ms: float
    found: tuple[Found, ...]
    """In the order in which they were shown."""
    considered: tuple[Considered, ...]
    """The likeliest ones, best first."""
    decision: Decision
    claims: tuple[Claimed, ...] = ()
    history: tuple[tuple[str, str], ...] = ()
    """What was remembered of the conversation: (role, text) pairs, oldest first."""
