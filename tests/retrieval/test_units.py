from surefoot.retrieval.units import units
from tests.growth import LINEAR, growth
from tests.serving.parts import a_passage

TEXT = """Tyres are checked weekly. Pressure is set cold.

The kit holds:

- two chocks
- **one** triangle

| Model | Pads | Discs |
| --- | --- | --- |
| Corvane 35 | 3.2 mm | 22 mm |
| Haulier H18 | 4 mm | 40 mm |
"""


def test_sentences_items_and_rows_become_units() -> None:
    assert [unit.shown for unit in units([a_passage(TEXT)])] == [
        "Tyres are checked weekly.",
        "Pressure is set cold.",
        "The kit holds:",
        "two chocks",
        "one triangle",
        "Corvane 35 — Pads: 3.2 mm; Discs: 22 mm",
        "Haulier H18 — Pads: 4 mm; Discs: 40 mm",
    ]


def test_every_quote_is_verbatim() -> None:
    assert all(unit.quote in TEXT for unit in units([a_passage(TEXT)]))


def test_an_item_knows_the_line_that_introduces_it() -> None:
    item = next(unit for unit in units([a_passage(TEXT)]) if unit.shown == "two chocks")
    assert item.context == "The kit holds:"


def test_a_row_knows_its_columns() -> None:
    row = next(unit for unit in units([a_passage(TEXT)]) if unit.is_row)
    assert row.context == "Model | Pads | Discs"


def test_the_same_text_twice_in_one_document_counts_once() -> None:
    assert len(units([a_passage("Tyres are checked weekly."), a_passage("Tyres are  checked weekly.")])) == 1


def test_a_line_that_parts_a_table_from_its_columns_is_no_row() -> None:
    for rule in ("|---|---|", "| :-- | --: |", "|-", "| |", "|  :-:  | "):
        assert [unit.shown for unit in units([a_passage(f"| a | b |\n{rule}\n| 1 | 2 |")])] == ["1 — b: 2"]
    assert len(units([a_passage("| a | b |\n| - | x |\n| 1 | 2 |")])) == 2


def test_the_time_to_find_units_grows_no_faster_than_the_passage() -> None:
    def table(size: int) -> str:
        return "| a | b |\n" + " " * size + "|x"

    assert growth(lambda text: units([a_passage(text)]), table, 150) < LINEAR
