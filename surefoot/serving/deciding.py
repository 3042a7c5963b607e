"""Decides whether to answer: by the evidence, and by what the model says of it before it writes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from surefoot.core import telemetry
from surefoot.retrieval.answerability import Judgement
from surefoot.retrieval.evidence import Evidence
from surefoot.serving.errors import ModelError
from surefoot.serving.models.chat_model import ChatModel, Message
from surefoot.serving.packing import Packed, pack
from surefoot.serving.probing import Probe, confirmed, weighed, with_adapter, worth_asking, worth_confirming
from surefoot.serving.prompts import render
from surefoot.serving.turn import Turn

Said = TypeVar("Said")


def prompted(turn: Turn, evidence: Evidence, count_tokens: Callable[[str], int]) -> tuple[Packed, list[Message]]:
    """What the model reads; the same for deciding and for writing, so that the engine reads it once."""
    packed = pack(evidence.highlights, turn.spec.evidence_tokens, count_tokens)
    said = turn.memory.text if evidence.leaned else ""
    return packed, render(turn.prompt, packed.items, turn.question.text, said)


async def decided(
    turn: Turn, evidence: Evidence, model: ChatModel | None, count_tokens: Callable[[str], int]
) -> Evidence:
    """The evidence with the model's word in its judgement, where there is a model and its word can change it.

    First it is asked whether the likeliest sentence answers. Where that is sure or probable then, nothing else is
    asked; else what it says of all the evidence decides whether to answer. A model that fails leaves the judgement as
    it was.
    count_tokens: tokens of a text, for what fits into the prompt.
    """
    if model is None:
        return evidence
    probe = Probe.of(turn.spec.folder)
    single = not evidence.leads and evidence.conflict is None
    if single and worth_confirming(evidence.judgement):
        asked, unit = evidence.question.text, evidence.highlights[0].unit
        confirming = probe.confirmed(model, asked, unit, with_adapter(model))
        word = await _heard(turn, confirming)
        evidence = evidence if word is None else _noted(turn, evidence, confirmed(evidence.judgement, word))
    if not worth_asking(evidence.judgement):
        return evidence
    packed, messages = prompted(turn, evidence, count_tokens)
    said = await _heard(turn, probe.said(model, messages, len(packed.items)))
    return evidence if said is None else _noted(turn, evidence, weighed(evidence.judgement, said))


async def _heard(turn: Turn, asking: Awaitable[Said]) -> Said | None:
    """What the model says; None where it cannot: that leaves it to the evidence."""
    span = turn.stage(telemetry.PROBE, telemetry.KIND_EVALUATOR)
    try:
        return await asking
    except ModelError as error:
        span.record_exception(error)
        turn.unheard = True
        return None
    finally:
        span.end()


def _noted(turn: Turn, evidence: Evidence, judgement: Judgement) -> Evidence:
    """The evidence with another judgement, as the record of the answer has it from now on."""
    turn.span.set_attribute(telemetry.CHANCE, judgement.chance)
    heard = turn.making.evidence = replace(evidence, judgement=judgement)
    return heard
