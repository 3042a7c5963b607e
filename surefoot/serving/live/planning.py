"""Asks the model what a question reads where rules do not know its words; what it says is held against the records."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surefoot.retrieval.records.asking.outcomes import Hint
from surefoot.retrieval.records.semantic import Semantics
from surefoot.serving.models.chat_model import ChatModel, GenerateOptions, Message
from surefoot.serving.prompts import fenced, load_prompt

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
"""Unit vectors of texts, one a row."""
NONE, YES, NO = "none", "yes", "no"
LONGEST = 60
"""Tokens of the JSON object."""
EXAMPLES = 4
"""Solved questions that are shown, the most alike."""


@lru_cache(maxsize=16)
def _vectors(encode: Encode, texts: tuple[str, ...]) -> NDArray[np.float32]:
    return encode(texts)


@dataclass(frozen=True, slots=True)
class Planner:
    """Asks one model about one assistant's records."""

    semantics: Semantics
    folder: Path
    encode: Encode

    async def hint(self, model: ChatModel, question: str, trouble: str = "") -> Hint | None:
        """What the question reads; None where the model says nothing of use. Raises ModelError.

        trouble: why the plan that was made of the answer before could not be carried out.
        """
        said = ""
        options = GenerateOptions(LONGEST, schema=json.dumps(self._schema()))
        async with aclosing(model.stream(self._messages(question, trouble), options)) as tokens:
            async for token in tokens:
                said += token.text
        hint = self._read(said)
        return hint if hint is not None and await self._agrees(model, question, hint) else None

    async def _agrees(self, model: ChatModel, question: str, hint: Hint) -> bool:
        """Whether the model, asked the other way round, says that this is what the question asks for."""
        asked = f"Figure: {self._readable()[hint.name]}\nQuestion: {fenced(question)}\nDoes the figure answer it?"
        messages = [Message("system", load_prompt("reads", self.folder).text), Message("user", asked)]
        odds = await model.first_token_logprobs(messages, (YES, NO))
        return odds[YES] > odds[NO]

    def _read(self, said: str) -> Hint | None:
        try:
            form = json.loads(said)
            name = str(form["read"])
        except (ValueError, KeyError, TypeError):
            return None
        if name not in self._readable():
            return None
        by, order = (str(form.get(key, NONE)) for key in ("by", "order"))
        return Hint(
            name=name,
            by=by if by in self.semantics.declared.dimensions else "",
            lowest={"highest": False, "lowest": True}.get(order),
        )

    def _alike(self, question: str, texts: tuple[str, ...]) -> NDArray[np.float32]:
        """How alike each text is to the question in meaning."""
        return _vectors(self.encode, texts) @ self.encode([question])[0]

    def _readable(self) -> dict[str, str]:
        """What can be read: by name, what it is in words."""
        declared = self.semantics.declared
        metrics = {n: f"{m.title}: {m.definition}" for n, m in declared.metrics.items() if not m.hidden}
        return metrics | {n: f"{one.title}: {one.definition}" for n, one in declared.listings.items()}

    def _schema(self) -> dict[str, Any]:
        def one_of(values: Sequence[str]) -> dict[str, Any]:
            return {"type": "string", "enum": [*values, NONE]}

        return {
            "type": "object",
            "properties": {
                "read": one_of(list(self._readable())),
                "by": one_of(list(self.semantics.declared.dimensions)),
                "order": one_of(["highest", "lowest"]),
            },
            "required": ["read", "by", "order"],
            "additionalProperties": False,
        }

    def _messages(self, question: str, trouble: str) -> list[Message]:
        """What stays the same first, so that the engine reads it once."""
        there = ", ".join(self._readable())
        by = ", ".join(self.semantics.declared.dimensions)
        prompt = load_prompt("plan", self.folder)
        examples = "\n".join(f"Question: {asked}\n{answer}" for asked, answer in self._examples(question))
        again = f"\nThe answer before did not work: {fenced(trouble)}" if trouble else ""
        return [
            Message("system", f"{prompt.text}\n\nread: {there}\nby: {by}"),
            Message("user", f"{examples}\nQuestion: {fenced(question)}{again}"),
        ]

    def _examples(self, question: str) -> list[tuple[str, str]]:
        """The solved questions that are most alike, the most alike last."""
        solved = self.semantics.declared.solved
        if not solved:
            return []
        order = np.argsort(self._alike(question, tuple(one.question for one in solved)), kind="stable")[-EXAMPLES:]
        return [(solved[n].question, solved[n].answer()) for n in order.tolist()]
