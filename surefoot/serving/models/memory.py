"""Chooses the generation model that fits into the memory that is free."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from surefoot.serving.models.declared import LOW_MEMORY, REFERENCE, ModelWeights

PROC = Path("/proc")
CGROUPS = Path("/sys/fs/cgroup")
CANDIDATES = (REFERENCE, LOW_MEMORY)


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """A model's name, or None, and why."""

    name: str | None
    reason: str


def choose_model(available_bytes: int) -> ModelChoice:
    """The best model that fits into the free memory, or none."""
    for model in CANDIDATES:
        if available_bytes >= model.memory:
            return ModelChoice(model.name, _fits(model, available_bytes))
    smallest = CANDIDATES[-1]
    return ModelChoice(
        None,
        f"{_gigabytes(available_bytes)} of memory are free, and the smallest model needs "
        f"{_gigabytes(smallest.memory)}: answers are quotes. Free some memory and start again, "
        "or set SUREFOOT_ENGINE_URL to a server with a model.",
    )


def available_memory(proc: Path = PROC, cgroups: Path = CGROUPS) -> int:
    """Bytes that a new process can take: what the machine has free, or this container's limit leaves."""
    free = [_machine_free(proc), *_container_free(cgroups)]
    return max(0, min(free))


def _fits(model: ModelWeights, available_bytes: int) -> str:
    return f"{model.title} needs {_gigabytes(model.memory)} of memory; {_gigabytes(available_bytes)} are free."


def _machine_free(proc: Path) -> int:
    lines = _lines(proc / "meminfo")
    named = {name: value for name, _, value in (line.partition(":") for line in lines)}
    if "MemAvailable" in named:
        return int(named["MemAvailable"].split()[0]) * 1024
    # Without /proc the pages that are free now are not known: take half of the memory.
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2


def _container_free(cgroups: Path) -> list[int]:
    """What the control groups' limits leave; file pages that can be dropped count as free. Versions 2 and 1."""
    names = (("", "memory.max", "memory.current"), ("memory", "memory.limit_in_bytes", "memory.usage_in_bytes"))
    left: list[int] = []
    for folder, limit_name, used_name in names:
        limit, used = (_number(cgroups / folder / name) for name in (limit_name, used_name))
        if limit is not None and used is not None:
            left.append(limit - used + _droppable(cgroups / folder / "memory.stat"))
    return left


def _droppable(stat: Path) -> int:
    pairs = dict(line.split() for line in _lines(stat) if len(line.split()) == 2)
    return int(pairs.get("inactive_file", pairs.get("total_inactive_file", 0)))


def _number(path: Path) -> int | None:
    text = "".join(_lines(path)).strip()
    return int(text) if text.isdigit() else None


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text("ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        return []


def _gigabytes(count: int) -> str:
    return f"{count / 1e9:.1f} GB"
