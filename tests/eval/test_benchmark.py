"""The benchmarks say each figure beside its reference, measured in the same run, as rows that a program can read."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from surefoot.eval.benchmark.ingest import bare, ingested, texts_of
from surefoot.eval.benchmark.memory import (
    Footprint,
    children,
    disk_bytes,
    footprint,
    peak_bytes,
    resident_bytes,
    together,
)
from surefoot.eval.benchmark.rows import Row, alone, beside
from surefoot.eval.benchmark.search import ALL_SEEING, MEMBER, filling, measured, sampled
from surefoot.ingestion.results import Ingested
from surefoot.retrieval.encoders import HybridEncoder
from surefoot.retrieval.index.edge import EdgeIndex
from surefoot.retrieval.index.port import Scope
from tests.app.command import surefoot
from tests.ingestion.conftest import encoder, minilm, open_depot  # fixtures are found by their names

__all__ = ["encoder", "minilm"]
FORM = {"name", "value", "unit", "reference", "ratio"}


def silent(_stage: str, _done: int, _total: int) -> None:
    """Tell nobody."""


def checked(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Rows by name; each has the form, and its ratio is that of its own two figures."""
    for row in rows:
        assert set(row) == FORM
        assert isinstance(row["name"], str)
        assert isinstance(row["value"], int | float)
        assert row["unit"]
        assert (row["reference"] is None) == (row["ratio"] is None)
        if row["reference"]:
            assert row["ratio"] == pytest.approx(row["value"] / row["reference"], rel=0.02, abs=0.002)
    named = {row["name"]: row for row in rows}
    assert len(named) == len(rows)
    return named


def test_a_figure_beside_its_reference_has_their_ratio() -> None:
    row = beside("search", 2.60004, "ms", 2.0)
    assert dataclasses.asdict(row) == {"name": "search", "value": 2.6, "unit": "ms", "reference": 2.0, "ratio": 1.3}
    assert set(dataclasses.asdict(row)) == FORM
    assert beside("search", 2.0, "ms", 0.0).ratio is None
    assert alone("disk", 7870.44, "bytes") == Row("disk", 7870.4, "bytes")


def test_memory_and_disk_are_what_the_operating_system_says(tmp_path: Path) -> None:
    assert 10 * 2**20 < resident_bytes() <= peak_bytes()
    (tmp_path / "a").write_bytes(b"x" * 100_000)
    with (tmp_path / "sparse").open("wb") as file:
        file.truncate(2**30)
    assert 100_000 <= disk_bytes(tmp_path) < 2**20


def test_what_processes_share_is_counted_once() -> None:
    script = "held = bytearray(64 * 2**20); print(len(held), flush=True); input()"
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert process.pid in children(os.getpid())
        found = footprint(process.pid)
        assert found.own > 64 * 2**20
        assert found.files.total() > 0
        assert found.all <= peak_bytes(process.pid)
        assert together([found]) == found.all
        assert together([found, found]) == found.all + found.own
        assert together([found, Footprint(1, Counter({"a": 2, "b": 3})), Footprint(1, Counter({"a": 5}))]) == (
            found.all + 1 + 1 + 5 + 3
        )
        process.communicate("\n")


@pytest.mark.parametrize("sample", [30, 130])
def test_each_real_text_is_encoded_once_whatever_their_number(
    encoder: HybridEncoder, tmp_path: Path, sample: int
) -> None:
    vectors = np.load(sampled(encoder, tmp_path, silent, sample))
    assert vectors.shape == (sample, encoder.dense.dimension)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)
    assert len({row.tobytes() for row in vectors}) == sample


def test_an_index_is_filled_beyond_the_sample_and_asked(encoder: HybridEncoder, tmp_path: Path) -> None:
    sampled(encoder, tmp_path, silent, 40)
    told: list[tuple[int, int]] = []
    sizing = measured(encoder, tmp_path, 1_000, lambda _stage, done, total: told.append((done, total)))
    assert told == [(1_000, 1_000)]
    assert sizing.chunks == 1_000
    assert 0 < sizing.bare_ms < sizing.total_ms + sizing.encode_ms
    assert sizing.evidence_ms > sizing.total_ms  # it searches, and then ranks sentences
    assert sizing.disk > 1_000
    assert sizing.added_a_second > 0


def test_a_member_of_200_of_1000_groups_sees_a_fifth(encoder: HybridEncoder, tmp_path: Path) -> None:
    sampled(encoder, tmp_path, silent, 40)
    index = EdgeIndex(tmp_path / "index", encoder.dense.dimension)
    for batch in filling(encoder, np.load(tmp_path / "sample.npy"), 1_000):
        index.add(batch)
    question = encoder.encode_question("How often are the pads changed?")
    all_seen, seen = (len(index.search(question, who, Scope("bench"), 1_000)) for who in (ALL_SEEING, MEMBER))
    assert all_seen == 1_000
    assert seen == 200
    index.close()


def test_a_folder_is_fed_and_counted(tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.md").write_text("# Pads\n\nPads are replaced below 3 mm.", encoding="utf-8")
    (folder / "sub" / "b.txt").write_text("Oil is changed every year.", encoding="utf-8")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 broken")
    with open_depot(tmp_path / "depot") as depot:
        hybrid = depot.hybrid
        found = ingested(depot.pipeline, hybrid, depot.index, folder)
        entries = depot.kept.catalogue.list("bench")
        done = [Ingested(e.path, e.id, e.title, e.pages, e.chunks) for e in entries]
        texts = texts_of(depot.index, done)
        assert (found.files, found.chunks, found.tokens_cut) == (2, 2, 0)
        assert found.tokens_read == sum(len(hybrid.dense.tokenize(text)) for text in texts)
        assert found.peak > 0
        assert bare(hybrid, texts) > 0


def test_bench_search_prints_one_document_of_rows(tmp_path: Path, weights: Path) -> None:
    shown = surefoot(
        tmp_path, "bench", "search", "--size", "1000", "--size", "2000", "--json", SUREFOOT_WEIGHTS=str(weights)
    )
    assert shown.status == 0, shown.err
    document = shown.json()
    assert set(document) == {"rows"}
    rows = checked(document["rows"])
    for size in ("1,000", "2,000"):
        whole, encode, index = (
            rows[f"{name} at {size} chunks"] for name in ("search", "question encoded", "bare index search")
        )
        assert whole["reference"] == pytest.approx(encode["value"] + index["value"], rel=0.01)
        assert rows[f"disk a chunk at {size} chunks"]["value"] > 0
        member = rows[f"search by a member of 200 of 1,000 groups at {size} chunks"]
        assert member["reference"] == whole["value"]
    grown = rows["search time, 1,000 to 2,000 chunks"]
    assert (grown["value"], grown["reference"]) == (
        rows["search at 2,000 chunks"]["value"],
        rows["search at 1,000 chunks"]["value"],
    )
    assert rows["chunks, 1,000 to 2,000 chunks"]["ratio"] == 2


def test_bench_ingest_prints_one_document_of_rows(tmp_path: Path, weights: Path) -> None:
    pytest.importorskip("llama_index.readers.file")
    shown = surefoot(tmp_path, "bench", "ingest", "--scale", "0.03", "--json", SUREFOOT_WEIGHTS=str(weights))
    assert shown.status == 0, shown.err
    rows = checked(shown.json()["rows"])
    ours = rows["mixed folder, ours"]["value"]
    against = [row for name, row in rows.items() if name.startswith("mixed folder, ours against")]
    assert len(against) == 2
    assert all(row["value"] == ours and row["ratio"] for row in against)
    assert rows["long texts, ours against the bare encoder"]["reference"] > 0
    assert rows["peak memory, 300 documents against 30"]["ratio"] > 0


def test_bench_start_prints_one_document_of_rows(tmp_path: Path, weights: Path) -> None:
    shown = surefoot(tmp_path, "bench", "start", "--json", SUREFOOT_WEIGHTS=str(weights))
    assert shown.status == 0, shown.err
    rows = checked(shown.json()["rows"])
    for until in ("the pages answer", "the first answer with a source"):
        first, second = (rows[f"{start} start, until {until}"] for start in ("first", "second"))
        assert first["value"] > 0
        assert second["reference"] == first["value"]
    assert not (tmp_path / "server.json").exists()  # it has a folder of its own


def test_bench_memory_prints_one_document_of_rows(tmp_path: Path, weights: Path) -> None:
    shown = surefoot(tmp_path, "bench", "memory", "--rest", "0", "--days", "1", "--json", SUREFOOT_WEIGHTS=str(weights))
    assert shown.status == 0, shown.err
    rows = checked(shown.json()["rows"])
    both, api, pages = (rows[f"{name}, idle"] for name in ("API and pages together", "API", "pages"))
    assert both["reference"] == 700
    assert max(api["value"], pages["value"]) < both["value"] <= api["value"] + pages["value"]
    for name in ("supervisor", "API", "pages"):
        assert 0 < rows[f"{name}, of that in no file"]["value"] < rows[f"{name}, idle"]["value"]
        assert rows[f"{name}, idle"]["value"] <= rows[f"{name}, at its peak"]["value"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("search", "--size", "999"),
        ("search", "--size", "many"),
        ("ingest", "--scale", "0"),
        ("memory", "--days", "0"),
        ("nothing",),
    ],
)
def test_a_measurement_that_makes_no_sense_is_refused(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    shown = surefoot(tmp_path, "bench", *arguments, "--json")
    assert shown.status == 2
    assert shown.json()["error"]["code"] == "usage"
