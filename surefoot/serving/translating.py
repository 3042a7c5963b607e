"""Puts a question into the language of the documents, where the search cannot read it and a model can."""

from __future__ import annotations

from contextlib import aclosing

from surefoot.core import telemetry
from surefoot.core.text.language import UNDETERMINED, detect
from surefoot.core.text.numbers import numbers, numerals
from surefoot.retrieval.evidence import Evidence
from surefoot.retrieval.question import read_question
from surefoot.retrieval.search import language_of
from surefoot.serving.errors import ModelError
from surefoot.serving.models.chat_model import ChatModel, GenerateOptions, Message
from surefoot.serving.phrases.speech import surely
from surefoot.serving.prompts import fenced, load_prompt
from surefoot.serving.turn import Turn

NAMES = {
    "cs": "Czech", "da": "Danish", "de": "German", "en": "English", "es": "Spanish", "fi": "Finnish", "fr": "French",
    "it": "Italian", "nl": "Dutch", "no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian",
    "sv": "Swedish", "tr": "Turkish",
}  # fmt: skip
"""Languages that are put into one another, and how a prompt calls them."""
LONGEST = 120
"""Tokens of a translation."""


def foreign(question: str, evidence: Evidence) -> str | None:
    """The language of the documents where it is surely another than the question's and little was found; else None."""
    if evidence.judgement.enough:
        return None
    asked, spoken = surely(question), language_of(evidence.passages)
    return spoken if asked != spoken and {asked, spoken} <= set(NAMES) else None


async def translate(turn: Turn, model: ChatModel, into: str) -> None:
    """Put the turn's question into that language; not where the model fails, or loses a number or a code on the way."""
    prompt = load_prompt("translate", turn.spec.folder)
    asked = f"Translate into {NAMES[into]}:\n{fenced(turn.asked)}"
    span = turn.stage(telemetry.TRANSLATION, telemetry.KIND_LLM)
    try:
        messages = [Message("system", prompt.text), Message("user", asked)]
        said = ""
        async with aclosing(model.stream(messages, GenerateOptions(LONGEST))) as tokens:
            async for token in tokens:
                said += token.text
    except ModelError as error:
        span.record_exception(error)
        turn.unheard = True
        return
    finally:
        span.end()
    line = " ".join(said.split()).strip("\"' ")
    if _faithful(turn.asked, line, into):
        turn.making.language = surely(turn.asked)
        turn.asked = line


def _faithful(question: str, translation: str, into: str) -> bool:
    """Whether a translation is a question of the same length, numbers and codes, in the language that was asked for.

    Number words are read in English alone: what one language says in a word proves nothing about the other.
    """
    words = len(translation.split())
    return (
        0 < words <= 3 * len(question.split()) + 5
        and numerals(question) <= numbers(translation)
        and numerals(translation) <= numbers(question)
        and read_question(question).codes <= read_question(translation).codes
        and detect(translation).code in {into, UNDETERMINED}
    )
