"""The dense encoders that an edition may be made with, by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock

from surefoot.retrieval.bm25 import Bm25
from surefoot.retrieval.encoder_e5 import REMEDY, MultilingualE5
from surefoot.retrieval.encoders import DenseEncoder, HybridEncoder, MiniLM
from surefoot.retrieval.errors import UnknownEncoder


@dataclass(frozen=True, slots=True)
class EncoderKind:
    """An encoder that can be made."""

    name: str
    title: str
    """For people: what it is good for."""
    make: Callable[[], DenseEncoder]
    available: Callable[[], bool] = lambda: True
    """Whether what it needs is installed."""
    remedy: str = ""
    """How that is installed."""


class Encoders:
    """Makes each encoder once; safe for threads."""

    def __init__(self, kinds: Sequence[EncoderKind], sparse: Bm25 | None = None) -> None:
        """kinds: the first is the one that an installation begins with."""
        self._kinds = {kind.name: kind for kind in kinds}
        self._sparse = sparse or Bm25()
        self._lock = Lock()
        self._made: dict[str, HybridEncoder] = {}

    @property
    def kinds(self) -> tuple[EncoderKind, ...]:
        """All kinds, the one that an installation begins with first."""
        return tuple(self._kinds.values())

    @property
    def first(self) -> HybridEncoder:
        """The encoder that an installation begins with."""
        return self.get(self.kinds[0].name)

    def kind(self, name: str) -> EncoderKind:
        """The kind of this name; raises UnknownEncoder."""
        if name not in self._kinds:
            known = ", ".join(self._kinds)
            raise UnknownEncoder(f"There is no encoder '{name}'. There are: {known}.")
        return self._kinds[name]

    def known(self, name: str) -> bool:
        """Whether an encoder of this name can be made here."""
        return name in self._kinds and self._kinds[name].available()

    def get(self, name: str) -> HybridEncoder:
        """The encoder of both vectors under this name; loads on first use. Raises UnknownEncoder."""
        kind = self.kind(name)
        with self._lock:
            if name not in self._made:
                self._made[name] = HybridEncoder(kind.make(), self._sparse)
            return self._made[name]


def standard_kinds(minilm: MiniLM, threads: int) -> tuple[EncoderKind, ...]:
    """The encoders that ship: MiniLM, and the multilingual one where its package is installed."""
    return (
        EncoderKind(minilm.name, "English, small and quick", lambda: minilm),
        EncoderKind(
            MultilingualE5.name,
            "100 languages, a question finds texts in another one; some fifteen times as slow",
            lambda: MultilingualE5(threads),
            MultilingualE5.available,
            REMEDY,
        ),
    )
