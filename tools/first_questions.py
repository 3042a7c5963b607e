"""Asks what a visitor asks first: what the shipped assistants suggest, and what the README asks of their documents.

Usage: python -m tools.first_questions [--model NAME]

Prints one JSON object with a row a question: whether what stands first has the fact, how it was said, and the seconds
until the answer was complete. A test asks the same without a language model.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

from surefoot.app.wiring import SHIPPED_ASSISTANTS
from surefoot.core.nouns import Answer, AnswerReady, Asker, Outcome
from surefoot.eval.cases import holds_facts
from surefoot.serving.turn import Mode, Question
from tools.stage import Stage, StageFailed, staged

README = Path(__file__).resolve().parent.parent / "README.md"
FOLDERS = tuple(path for path in sorted(SHIPPED_ASSISTANTS.iterdir()) if (path / "assistant.yaml").is_file())
FACTS: dict[str, list[list[str]]] = {
    "At what thickness do the brake pads of a Corvane 35 have to be replaced?": [["3.2 mm"]],
    "After how much driving is a break due, and how long must it be?": [["4 hours 30 minutes"], ["45 minutes"]],
    "How many photographs does a driver take after an accident, before the vehicles are moved?": [["12"]],
    "How long does a Haulier H18 Polar need for pre-cooling before a frozen load?": [["150 minutes"]],
    "How long do I have to withdraw from a new order?": [["21 days"]],
    "What does a steady amber Internet light on the HomeHub N5 mean?": [["login refused"]],
    "What does the Week Pass Zone 3 cost and how much data is included?": [["27.90 euro"], ["4 GB"]],
    "What does DSL Plus 50 cost per month?": [["31.90 euro"]],
    "How recent must a utility bill be that proves a customer's home address?": [["3 months"]],
    "Who has to sign if we pay 1,500 euro in redress after a complaint?": [["Complaints Manager"], ["Team leader"]],
    "By what date do I have to confirm each year that my gift entries are complete?": [["15 February"]],
    "How soon does the Authority need the initial notice about a major incident?": [["8 hours"]],
    "When is the belt of a Corvane 28 replaced?": [["180,000 km"], ["8 years"]],
    "When is the cam belt of a Corvane 28 replaced?": [["180,000 km"], ["8 years"]],
}
"""What the answer to each has to hold; several spellings of a fact are alternatives."""
LIVE = frozenset({"Which five vehicles had the most harsh braking this week?"})
"""The README's questions about a moving fleet; tools/live_cases.py plays such against their true values."""
_ASKED = re.compile(r'ask "([^"]+)" --assistant (\w+)|"content": "([^"]+)"')


def main() -> None:
    """Ask, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="auto")
    asked = parser.parse_args()
    try:
        with tempfile.TemporaryDirectory() as scratch, staged(FOLDERS, Path(scratch), asked.model) as stage:
            mode = Mode.QUOTES if asked.model == "none" else Mode.AUTO
            name = None if asked.model == "none" else stage.model().name
            rows = [
                row_of(folder, question, answer(stage, folder, question, mode)) for folder, question in first(stage)
            ]
    except StageFailed as error:
        sys.exit(str(error))
    print(json.dumps({"model": name, "rows": rows}, indent=1, ensure_ascii=False))
    for wrong in (row["question"] for row in rows if not row["right"]):
        print(f"Not answered rightly: {wrong}", file=sys.stderr)


def first(stage: Stage) -> Iterator[tuple[Path, str]]:
    """Each assistant's folder with each question that it suggests, and the README's of the shipped assistants."""
    by_name = {folder.name: folder for folder in FOLDERS}
    for folder in FOLDERS:
        for question in stage.app.assistants.get(folder.name).examples:
            yield folder, question
    for typed, name, sent in _ASKED.findall(README.read_text(encoding="utf-8")):
        folder = by_name.get(name or "fleet")
        if folder is not None and (typed or sent) not in LIVE:
            yield folder, typed or sent


def answer(stage: Stage, folder: Path, question: str, mode: Mode) -> Answer:
    """What the assistant of that folder says."""
    return asyncio.run(_asked(stage, folder, question, mode))


def right(question: str, given: Answer) -> bool:
    """Whether what stands first answers it: the model's text, or the first quote alone. Raises KeyError."""
    if given.outcome is Outcome.QUOTED:
        return bool(given.citations) and holds_facts(given.citations[0].quote, FACTS[question])
    return given.outcome is Outcome.ANSWERED and holds_facts(given.text, FACTS[question])


def row_of(folder: Path, question: str, given: Answer) -> dict[str, Any]:
    """How it went."""
    return {
        "assistant": folder.name,
        "question": question,
        "right": right(question, given),
        "outcome": given.outcome.value,
        "support": given.support.value,
        "probable": given.probable,
        "seconds": round(given.timings.total / 1000, 1),
        "text": given.text,
    }


async def _asked(stage: Stage, folder: Path, question: str, mode: Mode) -> Answer:
    spec = stage.app.assistants.get(folder.name)
    put = Question(question, spec.name, Asker("ann", spec.groups), mode=mode)
    async with aclosing(stage.app.service.answer(put)) as events:
        *_, last = [event async for event in events]
    if not isinstance(last, AnswerReady):
        raise StageFailed(f"{question!r} was not answered: {last}")
    return last.answer


if __name__ == "__main__":
    main()
