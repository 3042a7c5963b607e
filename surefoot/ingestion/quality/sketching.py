"""Sketches the set of five-word sequences of a text in 128 numbers, in one pass."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Codes = NDArray[np.uint64]

SIZE = 128
"""Values of a sketch."""
SHINGLE = 5
"""Words of a sequence."""
_BIN_BITS = 7
_EMPTY = 2**64 - 1
"""What a bin holds before a sequence fell into it; no value is so large."""
_GOLDEN = 0x9E3779B97F4A7C15
_MIX = (0xBF58476D1CE4E5B9, 0x94D049BB133111EB)
"""Constants of SplitMix64 (Steele, Lea and Flood 2014, 'Fast splittable pseudorandom number generators')."""
_BASE = 0x100000001B3
"""Odd multiplier that tells the order of words; FNV's prime."""


class _WordCodes(dict[str, int]):
    """Words by their 32-bit code, made when first met; Python's own hash differs from process to process."""

    def __missing__(self, word: str) -> int:
        code = self[word] = zlib.crc32(word.encode("utf-8", "surrogatepass"))
        return code


def word_codes(blocks: Iterable[list[str]]) -> Codes:
    """One code a word, shape (words,), the same on every machine."""
    import numpy as np

    pieces: list[Codes] = []
    for block in blocks:
        codes = _WordCodes()
        pieces.append(np.fromiter(map(codes.__getitem__, block), dtype=np.uint64, count=len(block)))
    return np.concatenate(pieces) if pieces else np.empty(0, np.uint64)


def sketch(codes: Codes) -> NDArray[np.uint32]:
    """The sketch of the words' sequences, shape (128,); raises ValueError where there are fewer than five words.

    Round after round each sequence falls into one of 128 bins, each bin keeps its smallest value, and bins that an
    earlier round filled stay as they are. The last rounds fill what is left, bin by bin, so that none stays empty.
    """
    import numpy as np

    if len(codes) < SHINGLE:
        raise ValueError(f"A sketch needs {SHINGLE} words.")
    sequences = _mixed(_sequences(_mixed(codes)))
    kept = np.full(SIZE, _EMPTY, np.uint64)
    for number in range(2 * SIZE):
        if not (kept == _EMPTY).any():
            break
        if number == 1:
            sequences = np.unique(sequences)  # bins left open: few sequences, perhaps the same a million times
        _fill(kept, sequences, number)
    return (_mixed(kept) & np.uint64(0xFFFFFFFF)).astype(np.uint32)


def _fill(kept: Codes, sequences: Codes, number: int) -> None:
    """One round over all sequences: the bins that are still empty take their smallest value."""
    import numpy as np

    hashes = _mixed(sequences + np.uint64((number * _GOLDEN) % 2**64))
    bins = (hashes & np.uint64(SIZE - 1)).astype(np.intp)
    if number >= SIZE:
        bins = np.full(len(hashes), number - SIZE, np.intp)
    wanted = (kept == _EMPTY)[bins]
    np.minimum.at(kept, bins[wanted], hashes[wanted] >> np.uint64(_BIN_BITS))


def _sequences(codes: Codes) -> Codes:
    """One code for each five words in a row."""
    import numpy as np

    count = len(codes) - SHINGLE + 1
    found = codes[:count].copy()
    for place in range(1, SHINGLE):
        found *= np.uint64(_BASE)
        found += codes[place : place + count]
    return found


def _mixed(codes: Codes) -> Codes:
    """Each code's bits spread over all 64, by SplitMix64's finalizer."""
    import numpy as np

    found = codes ^ (codes >> np.uint64(30))
    found *= np.uint64(_MIX[0])
    found ^= found >> np.uint64(27)
    found *= np.uint64(_MIX[1])
    return found ^ (found >> np.uint64(31))
