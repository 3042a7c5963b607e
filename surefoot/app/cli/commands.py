"""The commands as they are typed; each imports what it does when it is called."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from surefoot.app.cli.alert_commands import alerts
from surefoot.app.cli.bench_commands import bench
from surefoot.app.cli.edition_commands import editions
from surefoot.app.cli.groups import Assistant, Json, group
from surefoot.app.cli.knowledge_commands import runs, sources
from surefoot.app.cli.people_commands import audit, erase, keys, people, retention
from surefoot.app.cli.telemetry_commands import telemetry

Split = Literal["dev", "test", "all"]
Mode = Literal["both", "quotes", "model"]

app = group("Answers from your documents, with the evidence for every claim.")
documents = group("See and delete an assistant's documents.")
evaluation = group("Measure the search and the answers.")
weights = group("See and fetch the models' weights.")
assistants = group("See the assistants.")
answers = group("Look at answers that were given.")
app.add_typer(bench, name="bench")
app.add_typer(sources, name="sources")
app.add_typer(runs, name="runs")
app.add_typer(editions, name="editions")
app.add_typer(telemetry, name="telemetry")
app.add_typer(alerts, name="alerts")
app.add_typer(documents, name="documents")
app.add_typer(evaluation, name="eval")
app.add_typer(assistants, name="assistants")
app.add_typer(answers, name="answers")
app.add_typer(weights, name="weights")
app.add_typer(people, name="people")
app.add_typer(keys, name="keys")
app.add_typer(audit, name="audit")
app.add_typer(erase, name="erase")
app.add_typer(retention, name="retention")


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"surefoot {version('surefoot')}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Answers from your documents, with the evidence for every claim."""


@app.command()
def up(as_json: Json = False) -> None:
    """Start everything and print the address of the pages; Ctrl-C stops it all."""
    from surefoot.app.cli.up import up as run

    raise typer.Exit(run(as_json=as_json))


@app.command()
def ingest(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH", help="Files, and folders with all that is in them.")],
    assistant: Assistant,
    as_json: Json = False,
) -> None:
    """Read files into an assistant's library; a new name makes a new assistant.

    A file of a folder is known by the folder's name and its path in it, any other file by its name: fed again, it
    replaces what was read before. Hidden files are left out.
    """
    from surefoot.app.cli.ingesting import ingest as run

    run(paths, assistant, as_json=as_json)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="The question, in quotation marks.")],
    assistant: Assistant,
    quotes: Annotated[bool, typer.Option("--quotes", help="Only quote; do not use the language model.")] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Make a new answer, also where the same was asked.")] = False,
    as_json: Json = False,
) -> None:
    """Ask an assistant: first the evidence, then the answer with numbered citations. Ctrl-C cancels."""
    from surefoot.app.cli.asking import ask as run
    from surefoot.app.client.events import Ask

    run(Ask(question, assistant, quotes_only=quotes, fresh=fresh), as_json=as_json)


@app.command()
def search(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="What to look for, in quotation marks.")],
    assistant: Assistant,
    k: Annotated[int, typer.Option("-k", min=1, max=100, help="Number of passages.")] = 10,
    as_json: Json = False,
) -> None:
    """Find the passages nearest to a query, best first."""
    from surefoot.app.cli.asking import search as run

    run(query, assistant, k, as_json=as_json)


@app.command()
def plan(
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="The question, in quotation marks.")],
    assistant: Assistant,
    as_json: Json = False,
) -> None:
    """Show what a question asks of an assistant's records, without reading them."""
    from surefoot.app.cli.telemetry import plan as run

    run(question, assistant, as_json=as_json)


@documents.command("list")
def documents_list(assistant: Assistant, as_json: Json = False) -> None:
    """List an assistant's documents."""
    from surefoot.app.cli.library import list_documents as run

    run(assistant, as_json=as_json)


DocumentId = Annotated[str, typer.Argument(metavar="ID", help="The document's id, from `documents list`.")]


@documents.command("show")
def documents_show(document_id: DocumentId, as_json: Json = False) -> None:
    """Show a document's text in its chunks."""
    from surefoot.app.cli.library import show_document as run

    run(document_id, as_json=as_json)


@documents.command("delete")
def documents_delete(document_id: DocumentId, as_json: Json = False) -> None:
    """Delete a document from catalogue, index and store."""
    from surefoot.app.cli.library import delete_document as run

    run(document_id, as_json=as_json)


@assistants.command("list")
def assistants_list(as_json: Json = False) -> None:
    """List the assistants."""
    from surefoot.app.cli.library import list_assistants as run

    run(as_json=as_json)


@evaluation.command("retrieval")
def eval_retrieval(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Holds corpus.jsonl and questions.jsonl.")],
    encoder: Annotated[
        str | None, typer.Option(metavar="ENCODER", help="A name from `editions list`; the live one if left out.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Measure the search: nDCG@10 and recall over a set of documents and questions.

    corpus.jsonl has a line {"id", "title", "text"} for each document, questions.jsonl a line {"id", "question",
    "relevant": [ids]} for each question.
    """
    from surefoot.app.cli.evaluating import retrieval as run

    run(folder, encoder, as_json=as_json)


@evaluation.command("run")
def eval_run(
    assistant: Assistant,
    split: Annotated[Split, typer.Option(help="Which cases.")] = "all",
    mode: Annotated[Mode, typer.Option(help="With the language model, with quotes alone, or both.")] = "both",
    model: Annotated[
        str | None, typer.Option(metavar="MODEL", help="A name from `weights list`; the one that is set if left out.")
    ] = None,
    *,
    report: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write an HTML page with the failing cases side by side.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Play an assistant's cases: what was found, answered, refused, cited and right, with 95 % intervals."""
    from surefoot.app.cli.evaluating import Wanted
    from surefoot.app.cli.evaluating import cases as run

    run(Wanted(assistant, split, mode, model, report), as_json=as_json)


BackupFile = Annotated[Path, typer.Argument(metavar="FILE", help="The backup, such as /backups/monday.zip.")]


@app.command()
def backup(
    file: BackupFile,
    verify: Annotated[bool, typer.Option("--verify", help="Make none: check that this one is whole.")] = False,
    as_json: Json = False,
) -> None:
    """Write everything into one file, while the server runs; the file is on the server's machine."""
    from surefoot.app.cli import backing_up

    (backing_up.verify if verify else backing_up.make)(file, as_json=as_json)


@app.command()
def restore(
    file: BackupFile,
    erased_in: Annotated[
        Path | None,
        typer.Option(metavar="PATH", help="Old data folder, or exported trail: say what was erased since the backup."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Make an empty data folder (SUREFOOT_DATA) of a backup, after every byte of it was checked."""
    from surefoot.app.cli.backing_up import restore as run

    run(file, erased_in, as_json=as_json)


@app.command()
def doctor(
    repair: Annotated[
        bool, typer.Option("--repair", help="First rebuild a lost catalogue from the originals; no server may run.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Check everything that Surefoot needs, and say what to do about what is missing."""
    from surefoot.app.cli.machine import doctor as run

    raise typer.Exit(run(repair=repair, as_json=as_json))


@weights.command("list")
def weights_list(as_json: Json = False) -> None:
    """List the models, and which of them are on this machine."""
    from surefoot.app.cli.machine import list_weights as run

    run(as_json=as_json)


@weights.command("fetch")
def weights_fetch(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A name from `weights list`.")], as_json: Json = False
) -> None:
    """Fetch a model's weights; an interrupted download resumes."""
    from surefoot.app.cli.machine import fetch_weights as run

    run(name, as_json=as_json)


@answers.command("replay")
def answers_replay(
    answer: Annotated[str, typer.Argument(metavar="ANSWER", help="Id of the answer.")], as_json: Json = False
) -> None:
    """Run an answer again without recording it, and say what differs; exit status 1 where something does."""
    from surefoot.app.cli.replaying import replay

    raise typer.Exit(0 if replay(answer, as_json=as_json) else 1)
