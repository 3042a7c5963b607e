"""Broken files of every format: whatever happens to their bytes, they are read or refused with a reason."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable
from functools import partial

import pytest

from surefoot.ingestion.errors import Unreadable
from surefoot.ingestion.limits import ReadLimits
from surefoot.ingestion.readers.read import read
from surefoot.ingestion.results import Content
from surefoot.ingestion.sandbox import Sandbox
from tests.conftest import missing
from tests.ingestion.conftest import DATA
from tests.ingestion.made_files import zipped

SAMPLES = (
    "policy_a.docx slides_sample.pptx policy_a.xlsx text_document.odt table.ods wasteland.epub policy_a.eml "
    "mail_cc_bcc.msg czech.rtf legacy_sample.doc legacy_slides.ppt nested.json factbook_utf16.xml policy_a.html "
    "semicolon.csv wiki.md utf32.txt"
).split()
TIMES = 30


def changed(data: bytes, dice: random.Random) -> bytes:
    """The data cut, with a piece lost or repeated, or with some bytes overwritten."""
    start = dice.randrange(len(data))
    end = min(start + dice.randrange(1, 2000), len(data))
    match dice.randrange(5):
        case 0:
            return data[:start]
        case 1:
            return data[:start] + data[end:]
        case 2:
            return data[:end] + data[start:end] * dice.randrange(1, 5) + data[end:]
        case _:
            made = bytearray(data)
            for _ in range(dice.choice((1, 5, 50))):
                made[dice.randrange(len(data))] = dice.choice((0, 1, 255, dice.randrange(256)))
            return bytes(made)


def changed_inside(data: bytes, dice: random.Random) -> bytes:
    """A zipped document with one of its parts changed and its checksums right."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    chosen = dice.choice([name for name, part in parts.items() if part and name.endswith(("xml", "rels", "opf"))])
    return zipped({**parts, chosen: changed(parts[chosen], dice)})


def found(reading: Callable[[], Content]) -> str:
    """'Read.', or the reason why not; any other error goes on."""
    try:
        assert reading().sections
    except Unreadable as error:
        return str(error)
    return "Read."


def sample(name: str) -> bytes:
    path = DATA / "files" / name
    if not path.exists():
        missing(f"the file {path}")
    return path.read_bytes()


@pytest.mark.parametrize("name", SAMPLES)
def test_a_changed_file_is_read_or_refused_with_a_reason(name: str) -> None:
    data = sample(name)
    for seed in range(TIMES):
        dice = random.Random(f"{name} {seed}")
        broken = changed_inside(data, dice) if data.startswith(b"PK") and seed % 2 else changed(data, dice)
        outcome = found(partial(read, broken, name, ReadLimits()))
        assert outcome[:1].isupper(), seed
        assert outcome[-1] in ".?", seed


def test_old_sheets_whose_reader_may_end_its_process_are_read_in_the_sandbox(sandbox: Sandbox) -> None:
    data = sample("small.xls")
    for seed in range(TIMES):
        broken = changed(data, random.Random(seed))
        assert found(partial(sandbox.read, broken, "small.xls"))[:1].isupper()


def test_each_format_is_read_under_the_limit_of_memory(sandbox: Sandbox) -> None:
    for name in (*SAMPLES, "small.xls"):
        assert sandbox.read(sample(name), name).sections
