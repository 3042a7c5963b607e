"""An answer on its way: read in a thread of its own, so that nothing that people click interrupts it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from surefoot.app.client.errors import ClientError
from surefoot.app.client.events import AnswerEvent, AnswerReady, Ask, ClaimChecked, EvidenceFound, TextAdded
from surefoot.app.client.forms import AnswerForm, CitationForm, PassageForm
from surefoot.app.client.hangup import HangUp
from surefoot.app.client.http import Client
from surefoot.app.client.reading_forms import ReadingForm

NEW = "new"
"""What the server calls a conversation that does not exist yet."""
LOOK_SECONDS = 1.0
"""How often it is looked whether the reader is still there."""
AWAY_SECONDS = 3.0
"""A reader who is gone for so long has left; a reload comes back sooner."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What has arrived of an answer."""

    version: int = 0
    passages: tuple[PassageForm, ...] | None = None
    """None until the search is done."""
    readings: tuple[ReadingForm, ...] = ()
    text: str = ""
    citations: tuple[CitationForm, ...] = ()
    withheld: tuple[str, ...] = ()
    answer: AnswerForm | None = None
    """The whole answer, once it is complete."""
    error: str = ""
    """What went wrong, in words; empty where nothing did."""
    stopped: bool = False
    """The reader stopped it; what had arrived stays."""

    @property
    def live(self) -> bool:
        """Whether more is coming."""
        return self.answer is None and not self.error and not self.stopped


@dataclass(slots=True)
class Asking:
    """One question that is being answered."""

    question: str
    assistant: str
    conversation_id: str | None
    """None for one that this question begins."""
    turn: int
    """Its position in the conversation, from 0."""
    fresh: bool = False
    """Made anew, also where the same was answered before."""
    progress: Progress = field(default_factory=Progress)
    hang_up: HangUp = field(default_factory=HangUp)
    started: float = field(default_factory=time.monotonic)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self, client: Client, reader_is_there: Callable[[], bool]) -> None:
        """Begin to read the answer, for as long as the reader is there."""
        threading.Thread(target=self._read, args=(client,), daemon=True).start()
        threading.Thread(target=self._watch, args=(reader_is_there,), daemon=True).start()

    def stop(self) -> None:
        """End it; the server stops, and what has arrived stays."""
        self._change(lambda now: replace(now, stopped=True) if now.live else now)
        self.hang_up.now()

    def _read(self, client: Client) -> None:
        try:
            ask = Ask(self.question, self.assistant, self.conversation_id or NEW, fresh=self.fresh)
            for event in client.ask(ask, self.hang_up):
                self._change(lambda now, event=event: _after(now, event))
        except ClientError as error:
            message = error.message
            self._change(lambda now: replace(now, error=message) if now.live else now)
        except Exception as error:  # noqa: BLE001  the thread's border: a page that waits for ever would be worse
            words = f"The answer could not be read ({type(error).__name__}). Ask again."
            self._change(lambda now: replace(now, error=words) if now.live else now)

    def _watch(self, reader_is_there: Callable[[], bool]) -> None:
        seen = time.monotonic()
        while self.progress.live:
            time.sleep(LOOK_SECONDS)
            if reader_is_there():
                seen = time.monotonic()
            elif time.monotonic() - seen > AWAY_SECONDS:
                self.stop()

    def _change(self, change: Callable[[Progress], Progress]) -> None:
        with self._lock:
            after = change(self.progress)
            self.progress = replace(after, version=self.progress.version + 1)


def _after(now: Progress, event: AnswerEvent) -> Progress:
    """What has arrived once an event is added."""
    if now.stopped:
        return now
    match event:
        case EvidenceFound():
            return replace(now, passages=event.passages, readings=event.readings)
        case ClaimChecked():
            return now if event.supported else replace(now, withheld=(*now.withheld, event.text))
        case TextAdded():
            return replace(now, text=now.text + event.text, citations=now.citations + event.citations)
        case AnswerReady():
            return replace(now, answer=event.answer)
