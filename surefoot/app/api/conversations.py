"""/conversations: list, open, rename, share, delete."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from surefoot.app.api.answers import answer_forms
from surefoot.app.api.asker import Parts, Who
from surefoot.app.api.conversions import conversation_row
from surefoot.app.client.forms import ConversationForm, ConversationRow
from surefoot.app.errors import RequestRefused

router = APIRouter()


class NewTitle(BaseModel):
    """Another title for a conversation."""

    title: str = Field(min_length=1, max_length=200)


class Shared(BaseModel):
    """Who may read a conversation beside its owner."""

    groups: list[str] = Field(max_length=200)


@router.get("/conversations")
def conversations(parts: Parts, who: Who, q: Annotated[str, Query(max_length=200)] = "") -> list[ConversationRow]:
    """The asker's conversations, newest first, with the words of `q` in their titles."""
    return [conversation_row(found) for found in parts.records.conversations.list(who, q)]


@router.get("/conversations/{conversation_id}")
def conversation(conversation_id: str, parts: Parts, who: Who) -> ConversationForm:
    """A conversation with its answers, oldest first; one's own, or one that is shared with a group of one's own."""
    found = parts.records.conversations.seen(conversation_id, who)
    kept = parts.records.answers.seen_in(conversation_id, who)
    row = conversation_row(found)
    return ConversationForm(**row.model_dump(), answers=answer_forms(kept, parts, who), own=found.owner == who.id)


@router.put("/conversations/{conversation_id}/groups")
def share(conversation_id: str, body: Shared, parts: Parts, who: Who) -> ConversationRow:
    """Let the members of these groups read a conversation; none: nobody but its owner."""
    beyond = sorted(set(body.groups) - who.groups)
    if beyond:
        raise RequestRefused(f"You are not in the group '{beyond[0]}', so you cannot share with it.", 403, "not_yours")
    return conversation_row(parts.records.conversations.share(conversation_id, who, body.groups))


@router.patch("/conversations/{conversation_id}")
def rename(conversation_id: str, body: NewTitle, parts: Parts, who: Who) -> ConversationRow:
    """Give a conversation another title."""
    return conversation_row(parts.records.conversations.rename(conversation_id, who, body.title))


@router.delete("/conversations/{conversation_id}", status_code=204)
def delete(conversation_id: str, parts: Parts, who: Who) -> None:
    """Delete a conversation with its answers."""
    parts.records.conversations.delete(conversation_id, who)
