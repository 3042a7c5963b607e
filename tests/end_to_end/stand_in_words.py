"""What the stand-in server says: documents, passages and answers of every kind."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

Row = dict[str, Any]
MANUAL = "a1" * 16
POLICY_2026 = "b2" * 16
POLICY_2024 = "c3" * 16
HOSTILE = "d4" * 16

PADS = (
    "## Brake pads and discs\n\nReplace the brake pads of a Corvane 35 when the lining is thinner than 3 mm at its "
    "thinnest place. Measure both pads of an axle, and replace both.\n\n| Part | New | Replace at |\n|---|---|---|\n"
    "| Front pad | 12 mm | 3 mm |\n| Rear pad | 11 mm | 3 mm |\n\n- Write the reading into the vehicle's book.\n"
    "- A worn warning wire is replaced with the pads."
)
BREAK_NEW = "A driver takes a break of 45 minutes after 4 hours and 30 minutes of driving at the latest."
BREAK_OLD = "A driver takes a break of 30 minutes after 5 hours of driving at the latest."
EVIL = '<img src="https://example.com/x.png" onerror="alert(1)"> **bold** [a link](javascript:alert(1)) <script>alert(2)</script>'
LONG = "The reading is taken with the wheel off and the caliper cold, and it is written down before the pad is touched."


def moment(days: int) -> str:
    """A moment so many days ago."""
    return (datetime.now(UTC) - timedelta(days=days)).isoformat()


def assistants() -> list[Row]:
    """The shipped ones."""
    return [
        _assistant("fleet", "Fleet desk", "Maintenance, wear limits, driver hours and winter rules of the fleet.", "Fleet manager",
                   ["At what thickness do brake pads have to be replaced?", "After how much driving is a break due?", "How far is the moon?"]),
        _assistant("support", "Service desk", "Plans, roaming, faults and refunds for phone and internet customers.", "Service desk lead",
                   ["What does roaming cost?", "When is a refund due?", "What does a red lamp mean?"]),
        _assistant("compliance", "Compliance desk", "Rules on payments, gifts, complaints and outsourcing.", "Compliance officer",
                   ["Which gifts must be registered?", "When is a complaint answered?", "Who approves marketing?"]),
    ]  # fmt: skip


def _assistant(name: str, title: str, summary: str, owner: str, examples: list[str]) -> Row:
    greeting = f"Hello, this is the {title.lower()}. Ask me, and I will answer from the documents."
    return {
        "name": name, "title": title, "summary": summary, "greeting": greeting, "owner": owner, "examples": examples,
        "private": False,
    }  # fmt: skip


def private_assistant(name: str, title: str) -> Row:
    """One that a person made."""
    row = _assistant(name, title, "Answers from the documents that you added.", "you", [])
    return {**row, "private": True, "greeting": ""}


def document(document_id: str, title: str, **more: Any) -> Row:
    """A document as listed."""
    row = {
        "document_id": document_id, "title": title, "status": "ready", "reason": None, "pages": 24, "chunks": 40,
        "version": "1", "path": "manual.pdf", "media_type": "application/pdf", "valid_from": None, "superseded": False,
        "groups": ["everyone"], "size": 184_320, "created_at": moment(3),
    }  # fmt: skip
    return {**row, **more}


def documents() -> dict[str, list[Row]]:
    """Those of each assistant."""
    plain = {"pages": None, "media_type": "text/markdown", "path": "policy.md"}
    return {
        "fleet": [
            document(MANUAL, "Workshop manual Corvane 35"),
            document(POLICY_2026, "Driver hours policy 2026", version="2026", valid_from="2026-01-01", **plain),
            document(POLICY_2024, "Driver hours policy 2024", version="2024", superseded=True, **plain),
            document("e5" * 16, "Scan of a delivery note", status="rejected", chunks=0, reason="It holds no text."),
            document(HOSTILE, "Note <b>with</b> markup", **plain),
        ],
        "support": [document("f6" * 16, "Roaming guide", **plain)],
        "compliance": [],
    }


def contents(document_id: str) -> Row:
    """Text and pieces of a document."""
    passages = {MANUAL: PADS, POLICY_2026: BREAK_NEW, POLICY_2024: BREAK_OLD, HOSTILE: EVIL}
    middle = passages.get(document_id, LONG)
    texts = [f"{LONG} Part {n}." for n in range(1, 12)] + [middle] + [f"{LONG} Part {n}." for n in range(13, 41)]
    chunks: list[Row] = [
        {
            "text": text,
            "page": 1 + n // 2,
            "heading": ["Axles", f"Section {n + 1}"],
            "chunk_id": _chunk_id(document_id, text),
        }
        for n, text in enumerate(texts)
    ]
    return {"text": "\n\n".join(texts), "chunks": chunks}


def _chunk_id(document_id: str, text: str) -> str:
    return hashlib.sha256(f"{document_id}{text}".encode()).hexdigest()[:32]


def passage(document_id: str, title: str, text: str, page: int | None = None, **more: Any) -> Row:
    """A passage that was found."""
    row = {
        "document_id": document_id, "title": title, "text": text, "page": page, "score": 0.82,
        "chunk_id": _chunk_id(document_id, text), "heading": ["Axles", "Section 12"], "version": "1",
        "valid_from": None, "superseded": False,
    }  # fmt: skip
    return {**row, **more}


PASSAGES = [
    passage(MANUAL, "Workshop manual Corvane 35", PADS, 6),
    passage(POLICY_2026, "Driver hours policy 2026", BREAK_NEW, valid_from="2026-01-01", version="2026"),
    passage(POLICY_2024, "Driver hours policy 2024", BREAK_OLD, version="2024", superseded=True),
]
NASTY = passage(HOSTILE, "Note <b>with</b> markup", EVIL)


def ingested(path: str, rows: list[Row]) -> Row:
    """What becomes of a file by its name."""
    row: Row = {"path": path, "status": "ingested", "reason": None, "document_id": None, "pages": None, "chunks": 4}
    if path.endswith((".exe", ".png")):
        reason = "This kind of file cannot be read. Use PDF, DOCX, HTML, Markdown, text, CSV or XLSX."
        return {**row, "status": "rejected", "reason": reason, "chunks": 0}
    title = path.rpartition("/")[2].rpartition(".")[0].replace("-", " ").title()
    document_id = hashlib.sha256(path.encode()).hexdigest()[:32]
    rows.append(document(document_id, title, pages=3, path=path, created_at=moment(0)))
    return {**row, "document_id": document_id, "pages": 3, "title": title}


def blank(question: str, assistant: str) -> Row:
    """An answer before anything was found."""
    return {
        "assistant": assistant, "question": question, "answer": "", "outcome": "quoted", "support": "full",
        "citations": [], "release": "3f9c21d4a7", "model": None, "usage": {},
        "timings_ms": {"evidence": 38.0, "first_text": 41.0, "total": 1240.0}, "trace_id": "0" * 32,
        "gap": None, "withheld": [], "evidence": PASSAGES, "feedback": None, "gap_sent": False, "created_at": moment(0),
    }  # fmt: skip


def added(text: str, *cited: tuple[Row, str, int]) -> Row:
    """Released text with the quotes behind it."""
    end = len(text.strip())
    marks = "".join(f" [{number}]" for _, _, number in cited)
    citations = [
        {
            **{k: p[k] for k in ("document_id", "title", "page", "chunk_id", "heading", "version", "superseded")},
            "start": len(text) - len(text.lstrip()), "end": end, "quote": quote, "score": 0.91, "number": number,
        }
        for p, quote, number in cited
    ]  # fmt: skip
    return {"event": "text_added", "text": text.rstrip() + marks, "citations": citations}


def withheld(text: str) -> Row:
    """A sentence that did not pass."""
    return {"event": "claim_checked", "text": text, "supported": False, "reason": "No source says it."}


def script(question: str) -> Row:
    """How an answer goes, by a word in the question."""
    asked = question.lower()
    manual, new, old = PASSAGES
    pads = "Replace the brake pads of a Corvane 35 when the lining is thinner than 3 mm at its thinnest place."
    row = "| Front pad | 12 mm | 3 mm |"
    quotes = [added(pads, (manual, pads, 1)), added("\n\nFront pad — New: 12 mm; Replace at: 3 mm", (manual, row, 2))]
    written = [
        added(f"The pads of a Corvane 35 are replaced below 3 mm, step {n}.{' ' if n else ''}", (manual, pads, 1))
        for n in range(1, 9)
    ]
    scripts: dict[str, Row] = {
        "disagree": {"support": "conflict", "steps": [added(BREAK_NEW, (new, BREAK_NEW, 1)), added("\n\n" + BREAK_OLD, (old, BREAK_OLD, 2))]},
        "earlier": {
            "support": "partial", "outcome": "answered", "model": "Qwen2.5-Coder-1.5B-Instruct",
            "steps": [added(f"In 2024: {BREAK_OLD}", (old, BREAK_OLD, 1)), withheld("The break may be split into three parts."), withheld("Nobody checks it.")],
        },
        "which one": {"outcome": "asked_back", "support": "none", "options": ["Corvane 28", "Corvane 35"], "steps": [added("Which one do you mean: Corvane 28 or Corvane 35?")]},
        "slow": {"outcome": "answered", "model": "Qwen2.5-Coder-1.5B-Instruct", "steps": written},
        "broken": {"steps": quotes[:1], "breaks": True},
        "markup": {"evidence": [NASTY], "steps": [added(EVIL, (NASTY, EVIL, 1))]},
        "moon": {
            "outcome": "not_found", "support": "none",
            "gap": {"searched": "5 documents of Fleet desk", "nearest": PASSAGES[:2], "missing": "a specification, table or policy with the figure and names “moon”", "owner": "Fleet manager"},
            "steps": [added("I don't know: I searched 5 documents of Fleet desk, and nothing there answers this.")],
        },
        "pizza": {"outcome": "off_topic", "support": "none", "evidence": [], "steps": [added("This is outside of what I have documents for. I can answer questions about: maintenance, wear limits, driver hours and winter rules.")]},
    }  # fmt: skip
    return next((s for word, s in scripts.items() if word in asked), {"steps": quotes})
