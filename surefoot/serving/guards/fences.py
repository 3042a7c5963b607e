"""Keeps text from outside from looking like ours: like a citation, a fence of the prompt, or a turn of a chat."""

from __future__ import annotations

import re

from surefoot.serving.guards.legible import HIDDEN, legible, visible

_GAP = rf"{HIDDEN}*+(?:\s{HIDDEN}*+){{0,2}}"
_DIGITS = rf"[0-9０-９](?:{HIDDEN}*+[0-9０-９]){{0,2}}"
_MARK = re.compile(
    rf"[\[［【〔〖⟦]{_GAP}\^?{HIDDEN}*+(?P<number>{_DIGITS}(?:{_GAP}[,;–-]{_GAP}{_DIGITS}){{0,8}})"
    rf"{HIDDEN}*+(?:†[^\]】\n]{{0,40}})?{_GAP}[\]］】〕〗⟧]"
)
"""A number in any brackets that could be taken for the number of a source."""
_TAG = re.compile(r"[<＜](?=[\s/|｜!?]*[A-Za-z|｜!?/])")
"""What opens an element, or a token by which a chat model parts the speakers ('<|im_start|>', '<s>')."""
_BRACKETED = re.compile(r"\[(?=\s*/?\s*(?:INST|SYS|SYSTEM|AVAILABLE_TOOLS|TOOL_\w+)\b)", re.IGNORECASE)
"""The same, as some models write it ('[INST]')."""


def without_marks(text: str) -> str:
    """The text, in which a number in brackets is put into round ones: square ones are our citations' alone."""
    return _MARK.sub(lambda found: f"({visible(found['number'])})", text)


def fenced(text: str) -> str:
    """Text for a prompt: on one line, and unable to close a fence, to begin a turn, or to imitate a number of evidence.

    Nothing is taken out that could join what stands around it into a mark; the sign that opens one is replaced.
    """
    seen = visible(legible(text))
    return " ".join(_BRACKETED.sub("(", _TAG.sub("‹", without_marks(seen))).split())
