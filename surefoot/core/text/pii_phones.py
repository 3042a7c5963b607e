"""Finds telephone numbers, in national and international spellings."""

from __future__ import annotations

import re
from collections.abc import Iterator

from surefoot.core.text.pii_patterns import digits
from surefoot.core.text.pii_spans import PiiKind, PiiSpan

_CANDIDATE = re.compile(
    r"(?<![\w+@#/=-])(?<!\d[.,])(?:\(?\+ ?)?\(?\d++\)?(?: ?[-./–]? ?\(?\d++\)?){0,7}+"
    r"(?: ?(?:x|ext\.?|extension) ?\d{1,6}\b)?+"
    r"(?![\w%€$£°]|[.,:]\d)",
    re.IGNORECASE,
)
_US = re.compile(r"(?:\+?1[ .-])?(?:\([2-9]\d\d\) ?|[2-9]\d\d[ .-])[2-9]\d\d[ .-]\d{4}")
_DATE = re.compile(
    r"(?:(?:19|20)\d\d([-/.–])\d{1,2}(?:\1|\b(?!\1))|\d{1,2}([./-])\d{1,2}\2(?:19|20)?\d\d(?!\d|\2)"
    r"|(?:19|20)\d\d ?[-–] ?(?:19|20)?\d\d\b)"
)
_FREE = re.compile(
    r"(?:00|0)800|0808|0900|0180|(?:00)?(?:49|44|33|39|31)800|(?:001|1)?8(?:00|33|44|55|66|77|88)(?=\d{7}\Z)"
)
"""Toll-free and service numbers belong to organisations."""
_SAID = re.compile(
    r"(?:\b|_)(?:(?:tele|i)?phones?|tel|fax|mobiles?|cell ?phone|cell(?= ?(?:number|no|:|is))|call|dial|"
    r"whatsapp|text me|ring (?:me|him|her|us|them)|"
    r"reach (?:me|him|her|us|them)|"
    r"telefon(?:nummer)?|handy(?:nummer)?|mobil(?:nummer)?|rufnummer|rückruf|téléphone|portable|teléfono|móvil|telefono|"
    r"cellulare|contact number|(?:my|his|her|your|our|their) (?:\w+ )?number)\b",
    re.IGNORECASE,
)
_NO_PHONE = re.compile(
    r"\b(?:imei|iccid|eid|serial|order|invoice|ticket|part|model|article|account|customer|case|ref|reference|id|iso|version|"
    r"code|form|eur|usd|gbp|item|contract|policy|batch|lot|vin|zip|since|until)\b\W{0,3}"
    r"(?:(?:number|no|nr|code|id)\W{1,3})?(?:is\W{1,2})?\Z|[$€£]\s?\Z",
    re.IGNORECASE,
)
_CODE = re.compile(r"\b(?!TEL\b|FAX\b)[A-Z]{1,4} ?\Z")
"""Letters right before digits without a break make the code of a thing."""
_UNIT = re.compile(
    r"\s?(?:km|mm|cm|m|kg|g|t|l|s|ms|min|h|hours?|days?|years?|months?|weeks?|minutes?|seconds?|euros?|eur|usd|gbp|dollars?|"
    r"customers|pieces|units|[GMk]?(?:bit|byte|b)(?:/s)?|percent|rows|items|cycles)\b",
    re.IGNORECASE,
)


def phones(text: str) -> Iterator[PiiSpan]:
    """Numbers of persons; short codes, extensions and toll-free numbers are left."""
    for found in _CANDIDATE.finditer(text):
        score = _score(text, found)
        if score:
            yield PiiSpan(found.start(), found.end(), PiiKind.PHONE, score)


def _score(text: str, found: re.Match[str]) -> float:
    value = re.sub(r"(?i) ?(?:x|ext\.?|extension) ?\d+$", "", found.group())
    plain = digits(value)
    international = value.lstrip("(").startswith("+")
    if not 7 <= len(plain) <= 15 or _FREE.match(plain):
        return 0.0
    if international:
        return 0.95 if plain[0] != "0" and len(plain) >= 8 else 0.0
    before = text[max(0, found.start() - 40) : found.start()]
    if (
        _DATE.match(value)
        or _NO_PHONE.search(before)
        or (value == plain and _CODE.search(before))
        or _UNIT.match(text, found.end())
    ):
        return 0.0
    said = bool(
        _SAID.search(before)
        or re.match(r"\W{0,3}(?:office|fax|home|mobile|cell|work)\b", text[found.end() :][:12], re.IGNORECASE)
    )
    return _national(value, plain, said=said)


def _national(value: str, plain: str, *, said: bool) -> float:
    groups = re.findall(r"\d+", value)
    if _US.fullmatch(value):
        return 0.85
    if said and (len(groups) <= 6 or plain[0] == "0"):
        return 0.75
    if plain.startswith("00") and plain[2:3] != "0" and len(plain) >= 11 and len(groups) > 2:
        return 0.8
    trunk = value.lstrip("(").startswith("0") and 9 <= len(plain) <= 12 and 2 <= len(groups[0]) <= 5
    spaced = (re.search(r"[ /)]", value) and "." not in value) or re.fullmatch(r"0\d(?:\.\d\d){4}", value)
    return 0.7 if trunk and len(groups) > 1 and spaced else 0.0
