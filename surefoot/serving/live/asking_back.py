"""Asks back what a question about records leaves open, with questions that are clear as choices."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from surefoot.retrieval.records.asking.outcomes import Asked, Half, Planned, Reason, Unclear
from surefoot.retrieval.records.semantic import Semantics, Spoken
from surefoot.retrieval.records.telling import joined, told_plan
from surefoot.retrieval.records.times.found import Problem
from surefoot.serving.live.phrases import LivePhrases, live_phrases_in
from surefoot.serving.phrases.tables import ENGLISH

Ask = Callable[[str], Asked]
"""What rules make of another wording."""
OFFERED = 4
"""Choices that are offered at most."""
NAMED = 8
"""Things that are named at most."""
_ASKING = re.compile(
    r"\b(?:how|what|which|much|many|did|does|do|doing|done|is|are|was|were|has|have|had|about|the|perform|performed)\b|[?.!]",
    re.IGNORECASE,
)


def asked_back(
    unclear: Unclear | Half, question: str, semantics: Semantics, ask: Ask, phrases: LivePhrases
) -> tuple[str, tuple[str, ...]]:
    """What is said, and the choices: each is a question of which rules make a plan."""
    spoken = semantics.spoken(phrases.language)
    words = _half(unclear, phrases) if isinstance(unclear, Half) else _unclear(unclear, spoken, phrases)
    clear = (_first_clear(wordings, ask) for wordings in _choices(unclear, question, semantics, phrases))
    return words, tuple(islice(dict.fromkeys(choice for choice in clear if choice), OFFERED))


def _first_clear(wordings: Iterable[str], ask: Ask) -> str:
    """The first wording of which rules make a plan; '' where they make none."""
    return next((wording for wording in wordings if isinstance(ask(wording), Planned)), "")


def _unclear(unclear: Unclear, spoken: Spoken, phrases: LivePhrases) -> str:
    known = [spoken.called(title) for title in unclear.known[:NAMED]]
    name = unclear.reason.value
    match unclear.reason:
        case Reason.SEVERAL_VALUES if not known:
            name = "which"
        case Reason.UNKNOWN_VALUE if known:
            name = "near"
        case Reason.TIME:
            name = next((problem.value for problem in Problem if problem.value in unclear.known), "several_times")
        case Reason.PLAN:
            name = "_".join(unclear.known[:1]).replace(" ", "_") or name
            if unclear.word and name == Reason.PLAN.value:
                return unclear.word
        case _:
            pass
    some, near = (joined(known, phrases.frames[last]) for last in ("or", "and"))
    return phrases.asking[name].format(word=unclear.word, some=some, near=near, subject=spoken.subject)


def _half(half: Half, phrases: LivePhrases) -> str:
    left = joined([phrases.asking["quoted"].format(word=word) for word in half.left[:3]], phrases.frames["and"])
    return phrases.asking["no_records" if half.plan is None else "left_out"].format(left=left)


def _choices(
    unclear: Unclear | Half, question: str, semantics: Semantics, phrases: LivePhrases
) -> Iterator[tuple[str, ...]]:
    """For each choice its possible wordings, the best first."""
    if isinstance(unclear, Half):
        if unclear.plan is not None:
            yield (_upper(told_plan(unclear.plan, semantics, None)),)
        return
    if unclear.reason in {Reason.SEVERAL_VALUES, Reason.UNKNOWN_VALUE}:
        yield from _named(unclear, question)
        return
    spoken, english = semantics.spoken(phrases.language), live_phrases_in(ENGLISH)
    word = "" if unclear.reason is Reason.NO_METRIC else unclear.word
    pairs, wordings = zip(map(spoken.called, unclear.known), unclear.known, strict=True), _meant
    if unclear.reason is Reason.TIME:
        pairs, wordings = zip(phrases.times, english.times, strict=True), _instead
    elif unclear.reason is Reason.PLAN:
        pairs, wordings = zip(phrases.over, english.over, strict=True), _over
    yield from ((*wordings(question, word, own), *wordings(question, word, other)) for own, other in pairs)


def _instead(question: str, word: str, other: str) -> tuple[str, ...]:
    return (_with(question, word, other),)


def _over(question: str, word: str, other: str) -> tuple[str, ...]:
    del word
    return (f"{question.rstrip('?. ')} {other}?",)


def _named(unclear: Unclear, question: str) -> Iterator[tuple[str, ...]]:
    """With another name in an unclear one's place; where none is near, with each one that the word may mean."""
    word = unclear.word
    yield from ((_with(question, word, other), _with(question, f"the {word}", other)) for other in unclear.known)
    if not unclear.known:
        yield (_with(question, f"the {word}", f"each {word}"),)


def _meant(question: str, word: str, other: str) -> tuple[str, ...]:
    """With what a word may mean in its place; of 'best' and 'worst' that is an end, of others a title."""
    return (_with(question, word, other),) if word in {"best", "worst"} else _about(question, word, other)


def _with(question: str, word: str, other: str) -> str:
    """The question with another word in a word's place."""
    return re.sub(re.escape(word), lambda _: other, question, count=1, flags=re.IGNORECASE) if word else question


def _about(question: str, word: str, title: str) -> tuple[str, ...]:
    """A question for a title with what the question narrows it to."""
    rest = _ASKING.sub(" ", _with(question, word, " "))
    rest = re.sub(r"^(?:of|for|by)\b\s*", "", " ".join(rest.split()), flags=re.IGNORECASE)
    return (f"{_upper(title)} of {rest}", f"{_upper(title)} {rest}", _with(question, word, title))


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
