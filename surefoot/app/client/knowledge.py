"""The part of the client that is about where knowledge comes from: sources and runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from surefoot.app.client.run_forms import FailureGroup, FailureList, RunForm, RunItemList, RunList
from surefoot.app.client.source_forms import (
    ConnectionTest,
    KindForm,
    KindList,
    NewSource,
    SourceChange,
    SourceDeleted,
    SourceForm,
    SourceList,
)
from surefoot.app.client.transport import Transport

TEST_SECONDS = 60.0
"""A connection that is tested gives up on its own within seconds; this is for the slowest."""


class Knowledge:
    """Sources and runs over HTTP. Every method raises ClientError."""

    def __init__(self, http: Transport) -> None:
        self._http = http

    # Sources

    def kinds(self) -> list[KindForm]:
        """List the kinds of sources that this installation has."""
        return KindList.model_validate(self._http.json("GET", "/source-kinds")).kinds

    def sources(self, assistant: str | None = None) -> list[SourceForm]:
        """List the sources of one assistant, or of all that the asker may see."""
        params = {"assistant": assistant} if assistant else None
        return SourceList.model_validate(self._http.json("GET", "/sources", params=params)).sources

    def source(self, source_id: str) -> SourceForm:
        """Give one source."""
        return SourceForm.model_validate(self._http.json("GET", f"/sources/{_part(source_id)}"))

    def add_source(self, new: NewSource) -> SourceForm:
        """Make a source; it is not run before it is asked for, or its time comes."""
        return SourceForm.model_validate(self._http.json("POST", "/sources", json=new.model_dump(mode="json")))

    def change_source(self, source_id: str, change: SourceChange) -> SourceForm:
        """Change what is set in `change`."""
        body = change.model_dump(mode="json", exclude_unset=True)
        return SourceForm.model_validate(self._http.json("PATCH", f"/sources/{_part(source_id)}", json=body))

    def delete_source(self, source_id: str, *, keep: bool) -> SourceDeleted:
        """Delete a source; its documents stay in the library where they shall be kept, and are deleted elsewise."""
        params = {"keep": "true" if keep else "false"}
        return SourceDeleted.model_validate(self._http.json("DELETE", f"/sources/{_part(source_id)}", params=params))

    def test_source(self, kind: str, settings: dict[str, Any]) -> ConnectionTest:
        """Try the connection of settings that are not saved yet."""
        body = {"kind": kind, "settings": settings}
        return ConnectionTest.model_validate(self._http.json("POST", "/sources/test", json=body, timeout=TEST_SECONDS))

    def run_source(self, source_id: str) -> RunForm:
        """Begin a run; where one of the same source waits already, that one is given."""
        return RunForm.model_validate(self._http.json("POST", f"/sources/{_part(source_id)}/run"))

    # Runs

    def runs(self, assistant: str | None = None, source: str | None = None, limit: int = 50) -> list[RunForm]:
        """List runs, the newest first."""
        given = {"assistant": assistant, "source": source, "limit": limit}
        params = {name: value for name, value in given.items() if value is not None}
        return RunList.model_validate(self._http.json("GET", "/runs", params=params)).runs

    def run(self, run_id: str) -> RunForm:
        """Give one run with its progress."""
        return RunForm.model_validate(self._http.json("GET", f"/runs/{_part(run_id)}"))

    def run_items(self, run_id: str, status: str | None = None, offset: int = 0, limit: int = 100) -> RunItemList:
        """Give a page of a run's documents, by path; those of one status, or all."""
        params: dict[str, str | int] = {"offset": offset, "limit": limit}
        if status:
            params["status"] = status
        return RunItemList.model_validate(self._http.json("GET", f"/runs/{_part(run_id)}/items", params=params))

    def run_failures(self, run_id: str) -> list[FailureGroup]:
        """Give the reasons for which documents failed or were rejected, the most frequent first."""
        return FailureList.model_validate(self._http.json("GET", f"/runs/{_part(run_id)}/failures")).failures

    def cancel_run(self, run_id: str) -> RunForm:
        """End a run after the document at hand; what it has read stays."""
        return self._act(run_id, "cancel")

    def pause_run(self, run_id: str) -> RunForm:
        """Halt a run after the document at hand."""
        return self._act(run_id, "pause")

    def resume_run(self, run_id: str) -> RunForm:
        """Go on with a paused run."""
        return self._act(run_id, "resume")

    def confirm_run(self, run_id: str) -> RunForm:
        """Let a waiting run remove the many documents that its source no longer has."""
        return self._act(run_id, "confirm")

    def retry_run(self, run_id: str, paths: Sequence[str] = ()) -> RunForm:
        """Begin a run that tries some of a run's documents again; without `paths` all that failed."""
        return self._act(run_id, "retry", {"paths": list(paths), "all": not paths})

    def accept_run(self, run_id: str, paths: Sequence[str]) -> RunForm:
        """Take in rejected documents of a run although a quality rule rejects them."""
        return self._act(run_id, "accept", {"paths": list(paths)})

    def _act(self, run_id: str, act: str, body: dict[str, Any] | None = None) -> RunForm:
        return RunForm.model_validate(self._http.json("POST", f"/runs/{_part(run_id)}/{act}", json=body))


def _part(name: str) -> str:
    return quote(name, safe="")
