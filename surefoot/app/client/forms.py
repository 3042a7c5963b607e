"""The forms that travel over HTTP, as every client of Surefoot sees them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from surefoot.app.client.citation_forms import CitationForm, Form
from surefoot.app.client.how_forms import HowForm
from surefoot.app.client.reading_forms import ReadingForm

OutcomeName = Literal[
    "answered", "quoted", "not_found", "asked_back", "off_topic", "refused", "blocked", "handed_over", "small_talk"
]
SupportName = Literal["full", "partial", "conflict", "none"]


class PassageForm(Form):
    """A passage that a search found."""

    document_id: str
    title: str
    text: str
    page: int | None
    score: float
    chunk_id: str = ""
    heading: list[str] = Field(default=[])
    version: str = "1"
    valid_from: str | None = None
    superseded: bool = False


class UsageForm(Form):
    """Tokens."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0


class TimingsForm(Form):
    """Milliseconds from the question's arrival at the server."""

    evidence: float
    first_text: float | None
    total: float


class GapForm(Form):
    """What was missing, and what would make the answer sure."""

    searched: str
    nearest: list[PassageForm]
    missing: str
    owner: str
    """The role that owns the knowledge base and can be asked for it."""


class AnswerForm(Form):
    """An answer with everything that it stands on."""

    id: str
    assistant: str
    question: str
    answer: str
    outcome: OutcomeName
    support: SupportName
    citations: list[CitationForm]
    release: str
    model: str | None
    usage: UsageForm
    timings_ms: TimingsForm
    trace_id: str
    conversation_id: str | None = None
    probable: bool = False
    """Whether the support is partial, and yet what is quoted first probably answers."""
    instruction: bool = False
    """Whether it quotes nothing but what the assistant was told to say to just such a message."""
    gap: GapForm | None = None
    withheld: list[str] = Field(default=[])
    options: list[str] = Field(default=[])
    """Where it was asked back: what the question may mean."""
    threat: str | None = None
    """What the question was taken for where it was blocked or refused."""
    left_out: list[str] = Field(default=[])
    """Titles of documents of which a sentence was left out because it tells the assistant what to do."""
    evidence: list[PassageForm] = Field(default=[])
    readings: list[ReadingForm] = Field(default=[])
    """The rows that it stands on."""
    created_at: datetime | None = None
    feedback: FeedbackForm | None = None
    """The asker's own latest thumb, where there is one."""
    gap_sent: bool = False
    elsewhere: ElsewhereForm | None = None
    """Another assistant of the asker that can answer it, where this one cannot."""
    gap_reply: GapReply | None = None
    """What became of the gap that was sent; None while it is open."""
    stale: bool = False
    """Whether a source that it cites says something else now, or is gone."""
    repeated: bool = False
    """Whether an earlier answer was given again, because nothing had changed since."""
    repeated_from: str | None = None
    """The id of that answer."""
    how: HowForm | None = None
    """How it was made; only where one answer is asked for by its id."""
    state: str = ""
    """Changes when something has become of one of its citations; empty while nobody has looked."""


class FeedbackForm(Form):
    """A thumb on an answer."""

    answer_id: str
    rating: Literal["up", "down"]
    reasons: list[str] = Field(default=[])
    text: str = Field("", max_length=4000)


class FeedbackSaved(Form):
    """What became of a thumb."""

    id: str
    answer_id: str


class GapSent(Form):
    """What became of a gap."""

    id: str
    answer_id: str
    owner: str


class ElsewhereForm(Form):
    """Another assistant that can answer a question."""

    assistant: str
    title: str


class GapReply(Form):
    """What the owner of the knowledge base says of a gap that is closed."""

    id: str
    text: str
    """Empty where it was closed without words."""
    closed_at: datetime


class GapChange(Form):
    """A gap that is closed with words to who sent it, or opened again."""

    status: Literal["open", "closed"]
    reply: str = Field(default="", max_length=2000)


class OpenGap(Form):
    """A question that somebody asked and the documents could not answer."""

    id: str
    answer_id: str
    assistant: str
    question: str
    missing: str
    created_at: datetime
    asked_by: str = ""
    """Who sent it; empty for who may not see people, and where there are no accounts."""
    status: Literal["open", "closed"] = "open"
    reply: str = ""
    closed_at: datetime | None = None


class IngestedForm(Form):
    """What happened to one file."""

    path: str
    status: Literal["ingested", "unchanged", "rejected"]
    reason: str | None
    document_id: str | None
    pages: int | None
    chunks: int
    title: str | None = None


class IngestForm(Form):
    """What happened to each file of one request."""

    documents: list[IngestedForm]
    seconds: float


class DocumentRow(Form):
    """A document as the library lists it."""

    document_id: str
    title: str
    status: str
    reason: str | None
    pages: int | None
    chunks: int
    version: str
    path: str = ""
    media_type: str = ""
    valid_from: str | None = None
    superseded: bool = False
    groups: list[str] = Field(default=[])
    size: int = 0
    """Bytes of the original."""
    created_at: datetime | None = None


class DocumentList(Form):
    """An assistant's documents."""

    documents: list[DocumentRow]


class ChunkForm(Form):
    """A chunk as the library shows it."""

    text: str
    page: int | None
    heading: list[str]
    chunk_id: str = ""
    start: int = 0
    end: int = 0


class DocumentForm(DocumentRow):
    """A document with its text and chunks."""

    assistant: str = ""
    text: str = ""
    chunk_list: list[ChunkForm] = Field(default=[], exclude=True)


class DocumentDeleted(Form):
    """What became of a deletion."""

    document_id: str
    deleted: bool


class SearchTimings(Form):
    """Milliseconds."""

    encode: float
    search: float
    total: float


class SearchForm(Form):
    """Passages for a query."""

    passages: list[PassageForm]
    timings_ms: SearchTimings


class LiveForm(Form):
    """Live data that an assistant answers from."""

    newest: datetime | None = None
    zone: str = "UTC"


class AssistantForm(Form):
    """An assistant as people choose it."""

    name: str
    title: str
    summary: str
    greeting: str
    owner: str
    examples: list[str]
    private: bool
    documents: int
    newest: datetime | None = None
    """When its newest document was read."""
    live: LiveForm | None = None
    """None for one that answers from documents alone, or of whose records nothing was heard yet."""


class ConversationRow(Form):
    """A conversation in the list."""

    id: str
    assistant: str
    title: str
    groups: list[str] = Field(default=[])
    """Who may read it beside its owner."""
    updated_at: datetime


class ConversationForm(ConversationRow):
    """A conversation with its answers, oldest first."""

    answers: list[AnswerForm]
    own: bool = True
    """Whether it is the asker's own, or somebody else's who shares it."""


class EngineStatus(Form):
    """Where the language model stands; the assistant quotes until it is ready."""

    state: Literal["none", "downloading", "loading", "ready", "failed"]
    model: str | None
    stage: str
    """In words, for people."""
    bytes_done: int = 0
    bytes_total: int = 0
    reason: str | None = None


class Status(Form):
    """What the server is doing."""

    version: str
    engine: EngineStatus
    assistants: int
    documents: int
    loading: str | None = None
    """What is being loaded at start (sample knowledge) or read again, or None."""
    trouble: str | None = None
    """Why nothing can be kept at the moment, or None."""
    unchecked: str | None = None
    """That what was found is read by no checker, so that nothing is called supported; None where one reads it."""
    formats: list[str] = Field(default=[])
    """Kinds of file that are read here, as people call them; images where text can be recognised."""


class Readiness(Form):
    """Whether the server can answer, with a reason for each part that cannot."""

    ready: bool
    reasons: list[str] = Field(default=[])
    notes: list[str] = Field(default=[])
    """What is not as it should be while questions are answered."""


AnswerForm.model_rebuild()
