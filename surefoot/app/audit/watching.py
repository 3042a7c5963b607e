"""Watches the trail for acts that somebody beside who did them should know of, and opens an alert for each."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func
from sqlmodel import Session, col, select

from surefoot.app.audit.tables import AuditEntry
from surefoot.app.audit.trail import Link
from surefoot.app.audit.verifying import BATCH, sealed
from surefoot.core.journal import SYSTEM as SYSTEM_ID
from surefoot.core.journal import ActKind
from surefoot.eval.monitoring.alert_nouns import Alert, Notice
from surefoot.eval.monitoring.alerts import AlertStore

LOOKED_BACK = timedelta(days=7)
"""How far a server that starts looks back for what it has not told of."""
_FIRST_PERSON = select(func.min(col(AuditEntry.number))).where(AuditEntry.kind == ActKind.PERSON_ADDED.value)
POWERFUL = frozenset({"administrator", "auditor"})
NOBODY = "somebody who was erased"
SYSTEM = "The server"


@dataclass(frozen=True, slots=True)
class Names:
    """What pseudonyms and marks stand for now."""

    people: Mapping[str, str]
    sources: Mapping[str, str]

    def filled(self, alert: Alert) -> str:
        """An alert's text with names; they are put in whenever it is read, so that none is kept."""
        about = json.loads(alert.key)
        who = SYSTEM if about["who"] == SYSTEM_ID else self.people.get(about["who"], NOBODY)
        of = self.people.get(about["of"], NOBODY)
        source = self.sources.get(about["of"])
        text = alert.text.replace("{who}", who).replace("{of}", of)
        text = text.replace("{source}", f"the folder source “{source}”" if source else "a folder source that is gone")
        return text[:1].upper() + text[1:]


class TrailWatch:
    """Looks at what was written since it looked last; what was told of once is not told of again."""

    def __init__(self, sessions: Callable[[], Session], store: AlertStore, clock: Callable[[], datetime]) -> None:
        self._sessions, self._store, self._clock = sessions, store, clock
        self._seen = 0

    def look(self) -> int:
        """Open an alert for each act that is new; how many."""
        now, opened = self._clock(), 0
        since = (now - LOOKED_BACK).astimezone(UTC).isoformat(timespec="microseconds")
        kinds = col(AuditEntry.kind).in_([kind.value for kind in WATCHED])
        while True:
            with self._sessions() as session:
                wanted = [col(AuditEntry.number) > self._seen, col(AuditEntry.at) >= since, kinds]
                found = sealed(wanted, session, limit=BATCH)
                first = session.connection().execute(_FIRST_PERSON).scalar_one()
            for row in found:
                if row.link.number != first:  # with whom accounts began: there was nobody yet who could be told
                    opened += sum(self._store.tell(notice, now) for notice in _notices(row.link))
                self._seen = row.link.number
            if len(found) < BATCH:
                return opened


def _notices(link: Link) -> Iterator[Notice]:
    told = WATCHED[ActKind(link.kind)](link)
    if told is None:
        return
    title, severity, text = told
    yield Notice(
        rule=link.kind,
        key=json.dumps({"entry": link.number, "who": link.actor, "of": link.thing}),
        title=title,
        severity=severity,
        text=text,
        told=f"Entry {link.number:,} of the audit trail",
    )


Told = tuple[str, str, str] | None
"""Title, severity, text; None where nobody need know."""


def _access(link: Link) -> Told:
    roles, groups = _listed(link.facts.get("roles")), _listed(link.facts.get("groups"))
    text = f"{{who}} changed what {{of}} may do: {roles or 'no role'}; groups: {groups or 'none'}."
    return "Changed roles", "warning", text


def _added(link: Link) -> Told:
    roles = link.facts.get("roles")
    if not isinstance(roles, list) or POWERFUL.isdisjoint(map(str, roles)):
        return None
    if link.actor == link.thing:
        return "Changed roles", "warning", f"{{of}} came from the identity provider as {_listed(roles)}."
    return "Changed roles", "warning", f"{{who}} added {{of}} as {_listed(roles)}."


def _source(link: Link) -> Told:
    if link.facts.get("kind") != "folder" or link.actor == SYSTEM_ID:  # what is declared was put on the disk
        return None
    deed = "added" if link.kind == ActKind.SOURCE_ADDED else "changed"
    return "Folder source", "warning", f"{{who}} {deed} {{source}}."


def _export(link: Link) -> Told:
    own = link.actor == link.thing
    return None if own else ("Export", "info", "{who} exported all that is kept about {of}.")


def _asked(link: Link) -> Told:
    wanted = link.facts.get("wanted")
    roles, groups = _listed(link.facts.get("roles")), _listed(link.facts.get("groups"))
    if wanted == "access":
        deeds = [f"make {{of}} {roles}"] * bool(roles) + [f"put {{of}} into {groups}"] * bool(groups)
        text = f"{{who}} asks for approval to {' and '.join(deeds)}"
    elif wanted == "export":
        text = "{who} asks for approval to export all that is kept about {of}"
    else:
        text = "{who} asks for approval to make a link that sets {of}'s password"
    return "Approval", "warning", f"{text}: see the page People."


WATCHED: Mapping[ActKind, Callable[[Link], Told]] = {
    ActKind.ACCESS_CHANGED: _access,
    ActKind.PERSON_ADDED: _added,
    ActKind.SOURCE_ADDED: _source,
    ActKind.SOURCE_CHANGED: _source,
    ActKind.PERSON_EXPORTED: _export,
    ActKind.APPROVAL_ASKED: _asked,
    ActKind.TRAIL_EXPORTED: lambda _link: ("Export", "info", "{who} exported the audit trail."),
    ActKind.TRAIL_BROKEN: lambda _link: (
        "Audit trail", "critical", "Somebody wrote into the audit trail's tables: verify the chain.",
    ),
}  # fmt: skip


def _listed(fact: object) -> str:
    return ", ".join(map(str, fact)) if isinstance(fact, list) else ""
