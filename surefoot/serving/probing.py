"""Asks the model, before anything is said, whether the evidence states what is asked, and weighs its word in."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from surefoot.retrieval.answerability import CALIBRATION, Judgement, logit
from surefoot.serving.models.chat_model import ChatModel, Message
from surefoot.serving.prompts import Prompt, load_prompt

ODDS = ("states", "where")
"""Names of what is asked, as a record of an answer has them."""
YES, NO, NONE = "yes", "no", "0"
PIECES = 9
"""Pieces of evidence that a first token of one digit can name."""
MOST = 8.0
"""Log odds beyond which a model's certainty says nothing more."""


@dataclass(frozen=True, slots=True)
class Probe:
    """The two questions that are put to the model; each costs one token behind a prompt that it reads anyway."""

    states: Prompt
    """Whether the evidence states the answer: yes or no."""
    where: Prompt
    """Which piece of the evidence states it: a number, 0 for none."""

    @classmethod
    def of(cls, own_folder: Path) -> Probe:
        """Its present versions, an assistant's own before the shared ones."""
        return cls(load_prompt("states", own_folder), load_prompt("where", own_folder))

    @property
    def version(self) -> str:
        """What it stands for in a release."""
        return f"{self.states.tag},{self.where.tag}"

    async def said(self, model: ChatModel, asked: Sequence[Message], pieces: int) -> tuple[float, float]:
        """Log odds of "yes", and of any piece against none; `asked` are the messages of the answer to come.

        They are read from the likelihood of the first token, because what small models say of themselves is worthless.
        Raises as the model does.
        """
        answers = await model.first_token_logprobs(_behind(asked, self.states), (YES, NO))
        numbers = [str(n) for n in range(min(pieces, PIECES) + 1)]
        named = await model.first_token_logprobs(_behind(asked, self.where), numbers)
        some = _log_sum([likely for number, likely in named.items() if number != NONE])
        return _within(answers[YES] - answers[NO]), _within(some - named[NONE])


def worth_asking(judgement: Judgement) -> bool:
    """Whether the model's word can change the decision: not where the evidence is hopeless, or says it all."""
    return CALIBRATION.hopeless <= judgement.chance < CALIBRATION.certain


def weighed(judgement: Judgement, said: tuple[float, float]) -> Judgement:
    """The judgement with the model's two log odds in it."""
    odds = CALIBRATION.probe
    z = odds.intercept + odds.evidence * logit(judgement.chance) + odds.states * said[0] + odds.where * said[1]
    return replace(
        judgement,
        chance=1 / (1 + math.exp(-z)),
        said=said,
        enough_from=odds.enough,
        sure_from=odds.sure,
    )


def _behind(asked: Sequence[Message], prompt: Prompt) -> list[Message]:
    """The messages with a further request at their very end: what the engine has read is not read again."""
    *before, last = asked
    return [*before, Message(last.role, f"{last.content}\n\n{prompt.text}")]


def _log_sum(logs: Sequence[float]) -> float:
    highest = max(logs, default=-math.inf)
    return highest + math.log(sum(math.exp(x - highest) for x in logs)) if math.isfinite(highest) else highest


def _within(odds: float) -> float:
    return max(-MOST, min(MOST, odds)) if math.isfinite(odds) else 0.0
