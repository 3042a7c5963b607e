"""Tells requests that no document should answer: how to hurt somebody, how to commit a crime; and words of despair."""

from __future__ import annotations

from surefoot.serving.guards.rules import rules

BEFORE = 25
"""Characters from the beginning of a match in which a word like 'detect' turns it into its opposite."""


def unsafe(folded: str) -> str | None:
    """The name of the rule that a request for harm breaks; who asks how to prevent or to report it breaks none."""
    prevents = rules("unsafe", "prevents")[0]
    for rule in rules("unsafe", "unsafe"):
        found = rule(folded)
        if found and not prevents(folded[: found.start() + BEFORE]):
            return rule.name
    return None


def despairs(folded: str) -> bool:
    """Whether the asker speaks of harming themselves; who reports that somebody else did, does not."""
    return bool(rules("unsafe", "despair")[0](folded)) and not rules("unsafe", "reports")[0](folded)
