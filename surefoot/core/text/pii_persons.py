"""Finds names of persons: by given names, by the words before them, and, where it is doubtful, by asking a model."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from surefoot.core.text.pii_given_names import GIVEN_NAMES, SURNAMES, WORDS_TOO, plain
from surefoot.core.text.pii_spans import PiiKind, PiiSpan
from surefoot.core.text.pii_words import UPPER, is_english

_LETTER = r"[^\W\d_]"
_CAP = rf"[{UPPER}](?:{_LETTER}|['’](?={_LETTER}{{3}})){{0,40}}+(?:-{_LETTER}{{1,40}}+){{0,2}}"
_INITIAL = rf"[{UPPER}](?:\.|(?![\w'’]))"
_PARTICLE = r"(?:van|von|vom|zu|de|del|della|der|den|di|da|dos|du|la|le|ter|ten|al|el|bin|ibn)"
_REST = rf"(?: (?:{_PARTICLE} ){{0,2}}(?:{_INITIAL}|{_CAP})){{0,3}}"
_NAME = re.compile(rf"(?<![\w@./-])(?<!\w['’]){_CAP}{_REST}(?![\w@])")
_TITLES = re.compile(
    r"\b(?:(?:Mrs?|Ms|Miss|Mx|Prof|Professor|Dr|Herrn?|Frau|Mme|Mlle|Monsieur|Madame|Señora?|Sra?|Signora?|Dear|Hi|Hello"
    r"|Sehr geehrter? \w+)\b\.?"
    r"|(?:(?i:(?:yours )?sincerely|(?:kind|best|warm) regards|cheers|mit freundlichen Grüßen)\b,?))"
    rf"\s(?!(?:Mrs?|Ms|Miss|Mx|Prof|Professor|Dr|Herrn?|Frau)\b)(?P<name>{_CAP}{_REST})(?![\w@])"
)
"""What stands before names and before other words with a capital: Dear Customer."""
_RELATIONS = re.compile(
    r"(?i:\b(?:(?:my|his|her|their|your)[ ](?:(?:full|first|last|family|given|maiden|middle)[ ])?(?:sur)?"
    r"name(?:[’']s| is)?"
    r"|(?:full|first|last|family|given|maiden)[ ]name(?: is)?|surname(?: is)?|name on (?:the|your|my) \w+)[.:?]?"
    r"(?: (?:user|customer|caller|answer):)?"
    r"|\bi(?:[’']m| am) (?:called|named)"
    r"|\b(?:my|his|her|our|their|your) (?:kid|son|daughter|wife|husband|partner|mother|father|mom|dad|mum"
    r"|sister|brother|friend|boss|colleague|neighbou?r|aunt|uncle|cousin|nephew|niece"
    r"|grandson|granddaughter|child|girlfriend|boyfriend),?)"
    rf"[ ](?P<name>{_CAP}{_REST})(?![\w@])"
)
"""What stands before names alone."""
_DEEDS = re.compile(
    rf"(?<![\w@./-])(?P<name>{_CAP}{_REST})(?= (?:shouted|whispered|smiled|laughed"
    rf"|cried|sighed|nodded|was born|got married|passed away|retired)\b)"
    rf"|\b(?:shouted at|whispered to|married to|talked to|spoke to|spoke with|met with)"
    rf" (?P<whom>{_CAP}{_REST})(?![\w@])"
)
"""What persons alone do."""
_FAMILY = re.compile(
    r"(?:[bcdfghklmnprstvz]ss?en|ss?on|dóttir|dottir|[eo]va|ová|[eo]v|sk[iaáý]|sky|czyk|ić|ič|vić|vic|escu|enko|opoulos|idis|akis"
    r"|[aeiouäöy]nen|ez|zadeh|yan)$"
)
"""Endings of family names; beside a word that is none of the language they are enough."""
_FAMILY_ALONE = re.compile(r"(?:dóttir|dottir|ov[aá]|[eo]v|sk[iaáý]|ić|ič|escu|enko|opoulos|[äöy]nen|[td]inen)$")
"""Endings that hardly any other word has; the model decides."""
_NO_NAMES = frozenset(
    (
        "a after all although and any anyone april august because before between both but can customer december do "
        "during each either everybody everyone february for friday from he hello her his how however i if in into "
        "is it its january july june madam march may monday my neither no november october of on or our please "
        "saturday september she since sir sirs so some such sunday team thank thanks that the them then there "
        "therefore these they this those through thursday to today tomorrow tuesday under unless until upon us was "
        "we wednesday what when where whereas which while who why with within yes you your "
        "ag airport app apt association ave avenue bank bay beach box bridge building bv center centre church city "
        "club co college committee company corp corporation council country county court day department drive "
        "embassy fc festival foundation gmbh group guide hall hospital hotel house inc institute international "
        "island islands kg lake lane limited llc llp ltd manual mount mountain museum office orchestra park plaza "
        "plc point policy port prize railway river road sa school sons square st station strasse straße street "
        "suite system systems technologies theorem tower trust university valley version way zone"
    ).split()
)
_FOLLOWED = re.compile(r" (?:and|&) (?:Sons?|Co|Partners|Associates)\b|[-/]?\d| (?:Ltd|Inc|LLC|GmbH|AG|plc)\b")
"""What makes a firm or a product of a name."""
_PLACES = re.compile(
    r"\b(?:San|Santa|Santo|Sant|Sankt|St|Ste|Saint|Sainte|Monte|Los|Las|Port|Fort|Mount|Lake"
    r"|River|Cape|R[ií]o|Hurricane|Hurrikan|Storm)\.? \Z"
)
"""What makes a place of a given name."""
_BLOCK = 4
"""Lines from a name to the street below it."""
Persons = Callable[[str], Iterable[PiiSpan]]
"""Asks the model which spans of a line are persons."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """Words with capitals in a row, in a line."""

    start: int
    end: int
    words: list[str]
    fills_line: bool


@dataclass(frozen=True, slots=True)
class Names:
    """How names are told from other words with capitals."""

    ask: Persons
    common: Callable[[str], bool]
    """Whether a word, in small letters, belongs to the language."""

    def find(self, text: str, streets: Sequence[PiiSpan] = ()) -> Iterator[PiiSpan]:
        """The names in a text of some lines, given its addresses; a name never goes over the end of a line."""
        yield from self._introduced(text)
        blocks = set(_lines_above(text, streets))
        english = is_english(text)
        for start, end in _line_spans(text):
            line = text[start:end]
            doubtful: list[tuple[int, int]] = []
            for one in _candidates(line):
                if score := self._sureness(one, in_block=start in blocks, english=english):
                    yield PiiSpan(start + one.start, start + one.end, PiiKind.PERSON, score)
                elif english and self._may_be(one.words):
                    doubtful.append((one.start, one.end))
            if doubtful:
                yield from _confirmed(doubtful, list(self.ask(line)), start)

    def _introduced(self, text: str) -> Iterator[PiiSpan]:
        for found in _TITLES.finditer(text):
            words = found["name"].split()
            if not _is_of_no_person(words) and not (len(words) == 1 and self._is_word(words[0])):
                yield PiiSpan(*found.span("name"), PiiKind.PERSON, 0.85)
        for found in (*_RELATIONS.finditer(text), *_DEEDS.finditer(text)):
            group = found.lastgroup or 0
            if not _is_of_no_person(found.group(group).split()):
                yield PiiSpan(*found.span(group), PiiKind.PERSON, 0.85)

    def _sureness(self, one: _Candidate, *, in_block: bool, english: bool) -> float:
        """How sure it is without the model, 0 where it is not."""
        words = one.words
        if len(words) == 1:
            return 0.6 if english and _is_given(words[0]) and not words[0].isupper() else 0.0
        if _is_given(words[0]):
            return 0.85
        if any(map(_has_inner_capital, words)) or not self._is_strange(words):
            return 0.0
        initial = len(words) > 2 and any(len(word.strip(".")) == 1 for word in words[1:-1])
        if (in_block and one.fills_line) or (english and (initial or _FAMILY.search(words[-1]))):
            return 0.75
        return 0.0

    def _is_strange(self, words: list[str]) -> bool:
        """Whether the first and the last word are names as far as the language's words go."""
        first_fits = plain(words[0]) in GIVEN_NAMES or not self._is_word(words[0])
        return first_fits and len(words[0]) > 1 and not self._is_word(words[-1])

    def _may_be(self, words: list[str]) -> bool:
        if any(map(_has_inner_capital, words)):
            return False
        first, *others = words
        if not others:
            return bool(_FAMILY_ALONE.search(first)) and not self._is_word(first)
        return (plain(first) in GIVEN_NAMES or not self._is_word(first)) and not any(map(self._is_word, others))

    def _is_word(self, word: str) -> bool:
        small = word.lower().strip(".'’")
        return small not in SURNAMES and any(self.common(form) for form in _base_forms(small))


def _is_of_no_person(words: list[str]) -> bool:
    return any(plain(word.strip(".")) in _NO_NAMES for word in words if len(word.strip(".")) > 1)


def _is_given(word: str) -> bool:
    small = plain(word)
    return small not in WORDS_TOO and all(part in GIVEN_NAMES for part in small.split("-"))


def _candidates(line: str) -> Iterator[_Candidate]:
    for found in _NAME.finditer(line):
        start = found.start() + _before_given_name(found.group().split(" "))
        words = line[start : found.end()].split(" ")
        place = len(words) == 1 and _PLACES.search(line[max(0, start - 12) : start])
        if not place and not _is_of_no_person(words) and not _FOLLOWED.match(line, found.end()):
            yield _Candidate(start, found.end(), words, line.strip(" >*") == found.group())


def _before_given_name(words: list[str]) -> int:
    """Characters before the name: a word with a capital that opens the sentence may stand there."""
    if len(words) > 1 and plain(words[0]) in _NO_NAMES:
        return len(words[0]) + 1 + _before_given_name(words[1:])
    for place in range(1, len(words)):
        if plain(words[place - 1]) in GIVEN_NAMES:
            return 0
        if _is_given(words[place]) and not _PLACES.search(words[place - 1] + " "):
            return len(" ".join(words[:place])) + 1
    return 0


def _confirmed(doubtful: list[tuple[int, int]], persons: list[PiiSpan], offset: int) -> Iterator[PiiSpan]:
    for start, end in doubtful:
        scores = [one.score for one in persons if one.kind is PiiKind.PERSON and one.start < end and start < one.end]
        if scores:
            yield PiiSpan(offset + start, offset + end, PiiKind.PERSON, 0.7 * max(scores))


def _has_inner_capital(word: str) -> bool:
    """MyBrand and USB are no names; McKay and O'Neill are."""
    return bool(re.search(r"(?<!Mc)(?<!Mac)(?<!['’-])(?<=\w)[A-ZÀ-Þ]", word))


def _base_forms(word: str) -> set[str]:
    forms = {word, *word.split("-")}
    for ending, instead in (("s", ""), ("es", ""), ("ies", "y"), ("ing", ""), ("ing", "e"), ("ed", ""), ("ed", "e")):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            forms.add(word.removesuffix(ending) + instead)
    return forms


def _line_spans(text: str) -> Iterator[tuple[int, int]]:
    """Lines, and in tables their cells: what is asked at once."""
    for found in re.finditer(r"(?:\\\||[^\n|])+", text):
        yield found.span()


def _lines_above(text: str, streets: Sequence[PiiSpan]) -> Iterator[int]:
    """Where the lines begin that stand above an address, as a name does on an envelope."""
    for street in streets:
        end = text.rfind("\n", 0, street.start + 1)
        for _ in range(_BLOCK):
            if end < 0:
                break
            start = text.rfind("\n", 0, end) + 1
            yield start
            end = start - 1
