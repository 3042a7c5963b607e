"""Sources as they are declared, in a form or in an assistant's yaml: kinds, settings, schedules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, assert_never, cast

from pydantic import BaseModel, Field, ValidationError

from surefoot.ingestion.errors import SourceInvalid
from surefoot.ingestion.sources.bucket_settings import BucketSettings
from surefoot.ingestion.sources.folder import FolderSettings
from surefoot.ingestion.sources.git import GitSettings
from surefoot.ingestion.sources.git_address import git_address
from surefoot.ingestion.sources.hub import HubSettings, check_arguments
from surefoot.ingestion.sources.network import Surroundings
from surefoot.ingestion.sources.places import Places
from surefoot.ingestion.sources.port import Source
from surefoot.ingestion.sources.query import QuerySettings
from surefoot.ingestion.sources.web_settings import WebSettings

AnySettings = FolderSettings | WebSettings | BucketSettings | QuerySettings | GitSettings | HubSettings
SourceSettings = Annotated[AnySettings, Field(discriminator="kind")]
"""The settings of a source of any kind, told apart by `kind`."""

MOST_SOURCES = 200
"""Sources of one assistant's declaration."""
LONGEST_NAME = 80
_SHOWN_FAULTS = 3


@dataclass(frozen=True, slots=True)
class KindInfo:
    """A kind of source, for the person who chooses one."""

    kind: str
    title: str
    description: str
    icon: str
    """A Material icon's name, as in ':material/folder:'."""


@dataclass(frozen=True, slots=True)
class Declared:
    """A source as it is declared."""

    name: str
    """Unique within its assistant."""
    settings: AnySettings
    schedule: str | None
    """When it is read, as five cron fields in UTC; None: when a person says so, or when a watched folder changes."""
    groups: frozenset[str]
    """Who may see its documents; empty where the declaration leaves that to the assistant."""


@dataclass(frozen=True, slots=True)
class _Kind:
    settings: type[AnySettings]
    title: str
    description: str
    icon: str


_KINDS: Mapping[str, _Kind] = {
    "folder": _Kind(
        FolderSettings, "Folder", "Files in a folder or share of the server, watched for changes", "folder"
    ),
    "web": _Kind(WebSettings, "Web site", "Pages of a web site, from its sitemap or by following links", "language"),
    "bucket": _Kind(BucketSettings, "Bucket", "Objects in S3-compatible storage", "cloud"),
    "query": _Kind(QuerySettings, "Database query", "Rows that a query of a database yields", "database"),
    "git": _Kind(GitSettings, "Git repository", "Files of a branch or tag of a Git repository", "account_tree"),
    "hub": _Kind(HubSettings, "LlamaHub reader", "Whatever a reader of LlamaHub reads, by its class", "extension"),
}


def kinds() -> list[KindInfo]:
    """All kinds of source."""
    return [KindInfo(name, kind.title, kind.description, f":material/{kind.icon}:") for name, kind in _KINDS.items()]


def schema(kind: str) -> dict[str, Any]:
    """The JSON schema of a kind's settings, from which a form is made; raises SourceInvalid for an unknown kind."""
    return _kind(kind).settings.model_json_schema()


def parse(kind: str, values: Mapping[str, Any]) -> AnySettings:
    """The settings of a kind; raises SourceInvalid, which names the field and what is wrong with it."""
    if values.get("kind", kind) != kind:
        raise SourceInvalid(f"The settings are of the kind {values['kind']!r}, not {kind!r}.")
    model = _kind(kind).settings
    try:
        return model.model_validate({**values, "kind": kind})
    except ValidationError as error:
        raise SourceInvalid("; ".join(_faults(error, model))) from None  # the original shows the values


def build(settings: AnySettings, surroundings: Surroundings) -> Source:
    """The source that the settings describe; raises SourceInvalid where a secret is not set."""
    match settings:
        case FolderSettings():
            from surefoot.ingestion.sources.folder import FolderSource

            return FolderSource(settings, surroundings)
        case WebSettings():
            from surefoot.ingestion.sources.web import WebSource

            return WebSource(settings, surroundings)
        case BucketSettings():
            from surefoot.ingestion.sources.bucket import BucketSource

            return BucketSource(settings, surroundings)
        case QuerySettings():
            from surefoot.ingestion.sources.query import QuerySource

            return QuerySource(settings, surroundings)
        case GitSettings():
            from surefoot.ingestion.sources.git import GitSource

            return GitSource(settings, surroundings)
        case HubSettings():
            from surefoot.ingestion.sources.hub import HubSource

            return HubSource(settings, surroundings)
        case _:
            assert_never(settings)


def check_places(settings: AnySettings, places: Places) -> None:
    """Raise PlaceRefused where settings name a folder or file of this machine that sources may not read."""
    match settings:
        case FolderSettings():
            places.check(settings.path)
        case GitSettings():
            address = git_address(settings.url)
            if not address.host:
                places.check(address.folder)
        case HubSettings():
            check_arguments([settings.init, settings.load], places)
        case _:
            pass


def declared_sources(raw: object) -> list[Declared]:
    """The sources under an assistant's `sources:`; raises SourceInvalid, which names the source and the key."""
    if raw is None:
        return []
    if not isinstance(raw, list) or len(cast("list[object]", raw)) > MOST_SOURCES:
        raise SourceInvalid(
            f"'sources' must be a list of at most {MOST_SOURCES} sources, each beginning with '- name:'."
        )
    found: dict[str, Declared] = {}
    for number, item in enumerate(cast("list[object]", raw), 1):
        declared = _declared(item, number)
        if declared.name in found:
            raise SourceInvalid(f"Two sources are called {declared.name!r}. Give one another name.")
        found[declared.name] = declared
    return list(found.values())


def _declared(item: object, number: int) -> Declared:
    if not isinstance(item, Mapping):
        raise SourceInvalid(f"Source {number} must have keys: name, kind, and the settings of its kind.")
    values = {str(key): value for key, value in cast("Mapping[object, Any]", item).items()}
    name, kind = values.pop("name", None), values.pop("kind", None)
    if not isinstance(name, str) or not 0 < len(name.strip()) <= LONGEST_NAME or not name.isprintable():
        raise SourceInvalid(f"Source {number} needs a 'name' of 1 to {LONGEST_NAME} characters.")
    try:
        schedule, groups = checked_schedule(values.pop("schedule", None)), _groups(values.pop("groups", None))
        settings = parse(str(kind), values)
    except SourceInvalid as error:
        raise SourceInvalid(f"Source {name.strip()!r}: {error}") from None
    return Declared(name.strip(), settings, schedule, groups)


def checked_schedule(value: object) -> str | None:
    """Five cron fields, with single spaces between; None for none. Raises SourceInvalid."""
    if value is None or value == "":
        return None
    from croniter import croniter

    fields = value.split() if isinstance(value, str) else []
    if len(fields) != 5 or not croniter.is_valid(" ".join(fields)):
        raise SourceInvalid(
            "'schedule' must be five cron fields (minute, hour, day, month, weekday; UTC): '0 * * * *' is every hour."
        )
    return " ".join(fields)


def _groups(value: object) -> frozenset[str]:
    groups = cast("list[object]", value if isinstance(value, list) else [] if value is None else [None])
    if not all(isinstance(group, str) and group.strip() for group in groups):
        raise SourceInvalid("'groups' must be a list of names of groups, such as [staff].")
    return frozenset(str(group).strip() for group in groups)


def _kind(name: str) -> _Kind:
    if name not in _KINDS:
        raise SourceInvalid(f"There is no kind {name[:40]!r} of source. 'kind' must be one of: {', '.join(_KINDS)}.")
    return _KINDS[name]


def _faults(error: ValidationError, model: type[BaseModel]) -> Iterator[str]:
    """Each fault in a sentence that begins with the field."""
    for fault in error.errors(include_url=False, include_input=False)[:_SHOWN_FAULTS]:
        where = [str(part) for part in fault["loc"]]
        field = model.model_fields.get(where[0]) if where else None
        title = f" ({field.title})" if field and field.title else ""
        said = fault["msg"].removeprefix("Value error, ")
        if fault["type"] == "extra_forbidden":
            names = ", ".join(name for name in model.model_fields if name != "kind")
            said = f"is no setting of this kind; these are: {names}"
        yield f"'{'.'.join(where)}'{title}: {said[:1].lower()}{said[1:]}" if where else said
