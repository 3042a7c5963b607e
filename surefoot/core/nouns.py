"""The nouns that cross package borders; vendors' objects and bare dicts never do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from surefoot.core.provenance import Provenance
from surefoot.core.readings import Reading


class Outcome(StrEnum):
    """What happened to a question."""

    ANSWERED = "answered"
    QUOTED = "quoted"
    NOT_FOUND = "not_found"
    ASKED_BACK = "asked_back"
    OFF_TOPIC = "off_topic"
    REFUSED = "refused"
    BLOCKED = "blocked"
    HANDED_OVER = "handed_over"
    SMALL_TALK = "small_talk"
    """Nothing was asked: a greeting, thanks, or what the assistant can do."""


class Support(StrEnum):
    """What the evidence carries."""

    FULL = "full"
    PARTIAL = "partial"
    CONFLICT = "conflict"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks; a required argument of every search."""

    id: str
    groups: frozenset[str]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a document under one heading and on one page."""

    heading_path: tuple[str, ...]
    """Headings from the outermost to the innermost; empty where the document has none."""
    text: str
    """Markdown; tables as pipe tables with their header row."""
    page: int | None = None
    """Page number from 1, or None where the format has no pages."""


@dataclass(frozen=True, slots=True)
class Document:
    """One version of one source file, read into sections."""

    id: str
    assistant: str
    title: str
    path: str
    """Name under which it was fed, with '/' between folders; together with the assistant it names the document."""
    media_type: str
    content_hash: str
    """sha256 of the original's bytes, hexadecimal."""
    sections: tuple[Section, ...]
    groups: frozenset[str]
    """Who may see it: an asker in any of these groups."""
    pages: int | None = None
    version: str = "1"
    valid_from: date | None = None
    """The date on which it says that it takes effect."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a document, no longer than the encoder's token budget."""

    id: str
    """A UUID derived from assistant, path, content hash and ordinal, so that the same file gives the same ids."""
    document_id: str
    assistant: str
    title: str
    version: str
    groups: frozenset[str]
    ordinal: int
    """Position in the document, from 0."""
    heading_path: tuple[str, ...]
    text: str
    page: int | None
    start: int
    end: int
    """Half-open character span in the document's text (sections joined by a blank line)."""
    content_hash: str
    valid_from: date | None = None
    superseded: bool = False
    """True when a newer version of the same document is in the library."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """One text's vectors: dense (384 floats, unit length) and sparse (BM25 term ids and weights)."""

    dense: tuple[float, ...]
    sparse_indices: tuple[int, ...]
    sparse_values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk that a search found, with its fused score (higher is better)."""

    chunk: Chunk
    score: float


Evidence = Passage | Reading
"""What an answer may stand on."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A claim's span in the answer, tied to the quote, or the reading, that carries it."""

    start: int
    end: int
    """Half-open character span in the answer's text."""
    document_id: str
    """Empty where a reading carries the claim."""
    title: str
    page: int | None
    quote: str
    """Verbatim from the passage; of a reading, its plan in plain words."""
    score: float
    chunk_id: str
    heading_path: tuple[str, ...] = ()
    version: str = "1"
    superseded: bool = False
    number: int = 1
    """The number in brackets behind the claim; the same quote has the same number."""
    reading: str = ""
    """The id of the reading that carries it; empty where a passage does."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens that one answer cost."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds from the question's arrival."""

    evidence: float
    first_text: float | None
    """To the first released sentence; None where no text was released."""
    total: float


@dataclass(frozen=True, slots=True)
class Gap:
    """What was missing, in words for the owner of the knowledge base."""

    searched: str
    """Where the search looked, in words."""
    nearest: tuple[Passage, ...]
    missing: str
    """Which kind of document would make the answer sure."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another assistant of the asker that can answer a question."""

    assistant: str
    title: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said, and what it stands on."""

    id: str
    assistant: str
    question: str
    text: str
    outcome: Outcome
    support: Support
    citations: tuple[Citation, ...]
    release: str
    """One hash over prompts, model, retrieval settings and index version."""
    model: str | None
    """The model that wrote text in it; None for quotes alone."""
    usage: Usage
    timings: Timings
    trace_id: str
    """32 hexadecimal digits."""
    conversation_id: str | None = None
    probable: bool = False
    """Whether the support is partial, and yet what is quoted first probably answers."""
    instruction: bool = False
    """Whether it quotes nothing but what the assistant was told to say to just such a message (danger, a wish for a
    person); its support is partial, as the message may have been misheard."""
    gap: Gap | None = None
    withheld: tuple[str, ...] = ()
    """Sentences that the model wrote and the check held back."""
    options: tuple[str, ...] = ()
    """What the question may mean where it was asked back, or questions to begin with; one of them, sent as the next
    question, continues."""
    threat: str | None = None
    """What the question was taken for where it was blocked or refused, such as 'injection'."""
    left_out: tuple[str, ...] = ()
    """Titles of documents of which a sentence was left out because it tells the assistant what to do."""
    how: Provenance | None = None
    """How it was made; None for answers from before that was written down."""
    repeated_from: str | None = None
    """The earlier answer that was given again, because nothing had changed; None for one that was made."""
    readings: tuple[Reading, ...] = ()
    """The rows that it stands on."""
    elsewhere: Elsewhere | None = None
    """Who can answer it, where this assistant cannot; of who may be asked by this asker, and for nobody else's eyes."""


@dataclass(frozen=True, slots=True)
class EvidenceFound:
    """What the answer will stand on: passages, best first, and readings."""

    passages: tuple[Passage, ...]
    readings: tuple[Reading, ...] = ()


@dataclass(frozen=True, slots=True)
class ClaimChecked:
    """A sentence was held against the evidence; supported ones follow as text."""

    text: str
    supported: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TextAdded:
    """Text released to the reader; never taken back."""

    text: str
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerReady:
    """The last event of every stream."""

    answer: Answer


AnswerEvent = EvidenceFound | ClaimChecked | TextAdded | AnswerReady
