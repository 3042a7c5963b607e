"""The pages' own style and script, the same for everybody."""

from __future__ import annotations

from pathlib import Path


def _joined(*names: str) -> str:
    folder = Path(__file__).parent
    return "\n".join((folder / name).read_text(encoding="utf-8") for name in names)


STYLE = _joined("style.css", "style_admin.css", "style_live.css")
EARLY = _joined("early.js", "admin.js", "live.js")
