"""What can go wrong between a client and the server, in the server's own words."""

from __future__ import annotations


class ClientError(Exception):
    """A request that was refused or got no answer; the message says what happened and what to do."""

    def __init__(self, message: str, code: str = "error", status: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        """A short word for programs, such as "not_found" or "unreachable"."""
        self.status = status
        """The HTTP status, or None where no answer came."""


class UsageMistake(ClientError):
    """A command that cannot be carried out as it was typed."""

    def __init__(self, message: str) -> None:
        super().__init__(message, "usage")
