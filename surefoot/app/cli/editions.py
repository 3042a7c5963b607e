"""`surefoot editions`: built beside the live one, compared, switched, rolled back, dropped."""

from __future__ import annotations

import time

from surefoot.app.cli.output import FAILED, print_json, say, table
from surefoot.app.cli.progress import bar
from surefoot.app.cli.session import server
from surefoot.app.client.edition_forms import ComparisonForm, EditionForm, NewEdition
from surefoot.app.client.http import Client

POLL_SECONDS = 0.3
MEASURES = {
    "recall@10": "documents among ten passages",
    "recall@3": "documents among the first three",
    "mrr": "1 / rank of the first",
    "right": "right answers in quotes",
}


def list_editions(*, as_json: bool) -> None:
    """Print the editions."""
    with server(samples=False) as client:
        found = client.editions.list()
    if as_json:
        print_json(found.model_dump(mode="json"))
        return
    rows = [(e.name, e.state, e.encoder, str(e.chunk_tokens), f"{e.built}/{e.total}") for e in found.editions]
    table(("name", "state", "encoder", "tokens", "documents"), _without_counts(rows), right=frozenset({3, 4}))
    for edition in found.editions:
        if edition.trouble:
            say(f"\n{edition.name}: {edition.trouble}")
    say("\nEncoders:")
    for encoder in found.encoders:
        say(f"  {encoder.name}: {encoder.title}{'' if encoder.available else '. ' + encoder.remedy}")


def build_edition(name: str, wanted: tuple[str | None, int | None], *, wait: bool, as_json: bool) -> int:
    """Build an edition, and wait until it is built; gives the exit status."""
    encoder, chunk_tokens = wanted
    with server(samples=False) as client:
        edition = client.editions.build(NewEdition(name=name, encoder=encoder, chunk_tokens=chunk_tokens))
        edition = _follow(client, edition) if wait else edition
    if as_json:
        print_json(edition.model_dump(mode="json"))
    else:
        _tell(edition)
    return FAILED if edition.trouble else 0


def compare_edition(name: str, *, as_json: bool) -> None:
    """Print how an edition fares beside the live one."""
    with server() as client, bar("Playing the cases on both editions") as progress:
        progress.move(0, 0, "Playing the cases on both editions")
        edition = client.editions.compare(name)
    if as_json:
        print_json(edition.model_dump(mode="json"))
    elif edition.comparison:
        _tell_comparison(edition.name, edition.comparison)


def switch_edition(name: str, *, as_json: bool) -> None:
    """Make an edition the live one."""
    with server(samples=False) as client:
        _said(client.editions.switch(name), "Go back: surefoot editions rollback", as_json=as_json)


def roll_back(*, as_json: bool) -> None:
    """Make the edition live that was before."""
    with server(samples=False) as client:
        _said(client.editions.rollback(), "Go forth again: surefoot editions rollback", as_json=as_json)


def drop_edition(name: str, *, as_json: bool) -> None:
    """Delete an edition."""
    with server(samples=False) as client:
        dropped = client.editions.drop(name)
    if as_json:
        print_json(dropped.model_dump(mode="json"))
    else:
        say(f"'{name}' was deleted.")


def _follow(client: Client, edition: EditionForm) -> EditionForm:
    with bar(f"Building {edition.name}") as progress:
        while edition.state == "building" and not edition.trouble:
            progress.move(edition.built, edition.total, f"Building {edition.name}")
            time.sleep(POLL_SECONDS)
            edition = client.editions.get(edition.name)
    return edition


def _tell(edition: EditionForm) -> None:
    say(f"{edition.name}: {edition.state}, {edition.built} of {edition.total} documents")
    if edition.trouble:
        say(edition.trouble)
    elif edition.state == "ready":
        say(f"Compare it: surefoot editions compare {edition.name}")


def _tell_comparison(name: str, comparison: ComparisonForm) -> None:
    rows = [
        (
            assistant.assistant,
            MEASURES.get(one.measure, one.measure),
            str(one.cases),
            f"{one.live:.3f}",
            f"{one.other:.3f}",
            f"{one.difference:+.3f} ({one.low:+.3f} to {one.high:+.3f})",
        )
        for assistant in comparison.assistants
        for one in assistant.differences
    ]
    header = ("assistant", "measure", "cases", comparison.against, name, "difference (95 % interval)")
    table(header, rows, right=frozenset({2, 3, 4}))
    say(f"\nSearch it from now on: surefoot editions switch {name}")


def _said(edition: EditionForm, hint: str, *, as_json: bool) -> None:
    if as_json:
        print_json(edition.model_dump(mode="json"))
    else:
        say(f"'{edition.name}' is searched from now on. {hint}")


def _without_counts(rows: list[tuple[str, str, str, str, str]]) -> list[tuple[str, str, str, str, str]]:
    """The live edition of an installation that never built another counts nothing."""
    return [(*row[:4], "all" if row[1] in {"live", "previous"} else row[4]) for row in rows]
