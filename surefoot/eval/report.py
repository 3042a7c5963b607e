"""Renders played cases as one HTML page that needs nothing else: figures, curve, failing cases side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from surefoot.eval.abstention import Curve
from surefoot.eval.case_run import Played
from surefoot.eval.case_scores import ALL, Score
from surefoot.eval.comparing import Compared
from surefoot.eval.judging import Judged
from surefoot.eval.report_cases import Told, case_articles, category_filter, failing
from surefoot.eval.report_figures import categories, comparison, summary
from surefoot.eval.report_text import escaped
from surefoot.eval.risk_drawing import drawing

STYLE = Path(__file__).with_name("report.css")
SideName = Literal["quotes", "model"]
TITLES: dict[SideName, str] = {"quotes": "Quotes alone", "model": "With the model"}


@dataclass(frozen=True, slots=True)
class Side:
    """One way of answering: what was played, and what came of it."""

    mode: SideName
    played: tuple[Played, ...]
    scores: tuple[Score, ...]
    curve: Curve | None

    @property
    def judged(self) -> list[Judged]:
        """The judgements, in the order of the cases."""
        return [one.judged for one in self.played]

    @property
    def title(self) -> str:
        """Its name for people."""
        return TITLES[self.mode]

    @property
    def of_all(self) -> Score:
        """The score of all cases."""
        return next(score for score in self.scores if score.category == ALL)


@dataclass(frozen=True, slots=True)
class Report:
    """What one page tells."""

    assistant: str
    split: str
    model: str | None
    sides: tuple[Side, ...]
    compared: tuple[Compared, ...]


def render(report: Report, now: datetime | None = None) -> str:
    """The page; every text from documents, cases and models is escaped."""
    title = f"{report.assistant}: {report.sides[0].of_all.cases} cases ({report.split})"
    told = [Told(side.title, side.played) for side in report.sides]
    failed = failing(told)
    parts = [
        f"<h1>{escaped(title)}</h1>",
        f"<p class=detail>{escaped(_about(report, now or datetime.now(UTC)))}</p>",
        _section("Summary", summary([(side.title, side.of_all) for side in report.sides])),
        _section("By category", *(categories(side.title, side.scores) for side in report.sides)),
        _section("Model against quotes", comparison(report.compared)) if report.compared else "",
        _curves(report.sides),
        _section(f"Failing cases ({len(failed)})", category_filter(failed, case_articles(failed))),
    ]
    style = STYLE.read_text(encoding="utf-8")
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escaped(title)}</title><style>{style}</style></head>\n<body><main>{''.join(parts)}</main></body></html>\n"
    )


def _about(report: Report, now: datetime) -> str:
    releases = {one.answer.release[:12] for side in report.sides for one in side.played if one.answer.release}
    words = [now.strftime("%Y-%m-%d %H:%M UTC"), f"model {report.model or 'none'}"]
    return " · ".join([*words, f"release {', '.join(sorted(releases))}"] if releases else words)


def _curves(sides: Sequence[Side]) -> str:
    drawn = [(side.title, side.curve) for side in sides if side.curve is not None]
    return _section("Risk by coverage", *(drawing(title, curve) for title, curve in drawn)) if drawn else ""


def _section(title: str, *parts: str) -> str:
    return f"\n<section><h2>{escaped(title)}</h2>{''.join(parts)}</section>"
