"""Why an answer is what it is: its stages with their seconds, who worded it, the evidence and its scores."""

from __future__ import annotations

from surefoot.app.client.forms import AnswerForm
from surefoot.app.pages import words
from surefoot.app.pages.markup import escape


def details(answer: AnswerForm) -> str:
    """A block that opens, as HTML."""
    return (
        '<details class="sf-why"><summary>Why this answer</summary><dl>'
        f"{_stages(answer)}<dt>Worded by</dt><dd>{_author(answer)}</dd>"
        f"<dt>Evidence</dt><dd>{_evidence(answer)}</dd>"
        f'<dt>Release</dt><dd class="sf-code">{escape(answer.release)}</dd>'
        f'<dt>Trace</dt><dd class="sf-code">{escape(answer.trace_id)}</dd></dl></details>'
    )


def _stages(answer: AnswerForm) -> str:
    times = answer.timings_ms
    first = times.first_text if times.first_text is not None else times.total
    stages = [
        ("Evidence found", 0.0, times.evidence),
        ("First sentence checked", times.evidence, first),
        ("Complete", first, times.total),
    ]
    total = max(times.total, 0.001)
    return "".join(
        f"<dt>{name}</dt><dd>{_bar(begin / total, end / total)}{words.seconds(end)}</dd>" for name, begin, end in stages
    )


def _bar(begin: float, end: float) -> str:
    left = min(max(begin, 0), 1) * 100
    width = max(min(end, 1) * 100 - left, 1)
    place = f"margin-left:{left:.1f}%;width:{width:.1f}%"
    return f'<span class="sf-bar" aria-hidden="true"><span style="{place}"></span></span>'


def _author(answer: AnswerForm) -> str:
    if answer.model is None:
        return "The documents alone, quoted word for word"
    return f"{escape(answer.model)}, each sentence held against the evidence"


def _evidence(answer: AnswerForm) -> str:
    if not answer.evidence:
        return "None"
    rows = "".join(
        f"<tr><td>{escape(p.title)}{f', page {p.page}' if p.page is not None else ''}</td><td>{p.score:.3f}</td></tr>"
        for p in answer.evidence
    )
    return f"<table><tr><th>Passage</th><th>Score</th></tr>{rows}</table>"
