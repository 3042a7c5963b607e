"""Makes the HTTP API of the parts: routes inside, the guard around them."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig
from starlette.types import ASGIApp

from surefoot import __version__
from surefoot.app.api import (
    alerts,
    answers,
    assistants,
    backups,
    case_runs,
    chat,
    conversations,
    documents,
    editions,
    entrance,
    erasures,
    failures,
    feedback,
    fleet,
    health,
    library,
    me,
    people,
    provider,
    records,
    replays,
    retrieval_runs,
    runs,
    search,
    sources,
    telemetry,
    trail,
)
from surefoot.app.api.admission import Admission
from surefoot.app.api.guard import Guard, Rules
from surefoot.app.api.outside import is_secure
from surefoot.app.api.paces import Paces
from surefoot.app.parts import App

ROUTES = (
    alerts,
    answers,
    assistants,
    backups,
    case_runs,
    chat,
    conversations,
    documents,
    editions,
    entrance,
    erasures,
    feedback,
    fleet,
    health,
    library,
    me,
    people,
    provider,
    records,
    replays,
    retrieval_runs,
    runs,
    search,
    sources,
    telemetry,
    trail,
)
MEGABYTE = 1024 * 1024


def create_api(parts: App) -> FastAPI:
    """The routes with admission, without the guard; tests put other askers into its dependency overrides."""
    # No pages of documentation: they would load scripts from elsewhere. The description is at /openapi.json.
    # Nor FastAPI's own spans and metrics: a trace is an answer's, and numbers are at /metrics.
    own = TelemetryConfig(tracing=False, metrics=False, logs=False, auto_configure=False)
    api = FastAPI(
        title="Surefoot",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        telemetry=own,
        responses=failures.RESPONSES,
    )
    api.state.parts = parts
    api.state.paces = Paces(parts.settings.questions_a_minute, parts.settings.questions_at_once)
    own_routes = [*api.router.routes, *(route for module in ROUTES for route in module.router.routes)]
    api.add_middleware(Admission, accounts=parts.accounts, routes=own_routes)
    failures.install(api, parts.metrics)
    for module in ROUTES:
        api.include_router(module.router)
    return api


def guarded(api: ASGIApp, parts: App, token: str | None = None) -> ASGIApp:
    """The API as it meets the network."""
    settings = parts.settings
    rules = Rules(
        origins=settings.pages_origins,
        upload_bytes=settings.upload_limit_mb * MEGABYTE,
        token=token,
        hosts=settings.public_hosts,
        https=is_secure(settings),
    )
    return Guard(api, rules, parts.metrics)
