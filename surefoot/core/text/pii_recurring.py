"""Finds what a document has shown to be personal in the places where its surroundings do not show it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from surefoot.core.text.pii_given_names import SURNAMES, WORDS_TOO, plain
from surefoot.core.text.pii_spans import PiiKind, PiiSpan

_WORD = re.compile(r"[^\W_]+")
_SHORTEST_PART = 4
"""Letters of a family or given name that is looked for by itself."""
_SHORTEST_VALUE = 5
_SCORE = 0.5
_Known = dict[str, list[tuple[int, str, PiiKind]]]
"""By first word: its offset in the value, the value, the kind."""


def known(values: Mapping[str, PiiKind]) -> _Known:
    """The values, and the parts of persons' names, ordered for `recurring`."""
    wanted = {value: kind for value, kind in values.items() if len(value) >= _SHORTEST_VALUE}
    for value, kind in values.items():
        if kind is PiiKind.PERSON:
            wanted |= dict.fromkeys(_parts(value), kind)
    index: _Known = {}
    for value, kind in sorted(wanted.items(), key=lambda one: -len(one[0])):
        if first := _WORD.search(value):
            index.setdefault(first.group(), []).append((first.start(), value, kind))
    return index


def recurring(text: str, index: _Known) -> Iterator[PiiSpan]:
    """Where one of the known values stands as whole words."""
    for word in _WORD.finditer(text):
        for offset, value, kind in index.get(word.group(), ()):
            start = word.start() - offset
            if start >= 0 and text.startswith(value, start) and _stands_alone(text, start, start + len(value)):
                yield PiiSpan(start, start + len(value), kind, _SCORE)
                break


def _stands_alone(text: str, start: int, end: int) -> bool:
    return not re.match(r"[\w@-]", text[end : end + 1]) and not re.match(
        r"[\w@./-]", text[start - 1 : start] if start else ""
    )


def _parts(name: str) -> Iterator[str]:
    words = name.split()
    for word in words if len(words) > 1 else ():
        if len(word) >= _SHORTEST_PART and word[0].isupper() and plain(word) not in SURNAMES | WORDS_TOO:
            yield word
