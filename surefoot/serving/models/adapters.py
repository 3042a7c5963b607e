"""The adapters that travel with the package: each was trained for one job of one model (`make adapter`)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from surefoot.serving.errors import AdapterUnusable

FOLDER = Path(__file__).parent.parent / "adapter_weights"
_REMEDY = "Install Surefoot again, or train it anew: make adapter."


@dataclass(frozen=True, slots=True)
class Adapter:
    """A GGUF file that a model's engine loads beside the model, and the card that tells what it is."""

    name: str
    """Its job, by which it is asked for."""
    path: Path
    sha256: str
    model: str
    """sha256 of the model's file that it was trained for; with another one it means nothing."""

    @property
    def tag(self) -> str:
        """What it is in a release."""
        return f"{self.name}@{self.sha256[:8]}"

    def verify(self) -> None:
        """Raise AdapterUnusable where its file is missing, or not that of its card."""
        try:
            with self.path.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise AdapterUnusable(f"The adapter {self.path} cannot be read ({error.strerror}). {_REMEDY}") from error
        if found != self.sha256:
            raise AdapterUnusable(f"The adapter {self.path} is not that of its card. {_REMEDY}")


def adapters_for(model: str, folder: Path = FOLDER) -> tuple[Adapter, ...]:
    """Those that were trained for a model's file with this sha256, in order of their names; none may be there.

    Raises AdapterUnusable where a card cannot be read.
    """
    made = (_with_card(path) for path in sorted(folder.glob("*.json")))
    return tuple(adapter for adapter in made if adapter.model == model)


def _with_card(path: Path) -> Adapter:
    try:
        card = json.loads(path.read_text(encoding="utf-8"))
        return Adapter(path.stem, path.with_suffix(".gguf"), card["sha256"], card["model"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise AdapterUnusable(f"The adapter's card {path} cannot be read. {_REMEDY}") from error
