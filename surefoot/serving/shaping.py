"""What shapes one turn's answer: the versions and settings that its release names."""

from __future__ import annotations

from surefoot.serving.guards.rules import rules_version
from surefoot.serving.instructions import instructions_version
from surefoot.serving.models.chat_model import ChatModel
from surefoot.serving.phrases.tables import phrases_version
from surefoot.serving.probing import Probe
from surefoot.serving.prompts import load_prompt
from surefoot.serving.turn import Turn


def shaped_by(turn: Turn, model: ChatModel | None, edition: str, records: str) -> dict[str, str]:
    """Name to version: prompts, model, limits, the edition that is searched and the records that are read."""
    spec = turn.spec
    return {
        "edition": edition,
        "records": records,
        "screen": rules_version(),
        "phrases": phrases_version(),
        "instructions": instructions_version(spec.instructions),
        "prompt": turn.prompt.tag,
        "probe": Probe.of(spec.folder).version,
        "translate": load_prompt("translate", spec.folder).tag,
        "model": model.name if model else "none",
        "taught": ",".join(model.adapters) if model else "",
        "evidence_tokens": str(spec.evidence_tokens),
        "answer_tokens": str(spec.answer_tokens),
        "memory_tokens": str(spec.memory_tokens),
    }
