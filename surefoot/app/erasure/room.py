"""Carries out erasures: asked for in the trail first, each step repeatable, proved after each store was checked."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text
from sqlmodel import Session, col, delete

from surefoot.app.accounts.actor import LOCAL_ID, own_group
from surefoot.app.accounts.tables import InvitationRow, KeyRow, PersonRow, SessionRow
from surefoot.app.audit.destroying import destroy_key
from surefoot.app.erasure.proof import Proof, search, snippets
from surefoot.core.journal import Act, ActKind, Fact, Journal
from surefoot.eval.forgetting import Forgetting as EvalForgetting
from surefoot.ingestion.aliases import Aliases
from surefoot.ingestion.catalogue import Catalogue, Entry
from surefoot.ingestion.forgetting import Forgetting as IngestionForgetting
from surefoot.ingestion.pipeline import Pipeline
from surefoot.serving.assistants import AssistantRegistry
from surefoot.serving.forgetting import Forgetting as ServingForgetting
from surefoot.serving.forgetting import Gone


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
            self._settle()
            return self._proved(document_id, who, gone, (1, own))

    def person(self, person_id: str, name: str, who: str) -> Erased:
        """Erase a person: account, conversations, thumbs, traces, private assistants, and the key to the trail.

        Documents that they fed for others stay, as nobody's.
        """
        with self._one:
            stores = self._stores
            self._note(Act(ActKind.ERASURE_ASKED, of=person_id, who=who))
            documents = self._private(person_id, who)
            gone = stores.answers.of_owner(person_id)
            stores.judgements.of_answers(gone.answers, gone.traces)
            stores.judgements.of_owner(person_id)
            stores.library.of_owner(person_id)
            with stores.sessions() as session:
                for table in (SessionRow, KeyRow, InvitationRow):
                    session.exec(delete(table).where(col(table.person_id) == person_id))
                session.exec(delete(PersonRow).where(col(PersonRow.id) == person_id))
                destroy_key(session, stores.journal, person_id, who)
                session.commit()
            self._settle()
            named = [name.encode("utf-8")] if len(name) >= 4 and person_id != LOCAL_ID else []
            return self._proved("", who, gone, (documents, named))

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

    def _private(self, person_id: str, who: str) -> int:
        """Erase a person's private assistants with all in them; how many documents that were."""
        stores, own, documents = self._stores, frozenset({own_group(person_id)}), 0
        for spec in stores.assistants.list():
            if spec.private and spec.groups == own:
                for entry in stores.catalogue.list(spec.name):
                    self._document(entry, who)
                    documents += 1
                stores.assistants.delete(spec.name)
        return documents

    def _settle(self) -> None:
        """Take what was deleted out of the files, too."""
        stores = self._stores
        stores.pipeline.erase()
        with stores.sessions() as session:
            if session.get_bind().dialect.name == "sqlite":
                session.connection().execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))

    def _proved(self, document_id: str, who: str, gone: Gone, looked: tuple[int, list[bytes]]) -> Erased:
        documents, wanted = looked
        proof = search(self._stores.data, wanted) if wanted else Proof(0, 0, 0, ())
        facts: dict[str, Fact] = {
            "documents": documents,
            "answers": len(gone.answers),
            "conversations": gone.conversations,
            "snippets": proof.snippets,
            "files": proof.files,
            "found_in": len(proof.found),
        }
        self._note(Act(ActKind.ERASURE_PROVED, document_id, facts=facts, who=who))
        return Erased(documents, len(gone.answers), gone.conversations, proof)

    def _note(self, act: Act) -> None:
        with self._stores.sessions() as session:
            self._stores.journal.write(session, act)
            session.commit()
