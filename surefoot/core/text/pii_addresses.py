"""Finds postal addresses: a house in a street, a post box, a military address, with the town behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from surefoot.core.text.pii_spans import PiiKind, PiiSpan
from surefoot.core.text.pii_words import LOWER, UPPER

_CAP = rf"[{UPPER}][\w'’.-]{{0,30}}"
_WORD = r"[^\W\d_][\w'’.-]{0,30}"
_NAME = (
    rf"{_CAP}(?: (?:{_CAP}|de|della?|des?|du|la|le|les|von|van|der|den|z|i|of|y|do|dos|da|nad|am|an|im|del)\b){{0,4}}"
)
_GAP = r"(?:,? ?\n?[ >]{0,3}|, ?)"
"""Between the parts of an address: a comma, a blank, a line break (quoted mail marks lines with '>')."""
_STREET = (
    r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Court|Ct|Square|Sq|Boulevard|Blvd|Terrace|Place|Pl|Way|Close|"
    r"Crescent|Cres|Parkway|Pkwy|Highway|Hwy|Grove|Gardens|Mews|Row|Walk|Rise|Hill|Loop|Mall|Circle|Alley|Plaza"
    r"|Quay|Bypass|Causeway|Crossing|Expressway|Freeway|Heights|Turnpike"
    r"|Esplanade|Cove|Meadows|Estates|Trail)"
)
_NO_DRIVE = (
    r"(?!(?:\S+ ){0,3}(?:Hard|Disk|Flash|USB|Wheel|Axle|State|Tape|Optical|Front|Rear|Final|Belt|Chain|Network|Speed"
    r"|Frequency) )"
)
_HOUSE = r"(?<![\w.,:/-])\d{1,5}[A-Za-z]?(?:[ /-]\d{1,5})?"
_UNIT = r"(?:Apt|Apartment|Suite|Ste|Flat|Unit|Room|Floor)\b\.? ?#?\d{1,5}[A-Za-z]?"
_INDOORS = r"(?:Apt|Apartment|Suite|Ste)\b\.? ?#?\d{1,5}[A-Za-z]?"
"""Units that stand in addresses alone; a Unit 5 or a Floor 3 may be anything."""
_LEAD = (
    r"(?:Rue|Avenue|Avda|Av|Boulevard|Bd|Place|Chemin|Route|Quai|Via|Viale|Piazza|Corso|Strada"
    r"|Vicolo|Calle|Avenida|Plaza|Paseo|Carrer|Rua|Travessa|Largo|Praça|Alameda|Rambla|Ronda|Camino|Carretera"
    r"|Impasse|Allée|Chaussée|Faubourg|Cours|ul|ulica|al|os|pl)"
)
_TAIL = (
    r"(?:straße|strasse|str\.|gasse|allee|weg|gatan|gata|vägen|veien|vegen|vej|gade|stræde|straeti|stræti|straat|laan|plein|"
    r"gracht|kade|dijk|katu|kuja|polku|ntie"
    r"|singel|dreef|hof|vænget|parken|toften|bakken|engen|marken|stien|stigen|gränd|brücke)"
)
_HUNGARIAN = r"(?:utca|u|út|útja|tér|tere|köz|rkp|körút|sor)"
_GERMAN_ROADS = r"(?!(?:Bundes|Landes|Kreis|Haupt?verkehrs)stra)"
_STREETS = re.compile(
    "|".join(
        (
            rf"{_HOUSE} {_CAP}(?: {_WORD}){{0,4}}(?: \d{{1,5}}\.?){{0,2}}{_GAP}{_INDOORS}",  # 416 Kiannonkatu 98 Apt. 9
            rf"(?:{_HOUSE} )?{_HOUSE} {_NO_DRIVE}(?:{_CAP} ){{1,4}}{_STREET}\b\.?",  # 12 Clarke Avenue
            rf"{_HOUSE},? (?i:{_LEAD})\b\.? (?:[{LOWER}]{{2,12}} ){{0,3}}{_NAME}(?: \d{{1,5}}\b)?",  # 29 Rue de Tanger
            rf"\b(?:(?:{_HOUSE} )?{_LEAD}\b\.? {_NAME},? \d{{1,5}}[a-z]?\b)",  # Via Roma 12
            (
                rf"(?:{_HOUSE} )?(?<![\w'’.-]){_GERMAN_ROADS}(?:{_CAP}[ -]){{0,3}}(?:{_CAP}[- ]?)?"
                rf"(?i:(?<=\w\w){_TAIL}|(?<= ){_TAIL}) \d{{1,4}} ?[a-zA-Z]?\b"
            ),  # Hauptstraße 12
            rf"(?:{_HOUSE} )?(?<![\w'’.-]){_NAME} {_HUNGARIAN}\.? \d{{1,4}}\b\.?",  # Erzsébet tér 19.
        )
    )
)
_BOXES = re.compile(
    r"(?:\d{1,5} )?\bP\.? ?O\.? ?Box:? \d{1,6}\b|\b(?:PSC|Unit) \d{1,5},? Box \d{1,5}\b|\bPostfach:? \d[\d ]{1,6}\b"
    r"|\bUSC?GC \w+|\bUSN[SV] \w+|\bUSS \w+(?=\s(?:FPO|APO))",
    re.IGNORECASE,
)
_CORNERS = re.compile(
    rf"(?i:\bthe corner of) (?:\d{{1,5}} )?{_NAME}(?: \d{{1,5}}| {_STREET}\b\.?){{0,2}}"
    rf" and {_NAME}(?: \d{{1,5}}| {_STREET}\b\.?){{0,2}}"
)
_LIVES = re.compile(
    r"(?i:\b(?:my|his|her|their|your|our|home|postal|mailing|street|billing|shipping|delivery) (?:new |old |home )?"
    r"address(?: is| was|:| to)?"
    r"|\b(?:i|he|she|we|they)(?:['’]ve| have| has| had)?(?: now| once| used to)? (?:live[sd]?|reside[sd]?|moved?)"
    r"(?: now| currently)? (?:at|in|on|to)):? "
    rf"(?P<value>(?:{_HOUSE},? ){{1,2}}{_NAME}(?: \d{{1,5}}\b)?|{_NAME},? \d{{1,5}}[a-z]?\b)"
)
"""What is said to be an address needs no word for a street."""
_MORE = re.compile(rf"{_GAP}{_UNIT}")
_MILITARY = re.compile(r"[,\s>]{1,4}(?:APO|FPO|DPO),? (?:AA|AE|AP)(?: \d{5}(?:-\d{4})?)?", re.IGNORECASE)
_TOWN = re.compile(
    rf"(?:[ ,>]{{0,3}}\n?[ ,>]{{0,3}}{_NAME}(?: nan| \([{UPPER}]\w+\))?){{0,3}}[ ,>]{{0,3}}\n?[ ,>]{{0,3}}"
    r"(?:[A-Z]{1,2}-)?(?!(?:19|20)\d\d\b)\d{4,6}(?:-\d{3,4})?\b(?![.,]?\d)"
)
_TOWN_FIRST = re.compile(rf"[ ,>]{{0,3}}\n?[ ,>]{{0,3}}(?:[A-Z]{{1,2}}-)?\d{{4,6}} {_NAME}")
_BRITISH = re.compile(rf"(?:,? ?\n? ?{_NAME}){{0,3}},? ?\n? ?[A-Z]{{1,2}}\d[A-Z\d]? \d[A-Z]{{2}}\b")


_LONGEST_TOWN = 90
"""Characters of town, country and postal code."""


def addresses(text: str) -> Iterator[PiiSpan]:
    """Addresses with the flat, the town and the postal code where they follow; a town alone is none."""
    for pattern, score in ((_BOXES, 0.9), (_STREETS, 0.88), (_CORNERS, 0.9)):
        for found in pattern.finditer(text):
            yield PiiSpan(found.start(), _end(text, found.end()), PiiKind.ADDRESS, score)
    for found in _LIVES.finditer(text):
        yield PiiSpan(found.start("value"), _end(text, found.end()), PiiKind.ADDRESS, 0.87)


def _end(text: str, end: int) -> int:
    """Where the address ends that has its street before `end`."""
    for _ in range(2):
        if more := _MORE.match(text, end):
            end = more.end()
    for town in (_MILITARY, _BRITISH, _TOWN_FIRST, _TOWN):
        found = town.match(text, end)
        if found and found.end() - end <= _LONGEST_TOWN:
            end = found.end()
            break
    while text[end - 1] in ".,;: \n>":
        end -= 1
    return end
