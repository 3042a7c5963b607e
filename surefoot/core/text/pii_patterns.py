"""Finds personal data by its shape: e-mail, card, IBAN, IP address, identity number, licence, date of birth."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from surefoot.core.text import pii_checksums as checks
from surefoot.core.text.pii_spans import PiiKind, PiiSpan

_ROLES = frozenset(
    (
        "abuse accounts admin billing bookings careers claims complaints compliance contact customer customercare "
        "customerservice datenschutz desk dpo enquiries feedback hello help helpdesk hostmaster hr info information "
        "jobs kontakt legal mail marketing media news newsletter no-reply noc noreply office orders postmaster presse "
        "press privacy reception returns sales security service shop support team tech webmaster"
    ).split()
)
"""Mailboxes of a function, not of a person (RFC 2142 and everyday ones)."""
_MONTH = (
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Mär|Mai|Okt|Dez|janv|févr|mars|avr|mai|juin|juil|août)"
    r"[^\W\d_]{0,8}\.?"
)
_DATE = (
    r"(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})"
    rf"|\d{{1,2}}(?:st|nd|rd|th|\.)?\s(?:of\s)?{_MONTH},?\s\d{{4}}|{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?,?\s\d{{4}})"
)
_DIGITS = re.compile(r"\D+")


@dataclass(frozen=True, slots=True)
class _Rule:
    """A shape; group 'value' is what is personal in it, or the whole where there is no such group."""

    kind: PiiKind
    pattern: re.Pattern[str]
    score: float
    accepts: Callable[[str], bool] = bool
    """Told the value: whether it is one."""
    context: re.Pattern[str] | None = None
    """What must stand in the 60 characters before it or the 20 behind it."""
    unless: re.Pattern[str] | None = None
    """What must not stand right before it."""


def digits(value: str) -> str:
    """The digits of a text and nothing else."""
    return _DIGITS.sub("", value)


def _words(alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"(?:\b|_)(?:{alternatives})\b", re.IGNORECASE)


def _checked(check: Callable[[str], bool]) -> Callable[[str], bool]:
    return lambda value: check(digits(value))


def _is_personal_mailbox(value: str) -> bool:
    return _ROLES.isdisjoint(re.split(r"[._+]", value.split("@", 1)[0].lower()))


def _is_card(value: str) -> bool:
    return len(digits(value)) != 13 and checks.card(digits(value))  # 13 digits: an article number as well


def _is_said_to_be_card(value: str) -> bool:
    """Rare prefixes and lengths; 8 and 9 stand for SIM cards and for national uses (ISO/IEC 7812)."""
    plain = digits(value)
    return 12 <= len(plain) <= 19 and plain[0] not in "89" and len(set(plain)) > 1 and checks.luhn(plain)


def _is_sure_ip(value: str) -> bool:
    """Short ones look like version numbers and need a word beside them."""
    return len(digits(value)) >= 8 and checks.personal_ip(value)


_CARD = re.compile(
    r"(?<![\w.,+/-])(?:\d{4}([ -])\d{4}\1\d{4}\1\d{4}(?:\1\d{1,3})?|\d{4}([ -])\d{6}\2\d{4,5}|\d{4}([ -])\d{4}\3\d{4,5}"
    r"|\d{4}([ -])\d{4}\4\d{4}\4\d{1,3}|\d{6}([ -])\d{8,13}|\d{8}([ -])\d{8}|\d{12,19})(?![\w/]|[-.,]\d)"
)
_IP4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?!\w|\.\d)")
_ANY_DIGITS = re.compile(r"(?<![\w.,/-])\d{1,4}(?:[ .-]?\d{1,4}){1,7}(?![\w/]|[-.,]\d)")
_NO_CARD = re.compile(
    r"\b(?:imei|iccid|eid|ean|gtin|serial|order|invoice|ticket)\W{1,3}(?:\w{1,8}\W{1,3})?\Z", re.IGNORECASE
)
_VERSION = re.compile(
    r"(?:\bv|version|firmware|release|section|clause|build|chapter|rule|article)\W{0,3}\Z", re.IGNORECASE
)
_RULES = (
    _Rule(
        PiiKind.EMAIL,
        re.compile(r"(?<![\w.+%'-])\w[\w.+%'-]{0,63}@(?:[^\W_](?:[\w-]{0,61})\.){1,8}[^\W\d_]{2,24}(?![\w@])"),
        1.0,
        _is_personal_mailbox,
    ),
    _Rule(PiiKind.CARD, _CARD, 1.0, _is_card, unless=_NO_CARD),
    _Rule(
        PiiKind.CARD,
        _CARD,
        0.8,
        _is_said_to_be_card,
        _words(
            r"cards?|credit|debit|cvv|cvc|visa|mastercard|amex|maestro|kreditkarte|karten?nummer|carte|tarjeta|carta"
        ),
        _NO_CARD,
    ),
    _Rule(PiiKind.IP, _IP4, 0.9, _is_sure_ip, unless=_VERSION),
    _Rule(
        PiiKind.IP, _IP4, 0.8, checks.personal_ip, _words(r"ip|ip.?address|host|client|visitor|login from"), _VERSION
    ),
    _Rule(
        PiiKind.IP, re.compile(r"(?<![\w:.])(?:[\dA-Fa-f]{0,4}:){2,7}[\dA-Fa-f]{0,4}(?![\w:])"), 1.0, checks.personal_ip
    ),
    _Rule(PiiKind.NATIONAL_ID, re.compile(r"(?<![\w.-])\d{3}-\d{2}-\d{4}(?![\w-]|\.\d)"), 0.9, _checked(checks.us_ssn)),
    _Rule(
        PiiKind.NATIONAL_ID,
        re.compile(r"(?<![\w.-])\d{3}[ .]?\d{2}[ .]?\d{4}(?![\w-]|\.\d)"),
        0.8,
        _checked(checks.us_ssn),
        _words(r"ssns?|social security(?: number| no)?"),
    ),
    _Rule(
        PiiKind.NATIONAL_ID,
        _ANY_DIGITS,
        1.0,
        _checked(checks.german_tax_id),
        _words(
            r"steuer-?id|steueridentifikationsnummer|identifikationsnummer|tax.?id(?:entification)?(?: number)?|tin"
        ),
    ),
    _Rule(
        PiiKind.NATIONAL_ID,
        re.compile(r"(?<![\w.-])[12] ?\d{2} ?(?:0[1-9]|1[0-2]) ?\d{2} ?\d{3} ?\d{3} ?\d{2}(?![\w-]|\.\d)"),
        1.0,
        _checked(checks.french_insee),
    ),
    _Rule(
        PiiKind.NATIONAL_ID,
        re.compile(r"(?<![\w.-])756\.\d{4}\.\d{4}\.\d{2}(?![\w-])"),
        1.0,
        _checked(checks.swiss_ahv),
    ),
    _Rule(
        PiiKind.NATIONAL_ID, _ANY_DIGITS, 1.0, _checked(checks.dutch_bsn), _words(r"bsn|burgerservicenummer|sofinummer")
    ),
    _Rule(
        PiiKind.LICENCE,
        re.compile(
            r"\b(?:driv(?:er['’]?s?|ing)[ -]?licen[cs]e|DL|Führerschein(?:nummer)?|permis de conduire|patente di guida)"
            r"(?:[ \t]?(?:number|num|no\.?|nr\.?|id|is|was|:|#|=|,|\()){0,4}[ \t]?"
            r"(?P<value>(?=[A-Z\d -]{0,16}(?:\d[A-Z -]?){4})[A-Z\d](?:[A-Z\d]|[ -](?=\d)){5,17})(?!\w)",
            re.IGNORECASE,
        ),
        0.8,
        lambda value: not re.fullmatch(_DATE, value),
    ),
    _Rule(
        PiiKind.BIRTH_DATE,
        re.compile(
            r"\b(?:born|date of birth|d\.?o\.?b|birth ?date|birthday|geboren|geb"
            r"|Geburts(?:datum|tag)|née?|nacid[oa]|nat[oa])\b"
            rf"[ .:|(]{{0,4}}(?:(?:is|was|on|am|le|el|il)[ :]{{1,2}})?(?P<value>{_DATE})(?!\w)",
            re.IGNORECASE,
        ),
        0.9,
    ),
)
_IBAN_START = re.compile(r"(?<![^\W_])[A-Z]{2}\d{2}(?:[ -]?[A-Z\d]{1,30}){1,9}", re.IGNORECASE)


def shaped(text: str) -> Iterator[PiiSpan]:
    """Everything in `text` that is recognised by its shape, its check digits and the words before it."""
    yield from _ibans(text)
    for rule in _RULES:
        for found in rule.pattern.finditer(text):
            group = "value" if "value" in rule.pattern.groupindex else 0
            if rule.accepts(found.group(group)) and _fits(rule, text, *found.span(group)):
                yield PiiSpan(found.start(group), found.end(group), rule.kind, rule.score)


def _fits(rule: _Rule, text: str, start: int, end: int) -> bool:
    before = text[max(0, start - 60) : start]
    if rule.unless and rule.unless.search(before):
        return False
    return rule.context is None or bool(rule.context.search(before) or rule.context.search(text[end : end + 20]))


def _ibans(text: str) -> Iterator[PiiSpan]:
    """Words may follow an account number without a sign between: the longest beginning that is one counts."""
    for found in _IBAN_START.finditer(text):
        value = found.group()[:44]
        ends = [place.start() for place in re.finditer(r"(?<=\w)(?:[ -]|\Z)", value)]
        for end in reversed(ends):
            if checks.iban(re.sub(r"[ -]", "", value[:end]).upper()):
                yield PiiSpan(found.start(), found.start() + end, PiiKind.IBAN, 1.0)
                break
