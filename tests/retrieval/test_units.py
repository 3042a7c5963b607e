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


ASKED = """How do I order a locker? Send the form to the house service. It is free for all. May I bring a dog? No.

**What does a permit cost?**

It costs 40 euro. It is paid by card.

What do I bring?

- a passport

Who pays?

## Times

The desk is open all day. Until when?

| Question | Answer | Allowed? |
| --- | --- | --- |
| When is lunch? | at noon | yes |
"""


def test_a_question_is_one_piece_with_what_follows_it() -> None:
    found = units([a_passage(ASKED)])
    assert [(unit.shown, unit.asks) for unit in found] == [
        ("How do I order a locker? Send the form to the house service.", False),
        ("It is free for all.", False),
        ("May I bring a dog? No.", False),
        ("What does a permit cost? It costs 40 euro.", False),
        ("It is paid by card.", False),
        ("What do I bring?", True),
        ("a passport", False),
        ("Who pays?", True),
        ("The desk is open all day.", False),
        ("Until when?", True),
        ("When is lunch? — Answer: at noon; Allowed?: yes", False),
    ]
    assert all(unit.quote in ASKED for unit in found)
    assert next(unit.context for unit in found if unit.shown == "a passport") == "What do I bring?"


def test_in_a_list_of_questions_each_one_says_something() -> None:
    found = units([a_passage("The report answers:\n\n- Who is involved?\n- When did it start?\n")])
    assert [(unit.shown, unit.asks) for unit in found[1:]] == [
        ("Who is involved?", False),
        ("When did it start?", False),
    ]


def test_what_stands_under_a_question_is_known() -> None:
    found = units([a_passage(ASKED)])
    free = ["It is free for all.", "It is paid by card.", "The desk is open all day."]
    assert [unit.shown for unit in found if not unit.follows_question] == free
    (under,) = units([a_passage("It costs 40 euro.", heading_path=("Permits", "What does a permit cost?", "2026"))])
    (titled,) = units([a_passage("It costs 40 euro.", "What does a permit cost?")])
    (row,) = units([a_passage("| Car | Allowed? |\n| - | - |\n| Van | yes |")])
    assert [unit.follows_question for unit in (under, titled, row)] == [True, True, False]


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

    def questions(size: int) -> str:
        return "Who pays?\n\n" * (size // 2) + "?" * size + "x"

    assert growth(lambda text: units([a_passage(text)]), table, 150) < LINEAR
    assert growth(lambda text: units([a_passage(text)]), questions, 150) < LINEAR
