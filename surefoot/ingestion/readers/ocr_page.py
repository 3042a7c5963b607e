"""Turns a picture of a page into words with places and sizes, whichever way round it was scanned."""

from __future__ import annotations

import math
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from itertools import groupby
from statistics import median

from PIL import Image

from surefoot.ingestion.readers.ocr import PROGRAMS, Seen, clockwise_turns, ocr_languages, seen_words
from surefoot.ingestion.readers.ocr_language import language_of
from surefoot.ingestion.readers.pdf_page import SOFT_HYPHEN, PageParts, Word
from surefoot.ingestion.readers.pdf_shapes import Box
from surefoot.ingestion.results import UNREADABLE

_AT_ONCE = 2
_SURE = 75.0
"""Mean confidence from which a page is taken to stand upright."""
_SURE_WORD = 60.0
_LEAST_WORD = 30.0
"""Confidence below which a word is marked as unreadable; figures are from 60 on, since a wrong one does harm."""
_PROFILE = 800
"""Pixels of the width at which a page's slant is measured."""
_TALLEST = 10
"""Times its width that a picture of a page is high at most."""
_STEEPEST = 8
_LEAST_SLANT = 0.75
"""Degrees of slant that are looked for, and below which tesseract straightens lines itself."""
_CLEARER = 1.3
_PICTURE = 45.0
"""Mean confidence below which a line is no text but a picture's noise."""
_CONTRAST = 24
"""Difference of grey levels (0 to 255) below which a page is blank."""
_ALL_TURNS = (1, 3, 2)
_DESCENDING = frozenset("gjpqyçQ,;()[]{}ß")
_SMALL = frozenset("acegmnopqrsuvwxyzçı.,-–:;~")
_CAPITAL, _LOWER, _DESCENT = 0.72, 0.52, 0.21
"""Heights of letters in font sizes: those of capitals and of small letters, and what hangs below the line."""
_SAME_SIZE = 1.25
"""Times by which sizes may differ and be the same: heights of recognised letters are rough."""


class Recogniser:
    """Recognises the pages of one document; the language of a page leads on those after it. Safe for threads.

    programs: folders in which tesseract is looked for, parted as in PATH.
    """

    def __init__(self, programs: str = PROGRAMS) -> None:
        self._programs = programs
        self._leading = next(iter(ocr_languages(programs)), "")
        self.missing: set[str] = set()
        """Codes of the languages that pages are written in and that are not installed."""

    def page(self, picture: Image.Image, dpi: float) -> PageParts:
        """The words of a grey picture, in points of the page as the picture shows it; turned ones keep their turn."""
        points = 72.0 / dpi
        darkest, lightest = picture.getextrema()
        if lightest - darkest < _CONTRAST:  # type: ignore[operator]  # a grey picture's extrema are numbers
            return PageParts((), (), picture.width * points, picture.height * points)
        slant = slant_of(picture)
        straight = picture.rotate(slant, Image.Resampling.BICUBIC, fillcolor=255) if slant else picture
        turn, seen = self._upright(straight, dpi)
        size = (picture.height, picture.width) if turn % 2 else picture.size
        upright = PageParts(tuple(_page_words(seen, points)), (), size[0] * points, size[1] * points)
        shown = upright.turned((4 - turn) % 4)
        middle = picture.width * points / 2, picture.height * points / 2
        boxes = (_slanted(word.box, slant, middle) for word in shown.words)
        return replace(
            shown, words=tuple(replace(w, turn=turn, box=box) for w, box in zip(shown.words, boxes, strict=True))
        )

    def _upright(self, picture: Image.Image, dpi: float) -> tuple[int, list[Seen]]:
        """The words, and the quarter turns clockwise after which they were read best."""
        best, words = 0, self._seen(picture, dpi)
        if not words or _is_upright(words):
            return best, words
        told = clockwise_turns(picture, dpi, self._programs)
        for turn in _turns_to_try(told, words):
            found = self._seen(picture.rotate(-90 * turn, expand=True), dpi)
            if _score(found) > _score(words) or not _lies(found):
                best, words = turn, found
            if _is_upright(found):
                break
        return best, words

    def _seen(self, picture: Image.Image, dpi: float) -> list[Seen]:
        """The words, read anew where they turn out to be in another language than the pages before."""
        leading = self._leading
        words = seen_words(picture, dpi, leading, self._programs)
        language = language_of(word.text for word in words) if _is_upright(words) else ""
        known = ocr_languages(self._programs)
        if language and language not in known:
            self.missing.add(language)
        if language == leading or language not in known:
            return words
        self._leading = language
        return seen_words(picture, dpi, language, self._programs)


def in_order(pages: Iterable[Callable[[], PageParts]]) -> Iterator[PageParts]:
    """The results of functions that recognise pages, in their order, two at work at once where there are two cores."""
    with ThreadPoolExecutor(min(_AT_ONCE, os.cpu_count() or 1)) as pool:
        running: deque[Future[PageParts]] = deque()
        for page in pages:  # what comes next is drawn while others are recognised
            running.append(pool.submit(page))
            if len(running) > _AT_ONCE:
                yield running.popleft().result()
        while running:
            yield running.popleft().result()


def levelled(parts: PageParts) -> PageParts:
    """A recognised page without its slant: all words of a line get one top and one foot."""
    turn = parts.words[0].turn if parts.words else 0
    upright = parts.turned(turn)
    lines = [list(line) for _, line in groupby(upright.words, key=lambda word: word.line)]
    slopes = [_slope([word.box for word in line]) for line in lines if len(line) > 2]
    slope = median(slopes) if slopes else 0.0
    words = tuple(word for line in lines for word in _level(line, slope))
    return replace(upright, words=words).turned((4 - turn) % 4)


def _level(line: Sequence[Word], slope: float) -> list[Word]:
    foots = [word.box.bottom - slope * word.box.middle[0] - _below(word.text) * word.size for word in line]
    foot = median(foots) + _DESCENT * line[0].size
    return [replace(word, box=Box(word.box.x0, foot - word.size, word.box.x1, foot)) for word in line]


def _turns_to_try(told: int | None, words: Sequence[Seen]) -> tuple[int, ...]:
    """Those that tesseract tells; where it cannot, all for what looks a little like text: few words, turned."""
    if told is not None:
        return (told,) if told else ()
    return _ALL_TURNS if any(_confidence(line) >= _PICTURE for line in _lines(words)) else ()


def _lines(words: Iterable[Seen]) -> list[list[Seen]]:
    return [list(line) for _, line in groupby(words, key=lambda word: word.line)]


def _is_upright(words: Sequence[Seen]) -> bool:
    return bool(words) and _confidence(words) >= _SURE and not _lies(words)


def _lies(words: Sequence[Seen]) -> bool:
    """Whether most longer words are higher than wide: text that runs up or down the page."""
    longer = [word.height > word.width for word in words if len(word.text) > 3]
    return sum(longer) * 2 > len(longer)


def _score(words: Iterable[Seen]) -> float:
    return sum(
        len(word.text) * word.confidence for word in words if word.confidence >= 60 and word.height <= word.width
    )


def _confidence(words: Sequence[Seen]) -> float:
    """Mean confidence of a letter."""
    return sum(len(word.text) * word.confidence for word in words) / max(sum(len(word.text) for word in words), 1)


def _page_words(seen: Sequence[Seen], points: float) -> list[Word]:
    """The words of all lines that are text, with the size of their line's letters."""
    lines = [line for line in _lines(seen) if _confidence(line) >= _PICTURE and any(_is_text(word) for word in line)]
    sizes = [_line_size(line) * points for line in lines]
    usual = _usual_size(lines, sizes)
    words: list[Word] = []
    for number, (line, size) in enumerate(zip(lines, sizes, strict=True)):
        kept = _marked([word for word in line if _is_text(word) or word.confidence >= _SURE_WORD])
        words.extend(_word(word, points, _stepped(size, usual), number) for word in kept)
        words[-1] = replace(words[-1], text=_soft(words[-1].text))
    return words


def _marked(line: Sequence[Seen]) -> list[Seen]:
    """The words of a line, with a mark in place of those that are not sure."""
    strokes = _strokes(line)
    marked: list[Seen] = []
    for number, word in enumerate(line):
        least = _SURE_WORD if any(c.isdigit() for c in word.text) else _LEAST_WORD
        if number not in strokes and (word.confidence >= least or not _is_text(word)):
            marked.append(word)
        elif not (marked and marked[-1].text == UNREADABLE):
            marked.append(replace(word, text=UNREADABLE))
    return marked


def _strokes(line: Sequence[Seen]) -> set[int]:
    """The words that are strokes which lead to a figure, such as 'cee eee eee', whatever their confidence."""
    found: set[int] = set()
    run: list[int] = []
    for number, word in enumerate((*line, None)):
        letters = word.text.lower().strip(".,:;-_'") if word else ""
        if len(letters) > 1 and letters.isalpha() and len(set(letters)) <= 2:
            run.append(number)
            continue
        texts = [line[at].text.lower() for at in run]
        if len(run) > 1 and any(len(t) > 2 and len(set(t)) == 1 for t in texts) and len(set("".join(texts))) <= 3:
            found |= set(run)
        run = []
    return found


def slant_of(picture: Image.Image) -> float:
    """Degrees against the clock by which a grey picture is turned so that its lines run level; 0 where they do.

    The angle at which rows (or columns, of pages that lie) of ink and of paper differ most (projection profile).
    """
    import numpy as np

    small = picture.resize((_PROFILE, max(round(picture.height * _PROFILE / picture.width), 1)))

    def sharpness(angle: float) -> float:
        turned = small.rotate(angle, Image.Resampling.BILINEAR, fillcolor=255)
        ink = 255.0 - np.asarray(turned, dtype=np.float64)
        return max(float(np.square(np.diff(ink.sum(axis=axis))).sum()) for axis in (0, 1))

    if picture.height > _TALLEST * picture.width:
        return 0.0
    rough = max(range(-_STEEPEST, _STEEPEST + 1), key=lambda angle: (sharpness(angle), -abs(angle)))
    fine = max((rough + step / 4 for step in range(-3, 4)), key=sharpness)
    return fine if abs(fine) >= _LEAST_SLANT and sharpness(fine) > _CLEARER * sharpness(0) else 0.0


def _slanted(box: Box, slant: float, middle: tuple[float, float]) -> Box:
    """Where a box of the straightened picture lies in the picture as it is."""
    if not slant:
        return box
    sine, cosine = math.sin(math.radians(slant)), math.cos(math.radians(slant))
    x, y = box.middle[0] - middle[0], box.middle[1] - middle[1]
    dx, dy = x * cosine - y * sine - x, x * sine + y * cosine - y
    return Box(box.x0 + dx, box.top + dy, box.x1 + dx, box.bottom + dy)


def _word(seen: Seen, points: float, size: float, line: int) -> Word:
    left, top = seen.left * points, seen.top * points
    box = Box(left, top, left + seen.width * points, top + seen.height * points)
    return Word(seen.text, box, size, False, line)


def _is_text(word: Seen) -> bool:
    return any(c.isalnum() for c in word.text)


def _soft(text: str) -> str:
    """A hyphen after letters at a line's end may part a word."""
    return text[:-1] + SOFT_HYPHEN if len(text) > 2 and text[-1] in "-‐" and text[-2].isalpha() else text


def _line_size(line: Sequence[Seen]) -> float:
    """Font size of a line in pixels, by the letters that its words have."""
    slope = abs(_slope([Box(w.left, w.top, w.left + w.width, w.top + w.height) for w in line]))
    sizes = [max(w.height - slope * w.width, 1.0) / _letter_height(w.text) for w in line if _is_text(w)]
    return median(sizes)


def _letter_height(text: str) -> float:
    return (_LOWER if set(text) <= _SMALL else _CAPITAL) + _below(text)


def _below(text: str) -> float:
    return _DESCENT if any(c in _DESCENDING for c in text) else 0.0


def _usual_size(lines: Sequence[Sequence[Seen]], sizes: Sequence[float]) -> float:
    """The size in which half of the page's letters are set at most, in whole points."""
    letters = [
        size for line, size in zip(lines, sizes, strict=True) for size in [size] * sum(len(w.text) for w in line)
    ]
    return max(round(median(letters)), 1) if letters else 1.0


def _stepped(size: float, usual: float) -> float:
    """One of few sizes, so that lines of one kind have one size."""
    steps = math.log(size / usual) / math.log(_SAME_SIZE)
    return round(usual * _SAME_SIZE ** math.trunc(steps) * 2) / 2


def _slope(boxes: Sequence[Box]) -> float:
    """How far a line sinks over its length; 0 for short ones."""
    if len(boxes) < 2 or boxes[-1].middle[0] - boxes[0].middle[0] < 5 * (boxes[0].bottom - boxes[0].top):
        return 0.0
    middle = sum(box.middle[0] for box in boxes) / len(boxes)
    height = sum(box.middle[1] for box in boxes) / len(boxes)
    across = sum((box.middle[0] - middle) ** 2 for box in boxes)
    return sum((box.middle[0] - middle) * (box.middle[1] - height) for box in boxes) / across if across else 0.0
