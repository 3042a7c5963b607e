"""How dates and times are written in each language that periods are told in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wording:
    """Names, and patterns with their places in braces."""

    months: tuple[str, ...]
    day: str
    """Of `day`, `month` and `year`."""
    days: str
    """Of two days of one month."""
    day_of_year: str
    """A day without its year."""
    clock: str
    """Behind a time of day."""
    today: str
    until: str
    compared: str
    alike: str


WORDINGS = {
    "en": Wording(
        (
            *("January", "February", "March", "April", "May", "June"),
            *("July", "August", "September", "October", "November", "December"),
        ),
        day="{day} {month} {year}",
        days="{first}–{day} {month} {year}",
        day_of_year="{day} {month}",
        clock="",
        today="today",
        until="until",
        compared="{one}, compared with {two}",
        alike="{told} (the same part of each)",
    ),
    "de": Wording(
        (
            *("Januar", "Februar", "März", "April", "Mai", "Juni"),
            *("Juli", "August", "September", "Oktober", "November", "Dezember"),
        ),
        day="{day}. {month} {year}",
        days="{first}.–{day}. {month} {year}",
        day_of_year="{day}. {month}",
        clock=" Uhr",
        today="heute",
        until="bis",
        compared="{one}, verglichen mit {two}",
        alike="{told} (jeweils derselbe Teil)",
    ),
}
