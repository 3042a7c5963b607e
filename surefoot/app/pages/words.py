"""Words for states, dates, sizes and counts, as readers use them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal

from surefoot.app.client.citation_forms import CitationForm, CitationStatus
from surefoot.app.client.forms import AnswerForm, AssistantForm
from surefoot.app.pages.record_words import moment, zone_of

Tone = Literal["good", "warn", "bad", "none"]
"""Supported; partly or stale; conflict or failed; not found."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How well an answer stands, for one glance: never colour alone."""

    tone: Tone
    icon: str
    word: str
    more: str = ""


_BY_OUTCOME = {
    "not_found": Verdict("none", "search_off", "Not found", "No document that you can see answers this."),
    "asked_back": Verdict("none", "help", "One question back"),
    "off_topic": Verdict("none", "wrong_location", "Outside of these documents"),
    "refused": Verdict("none", "block", "Not answered", "This assistant does not help with such requests."),
    "blocked": Verdict("none", "shield", "Blocked", "It reads like an instruction to the assistant."),
    "handed_over": Verdict("none", "support_agent", "Handed over to a person"),
    "small_talk": Verdict("none", "", ""),
}
THREATS = {
    "injection": "it reads like an instruction to the assistant",
    "jailbreak": "it gives the assistant a part to play that knows no rules",
    "extraction": "it asks for the assistant's own instructions",
    "active_content": "it is code rather than a question",
    "exfiltration": "it would make an answer carry data away",
    "unsafe": "it asks for something that could do harm",
    "self_harm": "somebody may be in danger",
}
"""What a question was taken for."""
BECAME: dict[CitationStatus, str] = {
    "superseded": "superseded",
    "changed": "says something else now",
    "gone": "no longer there",
}
"""What has become of a source, behind its name."""


def verdict(answer: AnswerForm) -> Verdict:
    """What one glance should tell about an answer; small talk needs none: nothing has to support it."""
    if answer.stale:
        return Verdict("warn", "published_with_changes", "The sources of this answer have changed", _became(answer))
    if answer.readings and answer.outcome == "not_found":
        return Verdict("none", "search_off", "Nothing found", "The records have no rows for this.")
    if answer.outcome in _BY_OUTCOME:
        return _BY_OUTCOME[answer.outcome]
    if answer.support == "conflict":
        return Verdict("bad", "call_split", "Sources disagree", _sides(answer))
    if answer.support == "partial":
        return _partly(answer)
    return Verdict("good", "check_circle", "Supported", _supported(answer))


def _partly(answer: AnswerForm) -> Verdict:
    """What is said of an answer whose support is partial: of quotes that may be one, and of text from these."""
    if answer.readings:
        return Verdict("warn", "rule", "Partly supported", "For much of the time nothing was heard of some vehicles.")
    if answer.probable:
        return Verdict("warn", "contrast", "Probably", "Read it before you rely on it.")
    if answer.instruction:
        return Verdict("none", "campaign", "Standing instruction", "What to do where a message sounds like this one.")
    if answer.outcome == "quoted":
        return Verdict("warn", "rule", "Nearest passages", "They may not answer the question, or not all of it.")
    return Verdict("warn", "rule", "Not sure", "Its sources say each sentence, but may not answer all of the question.")


def _supported(answer: AnswerForm) -> str:
    if answer.readings:
        return "Each figure stands in the reading above."
    if answer.outcome != "quoted":
        return "Each sentence was checked against the sources."
    if answer.model:
        return "Quotes first; what is written below was checked against them."
    return "Quoted word for word from the documents."


def _sides(answer: AnswerForm) -> str:
    titles = list(dict.fromkeys(f"“{c.title}”" for c in answer.citations))
    if len(titles) < 2:
        return "It says different things in different places; all are quoted."
    return f"{' and '.join((', '.join(titles[:-1]), titles[-1]))} say different things; each is quoted."


def source_status(citation: CitationForm) -> CitationStatus:
    """What has become of a source; one that was an older version already when it was cited is superseded."""
    return "superseded" if citation.superseded and citation.status == "current" else citation.status


def _became(answer: AnswerForm) -> str:
    changed = _sources([c for c in answer.citations if c.status == "changed"])
    gone = _sources([c for c in answer.citations if c.status == "gone"])
    said = [f"{changed[0]} {'says' if changed[1] == 1 else 'say'} something else now."] if changed[1] else []
    said += [f"{gone[0]} {'is' if gone[1] == 1 else 'are'} no longer there."] if gone[1] else []
    return " ".join(said)


def _sources(citations: Sequence[CitationForm]) -> tuple[str, int]:
    """ "Source 1", "Sources 1 and 3", "Sources 1, 2 and 3", and how many they are."""
    numbers = [str(n) for n in sorted({c.number for c in citations})]
    if len(numbers) < 2:
        return f"Source {''.join(numbers)}", len(numbers)
    return f"Sources {', '.join(numbers[:-1])} and {numbers[-1]}", len(numbers)


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun: "1 document", "14 documents"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def local(moment: datetime) -> datetime:
    """A moment in the time of this machine; one without a zone is UTC."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone()


def day(moment: datetime, today: date | None = None) -> str:
    """The day of a moment: "Today", "Yesterday", "Tuesday", "3 March", "3 March 2025"."""
    when, now = local(moment).date(), today or datetime.now().astimezone().date()
    ago = (now - when).days
    if ago <= 0:
        return "Today"
    if ago == 1:
        return "Yesterday"
    if ago < 7:
        return f"{when:%A}"
    return f"{when.day} {when:%B}" if when.year == now.year else f"{when.day} {when:%B %Y}"


def on_day(moment: datetime) -> str:
    """The day of a moment within a sentence: "added today", "added 3 March"."""
    name = day(moment)
    return name.lower() if name in {"Today", "Yesterday"} else name


def knows(assistant: AssistantForm) -> str:
    """What an assistant looks through for an answer."""
    documents = counted(assistant.documents, "document")
    return f"the live records and {documents}" if assistant.live is not None else documents


def live(assistant: AssistantForm) -> str:
    """How fresh an assistant's live data is; empty where it has none."""
    if assistant.live is None or assistant.live.newest is None:
        return ""
    newest = assistant.live.newest.astimezone(zone_of(assistant.live.zone))
    return f"Live, as of {moment(newest, zone_of(assistant.live.zone), seconds=False)}"


def freshness(assistant: AssistantForm) -> str:
    """How much an assistant knows, and how fresh it is."""
    if not assistant.documents:
        return "No documents yet"
    known = counted(assistant.documents, "document")
    if assistant.newest is None:
        return known
    return f"{known}, newest {on_day(assistant.newest)}"


def seconds(milliseconds: float) -> str:
    """A duration in seconds, with as many digits as say something."""
    value = milliseconds / 1000
    return f"{value:.2f} s" if value < 10 else f"{value:.0f} s"


def size(number: int) -> str:
    """Bytes in the unit that people use."""
    if number < 1000:
        return f"{number} bytes"
    if number < 1_000_000:
        return f"{number / 1000:.0f} kB"
    return f"{number / 1_000_000:,.1f} MB" if number < 100_000_000 else f"{number / 1_000_000:,.0f} MB"


def where(page: int | None, heading: list[str], title: str = "") -> str:
    """A place in a document: its page, or else the last heading above it."""
    if page is not None:
        return f"page {page}"
    last = next((h for h in reversed(heading) if h and h != title), "")
    return f"“{last}”" if last else ""


def dated(version: str, valid_from: str | None) -> str:
    """What is known of a document's version and validity."""
    valid = _readable(valid_from)
    if valid:
        return f"valid from {valid}"
    return f"version {version}" if version and version != "1" else ""


def _readable(iso: str | None) -> str:
    try:
        when = date.fromisoformat((iso or "")[:10])
    except ValueError:
        return iso or ""
    return f"{when.day} {when:%B %Y}"
