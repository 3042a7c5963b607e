"""Builds accounts, the audit trail, erasure and retention."""

from __future__ import annotations

from datetime import timedelta

from surefoot.app.accounts.errors import AccountRefused
from surefoot.app.accounts.keys import Keys
from surefoot.app.accounts.names import checked_roles
from surefoot.app.accounts.oidc import Provider, Registration
from surefoot.app.accounts.people import People
from surefoot.app.accounts.room import Accounts, SignOn
from surefoot.app.accounts.sessions import Lifetime, Sessions
from surefoot.app.accounts.starts import Starts
from surefoot.app.audit.heads import Heads
from surefoot.app.audit.reading import TrailReader
from surefoot.app.audit.trail import Trail, now
from surefoot.app.database import Database
from surefoot.app.erasure.retention import Kept, Retention
from surefoot.app.erasure.room import Erasure, Stores
from surefoot.app.errors import SettingsInvalid
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
    passwords = not settings.oidc_alone
    people = People(sessions, trail, now, passwords=passwords)
    provider = build_provider(settings)
    accounts = Accounts(
        people,
        Sessions(sessions, trail, now, lifetime, passwords=passwords),
        Keys(sessions, trail, now),
        SignOn(provider, Starts(sessions, now)) if provider else None,
    )
    heads = Heads(
        folder=settings.data / "trail",
        sessions=sessions,
        clock=now,
        seconds=settings.trail_heads_minutes * 60,
        file=settings.trail_heads_file,
        syslog=settings.trail_heads_syslog,
    )
    return accounts, TrailReader(sessions, people.names, heads)


def build_provider(settings: Settings) -> Provider | None:
    """The identity provider of the settings, where there is one. Raises SettingsInvalid."""
    if not (settings.oidc_issuer and settings.oidc_client_id and settings.oidc_client_secret and settings.oidc_roles):
        return None
    try:
        roles = {group: checked_roles(given) for group, given in settings.oidc_roles.items()}
    except AccountRefused as error:
        raise SettingsInvalid(f"SUREFOOT_OIDC_ROLES cannot be used: {error}") from error
    registration = Registration(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret.get_secret_value(),
        title=settings.provider_title,
        scopes=settings.oidc_scopes,
        groups_claim=settings.oidc_groups_claim,
        roles=roles,
        strengths=frozenset((settings.oidc_acr or "").split()),
    )
    return Provider(registration, now)


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
        journal=Trail(shared=assistants.is_shipped),
        assistants=assistants,
        catalogue=library.catalogue,
        aliases=library.aliases,
        pipeline=library.pipeline,
        answers=serving.Forgetting(sessions),
        judgements=judging.Forgetting(sessions),
        library=ingestion.Forgetting(sessions),
    )
