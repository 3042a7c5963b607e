"""A world of people, groups, documents and questions, in which every reader's view is searched for closed words."""

from __future__ import annotations

import json
import random
import socket
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import httpx

from surefoot.app.accounts.people import Change
from surefoot.app.address import Address, write_address
from surefoot.app.api.application import create_api, guarded
from surefoot.app.api.paces import Paces
from surefoot.app.bench.visiting import visit
from surefoot.app.client import cookies
from surefoot.app.parts import App
from surefoot.core.nouns import Asker
from surefoot.ingestion.results import SourceFile
from surefoot.serving.access import CLOSED
from tests.app.running import listening
from tests.end_to_end.browsing import pages_of

ASSISTANT = "garage"
GROUPS = tuple(f"team-{n}" for n in range(12))
SUBJECTS = (
    "crane", "pump", "lift", "press", "mixer", "drill", "winch", "boiler", "valve", "conveyor", "turbine", "furnace",
    "sprayer", "grinder", "loader", "dozer",
)  # fmt: skip
PEOPLE, DOCUMENTS = 10, 48
MOST_ANSWERS = 60
"""Of one person that are opened in one look: in 10,000 questions each has a thousand."""
SECTIONS = ("", "about", "versions", "quality", "answers")
PAGES = ("fleet", "library", "sources", "runs", "account", "people", "audit")


@dataclass
class Paper:
    """A document with its canary."""

    id: str
    canary: str
    subject: str
    groups: frozenset[str]


@dataclass
class Flock:
    """What came of the questions."""

    questions: int = 0
    views: int = 0
    """Responses and pages that were searched for canaries."""
    pages: int = 0
    """Pages among them, as they are drawn."""
    shown_on_pages: int = 0
    shown: int = 0
    """Canaries that a reader saw and may see."""
    closed: int = 0
    """Earlier answers that were closed to their reader by a change."""
    changes: int = 0
    leaks: list[str] = field(default_factory=list[str])


@contextmanager
def api_and_pages(app: App) -> Generator[tuple[str, str]]:
    """The addresses of an API over these parts, and of its pages, each behind a real server."""
    data = app.settings.data
    address = Address.of("127.0.0.1", 0)
    api = create_api(app)
    api.state.paces = Paces(10**6, 10**3)  # ten people ask here as fast as the machine answers
    with listening(guarded(api, app, address.token)) as url:
        write_address(data, replace(address, url=url))
        with socket.socket() as some:
            some.bind(("127.0.0.1", 0))
            port = int(some.getsockname()[1])
        with pages_of(data, port) as pages:
            yield url, pages


class World:
    """Plays on a running API; all chance comes from one seed."""

    def __init__(self, url: str, app: App, chance: random.Random, pages: str = "") -> None:
        """pages: where the pages of this API are; they are looked at, too, where there are some."""
        self._url = url
        self._pages = pages
        self._cookies: dict[str, str] = {}
        self._app = app
        self._chance = chance
        self._papers: dict[str, Paper] = {}
        self._clients: dict[str, httpx.Client] = {}
        self._groups: dict[str, frozenset[str]] = {}
        self._said: dict[str, list[tuple[str, str, str]]] = {}
        """Answer, conversation and trace by person."""
        self._blind = False

    def settle(self) -> None:
        """Make people and documents."""
        people, sessions = self._app.accounts.people, self._app.accounts.sessions
        for number in range(PEOPLE):
            groups = self._some_groups(4)
            person, _ = people.invite(f"Person {number}", ["contributor", "prompt engineer"], groups)
            token = sessions.begin(person.id)
            headers = {"Authorization": f"Bearer {token}"}
            self._cookies[person.id] = f"{cookies.SESSION}={token}"
            self._clients[person.id] = httpx.Client(base_url=self._url, headers=headers, timeout=120)
            self._groups[person.id] = groups
            self._said[person.id] = []
        for number in range(DOCUMENTS):
            self._write(number)

    def believe_nothing_is_open(self) -> None:
        """From now on every canary counts as closed to everybody: what is shown then is seen as a leak."""
        self._blind = True

    def fly(self, questions: int, pages_every: int = 25) -> Flock:
        """Ask so many questions, with changes between them, and search what everybody sees; pages now and then."""
        flock = Flock()
        for number in range(questions):
            who = self._chance.choice(list(self._clients))
            self._ask(who, flock)
            if number % 9 == 8:
                self._change(flock)
            reader = self._chance.choice(list(self._clients))
            self._look(reader, flock, whole=number % 25 == 24)
            if self._pages and number % pages_every == pages_every // 2:
                self._leaf(reader, flock)
            flock.questions += 1
        return flock

    def _write(self, number: int) -> None:
        canary = f"canary{self._chance.getrandbits(40):010x}"
        subject = SUBJECTS[number % len(SUBJECTS)]
        groups = self._some_groups(3) or frozenset({GROUPS[0]})
        text = (
            f"# Rules of the {subject} {number}\n\nThe {subject} of hall {number} is greased with {canary} every "
            f"{number + 3} weeks.\n\n## Parking\n\nThe {subject} of hall {number} is parked beside {canary} at night.\n"
        )
        pipeline = self._app.library.pipeline
        file = SourceFile(f"{subject}-{number}.md", text.encode())
        result = pipeline.ingest(file, ASSISTANT, Asker("papers", frozenset()), groups)
        document_id = str(result.document_id)
        self._papers[document_id] = Paper(document_id, canary, subject, groups)

    def _some_groups(self, most: int) -> frozenset[str]:
        return frozenset(self._chance.sample(GROUPS, self._chance.randint(0, most)))

    def _ask(self, who: str, flock: Flock) -> None:
        paper = self._chance.choice(list(self._papers.values()))
        question = self._chance.choice(
            (
                f"How often is the {paper.subject} greased, and with what?",
                f"Beside what is the {paper.subject} parked at night?",
                f"Which rules are there for the {paper.subject}?",
            )
        )
        client = self._clients[who]
        body = {"model": ASSISTANT, "messages": [{"role": "user", "content": question}], "conversation_id": "new"}
        answer = client.post("/v1/chat/completions", json=body)
        self._search(who, "POST /v1/chat/completions", answer, flock)
        told = answer.json()["surefoot"]
        self._said[who].append((told["id"], told["conversation_id"], told["trace_id"]))
        found = client.post("/search", json={"query": question, "assistant": ASSISTANT, "k": 20})
        self._search(who, "POST /search", found, flock)

    def _change(self, flock: Flock) -> None:
        """One change: a document's groups, a person's, a conversation that is shared, a document that goes or comes."""
        flock.changes += 1
        deed = self._chance.choice(("document", "document", "person", "person", "share", "gone", "new"))
        if deed == "document":
            paper = self._chance.choice(list(self._papers.values()))
            paper.groups = self._some_groups(3) or frozenset({GROUPS[1]})
            self._app.library.pipeline.describe(paper.id, None, None, paper.groups)
        elif deed == "person":
            who = self._chance.choice(list(self._clients))
            self._groups[who] = self._some_groups(4)
            self._app.accounts.people.change(who, Change(groups=self._groups[who]))
        elif deed == "share":
            who = self._chance.choice(list(self._clients))
            if self._said[who]:
                _, conversation, _ = self._chance.choice(self._said[who])
                body = {"groups": sorted(self._groups[who] | {"everyone"})}
                self._clients[who].put(f"/conversations/{conversation}/groups", json=body)
        elif deed == "gone" and len(self._papers) > DOCUMENTS // 2:
            gone = self._chance.choice(sorted(self._papers))
            self._app.library.pipeline.delete(gone)
            del self._papers[gone]
        else:
            self._write(self._chance.randint(1000, 100_000))

    def _look(self, reader: str, flock: Flock, *, whole: bool) -> None:
        """Search what a reader can open: their own and others' answers, documents, lists; each route when `whole`."""
        client = self._clients[reader]
        for method, path, body in self._views(reader, whole=whole):
            got = client.request(method, path, json=body)
            self._search(reader, f"{method} {path}", got, flock)
            flock.closed += got.text.count(CLOSED) if path.startswith("/answers/") else 0

    def _views(self, reader: str, *, whole: bool) -> Iterator[tuple[str, str, Any]]:
        owners = [who for who, said in self._said.items() if said]
        owner = self._chance.choice(owners)
        for said in self._said[reader][-1:], self._said[owner][-2:]:
            for answer, conversation, trace in said:
                for path in (f"/answers/{answer}", f"/conversations/{conversation}", f"/traces/{trace}",
                             f"/answers/stale?ids={answer}"):  # fmt: skip
                    yield "GET", path, None
        paper = self._chance.choice(sorted(self._papers))
        yield "GET", f"/documents/{paper}", None
        yield "GET", f"/library/{paper}", None
        if whole:
            yield from self._everything(reader, owner)

    def _everything(self, reader: str, owner: str) -> Iterator[tuple[str, str, Any]]:
        for said in self._said[reader], self._said[owner]:
            for answer, _, _ in self._chance.sample(said, min(MOST_ANSWERS, len(said))):
                yield "GET", f"/answers/{answer}", None
        for answer, _, _ in self._said[reader][:2]:
            yield "POST", f"/answers/{answer}/replay", {}
        for document in sorted(self._papers):
            yield "GET", f"/documents/{document}/original", None
            yield "GET", f"/documents/{document}/answers", None
        for path in ("/conversations", f"/documents?assistant={ASSISTANT}", f"/library?assistant={ASSISTANT}&limit=500",
                     f"/gaps?assistant={ASSISTANT}", "/assistants", f"/assistants/{ASSISTANT}/suggestions",
                     "/v1/models", "/me/export", "/runs", "/sources", "/status", "/openapi.json"):  # fmt: skip
            yield "GET", path, None

    def _leaf(self, reader: str, flock: Flock) -> None:
        """Open every page as somebody: the lists, a document that is theirs and one of chance, conversations."""
        before = flock.shown
        for query in self._queries(reader):
            drawn = visit(self._pages, query, self._cookies[reader])
            assert b"Sign in to go on" not in drawn, "the page must know its reader, or it shows nothing"
            self._held(reader, f"page ?{query}", drawn.decode("utf-8", "replace"), flock)
            flock.pages += 1
        flock.shown_on_pages += flock.shown - before

    def _queries(self, reader: str) -> Iterator[str]:
        yield from ("", f"assistant={ASSISTANT}", *(f"view={name}" for name in PAGES))
        yield f"view=library&assistant={ASSISTANT}"
        owner = self._chance.choice([who for who, said in self._said.items() if said])
        for _, conversation, _ in (*self._said[reader][-2:], *self._said[owner][-2:]):
            yield f"conversation={conversation}"
        theirs = [paper.id for paper in self._papers.values() if paper.groups & self._groups[reader]]
        for document in (*theirs[:1], self._chance.choice(sorted(self._papers))):
            for section in SECTIONS:
                yield f"view=library&document={document}&section={section}"

    def _search(self, reader: str, where: str, got: httpx.Response, flock: Flock) -> None:
        text = got.text if "json" not in got.headers.get("content-type", "") else json.dumps(got.json())
        self._held(reader, f"{where} ({got.status_code})", text, flock)

    def _held(self, reader: str, where: str, text: str, flock: Flock) -> None:
        """Look for the canaries of closed documents; a document that is gone is closed to whom it never was open."""
        flock.views += 1
        for paper in self._papers.values():
            if paper.canary not in text:
                continue
            if self._blind or paper.groups.isdisjoint(self._groups[reader]):
                flock.leaks.append(f"{where} shows {reader} the word of {paper.id}")
            else:
                flock.shown += 1
