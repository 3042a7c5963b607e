"""Reads old Excel files (XLS): a section a visible sheet."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from surefoot.ingestion.errors import Unreadable
from surefoot.ingestion.readers.formats import Format
from surefoot.ingestion.readers.outline import Outline
from surefoot.ingestion.readers.packages import PASSWORD
from surefoot.ingestion.readers.sheet_rows import Row, write_sheet
from surefoot.ingestion.readers.xlsx_values import shown
from surefoot.ingestion.results import Content

_DAMAGED = "The workbook is damaged. Open it in a spreadsheet program, save it as XLSX and feed that."
_PANIC = "PanicException"
"""What the library raises where a broken file breaks its own rules; it is no Exception and cannot be imported."""


def read_xls(data: bytes) -> Content:
    """Title lines above a table become paragraphs, empty rows part tables. Raises Unreadable for damaged files."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

    outline = Outline()
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        for sheet in book.sheets_metadata:
            if sheet.visible is SheetVisibleEnum.Visible and sheet.typ is SheetTypeEnum.WorkSheet:
                write_sheet(outline, sheet.name, _rows(book.get_sheet_by_name(sheet.name)))
    except PasswordError as error:
        raise Unreadable(PASSWORD) from error
    except BaseException as error:
        if isinstance(error, CalamineError | ValueError | OverflowError) or type(error).__name__ == _PANIC:
            raise Unreadable(_DAMAGED) from error
        raise
    return Content(Format.XLS, None, outline.sections())


def _rows(sheet: Any) -> Iterator[tuple[int, Row]]:
    """Rows that hold anything, by number from 1; numbers as they are stored, since formats are not read."""
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        row = {column: text for column, value in enumerate(cells, start=1) if (text := shown(value, "General"))}
        if row:
            yield number, row
