"""To which values a question narrows what it asks for, and names of values that are not there."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Mapping
from itertools import takewhile

from surefoot.core.text.quantities import Limit
from surefoot.retrieval.records.asking.cues import Cue
from surefoot.retrieval.records.asking.draft import Draft, Stopped, named
from surefoot.retrieval.records.asking.homes import meant
from surefoot.retrieval.records.asking.outcomes import Reason, Unclear
from surefoot.retrieval.records.asking.values_meant import means_value
from surefoot.retrieval.records.asking.vocabulary import Mark, Role, Vocabulary
from surefoot.retrieval.records.asking.words import Word, forms
from surefoot.retrieval.records.plan import Filter
from surefoot.retrieval.records.semantic import Semantics

_ALL_OF = re.compile(r"\b(?:the|all|our|alle|die|unsere|der|unserer)\s+$", re.IGNORECASE)
_SUM = re.compile(r"\b(?:combined|(?:all )?together|in total|altogether|sum|summe|zusammen|insgesamt)\b", re.IGNORECASE)
_ARTICLES = frozenset("the this that der die das den dem dieser dieses diesen".split())
NEAREST = 4
"""Values that are offered in place of one that is not there."""
MANY = 8
"""Values that a word may begin; more are no name."""


def narrowing(draft: Draft, semantics: Semantics, vocabulary: Vocabulary) -> None:
    """Set the draft's filters. Raises Stopped where a name is unknown, or is the beginning of several."""
    found: dict[tuple[str, bool], list[str]] = defaultdict(list)
    possible = semantics.dimensions_of(draft.plan()) if draft.metrics or draft.listing else frozenset[str]()
    for mark in draft.marked.marks:
        values = mark.of(Role.VALUE)
        if not means_value(draft, mark, semantics):
            continue
        value = meant(draft, mark, possible, semantics)
        same = [v.value for v in values if v.name == value.name]
        if len(set(same)) > 1:
            word = draft.marked.written(mark.first, mark.last)
            raise Stopped(Unclear(Reason.SEVERAL_VALUES, word, known=tuple(same)))
        found[value.name, _is_left_out(draft, mark)] += [value.value]
    for key, more in (*_begun(draft, semantics, vocabulary), *_numbered(draft, vocabulary, semantics.declared.thing)):
        found[key, False] += more
    _unknown(draft, vocabulary)
    _as_many(draft, {name: values for (name, out), values in found.items() if not out}, vocabulary)
    draft.filters = [Filter(name, tuple(dict.fromkeys(values)), out) for (name, out), values in found.items()]
    if sum(single.exclude for single in draft.filters) > 1:
        raise Stopped(Unclear(Reason.PLAN, "I can leave out things of one kind at a time."))
    for single in draft.filters:
        several = len(single.values) > 1 and not single.exclude
        joined = (draft.marked.has(Cue.TOGETHER) or _are_apart(draft, single)) and not _SUM.search(draft.marked.text)
        if several and single.dimension in possible and (joined or draft.marked.has(Cue.BESIDE)):
            draft.by.append(single.dimension)


def _parts(mark: Mark) -> bool:
    """Whether a mark begins something else, so that 'without' before it does not reach across."""
    asks = {Cue.WHICH, Cue.HOW_MANY, Cue.BY} & {Cue(meaning.name) for meaning in mark.of(Role.CUE)}
    return bool(asks) or (bool(mark.of(Role.METRIC)) and not mark.of(Role.VALUE))


def _are_apart(draft: Draft, single: Filter) -> bool:
    """Whether several phrases name the values, so that they are told apart: 'R-312, R-313'; 'Corvane' is one phrase."""
    return sum(named(mark, Role.VALUE) == single.dimension for mark in draft.marked.of(Role.VALUE)) > 1


def _is_left_out(draft: Draft, mark: Mark) -> bool:
    """Whether 'without', 'except' or 'not' stands before a value."""
    near = list(takewhile(lambda other: not _parts(other), draft.before(mark, 3)))
    cues = {m.name for other in near for m in other.of(Role.CUE)}
    return Cue.EXCEPT in cues or (Cue.NONE in cues and not draft.before(mark, 3)[0].of(Role.METRIC))


def _begun(draft: Draft, semantics: Semantics, vocabulary: Vocabulary) -> list[tuple[str, list[str]]]:
    """Words that are left and begin names: 'Corvane' is each model of that make; a code's beginning is asked back.

    'H26 Hauliers' are those that both words are parts of.
    """
    parts = {at: begun for at in sorted(draft.left) if (begun := names_begun(draft.marked.words[at], vocabulary))}
    found: list[tuple[str, list[str]]] = []
    for at, begun in parts.items():
        if at not in draft.left:
            continue
        word, both = draft.marked.words[at], begun & parts.get(at + 1, set())
        values = sorted(value for _, value in both or begun)
        dimension = next(iter(begun))[0]
        is_one = _is_one(draft, at + 1 if both else at) or (not both and _is_beginning(word, begun))
        if (len(values) > 1 or semantics.dimension(dimension).kind) and is_one:
            raise Stopped(Unclear(Reason.SEVERAL_VALUES, word.text, known=tuple(values[:NEAREST])))
        draft.left -= {at, at + 1} if both else {at}
        found.append((dimension, values))
    return found


def names_begun(word: Word, vocabulary: Vocabulary) -> set[tuple[str, str]]:
    """The names of one dimension, and it, that a word is a part or the beginning of; none where it is too many's."""
    found = {
        (dimension, value)
        for dimension, names in vocabulary.values.items()
        for name, value in names.items()
        if _begins(word, forms(name))
    }
    return found if len({dimension for dimension, _ in found}) == 1 and len(found) <= MANY else set()


def _begins(word: Word, name: tuple[str, ...]) -> bool:
    """Whether a word is a part of a name of several words, or the beginning of a code."""
    if len(name) != 1:
        part = word.form.removesuffix("s" if word.is_code else "")
        return not word.is_number and part in name and (part == name[:1][0] or word.text[0].isupper())
    return word.is_code and name[0].startswith(word.form) and name[0] != word.form


def _is_beginning(word: Word, begun: set[tuple[str, str]]) -> bool:
    """Whether a code is only the beginning of others."""
    return word.is_code and all(forms(value)[0] != word.form and len(forms(value)) == 1 for _, value in begun)


def _is_one(draft: Draft, at: int) -> bool:
    """Whether one of several is meant: 'the Haulier', not 'the Hauliers' or 'Hauliers'."""
    word = draft.marked.words[at]
    before = draft.marked.words[at - 1].text.lower() if at else ""
    behind = draft.marked.words[at + 1].text.lower() if at + 1 < len(draft.marked.words) else ""
    if behind.endswith("s") and any(m.first == at + 1 for m in draft.marked.marks):
        return False  # 'the H26 trucks'
    return before in _ARTICLES and not word.text.lower().endswith("s") and not draft.is_genitive(at - 1)


def _numbered(draft: Draft, vocabulary: Vocabulary, thing: str) -> list[tuple[str, list[str]]]:
    """A bare number behind a dimension's name: 'van 102' is the one vehicle with that number."""
    found: list[tuple[str, list[str]]] = []
    for n in sorted(draft.numbers):
        quantity = draft.marked.quantities[n]
        before, start = _dimension_before(draft, quantity.start, thing)
        if not before or quantity.limit is not Limit.NONE or quantity.unit:
            continue
        digits = str(int(next(iter(quantity.values))))
        values = {v for v in vocabulary.values.get(before, {}).values() if re.sub(r"\D", "", v) == digits}
        written = draft.marked.text[start : quantity.end]
        if not values:
            raise Stopped(Unclear(Reason.UNKNOWN_VALUE, written, known=_near(quantity.shown, before, vocabulary)))
        if len(values) > 1:
            raise Stopped(Unclear(Reason.SEVERAL_VALUES, written, known=tuple(sorted(values))))
        draft.numbers.discard(n)
        found.append((before, list(values)))
    return found


def _dimension_before(draft: Draft, start: int, thing: str) -> tuple[str, int]:
    """The dimension that has such numbers, where its name, or a value such as 'van', stands right before; and where."""
    words = draft.marked.words
    for mark in draft.marked.marks:
        if words[mark.last - 1].end in {start - 1, start - 2}:
            is_kind = bool(mark.of(Role.VALUE)) and not mark.of(Role.METRIC) and named(mark, Role.VALUE) != thing
            return named(mark, Role.DIMENSION) or (thing if is_kind else ""), words[mark.first].start
    return "", start


def _as_many(draft: Draft, found: Mapping[str, list[str]], vocabulary: Vocabulary) -> None:
    """'The two Voltera models' and 'the four depots' say how many there are, which is known."""
    named_ones = {mark.first: name for mark in draft.marked.marks if (name := named(mark, Role.DIMENSION))}
    many = [len(set(values)) for values in found.values()]
    many += [len(set(vocabulary.values.get(name, {}).values())) for name in named_ones.values() if name not in found]
    ends = draft.marked.has(Cue.HIGH, Cue.LOW, Cue.WORST, Cue.BEST)
    of_all = bool(found) and not ends  # 'our three H26': they are all that there are
    for n in sorted(draft.numbers):
        quantity = draft.marked.quantities[n]
        whole = _ALL_OF.search(draft.marked.text[: quantity.start])
        if (
            whole
            and not quantity.unit
            and quantity.limit is Limit.NONE
            and (of_all or next(iter(quantity.values)) in many)
        ):
            draft.numbers.discard(n)


def _unknown(draft: Draft, vocabulary: Vocabulary) -> None:
    """A code that is left and looks like the names of one dimension is a name that is not there."""
    for at in sorted(draft.left):
        word = draft.marked.words[at]
        if not word.is_code:
            continue
        shape = _shape(word.text)
        alike = [d for d, names in vocabulary.values.items() if any(_shape(name) == shape for name in names)]
        if alike:
            raise Stopped(Unclear(Reason.UNKNOWN_VALUE, word.text, known=_near(word.text, alike[0], vocabulary)))


def _shape(name: str) -> str:
    """A name's letters and digits by kind: 'V-102' is 'A-9'."""
    return re.sub(r"\d+", "9", re.sub(r"[^\W\d_]+", "A", name))


def _near(written: str, dimension: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    names = vocabulary.values.get(dimension, {})
    close = difflib.get_close_matches(written.upper(), sorted(names), n=NEAREST, cutoff=0.5)
    return tuple(dict.fromkeys(names[name] for name in close))
