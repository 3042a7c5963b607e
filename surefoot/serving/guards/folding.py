"""Reads a text through its disguises: look-alike letters, characters that nobody sees, codes."""

from __future__ import annotations

import base64
import binascii
import codecs
import re
import unicodedata
from collections.abc import Callable, Iterator

LONGEST = 6_000
"""Characters of a text that are folded; a question has at most 4,000, and decoding never makes a text longer."""
LETTERS = 0.7
"""Share of letters and blanks from which something decoded counts as words."""
_HIDDEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff\ue000-\uf8ff\ud800-\udfff\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
)
"""Zero-width characters, marks of direction, selectors, tags, private use, lone surrogates, control characters."""
_TAGS = re.compile("[\U000e0020-\U000e007e]")
"""Invisible copies of ASCII, which language models read."""
_ALIKE = str.maketrans(
    "аеорсухіјѕһԁԛԝкмтвнᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢαοενρτυικχγϲϳıȷℓ",
    "aeopcyxijshdqwkmtbhabcdefghijklmnoprstuvwyzaoevptuikxycjijl",
)
"""Letters of other alphabets that look like Latin ones (after Unicode's confusables, those that matter in English)."""
_FOREIGN = re.compile("[\u0370-\u03ff\u0400-\u052f]")
_WORD = re.compile(r"[^\W_]+")
_LEET = str.maketrans("0134578@$!", "oieastbasi")
_LINES = re.compile(r"\n(?: ?\n)+")
_LEET_WORD = re.compile(r"(?<![a-z@$!0134578])[a-z]*[@$!0134578][a-z@$!0134578]*")
_SPACED = re.compile(r"(?<![^\W_])(?:[a-z][ ._*|-]{1,2}){4,}[a-z](?![^\W_])")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{20,}={0,2}")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}[ :]?){12,}")
_TELLING = ("ignore", "instruct", "prompt", "system", "previous", "disregard", "pretend", "jailbreak", "script")


def fold(text: str) -> str:
    """The text in lower case and plain letters, without what nobody sees; line breaks stay, as they part sentences.

    A run of white space becomes one space, or one line break with a space before and behind it at most.
    """
    text = _TAGS.sub(lambda m: chr(ord(m.group()) - 0xE0000), text[:LONGEST])
    if not text.isascii():
        text = unicodedata.normalize("NFKD", _HIDDEN.sub("", text))
        text = "".join(c for c in text if unicodedata.category(c) != "Mn")
        text = _latin(unicodedata.normalize("NFKC", text).lower())
        text = text.translate(str.maketrans("’‘‚“”„«»–—…", '\'\'\'"""""--.'))
    else:
        text = _HIDDEN.sub("", text).lower()
    return _LINES.sub("\n", re.sub(r"[^\S\n]+", " ", text))


def readings(text: str) -> Iterator[tuple[str, str]]:
    """Each way to read a text, folded, with its name: as it stands, then whatever a cheap code could hide."""
    plain = fold(text)
    yield "plain", plain
    if _LEET_WORD.search(plain):
        yield "leetspeak", _LEET_WORD.sub(lambda m: _unleet(m.group()), plain)
    if _SPACED.search(plain):
        joined = re.sub(r"(?<=\b[a-z])[ ._*|-](?=[a-z]\b)", "", text[:LONGEST].lower())
        yield "spaced", fold(joined)
    for name, other in (("reversed", plain[::-1]), ("rot13", codecs.encode(plain, "rot13"))):
        if sum(word in other for word in _TELLING) >= 2:
            yield name, other
    for hidden in decoded(text):
        yield "encoded", hidden


def _latin(text: str) -> str:
    """Look-alikes as Latin letters: in each word that mixes alphabets, and in all of a text that is mostly Latin."""
    foreign = len(_FOREIGN.findall(text))
    if not foreign and text.isascii():
        return text
    latin = sum("a" <= c <= "z" for c in text)
    if latin > foreign:
        return text.translate(_ALIKE)
    return _WORD.sub(lambda m: m.group().translate(_ALIKE) if re.search("[a-z]", m.group()) else m.group(), text)


def _unleet(word: str) -> str:
    return word.translate(_LEET) if sum("a" <= c <= "z" for c in word) >= 2 else word


def decoded(text: str) -> Iterator[str]:
    """What stands in base64 or hexadecimal and is readable text, folded."""
    text = text[:LONGEST]
    for found in _BASE64.finditer(text):
        piece = found.group().translate(str.maketrans("-_", "+/")).rstrip("=")
        if re.search(r"[A-Z]", piece) and re.search(r"[a-z]", piece):
            yield from _readable(base64.b64decode, piece + "=" * (-len(piece) % 4))
    for found in _HEX.finditer(text):
        yield from _readable(bytes.fromhex, re.sub(r"[ :]", "", found.group()))


def _readable(decode: Callable[[str], bytes], piece: str) -> Iterator[str]:
    """The piece decoded, where that gives words."""
    try:
        said = decode(piece).decode("utf-8")
    except (binascii.Error, ValueError):
        return
    if sum(c.isalpha() or c.isspace() for c in said) > LETTERS * len(said):
        yield fold(said)
