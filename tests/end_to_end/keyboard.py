"""Hands that never leave the keyboard."""

from __future__ import annotations

import re
import time

from tests.end_to_end.browsing import Person


def focused(visitor: Person) -> str:
    """The name of what has the keyboard."""
    script = "document.activeElement?.getAttribute('aria-label') || document.activeElement?.textContent || ''"
    return str(visitor.page.evaluate(script)).strip()


def tabs_to(visitor: Person, name: str | re.Pattern[str], *, back: bool = False) -> None:
    """Press Tab until something of a name has the keyboard, as a person would."""
    for _ in range(120):
        visitor.page.keyboard.press("Shift+Tab" if back else "Tab")
        found = focused(visitor)
        if found == name or (isinstance(name, re.Pattern) and name.search(found)):
            return
        time.sleep(0.01)
    raise AssertionError(f"the keyboard never reaches {name}; it is on {focused(visitor)!r}")
