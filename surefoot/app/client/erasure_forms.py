"""Forms of erasure, retention and exports as they travel over HTTP."""

from __future__ import annotations

from pydantic import BaseModel

from surefoot.app.client.account_forms import PersonForm
from surefoot.app.client.forms import AnswerForm, ConversationRow
from surefoot.app.client.trail_forms import EntryForm


class BackupProgress(BaseModel):
    """How far a backup or a restore is."""

    stage: str
    done: int = 0
    total: int = 0


class BackupForm(BaseModel):
    """A backup that is whole."""

    file: str = ""
    made_at: str
    version: str
    """Of the Surefoot that made it."""
    files: int
    bytes: int
    """Of all that it holds."""
    file_bytes: int = 0
    """Of the backup itself."""
    documents: int = 0
    conversations: int = 0
    answers: int = 0
    people: int = 0
    trail: int = 0
    """Entries of the audit trail."""
    trail_end: str = ""
    """The last entry's hash."""


class ProofForm(BaseModel):
    """What a search of the data folder's raw bytes came to."""

    holds: bool
    files: int
    bytes: int
    snippets: int
    """How many different pieces were looked for; 0 where the text had none that no other document has."""
    found: list[str]
    """Files that hold one."""


class ErasedForm(BaseModel):
    """What an erasure took out, and the proof."""

    documents: int
    answers: int
    conversations: int
    proof: ProofForm


class RetentionForm(BaseModel):
    """Days for which each kind is kept; None: until somebody deletes it."""

    conversations: int | None
    traces: int
    samples: int
    trail: int | None
    quarantine: int = 30
    """Originals that no document names."""


class RetentionApplied(BaseModel):
    """What was taken out."""

    conversations: int
    answers: int
    spans: int
    originals: int = 0


class FedForm(BaseModel):
    """A document that a person fed."""

    id: str
    assistant: str
    path: str


class PersonExport(BaseModel):
    """All that is kept about a person."""

    person: PersonForm | None
    conversations: list[ConversationRow]
    answers: list[AnswerForm]
    documents: list[FedForm]
    trail: list[EntryForm]
