"""/health, /ready, /status and /metrics: what the server is doing."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from surefoot import __version__
from surefoot.app.api.asker import Parts, Who
from surefoot.app.api.failures import error_body
from surefoot.app.client.forms import Readiness, Status
from surefoot.app.parts import App
from surefoot.ingestion.readers.formats import PICTURES, TITLES
from surefoot.ingestion.readers.ocr import ocr_available

router = APIRouter()
UNCHECKED = (
    "The checker cannot be used, so no answer is called supported. Whoever runs Surefoot sees why: surefoot doctor."
)
TROUBLE = (
    "Nothing can be kept at the moment: the database cannot be used. Whoever runs Surefoot sees why: surefoot doctor."
)


@router.get("/health")
async def health() -> dict[str, str]:
    """That the server lives; asks nothing else."""
    return {"status": "ok"}


@router.get("/ready", response_model=Readiness)
def ready(parts: Parts) -> Response:
    """Whether questions can be answered, in evidence mode at least."""
    reasons, coming = _reasons(parts), parts.library.coming()
    told = [*([f"{coming}."] if coming else []), *([UNCHECKED] if parts.library.unchecked else [])]
    notes = {"notes": told} if told else {}
    if not reasons:
        return JSONResponse({"ready": True, "reasons": [], **notes})
    body = error_body("; ".join(reasons), 503, "not_ready")
    return JSONResponse({"ready": False, "reasons": reasons, **notes, **body}, 503)


@router.get("/status")
def status(parts: Parts, who: Who) -> Status:
    """What the server is doing."""
    return Status(
        version=__version__,
        engine=parts.engine.status(),
        assistants=len(parts.assistants.list(who)),
        documents=sum(shelf.documents for shelf in parts.library.shelves(who).values()),
        loading=parts.library.coming(who),
        trouble=TROUBLE if parts.watch.troubles else None,
        unchecked=UNCHECKED if parts.library.unchecked else None,
        formats=[*TITLES, *(PICTURES if ocr_available() else ())],
    )


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
def metrics(parts: Parts) -> Response:
    """Prometheus' text format."""
    return Response(parts.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")


def _reasons(parts: App) -> list[str]:
    reasons: list[str] = []
    if not parts.database.answers():
        reasons.append("The database does not answer.")
    else:
        reasons += parts.watch.troubles + parts.library.loader.reasons()
    return reasons
