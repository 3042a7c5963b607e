"""What is remembered of a conversation within a budget of tokens: the latest turns in full, older ones in short.

Shortening takes the question and the first sentence that had a source, which needs no model: it costs nothing while
somebody waits, cannot invent anything, and gives the same memory for the same conversation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from surefoot.core.nouns import Answer
from surefoot.core.text.sentences import first_sentence
from surefoot.serving.guards.legible import legible

Said = tuple[str, str]
"""A role and what it said."""
LOOKED_AT = 40
"""Latest turns that are looked at; a client may send a thousand messages with each question."""
LONGEST = 4_000
"""Characters of one question or answer that are looked at."""
SHORTEST = 400
"""Characters of the latest question, which is remembered whatever the budget: a follow-up hangs on it."""
_MARK = re.compile(r"(?<!\s)\s*\[\d{1,3}\]")


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and what was answered."""

    question: str
    answer: str = ""
    gist: str = ""
    """The answer's first sentence that had a source; empty where nothing was found."""
    plan: str = ""
    """The plan of its reading, as JSON; empty where it had none."""
    kept: bool = False
    """Whether it is known from the answer itself, and not told by a client."""

    @property
    def short(self) -> Exchange:
        """The question with the gist alone."""
        return replace(self, answer=self.gist)

    @property
    def text(self) -> str:
        """Both, as a model reads them."""
        return f"Asked: {self.question}\nAnswered: {self.answer or 'nothing was found'}"


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered of one conversation of one asker."""

    exchanges: tuple[Exchange, ...] = ()
    """Oldest first."""
    shortened: int = 0
    """How many of them, the oldest ones, are in short."""

    @property
    def asked(self) -> tuple[str, ...]:
        """The questions, oldest first."""
        return tuple(one.question for one in self.exchanges)

    @property
    def text(self) -> str:
        """All of it, as a model reads it; empty where nothing is remembered."""
        return "\n".join(one.text for one in self.exchanges)

    @property
    def history(self) -> tuple[Said, ...]:
        """All of it as roles and texts; remembering these again gives the same memory."""
        pairs = [(("user", one.question), ("assistant", one.answer)) for one in self.exchanges]
        return tuple(said for pair in pairs for said in pair if said[1] or said[0] == "user")


NOTHING = Memory()


def recall(exchanges: Sequence[Exchange], budget: int, count_tokens: Callable[[str], int]) -> Memory:
    """What fits into `budget` tokens: from the latest back in full, then in short, then nothing.

    The latest question is always remembered.
    """
    kept: list[Exchange] = []
    shortened = used = 0
    for number, exchange in enumerate(reversed(exchanges[-LOOKED_AT:])):
        whole = _cut(exchange, LONGEST)
        fitting = _fitting(whole, budget - used, count_tokens, in_full=not shortened)
        if fitting is None and number == 0:
            fitting = Exchange(whole.question[:SHORTEST])
        if fitting is None:
            break
        used += count_tokens(fitting.text)
        shortened += fitting != whole
        kept.append(fitting)
    return Memory(tuple(reversed(kept)), shortened)


def _fitting(exchange: Exchange, left: int, count_tokens: Callable[[str], int], *, in_full: bool) -> Exchange | None:
    """The exchange, in full or in short, whichever still fits."""
    forms = (exchange, exchange.short) if in_full else (exchange.short,)
    return next((form for form in forms if count_tokens(form.text) <= left), None)


def of_answers(answers: Sequence[Answer]) -> list[Exchange]:
    """The exchanges behind kept answers, oldest first."""
    return [
        Exchange(
            a.question,
            _MARK.sub("", a.text) if a.citations else "",
            _cited(a),
            plan=a.readings[0].plan if a.readings else "",
            kept=True,
        )
        for a in answers
    ]


def of_history(history: Sequence[Said]) -> list[Exchange]:
    """The exchanges that a client tells of; what has another role than user and assistant is left out."""
    found: list[Exchange] = []
    for role, text in history[-2 * LOOKED_AT :]:
        said = legible(text).strip()[:LONGEST]
        if role == "user" and said:
            found.append(Exchange(said))
        elif role == "assistant" and found and not found[-1].answer:
            plain = _MARK.sub("", said)
            found[-1] = replace(found[-1], answer=plain, gist=first_sentence(plain))
    return found


def _cited(answer: Answer) -> str:
    first = min(answer.citations, key=lambda c: c.start, default=None)
    return answer.text[first.start : first.end] if first else ""


def _cut(exchange: Exchange, longest: int) -> Exchange:
    return replace(exchange, question=exchange.question[:longest], answer=exchange.answer[:longest])
