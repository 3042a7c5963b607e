"""Parts a question that asks several things, so that each is searched by itself."""

from __future__ import annotations

import re

from surefoot.retrieval.question import CODES

ALONE = 6
"""Words from which a part of a question can stand without the question before it."""
FULL = 4
"""Words with a meaning of their own from which a part can stand without what was told before."""
MOST = 4
"""Parts that are searched; of more, the first ones."""
_WH = (
    r"(?:(?:for|to|by|at|on|from|in|within|after|below|above|until|under) )?"
    r"(?:how|what|which|whose|who|whom|when|where|why)\b"
)
_AUX = r"(?:is|are|was|were|do|does|did|can|could|may|must|should|has|have|will|would)"
_SUBJECT = (
    r"(?:i|we|you|he|she|it|they|there|the|an?|my|our|your|his|her|their|its|any|this|that|these|those|"
    r"(?:some|any|no|every)(?:one|body|thing)|each|every|all)\b"
)
_ASKS = re.compile(rf"{_WH}|{_AUX} \w", re.IGNORECASE)
_ASKS_AGAIN = re.compile(
    rf"(?:,? and |[,:;?.] )(?={_WH})|(?<=[?.]) (?={_AUX} \w)|,? and (?={_AUX} {_SUBJECT})", re.IGNORECASE
)
_LEANS = re.compile(
    r"^\s*(?:and|what about|how about|also|or)\b|"
    r"\b(?:it|its|that|those|these|they|them|this|there|same|one|he|she|his|her)\b",
    re.IGNORECASE,
)
_SMALL = re.compile(
    rf"{_WH}|{_AUX}|{_SUBJECT}|(?:be|been|much|many|long|of|for|to|in|on|at|by|from|with|as|if|and|or|not|once|out|up|"
    r"me|us|them|back|get|take|after|before)",
    re.IGNORECASE,
)


def parts_of(text: str) -> list[str]:
    """The questions that a text asks ('…: which number do I ring, and how soon does somebody come?'); often just one.

    Each has the codes of the whole. One that says enough by itself stands alone, since what was told would draw it to
    the other part's answer; else it keeps what was told before the first, or where nothing was, and it is short or has
    an 'it', the question before it.
    """
    pieces = [piece.strip(" ,;?") for piece in _ASKS_AGAIN.split(text) if piece.strip(" ,;?.")]
    asking = [n for n, piece in enumerate(pieces) if _ASKS.match(piece)]
    if len(asking) < 2:
        return [text]
    told = ". ".join(pieces[: asking[0]])
    codes = [m.group() for m in CODES.finditer(re.sub(r"^\W+", "", text))]
    parts: list[str] = []
    for n in asking[:MOST]:
        leans = bool(len(pieces[n].split()) < ALONE or _LEANS.search(pieces[n]))
        before = pieces[n - 1] if n > asking[0] and leans and not told else ""
        needed = told if leans or not _says_enough(pieces[n]) else ""
        part = " ".join(filter(None, (needed, before, pieces[n])))
        parts.append(" ".join([part, *dict.fromkeys(code for code in codes if code not in part)]))
    return parts


def _says_enough(piece: str) -> bool:
    return sum(not _SMALL.fullmatch(word) for word in re.findall(r"[\w-]+", piece)) >= FULL
