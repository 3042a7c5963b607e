"""Sees which documents a question names: 'according to the roaming guide', 'under the gifts policy', '3M in FY2018'."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from surefoot.core.nouns import Passage

Terms = Callable[[str], list[str]]
"""Stemmed content words of a text."""

WHOLE = 3
"""Words from which a title without a kind of document in it is a name by itself."""
LOOSE = 2
"""Other words that may stand among those of a title."""
MOST = 4
"""Documents that a question names at most; one that fits more of them names none."""
KINDS = (
    "agreement bylaw faq guide guideline handbook instructions list manual minutes policy procedure protocol "
    "regulation register rulebook rules schedule specification standard statute terms 10k 10q 8k earnings"
)
"""Words that say which kind of document it is, and nothing of what it is about; the last are kinds of filings."""
_JOINS = frozenset({"on", "for", "about", "to", "of", "regarding"})
_WORD = re.compile(r"[^\W_]+(?:[’'][^\W_]+)*")
_PIECE = re.compile(r"(?:19|20)\d\d(?!\d)|[^\W_]+?(?=(?:19|20)\d\d(?!\d))|[^\W_]+")
_FISCAL = re.compile(r"FY ?'?(?:20)?(\d\d)(?!\d)")
_QUARTER = re.compile(r"q[1-4]")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_RUNS = 3
"""Words of a question that a title may write as one ('GENERALMILLS')."""


@dataclass(frozen=True, slots=True)
class _Title:
    """A title, taken apart."""

    kinds: frozenset[str]
    name: tuple[str, ...]
    """Its stemmed words without kind, year, quarter and other figures."""
    years: frozenset[str]

    @classmethod
    def of(cls, title: str, terms: Terms, kinds: frozenset[str]) -> _Title:
        pieces = _PIECE.findall(title)
        words = [term for piece in pieces if not _YEAR.fullmatch(piece) for term in terms(piece)]
        name = dict.fromkeys(w for w in words if not (w in kinds or w.isdigit() or _QUARTER.fullmatch(w)))
        return cls(kinds & set(words), tuple(name), frozenset(filter(_YEAR.fullmatch, pieces)))


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question's content words in their order, and what of them can stand for a word of a title."""

    words: tuple[str, ...]
    """An empty one stands for a word that joins a kind of document to what it is about."""
    proper: frozenset[str]
    """Those that are written as names: with a capital that no sentence begins with, or with figures."""
    years: frozenset[str]
    joined: frozenset[str]
    """Neighbouring words written as one."""

    @classmethod
    def of(cls, text: str, terms: Terms) -> _Asked:
        spelled = _FISCAL.sub(r"20\1", text)
        found = list(_WORD.finditer(spelled))
        plain = [re.sub(r"[’']\w+$", "", m.group()) for m in found]
        runs = {"".join(plain[n : n + size]).lower() for size in range(2, _RUNS + 1) for n in range(len(plain) - 1)}
        ends = [0, *(m.end() for m in found)]
        begins = [_begins(spelled[end : m.start()], first=not end) for end, m in zip(ends, found, strict=False)]
        names = [word for word, opening in zip(plain, begins, strict=True) if _is_name(word, begins=opening)]
        return cls(
            words=tuple(term for word in plain for term in ([""] if word.lower() in _JOINS else terms(word))),
            proper=frozenset(term for word in names for term in terms(word)),
            years=frozenset(_YEAR.findall(spelled)),
            joined=frozenset(term for run in runs for term in terms(run)),
        )


def named_documents(text: str, passages: Iterable[Passage], terms: Terms) -> dict[str, str]:
    """Title by id of those documents, among the passages', that a text names unmistakably; mostly none.

    A name is a kind of document with words of one title alone beside it, a long title as a whole, or a proper name
    together with the year of the title. A single word that a title has too names nothing.
    """
    titles = {passage.chunk.document_id: passage.chunk.title for passage in passages}
    kinds = frozenset(terms(KINDS))
    read = {title: _Title.of(title, terms, kinds) for title in dict.fromkeys(titles.values())}
    asked = _Asked.of(text, terms)
    named = {title for title, parsed in read.items() if _names(asked, parsed, [*read.values()])}
    return {name: title for name, title in titles.items() if title in named} if len(named) <= MOST else {}


def _names(asked: _Asked, title: _Title, titles: Sequence[_Title]) -> bool:
    if title.years and asked.years and not title.years & asked.years:
        return False
    if title.years & asked.years and _is_proper(asked, title):
        return True
    if not title.kinds:
        return len(title.name) >= WHOLE and _together(asked.words, title.name)
    others = [other for other in titles if other.name != title.name and other.kinds & title.kinds]
    runs = [set(run) for run in _beside_kind(asked.words, title) if run]
    return any(not any(run <= set(other.name) for other in others) for run in runs)


def _beside_kind(words: Sequence[str], title: _Title) -> Iterable[Sequence[str]]:
    """Words of the title that stand directly before its kind in the question, or behind it and an 'on' or 'for'."""
    for place in (n for n, word in enumerate(words) if word in title.kinds):
        start, end = place, place + 2
        while start > 0 and words[start - 1] in title.name:
            start -= 1
        while words[place + 1 : place + 2] == ("",) and end < len(words) and words[end] in title.name:
            end += 1
        yield words[start:place] or words[place + 2 : end]


def _together(words: Sequence[str], name: Sequence[str]) -> bool:
    """Whether all words of a name stand near each other, in their order."""
    said = [word for word in words if word]
    size = len(name) + LOOSE
    for start in (n for n, word in enumerate(said) if word == name[0]):
        near = iter(said[start : start + size])
        if all(word in near for word in name):
            return True
    return False


def _is_proper(asked: _Asked, title: _Title) -> bool:
    """Whether all words of a title's name are in the question, written as a name."""
    return bool(title.name) and all(word in asked.proper or word in asked.joined for word in title.name)


def _begins(between: str, *, first: bool) -> bool:
    """Whether a word begins a sentence, by what stands between it and the word before it."""
    return (first and not between.strip()) or any(mark in between.rpartition("_")[2] for mark in ".!?:")


def _is_name(word: str, *, begins: bool) -> bool:
    figures = any(map(str.isdigit, word)) and not word.isdigit()
    capital = word[:1].isupper() and word != "I" and (not begins or word.isupper())
    return figures or capital
