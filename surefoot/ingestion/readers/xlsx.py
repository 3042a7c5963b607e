"""Reads Excel files (XLSX): a section a visible sheet, values as they are shown."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any

from surefoot.ingestion.errors import Unreadable
from surefoot.ingestion.readers.formats import Format
from surefoot.ingestion.readers.outline import Outline
from surefoot.ingestion.readers.packages import Package
from surefoot.ingestion.readers.sheet_rows import Row, write_sheet
from surefoot.ingestion.readers.xlsx_seen import SheetSight
from surefoot.ingestion.readers.xlsx_values import shown
from surefoot.ingestion.results import Content

_DAMAGED = "The workbook is damaged. Open it in a spreadsheet program, save it again and feed that."
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})"')
_BLOCK_BYTES = 1 << 20
_MOST_MERGED = 5_000
"""Rows down which one merged cell is repeated at most."""


def read_xlsx(data: bytes) -> Content:
    """Title lines above a table become paragraphs, empty rows part tables. Raises Unreadable for damaged files."""
    import openpyxl

    Package(data).refuse_entities()
    outline = Outline()
    hidden = 0
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about features that hold no text
            book = openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)
            archive = zipfile.ZipFile(BytesIO(data))
            for sheet in book.worksheets:
                if sheet.sheet_state == "visible":
                    hidden += _sheet(outline, sheet, archive)
                else:
                    hidden += any(c is not None for row in sheet.iter_rows(values_only=True) for c in row)
            title = book.properties.title
    except (MemoryError, Unreadable):
        raise
    except Exception as error:  # the library raises errors of many kinds on files that break its format
        raise Unreadable(_DAMAGED) from error
    return Content(Format.XLSX, title or None, outline.sections(), hidden=hidden)


def _sheet(outline: Outline, sheet: Any, archive: zipfile.ZipFile) -> int:
    """Write a sheet; how many places in it are hidden."""
    part = str(sheet._worksheet_path)  # the only way to the sheet's merged cells, which this mode leaves out
    sight = SheetSight(archive, part)
    rows = _merged(_rows(sheet, sight), list(_merges(archive, part)))
    write_sheet(outline, sheet.title, rows)
    return sight.places


def _rows(sheet: Any, sight: SheetSight) -> Iterator[tuple[int, Row]]:
    """Rows that hold anything, by number from 1."""
    sheet.reset_dimensions()
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        filled = sight.seen(number, [(column, c) for column, c in enumerate(cells, start=1) if c.value is not None])
        row = {column: text for column, c in filled if (text := shown(c.value, c.number_format))}
        if row:
            yield number, row


def _merges(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[int, int, int]]:
    """Column, first and last row of the cells that are merged over several rows."""
    from openpyxl.utils import column_index_from_string

    rest = b""
    with archive.open(part) as file:
        while block := file.read(_BLOCK_BYTES):
            block = rest + block
            for found in _MERGE.finditer(block):
                left, top, _, bottom = (group.decode() for group in found.groups())
                if int(bottom) > int(top):
                    yield column_index_from_string(left), int(top), min(int(bottom), int(top) + _MOST_MERGED)
            rest = block[block.rfind(b"<") :] if b"<" in block else b""


def _merged(rows: Iterable[tuple[int, Row]], merges: list[tuple[int, int, int]]) -> list[tuple[int, Row]]:
    """Repeat what stands in a merged cell in each row that it covers."""
    found = list(rows)
    by_number = dict(found)
    for column, top, bottom in merges:
        text = by_number.get(top, {}).get(column)
        for number in range(top + 1, bottom + 1):
            if text and number in by_number:
                by_number[number].setdefault(column, text)
    return found
