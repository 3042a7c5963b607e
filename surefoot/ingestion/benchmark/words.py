"""Seeded texts for measurements of speed: they read like handbooks, each is another, and none is worth reading."""

from __future__ import annotations

import random
from functools import cache

_THINGS = (
    "brake pad|service interval|loading ramp|tachograph card|tyre pressure|coolant level|trailer coupling|fuel card|"
    "router password|roaming zone|number transfer|invoice copy|fibre outage|cancellation form|SIM card|data allowance|"
    "gift register|cash report|sanctions list|travel claim|incident record|audit trail|training record|client file"
).split("|")
_PEOPLE = (
    "driver|dispatcher|technician|fleet manager|agent|supervisor|compliance officer|auditor|customer|owner"
).split("|")
_DEEDS = "checks|renews|reports|records|replaces|confirms|files|measures|approves|returns|inspects|closes".split("|")
_WHEN = (
    "before each shift|within {n} working days|every {n} months|after {n} thousand kilometres|once the limit of {n} "
    "euro is passed|at a depth of {n} millimetres|when fault code {code} appears|no later than day {n}|for amounts "
    "above {n} euro|on line {n} of form {code}"
).split("|")
_WHY = (
    "because the {a} depends on it|unless the {p} decides otherwise|so that the {a} stays valid|and notes the {a}|"
    "while the {p} keeps the {a}|even where the {a} was changed"
).split("|")
SENTENCES = 11
"""Sentences of a passage; with its title and heading some 200 tokens."""

QUESTIONS = (
    "When is the brake pad replaced?",
    "How long does a number transfer take?",
    "From which amount is a cash report filed?",
    "Who approves a travel claim above 400 euro?",
    "What does fault code K17 mean?",
    "How often is the tyre pressure checked?",
    "Which form does the customer return for a cancellation?",
    "Who keeps the training record and for how long?",
    "What happens after a fibre outage of two days?",
    "When does the service interval end for the loading ramp?",
)


def sentence(rng: random.Random) -> str:
    """One sentence with a number or a code in it."""
    thing, other = rng.sample(_THINGS, 2)
    person, second = rng.sample(_PEOPLE, 2)
    code = f"{rng.choice('ABCDEFGHKLMNPRSTUVWX')}{rng.randrange(10, 9_999)}"
    when = rng.choice(_WHEN).format(n=rng.randrange(2, 900), code=code)
    why = rng.choice(_WHY).format(a=other, p=second)
    return f"The {person} {rng.choice(_DEEDS)} the {thing} {when} {why}."


def paragraph(rng: random.Random, sentences: int) -> str:
    """Sentences, one after the other."""
    return " ".join(sentence(rng) for _ in range(sentences))


@cache
def passages(count: int) -> tuple[str, ...]:
    """So many passages of about 190 tokens, the same at every call."""
    rng = random.Random(11)  # noqa: S311 - reproducible texts, no secrets
    return tuple(paragraph(rng, SENTENCES) for _ in range(count))
