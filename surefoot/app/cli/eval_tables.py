"""The tables that `surefoot eval run` prints: what came of the cases, each figure with its 95 % interval."""

from __future__ import annotations

from collections.abc import Sequence

from surefoot.app.cli.output import say, table
from surefoot.app.client.eval_forms import CategoryScore, ComparisonRow, EstimateForm, EvalForm, RiskCurve

TITLES = {"quotes": "Quotes alone", "model": "With the model"}
ANSWERS = {
    "correct": "correct",
    "answered": "answered",
    "refused": "refused",
    "grounded": "grounded",
}
SURE = {
    "supported": "called supported",
    "supported_wrongly": "of these wrong",
    "probable": "called probable",
    "probable_wrongly": "of these wrong",
}
EVIDENCE = {
    "documents_found": "documents found",
    "quotes_found": "quotes found",
    "citation_precision": "cites right",
    "quote_precision": "quotes right",
    "citation_recall": "cites all",
}
SECONDS = {
    "evidence_ms_p50": "evidence p50",
    "evidence_ms_p95": "p95",
    "first_text_ms_p50": "first text p50",
    "first_text_ms_p95": "p95",
    "total_ms_p50": "total p50",
    "total_ms_p95": "p95",
}
TOKENS = {"prompt_tokens": "prompt", "completion_tokens": "written", "cached_tokens": "cached"}


def print_tables(result: EvalForm) -> None:
    """All tables of a result; percentages, seconds and tokens with their interval in brackets."""
    model = f", model {result.model}" if result.model else ""
    say(f"{result.assistant}, cases: {result.split}{model}. In brackets: 95 % intervals.")
    for mode in dict.fromkeys(score.mode for score in result.scores):
        scores = [score for score in result.scores if score.mode == mode]
        say(f"\n{TITLES[mode]}: answers, in %")
        _answers(scores)
        say(f"\n{TITLES[mode]}: how sure the answers are, in %")
        _measures(scores, SURE)
        say(f"\n{TITLES[mode]}: evidence, in %")
        _measures(scores, EVIDENCE)
        say(f"\n{TITLES[mode]}: seconds")
        _measures(scores, SECONDS)
        if mode == "model":
            say(f"\n{TITLES[mode]}: tokens, mean")
            _measures(scores, TOKENS)
        _abstention(scores[-1], next((c for c in result.curves if c.mode == mode), None))
    if result.comparison:
        say("\nThe model against the quotes, pair by pair")
        _comparison(result.comparison)


def _answers(scores: Sequence[CategoryScore]) -> None:
    rows = [
        (
            score.category,
            str(score.cases),
            *(_cell(name, score.measures.get(name)) for name in ANSWERS),
            str(score.numbers_wrong),
            str(score.withheld),
        )
        for score in scores
    ]
    header = ("category", "cases", *ANSWERS.values(), "wrong numbers", "withheld")
    table(header, rows, right=frozenset(range(1, len(header))))


def _measures(scores: Sequence[CategoryScore], names: dict[str, str]) -> None:
    rows = [(score.category, *(_cell(name, score.measures.get(name)) for name in names)) for score in scores]
    table(("category", *names.values()), rows, right=frozenset(range(1, len(names) + 1)))


def _abstention(score: CategoryScore, curve: RiskCurve | None) -> None:
    support = ", ".join(f"{name} {count}" for name, count in sorted(score.support.items()))
    say(f"\nSupport: {support}.")
    if estimate := score.measures.get("auroc"):
        say(f"Answerable told from unanswerable: AUROC {_interval('auroc', estimate)}.")
    if curve is not None:
        say(
            f"Risk: {100 * curve.risk:.0f} % of the answers to {100 * curve.coverage:.0f} % of the cases are not right."
        )


def _comparison(rows: Sequence[ComparisonRow]) -> None:
    cells = [
        (
            row.measure,
            str(row.cases),
            *(_figure(row.measure, value) for value in (row.quotes, row.model, row.difference)),
            f"[{_figure(row.measure, row.low)}, {_figure(row.measure, row.high)}]",
            "" if row.p is None else f"{row.p:.3f}",
        )
        for row in rows
    ]
    header = ("measure", "cases", "quotes", "model", "difference", "95 % interval", "McNemar p")
    table(header, cells, right=frozenset(range(1, len(header))))


def _cell(name: str, estimate: EstimateForm | None) -> str:
    return "–" if estimate is None else _interval(name, estimate)


def _interval(name: str, estimate: EstimateForm) -> str:
    low, high = _figure(name, estimate.low), _figure(name, estimate.high)
    return f"{_figure(name, estimate.value)} [{low}, {high}]"


def _figure(name: str, value: float) -> str:
    if "_ms" in name:
        return f"{value / 1000:.2f}"
    if name.endswith("tokens"):
        return f"{value:.0f}"
    return f"{value:.2f}" if name == "auroc" else f"{100 * value:.0f}"
