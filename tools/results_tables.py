"""Renders the newest measured results in docs/results as Markdown tables; it never measures anything itself."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

RESULTS = Path(__file__).resolve().parent.parent / "docs" / "results"
NOT_YET = "Not measured yet."
ALL = "all"


class Interval(BaseModel):
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float


class AnswersResult(BaseModel):
    """How one contender fared on the cases of one set."""

    set: str
    contender: str
    category: str
    cases: int
    right: int
    measures: dict[str, Interval]


class ComparedResult(BaseModel):
    """One measure of two contenders on the same cases."""

    set: str
    ours: str
    theirs: str
    measure: str
    difference: float
    low: float
    high: float
    p: float | None


class LiveResult(BaseModel):
    """How questions about live data of one kind fared in one split."""

    split: str
    kind: str
    cases: int
    verdicts: dict[str, int]
    right: Interval


class RetrievalResult(BaseModel):
    """How well one question set's documents were found."""

    model_config = ConfigDict(populate_by_name=True)
    set: str
    questions: int
    ndcg_at_10: float = Field(alias="ndcg@10")
    recall_at_10: float = Field(alias="recall@10")
    recall_at_1: float = Field(alias="recall@1")
    seconds: float


class InstallResult(BaseModel):
    """One figure about installing."""

    what: str
    value: str
    """With its unit."""


class BenchResult(BaseModel):
    """One figure beside what it is held against."""

    name: str
    value: float
    unit: str
    reference: float | None
    ratio: float | None


class _Dated(BaseModel):
    kind: str
    date: str


class _Answers(_Dated):
    split: str
    model: str | None
    note: str = ""
    """A sentence on how it was measured."""
    rows: list[AnswersResult]
    compared: list[ComparedResult]


class _Retrieval(_Dated):
    rows: list[RetrievalResult]


class _Live(_Dated):
    rows: list[LiveResult]


class _Bench(_Dated):
    rows: list[BenchResult]


class _Install(_Dated):
    rows: list[InstallResult]


Dated = TypeVar("Dated", bound=_Dated)


class ResultsInvalid(Exception):
    """A file in docs/results is not what its kind demands."""


def answers_table(folder: Path = RESULTS) -> str:
    """Right, answered and refused by set and contender, and how ours differ from plain LlamaIndex in right answers."""
    newest = _newest(folder, _Answers, "answers")
    if newest is None:
        return NOT_YET
    sure = ("supported", "supported_wrongly", "probable", "probable_wrongly")
    names = ("correct", "answered", "refused", *sure, "numbers_wrong", "total_ms_p50")
    told = ("Supported", "Of these wrong", "Probable", "Of these wrong", "Wrong numbers", "Median")
    head = ("Set", "Answers by", "Cases", "Right", "Answerable answered", "Others refused", *told)
    body = [
        (row.set, row.contender, str(row.cases), *(_interval(name, row.measures.get(name)) for name in names))
        for row in newest.rows
        if row.category == ALL
    ]
    pairs = [
        (
            row.set,
            row.ours,
            row.theirs,
            _points(row.difference),
            f"{_points(row.low)} to {_points(row.high)}",
            f"{row.p:.3f}" if row.p >= 0.001 else "< 0.001",
        )
        for row in newest.compared
        if row.measure == "correct" and row.p is not None
    ]
    against = ("Set", "Ours", "Theirs", "More right answers, points", "95 % interval", "McNemar p")
    intro = f"Measured on {newest.date}: {newest.split} cases, model {newest.model}. {newest.note}".rstrip()
    tables = [_table(head, body, numbers=2), *([_table(against, pairs, numbers=3)] if pairs else [])]
    return "\n\n".join([intro, *tables])


def categories_table(folder: Path = RESULTS) -> str:
    """Right cases of all, by category, a contender a column: of all sets together, which come last, or of the one."""
    newest = _newest(folder, _Answers, "answers")
    if newest is None or not newest.rows:
        return NOT_YET
    rows = [row for row in newest.rows if row.set == newest.rows[-1].set and row.category != ALL]
    contenders = list(dict.fromkeys(row.contender for row in rows))
    found = {(row.category, row.contender): f"{row.right}/{row.cases}" for row in rows}
    body = [
        (category.replace("_", " "), *(found.get((category, by), "–") for by in contenders))
        for category in dict.fromkeys(row.category for row in rows)
    ]
    return _table((f"Right of {newest.rows[-1].set}, by category", *contenders), body, numbers=1)


def retrieval_table(folder: Path = RESULTS) -> str:
    """nDCG and recall by question set."""
    newest = _newest(folder, _Retrieval, "retrieval")
    if newest is None:
        return NOT_YET
    head = ("Question set", "Questions", "nDCG@10", "Recall@10", "Recall@1", "Seconds")
    body = [
        (
            row.set,
            f"{row.questions:,}",
            f"{row.ndcg_at_10:.3f}",
            f"{row.recall_at_10:.3f}",
            f"{row.recall_at_1:.3f}",
            f"{row.seconds:,.0f}",
        )
        for row in newest.rows
    ]
    return f"Measured on {newest.date}.\n\n{_table(head, body, numbers=1)}"


def live_table(folder: Path = RESULTS) -> str:
    """Questions about live data by kind: how many are exactly right, and how many show something wrong as certain."""
    result = _newest(folder, _Live, "live-cases")
    if result is None:
        return NOT_YET
    kinds = dict.fromkeys(row.kind for row in result.rows if row.kind != ALL)
    of = {(row.split, row.kind): row for row in result.rows}
    body = [_live_row(kind, of.get(("dev", kind)), of.get(("test", kind))) for kind in [*kinds, ALL]]
    head = ["Kind", "Dev", "Dev right", "Dev wrong", "Test", "Test right", "Test wrong"]
    return f"Measured on {result.date}.\n\n{_table(head, body, len(head) - 1)}"


def _live_row(kind: str, dev: LiveResult | None, test: LiveResult | None) -> list[str]:
    cells = [kind.replace("_", " ")]
    for row in (dev, test):
        if row is None:
            cells += ["–", "–", "–"]
            continue
        right = f"{row.right.value:.0%} [{100 * row.right.low:.0f}, {100 * row.right.high:.0f}]"
        cells += [str(row.cases), right, str(row.verdicts.get("wrong", 0))]
    return cells


def install_table(folder: Path = RESULTS) -> str:
    """Figures about installing and the first answers."""
    newest = _newest(folder, _Install, "install")
    if newest is None:
        return NOT_YET
    body = [(row.what, row.value) for row in newest.rows]
    return f"Measured on {newest.date}.\n\n{_table(('What', 'Value'), body, numbers=1)}"


def bench_table(kind: Literal["ingest", "search", "chat", "memory", "start", "access"], folder: Path = RESULTS) -> str:
    """What `surefoot bench` measured."""
    newest = _newest(folder, _Bench, kind)
    if newest is None:
        return NOT_YET
    body = [
        (
            row.name,
            f"{row.value:,.6g}",
            row.unit,
            *("–" if n is None else f"{n:,.6g}" for n in (row.reference, row.ratio)),
        )
        for row in newest.rows
    ]
    return f"Measured on {newest.date}.\n\n{_table(('What', 'Value', 'Unit', 'Reference', 'Ratio'), body, numbers=1)}"


def _newest(folder: Path, form: type[Dated], kind: str) -> Dated | None:
    """The newest result of a kind by its date, then by file name; None where there is none."""
    found: list[tuple[str, str, Dated]] = []
    for path in sorted(folder.glob("*.json")):
        try:
            loaded = json.loads(path.read_text(encoding="utf-8"))
            if isinstance(loaded, dict) and loaded.get("kind") == kind:
                result = form.model_validate(loaded)
                found.append((result.date, path.name, result))
        except (ValueError, ValidationError) as error:
            raise ResultsInvalid(f"{path.name} is not a result of kind '{kind}': {error}") from error
    return max(found, key=lambda item: item[:2])[2] if found else None


def _interval(name: str, found: Interval | None) -> str:
    if found is None:
        return "–"
    if "_ms" in name:
        return f"{found.value / 1000:.1f} s"
    return f"{100 * found.value:.0f} % [{100 * found.low:.0f}, {100 * found.high:.0f}]"


def _points(difference: float) -> str:
    return f"{100 * difference:+.0f}".replace("-", "−")


def _table(head: Sequence[str], body: Iterable[Sequence[str]], numbers: int) -> str:
    """A Markdown table; columns from `numbers` on are aligned to the right."""
    rule = ["---" if column < numbers else "---:" for column in range(len(head))]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, rule, *body))


if __name__ == "__main__":
    print("\n\n".join((answers_table(), categories_table(), retrieval_table(), install_table())))
