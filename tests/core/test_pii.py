"""Personal data is found in its many spellings, and what only looks like it is left alone."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from subprocess import run
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surefoot.core.text.pii import PiiKind, find, find_in_document


def found(text: str) -> list[tuple[str, str]]:
    """Kinds and values, in order."""
    return [(span.kind.value, text[span.start : span.end]) for span in find(text)]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("Write to anna.mueller@firma.example today", "email", "anna.mueller@firma.example"),
        ("Call me at 541-754-3010x335.", "phone", "541-754-3010x335"),
        ("+1 (541) 754-3010 ext. 12", "phone", "+1 (541) 754-3010 ext. 12"),
        ("Tel. 030 1234567", "phone", "030 1234567"),
        ("tel 01.42.68.53.00", "phone", "01.42.68.53.00"),
        ("+41 (0)44 668 18 00 or mail", "phone", "+41 (0)44 668 18 00"),
        ("reach us under 0049 171 1234567", "phone", "0049 171 1234567"),
        ("4111 1111 1111 1111", "card", "4111 1111 1111 1111"),
        ("4111-1111-1111-1111 was charged", "card", "4111-1111-1111-1111"),
        ("3782 822463 10005", "card", "3782 822463 10005"),
        ("my card 4222222222222 is lost", "card", "4222222222222"),
        ("IBAN DE89 3704 0044 0532 0130 00 BIC X", "iban", "DE89 3704 0044 0532 0130 00"),
        ("GB82WEST12345698765432", "iban", "GB82WEST12345698765432"),
        ("SSN 460-89-9847", "national_id", "460-89-9847"),
        ("Steuer-ID 86 095 742 719", "national_id", "86 095 742 719"),
        ("My DNI is 12345678Z", "national_id", "12345678Z"),
        ("national insurance number AB 12 34 56 C", "national_id", "AB 12 34 56 C"),
        ("codice fiscale RSSMRA85T10A562S", "national_id", "RSSMRA85T10A562S"),
        ("AHV 756.9217.0769.85", "national_id", "756.9217.0769.85"),
        ("seen from 106.31.73.20 at night", "ip", "106.31.73.20"),
        ("client 2001:4860:4860::8888", "ip", "2001:4860:4860::8888"),
        ("driver's license number is D1234567", "licence", "D1234567"),
        ("date of birth: 12.03.1980", "birth_date", "12.03.1980"),
        ("geboren am 3. März 1980", "birth_date", "3. März 1980"),
    ],
)
def test_numbers_that_reach_a_person_are_found(text: str, kind: str, value: str) -> None:
    assert found(text) == [(kind, value)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Wohnt in der Hauptstraße 12, 10115 Berlin.", "Hauptstraße 12, 10115 Berlin"),
        ("at 12 Downing Street, London SW1A 2AA, since May", "12 Downing Street, London SW1A 2AA"),
        ("The letter went to 29 Rue de Tanger yesterday", "29 Rue de Tanger"),
        ("Via Roma 12 is closed", "Via Roma 12"),
        ("P.O. Box 255 is ours", "P.O. Box 255"),
        ("PSC 4095, Box 8316\nAPO AE 85103", "PSC 4095, Box 8316\nAPO AE 85103"),
        ("12 Clarke Avenue\nApt. 805\nPines Beach\nNew Zealand 34694", "12 Clarke Avenue\nApt. 805\nPines Beach\nNew Zealand 34694"),
    ],
)  # fmt: skip
def test_addresses_are_found_with_their_town(text: str, value: str) -> None:
    assert found(text) == [("address", value)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Please ask Krisztián Szabó about it.", "Krisztián Szabó"),
        ("| Driver | Katarzyna Nowak | van |", "Katarzyna Nowak"),
        ("Dear Mr. Adeyemi, thank you", "Adeyemi"),
        ("My name is Rubija", "Rubija"),
        ("Rufen Sie Frau Öztürk an", "Öztürk"),
        ("It was signed by Conor O'Neill in spring", "Conor O'Neill"),
        ("Richard A. Johnson will step down.", "Richard A. Johnson"),
    ],
)
def test_persons_are_found(text: str, value: str) -> None:
    assert ("person", value) in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "Torque the M12 bolts to 120 Nm; part 06-1144-2290, order 4500012345.",
        "ISO 27001:2022, DIN EN 60335-1, Regulation (EU) 2016/679, Article 4.2.1",
        "Fault P0420, code E-507, firmware 10.23.145.201, IMEI 356938035643809",
        "Between 2026-11-24 08:00 and 24.11.2026 it cost 1 250 000 euro.",
        "EAN 4006381333931, VIN WVWZZZ1JZXW000001, batch 20240115",
        "Open http://homehub.local or 192.168.17.1; DNS is 8.8.8.8.",
        "Call the hotline 0800 555 0142 or dial extension 2929.",
        "Mail support@varnley.example or privacy.office@varnley.example.",
        "Haulier H12 and Pathbox 4 stand at Harbour Row; Mesh Point P2 is off.",
        "The Conduct Rulebook and the Reporting Officer decide on Mondays in May.",
        "San Antonio, St. Paul and Monte Carlo are places; so is Germany.",
        "2 Front Wheel Drive, 16 GB USB Drive, Max Flex, Jerry cans",
        "Dear Customer, dear Sir, Hello All",
        "He was born in 1977, aged 49, and is Swedish.",
        "Cell lines treated with PD 0332991; call for piston ring 1234567890123456.",
        "Message centre number +00 77 300 300; card 1234 5678 9012 3456.",
    ],
)
def test_what_documents_are_full_of_is_left_alone(text: str) -> None:
    assert found(text) == []


def test_only_the_wanted_kinds_are_found() -> None:
    text = "Anna Schmidt, anna@firma.example, 106.31.73.20"
    assert [span.kind for span in find(text, frozenset({PiiKind.IP}))] == [PiiKind.IP]
    assert find(text, frozenset()) == []


def test_a_span_never_crosses_the_border_of_a_table_cell() -> None:
    text = "| Anna | Schmidt | 4111 1111 | 1111 1111 | 12 Clarke | Avenue |"
    assert all("|" not in text[span.start : span.end] for span in find(text))


def test_a_person_named_in_one_part_is_known_in_the_others_by_family_name() -> None:
    first, second = find_in_document(["Report by Krisztián Szabó", "The van was returned late. Szabó paid."])
    assert len(first) == 1
    assert [(span.start, span.end) for span in second] == [(27, 32)]


def test_a_long_text_is_searched_to_its_end_in_pieces() -> None:
    filler = "The van needs new pads at 40,000 km. " * 2_000
    text = f"{filler}\nWrite to anna@firma.example.\n{filler}\nCall +49 171 1234567."
    assert found(text) == [("email", "anna@firma.example"), ("phone", "+49 171 1234567")]


def test_other_languages_are_searched_by_patterns_and_common_given_names() -> None:
    german = "Die Prüfung der Bremsanlage übernimmt Sabine Krüger aus der Werkstatt, erreichbar unter 0171 1234567. "
    assert found(german * 3)[:2] == [("person", "Sabine Krüger"), ("phone", "0171 1234567")]
    greek = "Η εταιρεία παρέχει υπηρεσίες σε όλη τη χώρα και οι πελάτες της είναι ικανοποιημένοι με αυτές. "
    assert found(greek * 5) == []


@pytest.mark.parametrize(
    "unit", ["1 ", "A ", "A", "Aa ", "(", "+1", "a@", "|", "\\|", "\n", "12 Aa ", "DE89 ", "\x00", "O'Aa "]
)
def test_hostile_texts_take_no_more_than_linear_time(unit: str) -> None:
    text = unit * (40_000 // len(unit))

    def seconds(one: str) -> float:
        started = perf_counter()
        find(one)
        return perf_counter() - started

    find("Mijail Qwertz is here.")  # loads the model
    assert seconds(text) < 40 * seconds(text[: len(text) // 8]) + 1


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.sampled_from("Ana Smith@.+01234567890|\n-()é\\ "), max_size=80))
def test_spans_are_ordered_apart_and_inside_the_text(text: str) -> None:
    spans = find(text)
    assert all(0 <= span.start < span.end <= len(text) and 0 < span.score <= 1 for span in spans)
    assert all(one.end <= other.start for one, other in pairwise(spans))


def test_many_threads_find_the_same() -> None:
    text = "Ravila Yefimovik wrote to us, and Anna Schmidt answered from 106.31.73.20."
    alone = find(text)
    with ThreadPoolExecutor(8) as pool:
        assert all(one == alone for one in pool.map(find, [text] * 24))


OFFLINE = """
import socket, sys
def no(*_, **__): raise SystemExit("the network was asked")
sys.addaudithook(lambda event, _: no() if event in ("socket.connect", "socket.getaddrinfo", "subprocess.Popen") else None)
from surefoot.core.text.pii import find
text = "Vadimir Qwertzov met Anna Schmidt, anna@firma.co.uk. My DNI is 12345678Z."
print(len(find(text)))
"""


def test_nothing_is_fetched_from_the_network() -> None:
    done = run([sys.executable, "-c", OFFLINE], capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stdout.strip()) == (0, "4"), done.stderr
