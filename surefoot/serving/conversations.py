"""Keeps conversations and answers, each for its owner, and for the groups that the owner shares a conversation with."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pydantic import TypeAdapter
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import Session, col, delete, exists, or_, select, update

from surefoot.core.journal import Act, ActKind, Fact, Journal, NoJournal
from surefoot.core.nouns import Answer, Asker
from surefoot.serving.errors import UnknownAnswer, UnknownConversation
from surefoot.serving.guards.legible import legible
from surefoot.serving.tables import AnswerCitation, AnswerRow, ConversationGroup, ConversationRow

_ANSWER = TypeAdapter(Answer)
TITLE_LENGTH = 70
SET_BACK = timedelta(days=7)
"""How far a clock may be set back without new answers and conversations coming before older ones."""
TICK = timedelta(microseconds=1)
MOST_CITING = 200
"""Answers that one question about a document gives."""


def now_utc() -> datetime:
    """This moment."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation as listed."""

    id: str
    assistant: str
    title: str
    updated_at: datetime
    owner: str = ""
    groups: frozenset[str] = frozenset()
    """Who may read it beside its owner."""


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer, when it was given, and to whom."""

    answer: Answer
    created_at: datetime
    owner: str = ""


class AnswerStore:
    """Keeps answers; an asker sees their own, and those of conversations that are shared with a group of theirs."""

    def __init__(
        self,
        sessions: Callable[[], Session],
        journal: Journal | None = None,
        clock: Callable[[], datetime] = now_utc,
    ) -> None:
        self._sessions = sessions
        self._journal = journal or NoJournal()
        self._clock = clock

    def save(self, answer: Answer, asker: Asker) -> None:
        """Keep an answer and move its conversation to the top; nothing where that was deleted meanwhile."""
        row = AnswerRow(
            id=answer.id,
            owner=asker.id,
            conversation_id=answer.conversation_id,
            assistant=answer.assistant,
            outcome=answer.outcome.value,
            release=answer.release,
            trace_id=answer.trace_id,
            created_at=self._clock(),
            body=_ANSWER.dump_python(answer, mode="json"),
        )
        with self._sessions() as session:
            if answer.conversation_id is not None:
                if session.get(ConversationRow, answer.conversation_id) is None:
                    return
                row.created_at = _after_all(row.created_at, session, asker)
                moved = col(ConversationRow.id) == answer.conversation_id
                session.exec(update(ConversationRow).where(moved).values(updated_at=row.created_at))
            session.add(row)
            session.flush()  # the citations point at it
            session.add_all(_citations(answer, asker))
            facts: dict[str, Fact] = {"assistant": answer.assistant, "outcome": answer.outcome.value}
            self._journal.write(session, Act(ActKind.ASKED, answer.id, answer.question, facts, who=asker.id))
            session.commit()

    def get(self, answer_id: str, asker: Asker) -> KeptAnswer:
        """One answer of the asker; raises UnknownAnswer."""
        return self._get(answer_id, AnswerRow.owner == asker.id)

    def seen(self, answer_id: str, asker: Asker) -> KeptAnswer:
        """One answer that the asker may read, also somebody else's; raises UnknownAnswer."""
        return self._get(answer_id, _readable(asker))

    def _get(self, answer_id: str, whose: ColumnElement[bool] | bool) -> KeptAnswer:
        with self._sessions() as session:
            row = session.exec(select(AnswerRow).where(AnswerRow.id == answer_id, whose)).first()
            if row is None:
                raise UnknownAnswer(f"There is no answer '{answer_id}', or it is not yours.")
            return _kept(row)

    def of_conversation(self, conversation_id: str, asker: Asker, last: int | None = None) -> list[KeptAnswer]:
        """The asker's answers of a conversation, or the last ones of them, oldest first."""
        return self._in(conversation_id, AnswerRow.owner == asker.id, last)

    def seen_in(self, conversation_id: str, asker: Asker) -> list[KeptAnswer]:
        """A conversation's answers that the asker may read, also somebody else's, oldest first."""
        return self._in(conversation_id, _readable(asker), None)

    def _in(self, conversation_id: str, whose: ColumnElement[bool] | bool, last: int | None) -> list[KeptAnswer]:
        found = (
            select(AnswerRow)
            .where(AnswerRow.conversation_id == conversation_id, whose)
            .order_by(col(AnswerRow.created_at).desc(), col(AnswerRow.id).desc())
            .limit(last)
        )
        with self._sessions() as session:
            return [_kept(row) for row in reversed(session.exec(found).all())]

    def some(self, answer_ids: Collection[str], asker: Asker) -> list[KeptAnswer]:
        """Those of the answers that are the asker's, in no order; what is not there is left out."""
        found = select(AnswerRow).where(col(AnswerRow.id).in_(list(answer_ids)), AnswerRow.owner == asker.id)
        with self._sessions() as session:
            return [_kept(row) for row in session.exec(found)]

    def citing(self, document_id: str, asker: Asker, limit: int = MOST_CITING) -> list[KeptAnswer]:
        """The asker's answers that cite a document, newest first; also where it is no longer in the library."""
        cited = select(AnswerCitation.answer_id).where(
            AnswerCitation.document_id == document_id, AnswerCitation.owner == asker.id
        )
        found = (
            select(AnswerRow)
            .where(col(AnswerRow.id).in_(cited), AnswerRow.owner == asker.id)
            .order_by(col(AnswerRow.created_at).desc(), col(AnswerRow.id))
            .limit(limit)
        )
        with self._sessions() as session:
            return [_kept(row) for row in session.exec(found)]


class ConversationStore:
    """Keeps conversations; an asker changes their own, and reads those that are shared with a group of theirs."""

    def __init__(
        self,
        sessions: Callable[[], Session],
        journal: Journal | None = None,
        clock: Callable[[], datetime] = now_utc,
    ) -> None:
        self._sessions = sessions
        self._journal = journal or NoJournal()
        self._clock = clock

    def start(self, asker: Asker, assistant: str, first_question: str) -> Conversation:
        """Begin a conversation that is named after its first question."""
        title = " ".join(legible(first_question).split())
        if len(title) > TITLE_LENGTH:
            title = title[: TITLE_LENGTH - 1].rstrip() + "…"
        conversation_id = uuid.uuid4().hex
        with self._sessions() as session:
            now = _after_all(self._clock(), session, asker)
            row = ConversationRow(
                id=conversation_id, owner=asker.id, assistant=assistant, title=title, created_at=now, updated_at=now
            )
            session.add(row)
            session.commit()
        return Conversation(conversation_id, assistant, title, now, asker.id)

    def get(self, conversation_id: str, asker: Asker, assistant: str | None = None) -> Conversation:
        """One conversation of the asker, with this assistant where one is named; raises UnknownConversation."""
        with self._sessions() as session:
            found = _noun(_own(session, conversation_id, asker), _groups(session, conversation_id))
        if assistant not in {None, found.assistant}:
            raise UnknownConversation(
                f"Conversation '{conversation_id}' is with '{found.assistant}', not '{assistant}': begin a new one."
            )
        return found

    def seen(self, conversation_id: str, asker: Asker) -> Conversation:
        """One conversation that the asker may read, also somebody else's; raises UnknownConversation."""
        with self._sessions() as session:
            row = session.get(ConversationRow, conversation_id)
            groups = _groups(session, conversation_id)
        if row is None or (row.owner != asker.id and groups.isdisjoint(asker.groups)):
            raise UnknownConversation(f"There is no conversation '{conversation_id}', or it is not yours.")
        return _noun(row, groups)

    def share(self, conversation_id: str, asker: Asker, groups: Collection[str]) -> Conversation:
        """Let the members of these groups, and no others, read a conversation of the asker."""
        with self._sessions() as session:
            row = _own(session, conversation_id, asker)
            session.exec(delete(ConversationGroup).where(col(ConversationGroup.conversation_id) == row.id))
            session.add_all([ConversationGroup(conversation_id=row.id, name=name) for name in sorted(set(groups))])
            facts: dict[str, Fact] = {"groups": sorted(set(groups))}
            self._journal.write(session, Act(ActKind.CONVERSATION_SHARED, row.id, facts=facts, who=asker.id))
            session.commit()
            return _noun(row, frozenset(groups))

    def list(self, asker: Asker, query: str = "", limit: int = 200) -> list[Conversation]:
        """The asker's conversations, newest first, with the query's words in their title."""
        found = select(ConversationRow).where(ConversationRow.owner == asker.id)
        for word in query.split():
            found = found.where(col(ConversationRow.title).icontains(word, autoescape=True))
        found = found.order_by(col(ConversationRow.updated_at).desc(), col(ConversationRow.id)).limit(limit)
        with self._sessions() as session:
            return [_noun(row, _groups(session, row.id)) for row in session.exec(found).all()]

    def rename(self, conversation_id: str, asker: Asker, title: str) -> Conversation:
        """Give a conversation another title."""
        with self._sessions() as session:
            row = _own(session, conversation_id, asker)
            row.title = " ".join(legible(title).split())[:TITLE_LENGTH] or row.title
            session.add(row)
            session.commit()
            session.refresh(row)
            return _noun(row, _groups(session, row.id))

    def delete(self, conversation_id: str, asker: Asker) -> None:
        """Remove a conversation with its answers."""
        with self._sessions() as session:
            row = _own(session, conversation_id, asker)
            answers = select(AnswerRow.id).where(AnswerRow.conversation_id == conversation_id)
            session.exec(delete(AnswerCitation).where(col(AnswerCitation.answer_id).in_(answers)))
            session.exec(delete(AnswerRow).where(col(AnswerRow.conversation_id) == conversation_id))
            session.exec(delete(ConversationGroup).where(col(ConversationGroup.conversation_id) == row.id))
            session.delete(row)
            self._journal.write(session, Act(ActKind.CONVERSATION_DELETED, conversation_id, who=asker.id))
            session.commit()


def _citations(answer: Answer, asker: Asker) -> list[AnswerCitation]:
    cited = {c.number: c.document_id for c in answer.citations if c.document_id}
    return [
        AnswerCitation(answer_id=answer.id, number=number, document_id=document_id, owner=asker.id)
        for number, document_id in cited.items()
    ]


def _after_all(now: datetime, session: Session, asker: Asker) -> datetime:
    """This moment, or the one after the newest of the asker's conversations where the clock was set back since."""
    query = select(ConversationRow.updated_at).where(ConversationRow.owner == asker.id)
    newest = session.exec(query.order_by(col(ConversationRow.updated_at).desc()).limit(1)).first()
    ahead = _utc(newest) - now if newest else timedelta(0)
    return now + ahead + TICK if timedelta(0) <= ahead < SET_BACK and newest else now


def _own(session: Session, conversation_id: str, asker: Asker) -> ConversationRow:
    row = session.get(ConversationRow, conversation_id)
    if row is None or row.owner != asker.id:
        raise UnknownConversation(f"There is no conversation '{conversation_id}', or it is not yours.")
    return row


def _groups(session: Session, conversation_id: str) -> frozenset[str]:
    query = select(ConversationGroup.name).where(ConversationGroup.conversation_id == conversation_id)
    return frozenset(session.exec(query))


def _readable(asker: Asker) -> ColumnElement[bool]:
    """The access rule of answers as a condition of the query itself."""
    shared = exists(
        select(ConversationGroup.name).where(
            col(ConversationGroup.conversation_id) == col(AnswerRow.conversation_id),
            col(ConversationGroup.name).in_(sorted(asker.groups)),
        )
    )
    return or_(col(AnswerRow.owner) == asker.id, shared)


def _noun(row: ConversationRow, groups: frozenset[str] = frozenset()) -> Conversation:
    return Conversation(row.id, row.assistant, row.title, _utc(row.updated_at), row.owner, groups)


def _kept(row: AnswerRow) -> KeptAnswer:
    return KeptAnswer(_ANSWER.validate_python(row.body), _utc(row.created_at), row.owner)


def _utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)  # SQLite gives back naive times
