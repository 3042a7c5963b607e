"""Decides whether to answer: by the evidence, and by what the model says of it before it writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from surefoot.core import telemetry
from surefoot.retrieval.evidence import Evidence
from surefoot.serving.errors import ModelError
from surefoot.serving.models.chat_model import ChatModel, Message
from surefoot.serving.packing import Packed, pack
from surefoot.serving.probing import Probe, weighed, worth_asking
from surefoot.serving.prompts import render
from surefoot.serving.turn import Turn


def prompted(turn: Turn, evidence: Evidence, count_tokens: Callable[[str], int]) -> tuple[Packed, list[Message]]:
    """What the model reads; the same for deciding and for writing, so that the engine reads it once."""
    packed = pack(evidence.highlights, turn.spec.evidence_tokens, count_tokens)
    said = turn.memory.text if evidence.leaned else ""
    return packed, render(turn.prompt, packed.items, turn.question.text, said)


async def decided(
    turn: Turn, evidence: Evidence, model: ChatModel | None, count_tokens: Callable[[str], int]
) -> Evidence:
    """The evidence with the model's word in its judgement, where there is a model and its word can change it.

    A model that fails leaves the judgement as it was. count_tokens: tokens of a text, for what fits into the prompt.
    """
    if model is None or not worth_asking(evidence.judgement):
        return evidence
    span = turn.stage(telemetry.PROBE, telemetry.KIND_EVALUATOR)
    try:
        packed, messages = prompted(turn, evidence, count_tokens)
        said = await Probe.of(turn.spec.folder).said(model, messages, len(packed.items))
    except ModelError as error:  # a model that cannot say leaves it to the evidence
        span.record_exception(error)
        turn.unheard = True
        return evidence
    else:
        heard = replace(evidence, judgement=weighed(evidence.judgement, said))
        span.set_attribute(telemetry.CHANCE, heard.judgement.chance)
        turn.making.evidence = heard
        return heard
    finally:
        span.end()
