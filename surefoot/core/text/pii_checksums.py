"""The check digits of cards, bank accounts and identity numbers."""

from __future__ import annotations

import ipaddress
import re

IBAN_COUNTRIES = frozenset(
    (
        "AD AE AL AT AZ BA BE BG BH BI BR BY CH CR CY CZ DE DJ DK DO EE EG ES FI FK FO FR GB GE GI GL GR GT "
        "HN HR HU IE IL IQ IS IT JO KW KZ LB LC LI LT LU LV LY MC MD ME MK MN MR MT MU NI NL NO OM PK PL PS "
        "PT QA RO RS RU SA SC SD SE SI SK SM SO ST SV TL TN TR UA VA VG XK YE"
    ).split()
)
"""ISO 13616 registry, 2025."""


def luhn(digits: str) -> bool:
    """Whether the last digit checks the others (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def iban(compact: str) -> bool:
    """Whether a bank account number without blanks is whole (ISO 13616, modulo 97)."""
    if not 15 <= len(compact) <= 34 or compact[:2] not in IBAN_COUNTRIES:
        return False
    return int("".join(str(int(letter, 36)) for letter in compact[4:] + compact[:4])) % 97 == 1


def german_tax_id(digits: str) -> bool:
    """Whether eleven digits are a German tax identification number (ISO 7064, MOD 11,10)."""
    if len(digits) != 11 or digits[0] == "0":
        return False
    product = 10
    for digit in digits[:10]:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return (11 - product) % 10 == int(digits[10])


def french_insee(digits: str) -> bool:
    """Whether fifteen digits are a French social security number: key = 97 - number modulo 97."""
    return len(digits) == 15 and digits[0] in "12" and 97 - int(digits[:13]) % 97 == int(digits[13:])


def swiss_ahv(digits: str) -> bool:
    """Whether thirteen digits are a Swiss social insurance number (EAN-13 under the prefix 756)."""
    if len(digits) != 13 or not digits.startswith("756"):
        return False
    return sum(int(digit) * (1 + 2 * (place % 2)) for place, digit in enumerate(digits)) % 10 == 0


def dutch_bsn(digits: str) -> bool:
    """Whether nine digits pass the Dutch eleven test."""
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return len(digits) == 9 and sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 11 == 0


def us_ssn(digits: str) -> bool:
    """Whether nine digits can be a US social security number: no part is zero, and the area is given out."""
    return len(digits) == 9 and digits[:3] not in ("000", "666") and digits[3:5] != "00" and digits[5:] != "0000"


def personal_ip(address: str) -> bool:
    """Whether an IP address is one of the public network; private and reserved ones belong to devices in a manual."""
    try:
        return ipaddress.ip_address(address).is_global
    except ValueError:
        return False


def card(digits: str) -> bool:
    """Whether digits have a payment scheme's prefix and length and the right check digit (ISO/IEC 7812)."""
    return bool(_CARD.fullmatch(digits)) and luhn(digits) and len(set(digits)) > 1


_CARD = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})"  # Visa
    r"|5[1-5]\d{14}|(?:222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}"  # Mastercard
    r"|3[47]\d{13}"  # American Express
    r"|3(?:0[0-5]|[68]\d|9\d)\d{11}"  # Diners Club
    r"|(?:6011|64[4-9]\d|65\d\d|62\d\d)\d{12,15}"  # Discover, UnionPay
    r"|35(?:2[89]|[3-8]\d)\d{12}|(?:1800|2131)\d{11}"  # JCB
    r"|(?:5018|5020|5038|5893|6304|6759|676[1-3])\d{12}"  # Maestro
)
