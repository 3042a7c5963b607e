"""Applies an assistant's policy on personal data to what a reader found: keep it, mask it, or reject the document."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from surefoot.core.nouns import Section
from surefoot.core.text.pii import ALL_KINDS, PiiKind, PiiSpan, find, find_in_document
from surefoot.ingestion.errors import Unreadable
from surefoot.ingestion.results import Content

_TOKEN = re.compile(r"\[([A-Z]+(?:-[A-Z]+)*)-(\d{1,9})\]")
_PERSON_KEYS = re.compile(
    r"author|creator|owner|sender|recipient|editor|(?:^|_)(?:from|to|cc|by|contact|manager)$", re.IGNORECASE
)
_WORDS = {
    PiiKind.PERSON: ("name of a person", "names of persons"),
    PiiKind.ADDRESS: ("postal address", "postal addresses"),
    PiiKind.EMAIL: ("e-mail address", "e-mail addresses"),
    PiiKind.PHONE: ("telephone number", "telephone numbers"),
    PiiKind.CARD: ("card number", "card numbers"),
    PiiKind.IBAN: ("bank account", "bank accounts"),
    PiiKind.NATIONAL_ID: ("identity number", "identity numbers"),
    PiiKind.IP: ("IP address", "IP addresses"),
    PiiKind.LICENCE: ("driving licence", "driving licences"),
    PiiKind.BIRTH_DATE: ("date of birth", "dates of birth"),
}


class PiiPolicy(StrEnum):
    """What happens to personal data in an assistant's documents."""

    KEEP = "keep"
    MASK = "mask"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Mask:
    """What stands in the text in place of a value; the value belongs into the relational store alone."""

    token: str
    """For readers: [PERSON-1]."""
    kind: PiiKind
    value: str = field(repr=False)
    """As it stood in the document; left out of logs."""


@dataclass(frozen=True, slots=True)
class Screened:
    """A document as its assistant may know it."""

    content: Content
    masks: tuple[Mask, ...] = ()
    """One for each distinct value, in the order of their first appearance."""
    counts: Mapping[PiiKind, int] = field(default_factory=dict[PiiKind, int])
    """Places where personal data stood, by kind; a value that stands twice counts twice."""


@dataclass(frozen=True, slots=True)
class ScreenedProperties:
    """A document's properties as its assistant may know them."""

    properties: Mapping[str, str]
    masks: tuple[Mask, ...] = ()
    """Those of the document, and behind them those for values that only the properties hold."""
    counts: Mapping[PiiKind, int] = field(default_factory=dict[PiiKind, int])


def apply(content: Content, policy: PiiPolicy, kinds: frozenset[PiiKind] = ALL_KINDS) -> Screened:
    """The content under this policy; its title, headings, text and table cells alike.

    Masked content reads on: the same value has the same token everywhere in the document, and a token that the
    document itself holds is never given to a value. Raises Unreadable under the policy 'reject' where there is
    personal data; its message names kinds and numbers, never a value.
    """
    if policy is PiiPolicy.KEEP:
        return Screened(content)
    texts = list(dict.fromkeys(_texts(content)))
    found = dict(zip(texts, find_in_document(texts, kinds), strict=True))
    counts = Counter(span.kind for text in _texts(content) for span in found[text])
    if policy is PiiPolicy.REJECT:
        _refuse(counts)
        return Screened(content)
    tokens = _Tokens(texts)
    masked = {text: _masked(text, spans, tokens) for text, spans in found.items()}
    sections = tuple(_section(section, masked) for section in content.sections)
    title = masked[content.title] if content.title else content.title
    return Screened(replace(content, title=title, sections=sections), tokens.masks, counts)


def apply_to_properties(
    properties: Mapping[str, str],
    policy: PiiPolicy,
    kinds: frozenset[PiiKind] = ALL_KINDS,
    screened: Screened | None = None,
) -> ScreenedProperties:
    """What a source knows of a document, under the same policy and with the tokens of `screened`, its content.

    Values under names such as author or sender are taken for persons. A title that is made of the file's name goes
    the same way. Names of properties stay. Raises Unreadable as `apply` does.
    """
    known = screened.masks if screened else ()
    if policy is PiiPolicy.KEEP:
        return ScreenedProperties(properties, known)
    found = {name: _in_property(name, value, kinds, known) for name, value in properties.items()}
    counts = Counter(span.kind for spans in found.values() for span in spans)
    if policy is PiiPolicy.REJECT:
        _refuse(counts)
        return ScreenedProperties(properties, known)
    tokens = _Tokens([*properties.values(), *(_texts(screened.content) if screened else ())], known)
    masked = {name: _masked(value, found[name], tokens) for name, value in properties.items()}
    return ScreenedProperties(masked, tokens.masks, counts)


def unmask(text: str, masks: Iterable[Mask]) -> str:
    """The text with the values in their places, for those who may see them; tokens of other documents stay."""
    values = {mask.token: mask.value for mask in masks}
    return _TOKEN.sub(lambda token: values.get(token.group(), token.group()), text)


class _Tokens:
    """Gives each value of a document a token that the document does not hold itself."""

    def __init__(self, texts: Iterable[str], known: Sequence[Mask] = ()) -> None:
        ours = {mask.token for mask in known}
        self._taken = {token.group() for text in texts for token in _TOKEN.finditer(text)} | ours
        self._masks = {(mask.kind, mask.value): mask for mask in known}
        self._last: Counter[PiiKind] = Counter()

    @property
    def masks(self) -> tuple[Mask, ...]:
        return tuple(self._masks.values())

    def token(self, kind: PiiKind, value: str) -> str:
        """The value's token, a new one where it has none."""
        if mask := self._masks.get((kind, value)):
            return mask.token
        while (token := self._next(kind)) in self._taken:
            pass
        self._masks[kind, value] = Mask(token, kind, value)
        return token

    def _next(self, kind: PiiKind) -> str:
        self._last[kind] += 1
        return f"[{kind.value.upper().replace('_', '-')}-{self._last[kind]}]"


def _texts(content: Content) -> Iterator[str]:
    if content.title:
        yield content.title
    for section in content.sections:
        yield from section.heading_path
        yield section.text


def _section(section: Section, masked: Mapping[str, str]) -> Section:
    path = tuple(masked[heading] for heading in section.heading_path)
    return replace(section, heading_path=path, text=masked[section.text])


def _masked(text: str, spans: Sequence[PiiSpan], tokens: _Tokens) -> str:
    parts: list[str] = []
    end = 0
    for span in spans:
        parts += text[end : span.start], tokens.token(span.kind, text[span.start : span.end])
        end = span.end
    return "".join([*parts, text[end:]])


def _in_property(name: str, value: str, kinds: frozenset[PiiKind], known: Sequence[Mask]) -> list[PiiSpan]:
    """What the document hides is hidden here too; file names have '_' for blanks."""
    whole = [mask.kind for mask in known if mask.value == value]
    if whole:
        return [PiiSpan(0, len(value), whole[0], 1.0)]
    lead = "My name is " if PiiKind.PERSON in kinds and _PERSON_KEYS.search(name) else ""
    spans = find(lead + value, kinds) or find(lead + value.replace("_", " "), kinds)
    return [span.moved(-len(lead)) for span in spans if span.start >= len(lead)]


def _refuse(counts: Mapping[PiiKind, int]) -> None:
    if not counts:
        return
    found = ", ".join(f"{count} {_WORDS[kind][count > 1]}" for kind, count in sorted(counts.items()))
    raise Unreadable(
        f"The document holds personal data ({found}), and this assistant takes no such documents. "
        "Remove the data and feed it again, or set the assistant's policy on personal data to 'mask'."
    )
