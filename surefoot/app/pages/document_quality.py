"""The quality report of a document: what it is like, what each stage found, what was cleaned, what it resembles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from surefoot.app.client.library_forms import DocumentCard
from surefoot.app.pages.library_asked import LANGUAGES
from surefoot.app.pages.markup import act, escape, icon
from surefoot.app.pages.places import address

STAGES = {
    "profile": "Profile",
    "validate": "Validate",
    "clean": "Clean",
    "deduplicate": "Deduplicate",
    "monitor": "Monitor",
}
_SEVERITIES = {
    "note": ("sf-none", "info", "Note"),
    "warning": ("sf-warn", "warning", "Warning"),
    "rejection": ("sf-bad", "block", "Rejected"),
}
_FIGURES: tuple[tuple[str, str, str], ...] = (
    ("words", "Words", "{:,.0f}"),
    ("characters", "Characters", "{:,.0f}"),
    ("sections", "Sections", "{:,.0f}"),
    ("pages", "Pages", "{:,.0f}"),
    ("recognised_pages", "Pages read by text recognition", "{:,.0f}"),
    ("readability", "Reading ease (Flesch, 0 hard to 100 easy)", "{:.0f}"),
    ("average_sentence_words", "Words a sentence", "{:.1f}"),
    ("symbol_share", "Symbols among the characters", "{:.1%}"),
    ("replaced_share", "Characters that could not be decoded", "{:.1%}"),
    ("mojibake_share", "Characters decoded wrongly", "{:.1%}"),
    ("odd_word_share", "Words of odd shape", "{:.1%}"),
    ("repeated_line_share", "Repeated lines", "{:.1%}"),
)
Report = Mapping[str, Any]


def draw(card: DocumentCard) -> str:
    """The report as HTML."""
    report = card.report
    if report is None:
        return '<p class="sf-lead">The quality stages have not looked at it: it could not be read.</p>'
    parts = [_findings(report), _profile(report), _cleaned(report), _near(report), _seconds(report)]
    return f'<div class="sf-report">{"".join(parts)}</div>'


def _rows(report: Report, name: str) -> Sequence[Report]:
    return cast("Sequence[Report]", report.get(name) or ())


def _findings(report: Report) -> str:
    found = _rows(report, "findings")
    if not found:
        fine = f'<p class="sf-good">{icon("check_circle")} Nothing was found amiss.</p>'
        return f"<section><h2>Findings</h2>{fine}</section>"
    order = list(STAGES)
    rows = sorted(found, key=lambda f: order.index(str(f.get("stage"))) if f.get("stage") in STAGES else len(order))
    return f"<section><h2>Findings</h2>{''.join(map(_finding, rows))}</section>"


def _finding(found: Report) -> str:
    tone, symbol, word = _SEVERITIES.get(str(found.get("severity")), _SEVERITIES["note"])
    stage = STAGES.get(str(found.get("stage")), str(found.get("stage")))
    remedy = f" {escape(found['remedy'])}" if found.get("remedy") else ""
    found_by = f'<p class="sf-detail"><span class="{tone}">{word}</span>, found by {escape(stage)}</p>'
    said = f"<p>{escape(found.get('message', ''))}{remedy}</p>"
    return f'<div class="sf-finding"><span class="{tone}">{icon(symbol)}</span>{said}{found_by}</div>'


def _profile(report: Report) -> str:
    profile = cast("Report", report.get("profile") or {})
    code = str(profile.get("language") or "")
    confidence = float(profile.get("language_confidence") or 0)
    language = f"{LANGUAGES.get(code, code)} ({confidence:.0%} sure)" if code else ""
    cells = [("Language", language), ("Encoding", str(profile.get("encoding") or ""))]
    cells += [
        (label, form.format(profile[name]))
        for name, label, form in _FIGURES
        if isinstance(profile.get(name), int | float) and (profile[name] or name in {"words", "characters"})
    ]
    items = "".join(f"<div><dt>{label}</dt><dd>{escape(value)}</dd></div>" for label, value in cells if value)
    return f'<section><h2>Profile</h2><dl class="sf-facts-grid">{items}</dl></section>'


def _cleaned(report: Report) -> str:
    cleaned = cast("Report", report.get("cleaned") or {})
    counts = cast("Mapping[str, int]", cleaned.get("counts") or {})
    if not counts:
        return ""
    said = ", ".join(f"{escape(kind.replace('-', ' '))} {number:,} times" for kind, number in counts.items())
    examples = "".join(
        f'<li class="sf-detail"><span class="sf-code">{escape(one.get("text", ""))}</span></li>'
        for one in _rows(cleaned, "examples")
    )
    more = f"<details><summary>What was taken away</summary><ul>{examples}</ul></details>" if examples else ""
    return f"<section><h2>Cleaned</h2><p>Taken away or changed: {said}.</p>{more}</section>"


def _near(report: Report) -> str:
    found = _rows(report, "near_duplicates")
    if not found:
        return ""
    return f"<section><h2>Nearly the same</h2><ul>{''.join(map(_neighbour, found))}</ul></section>"


def _neighbour(one: Report) -> str:
    other = str(one.get("document_id"))
    numbers = ", but numbers differ: another version" if one.get("differs_in_numbers") else ""
    link = f'href="{escape(address("library", document=other))}" {act("document", document=other)}'
    return (
        f'<li><a class="sf-row-link" {link}><span>{float(one.get("similarity") or 0):.0%} the same text{numbers}</span>'
        '<span class="sf-link">Open it</span></a></li>'
    )


def _seconds(report: Report) -> str:
    spent = cast("Mapping[str, float]", report.get("seconds") or {})
    if not spent:
        return ""
    said = ", ".join(f"{STAGES.get(stage, stage)} {1000 * seconds:,.0f} ms" for stage, seconds in spent.items())
    return f'<p class="sf-detail">{escape(said)}</p>'
