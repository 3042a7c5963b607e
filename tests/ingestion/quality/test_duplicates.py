"""The same text is found again, and nearly the same one too; a version with another limit is no copy."""

from __future__ import annotations

import random
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surefoot.ingestion.quality.duplicates import Signature, SignatureDamaged, bands, near, signature, similarity
from surefoot.ingestion.quality.figures import differs_in_numbers
from surefoot.ingestion.quality.words import words
from tests.ingestion.quality.documents import PROSE, content_of, shipped, text_of

SHARES = (0.002, 0.005, 0.01, 0.02, 0.04)
"""Of the words that an edit replaces."""


def signed(text: str) -> Signature:
    return signature(content_of(text))


def jaccard(a: str, b: str) -> float:
    """The true share of common five-word sequences."""
    left, right = ({tuple(w[n : n + 5]) for n in range(len(w) - 4)} for w in (words(a.lower()), words(b.lower())))
    return len(left & right) / len(left | right)


def edited(text: str, share: float, chance: random.Random) -> str:
    """The text with some words replaced by others of it."""
    found = text.split(" ")
    return " ".join(chance.choice(found) if chance.random() < share else word for word in found)


def texts() -> dict[str, str]:
    return {name: text_of(content) for name, content in shipped().items()}


def test_the_same_text_has_the_same_signature_however_it_is_spaced() -> None:
    assert signed(PROSE) == signed(PROSE.replace(" ", "\n  "))
    assert similarity(signed(PROSE), signed(PROSE)) == 1.0
    assert signed(PROSE).digest != signed(PROSE.replace("12", "13")).digest
    assert signed("a limit of -5 °C") != signed("a limit of 5 °C")


def test_a_signature_is_the_same_in_every_process() -> None:
    code = (
        "from tests.ingestion.quality.test_duplicates import PROSE, signed; print(signed(PROSE * 3).to_bytes().hex())"
    )
    runs = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True) for _ in range(2)]
    assert {run.stdout.strip() for run in runs} == {signed(PROSE * 3).to_bytes().hex()}


@given(st.text(max_size=300))
@settings(deadline=None, max_examples=100)
def test_a_signature_survives_storing(text: str) -> None:
    found = signed(text + PROSE * (len(text) % 2))
    assert Signature.from_bytes(found.to_bytes()) == found
    assert len(found.to_bytes()) in (33, 545)


@pytest.mark.parametrize("stored", [b"", b"\x01", b"\x02" + bytes(32), bytes(545), b"\x01" + bytes(40)])
def test_damaged_bytes_are_refused(stored: bytes) -> None:
    with pytest.raises(SignatureDamaged):
        Signature.from_bytes(stored)


def test_the_estimate_is_close_to_the_true_similarity() -> None:
    chance = random.Random(7)
    errors: list[float] = []
    for text in texts().values():
        for share in SHARES:
            other = edited(text, share, chance)
            errors.append(similarity(signed(text), signed(other)) - jaccard(text, other))
    assert abs(sum(errors) / len(errors)) < 0.01
    assert max(map(abs, errors)) < 0.15


def test_edited_documents_are_found_and_no_others() -> None:
    chance = random.Random(11)
    library = {name: signed(text) for name, text in texts().items()}
    found = wanted = wrong = 0
    for name, text in texts().items():
        for share in SHARES:
            other = edited(text, share, chance)
            keys = set(bands(signed(other)))
            candidates = {known: sign for known, sign in library.items() if keys & set(bands(sign))}
            hits = {known for known, _ in near(signed(other), candidates, 0.9)}
            wrong += len(hits - {name})
            true = jaccard(text, other)
            wanted += true >= 0.93
            found += true >= 0.93 and name in hits
            wrong += true < 0.8 and name in hits
    assert wrong == 0
    assert wanted > 50
    assert found >= 0.97 * wanted


def test_documents_of_the_library_are_not_near_each_other() -> None:
    library = {name: signed(text) for name, text in texts().items()}
    for name, sign in library.items():
        others = {other: known for other, known in library.items() if other != name}
        assert near(sign, others, 0.3) == []


def test_the_most_similar_comes_first() -> None:
    text = texts()["fleet/winter-operation.md"]
    chance = random.Random(3)
    candidates = {"far": signed(edited(text, 0.01, chance)), "b": signed(text), "a": signed(text)}
    assert [name for name, _ in near(signed(text), candidates, 0.5)] == ["a", "b", "far"]


def test_short_documents_are_only_found_as_exact_copies() -> None:
    short = "Engines must not idle for more than seven minutes."
    assert similarity(signed(short), signed(short)) == 1.0
    assert similarity(signed(short), signed(short + " Never.")) == 0.0
    assert bands(signed(short)) == bands(signed(short))
    assert not set(bands(signed(short))) & set(bands(signed(short + " Never.")))


def test_a_text_of_one_word_again_and_again_has_a_signature() -> None:
    assert similarity(signed("again " * 40), signed("again " * 90_000)) == 1.0
    assert similarity(signed("again " * 40), signed("other " * 40)) < 0.1


def test_a_changed_limit_is_near_but_differs_in_numbers() -> None:
    chance = random.Random(5)
    for name, text in texts().items():
        at = chance.choice([n for n, c in enumerate(text) if c.isdigit()])
        other = text[:at] + str((int(text[at]) + 1) % 10) + text[at + 1 :]
        assert similarity(signed(text), signed(other)) > 0.9, name
        assert differs_in_numbers(text, other), name
        assert not differs_in_numbers(text, text.replace("\n", "\n\n")), name


@pytest.mark.parametrize(
    ("a", "b", "differs"),
    [
        ("within 3 days", "within 5 days", True),
        ("within three days", "within five days", True),
        ("within 3 days", "within 3 working days", True),
        ("at 5 mm", "at 5 cm", True),
        ("at -5 °C", "at 5 °C", True),
        ("at ≤ 5 bar", "at ≥ 5 bar", True),
        ("pads 3 mm, tyres 5 mm", "pads 5 mm, tyres 3 mm", True),
        ("code LV-204", "code LV-205", True),
        ("one 7", "one 7 and 7", True),
        ("at 1,5 bar", "at 15 bar", True),
        ("a limit of 8,500 km.", "the limit, 8,500 km", False),
        ("no number", "none at all", False),
        ("| a | 5 |", "a 5", False),
    ],
)
def test_versions_differ_in_a_number_its_sign_or_its_unit(a: str, b: str, differs: bool) -> None:
    assert differs_in_numbers(a, b) is differs
    assert differs_in_numbers(b, a) is differs
