"""The part of the client that is about editions of the index."""

from __future__ import annotations

from urllib.parse import quote

from surefoot.app.client.edition_forms import EditionDropped, EditionForm, EditionList, NewEdition
from surefoot.app.client.transport import Transport

COMPARE_SECONDS = 4 * 3600.0


class EditionsClient:
    """Editions over HTTP. Every method raises ClientError."""

    def __init__(self, http: Transport) -> None:
        self._http = http

    def list(self) -> EditionList:
        """List the editions and the encoders."""
        return EditionList.model_validate(self._http.json("GET", "/editions"))

    def get(self, name: str) -> EditionForm:
        """Give one edition with its progress."""
        return EditionForm.model_validate(self._http.json("GET", _path(name)))

    def build(self, new: NewEdition) -> EditionForm:
        """Make an edition and begin to build it in the background; or go on with one that is there."""
        return EditionForm.model_validate(self._http.json("POST", "/editions", json=new.model_dump()))

    def compare(self, name: str) -> EditionForm:
        """Play all assistants' cases on an edition and on the live one, and keep how they fared."""
        answer = self._http.json("POST", f"{_path(name)}/compare", timeout=COMPARE_SECONDS)
        return EditionForm.model_validate(answer)

    def switch(self, name: str) -> EditionForm:
        """Search an edition from the next question on."""
        return EditionForm.model_validate(self._http.json("POST", f"{_path(name)}/switch"))

    def rollback(self) -> EditionForm:
        """Search the edition again that was live before."""
        return EditionForm.model_validate(self._http.json("POST", "/editions/rollback"))

    def drop(self, name: str) -> EditionDropped:
        """Delete an edition with its index."""
        return EditionDropped.model_validate(self._http.json("DELETE", _path(name)))


def _path(name: str) -> str:
    return f"/editions/{quote(name, safe='')}"
