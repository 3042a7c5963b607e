"""/conversations: list, open, rename, delete."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from surefoot.app.api.answers import answer_forms
from surefoot.app.api.asker import Parts, Who
from surefoot.app.api.conversions import conversation_row
from surefoot.app.client.forms import ConversationForm, ConversationRow

router = APIRouter()


class NewTitle(BaseModel):
    """Another title for a conversation."""

    title: str = Field(min_length=1, max_length=200)


@router.get("/conversations")
def conversations(parts: Parts, who: Who, q: Annotated[str, Query(max_length=200)] = "") -> list[ConversationRow]:
    """The asker's conversations, newest first, with the words of `q` in their titles."""
    return [conversation_row(found) for found in parts.records.conversations.list(who, q)]


@router.get("/conversations/{conversation_id}")
def conversation(conversation_id: str, parts: Parts, who: Who) -> ConversationForm:
    """A conversation with its answers, oldest first."""
    row = conversation_row(parts.records.conversations.get(conversation_id, who))
    kept = parts.records.answers.of_conversation(conversation_id, who)
    return ConversationForm(**row.model_dump(), answers=answer_forms(kept, parts, who))


@router.patch("/conversations/{conversation_id}")
def rename(conversation_id: str, body: NewTitle, parts: Parts, who: Who) -> ConversationRow:
    """Give a conversation another title."""
    return conversation_row(parts.records.conversations.rename(conversation_id, who, body.title))


@router.delete("/conversations/{conversation_id}", status_code=204)
def delete(conversation_id: str, parts: Parts, who: Who) -> None:
    """Delete a conversation with its answers."""
    parts.records.conversations.delete(conversation_id, who)
