"""Reads the rules of the screens, which are files, so that they can be discussed and measured without the code."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "rules"
_WORDS = re.compile(r"%([a-z]+)%")


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that a screen looks for in folded text."""

    name: str
    pattern: re.Pattern[str]
    weight: int
    """How much it tells, where signs are added up."""
    threat: str
    """What it is a sign of; empty where the file is about one thing."""

    def __call__(self, text: str) -> re.Match[str] | None:
        """Where it is found first."""
        return self.pattern.search(text)


@cache
def rules(file: str, section: str) -> tuple[Rule, ...]:
    """The rules of a section of a file, in their order; `%name%` in a pattern is any of that name's words."""
    content = _content(file)
    words = {name: _any(listed.split(" | ")) for name, listed in content.get("words", {}).items()}
    return tuple(_rule(declared, words) for declared in content[section])


@cache
def words(file: str, section: str) -> frozenset[str]:
    """A section of a file that is a list of words."""
    return frozenset(_content(file)[section].split())


@cache
def rules_version() -> str:
    """A hash over all rules and what applies them: it changes when a text could be judged otherwise."""
    digest = hashlib.sha256()
    for path in (*sorted(FOLDER.glob("*.yaml")), *sorted(FOLDER.parent.glob("*.py"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


@cache
def _content(file: str) -> dict[str, Any]:
    return yaml.safe_load((FOLDER / f"{file}.yaml").read_text(encoding="utf-8"))


def _rule(declared: dict[str, Any], words: dict[str, str]) -> Rule:
    pattern = "|".join(declared["patterns"])
    for _ in range(2):  # words may be made of words
        pattern = _WORDS.sub(lambda found: words[found.group(1)], pattern)
    compiled = re.compile(pattern, re.DOTALL | re.MULTILINE if declared.get("lines") else 0)
    return Rule(declared["name"], compiled, declared.get("weight", 1), declared.get("threat", ""))


def _any(alternatives: list[str]) -> str:
    return f"(?:{'|'.join(alternatives)})"
