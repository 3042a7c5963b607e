"""The part of the client that is about erasure, retention, exports and backups."""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import closing
from urllib.parse import quote

from surefoot.app.client.erasure_forms import (
    BackupForm,
    BackupProgress,
    ErasedForm,
    PersonExport,
    RetentionApplied,
    RetentionForm,
)
from surefoot.app.client.errors import ClientError
from surefoot.app.client.transport import Transport, told_error


class Erasures:
    """Erasures over HTTP. Every method raises ClientError."""

    def __init__(self, http: Transport, seconds: float) -> None:
        self._http = http
        self._seconds = seconds

    def document(self, document_id: str) -> ErasedForm:
        """Erase a document."""
        body = {"document_id": document_id}
        return ErasedForm.model_validate(
            self._http.json("POST", "/erasures/document", json=body, timeout=self._seconds)
        )

    def person(self, person_id: str, name: str) -> ErasedForm:
        """Erase a person."""
        body = {"person_id": person_id, "name": name}
        return ErasedForm.model_validate(self._http.json("POST", "/erasures/person", json=body, timeout=self._seconds))

    def retention(self) -> RetentionForm:
        """How long what is kept."""
        return RetentionForm.model_validate(self._http.json("GET", "/retention"))

    def apply_retention(self) -> RetentionApplied:
        """Take out now what was kept long enough."""
        found = self._http.json("POST", "/retention/apply", timeout=self._seconds)
        return RetentionApplied.model_validate(found)

    def backup(self, path: str) -> Generator[BackupProgress | BackupForm]:
        """Make a backup on the server's machine, yielding how far it is and last the result."""
        with closing(self._http.lines("/backups", {"path": path}, self._seconds)) as lines:
            for line in lines:
                row = dict(json.loads(line))
                if "error" in row:
                    raise told_error(row) or ClientError(str(row["error"]))
                if "result" in row:
                    yield BackupForm.model_validate(row["result"])
                    return
                yield BackupProgress.model_validate(row)
        raise ClientError(
            "The server stopped before the backup was whole: there is none. Make it again.", "interrupted"
        )

    def export(self, person_id: str | None = None) -> PersonExport:
        """All that is kept about a person; of oneself unless one is named."""
        path = f"/people/{quote(person_id, safe='')}/export" if person_id else "/me/export"
        return PersonExport.model_validate(self._http.json("GET", path, timeout=self._seconds))
