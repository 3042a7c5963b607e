"""Builds accounts, the audit trail, erasure and retention."""

from __future__ import annotations

import contextlib
import hashlib
import secrets
import uuid
from datetime import timedelta

from surefoot.app.accounts.errors import AccountRefused
from surefoot.app.accounts.four_eyes import FourEyes, Rule
from surefoot.app.accounts.keys import Keys
from surefoot.app.accounts.names import checked_roles
from surefoot.app.accounts.oidc import Provider, Registration
from surefoot.app.accounts.people import People
from surefoot.app.accounts.policy import ALL, Policy
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

KEY_FILE, KEY_BYTES = "accounts.key", 32
SHORTEST_WORD = 3


def build_accounts(settings: Settings, database: Database) -> tuple[Accounts, TrailReader]:
    """People, sessions and keys, and who reads what they did."""
    sessions, trail = database.session, Trail()
    lifetime = Lifetime(timedelta(hours=settings.session_hours), timedelta(minutes=settings.session_idle_minutes))
    policy = Policy(not settings.oidc_alone, known_words(settings), second_factor_for(settings), accounts_key(settings))
    people = People(sessions, trail, now, policy)
    provider = build_provider(settings)
    accounts = Accounts(
        people,
        Sessions(sessions, trail, now, lifetime, policy),
        Keys(sessions, trail, now),
        FourEyes(sessions, trail, now, people, Rule(settings.four_eyes)),
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


def known_words(settings: Settings) -> list[str]:
    """What guessers of this house would try in a password: what it says of itself, and the names of its addresses."""
    names = [part for host in settings.public_hosts for part in host.split(".")]
    told = (settings.password_words or "").split(",")
    return [word.strip() for word in (*told, *names, settings.oidc_title or "") if len(word.strip()) >= SHORTEST_WORD]


def second_factor_for(settings: Settings) -> frozenset[str]:
    """Roles that must have a second factor. Raises SettingsInvalid."""
    named = {role.strip() for role in (settings.second_factor_for or "").split(",") if role.strip()}
    try:
        return frozenset(checked_roles(named - {ALL})) | (named & {ALL})
    except AccountRefused as error:
        raise SettingsInvalid(f"SUREFOOT_SECOND_FACTOR_FOR cannot be used: {error} Or say '{ALL}'.") from error


def accounts_key(settings: Settings) -> bytes:
    """What secrets of accounts are hidden with: the setting's, or one of the data folder, made at the first start."""
    if settings.accounts_key is not None:
        return hashlib.sha256(settings.accounts_key.get_secret_value().encode()).digest()
    settings.data.mkdir(parents=True, exist_ok=True)
    path, made = settings.data / KEY_FILE, settings.data / f"{KEY_FILE}.{uuid.uuid4().hex}"
    if not path.exists():
        made.touch(mode=0o600)
        try:
            made.write_bytes(secrets.token_bytes(KEY_BYTES))
            with contextlib.suppress(FileExistsError):
                path.hardlink_to(made)  # whole, or not at all
        finally:
            made.unlink(missing_ok=True)
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise SettingsInvalid(
            f"{path} is not whole: bring it back from a backup. Without one, delete it: then second factors that were "
            "set up must be reset (`surefoot people reset-second-factor`)."
        )
    return key


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
    settings: Settings, database: Database, assistants: AssistantRegistry, library: Library, accounts: Accounts
) -> Retention:
    """What takes out what was kept long enough."""
    kept = Kept(settings.conversation_days, settings.trace_days)

    def sweep() -> None:
        accounts.sessions.sweep()
        accounts.four_eyes.sweep()

    return Retention(_stores(settings, database, assistants, library), kept, now, sweep)


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
        library=ingestion.Forgetting(sessions, library.sidecars),
    )
