"""Builds accounts, the audit trail, erasure and retention."""

from __future__ import annotations

from datetime import timedelta

from surefoot.app.accounts.keys import Keys
from surefoot.app.accounts.people import People
from surefoot.app.accounts.room import Accounts
from surefoot.app.accounts.sessions import Lifetime, Sessions
from surefoot.app.audit.reading import TrailReader
from surefoot.app.audit.trail import Trail, now
from surefoot.app.database import Database
from surefoot.app.erasure.retention import Kept, Retention
from surefoot.app.erasure.room import Erasure, Stores
from surefoot.app.parts import Library
from surefoot.app.settings import Settings
from surefoot.eval import forgetting as judging
from surefoot.ingestion import forgetting as ingestion
from surefoot.serving import forgetting as serving
from surefoot.serving.assistants import AssistantRegistry


def build_accounts(settings: Settings, database: Database) -> tuple[Accounts, TrailReader]:
    """People, sessions and keys, and who reads what they did."""
    sessions, trail = database.session, Trail()
    lifetime = Lifetime(timedelta(hours=settings.session_hours), timedelta(minutes=settings.session_idle_minutes))
    people = People(sessions, trail, now)
    accounts = Accounts(people, Sessions(sessions, trail, now, lifetime), Keys(sessions, trail, now))
    return accounts, TrailReader(sessions, people.names)


def build_erasure(settings: Settings, database: Database, assistants: AssistantRegistry, library: Library) -> Erasure:
    """What takes documents and people out for good."""
    return Erasure(_stores(settings, database, assistants, library))


def build_retention(
    settings: Settings, database: Database, assistants: AssistantRegistry, library: Library
) -> Retention:
    """What takes out what was kept long enough."""
    kept = Kept(settings.conversation_days, settings.trace_days)
    return Retention(_stores(settings, database, assistants, library), kept, now)


def _stores(settings: Settings, database: Database, assistants: AssistantRegistry, library: Library) -> Stores:
    sessions = database.session
    return Stores(
        data=settings.data,
        sessions=sessions,
        journal=Trail(),
        assistants=assistants,
        catalogue=library.catalogue,
        aliases=library.aliases,
        pipeline=library.pipeline,
        answers=serving.Forgetting(sessions),
        judgements=judging.Forgetting(sessions),
        library=ingestion.Forgetting(sessions),
    )
