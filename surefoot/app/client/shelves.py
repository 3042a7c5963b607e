"""The part of the client that is about the library."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from surefoot.app.client.forms import IngestedForm
from surefoot.app.client.library_forms import (
    DocumentCard,
    DocumentChange,
    LibraryPage,
    LibraryRow,
    Removed,
    SortName,
)
from surefoot.app.client.transport import Transport


class Shelves:
    """The library over HTTP. Every method raises ClientError."""

    def __init__(self, http: Transport) -> None:
        self._http = http

    def find(
        self, assistant: str, filters: dict[str, str], sort: SortName = "title", page: tuple[int, int] = (0, 100)
    ) -> LibraryPage:
        """Find documents; filters: 'words', 'status', 'source', 'language', 'media_type', 'superseded' (yes, no).

        page: how many to leave out, how many to give.
        """
        params = {**filters, "assistant": assistant, "sort": sort, "offset": str(page[0]), "limit": str(page[1])}
        return LibraryPage.model_validate(self._http.json("GET", "/library", params=params))

    def card(self, document_id: str) -> DocumentCard:
        """Give a document with its quality report, versions and copies."""
        return DocumentCard.model_validate(self._http.json("GET", f"/library/{_part(document_id)}"))

    def change(self, document_id: str, change: DocumentChange) -> LibraryRow:
        """Change title, groups or properties."""
        body = change.model_dump(mode="json", exclude_unset=True)
        return LibraryRow.model_validate(self._http.json("PATCH", f"/library/{_part(document_id)}", json=body))

    def accept(self, document_id: str) -> IngestedForm:
        """Take in a document that a rule of quality rejected."""
        return IngestedForm.model_validate(self._http.json("POST", f"/library/{_part(document_id)}/accept"))

    def remove(self, document_ids: Sequence[str]) -> Removed:
        """Delete documents everywhere."""
        return Removed.model_validate(
            self._http.json("POST", "/library/remove", json={"document_ids": list(document_ids)})
        )

    def outlined_page(self, document_id: str, page: int) -> bytes:
        """Give the image (PNG) of a page with the outlines of its chunks."""
        return self._http.send("GET", f"/library/{_part(document_id)}/pages/{page}.png").content


def _part(name: str) -> str:
    return quote(name, safe="")
