"""Carries out erasures: asked for in the trail first, each step repeatable, proved after each store was checked."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text
from sqlmodel import Session, col, delete, select

from surefoot.app.accounts.actor import LOCAL_ID, own_group
from surefoot.app.accounts.tables import (
    ApprovalRow,
    InvitationRow,
    KeyRow,
    KnownAddressRow,
    PersonRow,
    RecoveryCodeRow,
    SecondStepRow,
    SessionRow,
)
from surefoot.app.audit.destroying import destroy_key
from surefoot.app.erasure.proof import LONGEST, SHORTEST, Proof, forms, scrub, search, snippets
from surefoot.core.journal import SYSTEM, Act, ActKind, Fact, Journal
from surefoot.eval.forgetting import Forgetting as EvalForgetting
from surefoot.ingestion.aliases import Aliases
from surefoot.ingestion.catalogue import Catalogue, Entry
from surefoot.ingestion.forgetting import Forgetting as IngestionForgetting
from surefoot.ingestion.pipeline import Pipeline
from surefoot.serving.assistants import AssistantRegistry, AssistantSpec
from surefoot.serving.forgetting import Forgetting as ServingForgetting
from surefoot.serving.forgetting import Gone

DATABASE = "surefoot.db"
MOST_PIECES = 200
"""Pieces of what a person wrote that are looked for, spread over all of it."""
MOST_LINES = 50
"""Lines of one document of theirs that are among these."""
PERSONAL = (SessionRow, KeyRow, InvitationRow, KnownAddressRow, RecoveryCodeRow, SecondStepRow, ApprovalRow)
"""Tables of accounts that name a person."""


@dataclass(frozen=True, slots=True)
class Stores:
    """Where something of a document or a person may lie."""

    data: Path
    sessions: Callable[[], Session]
    journal: Journal
    assistants: AssistantRegistry
    catalogue: Catalogue
    aliases: Aliases
    pipeline: Pipeline
    answers: ServingForgetting
    judgements: EvalForgetting
    library: IngestionForgetting


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure took out, and the proof."""

    documents: int
    answers: int
    conversations: int
    proof: Proof


class Erasure:
    """Erases documents and people; one erasure at a time."""

    def __init__(self, stores: Stores) -> None:
        self._stores = stores
        self._one = threading.Lock()

    def document(self, document_id: str, who: str) -> Erased | None:
        """Erase a document from everything that is kept, with every answer that something of it may be in.

        It does not come back from its source or folder. None where there is no such document.
        """
        with self._one:
            entry = self._stores.catalogue.get(document_id)
            if entry is None:
                return None
            stores = self._stores
            own = snippets(stores.catalogue.text(document_id), lambda s: stores.library.said_elsewhere(s, document_id))
            self._note(Act(ActKind.ERASURE_ASKED, document_id, who=who))
            gone = self._document(entry, who)
            stores.pipeline.erase_quarantined(own)
            self._settle()
            return self._proved(document_id, who, gone, (1, own))

    def person(self, person_id: str, name: str, who: str) -> Erased:
        """Erase a person: account, conversations, thumbs, traces, private assistants, and the key to the trail.

        Documents that they fed for others stay, as nobody's.
        """
        with self._one:
            stores = self._stores
            self._note(Act(ActKind.ERASURE_ASKED, of=person_id, who=who))
            wanted = self._written_by(person_id, name)
            documents = self._private(person_id, who)
            gone = stores.answers.of_owner(person_id)
            stores.judgements.of_answers(gone.answers, gone.traces)
            stores.judgements.of_owner(person_id)
            stores.library.of_owner(person_id)
            with stores.sessions() as session:
                for table in PERSONAL:
                    session.exec(delete(table).where(col(table.person_id) == person_id))
                session.exec(delete(PersonRow).where(col(PersonRow.id) == person_id))
                destroy_key(session, stores.journal, person_id, who)
                session.commit()
            own = [form for piece in wanted if not self._said_by_others(piece) for form in forms(piece)]
            scrub(stores.data / "logs", own)
            stores.pipeline.erase_quarantined(own)
            self._settle()
            return self._proved("", SYSTEM if who == person_id else who, gone, (documents, own))

    def fed_by(self, person_id: str) -> list[tuple[str, str, str]]:
        """Id, assistant and path of what a person fed."""
        return self._stores.library.fed_by(person_id)

    def _document(self, entry: Entry, who: str) -> Gone:
        stores = self._stores
        copies = stores.aliases.of(entry.id)
        for one in (entry, *copies):
            stores.catalogue.keep_away(one.id, who)
        stores.pipeline.delete(entry.id, erase=False)
        gone = stores.answers.of_document(entry.id)
        stores.judgements.of_answers(gone.answers, gone.traces)
        stores.library.of_document(entry.id, [entry.path, *(one.path for one in copies)])
        return gone

    def _written_by(self, person_id: str, name: str) -> list[str]:
        """Pieces of all that a person wrote, and what names them: what is looked for afterwards."""
        stores = self._stores
        texts = [*stores.answers.written_by(person_id), *stores.judgements.written_by(person_id)]
        with stores.sessions() as session:
            texts += session.exec(select(KeyRow.name).where(KeyRow.person_id == person_id)).all()
        for spec in self._assistants_of(person_id):
            texts += [spec.title, spec.name]
            for entry in stores.catalogue.list(spec.name):
                texts += [entry.title, entry.path, *stores.catalogue.text(entry.id).splitlines()[:MOST_LINES]]
        pieces = [piece for text in texts for piece in _pieces(text)]
        named = [one for one in (name, person_id) if len(one) >= 4 and person_id != LOCAL_ID]
        every = max(1, len(pieces) // MOST_PIECES)
        return list(dict.fromkeys([*named, *pieces[::every][:MOST_PIECES]]))

    def _said_by_others(self, piece: str) -> bool:
        """Whether it is somebody else's, too, and so may stand in the files; the person's own is gone by then."""
        stores = self._stores
        with stores.sessions() as session:
            names = session.exec(select(PersonRow.name)).all()
        return (
            any(piece in one for one in names)
            or stores.answers.said(piece)
            or stores.library.said_elsewhere(piece, "")
            or any(piece in (spec.title, spec.name) for spec in stores.assistants.list())
        )

    def _assistants_of(self, person_id: str) -> list[AssistantSpec]:
        own = frozenset({own_group(person_id)})
        return [spec for spec in self._stores.assistants.list() if spec.private and spec.groups == own]

    def _private(self, person_id: str, who: str) -> int:
        """Erase a person's private assistants with all in them; how many documents that were."""
        stores, documents = self._stores, 0
        for spec in self._assistants_of(person_id):
            for entry in stores.catalogue.list(spec.name):
                self._document(entry, who)
                documents += 1
            stores.assistants.delete(spec.name)
            stores.library.of_assistant(spec.name)
            stores.answers.of_assistant(spec.name)
        return documents

    def _settle(self) -> None:
        """Take what was deleted out of the files, too."""
        self._stores.pipeline.erase()
        self._of_the_database("PRAGMA wal_checkpoint(TRUNCATE)")

    def _of_the_database(self, *statements: str) -> None:
        """Run statements of SQLite's own; nothing on PostgreSQL. They wait for who reads or writes just now."""
        with self._stores.sessions() as session:
            if session.get_bind().dialect.name == "sqlite":
                session.connection().commit()
                for statement in statements:
                    session.connection().execution_options(isolation_level="AUTOCOMMIT").execute(text(statement))

    def _proved(self, document_id: str, who: str, gone: Gone, looked: tuple[int, list[bytes]]) -> Erased:
        documents, wanted = looked
        proof = search(self._stores.data, wanted) if wanted else Proof(0, 0, 0, ())
        if any(name.startswith(DATABASE) for name in proof.found):
            # pages that were moved may keep what stood in them: write the file anew, which takes a while
            self._of_the_database("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)")
            proof = search(self._stores.data, wanted)
        facts: dict[str, Fact] = {
            "documents": documents,
            "answers": len(gone.answers),
            "conversations": gone.conversations,
            "snippets": proof.snippets,
            "files": proof.files,
            "bytes": proof.bytes,
            "found_in": len(proof.found),
        }
        self._note(Act(ActKind.ERASURE_PROVED, document_id, facts=facts, who=who))
        return Erased(documents, len(gone.answers), gone.conversations, proof)

    def _note(self, act: Act) -> None:
        with self._stores.sessions() as session:
            self._stores.journal.write(session, act)
            session.commit()


def _pieces(text: str) -> list[str]:
    """The beginning of each line of a text that is long enough to be somebody's own."""
    lines = (line.strip() for line in text.splitlines())
    return [line[:LONGEST].strip() for line in lines if len(line) >= SHORTEST]
