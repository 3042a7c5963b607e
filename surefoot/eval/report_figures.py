"""The tables of the report: each figure with its interval, as words and as a small bar."""

from __future__ import annotations

from collections.abc import Sequence

from surefoot.eval.case_scores import ALL, Score
from surefoot.eval.comparing import Compared
from surefoot.eval.intervals import Estimate
from surefoot.eval.report_text import escaped, figure, interval, is_share

TITLES = {
    "correct": "Correct",
    "supported": "Answers called supported",
    "supported_wrongly": "Answers called supported that are wrong",
    "probable": "Answers called probable",
    "probable_wrongly": "Answers called probable that are wrong",
    "answered": "Answerable cases answered",
    "refused": "Unanswerable cases refused",
    "auroc": "Answerable told from unanswerable (AUROC)",
    "documents_found": "Evidence's documents found",
    "quotes_found": "Evidence's quotes found",
    "grounded": "Shown sentences that their quotes carry",
    "citation_precision": "Quotes from the evidence's documents",
    "quote_precision": "Quotes that are the evidence",
    "citation_recall": "Evidence's documents cited",
    "numbers_wrong": "Answers with a number from nowhere",
    "first_text_ms_p50": "First text, median",
    "first_text_ms_p95": "First text, 95th percentile",
    "total_ms_p50": "Whole answer, median",
    "total_ms_p95": "Whole answer, 95th percentile",
    "evidence_ms_p50": "Evidence, median",
    "evidence_ms_p95": "Evidence, 95th percentile",
    "prompt_tokens": "Tokens of the prompt, mean",
    "completion_tokens": "Tokens written, mean",
    "cached_tokens": "Tokens of the prompt kept from before, mean",
}
"""The measures in the order in which they are read."""
OF_CATEGORIES = {
    "correct": "Correct",
    "answered": "Answered",
    "refused": "Refused",
    "supported": "Supported",
    "supported_wrongly": "Of these wrong",
    "probable": "Probable",
    "probable_wrongly": "Of these wrong",
    "documents_found": "Found",
    "grounded": "Grounded",
    "citation_precision": "Cites right",
    "citation_recall": "Cites all",
    "total_ms_p50": "Median",
}
PAIRED_TITLES = {**TITLES, "total_ms": "Whole answer, mean", "answered": "Answered", "refused": "Refused"}


def summary(sides: Sequence[tuple[str, Score]]) -> str:
    """A row a measure, a figure with its interval for each side."""
    scores = [score for _, score in sides]
    rows = [
        _row(title, [_cell(name, score.measures.get(name)) for score in scores])
        for name, title in TITLES.items()
        if any(name in score.measures for score in scores)
    ]
    rows += [
        _row("Numbers from nowhere", [str(score.numbers_wrong) for score in scores]),
        _row("Sentences withheld", [str(score.withheld) for score in scores]),
        _row("Support", [", ".join(f"{n} {name}" for name, n in sorted(score.support.items())) for score in scores]),
    ]
    return _table("summary", [title for title, _ in sides], rows)


def categories(title: str, scores: Sequence[Score]) -> str:
    """A row a category."""
    rows = [
        _row(
            score.category.replace("_", " "),
            [str(score.cases), *(_small(name, score.measures.get(name)) for name in OF_CATEGORIES)],
            "total" if score.category == ALL else "",
        )
        for score in scores
    ]
    return f"<h3>{escaped(title)}</h3>{_table('grid', ['Cases', *OF_CATEGORIES.values()], rows)}"


def comparison(compared: Sequence[Compared]) -> str:
    """The measures of both sides, pair by pair."""
    head = ("Cases", "Quotes", "Model", "Difference", "95 % interval", "p")
    rows = [_row(PAIRED_TITLES.get(row.measure, row.measure), _compared(row)) for row in compared]
    words = "The interval is of the difference (bootstrap over the pairs); p is of McNemar’s exact test."
    return f"{_table('grid', head, rows)}<p class=detail>{words}</p>"


def _compared(row: Compared) -> list[str]:
    values = (row.one, row.other, row.difference, row.low, row.high)
    one, other, difference, low, high = (figure(row.measure, value).replace("-", "−") for value in values)
    return [str(row.cases), one, other, difference, f"{low} to {high}", "" if row.p is None else f"{row.p:.3f}"]


def _table(kind: str, head: Sequence[str], rows: Sequence[str]) -> str:
    titles = "".join(f"<th scope=col>{escaped(title)}</th>" for title in head)
    body = "".join(rows)
    inside = f"<thead><tr><td></td>{titles}</tr></thead><tbody>{body}</tbody>"
    return f"<div class=wide><table class={kind}>{inside}</table></div>"


def _row(title: str, cells: Sequence[str], kind: str = "") -> str:
    """`cells` are HTML."""
    filled = "".join(f"<td>{cell}</td>" for cell in cells)
    return f'<tr class="{kind}"><th scope=row>{escaped(title)}</th>{filled}</tr>'


def _cell(name: str, estimate: Estimate | None) -> str:
    if estimate is None:
        return "–"
    bar = _bar(estimate) if is_share(name) else ""
    around = f"<small>{interval(name, estimate)}, <span>n {estimate.n}</span></small>"
    return f"<b>{figure(name, estimate.value)}</b> {around}{bar}"


def _bar(estimate: Estimate) -> str:
    low, high, value = (100 * min(1.0, max(0.0, v)) for v in (estimate.low, estimate.high, estimate.value))
    return (
        f'<span class=bar aria-hidden=true><i style="left:{low:.1f}%;width:{high - low:.1f}%"></i>'
        f'<b style="left:{value:.1f}%"></b></span>'
    )


def _small(name: str, estimate: Estimate | None) -> str:
    return "–" if estimate is None else f"{figure(name, estimate.value)}<small>{interval(name, estimate)}</small>"
