"""Says what records told: each sentence with its reading, and with the rule that it was held against."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from surefoot.core.nouns import AnswerEvent, Citation, EvidenceFound, Outcome, Passage, Support
from surefoot.core.readings import Reading
from surefoot.retrieval.units import Unit
from surefoot.serving.guards.fences import without_marks
from surefoot.serving.guards.legible import legible
from surefoot.serving.live.looking import Back, Told, Trouble
from surefoot.serving.live.phrases import LivePhrases, live_phrases_in
from surefoot.serving.quotes import cite
from surefoot.serving.turn import Turn

UNSURE = 0.05
"""Share of the time of all that was asked about in which nothing was heard, from which support is partial."""


def say_told(turn: Turn, told: Sequence[Told], passages: tuple[Passage, ...] = ()) -> Iterator[AnswerEvent]:
    """The readings, then their sentences, each with its number; then the rule, verbatim, where one was looked up."""
    readings = [one.reading for one in told]
    turn.readings += readings
    turn.evidence_ms = turn.elapsed_ms()
    yield EvidenceFound(passages, tuple(readings))
    found = any(one.words.found for one in told)
    turn.outcome = Outcome.ANSWERED if found else Outcome.NOT_FOUND
    turn.support = _support(readings) if found else Support.NONE
    if found and not all(one.whole for one in told):
        turn.support = Support.PARTIAL
    if found and any(one.hinted for one in told):
        turn.support = Support.PARTIAL
        yield turn.add(f"{_phrases(turn).more['unsure']} ")
    for number, one in enumerate(told, start=1):
        yield turn.add(*_sentence(one, number, first=number == 1))
    rules = {one.rule for one in told if one.rule is not None}
    for number, rule in enumerate(rules, start=len(told) + 1):
        yield turn.add(*_rule(rule, number))
    more = list(dict.fromkeys(line for one in told for line in one.words.more))
    if more:
        yield turn.add("\n\n" + " ".join(more))


def say_back(turn: Turn, back: Back) -> Iterator[AnswerEvent]:
    """The question back, with its choices."""
    yield EvidenceFound(())
    turn.evidence_ms = turn.elapsed_ms()
    turn.outcome, turn.options = Outcome.ASKED_BACK, back.options
    yield turn.add(back.text)


def say_trouble(turn: Turn, trouble: Trouble) -> Iterator[AnswerEvent]:
    """Why the records could not be read."""
    yield EvidenceFound(())
    turn.evidence_ms = turn.elapsed_ms()
    turn.outcome, turn.trouble = Outcome.NOT_FOUND, trouble.text
    yield turn.add(_phrases(turn).more["trouble"].format(why=trouble.text))


def _phrases(turn: Turn) -> LivePhrases:
    return live_phrases_in(turn.speech.phrases.language)


def _sentence(told: Told, number: int, *, first: bool) -> tuple[str, tuple[Citation, ...]]:
    start = "" if first else "\n\n"
    sentence = without_marks(legible(told.words.sentence))
    span = (len(start), len(start) + len(sentence))
    return f"{start}{sentence} [{number}]", (_cited(told.reading, span, number),)


def _cited(reading: Reading, span: tuple[int, int], number: int) -> Citation:
    return Citation(
        start=span[0],
        end=span[1],
        document_id="",
        title=reading.title,
        page=None,
        quote=reading.told,
        score=1.0,
        chunk_id="",
        number=number,
        reading=reading.id,
    )


def _rule(unit: Unit, number: int) -> tuple[str, tuple[Citation, ...]]:
    text = without_marks(legible(unit.shown))
    return f"\n\n{text} [{number}]", (cite(unit, (2, 2 + len(text)), 1.0, number),)


def _support(readings: Sequence[Reading]) -> Support:
    """Partial where much of the time is unknown."""
    for reading in readings:
        if reading.begins is not None:
            return Support.PARTIAL
        if reading.unknown is None or reading.start is None or reading.end is None:
            continue
        asked = (reading.end - reading.start) / timedelta(seconds=1) * reading.unknown.things
        if reading.unknown.seconds > UNSURE * asked:
            return Support.PARTIAL
    return Support.FULL
