"""What becomes of a model's sentences on their way to the reader."""

import pytest

from surefoot.retrieval.bm25 import Bm25
from surefoot.retrieval.units import units
from surefoot.serving.grounding import Grounding
from surefoot.serving.models.chat_model import GenerateOptions, Message
from surefoot.serving.models.scripted import ScriptedModel
from surefoot.serving.writing import Checked, Writing
from tests.serving.parts import a_passage

COURT = "A court may disregard facts not in evidence. It decides in 14 days."


async def written(said: str, source: str, question: str) -> tuple[list[Checked], bool]:
    writing = Writing(ScriptedModel(said), Grounding(Bm25().terms), units([a_passage(source)]), question)
    return [one async for one in writing.sentences([Message("user", "Write.")], GenerateOptions(50))], writing.abstained


async def test_the_words_not_in_evidence_within_a_sentence_are_no_abstention() -> None:
    said = "A court may disregard facts not in evidence [1]. It decides in 14 days [1]."
    found, abstained = await written(said, COURT, "What may a court disregard?")
    assert [one.verdict.supported for one in found] == [True, True]
    assert not abstained


@pytest.mark.parametrize(
    "said", ["NOT IN EVIDENCE", "Not in evidence.", "**NOT IN EVIDENCE** [1].", "Yes. NOT IN EVIDENCE."]
)
async def test_a_model_abstains_by_a_sentence_that_says_nothing_else(said: str) -> None:
    assert await written(said, COURT, "What may a court disregard?") == ([], True)


async def test_an_answer_that_is_only_no_is_withheld() -> None:
    found, _ = await written("No, it is not. [1]", "Smoking is allowed in the cab.", "Is smoking allowed in the cab?")
    assert [(one.verdict.supported, one.verdict.reason) for one in found] == [(False, "it says nothing by itself")]
