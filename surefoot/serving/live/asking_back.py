"""Asks back what a question about records leaves open, with questions that are clear as choices."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from surefoot.retrieval.records.asking.outcomes import Asked, Half, Planned, Reason, Unclear
from surefoot.retrieval.records.semantic import Semantics
from surefoot.retrieval.records.telling import joined, told_plan
from surefoot.serving.live.problems import problem_words

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
TIMES = ("today", "yesterday", "this week", "last week")
OVER = ("per vehicle", "per driver", "per day")


def asked_back(unclear: Unclear | Half, question: str, semantics: Semantics, ask: Ask) -> tuple[str, tuple[str, ...]]:
    """What is said, and the choices: each is a question of which rules make a plan."""
    words = _half(unclear) if isinstance(unclear, Half) else _unclear(unclear, semantics)
    clear = (_first_clear(wordings, ask) for wordings in _choices(unclear, question, semantics))
    return words, tuple(islice(dict.fromkeys(choice for choice in clear if choice), OFFERED))


def _first_clear(wordings: Iterable[str], ask: Ask) -> str:
    """The first wording of which rules make a plan; '' where they make none."""
    return next((wording for wording in wordings if isinstance(ask(wording), Planned)), "")


def _unclear(unclear: Unclear, semantics: Semantics) -> str:
    word, known = unclear.word, list(unclear.known[:NAMED])
    subject = semantics.declared.subject
    some, near = joined(known, "or"), joined(known)
    said = {
        Reason.SEVERAL_METRICS: f"“{word}” can be read in several ways: {some}. Which one do you mean?",
        Reason.SEVERAL_VALUES: f"“{word}” can be {some}. Which one do you mean?"
        if known
        else f"I cannot tell which “{word}” you mean. Which one is it?",
        Reason.UNKNOWN_VALUE: f"I know nothing of “{word}” in {subject}. "
        + (f"The nearest names are {near}. " if known else "")
        + "Which one do you mean?",
        Reason.NO_METRIC: f"What would you like to know of {subject}? I can tell, among others, {near}.",
        Reason.TIME: problem_words(word, known),
        Reason.PLAN: _plan(word, known),
    }
    return said[unclear.reason]


def _plan(word: str, known: list[str]) -> str:
    if known == ["by what"]:
        return "By what shall I tell that apart?"
    if known == ["average of what"]:
        return "An average over what: per vehicle, per driver, per day?"
    return word or "I am not sure what to read."


def _half(half: Half) -> str:
    left = joined([f"“{word}”" for word in half.left[:3]])
    if half.plan is None:
        return f"I have no records of {left}."
    return f"I cannot take {left} into account: the records do not tell that apart. Shall I leave it out?"


def _choices(unclear: Unclear | Half, question: str, semantics: Semantics) -> Iterator[tuple[str, ...]]:
    """For each choice its possible wordings, the best first."""
    if isinstance(unclear, Half):
        if unclear.plan is not None:
            yield (_upper(told_plan(unclear.plan, semantics, None)),)
        return
    match unclear.reason:
        case Reason.SEVERAL_VALUES | Reason.UNKNOWN_VALUE:
            yield from _named(unclear, question)
        case Reason.TIME:
            yield from ((_with(question, unclear.word, other),) for other in TIMES)
        case Reason.SEVERAL_METRICS:
            yield from (_meant(question, unclear.word, other) for other in unclear.known)
        case Reason.NO_METRIC:
            yield from (_about(question, "", other) for other in unclear.known)
        case Reason.PLAN:
            yield from ((f"{question.rstrip('?. ')} {over}?",) for over in OVER)


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
