"""Asks the model, before anything is said, whether the evidence states what is asked, and weighs its word in."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from surefoot.retrieval.answerability import CALIBRATION, Judgement, chance, logit
from surefoot.retrieval.close_reading import told
from surefoot.retrieval.units import Unit
from surefoot.serving.guards.fences import fenced
from surefoot.serving.models.chat_model import ChatModel, Message
from surefoot.serving.prompts import SHARED, Prompt, load_prompt

ODDS = ("states", "where")
"""Names of what is asked, as a record of an answer has them."""
YES, NO, NONE = "yes", "no", "0"
CONFIRMS, DENIES = "Yes", "No"
CONFIRM = "confirm"
"""Name of the adapter."""
LONGEST_QUESTION, LONGEST_PASSAGE = 600, 900
"""Characters that are shown when one sentence is to be confirmed; of a longer question the end, where people ask."""
PIECES = 9
"""Pieces of evidence that a first token of one digit can name."""
MOST = 8.0
"""Log odds beyond which a model's certainty says nothing more."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What a model says of whether one sentence answers a question."""

    odds: float
    """Log odds that it does."""
    trained: bool
    """Whether the model had the adapter that was trained for this."""


@dataclass(frozen=True, slots=True)
class Probe:
    """What is put to the model: of one sentence whether it answers; then two questions about the evidence as a whole,
    each of which costs one token behind a prompt that it reads anyway."""

    states: Prompt
    """Whether the evidence states the answer: yes or no."""
    where: Prompt
    """Which piece of the evidence states it: a number, 0 for none."""
    confirm: Prompt
    """Whether one sentence answers the question: yes or no, with examples of both."""
    adapted: Prompt
    """The same for a model with the adapter that was trained for it, which needs no examples."""

    @classmethod
    def of(cls, own_folder: Path) -> Probe:
        """Its present versions, an assistant's own before the shared ones."""
        states, where, confirm = (load_prompt(name, own_folder) for name in ("states", "where", "confirm"))
        return cls(states, where, confirm, load_prompt("confirm_adapted", SHARED))

    @property
    def version(self) -> str:
        """What it stands for in a release."""
        return f"{self.states.tag},{self.where.tag},{self.confirm.tag},{self.adapted.tag}"

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

    async def confirmed(
        self, model: ChatModel, question: str, unit: Unit, taught: ChatModel | None = None
    ) -> Confirmed:
        """Whether this sentence answers the question, by the likelihood of the first token. Raises as the model.

        taught: the model with its adapter, which is asked with the words that this was trained with. Else examples come
        first, so that the engine has read them. The sentence is fenced as data either way.
        """
        texts = (told(unit)[:LONGEST_PASSAGE], question[-LONGEST_QUESTION:])
        shown, asked = (fenced(text).replace("<<<", "‹‹‹").replace(">>>", "›››") for text in texts)
        if taught is None:
            messages = [Message("system", self.confirm.text), Message("user", f"Passage: {shown}\nQuestion: {asked}")]
        else:
            put = f"Passage: <<<\n{shown}\n>>>\nQuestion: <<<\n{asked}\n>>>"
            messages = [Message("system", self.adapted.text), Message("user", put)]
        said = await (taught or model).first_token_logprobs(messages, (CONFIRMS, DENIES))
        return Confirmed(_within(said[CONFIRMS] - said[DENIES]), taught is not None)


def with_adapter(model: ChatModel) -> ChatModel | None:
    """The model with its adapter for this, where it has the very one whose word has been weighed."""
    weighed_one = CALIBRATION.close.adapter
    return model.adapted(CONFIRM) if weighed_one and weighed_one.adapter in model.adapters else None


def worth_confirming(judgement: Judgement) -> bool:
    """Whether the model's word on the sentence that stands first can change what that counts as."""
    return judgement.enough and judgement.first is not None and judgement.first >= CALIBRATION.close.confirm_from


def confirmed(judgement: Judgement, said: Confirmed) -> Judgement:
    """The judgement with the model's word on the sentence that stands first."""
    close = CALIBRATION.close
    weighing = (said.trained and close.adapter) or close.examples
    values = zip(weighing.weights, (1.0, logit(judgement.first or 0.0), said.odds), strict=True)
    first = chance(sum(w * x for w, x in values))
    levels = {"sure_from": weighing.sure, "probable_from": weighing.probable}
    return replace(judgement, first=first, confirmed=said.odds, alone=judgement.first, **levels)


def worth_asking(judgement: Judgement) -> bool:
    """Whether the model's word can change the decision: not where the evidence is hopeless, or says it all."""
    if judgement.first is None:
        return CALIBRATION.hopeless <= judgement.chance < CALIBRATION.certain
    decided = judgement.sure or (judgement.confirmed is not None and judgement.probable)
    return CALIBRATION.close.hopeless <= judgement.chance and not decided


def weighed(judgement: Judgement, said: tuple[float, float]) -> Judgement:
    """The judgement with the model's two log odds in it."""
    odds = CALIBRATION.probe if judgement.first is None else CALIBRATION.close.probe
    z = odds.intercept + odds.evidence * logit(judgement.chance) + odds.states * said[0] + odds.where * said[1]
    return replace(judgement, chance=chance(z), said=said, enough_from=odds.enough)


def _behind(asked: Sequence[Message], prompt: Prompt) -> list[Message]:
    """The messages with a further request at their very end: what the engine has read is not read again."""
    *before, last = asked
    return [*before, Message(last.role, f"{last.content}\n\n{prompt.text}")]


def _log_sum(logs: Sequence[float]) -> float:
    highest = max(logs, default=-math.inf)
    return highest + math.log(sum(math.exp(x - highest) for x in logs)) if math.isfinite(highest) else highest


def _within(odds: float) -> float:
    return max(-MOST, min(MOST, odds)) if math.isfinite(odds) else 0.0
