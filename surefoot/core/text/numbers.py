"""Finds the numbers in a text and writes them in one form, so that 8,500 and 8500 are the same."""

from __future__ import annotations

import re

_TO_TWENTY = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty"
).split()
_TENS = {"thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "seventy": "70", "eighty": "80", "ninety": "90"}
_WORDS = {word: str(value) for value, word in enumerate(_TO_TWENTY)} | _TENS
_NUMBER = re.compile(r"(?<![\w.,])\d+(?:[,. \u00a0’']\d{3})*(?:[.,]\d+)?(?![\d])")
_WORD = re.compile(r"\b(?:" + "|".join(_WORDS) + r")\b", re.IGNORECASE)


def numbers(text: str) -> set[str]:
    """The numbers in `text`, without thousands separators and trailing zeros; number words up to ninety included.

    'one' and 'zero' are left out when written as words: they are seldom figures.
    """
    words = {match.group().lower() for match in _WORD.finditer(text)} - {"one", "zero"}
    return numerals(text) | {_WORDS[word] for word in words}


def numerals(text: str) -> set[str]:
    """Those of the numbers in `text` that are written in digits, in the same form."""
    found = {_plain(match.group()) for match in _NUMBER.finditer(text)}
    return found | {_plain(match) for match in re.findall(r"(?<=[A-Za-z€$£-])\d+(?:[.,]\d+)*", text)}


def _plain(number: str) -> str:
    compact = re.sub(r"[ \u00a0’']", "", number)
    compact = re.sub(r"(?<=\d)[,.](?=\d{3}(?:\D|$))", "", compact) if _has_thousands(compact) else compact
    compact = compact.replace(",", ".")
    if "." in compact and compact.count(".") == 1:
        compact = compact.rstrip("0").rstrip(".")
    return compact.lstrip("0") or "0"


def _has_thousands(number: str) -> bool:
    """Whether a separator stands for thousands: 8,500 yes, 3.200 no (a dot with three digits is read as a decimal)."""
    return bool(
        re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", number)
        or re.fullmatch(r"\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?", number)
    )
