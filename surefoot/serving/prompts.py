"""Prompts are versioned files; an assistant's own folder comes before the shared one."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from surefoot.serving.errors import PromptMissing
from surefoot.serving.guards.fences import fenced
from surefoot.serving.models.chat_model import Message

SHARED = Path(__file__).parent / "prompt_texts"
_FILE = re.compile(r"(?P<name>[a-z_]+)\.v(?P<version>\d+)\.md")


@dataclass(frozen=True, slots=True)
class Prompt:
    """One version of a prompt."""

    name: str
    version: int
    text: str

    @property
    def tag(self) -> str:
        """Name, version and the beginning of its hash, for a release."""
        return f"{self.name}.v{self.version}:{self.hash[:16]}"

    @property
    def hash(self) -> str:
        """sha256 of name, version and text, hexadecimal."""
        return hashlib.sha256(f"{self.name}.v{self.version}\n{self.text}".encode()).hexdigest()


def load_prompt(name: str, own_folder: Path) -> Prompt:
    """The newest version of a prompt, from the assistant's `prompts/` or else the shared ones; raises PromptMissing."""
    for folder in (own_folder / "prompts", SHARED):
        versions = [
            (int(found["version"]), path)
            for path in (folder.iterdir() if folder.is_dir() else [])
            if (found := _FILE.fullmatch(path.name)) and found["name"] == name
        ]
        if versions:
            version, path = max(versions)
            return Prompt(name, version, path.read_text(encoding="utf-8").strip())
    raise PromptMissing(f"There is no prompt '{name}' in {own_folder / 'prompts'} or {SHARED}: add {name}.v1.md.")


@dataclass(frozen=True, slots=True)
class EvidenceItem:
    """A numbered piece of evidence as the model sees it."""

    number: int
    source: str
    """Title and heading."""
    text: str


def render(prompt: Prompt, items: Sequence[EvidenceItem], question: str, said: str = "") -> list[Message]:
    """The stable part first, so that the engine's prefix cache serves it; evidence is fenced as data.

    said: what is remembered of the conversation, oldest first; it comes before the evidence, because it grows at its
    end from turn to turn while the evidence changes altogether.
    """
    before = f"<conversation>\n{fenced(said)}\n</conversation>\n\n" if said else ""
    evidence = "\n".join(f"[{item.number}] ({fenced(item.source)}) {fenced(item.text)}" for item in items)
    asked = f"{before}<evidence>\n{evidence}\n</evidence>\n\nQuestion: {fenced(question)}"
    return [Message("system", prompt.text), Message("user", asked)]
