"""One HTTP connection to the server: requests, streams, and errors in the server's words."""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from surefoot.app.client.errors import ClientError
from surefoot.app.client.folder import FOLDER_HEADER
from surefoot.app.client.hangup import HangUp

if TYPE_CHECKING:
    import httpx

CONNECT_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a form upload: its field, the file's name, and its bytes or an open binary file."""

    field: str
    name: str
    content: Any


@dataclass(frozen=True, slots=True)
class Original:
    """A document's original file."""

    name: str
    media_type: str
    data: bytes


class Transport:
    """Sends requests to one server and turns every failure into a ClientError."""

    def __init__(self, url: str, token: str | None, seconds: float, folder: str | None = None) -> None:
        """folder: the name of the data folder whose server it must be, for who does not bring its token."""
        import httpx

        self.url = url.rstrip("/")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        headers |= {FOLDER_HEADER: folder} if folder else {}
        self._http = httpx.Client(
            base_url=self.url,
            headers=headers,
            timeout=httpx.Timeout(seconds, connect=min(CONNECT_SECONDS, seconds)),
            # Building a context of certificates takes longer than most requests on loopback.
            verify=self.url.startswith("https:"),
            # A kept connection may be closed by the server just as a request leaves; on loopback a new one is free.
            limits=httpx.Limits(max_keepalive_connections=0),
            # The server is on this machine: a proxy of the environment must not stand between.
            trust_env=False,
        )

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def send(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Send one request and give its successful response. Raises ClientError."""
        with self._explained():
            response = self._http.request(method, path, **options)
        raise_for(response)
        return response

    def json(self, method: str, path: str, **options: Any) -> Any:
        """Send one request and give the JSON of its response. Raises ClientError."""
        response = self.send(method, path, **options)
        try:
            return response.json()
        except ValueError as error:
            raise ClientError(f"{self.url} did not answer as Surefoot does.", "not_surefoot") from error

    def upload(self, path: str, fields: Mapping[str, str], parts: list[Part], seconds: float) -> Any:
        """Post a multipart form, waiting up to so many seconds for the answer, and give its JSON."""
        files = [(part.field, (part.name, part.content, "application/octet-stream")) for part in parts]
        return self.json("POST", path, data=dict(fields), files=files, timeout=self._patient(seconds))

    def lines(
        self, path: str, body: Mapping[str, Any], seconds: float, hang_up: HangUp | None = None
    ) -> Generator[str]:
        """Post JSON and yield the response's lines as they come; closing the generator closes the connection."""
        with (
            self._explained(),
            self._http.stream("POST", path, json=dict(body), timeout=self._patient(seconds)) as response,
        ):
            if hang_up is not None:
                hang_up.watch(response)
            if response.is_error:
                response.read()
                raise_for(response)
            yield from response.iter_lines()

    def _patient(self, seconds: float) -> httpx.Timeout:
        import httpx

        return httpx.Timeout(seconds, connect=CONNECT_SECONDS)

    @contextmanager
    def _explained(self) -> Generator[None]:
        import httpx

        try:
            yield
        except httpx.TimeoutException as error:
            raise ClientError(f"The server at {self.url} did not answer in time. Try again.", "timeout") from error
        except httpx.TransportError as error:
            message = f"The server at {self.url} cannot be reached: {error or 'it closed the connection'}."
            raise ClientError(f"{message} Run `surefoot doctor` to see why.", "unreachable") from error


def raise_for(response: httpx.Response) -> None:
    """Raise a ClientError with the server's words where the response is an error."""
    if not response.is_error:
        return
    try:
        told = told_error(json.loads(response.text), response.status_code)
    except ValueError:
        told = None
    words = f"The server answered {response.status_code} {response.reason_phrase}."
    raise told or ClientError(words, "http_error", response.status_code)


def told_error(body: Any, status: int | None = None) -> ClientError | None:
    """Give the error that a JSON body tells in the API's form, or None where it is in no such form."""
    try:
        error = body["error"]
        return ClientError(str(error["message"]), str(error.get("code") or error.get("type") or "error"), status)
    except (KeyError, TypeError, AttributeError):
        return None


def answers(url: str, seconds: float = 2.0) -> bool:
    """Whether anything answers at an address with success."""
    import httpx

    try:
        return httpx.get(url, timeout=seconds, trust_env=False, verify=url.startswith("https:")).is_success
    except httpx.HTTPError:
        return False
