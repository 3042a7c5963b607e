"""Opens the sources that people and declarations name, with what this installation allows them."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

from surefoot.app.samples import SHIPPED
from surefoot.app.settings import Settings, secret
from surefoot.ingestion.errors import SourceInvalid
from surefoot.ingestion.run_parts import OpenSource
from surefoot.ingestion.source_store import SourceEntry
from surefoot.ingestion.sources.declared import build, declared_sources, parse
from surefoot.ingestion.sources.network import Surroundings
from surefoot.ingestion.sources.places import Places
from surefoot.ingestion.sources.port import Source
from surefoot.serving.assistants import AssistantRegistry

MEGABYTE = 1024 * 1024
SCRATCH = "sources"
_NAMESPACE = uuid.UUID("0c0f57a4-3c1d-5f0e-8f3d-5b7a0d9c2f11")


def places_of(settings: Settings, accounts: Callable[[], bool]) -> Places:
    """Where on the disks sources may read: for who is alone on the machine where nothing forbids it, else where set.

    accounts: whether there are accounts, so that who makes a source is another one than who runs the server.
    """

    def allowed() -> tuple[Path, ...] | None:
        return settings.source_folders if settings.source_folders or not accounts() else ()

    return Places((settings.data, settings.weights), allowed)


def opener(settings: Settings, places: Places) -> OpenSource:
    """How a source is opened: credentials from the environment alone, private addresses only where that is set."""
    scratch = settings.data / SCRATCH

    def opened(entry: SourceEntry) -> Source:
        scratch.mkdir(parents=True, exist_ok=True)
        return build(parse(entry.kind, entry.settings), _surroundings(settings, scratch, places))

    return opened


def declared(assistants: AssistantRegistry) -> Iterator[SourceEntry]:
    """The sources under `sources:` in the assistants' yaml. Raises SourceInvalid."""
    for spec in assistants.list():
        for one in declared_sources(list(spec.sources)):
            yield SourceEntry(
                id=str(uuid.uuid5(_NAMESPACE, f"{spec.name}\n{one.name}")),
                assistant=spec.name,
                name=one.name,
                kind=one.settings.kind,
                settings=one.settings.model_dump(mode="json"),
                groups=one.groups or spec.groups,
                owner=SHIPPED.id,
                schedule=one.schedule,
                watched=bool(getattr(one.settings, "watch", False)),
                declared=True,
            )


def _surroundings(settings: Settings, scratch: Path, places: Places) -> Surroundings:
    return Surroundings(
        secrets=_secret,
        allow_private=settings.allow_private_sources,
        largest_file=settings.upload_limit_mb * MEGABYTE,
        scratch=scratch,
        user_agent=f"Surefoot/{version('surefoot')}",
        places=places,
    )


def _secret(name: str) -> str:
    value = secret(name)
    if value is None:
        raise SourceInvalid(f"The environment variable {name} is not set. Set it and start Surefoot again.")
    return value
