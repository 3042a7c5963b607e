"""`surefoot audit`, `erase` and `retention`: who did what, and what is taken out for good."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from surefoot.app.cli.output import FAILED, print_json, say, table
from surefoot.app.cli.people import known
from surefoot.app.cli.session import server
from surefoot.app.client.erasure_forms import ErasedForm
from surefoot.app.client.errors import ClientError
from surefoot.app.client.trail_forms import VerdictForm

HEAD = "trail_head"
"""What a line with a signed head holds, whatever log it stands in."""
MOST_HEADS = 2_000
"""Lines of a file of heads that are sent, the newest: each head stands for every entry before it."""


def verify(against: str, heads: Path | None, key: Path | None, *, as_json: bool) -> int:
    """Print whether the trail is whole; gives the exit status."""
    lines = [line for line in _text(heads).splitlines() if HEAD in line][-MOST_HEADS:] if heads else []
    if heads and not lines:
        raise ClientError(f"There is no signed head of a trail in {heads}.", "no_heads")
    with server(samples=False) as client:
        found = client.trail.verify_heads(lines, _text(key) if key else "") if lines else client.trail.verify(against)
        if lines and against:
            found = found.model_copy(update={"known": client.trail.verify(against).known})
    if as_json:
        print_json(found.model_dump(mode="json"))
    else:
        _say_verdict(found, against)
    return 0 if found.whole and found.known is not False else FAILED


def _say_verdict(found: VerdictForm, against: str) -> None:
    if not found.whole:
        say(f"The trail is NOT whole; {found.entries:,} entries before the first fault are.")
        for fault in found.faults:
            say(f"  {fault}")
        if found.more:
            say(f"  and {found.more:,} more.")
    else:
        say(f"The trail is whole: {found.entries:,} entries. Its end is {found.end}")
        say(f"It was held against {found.heads:,} signed heads.")
    for place in found.sent:
        last = f"last at {place.at:%Y-%m-%d %H:%M} UTC" if place.at else "not yet"
        say(f"Heads go to {place.to}: {last}{f'; trouble: {place.trouble}' if place.trouble else ''}.")
    if found.known is False:
        say(f"{against} is not in it: what was there when this was noted has been replaced.")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise ClientError(f"{path} cannot be read: {error.strerror}.", "unreadable") from error


def list_entries(wanted: Mapping[str, Any], *, as_json: bool) -> None:
    """Print entries."""
    with server(samples=False) as client:
        found = client.trail.list(**wanted)
    if as_json:
        print_json(found.model_dump(mode="json"))
        return
    rows = [
        (f"{e.number:,}", e.at[:19].replace("T", " "), e.name or e.actor, e.kind, e.thing, _told(e.facts))
        for e in found.entries
    ]
    table(("entry", "when (UTC)", "who", "what", "to", "facts"), rows, right=frozenset({0}))


def export(out: Path, *, as_json: bool) -> None:
    """Write the trail to a file, in one step."""
    part = out.with_name(out.name + ".part")
    with server(samples=False) as client, part.open("wb") as file:
        for block in client.trail.export():
            file.write(block)
    part.replace(out)
    count = sum(1 for _ in out.open("rb"))
    if as_json:
        print_json({"file": str(out), "entries": count})
        return
    say(f"{count:,} entries are in {out}.")


def erase_document(document: str, *, yes: bool, as_json: bool) -> int:
    """Erase a document and print the proof; gives the exit status."""
    _sure(f"Erase document {document}, and every answer that something of it may be in?", yes=yes)
    with server(samples=False) as client:
        return _erased(client.erasures.document(document), as_json=as_json)


def erase_person(name: str, *, yes: bool, as_json: bool) -> int:
    """Erase a person and print the proof; gives the exit status."""
    _sure(f"Erase {name}, with all conversations and private assistants? Nothing brings them back.", yes=yes)
    with server(samples=False) as client:
        person = known(client, name)
        return _erased(client.erasures.person(person.id, person.name), as_json=as_json)


def show_retention(*, as_json: bool) -> None:
    """Print how long what is kept."""
    with server(samples=False) as client:
        kept = client.erasures.retention()
    if as_json:
        print_json(kept.model_dump(mode="json"))
        return
    rows = [(kind, "until deleted" if days is None else f"{days:,} days") for kind, days in kept.model_dump().items()]
    table(("kind", "kept"), rows)


def apply_retention(*, as_json: bool) -> None:
    """Apply it now."""
    with server(samples=False) as client:
        done = client.erasures.apply_retention()
    if as_json:
        print_json(done.model_dump(mode="json"))
        return
    say(f"Taken out: {done.conversations:,} conversations, {done.answers:,} answers, {done.spans:,} spans of traces.")


def _erased(erased: ErasedForm, *, as_json: bool) -> int:
    proof = erased.proof
    if as_json:
        print_json(erased.model_dump(mode="json"))
        return 0 if proof.holds else FAILED
    say(
        f"Erased: {erased.documents:,} documents, {erased.answers:,} answers, {erased.conversations:,} conversations "
        "that were left empty."
    )
    if not proof.snippets:
        say("Nothing of its own could be looked for in the files: each of its sentences is in other documents too.")
    elif proof.holds:
        say(f"{proof.snippets} excerpts of it were looked for in {proof.files:,} files, byte by byte: none is there.")
    else:
        say(f"STILL THERE, in: {', '.join(proof.found)}.")
    return 0 if proof.holds else FAILED


def _sure(question: str, *, yes: bool) -> None:
    import typer

    if not yes and not typer.confirm(question, err=True):
        raise ClientError("Nothing was erased.", "declined")


def _told(facts: Mapping[str, Any]) -> str:
    return "; ".join(f"{k}: {', '.join(v) or 'none' if isinstance(v, list) else v}" for k, v in facts.items())
