"""The language of a text: right where it is named, and not named where it cannot be told."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from surefoot.core.text.language import UNDETERMINED, Language, detect, sampled

XQUAD = Path(__file__).resolve().parents[3] / "shared" / "data" / "xquad" / "corpus.jsonl"
GERMAN = "Die Bremsbeläge sind zu ersetzen, sobald sie dünner als drei Millimeter sind. Danach wird neu gemessen."


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The brake pads must be replaced when they are thinner than three millimetres.", "en"),
        (GERMAN, "de"),
        ("Las pastillas de freno deben cambiarse cuando tengan menos de tres milímetros.", "es"),
        ("Les plaquettes de frein doivent être remplacées dès trois millimètres.", "fr"),
        ("ブレーキパッドは三ミリより薄くなったら交換してください。", "ja"),
        ("Тормозные колодки нужно заменить, если их толщина меньше трёх миллиметров.", "ru"),
        ("THE DRIVER MUST REPORT EVERY DEFECT BEFORE THE NEXT JOURNEY BEGINS.", "en"),
    ],
)
def test_a_sentence_tells_its_language(text: str, code: str) -> None:
    assert detect(text).code == code


@pytest.mark.parametrize(
    "text", ["", " \n", "OK", "12345 678 90", "| 1 | 2 |\n| - | - |", "\ud800\udfff", "xq zv kj wq pf", "\x00" * 50]
)
def test_what_is_too_short_or_no_language_is_not_named(text: str) -> None:
    assert detect(text).code == UNDETERMINED


def test_a_table_tells_the_language_of_its_cells() -> None:
    rows = "\n".join(f"| {n} | Wear limit of the brake pads | Replace them in the workshop |" for n in range(20))
    assert detect(f"| No | Check | Action |\n| - | - | - |\n{rows}").code == "en"


def test_numbers_before_the_text_do_not_hide_it() -> None:
    assert detect("4711 0815 " * 500 + GERMAN * 20).code == "de"


def test_all_threads_get_the_same_answer() -> None:
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(detect, [GERMAN] * 64)) == {detect(GERMAN)}


def test_the_model_is_loaded_when_the_first_text_comes() -> None:
    code = "import sys, surefoot.core.text.language; sys.exit('py3langid' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_sample_is_bounded_and_spread_over_the_text() -> None:
    text = "a" * 50_000 + "b" * 50_000
    sample = sampled(text, 1_000, 10)
    assert len(sample) < 1_010
    assert set(sample) == {"a", "b", "\n"}
    assert sampled("short", 1_000, 10) == "short"


def _pieces(length: int) -> Iterator[tuple[Language, str]]:
    with XQUAD.open(encoding="utf-8") as lines:
        for number, row in enumerate(map(json.loads, lines)):
            if number % 4 == 0:
                yield detect(row["text"][20 : 20 + length]), row["id"].split(":")[0]


@pytest.mark.parametrize(("length", "named", "right"), [(40, 0.9, 0.98), (200, 0.99, 0.995)])
def test_twelve_languages_are_told_apart(length: int, named: float, right: float) -> None:
    if not XQUAD.exists():
        pytest.skip("the evaluation data ../shared/data/xquad is not there")
    found = list(_pieces(length))
    sure = [(language.code, true) for language, true in found if language.code != UNDETERMINED]
    assert len(sure) >= named * len(found)
    assert sum(code == true for code, true in sure) >= right * len(sure)
