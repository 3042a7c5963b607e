"""Writes a question plainly before it is read: abbreviations in full, words that are nearly known put right."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable

from surefoot.retrieval.records.asking.cues import SAID

SHORTEST = 5
"""Letters from which a word is put right."""
ALIKE = 0.84
"""How alike a word must be to the one that is taken for it, from 0 to 1."""
_PAIRS = (
    "wk=week wks=weeks hr=hour hrs=hours mins=minutes avg=average yday=yesterday yest=yesterday tdy=today "
    "dist=distance kms=km veh=vehicle vehs=vehicles max=maximum min=minimum approx=approximately pls=please "
    "mth=month mths=months Mon=Monday Tue=Tuesday Tues=Tuesday Wed=Wednesday Thu=Thursday Thur=Thursday "
    "Thurs=Thursday Fri=Friday std=Stunden mon=Monday tue=Tuesday thu=Thursday fri=Friday wheres=where hw=how "
    "wich=which adn=and thru=through teh=the lst=last nxt=next whos=who "
    "ltr=litre ltrs=litres Fzg=Fahrzeug Fzge=Fahrzeuge"
)
_SHORT: dict[str, str] = {short: long for short, _, long in (pair.partition("=") for pair in _PAIRS.split())}
_ONE = re.compile(
    r"(\b(?:made|make|have|had|did|with)) (?:(?:only|just|exactly) )*(?:one|a single) "
    r"(?=[a-z])(?!(?:of|another|or|by)\b)",
    re.IGNORECASE,
)
_NOT_A = re.compile(r"\b(?:never|not|without)\b|n['’]t\b", re.IGNORECASE)
_SHORT["atm"] = "at the moment"
_STEPS = re.compile(r"\b(hour|day|week|month) by (?:hour|day|week|month)\b", re.IGNORECASE)
_ADVERBS = {"hour": "hourly", "day": "daily", "week": "weekly", "month": "monthly"}
_WORD = re.compile(r"(?<![\w-])[^\W\d_]+(?![\w-])")
_LIMITS = [
    (re.compile(rf"\b(?:{words})(?=\s+\d)", re.IGNORECASE), plain)
    for words, plain in (
        ("(?:mehr|länger|weiter|schneller|öfter|höher) als|über|jenseits von", "more than"),
        ("(?:weniger|kürzer|langsamer|seltener|niedriger) als|unter", "less than"),
        ("mindestens|wenigstens|zumindest", "at least"),
        ("höchstens|maximal|nicht mehr als", "at most"),
        (
            "(?:faster|further|farther|higher|greater|worse) than|upwards of|in excess of|exceed(?:s|ed|ing)?",
            "more than",
        ),
        ("(?:slower|lower|smaller) than", "less than"),
    )
]
"""Limits before numbers in the words in which quantities are read."""
_FEW = r"(?:\d+|two|three|four|five|six|seven|eight|nine|ten)"
_WORDED = [
    (re.compile(r"^\W*(?:good )?(?:morning|afternoon|evening)(?: all| everyone| team)?\s*[!,.]", re.IGNORECASE), ""),
    (re.compile(r"^\W*(?:no|nope|nein|yes|ja|h+m+|erm?|um)\s*[,.…]+", re.IGNORECASE), ""),
    (re.compile(r"\bin %(?!\w)"), "in percent"),
    (re.compile(r"^\W*(?:please\W+)?break down\b", re.IGNORECASE), "show"),
    (re.compile(r"^\W*(?:sorry\W+)?(?:I )?meant\b|\bI mean\b", re.IGNORECASE), ""),
    (
        re.compile(r"\b(chang\w*|fall|fell|rise|rose|grow|grew|drop\w*|go|went) from (.+?) to\b", re.IGNORECASE),
        r"\1 \2 versus",
    ),
    (
        re.compile(
            r"^\W*for (?:the|my|our|a) (?:\w+ ){0,3}(?:meeting|report|slide|deck|presentation|review|audit|briefing|"
            r"handover|board|plan)s?,? (?=(?:I|we) (?:need|want)\b|(?:can|could|please|how|what|which|give|show)\b)",
            re.IGNORECASE,
        ),
        "",
    ),
    (re.compile(r"\bbreak (it|that|this|them) down\b", re.IGNORECASE), r"show \1"),
    (
        re.compile(r"\b(?:(?:at )?this (?:very )?(?:minute|moment|instant|second)|just now)\b", re.IGNORECASE),
        "now",
    ),
    (
        re.compile(
            r"\bup to (?=noon|midnight|now|today|yesterday|last|\d{1,2}(?::\d\d)? ?(?:am|pm|uhr|o['’]clock)\b)",
            re.IGNORECASE,
        ),
        "until ",
    ),
    (re.compile(r"\bfor (?=\d{1,2}/\d{1,2}\b(?!/))", re.IGNORECASE), "on "),
    (re.compile(r"\bweek (?=from\b[^?]*\bto\b)", re.IGNORECASE), ""),
    (re.compile(r"\bof the ([A-Z]\w+(?: [A-Z]\w+)?) lot\b"), r"of the \1 vehicles"),
    (re.compile(r"\blongest single\b", re.IGNORECASE), "longest"),
    (re.compile(r"\b12 (noon|midnight)\b", re.IGNORECASE), r"\1"),
    (re.compile(r"\b(?:on )?each day (?=from\b|between\b)", re.IGNORECASE), "by day "),
    (re.compile(r"\bn(?= (?:how|what|where)\b)", re.IGNORECASE), "and"),
    (re.compile(r"\bper 100\b(?! ?k)", re.IGNORECASE), "per 100 km"),
    (re.compile(r"\b(?:biggest|largest|highest|most) \w+ first\b", re.IGNORECASE), "highest first"),
    (
        re.compile(
            r"\b(?:a |the )?(?:customer|client|caller)s? (?:is |are )?(?:on (?:the )?(?:line|phone)|waiting|asking)\b",
            re.IGNORECASE,
        ),
        "",
    ),
    (
        re.compile(
            r"\bfor (?:the|my|our) (?:\w+ ){0,2}(?:sheet|report|file|meeting|slide|invoice|statistics|board|audit|"
            r"presentation|newsletter)\b",
            re.IGNORECASE,
        ),
        "",
    ),
    (re.compile(r"\bup to and including\b", re.IGNORECASE), "to"),
    (re.compile(r"\b(?:vehicle )?(?:number|nummer|no\.|nr\.)\s+(?=\d{3}\b(?![.,:]\d))", re.IGNORECASE), "vehicle "),
    (re.compile(r"\bleaving (\S+) aside\b", re.IGNORECASE), r"without \1"),
    (re.compile(r"\b(SP\d|HB\d|HA\d|HC\d|ID\d) (?:alerts?|events?)\b"), r"\1"),
    (re.compile(r"^\W*before I (?:talk|speak|ring|call|write)(?: to)? ", re.IGNORECASE), ""),
    (re.compile(r"\bset (?=.*\bagainst\b)", re.IGNORECASE), "compare "),
    (re.compile(r"\bgoing by\b", re.IGNORECASE), ""),
    (re.compile(r"\bper hundred\b(?! k)", re.IGNORECASE), "per 100 km"),
    (re.compile(r"\bset (?=.*\bbeside each other\b)", re.IGNORECASE), "compare "),
    (re.compile(r"\bscore-wise\b", re.IGNORECASE), "by score"),
    (re.compile(r"\b(?:up or down|ahead or behind) (?:on|of)\b", re.IGNORECASE), "compared with"),
    (re.compile(r"\bhalf (?:a |an )?(?=tank|charge|battery)", re.IGNORECASE), "50 % "),
    (re.compile(r"\bover the (day|week|hour)s\b", re.IGNORECASE), r"per \1"),
    (re.compile(r"\bw/c\b|\bweek (?:commencing|beginning|starting)\b", re.IGNORECASE), "week of"),
    (re.compile(r"\b(each|every|per) single\b", re.IGNORECASE), r"\1"),
    (re.compile(r"\bweek (?:for|(?:on|over)(?=.*\b(?:since|from|between)\b)) week\b", re.IGNORECASE), "weekly"),
    (re.compile(r"\bday for day\b", re.IGNORECASE), "daily"),
    (re.compile(rf"\b(?:the )?first (?={_FEW}\b(?! (?:hour|day|week|month|half|quarter)))", re.IGNORECASE), "top "),
    (re.compile(r"\btag für tag\b", re.IGNORECASE), "täglich"),
    (re.compile(r"\bwoche für woche\b", re.IGNORECASE), "wöchentlich"),
    (re.compile(r"\bstunde für stunde\b", re.IGNORECASE), "stündlich"),
    (re.compile(r"\bhalf an hour\b|\b(?:ein|einer|eine) halben? stunde\b", re.IGNORECASE), "30 minutes"),
    (re.compile(r"(?<=\bthan )(?:an|one)(?= hour\b)|(?<=\bthan )one\b|(?<=\bover )an(?= hour\b)", re.IGNORECASE), "1"),
    (re.compile(r"(?<=\bals )ein(?:e[nmr]?)?\b", re.IGNORECASE), "1"),
    (re.compile(r"(?:\(|\bin )(?:km/h|kph|kmh)\b\)?", re.IGNORECASE), ""),
]
"""Numbers in words, and units that only say how a speed is told."""
TIME_WORDS = (
    "yesterday today tonight morning afternoon evening night week month quarter year weekend between since until "
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April June July August "
    "September October November December gestern vorgestern heute letzte letzten diese dieser diesen Woche Monat "
    "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag"
).split()
"""Words of times that are put right too."""


def in_full(text: str) -> str:
    """The text with common abbreviations written in full, and with limits in the words that are read."""
    text = _STEPS.sub(lambda found: _ADVERBS[found.group(1).lower()], text)
    for pattern, plain in (*_WORDED, *_LIMITS):
        text = pattern.sub(plain, text)
    text = text if _NOT_A.search(text) else _ONE.sub(r"\1 exactly 1 ", text)
    return _WORD.sub(lambda found: _SHORT.get(found.group(), _SHORT.get(found.group().lower(), found.group())), text)


def _is_swapped(word: str, other: str) -> bool:
    """Whether two neighbouring letters of one word changed places: 'frist' and 'first'."""
    if len(word) != len(other) or word == other:
        return False
    apart = [n for n, (a, b) in enumerate(zip(word, other, strict=True)) if a != b]
    return (
        len(apart) == 2
        and apart[1] == apart[0] + 1
        and word[apart[0]] == other[apart[1]]
        and word[apart[1]] == other[apart[0]]
    )


def put_right(text: str, strange: Iterable[str], known: Collection[str]) -> str:
    """The text with each strange word in place of which one known word is nearly alike; others stay as they are."""
    pool = sorted({*known, *TIME_WORDS, *SAID})
    lower = {word.lower(): word for word in pool}
    for word in strange:
        if len(word) < SHORTEST - 1 or not word.isalpha() or word.lower() in lower:
            continue
        if swapped := next((one for one in lower if _is_swapped(word.lower(), one)), None):
            text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", lower[swapped], text)
            continue
        if len(word) < SHORTEST:
            continue
        near = difflib.get_close_matches(word.lower(), list(lower), n=1, cutoff=ALIKE)
        if near and near[0][0] == word[0].lower():
            text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", lower[near[0]], text)
    return text
