"""Recognises the words on a picture with the system's tesseract: the picture goes in by a pipe, so do the words out."""

from __future__ import annotations

import functools
import io
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from surefoot.ingestion.errors import Unreadable

if TYPE_CHECKING:
    from PIL.Image import Image

MISSING = (
    "The file holds scanned pages or is an image, and the program that recognises text is not installed. "
    "Have the administrator run 'apt-get install tesseract-ocr tesseract-ocr-deu' (one package a language) and "
    "feed the file again."
)
_WANTED = ("eng", "deu", "fra", "spa", "ita", "nld", "por")
"""Languages that are tried together where they are installed; each one makes a page some 5% slower."""
_MOST_LANGUAGES = 8
"""Languages up to which all that are installed are tried, others than the usual ones too."""
_LANGUAGE = re.compile(r"[a-z]{3}(?:_\w+)?")
PROGRAMS = os.pathsep.join((os.defpath, "/usr/local/bin", "/opt/homebrew/bin"))
"""Folders in which tesseract is looked for, whatever PATH says: the reading process has no environment."""
_ENVIRONMENT = {"PATH": PROGRAMS, "LANG": "C.UTF-8", "OMP_THREAD_LIMIT": "1"}
_PAGE_SECONDS = 90.0
"""Seconds for one picture; noise makes tesseract slow."""
_LEAST_DPI = 70
"""Dots an inch below which tesseract guesses."""
_MOST_WORDS = 20_000
"""Words of one picture that are taken; no page of paper holds more."""
_WORD = "5"
"""The level of a word in tesseract's table."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A word as it was recognised, in pixels of its picture."""

    text: str
    left: int
    top: int
    width: int
    height: int
    confidence: float
    """0 to 100."""
    line: tuple[int, int, int]
    """Block, paragraph and line."""


def ocr_available(programs: str = PROGRAMS) -> bool:
    """Whether text can be recognised here: tesseract is installed, with a language."""
    return bool(ocr_languages(programs))


def ocr_languages(programs: str = PROGRAMS) -> tuple[str, ...]:
    """Codes of the languages whose letters and words are known, such as 'eng'; none where tesseract is missing.

    programs: folders in which tesseract is looked for, parted as in PATH.
    """
    listed = _installed(programs)
    wanted = [code for code in _WANTED if code in listed]
    others = sorted(code for code in listed if _LANGUAGE.fullmatch(code) and code not in (*_WANTED, "osd"))
    return tuple(wanted + others if len(wanted) + len(others) <= _MOST_LANGUAGES else wanted)


@functools.cache
def _installed(programs: str) -> frozenset[str]:
    program = shutil.which("tesseract", path=programs)
    if program is None:
        return frozenset()
    try:
        run = subprocess.run(  # noqa: S603 - the system's own program, no word of a file in its arguments
            [program, "--list-langs"], env=_ENVIRONMENT, capture_output=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return frozenset()
    return frozenset(run.stdout.decode(errors="replace").split())


def seen_words(picture: Image, dpi: float, leading: str = "", programs: str = PROGRAMS) -> list[Seen]:
    """The words on a grey picture in reading order; raises Unreadable where tesseract is missing or takes too long.

    leading: code of the language that decides where several read a word in different ways; '' for any.
    """
    languages = ocr_languages(programs)
    if not languages:
        raise Unreadable(MISSING)
    ordered = sorted(languages, key=lambda code: code != leading)
    arguments = ["-l", "+".join(ordered), "--psm", "3", "-c", "tessedit_create_tsv=1"]
    return list(islice(_words(_run(picture, dpi, arguments, programs)), _MOST_WORDS))


def clockwise_turns(picture: Image, dpi: float, programs: str = PROGRAMS) -> int | None:
    """Quarter turns clockwise that set the picture's text upright; None where that cannot be told."""
    if "osd" not in _installed(programs):
        return None
    said = _run(picture, dpi, ["--psm", "0"], programs)
    turns = [line.split(":")[1].strip() for line in said.splitlines() if line.startswith("Rotate:")]
    return int(turns[0]) // 90 % 4 if turns and turns[0].isdigit() else None


def _run(picture: Image, dpi: float, arguments: list[str], programs: str) -> str:
    program = shutil.which("tesseract", path=programs)
    if program is None:
        raise Unreadable(MISSING)
    bitmap = io.BytesIO()
    picture.save(bitmap, "PPM")
    try:
        run = subprocess.run(  # noqa: S603 - the system's own program, no word of a file in its arguments
            [program, "stdin", "stdout", "--dpi", str(round(max(dpi, _LEAST_DPI))), *arguments],
            input=bitmap.getvalue(),
            env=_ENVIRONMENT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_PAGE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Unreadable(
            f"Recognising the text of one page took longer than {_PAGE_SECONDS:g} seconds. "
            "Scan it again with less noise, or leave pages with pictures alone out."
        ) from error
    return run.stdout.decode(errors="replace")


def _words(table: str) -> Iterator[Seen]:
    """The rows of tesseract's table that are words and have the form that it promises."""
    for row in table.splitlines():
        cells = row.split("\t")
        if cells[0] != _WORD or len(cells) != 12 or not cells[11].strip():
            continue
        block, paragraph, line, _, left, top, width, height = map(int, cells[2:10])
        yield Seen(cells[11].strip(), left, top, width, height, float(cells[10]), (block, paragraph, line))
