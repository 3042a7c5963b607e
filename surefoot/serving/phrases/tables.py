"""Reads the tables of what the assistant says itself, one file a language."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

FOLDER = Path(__file__).parent / "texts"
SMALL_TALK = Path(__file__).with_name("small_talk.yaml")
INSTRUCTIONS = Path(__file__).with_name("instructions.yaml")
INSTRUCTION_VECTORS = INSTRUCTIONS.with_suffix(".npz")
"""What the first encoder makes of them: `python -m tools.instruction_vectors`."""
ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Phrases:
    """One language's sentences; words in braces are filled in with `str.format`."""

    language: str
    """ISO 639-1."""
    not_found: str
    nearest: str
    sure: str
    nearest_only: str
    """Goes before quotes that may not be an answer."""
    probable: str
    """Goes before quotes of which the first probably answers."""
    unanswered_part: str
    """Said of a part of a question that nothing answers."""
    loading: str
    incomplete: str
    """Said where documents are missing from the search for now."""
    searched_none: str
    searched_one: str
    searched_many: str
    page: str
    naming: str
    """A kind of document with the names that it must have."""
    quoted: str
    off_topic: str
    off_topic_private: str
    which: str
    disagree: str
    says: str
    valid_from: str
    undated: str
    foreign: str
    """Goes before quotes in another language."""
    languages: Mapping[str, str]
    """Names of languages by code, as `foreign` needs them."""
    kinds: Mapping[str, Mapping[str, str]]
    """Kinds of question: the pattern by which one is `asked`, and which kind of document is `missing` then."""
    small_talk: Mapping[str, str]
    """Replies to a greeting, thanks and the like, and what the assistant tells of itself."""
    rephrase: str
    emergency: str
    hand_over: str
    """Whom to ask instead of the assistant."""
    stopped: Mapping[str, str]
    """Of a question that is blocked or refused, by what it was taken for."""

    def kind_of(self, question: str) -> str:
        """The kind of a question in this language: the first one whose pattern fits, the last one fits all."""
        fits = (name for name, kind in self.kinds.items() if re.search(kind["asked"], question, re.IGNORECASE))
        return next(fits)


@cache
def languages() -> tuple[str, ...]:
    """The languages that have a table (ISO 639-1)."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


@cache
def phrases_in(language: str) -> Phrases:
    """A language's phrases; the English ones where it has no table."""
    code = language if language in languages() else ENGLISH
    return Phrases(**yaml.safe_load((FOLDER / f"{code}.yaml").read_text(encoding="utf-8")))


@cache
def forewords() -> frozenset[str]:
    """All lines that may stand beside quotes: that they are in another language, are but probable or the nearest, or
    disagree, and where help is. They cite nothing."""
    tables = [phrases_in(code) for code in languages()]
    foreign = {table.foreign.format(language=name) for table in tables for name in table.languages.values()}
    said = {line for table in tables for line in (table.disagree, table.emergency, table.nearest_only, table.probable)}
    return frozenset(foreign | said)


@cache
def open_ends() -> tuple[str, ...]:
    """How the lines begin that name a part of a question that nothing answers."""
    return tuple(phrases_in(code).unanswered_part.partition("{")[0] for code in languages())


@cache
def small_talk_examples() -> Mapping[str, Mapping[str, list[str]]]:
    """What people say that asks nothing, by kind and language (ISO 639-1); "asks" are short questions like it."""
    examples: Mapping[str, Mapping[str, list[str]]] = yaml.safe_load(SMALL_TALK.read_text(encoding="utf-8"))
    return examples


@cache
def instruction_examples() -> Mapping[str, Mapping[str, list[str]]]:
    """What people write in danger, or who want a person, by kind and language; "asks" is like it and neither."""
    examples: Mapping[str, Mapping[str, list[str]]] = yaml.safe_load(INSTRUCTIONS.read_text(encoding="utf-8"))
    return examples


@cache
def examples_hash() -> str:
    """A hash over the examples of instructions and of small talk."""
    return hashlib.sha256(INSTRUCTIONS.read_bytes() + SMALL_TALK.read_bytes()).hexdigest()


@cache
def phrases_version() -> str:
    """A hash over all tables: it changes when an answer could be worded otherwise."""
    digest = hashlib.sha256()
    for path in (*sorted(FOLDER.glob("*.yaml")), SMALL_TALK, INSTRUCTIONS):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
