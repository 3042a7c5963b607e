"""Reads how likely each choice is from the likeliest first tokens of an answer."""

from __future__ import annotations

import math
from collections.abc import Sequence

TOP = 20
"""Tokens that are asked for; the most that OpenAI and vLLM give."""


def joined_by_choice(tokens: Sequence[tuple[str, float]], choices: Sequence[str]) -> dict[str, float]:
    """Log probability of each choice as the answer's first word; `tokens` are (text, log probability).

    A token speaks for the choice that it is, or for the only one that it begins; blanks and case are nothing.
    """
    floor = min((logprob for _, logprob in tokens), default=-math.inf)
    joined: dict[str, list[float]] = {choice: [] for choice in choices}
    for text, logprob in tokens:
        meant = _meant(text.strip().casefold(), choices)
        if meant is not None:
            joined[meant].append(logprob)
    return {choice: _log_sum(logprobs) if logprobs else floor for choice, logprobs in joined.items()}


def _meant(token: str, choices: Sequence[str]) -> str | None:
    begun = [choice for choice in choices if token and choice.casefold().startswith(token)]
    exact = [choice for choice in begun if choice.casefold() == token]
    if exact:
        return exact[0]
    return begun[0] if len(begun) == 1 else None


def _log_sum(logprobs: Sequence[float]) -> float:
    """log(Σ exp(x)), without underflow."""
    highest = max(logprobs)
    if highest == -math.inf:
        return highest
    return highest + math.log(sum(math.exp(logprob - highest) for logprob in logprobs))
