"""Tables from CSV and Excel files."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time, timedelta

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from surefoot.ingestion.errors import Unreadable
from surefoot.ingestion.limits import ReadLimits
from surefoot.ingestion.readers.csv_table import read_csv, sniffed
from surefoot.ingestion.readers.read import read
from surefoot.ingestion.readers.xlsx import read_xlsx
from surefoot.ingestion.readers.xlsx_values import shown
from surefoot.ingestion.results import Content
from tests.ingestion.made_files import zipped


def saved(book: Workbook) -> Content:
    out = io.BytesIO()
    book.save(out)
    return read_xlsx(out.getvalue())


def test_each_sheet_is_a_section_under_its_name() -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "Prices"
    book["Prices"].append(["Tariff", "Price"])
    book["Prices"].append(["Start", 24.9])
    book.create_sheet("Empty")
    book.create_sheet("Zones").append(["Zone 1"])
    content = saved(book)
    assert [(s.heading_path, s.text, s.page) for s in content.sections] == [
        (("Prices",), "| Tariff | Price |\n| - | - |\n| Start | 24.9 |", None),
        (("Zones",), "Zone 1", None),
    ]


def test_a_workbook_that_declares_entities_is_refused_and_says_why() -> None:
    book = Workbook()
    book.create_sheet("Costs")["A1"] = "total"
    out = io.BytesIO()
    book.save(out)
    with zipfile.ZipFile(out) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    bomb = '<!DOCTYPE x [<!ENTITY a "lollollol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    sheet = next(name for name, part in parts.items() if b"total" in part)
    head, _, rest = parts[sheet].decode().partition("<worksheet" if "sheets/" in sheet else "<sst")
    parts[sheet] = f"{head}{bomb}{'<worksheet' if 'sheets/' in sheet else '<sst'}{rest}".replace(
        "total", "&b;"
    ).encode()
    with pytest.raises(Unreadable, match="declares entities of its own"):
        read_xlsx(zipped(parts))


def test_lines_above_a_table_are_text_and_empty_rows_part_tables() -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (["Rates of 2026"], [None], ["Job", "Hours"], ["Oil", 1.5], [None], ["Part", "Euro"], ["Filter", 12]):
        sheet.append(row)
    assert saved(book).sections[0].text == (
        "Rates of 2026\n\n| Job | Hours |\n| - | - |\n| Oil | 1.5 |\n\n| Part | Euro |\n| - | - |\n| Filter | 12 |"
    )


def test_a_cell_merged_over_rows_stands_in_each_of_them() -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (["Depot", "Bay"], ["Northgate", "1"], [None, "2"], [None, "3"]):
        sheet.append(row)
    sheet.merge_cells("A2:A4")
    assert saved(book).sections[0].text.endswith("| Northgate | 1 |\n| Northgate | 2 |\n| Northgate | 3 |")


@pytest.mark.parametrize(
    ("value", "form", "expected"),
    [
        (0.19, "0%", "19%"),
        (0.0725, "0.00%", "7.25%"),
        (24.9, "0.00", "24.90"),
        (24.9, '#,##0.00 "EUR"', "24.90 EUR"),
        (1234.5, '"$"#,##0.00', "$1234.50"),
        (1234.5, "_-* #,##0.00 [$€-407]_-", "1234.50 €"),
        (0.1 + 0.2, "General", "0.3"),
        (3, "General", "3"),
        (True, "General", "TRUE"),
        (datetime(2026, 3, 1), "yyyy-mm-dd", "2026-03-01"),  # noqa: DTZ001 - spreadsheets know no zone
        (datetime(2026, 3, 1, 14, 30), "", "2026-03-01 14:30"),  # noqa: DTZ001
        (date(2026, 3, 1), "", "2026-03-01"),
        (time(7, 30), "", "07:30"),
        (timedelta(hours=30, minutes=5), "[h]:mm", "30:05"),
        (" text ", "General", "text"),
    ],
)
def test_values_are_written_as_their_cells_show_them(value: object, form: str, expected: str) -> None:
    assert shown(value, form) == expected


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b\n1,2\n", ","),
        ("Tarif;Preis\nStart;24,90\nMax;54,90\n", ";"),
        ("a\tb\n1\t2\n", "\t"),
        ("a|b|c\n1|2|3\n", "|"),
        ('name,note\n"x","one; two; three"\n"y","four; five; six"\n', ","),
        ("only one column\nof words\n", ","),
    ],
)
def test_the_delimiter_is_found(text: str, delimiter: str) -> None:
    assert sniffed(text) == delimiter


def test_a_stated_delimiter_is_taken() -> None:
    assert read_csv("sep=;\na;b\n1;2\n").sections[0].text == "| a | b |\n| - | - |\n| 1 | 2 |"


def test_quoted_line_breaks_stay_in_their_cell() -> None:
    assert read_csv('a,b\n"one\ntwo",2\n').sections[0].text.endswith("| one two | 2 |")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings_of_tables_are_told_apart(encoding: str) -> None:
    content = read("Tarif;Gebühr\nStart;24,90 €\n".encode(encoding), "tarife.csv", ReadLimits())
    assert content.sections[0].text == "| Tarif | Gebühr |\n| - | - |\n| Start | 24,90 € |"


@pytest.mark.parametrize("data", [b"", b"\n\n\n", b",,,\n,,,\n"])
def test_a_table_without_a_value_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable, match=r"empty|no text"):
        read(data, "empty.csv", ReadLimits())
