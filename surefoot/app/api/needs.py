"""What each route asks of who calls it: one table, which admission checks and the documentation shows."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from surefoot.app.accounts.permissions import Permission


class Need(Enum):
    """What is no permission."""

    NOTHING = "nothing"
    """Open to everybody who reaches the server."""
    ACCOUNT = "account"
    """Anybody who is signed in."""
    UNSAID = "unsaid"
    """Not in the table: refused."""


_P = Permission
_BY_PERMISSION: Mapping[Permission | Need, str] = {
    Need.NOTHING: """
        GET /health
        GET /ready
        GET /openapi.json
        GET /sign-in
        POST /sign-in
        POST /sign-in/code
        GET /sign-out
        POST /sign-out
        GET /invitation
        POST /invitation
        GET /sign-in/provider
        GET /sign-in/provider/back
    """,
    Need.ACCOUNT: """
        GET /me
    """,
    _P.ASK: """
        POST /v1/chat/completions
        GET /v1/models
        GET /v1/models/{name}
        GET /assistants
        GET /assistants/{name}
        GET /assistants/{name}/suggestions
        GET /answers/stale
        GET /answers/{answer_id}
        POST /answers/{answer_id}/replay
        GET /traces/{trace_id}
        GET /conversations
        GET /conversations/{conversation_id}
        PATCH /conversations/{conversation_id}
        PUT /conversations/{conversation_id}/groups
        DELETE /conversations/{conversation_id}
        POST /feedback
        POST /gaps
        PUT /gaps/{gap_id}/seen
        POST /search
        POST /plans
        GET /status
    """,
    _P.READ_DOCUMENTS: """
        GET /documents
        GET /documents/{document_id}
        GET /documents/{document_id}/original
        GET /documents/{document_id}/pages/{page}.png
        GET /documents/{document_id}/answers
    """,
    _P.ADD_DOCUMENTS: """
        POST /documents
        DELETE /documents/{document_id}
        POST /assistants
        DELETE /assistants/{name}
        GET /library
        GET /library/{document_id}
        GET /library/{document_id}/pages/{page}.png
        PATCH /library/{document_id}
        POST /library/{document_id}/accept
        POST /library/remove
        PATCH /gaps/{gap_id}
    """,
    _P.READ_SOURCES: """
        GET /source-kinds
        GET /sources
        GET /sources/{source_id}
        GET /runs
        GET /runs/{run_id}
        GET /runs/{run_id}/items
        GET /runs/{run_id}/failures
    """,
    _P.MANAGE_SOURCES: """
        POST /sources
        POST /sources/test
        PATCH /sources/{source_id}
        DELETE /sources/{source_id}
        POST /sources/{source_id}/run
        POST /runs/{run_id}/cancel
        POST /runs/{run_id}/pause
        POST /runs/{run_id}/resume
        POST /runs/{run_id}/confirm
        POST /runs/{run_id}/retry
        POST /runs/{run_id}/accept
    """,
    _P.MANAGE_EDITIONS: """
        GET /editions
        POST /editions
        POST /editions/rollback
        GET /editions/{name}
        POST /editions/{name}/compare
        POST /editions/{name}/switch
        DELETE /editions/{name}
    """,
    _P.READ_FLEET: """
        GET /fleet
        GET /fleet/places
        GET /fleet/{vehicle}/day
        GET /fleet/{vehicle}/track
        GET /telemetry/events
        GET /alerts
        GET /alerts/rules
    """,
    _P.MANAGE_FLEET: """
        GET /fleet/groups
        PUT /fleet/groups
    """,
    _P.SEND_SAMPLES: """
        POST /telemetry/samples
        POST /telemetry/replay
    """,
    _P.HANDLE_ALERTS: """
        POST /alerts/{alert_id}/acknowledge
    """,
    _P.WATCH_ACTS: """
        GET /alerts/security
        POST /alerts/security/{alert_id}/acknowledge
    """,
    _P.READ_GAPS: """
        GET /gaps
    """,
    _P.RUN_CASES: """
        POST /eval/run
        POST /eval/retrieval
    """,
    _P.SEE_OPERATIONS: """
        GET /telemetry
        GET /alerts/webhook
        GET /metrics
    """,
    _P.MANAGE_PEOPLE: """
        GET /people
        POST /people
        POST /people/first
        GET /people/{person_id}
        PATCH /people/{person_id}
        POST /people/{person_id}/invitation
        DELETE /people/{person_id}/sessions
        DELETE /people/{person_id}/second-factor
        GET /approvals
        POST /approvals
        POST /approvals/{approval_id}/approve
        POST /approvals/{approval_id}/refuse
        GET /groups
    """,
    _P.ERASE: """
        POST /erasures/document
        POST /erasures/person
        GET /people/{person_id}/export
        GET /retention
        POST /retention/apply
    """,
    _P.BACK_UP: """
        POST /backups
    """,
    _P.READ_TRAIL: """
        GET /trail
        GET /trail/verification
        POST /trail/verification
        GET /trail/export
    """,
    _P.OWN_ACCOUNT: """
        GET /me/export
        PUT /me/password
        POST /me/second-factor
        PUT /me/second-factor
        POST /me/second-factor/end
        GET /me/sessions
        DELETE /me/sessions
        DELETE /me/sessions/{session_id}
        GET /me/keys
        POST /me/keys
        DELETE /me/keys/{key_id}
    """,
}
NEEDS: Mapping[str, Permission | Need] = {
    line.strip(): need for need, lines in _BY_PERMISSION.items() for line in lines.strip().splitlines()
}
"""By method and path."""
