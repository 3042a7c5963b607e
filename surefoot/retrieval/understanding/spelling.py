"""Puts typing errors right with words of the passages that the asker may see, and of common questions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from surefoot.core.nouns import Passage

Corrections = tuple[tuple[str, str], ...]
"""Words as written and as put right."""

SHORTEST = 4
"""Letters from which a word is put right: shorter ones are near too many others."""
LONG = 8
"""Letters from which two errors are put right."""
FEW = 5
"""Letters below which a word is put right to one of ASKING alone."""
AS_OFTEN = 10
"""Passages that a word of ASKING counts as having."""
MOST = 5
"""Words that are put right in one question; a text with more errors is in another language, or no text."""
ASKING = (
    "about after against allowed before between during every first highest longest lowest maximum minimum most much "
    "many need number often should temperature there those under until week weeks what when where which while within "
    "without would month months days hours minutes price prices cost costs limit deadline does have must long"
).split()
"""Words of questions, so that 'how mutch' is still seen to ask for a figure."""
_WORD = re.compile(r"(?<![\w@#./-])[^\W\d_]+(?:'[^\W\d_]+)?(?![\w@#/-]|\.\w)")


class Spelling:
    """Finds unknown words of a question and what they were meant to be.

    A word is known when the encoder has it as a whole, or when a passage has it in any form. Names keep their spelling
    where they are known; codes and numbers are never touched. Since only passages that were found for the asker give
    words, nothing is put right to a word of a document that the asker may not see.
    """

    def __init__(self, is_common: Callable[[str], bool], terms: Callable[[str], list[str]]) -> None:
        """is_common: whether a lower-case word is one of the language."""
        self._is_common = is_common
        self._terms = terms

    def strange(self, text: str, passages: Iterable[Passage]) -> list[str]:
        """Words that neither the language nor the passages know; none where they are most of the text."""
        unknown = self._unknown(text)
        if not unknown or len(unknown) > max(1, min(MOST, len(text.split()) // 2)):
            return []
        stems = {stem for word in _vocabulary(passages) for stem in self._terms(word)}
        return [word for word in unknown if not set(self._terms(word)) & stems]

    def corrections(self, text: str, passages: Sequence[Passage]) -> Corrections:
        """What to put right in a text."""
        vocabulary = _vocabulary(passages)
        found = [(word, _nearest(word.lower(), vocabulary)) for word in self.strange(text, passages)]
        return tuple((word, nearest) for word, nearest in found if nearest)

    def _unknown(self, text: str) -> list[str]:
        words = dict.fromkeys(word for word in _WORD.findall(text) if len(word) >= SHORTEST and not word.isupper())
        return [word for word in words if word.lower() not in ASKING and not self._is_common(word.lower())]


def corrected(text: str, corrections: Corrections) -> str:
    """The text with its words put right; a capital stays one."""
    for word, right in corrections:
        shown = right.capitalize() if word[:1].isupper() else right
        text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", lambda _, shown=shown: shown, text)
    return text


def _vocabulary(passages: Iterable[Passage]) -> Counter[str]:
    """Words with the number of passages that have them."""
    counts: Counter[str] = Counter()
    for passage in passages:
        chunk = passage.chunk
        words = _WORD.findall(" ".join((chunk.title, *chunk.heading_path, chunk.text)))
        counts.update({word.lower() for word in words if len(word) >= SHORTEST})
    counts.update(dict.fromkeys(ASKING, AS_OFTEN))
    return counts


def _nearest(word: str, vocabulary: Counter[str]) -> str | None:
    """The nearest word within one error, two for a long one; the more frequent of equally near ones."""
    allowed = 2 if len(word) >= LONG else 1
    near = [
        (distance, -count, known)
        for known, count in vocabulary.items()
        if abs(len(known) - len(word)) <= allowed
        and (distance := edits(word, known, allowed)) <= allowed
        and (len(word) >= FEW or known in ASKING)
    ]
    return min(near)[2] if near else None


def edits(one: str, other: str, most: int) -> int:
    """Damerau-Levenshtein distance (optimal string alignment): letters put in, left out, changed, or swapped.

    Gives `most + 1` where it is larger than `most`.
    """
    before: Sequence[int] = ()
    row: Sequence[int] = range(len(other) + 1)
    for i, letter in enumerate(one, start=1):
        older, before = before, row
        new = [i]
        for j, known in enumerate(other, start=1):
            cost = min(before[j] + 1, new[j - 1] + 1, before[j - 1] + (letter != known))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == known:
                cost = min(cost, older[j - 2] + 1)
            new.append(cost)
        if min(new) > most:
            return most + 1
        row = new
    return min(row[-1], most + 1)
