"""Cuts a question into words whose forms are the same: 'kilometres' and 'kilometre', 'V-102' and 'v 102'."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from surefoot.retrieval.bm25 import stemmer

_TOKEN = re.compile(
    r"(?P<code>[^\W\d_]{1,4}-?\d[\w-]*)|(?P<number>\d+(?:[.,]\d+)*)|(?P<word>[^\W\d_]+)(?:['’](?P<tail>[^\W\d_]{1,2})\b)?"
)
_THOUSANDS = re.compile(r"^\d{1,3}(?:[.,]\d{3})+$")
_KEPT: dict[str, str] = dict.fromkeys(("speeding", "speedings", "sped"), "speeding") | {
    word: word for word in ("hourly", "weekly", "monthly")
}
"""Words that mean something else than their stem."""
_STEMS = """
drive: drove driven
go: went gone
brake: braked
stand: stood standen gestanden
run: ran
spend: spent
lorry: lorries
kilometre: km kms kilometer kilometers
do: did done does
leave: left
tyre: tyres
stop: stopped
trip: trips
hour: hours
minute: minutes minuten
consume: consumed
burn: burnt
draw: drew drawn
drink: drank drunk
eat: ate eaten
sit: sat
break: broke broken
slam: slammed
come: came
keep: kept
fast: quick
utilised: utilized utilize
utilisation: utilization
gefahren: fuhr fuhren fahre
gehalten: hielt hielten angehalten hält
lief: liefen gelaufen läuft
gebremst: bremste bremsten bremst
beschleunigt: beschleunigte beschleunigten
verbrauch: verbraucht verbrauchte verbrauchten schluckte schluckten geschluckt brauchte brauchten gebraucht
stunde: stunden
kilometre: kilometern
besucht: besuchte besuchten
stopp: stopps
fahrt: fahrten
tour: touren
fahrzeug: fahrzeuge fahrzeugen fahrzeugs
ereignis: ereignisse ereignissen
bremsung: bremsungen
fahrer: fahrern fahrers
"""
_IRREGULAR = {
    one: stem
    for line in _STEMS.strip().splitlines()
    for stem, _, several in [line.partition(": ")]
    for one in several.split()
}
"""Words whose stem does not lead to the form of others that mean the same, in English and German."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a question."""

    start: int
    end: int
    text: str
    """As written."""
    form: str
    """Its stem in lower case; a code without hyphens; a number without separators of thousands."""
    is_code: bool = False
    is_number: bool = False


def words(text: str) -> list[Word]:
    """The words of a text in their order."""
    found: list[Word] = []
    for match in _TOKEN.finditer(unicodedata.normalize("NFC", text)):
        whole = match.group()
        if match["code"]:
            found.append(Word(match.start(), match.end(), whole, whole.replace("-", "").lower(), is_code=True))
        elif match["number"]:
            digits = re.sub(r"[.,]", "", whole) if _THOUSANDS.match(whole) else whole
            found.append(Word(match.start(), match.end(), whole, digits, is_number=True))
        else:
            found.append(Word(match.start(), match.end(), whole, form(match["word"])))
    return found


@lru_cache(maxsize=65_536)
def forms(text: str) -> tuple[str, ...]:
    """The forms of a text's words."""
    return tuple(word.form for word in words(text))


@lru_cache(maxsize=8192)
def form(word: str) -> str:
    """One word's form."""
    lower = word.lower()
    return _KEPT.get(lower) or stemmer("english")(_IRREGULAR.get(lower, lower))
