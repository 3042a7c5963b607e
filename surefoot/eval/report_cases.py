"""The failing cases of the report: reference and answers side by side, with what was cited, withheld and found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from surefoot.core.nouns import Answer, Citation, Passage
from surefoot.eval.case_run import Played
from surefoot.eval.cases import Case, holds_facts
from surefoot.eval.judging import Judged
from surefoot.eval.report_text import escaped

LONGEST_PASSAGE = 600
"""Characters of a found passage that are shown."""
PASSAGES = 12


@dataclass(frozen=True, slots=True)
class Told:
    """One way of answering, with its name for people."""

    title: str
    played: tuple[Played, ...]


@dataclass(frozen=True, slots=True)
class Failed:
    """A case that failed in one way of answering at least, with all of them."""

    case: Case
    sides: tuple[tuple[str, Played], ...]


def failing(told: Sequence[Told]) -> list[Failed]:
    """Cases of which some answer has a fault, in their order."""
    by_case: dict[str, list[tuple[str, Played]]] = {}
    for side in told:
        for one in side.played:
            by_case.setdefault(one.case.id, []).append((side.title, one))
    return [
        Failed(sides[0][1].case, tuple(sides)) for sides in by_case.values() if any(faults(one) for _, one in sides)
    ]


def faults(one: Played) -> list[str]:
    """What is wrong with an answer, in words."""
    judged = one.judged
    found: list[str] = []
    if not judged.right:
        found.append(_lacks(one) if judged.answered == one.case.answerable else f"should not {_did(judged)}")
    if judged.grounded < judged.sentences:
        found.append(
            f"{judged.sentences - judged.grounded} of {judged.sentences} sentences not carried by their quotes"
        )
    if judged.numbers_wrong:
        found.append(f"numbers from nowhere: {', '.join(judged.numbers_wrong)}")
    return found


def category_filter(failed: Sequence[Failed], articles: str) -> str:
    """The articles below buttons that show one category alone; works without a script."""
    names = list(dict.fromkeys(f.case.category for f in failed))
    if not names:
        return "<p>None.</p>"
    rules = "".join(f"#only-{n}:checked~.cases>article:not(.is-{n}){{display:none}}" for n in map(escaped, names))
    buttons = "<input type=radio name=only id=only-all checked><label for=only-all>all</label>" + "".join(
        f"<input type=radio name=only id=only-{n}><label for=only-{n}>{n.replace('_', ' ')}</label>"
        for n in map(escaped, names)
    )
    return f"<style>{rules}</style><div class=filter>{buttons}<div class=cases>{articles}</div></div>"


def case_articles(failed: Sequence[Failed]) -> str:
    """An article a case."""
    return "".join(_article(f) for f in failed)


def _article(failed: Failed) -> str:
    case = failed.case
    said = "".join(f"<p class=said><small>{escaped(role)}</small> {escaped(text)}</p>" for role, text in case.history)
    sides = "".join(_side(title, one) for title, one in failed.sides)
    return (
        f'\n<article class="is-{escaped(case.category)}"><header><small>{escaped(case.id)} · '
        f"{escaped(case.category.replace('_', ' '))} · expected {escaped(case.outcome.replace('_', ' '))}</small>"
        f"{said}<h3>{escaped(case.question)}</h3></header>"
        f"<div class=sides>{_reference(case)}{sides}</div></article>"
    )


def _reference(case: Case) -> str:
    quotes = "".join(f"<li><q>{escaped(e.quote)}</q><small>{escaped(e.document)}</small></li>" for e in case.evidence)
    facts = " and ".join(f"“{' / '.join(spellings)}”" for spellings in case.facts)
    asked = f"<p><small>must hold {escaped(facts)}</small></p>" if facts else ""
    answer = escaped(case.answer) if case.answer else "<em>No answer can be given.</em>"
    return f"<div class=side><h4>Reference</h4><p>{answer}</p>{asked}<ul>{quotes}</ul></div>"


def _side(title: str, one: Played) -> str:
    wrong = faults(one)
    badge = "".join(f"<li class=bad>✗ {escaped(words)}</li>" for words in wrong) or "<li class=good>✓ right</li>"
    chance = "" if one.judged.chance is None else f", chance {one.judged.chance:.2f}"
    outcome = one.answer.outcome.value.replace("_", " ")
    about = f"{outcome}, support {one.answer.support.value}{chance}, {one.judged.seconds:.2f} s"
    evidence = f"{_citations(one.answer)}{_withheld(one.answer)}{_found(one)}"
    return (
        f"<div class=side><h4>{escaped(title)}</h4><ul class=badges>{badge}</ul><p><small>{escaped(about)}</small></p>"
        f"<p class=text>{escaped(one.answer.text)}</p>{evidence}</div>"
    )


def _citations(answer: Answer) -> str:
    numbered = {c.number: c for c in answer.citations}
    items = "".join(
        f"<li value={n}><q>{escaped(c.quote)}</q><small>{escaped(_where(c))}</small></li>" for n, c in numbered.items()
    )
    return f"<ol>{items}</ol>" if items else ""


def _withheld(answer: Answer) -> str:
    items = "".join(f"<li>{escaped(text)}</li>" for text in answer.withheld)
    return f"<p><small>Withheld, since no source says it:</small></p><ul class=withheld>{items}</ul>" if items else ""


def _found(one: Played) -> str:
    if not one.passages:
        return "<p><small>Nothing was searched, or nothing found.</small></p>"
    shown = "".join(_passage(passage) for passage in one.passages[:PASSAGES])
    share = (
        ""
        if one.judged.documents_found is None
        else f", {100 * one.judged.documents_found:.0f} % of the evidence’s documents"
    )
    return f"<details><summary>{len(one.passages)} passages found{share}</summary><ol>{shown}</ol></details>"


def _passage(passage: Passage) -> str:
    chunk = passage.chunk
    text = chunk.text if len(chunk.text) <= LONGEST_PASSAGE else f"{chunk.text[:LONGEST_PASSAGE]} …"
    heading = " › ".join((chunk.title, *chunk.heading_path))
    return f"<li><small>{escaped(heading)} · {passage.score:.3f}</small>{escaped(text)}</li>"


def _where(citation: Citation) -> str:
    page = f", page {citation.page}" if citation.page is not None else ""
    return f"{citation.title}{page}"


def _lacks(one: Played) -> str:
    missing = [spellings[0] for spellings in one.case.facts if not holds_facts(one.answer.text, [spellings])]
    return f"lacks “{'” and “'.join(missing)}”" if missing else "another outcome was expected"


def _did(judged: Judged) -> str:
    return "have answered" if judged.answered else f"have said “{judged.outcome.replace('_', ' ')}”"
