"""Remembers the tokens of documents' sentences that were encoded last, so that the next question need not encode them.

Encoding its sentences is nine tenths of what a question's evidence costs.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from surefoot.retrieval.encoders import TokenVectors

MOST_BYTES = 48 * 2**20
"""What is remembered at most: some 2,400 sentences of 25 tokens."""
TOKEN_BYTES = 64
"""What a token's own letters take."""
Encode = Callable[[Sequence[str]], list[TokenVectors]]


@dataclass(frozen=True, slots=True)
class _Kept:
    tokens: tuple[str, ...]
    states: NDArray[np.float16]

    @property
    def bytes(self) -> int:
        return self.states.nbytes + TOKEN_BYTES * len(self.tokens)

    @property
    def vectors(self) -> TokenVectors:
        return TokenVectors(self.tokens, self.states.astype(np.float32))


Place = tuple[str, bytes]
"""A document's id, and the digest of a text of it: the words themselves are not kept."""


class TextMemory:
    """Tokens of texts by document, the one not asked for longest forgotten first; safe for threads.

    What one encoder made, for that encoder. A deleted document's texts are forgotten with it, and a question that
    was on its way while something was deleted leaves nothing behind.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        """most_bytes: of memory; 0 remembers nothing."""
        self._most = most_bytes
        self._lock = Lock()
        self._known: OrderedDict[Place, _Kept] = OrderedDict()
        self._bytes = 0
        self._deletions = 0

    @property
    def deletions(self) -> int:
        """How often something was forgotten on purpose."""
        return self._deletions

    @property
    def bytes(self) -> int:
        """What is remembered takes."""
        return self._bytes

    def find(self, places: Sequence[Place]) -> dict[Place, TokenVectors]:
        """Those of the places that are known."""
        with self._lock:
            found = {place: self._known[place] for place in places if place in self._known}
            for place in found:
                self._known.move_to_end(place)
        return {place: kept.vectors for place, kept in found.items()}

    def keep(self, made: Mapping[Place, _Kept], since: int) -> None:
        """Remember what a question encoded that began when there were `since` deletions."""
        with self._lock:
            if since != self._deletions:
                return
            for place, kept in made.items():
                self._drop(place)
                self._known[place] = kept
                self._bytes += kept.bytes
            while self._bytes > self._most:
                self._drop(next(iter(self._known)))

    def forget(self, document_id: str) -> None:
        """Forget all of a document."""
        with self._lock:
            self._deletions += 1
            for place in [place for place in self._known if place[0] == document_id]:
                self._drop(place)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._deletions += 1
            self._known.clear()
            self._bytes = 0

    def _drop(self, place: Place) -> None:
        kept = self._known.pop(place, None)
        self._bytes -= kept.bytes if kept else 0


class Encoded:
    """What is encoded for one question, which may be ranked several times; it begins with what is remembered."""

    def __init__(self, memory: TextMemory | None = None) -> None:
        self._memory = memory or TextMemory(0)
        self._since = self._memory.deletions
        self._known: dict[Place, TokenVectors] = {}

    def tokens(self, texts: Sequence[tuple[str, str]], encode: Encode) -> list[TokenVectors]:
        """The tokens of texts, each given behind its document's id; one of no document ("") is not remembered.

        They are rounded to 16 bits, remembered or not, so that a question finds the same each time.
        """
        places = [(document_id, _digest(text)) for document_id, text in texts]
        self._known |= self._memory.find([place for place in dict.fromkeys(places) if place not in self._known])
        fresh = {place: text for place, (_, text) in zip(places, texts, strict=True) if place not in self._known}
        made = {
            place: _Kept(vectors.tokens, vectors.states.astype(np.float16))
            for place, vectors in zip(fresh, encode(list(fresh.values())), strict=True)
        }
        self._known |= {place: kept.vectors for place, kept in made.items()}
        self._memory.keep({place: kept for place, kept in made.items() if place[0]}, self._since)
        return [self._known[place] for place in places]


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
