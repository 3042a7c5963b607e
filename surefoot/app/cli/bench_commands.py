"""The commands of `surefoot bench` as they are typed."""

from __future__ import annotations

from typing import Annotated

import typer

from surefoot.app.cli.groups import Json, group

bench = group("Measure this installation on this machine, each figure beside its limit.")


@bench.command()
def ingest(
    scale: Annotated[
        float, typer.Option("--scale", min=0.01, max=1.0, help="Share of the full number of files.")
    ] = 1.0,
    as_json: Json = False,
) -> None:
    """Files a second against LlamaIndex and the bare encoder; memory against the number of documents.

    Needs the packages of the extra 'bench'. At full scale some half an hour on two cores.
    """
    from surefoot.app.cli.benching import bench as run

    run("ingest", [str(scale)], as_json=as_json)


@bench.command()
def search(
    sizes: Annotated[
        list[int] | None, typer.Option("--size", min=1_000, max=1_000_000, help="Chunks in the index; may be repeated.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Milliseconds of a search against encoder and bare index; memory and disk a chunk, from size to size."""
    from surefoot.app.cli.benching import bench as run

    run("search", [str(size) for size in sizes or []], as_json=as_json)


@bench.command()
def chat(
    streams: Annotated[
        list[int] | None, typer.Option("--streams", min=1, max=2_000, help="Readers at once; may be repeated.")
    ] = None,
    questions: Annotated[
        int, typer.Option("--questions", min=1, max=1_000, help="Questions that are asked one after the other.")
    ] = 30,
    real: Annotated[
        bool, typer.Option("--real/--stub-alone", help="Whether the real engine is measured, too, where it is here.")
    ] = True,
    as_json: Json = False,
) -> None:
    """Milliseconds between an engine and the reader, and how much of its speed arrives, one stream to many.

    A server of its own reads the sample documents and asks an engine of known speed.
    """
    from surefoot.app.cli.benching import bench as run

    run("chat", [str(int(real)), str(questions), *map(str, streams or [])], as_json=as_json)


@bench.command()
def memory(
    rest: Annotated[float, typer.Option("--rest", min=0, help="Seconds that it is left alone before.")] = 60.0,
    days: Annotated[int, typer.Option("--days", min=1, max=400, help="Days of the made-up fleet's history.")] = 28,
    as_json: Json = False,
) -> None:
    """Memory of each process after a first start, some questions and a look at each page.

    Starts everything once more, on a data folder of its own. Some five minutes on two cores.
    """
    from surefoot.app.cli.benching import bench as run

    run("memory", [str(rest), str(days)], as_json=as_json)


@bench.command()
def start(as_json: Json = False) -> None:
    """Seconds from the command to the first answer with a source, and to the pages; a first and a second start.

    Starts everything twice, on a data folder of its own. The weights must be there (`surefoot weights fetch encoder`).
    """
    from surefoot.app.cli.benching import bench as run

    run("start", [], as_json=as_json)


@bench.command()
def access(as_json: Json = False) -> None:
    """Milliseconds that a request takes to be let in, and to stand in the audit trail.

    On a database of its own, with 500 people and 20,000 earlier entries.
    """
    from surefoot.app.cli.benching import bench as run

    run("access", [], as_json=as_json)
