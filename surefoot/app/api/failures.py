"""Turns every failure into OpenAI's error form; what went wrong inside goes to the log, never to the client."""

from __future__ import annotations

import logging
import re
import uuid
from http import HTTPStatus
from typing import Any, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from surefoot.app.accounts.errors import (
    AccountRefused,
    ApprovalNeeded,
    ApprovalOver,
    InvitationRefused,
    NotAllowed,
    NotSignedIn,
    PasswordRefused,
    ProviderUnusable,
    SignInRefused,
    UnknownApproval,
    UnknownPerson,
)
from surefoot.app.api.error_forms import ErrorForm
from surefoot.app.audit.heads import HeadRefused
from surefoot.app.errors import BackupRefused, RequestRefused, StoreBusy, StoreFull, StoreReadOnly
from surefoot.app.metrics import Metrics
from surefoot.app.trouble import known_trouble
from surefoot.core.errors import SurefootError
from surefoot.eval.errors import AlertAcknowledged, EvalError, UnknownAlert, UnknownGap
from surefoot.ingestion.errors import (
    BlobError,
    BlobMissing,
    DocumentMissing,
    EditionBusy,
    EditionUnknown,
    IngestionError,
    NotAcceptable,
    PageMissing,
    ReaderBroken,
    RunRefused,
    StorageFull,
)
from surefoot.ingestion.telemetry.errors import IntakeBusy, IntakeClosed
from surefoot.retrieval.errors import IndexFull, RetrievalError, UnknownEncoder
from surefoot.retrieval.records.errors import RecordsFull
from surefoot.serving.errors import (
    AssistantInvalid,
    ModelError,
    NotReplayable,
    PromptTooLong,
    QuestionInvalid,
    ServingError,
    UnknownAnswer,
    UnknownAssistant,
    UnknownConversation,
)

logger = logging.getLogger(__name__)

STATUS: dict[type[SurefootError], int] = {
    NotSignedIn: 401,
    SignInRefused: 401,
    ProviderUnusable: 502,
    NotAllowed: 403,
    PasswordRefused: 422,
    InvitationRefused: 410,
    AccountRefused: 422,
    ApprovalNeeded: 403,
    ApprovalOver: 409,
    UnknownApproval: 404,
    UnknownPerson: 404,
    HeadRefused: 422,
    UnknownAssistant: 404,
    UnknownAnswer: 404,
    UnknownConversation: 404,
    PageMissing: 404,
    DocumentMissing: 404,
    NotAcceptable: 409,
    RunRefused: 409,
    EditionUnknown: 404,
    EditionBusy: 409,
    UnknownAlert: 404,
    UnknownGap: 404,
    AlertAcknowledged: 409,
    UnknownEncoder: 422,
    BlobMissing: 404,
    NotReplayable: 409,
    AssistantInvalid: 422,
    QuestionInvalid: 422,
    PromptTooLong: 422,
    StorageFull: 507,
    StoreFull: 507,
    RecordsFull: 507,
    IndexFull: 507,
    BlobError: 503,
    StoreBusy: 503,
    StoreReadOnly: 503,
    ReaderBroken: 503,
    IntakeBusy: 503,
    IntakeClosed: 503,
    ModelError: 503,
    IngestionError: 422,
    BackupRefused: 409,
    EvalError: 422,
    RetrievalError: 503,
    ServingError: 503,
    SurefootError: 500,
}
"""HTTP status by error; an error takes the one of its nearest class."""

RESPONSES: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": ErrorForm, "description": "What was asked is refused; the message says why and what to do."},
    503: {"model": ErrorForm, "description": "It cannot be done at the moment; Retry-After says when to try again."},
    507: {"model": ErrorForm, "description": "The disk has no room; nothing of what was sent is kept."},
}
"""The responses that any request may get beside its own, for the description of the API."""
RETRY_SECONDS = 5
"""When a client that met a 503 or a 429 may try again."""
CODES = {400: "bad_request", 408: "too_slow", 413: "too_large", 422: "invalid_request", 500: "internal_error"}


def error_body(message: str, status: int, code: str) -> dict[str, object]:
    """The error form."""
    kind = "invalid_request_error" if status < HTTPStatus.INTERNAL_SERVER_ERROR else "server_error"
    return {"error": {"message": message, "type": kind, "code": code, "param": None}}


def error_response(message: str, status: int, code: str) -> JSONResponse:
    """A response in the error form."""
    later = status in {HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS}
    headers = {"Retry-After": str(RETRY_SECONDS)} if later else None
    return JSONResponse(error_body(message, status, code), status, headers)


def describe(error: Exception) -> tuple[str, int, str]:
    """An error's message for the client, its status and its code; unexpected ones are logged and kept back."""
    if trouble := known_trouble(error):
        logger.warning("A request could not be carried out: %s", trouble)
        error = trouble
    if isinstance(error, RequestRefused):
        return str(error), error.status, error.code
    if isinstance(error, SurefootError):
        status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
        return str(error), status, _snake(type(error).__name__)
    if isinstance(error, HTTPException):
        code = CODES.get(error.status_code) or _snake(HTTPStatus(error.status_code).phrase)
        return str(error.detail), error.status_code, code
    if isinstance(error, RequestValidationError):
        return _faults(error), 422, "invalid_request"
    number = uuid.uuid4().hex[:12]
    logger.error("A request failed.", exc_info=error, extra={"fields": {"failure": number}})
    return f"Something went wrong in the server. Its log has the cause under {number}.", 500, "internal_error"


def install(api: FastAPI, metrics: Metrics) -> None:
    """Answer every exception of the API in the error form."""

    def answer(_request: Request, error: Exception) -> Response:
        message, status, code = describe(error)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            metrics.failed()
        response = error_response(message, status, code)
        response.headers.update(getattr(error, "headers", None) or {})  # such as Allow
        return response

    for kind in (SurefootError, HTTPException, RequestValidationError, Exception):
        api.add_exception_handler(kind, answer)


def _faults(error: RequestValidationError) -> str:
    faults = cast("list[dict[str, object]]", error.errors())
    named = [f"{_place(fault.get('loc'))}: {fault.get('msg', 'wrong')}" for fault in faults[:5]]
    return "The request cannot be read. " + "; ".join(named)


def _place(location: object) -> str:
    parts = [str(part) for part in cast("tuple[object, ...]", location or ())]
    return ".".join(parts[1:] or parts) or "body"


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])|[\s'-]+", "_", name).lower()
