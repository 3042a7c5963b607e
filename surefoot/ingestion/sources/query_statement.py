"""Tells whether a text is one SQL query that reads; the database itself then refuses what would write."""

from __future__ import annotations

import re

LONGEST_STATEMENT = 20_000
"""Characters."""
_TOKEN = re.compile(
    r"""'(?:[^']|'')*' | "(?:[^"]|"")*" | `[^`]*` | --[^\n]* | /\*.*?\*/ | \$(?P<tag>\w*)\$.*?\$(?P=tag)\$
    | (?P<code>[();]|\w+) | \s+ | .""",
    re.VERBOSE | re.DOTALL,
)


def checked_statement(text: str) -> str:
    """The query without its final semicolon; raises ValueError, in words, where it is not a single SELECT or WITH."""
    statement = text.strip().removesuffix(";").strip()
    if "\x00" in statement or "\\'" in statement:
        raise ValueError("holds a backslash before a quote: write a quote within a text as two quotes")
    tokens = [found["code"] for found in _TOKEN.finditer(statement) if found["code"]]
    if not tokens or tokens[0].upper() not in ("SELECT", "WITH", "("):
        raise ValueError("must be a query that begins with SELECT or WITH")
    if ";" in tokens:
        raise ValueError("must be one query: leave out what follows the semicolon")
    if not _is_balanced(tokens):
        raise ValueError("has parentheses that do not match")
    return statement


def _is_balanced(tokens: list[str]) -> bool:
    depth = 0
    for token in tokens:
        depth += {"(": 1, ")": -1}.get(token, 0)
        if depth < 0:
            return False
    return depth == 0
