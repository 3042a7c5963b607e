"""Turns nouns into the forms that travel over HTTP."""

from __future__ import annotations

from collections.abc import Iterable

from surefoot.app.api.readings import reading_form
from surefoot.app.client.citation_forms import ChangesForm, CitationForm, CitingAnswerForm
from surefoot.app.client.forms import (
    AnswerForm,
    AssistantForm,
    ChunkForm,
    ConversationRow,
    DocumentRow,
    ElsewhereForm,
    FeedbackForm,
    GapForm,
    GapReply,
    IngestedForm,
    LiveForm,
    OpenGap,
    PassageForm,
    TimingsForm,
    UsageForm,
)
from surefoot.app.client.library_forms import LibraryRow
from surefoot.app.parts import Shelf
from surefoot.core.nouns import Answer, Chunk, Citation, Gap, Passage
from surefoot.eval.feedback import Feedback, KeptGap
from surefoot.ingestion.catalogue import Entry, Status
from surefoot.ingestion.results import Ingested, IngestResult, Rejected
from surefoot.serving.assistants import AssistantSpec
from surefoot.serving.conversations import Conversation, KeptAnswer
from surefoot.serving.staleness import Held, Standing


def citation_form(citation: Citation, held: Held | None = None) -> CitationForm:
    """A citation; `held` says what has become of it, where that is known."""
    held = held or Held(Standing.SUPERSEDED if citation.superseded else Standing.CURRENT)
    return CitationForm(
        start=citation.start,
        end=citation.end,
        document_id=citation.document_id,
        title=citation.title,
        page=citation.page,
        quote=citation.quote,
        score=citation.score,
        chunk_id=citation.chunk_id,
        heading=list(citation.heading_path),
        version=citation.version,
        superseded=held.standing is Standing.SUPERSEDED,
        number=citation.number,
        reading=citation.reading,
        status=held.standing.value,
        now=held.now,
        changes=ChangesForm(old=list(held.differences.old), new=list(held.differences.new)),
        newer=held.newer,
    )


def citing_form(kept: KeptAnswer, document_id: str) -> CitingAnswerForm:
    """An answer that cites a document."""
    answer = kept.answer
    return CitingAnswerForm(
        id=answer.id,
        assistant=answer.assistant,
        question=answer.question,
        conversation_id=answer.conversation_id,
        created_at=kept.created_at,
        numbers=sorted({c.number for c in answer.citations if c.document_id == document_id}),
    )


def passage_form(passage: Passage) -> PassageForm:
    """A passage."""
    chunk = passage.chunk
    return PassageForm(
        document_id=chunk.document_id,
        title=chunk.title,
        text=chunk.text,
        page=chunk.page,
        score=passage.score,
        chunk_id=chunk.id,
        heading=list(chunk.heading_path),
        version=chunk.version,
        valid_from=chunk.valid_from.isoformat() if chunk.valid_from else None,
        superseded=chunk.superseded,
    )


def chunk_form(chunk: Chunk) -> ChunkForm:
    """A chunk."""
    return ChunkForm(
        text=chunk.text,
        page=chunk.page,
        heading=list(chunk.heading_path),
        chunk_id=chunk.id,
        start=chunk.start,
        end=chunk.end,
    )


def gap_form(gap: Gap, owner: str) -> GapForm:
    """What was missing, and the role that can be asked for it."""
    return GapForm(
        searched=gap.searched, nearest=[passage_form(p) for p in gap.nearest], missing=gap.missing, owner=owner
    )


def answer_form(answer: Answer, owner: str, evidence: Iterable[Passage] = ()) -> AnswerForm:
    """An answer as it was given; `owner` is the role that owns its knowledge base."""
    timings = answer.timings
    usage = answer.usage
    return AnswerForm(
        id=answer.id,
        assistant=answer.assistant,
        question=answer.question,
        answer=answer.text,
        outcome=answer.outcome.value,
        support=answer.support.value,
        citations=[citation_form(c) for c in answer.citations],
        release=answer.release,
        model=answer.model,
        usage=UsageForm(
            prompt_tokens=usage.prompt_tokens,
            completion_tokens=usage.completion_tokens,
            cached_tokens=usage.cached_tokens,
        ),
        timings_ms=TimingsForm(evidence=timings.evidence, first_text=timings.first_text, total=timings.total),
        trace_id=answer.trace_id,
        conversation_id=answer.conversation_id,
        probable=answer.probable,
        instruction=answer.instruction,
        gap=gap_form(answer.gap, owner) if answer.gap else None,
        withheld=list(answer.withheld),
        repeated=answer.repeated_from is not None,
        repeated_from=answer.repeated_from,
        options=list(answer.options),
        threat=answer.threat,
        left_out=list(answer.left_out),
        evidence=[passage_form(p) for p in evidence],
        readings=[reading_form(r) for r in answer.readings],
        elsewhere=ElsewhereForm(assistant=answer.elsewhere.assistant, title=answer.elsewhere.title)
        if answer.elsewhere
        else None,
    )


def feedback_form(feedback: Feedback) -> FeedbackForm:
    """A thumb."""
    return FeedbackForm(
        answer_id=feedback.answer_id, rating=feedback.rating, reasons=list(feedback.reasons), text=feedback.text
    )


def open_gap(gap: KeptGap, asked_by: str = "") -> OpenGap:
    """A gap as who looks after the documents sees it."""
    return OpenGap(
        id=gap.id,
        answer_id=gap.answer_id,
        assistant=gap.assistant,
        question=gap.question,
        missing=gap.missing,
        created_at=gap.created_at,
        asked_by=asked_by,
        status="closed" if gap.closed else "open",
        reply=gap.reply,
        closed_at=gap.closed_at,
    )


def gap_reply(gap: KeptGap | None) -> GapReply | None:
    """What became of a gap; None while it is open."""
    if gap is None or gap.closed_at is None:
        return None
    return GapReply(id=gap.id, text=gap.reply, closed_at=gap.closed_at)


def ingested_form(result: IngestResult) -> IngestedForm:
    """What happened to a file."""
    if isinstance(result, Rejected):
        return IngestedForm(
            path=result.path,
            status="rejected",
            reason=result.reason,
            document_id=result.document_id,
            pages=None,
            chunks=0,
        )
    new = isinstance(result, Ingested)
    return IngestedForm(
        path=result.path,
        status="ingested" if new else "unchanged",
        reason=None if new else result.reason,
        document_id=result.document_id,
        pages=result.pages,
        chunks=result.chunks,
        title=result.title,
    )


def document_row(entry: Entry) -> DocumentRow:
    """A line of the library."""
    return DocumentRow(
        document_id=entry.id,
        title=entry.title,
        status=entry.status.value,
        reason=entry.reason,
        pages=entry.pages,
        chunks=entry.chunks,
        version=entry.version,
        path=entry.path,
        media_type=entry.media_type,
        valid_from=entry.valid_from.isoformat() if entry.valid_from else None,
        superseded=entry.superseded,
        groups=sorted(entry.groups),
        size=entry.size,
        created_at=entry.created_at,
    )


def library_row(entry: Entry) -> LibraryRow:
    """A line of the library, for administrators."""
    return LibraryRow(
        **document_row(entry).model_dump(),
        assistant=entry.assistant,
        owner=entry.owner,
        source_id=entry.source_id,
        language=entry.language,
        properties=dict(entry.properties or {}),
        accepted=entry.accepted,
        regrouped=entry.regrouped,
        acceptable=entry.status is Status.REJECTED and bool(entry.content_hash),
        masked=entry.masked,
        modified_at=entry.modified_at,
        updated_at=entry.updated_at,
    )


def assistant_form(spec: AssistantSpec, shelf: Shelf, live: LiveForm | None = None) -> AssistantForm:
    """An assistant with the number and the newest of its documents, and how fresh its live data is."""
    return AssistantForm(
        name=spec.name,
        title=spec.title,
        summary=spec.summary,
        greeting=spec.greeting,
        owner=spec.owner,
        examples=list(spec.examples),
        private=spec.private,
        documents=shelf.documents,
        newest=shelf.newest,
        live=live,
    )


def conversation_row(conversation: Conversation) -> ConversationRow:
    """A conversation in the list."""
    return ConversationRow(
        id=conversation.id,
        assistant=conversation.assistant,
        title=conversation.title,
        groups=sorted(conversation.groups),
        updated_at=conversation.updated_at,
    )
