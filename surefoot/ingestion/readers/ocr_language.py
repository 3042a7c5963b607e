"""Tells in which language a recognised page is written, by small words and letters; it has no model to load."""

from __future__ import annotations

import re
from collections.abc import Iterable

_WORDS = {
    "eng": "the of and to in is that for it was on with are be this by from at or not which",
    "deu": "der die das und in zu den von mit ist auf für nicht ein eine dem des sich auch wird im werden",
    "fra": "le la les de des et un une du en est que pour dans qui sur par au ne pas avec sont",
    "spa": "el la los las de y que en un una del se por con para es al lo su no fue según",
    "ita": "il lo la gli le di che e un una del della in per con non è sono al da si nel",
    "nld": "de het een van en in is dat op te voor met niet zijn aan er door worden bij ook",
    "por": "o a os as de e que em um uma do da para com não por é no na se ao dos",
}
_LETTERS = {"deu": "äöüß", "fra": "èêàâçœîù", "spa": "ñ¿¡áíóú", "ita": "ìòàùè", "por": "ãõçâê"}
_KNOWN = {language: frozenset(words.split()) for language, words in _WORDS.items()}
_FEWEST = 3
"""Signs of a language that a page must show."""
_AHEAD = 1.3
"""Times that its signs must outnumber those of the next language."""


def language_of(words: Iterable[str]) -> str:
    """Tesseract's code of the language, such as 'deu'; '' where the words do not tell."""
    text = " ".join(words).lower()
    found = re.findall(r"[^\W\d_]+", text)
    signs = {language: sum(word in known for word in found) for language, known in _KNOWN.items()}
    for language, letters in _LETTERS.items():
        signs[language] += sum(letter in letters for letter in text)
    first, second = sorted(signs, key=signs.__getitem__, reverse=True)[:2]
    return first if signs[first] >= max(_FEWEST, _AHEAD * signs[second]) else ""
