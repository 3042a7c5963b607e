"""`bench ingest`: the same files through our pipeline, LlamaIndex, and the bare encoder."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from surefoot.app.bench.processes import in_a_process
from surefoot.app.bench.telling import tell
from surefoot.app.settings import Settings
from surefoot.app.wiring import (
    SHIPPED_ASSISTANTS,
    build_database,
    build_encoder,
    build_jobs,
    build_library,
    build_weights,
)
from surefoot.app.wiring.accounts import build_accounts
from surefoot.eval.benchmark.ingest import (
    ASSISTANT,
    TUNED,
    WARM,
    Ingestion,
    bare,
    ingested,
    llamaindex,
    texts_of,
    watched,
)
from surefoot.eval.benchmark.rows import Row, alone, beside
from surefoot.ingestion.benchmark.folders import long_texts, mixed, one_of_each, small_files
from surefoot.ingestion.benchmark.reference import ReferenceSettings
from surefoot.ingestion.results import Ingested
from surefoot.retrieval.plain import plain_encoder
from surefoot.serving.assistants import AssistantRegistry

MIXED, LONG, FEW, MANY = 300, 12, 1_000, 10_000
"""Files: of mixed formats, of long texts, and of two sentences each."""


def ingest_rows(folder: Path, scale: float = 1.0) -> Iterator[Row]:
    """Speed against LlamaIndex and the bare encoder, memory against the number of documents; scale: share of files."""
    tell("writing the files", 0, 1)
    mixed(folder / "mixed", max(7, int(MIXED * scale)))
    one_of_each(folder / WARM)
    long_texts(folder / "long", max(1, int(LONG * scale)), 60)
    yield from _mixed(folder)
    yield from _long(folder)
    yield from _memory(folder, max(20, int(FEW * scale)), max(200, int(MANY * scale)))


def _mixed(folder: Path) -> Iterator[Row]:
    own = _ingestion("ours", folder, "mixed")
    rate = own.files / own.seconds
    yield alone("mixed folder, ours", rate, "files/s")
    for name in ("llamaindex", "llamaindex-tuned"):
        other = _ingestion(name, folder, "mixed")
        words = "LlamaIndex as documented" if name == "llamaindex" else "LlamaIndex tuned"
        yield beside(f"mixed folder, ours against {words}", rate, "files/s", other.files / other.seconds)
        text = beside(
            f"mixed folder, text encoded, ours against {words}",
            own.tokens_read / own.seconds,
            "tokens/s",
            other.tokens_read / other.seconds,
        )
        yield text
        share = other.tokens_cut / max(1, other.tokens_read + other.tokens_cut)
        yield alone(f"mixed folder, text that {words} never encodes", share, "share")
    yield alone("mixed folder, peak memory, ours", own.peak / 2**20, "MiB")


def _long(folder: Path) -> Iterator[Row]:
    found = in_a_process("one-ingestion", "long", str(folder), "long")
    ours, limit = (found["chunks"] / found[name] for name in ("seconds", "bare"))
    yield beside("long texts, ours against the bare encoder", ours, "chunks/s", limit)


def _memory(folder: Path, few: int, many: int) -> Iterator[Row]:
    found: list[dict[str, Any]] = []
    for count in (few, many):
        small_files(folder / f"small-{count}", count)
        tell(f"a source of {count:,} files", 0, 1)
        found.append(in_a_process("one-ingestion", "source", str(folder), f"small-{count}"))
    yield beside(
        f"peak memory, {many:,} documents against {few:,}", found[1]["peak"] / 2**20, "MiB", found[0]["peak"] / 2**20
    )
    yield alone(f"run over a new source of {many:,} small files", many / found[1]["seconds"], "files/s")
    yield alone(f"run over an unchanged source of {many:,} files", found[1]["again"], "s")


def _ingestion(contender: str, folder: Path, name: str) -> Ingestion:
    tell(f"{name}: {contender}", 0, 1)
    return Ingestion(**in_a_process("one-ingestion", contender, str(folder), name))


def one_ingestion(settings: Settings, contender: str, folder: Path, name: str) -> dict[str, Any]:
    """What the process of one contender measures."""
    weights = build_weights(settings)
    encoder = build_encoder(settings, weights)
    if contender.startswith("llamaindex"):
        encode = plain_encoder(weights.encoder_folder, settings.threads)
        chosen = TUNED if contender.endswith("tuned") else ReferenceSettings()
        return dataclasses.asdict(llamaindex(encoder, encode, folder / name, folder / "sentences", chosen))
    data = folder / f"data-{contender}-{name}"
    own = settings.model_copy(update={"data": data, "database_url": None, "qdrant_url": None})
    assistants = AssistantRegistry(SHIPPED_ASSISTANTS, data / "assistants")
    database = build_database(own)
    library = build_library(own, database, assistants, weights)
    found: dict[str, Any] = {}
    if contender != "source":
        found = dataclasses.asdict(ingested(library.pipeline, library.encoder, library.index, folder / name))
    if contender == "source":
        accounts, _ = build_accounts(own, database)
        found = watched(build_jobs(own, database, assistants, (library, accounts)).parts, folder / name)
    elif contender == "long":
        entries = library.catalogue.list(ASSISTANT)
        done = [Ingested(e.path, e.id, e.title, e.pages, e.chunks) for e in entries]
        found["bare"] = bare(library.encoder, texts_of(library.index, done))
    library.editions.close()
    database.close()
    return found
