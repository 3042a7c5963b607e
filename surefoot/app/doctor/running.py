"""Says what will run here: who can be told apart, which model writes, how fast the search and the writing will be."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

from surefoot.app.accounts.four_eyes import Rule
from surefoot.app.database import Database, database_url
from surefoot.app.doctor.findings import Finding, in_words
from surefoot.app.migrations.runner import current, head
from surefoot.app.settings import Settings
from surefoot.app.wiring import build_encoder, build_weights
from surefoot.app.wiring.accounts import build_accounts
from surefoot.serving.models.declared import ENCODER, MODELS, ModelWeights
from surefoot.serving.models.memory import available_memory, choose_model
from surefoot.serving.models.weights import WeightStore

CHUNK = (
    "The cam belt of the van is replaced every 120,000 km or 72 months, whichever comes first, by the workshop. " * 7
)
"""Some 200 tokens."""
CHUNKS = 24
SLOW = 4.0
"""Chunks a second below which a library of a few thousand pages takes hours."""
PIECE = 64 * 1024 * 1024
"""Bytes that each thread reads to see how fast memory is."""


def check_accounts(settings: Settings) -> Iterator[Finding]:
    """Whether people are told apart, whether the trail is whole, and whether passwords travel in the open."""
    with closing(Database(database_url(settings))) as database:
        if current(database.engine) != head():
            yield Finding("accounts", "ok", "none yet: everybody on this machine is its owner")
            return
        accounts, trail = build_accounts(settings, database)
        people, verdict = len(accounts.people.names()), trail.verify()
        on, rule, holds = accounts.on, accounts.four_eyes.rule, accounts.four_eyes.in_force()
    words = f"{people} people" if on else "none: everybody on this machine is its owner"
    open_road = on and settings.reached_from_elsewhere and not (settings.public_url or "").startswith("https://")
    if open_road:
        remedy = "Put a reverse proxy with TLS in front, and set SUREFOOT_PUBLIC_URL to its https address."
        yield Finding("accounts", "warn", f"{words}; passwords travel unencrypted", remedy)
    else:
        yield Finding("accounts", "ok", words)
    if on:
        yield _four_eyes(rule, holds=holds)
    if verdict.whole:
        yield Finding("audit trail", "ok", f"whole, {verdict.entries:,} entries")
    else:
        yield Finding(
            "audit trail", "fail", verdict.fault, "Bring back the database from a backup, and ask who did it."
        )


def _four_eyes(rule: Rule, *, holds: bool) -> Finding:
    if rule is Rule.OFF:
        words = "off: one administrator alone exports other people's data and joins any group"
        return Finding("four eyes", "warn", words, "Set SUREFOOT_FOUR_EYES=auto.")
    if holds:
        return Finding("four eyes", "ok", "a second administrator, or this machine's owner, approves")
    words = "there is one administrator, who exports other people's data and joins any group alone"
    return Finding("four eyes", "ok", f"{words}; from the second one on, each needs another one's approval")


def check_answers(settings: Settings) -> Iterator[Finding]:
    """Which model will write, and how fast at most."""
    if settings.engine_url:
        name = settings.engine_model or "the model"
        yield Finding("answers", "ok", f"quotes, and text by {name} at {settings.engine_url}")
        return
    if settings.model == "none":
        yield Finding("answers", "ok", "quotes alone: SUREFOOT_MODEL is none")
        return
    choice = choose_model(available_memory()) if settings.model == "auto" else None
    name = choice.name if choice else settings.model
    if name is None:
        yield Finding("answers", "warn", "quotes alone", choice.reason if choice else "Set SUREFOOT_MODEL=auto.")
        return
    model = MODELS.get(name)
    yield Finding("answers", "ok", f"quotes, and text by {model.title if model else name}{_pace(model, settings)}")


def check_speed(settings: Settings) -> Iterator[Finding]:
    """How fast documents will be encoded, measured with the real encoder."""
    if not WeightStore(settings.weights).holds(ENCODER):
        yield Finding("speed", "ok", "measured once the encoder's weights are here")
        return
    encoder = build_encoder(settings, build_weights(settings)).dense
    encoder.encode([CHUNK])
    started = time.perf_counter()
    encoder.encode([f"{number} {CHUNK}" for number in range(CHUNKS)])
    rate = CHUNKS / (time.perf_counter() - started)
    words = f"{rate:.0f} chunks/s with {settings.threads} threads: 10,000 chunks take {10_000 / rate / 60:.0f} minutes"
    remedy = "Close other programs, or read large libraries on a machine with more processors." if rate < SLOW else ""
    yield Finding("speed", "warn" if remedy else "ok", words, remedy)


def _pace(model: ModelWeights | None, settings: Settings) -> str:
    """How many tokens a second memory allows, since every token reads the whole model once."""
    if model is None:
        return ""
    moved = _bytes_a_second(settings.threads)
    return f", {in_words(model.memory)} of memory, at most {moved / model.size:.0f} tokens/s ({in_words(int(moved))}/s)"


def _bytes_a_second(threads: int) -> float:
    """Bytes that these threads read from memory in a second, the best of three tries."""
    import numpy as np

    pieces = [np.ones(PIECE // 8) for _ in range(threads)]
    best = 0.0
    with ThreadPoolExecutor(threads) as pool:
        for _ in range(3):
            started = time.perf_counter()
            list(pool.map(np.max, pieces))
            best = max(best, threads * PIECE / (time.perf_counter() - started))
    return best
