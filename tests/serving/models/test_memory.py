"""The choice of a model by free memory, on the machine and in a container."""

from __future__ import annotations

from pathlib import Path

import pytest

from surefoot.serving.models.memory import available_memory, choose_model

GIB = 1024**3


@pytest.mark.parametrize(
    ("free", "name"),
    [
        (8 * GIB, "qwen2.5-coder-1.5b-instruct"),
        (2 * GIB, "qwen2.5-coder-0.5b-instruct"),
        (GIB // 2, None),
        (0, None),
    ],
)
def test_the_largest_model_that_fits_is_chosen(free: int, name: str | None) -> None:
    choice = choose_model(free)
    assert choice.name == name
    assert "memory" in choice.reason


def machine(tmp_path: Path, available_kb: int) -> Path:
    proc = tmp_path / "proc"
    proc.mkdir()
    (proc / "meminfo").write_text(f"MemTotal: 9 kB\nMemAvailable:    {available_kb} kB\n")
    return proc


def test_without_a_container_the_machines_free_memory_counts(tmp_path: Path) -> None:
    assert available_memory(machine(tmp_path, 1000), tmp_path / "none") == 1000 * 1024


def test_a_containers_limit_counts_with_its_droppable_pages(tmp_path: Path) -> None:
    groups = tmp_path / "groups"
    groups.mkdir()
    (groups / "memory.max").write_text(f"{3 * GIB}\n")
    (groups / "memory.current").write_text(f"{2 * GIB}\n")
    (groups / "memory.stat").write_text(f"anon 5\ninactive_file {GIB // 2}\n")
    assert available_memory(machine(tmp_path, 9 * GIB // 1024), groups) == GIB + GIB // 2


def test_a_container_without_a_limit_is_the_machine(tmp_path: Path) -> None:
    groups = tmp_path / "groups"
    groups.mkdir()
    (groups / "memory.max").write_text("max\n")
    (groups / "memory.current").write_text("5\n")
    assert available_memory(machine(tmp_path, 1000), groups) == 1000 * 1024


def test_the_older_control_groups_count_too(tmp_path: Path) -> None:
    folder = tmp_path / "groups" / "memory"
    folder.mkdir(parents=True)
    (folder / "memory.limit_in_bytes").write_text("3000\n")
    (folder / "memory.usage_in_bytes").write_text("1000\n")
    assert available_memory(machine(tmp_path, 1000), tmp_path / "groups") == 2000


def test_this_machine_has_some_memory() -> None:
    assert available_memory() > 0
