"""POST /v1/chat/completions: an answer to the last user message, at once or as a stream."""

from __future__ import annotations

import uuid
from collections.abc import AsyncGenerator
from contextlib import AbstractContextManager, aclosing

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from surefoot.app.api.asker import Asking, Parts, Who
from surefoot.app.api.chat_forms import ChatMessage, ChatRequest, Completion
from surefoot.app.api.completions import DONE, Wrapper, event_line
from surefoot.app.api.failures import describe, error_body
from surefoot.app.api.streams import EventStream, unless_gone
from surefoot.app.parts import App
from surefoot.core.nouns import Answer, AnswerEvent, AnswerReady, Asker, EvidenceFound
from surefoot.serving.errors import QuestionInvalid
from surefoot.serving.turn import Mode, Question

router = APIRouter()
NEW = "new"
Events = AsyncGenerator[AnswerEvent, None]


@router.post("/v1/chat/completions", responses={200: {"model": Completion, "content": {"text/event-stream": {}}}})
async def complete(body: ChatRequest, request: Request, parts: Parts, who: Who, asking: Asking) -> Response:
    """Answer; when the client leaves, the model stops."""
    spec = await run_in_threadpool(parts.assistants.get, body.model, who)
    question = await run_in_threadpool(_question, body, parts, who)
    wrapper = Wrapper(spec.name, spec.owner, str(request.base_url).rstrip("/"), id=f"chatcmpl-{uuid.uuid4().hex}")
    events = _held(asking, _counted(parts.service.answer(question), parts, private=spec.private))
    try:
        if not body.stream:
            answer = await unless_gone(request, _last(events, wrapper))
            return JSONResponse(wrapper.completion(answer).model_dump(mode="json"))
        first = await unless_gone(request, anext(events))  # what is wrong with a question is said with its status
    except Exception:
        await run_in_threadpool(_forget_new, body, question, parts)
        raise
    with_usage = body.stream_options is not None and body.stream_options.include_usage
    lines = _lines(first, events, wrapper, with_usage=with_usage)
    return EventStream(lines, "text/event-stream", {"X-Accel-Buffering": "no"})


def _forget_new(body: ChatRequest, question: Question, parts: App) -> None:
    """A conversation that was begun for a question that got no answer is not kept."""
    if body.conversation_id == NEW and question.conversation_id is not None:
        parts.records.conversations.delete(question.conversation_id, question.asker)


def _question(body: ChatRequest, parts: App, who: Asker) -> Question:
    """The last user message, in its conversation."""
    asked = next((n for n in reversed(range(len(body.messages))) if body.messages[n].role == "user"), None)
    if asked is None:
        raise QuestionInvalid("The messages hold no question: the last message of role 'user' is answered.")
    text = body.messages[asked].text
    conversation_id = body.conversation_id or None
    if conversation_id == NEW and text.strip():
        conversation_id = parts.records.conversations.start(who, body.model, text).id
    return Question(
        text=text,
        assistant=body.model,
        asker=who,
        conversation_id=conversation_id,
        mode=Mode.QUOTES if body.quotes_only else Mode.AUTO,
        history=_history(body.messages[:asked]),
        repeatable=not body.fresh,
    )


def _history(messages: list[ChatMessage]) -> tuple[tuple[str, str], ...]:
    return tuple((message.role, message.text) for message in messages if message.role in {"user", "assistant"})


async def _held(asking: AbstractContextManager[None], events: Events) -> Events:
    """The events, while the person's place is held."""
    async with aclosing(events):
        with asking:
            async for event in events:
                yield event


async def _counted(events: Events, parts: App, *, private: bool) -> Events:
    async with aclosing(events):
        async for event in events:
            if isinstance(event, AnswerReady):
                parts.metrics.answered(event.answer, private=private)
            yield event


async def _last(events: Events, wrapper: Wrapper) -> Answer:
    async with aclosing(events):
        async for event in events:
            if isinstance(event, EvidenceFound):
                wrapper.passages = event.passages
            if isinstance(event, AnswerReady):
                return event.answer
    raise RuntimeError("The answer's events ended without an answer.")


async def _lines(first: AnswerEvent, events: Events, wrapper: Wrapper, *, with_usage: bool) -> AsyncGenerator[bytes]:
    try:
        async with aclosing(events):
            yield wrapper.chunk(first)
            async for event in events:
                yield wrapper.chunk(event)
        if with_usage:
            yield wrapper.usage_chunk()
        yield DONE
    except Exception as error:  # noqa: BLE001  the status is out: what went wrong is said in the stream
        message, status, code = describe(error)
        yield event_line(error_body(message, status, code))
