"""Errors of accounts.

AccountError
├── SignInRefused     name, password or code is wrong, or there were too many tries
├── CodeNeeded        the password is right, and a second factor is missing
├── ProviderUnusable  the identity provider does not answer, or not as agreed
├── NotSignedIn       a request without a credential that holds
├── NotAllowed        none of the roles allows this
├── PasswordRefused   a password that is easily guessed
├── InvitationRefused a link that does not hold any more
├── AccountRefused    a change that cannot be made
├── ApprovalNeeded    an act that a second administrator has to approve first
├── ApprovalOver      a request that was decided, or waited too long
├── UnknownApproval   no request of this id
└── UnknownPerson     nobody of this id
"""

from __future__ import annotations

from surefoot.app.errors import AppError

PROVIDER_ALONE = "People sign in with the identity provider alone here; no password is taken (SUREFOOT_OIDC_ALONE)."


class AccountError(AppError):
    """The root of these errors."""


class SignInRefused(AccountError):
    """Name, password or code is wrong, or there were too many tries."""

    def __init__(self, message: str, wait_seconds: int = 0) -> None:
        """wait_seconds: how long it is no use to try again; 0 where it may be tried at once."""
        super().__init__(message)
        self.wait_seconds = wait_seconds


class CodeNeeded(AccountError):
    """The password is right, and a second factor is missing."""

    def __init__(self, token: str, *, enrols: bool) -> None:
        """token: what the code is given with; enrols: whether the person has to set one up first."""
        super().__init__("The password is right. Give the code of your second factor too.")
        self.token = token
        self.enrols = enrols


class ProviderUnusable(AccountError):
    """The identity provider does not answer, or not as agreed."""


class NotSignedIn(AccountError):
    """A request without a credential that holds."""


class NotAllowed(AccountError):
    """None of the roles allows this."""


class PasswordRefused(AccountError):
    """A password that is easily guessed."""


class InvitationRefused(AccountError):
    """A link that does not hold any more."""


class AccountRefused(AccountError):
    """A change that cannot be made."""


class ApprovalNeeded(AccountError):
    """An act that a second administrator has to approve first."""


class ApprovalOver(AccountError):
    """A request that was decided, or waited too long."""


class UnknownApproval(AccountError):
    """No request of this id."""


class UnknownPerson(AccountError):
    """Nobody of this id."""
