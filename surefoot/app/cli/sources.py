"""`surefoot sources`: where documents come from, listed, added, tried, run, deleted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from surefoot.app.cli.output import FAILED, note, print_json, say, table
from surefoot.app.cli.runs import follow, told
from surefoot.app.cli.session import server
from surefoot.app.client.errors import ClientError, UsageMistake
from surefoot.app.client.http import Client
from surefoot.app.client.source_forms import NewSource, SourceForm


@dataclass(frozen=True, slots=True)
class Wanted:
    """A source as it was typed."""

    kind: str
    name: str
    assistant: str
    settings: tuple[str, ...]
    schedule: str | None
    groups: tuple[str, ...]


def list_sources(assistant: str | None, *, as_json: bool) -> None:
    """Print the sources and how they are doing."""
    with server(samples=False) as client:
        found = client.knowledge.sources(assistant)
    if as_json:
        print_json({"sources": [source.model_dump(mode="json") for source in found]})
        return
    if not found:
        say("There are no sources yet. Add one: surefoot sources add folder --name NAME -a ASSISTANT -s path=FOLDER")
        return
    rows = [(s.id, s.name, s.assistant, s.title, str(s.documents), _health(s), s.schedule or "") for s in found]
    table(("id", "name", "assistant", "kind", "documents", "health", "schedule"), rows, right=frozenset({4}))


def add_source(wanted: Wanted, *, as_json: bool) -> None:
    """Add a source."""
    new = NewSource(
        assistant=wanted.assistant,
        name=wanted.name,
        kind=wanted.kind,
        settings=settings_of(wanted.settings),
        groups=list(wanted.groups) or None,
        schedule=wanted.schedule,
    )
    with server(samples=False) as client:
        made = client.knowledge.add_source(new)
    if as_json:
        print_json(made.model_dump(mode="json"))
    else:
        say(f"Added '{made.name}'. Read it: surefoot sources run {made.id}")


def test_source(kind: str, settings: Sequence[str], *, as_json: bool) -> int:
    """Try a connection; gives the exit status."""
    values = settings_of(settings)
    with server(samples=False) as client:
        there = None if values else _named(client, kind)
        tried = client.knowledge.test_source(there.kind if there else kind, there.settings if there else values)
    if as_json:
        print_json(tried.model_dump(mode="json"))
    else:
        say((tried.found if tried.ok else tried.reason) or "")
    return 0 if tried.ok else FAILED


def run_source(name: str, *, wait: bool, as_json: bool) -> int:
    """Run a source, and follow the run; gives the exit status."""
    with server(samples=False) as client:
        run = client.knowledge.run_source(_one(client, name).id)
        if run.state == "paused":
            note(f"The run {run.id} of this source is paused. Go on with it: surefoot runs resume {run.id}")
        elif wait:
            run = follow(client, run)
    return told(run, as_json=as_json)


def delete_source(name: str, *, keep: bool, as_json: bool) -> int:
    """Delete a source; gives the exit status."""
    with server(samples=False) as client:
        source = _one(client, name)
        deleted = client.knowledge.delete_source(source.id, keep=keep)
        run = follow(client, deleted.run)
    if as_json:
        print_json({**deleted.model_dump(mode="json"), "run": run.model_dump(mode="json")})
    elif run.state == "finished":
        say(f"'{source.name}' was deleted; its documents {'stay' if keep else 'were deleted too'}.")
    else:
        say(f"The deletion is {run.state}: {run.reason or 'see `surefoot runs show ' + run.id + '`'}")
    return 0 if run.state == "finished" else FAILED


def settings_of(pairs: Sequence[str]) -> dict[str, Any]:
    """Read KEY=VALUE pairs; a value that is a JSON list, object, number or truth value is taken as that."""
    found: dict[str, Any] = {}
    for pair in pairs:
        key, equals, text = pair.partition("=")
        if not equals or not key.strip():
            raise UsageMistake(f"'{pair}' is no setting. Write KEY=VALUE, such as path=/srv/manuals.")
        found[key.strip()] = _value(text)
    return found


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _one(client: Client, name: str) -> SourceForm:
    source = _named(client, name)
    if source is None:
        raise ClientError(f"There is no source '{name}'. See them: surefoot sources list", "unknown_source")
    return source


def _named(client: Client, name: str) -> SourceForm | None:
    found = client.knowledge.sources()
    if by_id := [source for source in found if source.id == name]:
        return by_id[0]
    named = [source for source in found if source.name.casefold() == name.casefold()]
    if len(named) > 1:
        raise UsageMistake(f"Sources of several assistants are called '{name}': give the id, from `sources list`.")
    return named[0] if named else None


def _health(source: SourceForm) -> str:
    return f"{source.health}: {source.trouble}" if source.trouble and source.health == "trouble" else source.health
