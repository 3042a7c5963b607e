"""Says what is wrong with a time that gives no period."""

from __future__ import annotations

from collections.abc import Sequence

from surefoot.retrieval.records.times.found import Problem

_WORDS = {
    Problem.REVERSED: "“{word}” ends before it begins. Which time do you mean?",
    Problem.IMPOSSIBLE: "“{word}” is in no calendar. Which time do you mean?",
    Problem.EMPTY: "“{word}” ends as it begins. Which time do you mean?",
    Problem.TOO_LONG: "“{word}” is longer than ten years, which is more than I read at once. Which time do you mean?",
    Problem.ALL_FUTURE: "“{word}” has not begun, so there are no readings yet. Which time do you mean?",
    Problem.UNSUPPORTED: "I cannot pick out times like “{word}”. Which time do you mean instead?",
    Problem.VAGUE: "“{word}” has no certain start or end. Which time do you mean?",
    Problem.AMBIGUOUS: "“{word}” can be read as two different days. Which one do you mean?",
    Problem.NO_START: "“{word}” has no start. From when on do you mean?",
}


def problem_words(word: str, known: Sequence[str]) -> str:
    """The problem in words, for the time as it was written."""
    kind = next((problem for problem in Problem if problem.value in known), None)
    if kind is None:
        return f"I see several times, and “{word}” is one of them. Which one do you mean?"
    return _WORDS[kind].format(word=word)
