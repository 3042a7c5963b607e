"""What can be allowed, and which roles allow it: data, which one place checks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum


class Permission(StrEnum):
    """One thing that may be allowed."""

    ASK = "ask"
    READ_DOCUMENTS = "documents:read"
    ADD_DOCUMENTS = "documents:add"
    MANAGE_DOCUMENTS = "documents:manage"
    READ_SOURCES = "sources:read"
    MANAGE_SOURCES = "sources:manage"
    MANAGE_EDITIONS = "editions:manage"
    READ_FLEET = "fleet:read"
    MANAGE_FLEET = "fleet:manage"
    SEND_SAMPLES = "fleet:send"
    HANDLE_ALERTS = "alerts:handle"
    WATCH_ACTS = "alerts:security"
    READ_GAPS = "gaps:read"
    RUN_CASES = "cases:run"
    SEE_OPERATIONS = "operations:read"
    MANAGE_PEOPLE = "people:manage"
    ERASE = "data:erase"
    BACK_UP = "data:backup"
    READ_TRAIL = "trail:read"
    OWN_ACCOUNT = "account:own"


TOLD: Mapping[Permission, str] = {
    Permission.ASK: "ask, search, keep conversations, give a thumb",
    Permission.READ_DOCUMENTS: "open the documents that one's groups may see",
    Permission.ADD_DOCUMENTS: "feed files, make private assistants, change and delete what one fed, "
    "answer what people missed",
    Permission.MANAGE_DOCUMENTS: "change, accept and delete documents that others fed",
    Permission.READ_SOURCES: "see sources and runs",
    Permission.MANAGE_SOURCES: "add, change, run and delete sources; halt and repeat runs",
    Permission.MANAGE_EDITIONS: "build, compare and switch editions of the index",
    Permission.READ_FLEET: "see vehicles, their days and alerts",
    Permission.MANAGE_FLEET: "say who may see which vehicle",
    Permission.SEND_SAMPLES: "send samples of vehicles",
    Permission.HANDLE_ALERTS: "take care of alerts",
    Permission.WATCH_ACTS: "see and take care of alerts about changed roles, folder sources, exports and approvals",
    Permission.READ_GAPS: "see what people missed in the documents",
    Permission.RUN_CASES: "play evaluation cases",
    Permission.SEE_OPERATIONS: "see how the server, telemetry and webhooks are doing",
    Permission.MANAGE_PEOPLE: "invite people, give roles and groups, approve what another one asks for, end sessions",
    Permission.ERASE: "erase documents and people, apply retention",
    Permission.BACK_UP: "make a backup, which holds the trail and everybody's data: the machine's owner alone",
    Permission.READ_TRAIL: "read, verify and export the audit trail",
    Permission.OWN_ACCOUNT: "see and change one's own account, sessions and keys",
}
"""In words, for the documentation and for who is refused."""


class Role(StrEnum):
    """A set of permissions with a name; a person has any number of them."""

    READER = "reader"
    CONTRIBUTOR = "contributor"
    LABELLER = "labeller"
    SENIOR_LABELLER = "senior labeller"
    PROMPT_ENGINEER = "prompt engineer"
    APPROVER = "approver"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


_READER = frozenset({Permission.ASK, Permission.READ_DOCUMENTS, Permission.READ_FLEET, Permission.OWN_ACCOUNT})
_LABELLER = _READER
_ENGINEER = _READER | {Permission.RUN_CASES, Permission.READ_GAPS, Permission.SEE_OPERATIONS}
ROLES: Mapping[Role, frozenset[Permission]] = {
    Role.READER: _READER,
    Role.CONTRIBUTOR: _READER
    | {Permission.ADD_DOCUMENTS, Permission.READ_SOURCES, Permission.READ_GAPS, Permission.HANDLE_ALERTS},
    Role.LABELLER: _LABELLER,
    Role.SENIOR_LABELLER: _LABELLER | {Permission.READ_GAPS},
    Role.PROMPT_ENGINEER: _ENGINEER,
    Role.APPROVER: _ENGINEER,
    Role.ADMINISTRATOR: frozenset(Permission) - {Permission.READ_TRAIL, Permission.BACK_UP},
    Role.AUDITOR: frozenset({Permission.READ_TRAIL, Permission.WATCH_ACTS, Permission.OWN_ACCOUNT}),
}
"""An administrator does not read the trail, nor makes a backup, which holds it; an auditor does little else: who acts
does not watch over the acts."""


def allowed(roles: Iterable[str]) -> frozenset[Permission]:
    """All that roles allow together; an unknown role allows nothing."""
    known = [ROLES[Role(name)] for name in roles if name in set(Role)]
    return frozenset[Permission]().union(*known)


def known_scopes(names: Iterable[str]) -> frozenset[Permission]:
    """The permissions of these names; raises ValueError for a name that is none."""
    return frozenset(Permission(name) for name in names)
