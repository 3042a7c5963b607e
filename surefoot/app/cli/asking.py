"""`surefoot ask` and `surefoot search`: evidence first, then text with numbered citations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import assert_never

from surefoot.app.cli.output import note, one_line, print_json, say
from surefoot.app.cli.session import server
from surefoot.app.cli.telemetry import show_reading
from surefoot.app.client.errors import ClientError
from surefoot.app.client.events import AnswerEvent, AnswerReady, Ask, ClaimChecked, EvidenceFound, TextAdded
from surefoot.app.client.forms import AnswerForm, CitationForm, GapForm, PassageForm
from surefoot.app.client.server import wait_for_engine

LOADING_SECONDS = 30.0
"""A model that lies on the disk is loaded in seconds; one that is still being downloaded is not waited for."""
SHOWN_PASSAGES = 5
OUTCOMES = {
    "answered": "Answered",
    "quoted": "Quoted",
    "not_found": "Not found",
    "asked_back": "A question back",
    "off_topic": "Off topic",
    "refused": "Refused",
    "blocked": "Blocked",
    "handed_over": "Handed over to a person",
    "small_talk": "Answered",
}
SUPPORT = {
    "full": "supported by the documents",
    "partial": "not sure: read the passages",
    "conflict": "the documents contradict each other",
    "none": "nothing supports an answer",
}
SUPPORT_BY_RECORDS = {
    "full": "supported by the records",
    "partial": "partly supported: the records do not cover all of it",
}
"""The same of figures."""


def ask(request: Ask, *, as_json: bool) -> None:
    """Ask, and print the answer as it comes; closing the stream on Ctrl-C stops the answer on the server."""
    with server() as client:
        if not request.quotes_only and client.status().engine.state == "loading":
            wait_for_engine(client, LOADING_SECONDS)
        with closing(client.ask(request)) as events:
            if as_json:
                print_json(_last(events).model_dump(mode="json"))
                return
            reader = _Reader()
            for event in events:
                reader.show(event)


def search(query: str, assistant: str, k: int, *, as_json: bool) -> None:
    """Print the passages nearest to a query, best first."""
    with server() as client:
        found = client.search(query, assistant, k)
    if as_json:
        print_json(found.model_dump(mode="json"))
        return
    if not found.passages:
        say("No passage was found.")
    for number, passage in enumerate(found.passages, 1):
        say(f"{number}. {place(passage)}  ({passage.score:.3f})")
        say(f"   {one_line(passage.text, 300)}")


def why(answer: AnswerForm) -> str:
    """Say in a few words what an answer stands on."""
    if answer.threat is not None:
        return "the question was not searched"
    if answer.outcome == "small_talk":
        return "nothing was asked of documents or records"
    if answer.probable:
        return "what stands first probably answers: read it"
    if answer.instruction:
        return "what the documents tell to do where a message sounds like this one"
    return (SUPPORT | SUPPORT_BY_RECORDS if answer.readings else SUPPORT)[answer.support]


def place(found: PassageForm | CitationForm) -> str:
    """Say where a passage stands: title, headings, page, and whether a newer version replaced it."""
    heading = " › ".join(h for h in found.heading if h != found.title)
    parts = [found.title, heading, f"page {found.page}" if found.page else ""]
    words = ", ".join(part for part in parts if part)
    return f"{words} [superseded]" if found.superseded else words


def _last(events: Iterator[AnswerEvent]) -> AnswerForm:
    for event in events:
        if isinstance(event, AnswerReady):
            return event.answer
    raise ClientError("The server stopped before the answer was complete. Ask again.", "interrupted")


class _Reader:
    """Shows the events of one answer to a person."""

    def __init__(self) -> None:
        self._told = False

    def show(self, event: AnswerEvent) -> None:
        match event:
            case EvidenceFound():
                _show_evidence(event.passages)
            case ClaimChecked(supported=False):
                note(f"[A sentence was withheld: {event.reason or 'no source says it'}]")
            case ClaimChecked():
                pass  # its text follows
            case TextAdded():
                self._told = True
                say(event.text, end="")
            case AnswerReady():
                self._finish(event.answer)
            case _:
                assert_never(event)

    def _finish(self, answer: AnswerForm) -> None:
        say("\n" if self._told else f"{answer.answer}\n")
        for reading in answer.readings:
            show_reading(reading)
        for option in answer.options:
            say(f"  - {option}")
        if answer.elsewhere:
            say(f"{answer.elsewhere.title} can answer this: ask with --assistant {answer.elsewhere.assistant}.")
        for number, citation in sorted({citation.number: citation for citation in answer.citations}.items()):
            where = "Records" if citation.reading else place(citation)
            say(f"[{number}] {where}: “{one_line(citation.quote, 300)}”")
        if answer.gap:
            _show_gap(answer.gap)
        seconds = answer.timings_ms.total / 1000
        by = f" by {answer.model}" if answer.model else ""
        say(f"\n{OUTCOMES[answer.outcome]}{by}: {why(answer)}. {seconds:.1f} s, answer {answer.id}")


def _show_evidence(passages: Sequence[PassageForm]) -> None:
    if passages:
        say("Evidence")
    for passage in passages[:SHOWN_PASSAGES]:
        say(f"  {place(passage)}")
        say(f"    {one_line(passage.text, 160)}")
    more = len(passages) - SHOWN_PASSAGES
    say(f"  and {more} more\n" if more > 0 else "")


def _show_gap(gap: GapForm) -> None:
    say(f"Searched: {gap.searched}")
    for passage in gap.nearest[:3]:
        say(f"Nearest: {place(passage)}")
    say(f"What would make it sure: {gap.missing}")
