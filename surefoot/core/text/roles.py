"""Finds functions and offices in a text: who does something, in lower case ('the shift leader', 'head of security')."""

from __future__ import annotations

import re
from collections.abc import Iterator

_HEADS = (
    "desk manager officer department team board authority bureau office agency ministry director committee supervisor "
    "lead leader analyst function unit hotline helpdesk technician inspector auditor controller coordinator dispatcher "
    "driver operator planner owner secretary clerk agent engineer mechanic workshop council commission counsel lawyer "
    "accountant cashier treasurer president chair chairman deputy head chief executive administrator representative "
    "provider supplier contractor landlord tenant employee employer customer physician doctor nurse teacher trainer "
    "foreman guard receptionist buyer seller insurer bank court police union registrar trustee steward reviewer "
    "approver assessor examiner caretaker janitor warden pilot captain principal professor dean librarian person "
    "keeper master attendant curator conductor instructor coach editor producer porter housekeeper cook chef matron "
    "pharmacist surveyor architect gardener ranger forester mayor secretariat reception administration"
).split()
ROLE = re.compile(
    rf"\b((?:[a-z][\w-]{{0,40}}\s){{0,2}}?)({'|'.join(sorted(_HEADS))})(?:s|es)?\b(\sof\s(?:the\s)?[a-z]+)?"
)
"""A word before a role is bounded, as each hyphen may begin another one."""
_LOOSE = frozenset(
    "the a an of its their our your his her each every any this that same new other for by to in on at when if and or "
    "is are was were be been than with from".split()
)


def roles(text: str) -> Iterator[str]:
    """Each role with the word before it, and 'of …' behind 'head' and its like."""
    for match in ROLE.finditer(text):
        modifiers = [word for word in match.group(1).split() if word not in _LOOSE]
        of = match.group(3) or "" if match.group(2) in ("head", "director", "chief", "chair", "master") else ""
        yield " ".join([*modifiers[-1:], match.group(2)]) + of
