"""Reads the tables of what is said of records, one file a language."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import yaml

from surefoot.serving.phrases.tables import ENGLISH, FOLDER

LIVE = FOLDER.parent / "live"


@dataclass(frozen=True, slots=True)
class LivePhrases:
    """How one language says what records tell."""

    language: str
    """ISO 639-1."""
    point: str
    thousands: str
    units: Mapping[str, list[str]]
    """Units that are named otherwise than in the declaration: of one, of many."""
    grains: Mapping[str, str]
    frames: Mapping[str, str]
    """Sentences and parts of them, without what opens and closes a sentence."""
    more: Mapping[str, str]
    """Whole sentences beside the figures."""
    asking: Mapping[str, str]
    """What is asked back."""
    times: list[str]
    """Times that are offered."""
    over: list[str]
    """What an average is offered over."""


@cache
def live_phrases_in(language: str) -> LivePhrases:
    """How a language says what records tell; English where it has no table."""
    path = {path.stem: path for path in LIVE.glob("*.yaml")}.get(language, LIVE / f"{ENGLISH}.yaml")
    return LivePhrases(**yaml.safe_load(path.read_text(encoding="utf-8")))


@cache
def live_phrases_version() -> str:
    """A hash over all tables: it changes when an answer could be worded otherwise."""
    digest = hashlib.sha256()
    for path in sorted(LIVE.glob("*.yaml")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
