"""How an answer was made, in the order in which it was made, as HTML: searched, found, decided, said, left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from surefoot.app.client.citation_forms import CitationForm
from surefoot.app.client.forms import AnswerForm, PassageForm, SupportName
from surefoot.app.client.how_forms import ClaimForm, ConsideredForm, DecisionForm, FoundForm, HowForm, LeftOutName
from surefoot.app.pages import words
from surefoot.app.pages.markup import act, bare, escape, icon
from surefoot.app.pages.quoting import chip

SHOWN = 5
"""Rows of a list that are shown at once; the others open."""
REASONS: dict[LeftOutName, str] = {
    "repeated": "Says the same as a sentence that is used",
    "budget": "Beyond the amount of text that the model reads",
    "instruction": "Gives orders to the assistant, which it does not follow",
    "unused": "Other sentences answer it better",
    "faint": "Too unlikely to hold the answer",
    "not_enough": "All of it together does not suffice",
}
_FEATURES = {
    "best": "The likeliest sentence",
    "cosine": "Nearness in meaning",
    "passage_coverage": "Words of the question in its passage",
    "codes_missing": "A name with figures is missing",
    "words": "Length of the question",
    "states": "The model: the evidence states the answer",
    "where": "The model: some passage of it does",
    "confirmed": "The model: what stands first answers",
}
_OF_THE_FIRST = {"first", "alone", "deceptive"}
"""What is told of what stands first."""


@dataclass(frozen=True, slots=True)
class Told:
    """An answer with how it was made, and where its passages stand on the page."""

    turn: int
    answer: AnswerForm
    how: HowForm
    passages: Sequence[PassageForm]

    def opens(self, chunk_id: str) -> str:
        """Attributes that open a passage, where the page has it."""
        at = next((n for n, p in enumerate(self.passages) if p.chunk_id == chunk_id), None)
        return act("source", turn=self.turn, source=f"e{at}") if at is not None else ""


def sections(told: Told) -> str:
    """All of it."""
    return "".join(
        (
            _section("Searched", _searched(told)),
            _section(f"Found: {words.counted(len(told.how.found), 'passage')}", _found(told)),
            _section("Decided", _decided(told.how.decision, told.answer.support)),
            _section("Said", _said(told)),
            _section("Left out", _left_out(told)),
        )
    )


def _section(title: str, inside: str) -> str:
    return f'<section class="sf-step"><h3>{escape(title)}</h3>{inside}</section>' if inside else ""


def _searched(told: Told) -> str:
    read = told.how.understood
    rows: list[tuple[str, str]] = []
    if read.searched != told.answer.question:
        rows.append(("The question was searched as", f"“{escape(read.searched)}”"))
    rows += [("Part", f"“{escape(part)}”") for part in read.parts]
    rows += [("Spelling", f"{escape(was)} → {escape(now)}") for was, now in read.corrections]
    rows += [(escape(name.capitalize()), escape(value)) for name, value in read.filters]
    if read.language:
        rows.append(("Translated from", escape(read.language)))
    older = "searched too, because the question asks about the past" if read.with_superseded else "not searched"
    rows.append(("Older versions", older))
    rows.append(
        (
            "The search took",
            f"{words.seconds(told.how.encode_ms + told.how.search_ms)}, index {escape(told.how.edition)}",
        )
    )
    return _pairs(rows)


def _found(told: Told) -> str:
    rows = [_passage(told, one) for one in sorted(told.how.found, key=lambda one: one.rank)]
    gone = told.how.vanished
    lost = f'<p class="sf-detail">{_vanished(gone)}</p>' if gone else ""
    return _some(rows) + lost


def _vanished(number: int) -> str:
    be = "is" if number == 1 else "are"
    return f"{words.counted(number, 'passage or sentence', 'passages and sentences')} {be} not there any more for you."


def _passage(told: Told, one: FoundForm) -> str:
    cited = {c.number: c for c in told.answer.citations if c.chunk_id == one.chunk_id}
    chips = "".join(chip(cited[n], told.turn) for n in sorted(cited))
    at = words.where(one.page, one.heading, one.title)
    old = f' · <span class="sf-warn">{icon("history")} Superseded</span>' if one.superseded else ""
    name = f"{escape(one.title)}{f', {escape(at)}' if at else ''}"
    opens = told.opens(one.chunk_id)
    linked = f'<button type="button" class="sf-link" {opens}>{name}</button>' if opens else name
    return f"<li><span>{linked}{old} {chips}</span>{_score(f'{one.score:.3f}', f'rank {one.rank}')}</li>"


def _decided(decided: DecisionForm, support: SupportName) -> str:
    if not decided.on_topic:
        said = "Nothing that was found is about this."
    elif decided.enough:
        said = f"Probably holds the answer: {decided.chance:.0%}."
    else:
        said = f"Too unlikely to hold the answer: {decided.chance:.0%}."
    levels = f'<p class="sf-detail">From {decided.enough_from:.0%} on it is answered.</p>'
    missing = ""
    if decided.missing:
        names = ", ".join(f"“{escape(name)}”" for name in decided.missing)
        missing = f'<p class="sf-warn">{icon("warning")} No passage mentions {names}.</p>'
    told = {name: value for name, value in decided.features.items() if name not in _OF_THE_FIRST}
    features = [(escape(_FEATURES.get(n, n)), f"{value:.2f}") for n, value in told.items()]
    more = f"<details><summary>What it was reckoned from</summary>{_pairs(features)}</details>" if features else ""
    bar = _gauge(decided.chance, decided.enough_from, good=decided.chance >= decided.enough_from)
    return f"<p>{said}</p>{bar}{levels}{_supports(decided, support)}{missing}{more}"


def _supports(decided: DecisionForm, support: SupportName) -> str:
    """Whether what stands first counts as support; nothing where it does not come to that."""
    if not decided.enough:
        return ""
    levels = f"From {decided.sure_from:.0%} on it counts as supported."
    if decided.probable_from is not None:
        levels = f"From {decided.probable_from:.0%} on it is called probable. {levels}"
    first = decided.features.get("first")
    if first is None and support == "full":  # an answer from before there was a checker
        return f'<p class="sf-detail">{levels}</p>'
    if first is None:
        return "<p>Nothing counts as supported: no checker has read what stands first.</p>"
    alone = decided.features.get("alone")
    deceptive = "deceptive" in decided.features
    good = min(first, first if alone is None else alone) >= decided.sure_from and not deceptive
    bar = _gauge(first, decided.sure_from, good=good)
    if alone is not None:  # the model was asked
        levels += f" So it does where the checker's reading alone, {alone:.0%}, comes to that, too."
    if deceptive:
        levels += (
            " This one does not: as it lacks something or repeats a question, it reads like an answer in any case."
        )
    return f'<p>What stands first answers the question: {first:.0%}.</p>{bar}<p class="sf-detail">{levels}</p>'


def _gauge(chance: float, least: float, *, good: bool) -> str:
    """A chance as a bar, with a mark at its threshold."""
    tone = "sf-good" if good else "sf-none"
    bar = f'<span class="{tone}" style="width:{100 * chance:.0f}%"></span>'
    return f'<div class="sf-gauge" aria-hidden="true">{bar}<i style="left:{100 * least:.0f}%"></i></div>'


def _said(told: Told) -> str:
    """Each sentence of the answer with its verdict and what it stands on; withheld ones with their reason."""
    claims = {" ".join(c.text.split()): c for c in told.how.claims}
    spans: dict[tuple[int, int], list[CitationForm]] = {}
    for citation in told.answer.citations:
        spans.setdefault((citation.start, citation.end), []).append(citation)
    rows = [_sentence(told, span, spans[span], claims) for span in sorted(spans)]
    rows += [_withheld(c) for c in told.how.claims if not c.supported]
    return f'<ul class="sf-rows">{"".join(rows)}</ul>' if rows else "<p>Nothing that would need a source.</p>"


def _sentence(told: Told, span: tuple[int, int], cited: Sequence[CitationForm], claims: dict[str, ClaimForm]) -> str:
    text = told.answer.answer[slice(*span)]
    checked = " ".join(text.split()) in claims
    verdict = "Checked: its source says it" if checked else "Quoted word for word"
    chips = "".join(chip(c, told.turn) for c in cited)
    quotes = "".join(f"<blockquote>{escape(bare(c.quote))}</blockquote>" for c in cited) if checked else ""
    good = f'<span class="sf-good">{icon("check_circle")} {verdict}</span>'
    return f'<li class="sf-claim"><p>{escape(bare(text))} {chips}</p><p class="sf-detail">{good}</p>{quotes}</li>'


def _withheld(claim: ClaimForm) -> str:
    why = escape(claim.reason[:1].upper() + claim.reason[1:])
    bad = f'<span class="sf-bad">{icon("visibility_off")} Withheld</span>'
    return f'<li class="sf-claim"><p><s>{escape(claim.text)}</s></p><p class="sf-detail">{bad} {why}.</p></li>'


def _left_out(told: Told) -> str:
    groups = [(said, [c for c in told.how.considered if c.left_out == reason]) for reason, said in REASONS.items()]
    out = "".join(_group(said, rows, told) for said, rows in groups if rows)
    if told.how.older:
        named = "".join(f"<li>{escape(o.title)}{_dated(o.version, o.valid_from)}</li>" for o in told.how.older)
        out += f'<p class="sf-detail">Older versions of what was found</p><ul class="sf-rows">{named}</ul>'
    return out


def _dated(version: str, valid_from: str | None) -> str:
    known = words.dated(version, valid_from)
    return f', <span class="sf-detail">{escape(known)}</span>' if known else ""


def _group(reason: str, rows: Sequence[ConsideredForm], told: Told) -> str:
    return f'<p class="sf-detail">{reason}</p>{_some([_considered(row, told) for row in rows], 3)}'


def _considered(row: ConsideredForm, told: Told) -> str:
    opens = told.opens(row.quote.chunk_id)
    place = escape(row.quote.title)
    where = f'<button type="button" class="sf-link" {opens}>{place}</button>' if opens else place
    text = escape(bare(row.quote.text.strip().strip("|").replace("|", "·")))
    return (
        f'<li><span>{text}<br><span class="sf-detail">{where}</span></span>'
        f"{_score(f'{row.score:.0%}', f'meaning {row.cosine:.2f}, words {row.coverage:.0%}')}</li>"
    )


def _score(number: str, more: str) -> str:
    return f'<span class="sf-score" title="{escape(more)}">{number}</span>'


def _some(rows: Sequence[str], shown: int = SHOWN) -> str:
    """The first rows, the others on request."""
    if not rows:
        return ""
    first = f'<ul class="sf-rows">{"".join(rows[:shown])}</ul>'
    if len(rows) <= shown:
        return first
    more = f'<ul class="sf-rows">{"".join(rows[shown:])}</ul>'
    return f"{first}<details><summary>{len(rows) - shown} more</summary>{more}</details>"


def _pairs(rows: Iterable[tuple[str, str]]) -> str:
    return f"<dl>{''.join(f'<dt>{name}</dt><dd>{value}</dd>' for name, value in rows)}</dl>"
