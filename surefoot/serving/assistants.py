"""Assistants are declarations: a folder with `assistant.yaml`, prompts, knowledge and cases."""

from __future__ import annotations

import json
import re
import shutil
import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from surefoot.core.nouns import Asker
from surefoot.serving.errors import AssistantInvalid, UnknownAssistant

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


class InstructionKind(StrEnum):
    """What an instruction is for."""

    TOPIC = "topic"
    """The matter that its examples speak of."""
    DANGER = "danger"
    """Any danger to life: what the shipped examples speak of, too."""
    HAND_OVER = "hand_over"
    """Somebody wants a person instead of the assistant."""


class Instruction(BaseModel):
    """What the assistant's own documents say for a moment in which it must be said, before anything else."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = Field(min_length=1, max_length=80, description="Its name for people.")
    kind: InstructionKind = Field(InstructionKind.TOPIC, description="What it is for: topic, danger or hand_over.")
    examples: tuple[str, ...] = Field((), description="Messages in people's own words that it is the answer to.")
    unlike: tuple[str, ...] = Field((), description="Messages that are like these in words, and ask something else.")
    document: str = Field(min_length=1, description="The file in which it stands, as it was fed.")
    quote: tuple[str, ...] = Field(
        min_length=1, description="Its sentences or table rows, verbatim, or the heading that they stand under."
    )

    @field_validator("quote", mode="before")
    @classmethod
    def _as_list(cls, quote: object) -> object:
        return (quote,) if isinstance(quote, str) else quote

    @model_validator(mode="after")
    def _known_by_something(self) -> Self:
        if self.kind is InstructionKind.TOPIC and not self.examples:
            raise ValueError("an instruction of kind 'topic' needs examples: they are all that it is known by")
        if not all(part.strip() for part in (*self.quote, *self.examples, *self.unlike)):
            raise ValueError("a quote or an example is blank")
        return self


class Declaration(BaseModel):
    """What `assistant.yaml` may say; an unknown key is an error, because a typo would be silent."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(pattern=rf"^{NAME.pattern}$", description="Its name in addresses and commands.")
    title: str = Field(min_length=1, max_length=80, description="Its name for people.")
    summary: str = Field("", description="One line on what it knows.")
    greeting: str = Field("", description="What it says before the first question.")
    owner: str = Field("the owner of these documents", description="The role that is asked for missing documents.")
    language: str = Field(
        "en",
        description="Language of its documents (ISO 639-1), and what it speaks where a question's own is not sure.",
    )
    groups: list[str] = Field(["everyone"], description="Groups whose members may see its documents.")
    examples: list[str] = Field(default_factory=list, description="Questions that it answers well.")
    evidence_tokens: int = Field(350, ge=50, le=4000, description="Tokens of evidence in a prompt.")
    answer_tokens: int = Field(220, ge=16, le=2000, description="Tokens that the model may write.")
    memory_tokens: int = Field(200, ge=0, le=4000, description="Tokens that are remembered of a conversation.")
    pii: Literal["keep", "mask", "reject"] = Field(
        "keep", description="What becomes of personal data in its documents: keep, mask, or reject the document."
    )
    quality: dict[str, Any] = Field(
        default_factory=dict[str, Any], description="Rules of quality for its documents (see the guide to sources)."
    )
    instructions: tuple[Instruction, ...] = Field(
        (), max_length=20, description="What it says first in danger, and to who wants a person (see below)."
    )
    sources: list[dict[str, Any]] = Field(
        default_factory=list[dict[str, Any]], description="Where its documents come from (see the guide to sources)."
    )


@dataclass(frozen=True, slots=True)
class AssistantSpec:
    """An assistant as declared, and where its folder lies."""

    name: str
    title: str
    summary: str
    greeting: str
    owner: str
    language: str
    groups: frozenset[str]
    examples: tuple[str, ...]
    evidence_tokens: int
    answer_tokens: int
    memory_tokens: int
    pii: Literal["keep", "mask", "reject"]
    quality: Mapping[str, Any]
    """As declared; ingestion knows the rules."""
    sources: tuple[Mapping[str, Any], ...]
    """As declared; ingestion knows the kinds."""
    instructions: tuple[Instruction, ...]
    """What must be said first where a message speaks of it."""
    private: bool
    """Made by a person at run time, not shipped."""
    folder: Path

    def visible_to(self, asker: Asker) -> bool:
        """Whether the asker is in one of its groups."""
        return not self.groups.isdisjoint(asker.groups)


class AssistantRegistry:
    """All assistants: those shipped, and those that people made (which live in the data folder)."""

    def __init__(self, builtin: Path, private: Path, evidence_tokens: int | None = None) -> None:
        """`evidence_tokens` takes the place of what the assistants declare."""
        self._evidence_tokens = evidence_tokens
        self._builtin = builtin
        self._private = private
        self._lock = threading.Lock()
        self._loaded: dict[Path, tuple[tuple[int, int], AssistantSpec]] = {}
        """What was read of each declaration, with the time and size that it had."""

    def list(self, asker: Asker | None = None) -> list[AssistantSpec]:
        """All assistants, or those that the asker may see; shipped ones first, then by title."""
        specs = [
            self._load(folder, private=private)
            for base, private in ((self._builtin, False), (self._private, True))
            for folder in (sorted(base.iterdir()) if base.is_dir() else [])
            if (folder / "assistant.yaml").is_file()
        ]
        seen = [spec for spec in specs if asker is None or spec.visible_to(asker)]
        return sorted(seen, key=lambda spec: (spec.private, spec.title.lower()))

    def get(self, name: str, asker: Asker | None = None) -> AssistantSpec:
        """One assistant; raises UnknownAssistant, also where there is one that the asker may not see."""
        for base, private in ((self._builtin, False), (self._private, True)):
            if NAME.fullmatch(name) and (base / name / "assistant.yaml").is_file():
                spec = self._load(base / name, private=private)
                if asker is None or spec.visible_to(asker):
                    return spec
        known = ", ".join(spec.name for spec in self.list(asker)) or "none yet"
        raise UnknownAssistant(f"There is no assistant named '{name}'. Known: {known}.")

    def is_shipped(self, name: str) -> bool:
        """Whether an assistant is everybody's, and its name was given by nobody who works with it."""
        return NAME.fullmatch(name) is not None and (self._builtin / name / "assistant.yaml").is_file()

    def create(self, title: str, name: str | None = None, *, groups: Collection[str] = ("everyone",)) -> AssistantSpec:
        """Make a private assistant for some groups; the name is made from the title unless given.

        Raises AssistantInvalid. Where there is one of this name, that stays as it is.
        """
        title = " ".join(title.split())[:80] or "My documents"
        if name is not None and not NAME.fullmatch(name):
            raise AssistantInvalid(f"'{name}' cannot name an assistant: use a-z, 0-9 and '-', at most 63 characters.")
        with self._lock:
            name = name or self._free_name(title)
            folder = self._private / name
            if not (folder / "assistant.yaml").is_file():
                folder.mkdir(parents=True, exist_ok=True)
                summary = "Answers from the documents that you added."
                _write(folder, {"name": name, "title": title, "summary": summary, "groups": sorted(groups)})
        return self.get(name)

    def restrict(self, name: str, groups: Collection[str]) -> None:
        """Give a private assistant to other groups; its documents keep theirs. Raises UnknownAssistant."""
        spec = self.get(name)
        with self._lock:
            declared = yaml.safe_load((spec.folder / "assistant.yaml").read_text(encoding="utf-8"))
            _write(spec.folder, {**declared, "groups": sorted(groups)})

    def delete(self, name: str) -> None:
        """Remove a private assistant's declaration; raises AssistantInvalid for a shipped one."""
        spec = self.get(name)
        if not spec.private:
            raise AssistantInvalid(f"'{name}' is shipped with Surefoot and cannot be deleted.")
        with self._lock:
            shutil.rmtree(spec.folder, ignore_errors=True)

    def _load(self, folder: Path, *, private: bool) -> AssistantSpec:
        stat = (folder / "assistant.yaml").stat()
        stamp = (stat.st_mtime_ns, stat.st_size)
        known = self._loaded.get(folder)
        if known and known[0] == stamp:
            return known[1]
        spec = self._read(folder, private=private)
        self._loaded[folder] = (stamp, spec)
        return spec

    def _read(self, folder: Path, *, private: bool) -> AssistantSpec:
        spec = _load(folder, private=private)
        return replace(spec, evidence_tokens=self._evidence_tokens) if self._evidence_tokens else spec

    def _free_name(self, title: str) -> str:
        base = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:48] or "documents"
        taken = {spec.name for spec in self.list()}
        return next(n for n in (base, *(f"{base}-{i}" for i in range(2, 10_000))) if n not in taken)


def _write(folder: Path, declared: Mapping[str, Any]) -> None:
    partial = folder / "assistant.yaml.part"
    partial.write_text(yaml.safe_dump(dict(declared), sort_keys=False, allow_unicode=True), encoding="utf-8")
    partial.replace(folder / "assistant.yaml")


def _load(folder: Path, *, private: bool) -> AssistantSpec:
    path = folder / "assistant.yaml"
    try:
        declared = Declaration.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (yaml.YAMLError, UnicodeDecodeError, ValidationError) as error:
        raise AssistantInvalid(f"{path} does not declare an assistant: {error}") from error
    if declared.name != folder.name:
        raise AssistantInvalid(f"{path} says name '{declared.name}', its folder '{folder.name}': make them equal.")
    return AssistantSpec(
        name=declared.name,
        title=declared.title,
        summary=declared.summary,
        greeting=declared.greeting,
        owner=declared.owner,
        language=declared.language,
        groups=frozenset(declared.groups),
        examples=tuple(declared.examples),
        evidence_tokens=declared.evidence_tokens,
        answer_tokens=declared.answer_tokens,
        memory_tokens=declared.memory_tokens,
        pii=declared.pii,
        quality=declared.quality,
        sources=tuple(declared.sources),
        instructions=declared.instructions,
        private=private,
        folder=folder,
    )


@dataclass(frozen=True, slots=True)
class Measured:
    """How a model fared on an assistant's cases beside the quotes alone."""

    cases: int
    right_quotes: int
    right_model: int

    @property
    def model_is_better(self) -> bool:
        """Whether text written by the model may take the place of the quotes."""
        return self.right_model > self.right_quotes


def shipped_measurement(spec: AssistantSpec, model: str) -> Measured | None:
    """What was measured before shipping, from the assistant's `measured.json`."""
    path = spec.folder / "measured.json"
    if not path.is_file():
        return None
    row = json.loads(path.read_text(encoding="utf-8")).get(model)
    return Measured(row["cases"], row["right_quotes"], row["right_model"]) if row else None
