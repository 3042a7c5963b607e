"""Lets a model write from evidence, and releases each sentence only after it has been checked."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from time import perf_counter

from surefoot.core import telemetry
from surefoot.core.nouns import Usage
from surefoot.core.text.sentences import complete_sentences
from surefoot.retrieval.units import Unit
from surefoot.serving.errors import ModelError
from surefoot.serving.grounding import MARK, Claim, Grounding, Verdict, read_claim
from surefoot.serving.guards.fences import without_marks
from surefoot.serving.guards.legible import legible
from surefoot.serving.judging import judged
from surefoot.serving.models.chat_model import ChatModel, GenerateOptions, Message

ABSTAINS = "NOT IN EVIDENCE"
_ABSTAINING = re.compile(rf"[\W_]*{ABSTAINS}[\W_]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Checked:
    """A sentence of the model with the verdict on it."""

    claim: Claim
    verdict: Verdict


@dataclass(slots=True)
class Writing:
    """One generation: iterate `sentences`, then read `usage` and `abstained`."""

    model: ChatModel
    grounding: Grounding
    evidence: Sequence[Unit]
    question: str
    usage: Usage = field(default_factory=Usage)
    abstained: bool = False
    checked: int = 0
    """Claims checked so far."""
    unheard: bool = False
    """Whether the model failed when it was to judge a claim."""
    started: float = field(default_factory=perf_counter)
    first_token: float | None = None
    """Seconds from the start until its first token was here."""
    _held: str = ""

    def times(self) -> dict[str, float]:
        """What the span of the generation says of its time, where a token came."""
        return {} if self.first_token is None else {telemetry.TIME_TO_FIRST_CHUNK: self.first_token}

    async def sentences(self, messages: Sequence[Message], options: GenerateOptions) -> AsyncGenerator[Checked, None]:
        """Checked sentences as they complete; closing it stops the model."""
        rest = ""
        async with aclosing(self.model.stream(messages, options)) as tokens:
            async for token in tokens:
                if self.first_token is None:
                    self.first_token = perf_counter() - self.started
                if token.usage is not None:
                    self.usage = token.usage
                done, rest = complete_sentences(rest + token.text)
                for sentence in done:
                    if checked := await self._check(sentence, last=False):
                        yield checked
                    if self.abstained:
                        return
        if (rest.strip() or self._held) and (checked := await self._check(rest, last=True)):
            yield checked

    async def _check(self, sentence: str, *, last: bool) -> Checked | None:
        """The verdict on a sentence; a fragment ('Yes.') waits for the sentence that follows it."""
        whole = f"{self._held} {sentence}".strip()
        self._held = ""
        if not whole:
            return None
        if _ABSTAINING.fullmatch(MARK.sub("", sentence)):
            self.abstained = True
            return None
        claim = read_claim(whole)
        claim = replace(claim, text=without_marks(legible(claim.text)))
        if not self.grounding.says_something(claim) and not last:
            self._held = whole
            return None
        if not claim.text:
            return None
        self.checked += 1
        if claim.text.endswith("?"):
            return Checked(claim, Verdict(supported=False, reason="it asks and says nothing"))
        verdict = self.grounding.check(claim, self.evidence, self.question)
        return Checked(claim, await self._judged(claim, verdict) if self.grounding.judged else verdict)

    async def _judged(self, claim: Claim, verdict: Verdict) -> Verdict:
        """The verdict with the model's word; a model that fails leaves it: the rules have released the sentence."""
        try:
            return await judged(self.model, claim, verdict)
        except ModelError:
            self.unheard = True
            return verdict
