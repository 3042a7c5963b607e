"""The settings of single sign-on: which identity provider, and which roles its groups give."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, Field, Json, SecretStr, model_validator

from surefoot.app.hosts import http_url, is_private

Roles = dict[str, list[str]]


def _issuer(url: str | None) -> str | None:
    """An address that a password may be sent to; raises ValueError."""
    known = http_url(url)
    if known is not None and not is_private(known):
        raise ValueError(f"'{url}' can be read on the way: it must begin with https://, unless it is on this machine.")
    return known


class SignOn(BaseModel):
    """What is set of the identity provider; all of it is unset where people sign in with passwords kept here."""

    oidc_issuer: Annotated[str | None, AfterValidator(_issuer)] = Field(
        default=None, description="Identity provider (OpenID Connect) that people sign in with; unset means none."
    )
    oidc_client_id: str | None = Field(default=None, description="This installation's name at the identity provider.")
    oidc_client_secret: SecretStr | None = Field(default=None, description="Its secret there.")
    oidc_title: str | None = Field(
        default=None, max_length=60, description="What the identity provider is called; its host if unset."
    )
    oidc_scopes: str = Field(
        default="openid profile email groups", description="Scopes that are asked for; openid is among them."
    )
    oidc_groups_claim: str = Field(default="groups", min_length=1, description="The claim that names groups.")
    oidc_roles: Json[Roles] | None = Field(
        default=None,
        description='Roles by the provider\'s groups, as JSON, such as {"staff": ["reader"], "it": ["administrator"]}.',
    )
    oidc_acr: str | None = Field(
        default=None,
        description="How strongly the provider must have checked: one of these values of its claim acr, by spaces.",
    )
    oidc_alone: bool = Field(
        default=False, description="Whether people sign in with the provider alone; no password is taken here."
    )

    @model_validator(mode="after")
    def _provider_is_whole(self) -> SignOn:
        needed: dict[str, Any] = {
            "SUREFOOT_OIDC_ISSUER": self.oidc_issuer,
            "SUREFOOT_OIDC_CLIENT_ID": self.oidc_client_id,
            "SUREFOOT_OIDC_CLIENT_SECRET": self.oidc_client_secret and self.oidc_client_secret.get_secret_value(),
            "SUREFOOT_OIDC_ROLES": self.oidc_roles,
        }
        unset = [name for name, value in needed.items() if not value]
        if unset and len(unset) < len(needed):
            raise ValueError(f"Single sign-on needs all of its settings; unset: {', '.join(unset)}.")
        if unset and (self.oidc_alone or self.oidc_acr):
            raise ValueError(
                "SUREFOOT_OIDC_ALONE and SUREFOOT_OIDC_ACR need an identity provider: set SUREFOOT_OIDC_ISSUER."
            )
        if "openid" not in self.oidc_scopes.split():
            raise ValueError("SUREFOOT_OIDC_SCOPES lacks the scope 'openid', without which nobody can sign in.")
        return self

    @property
    def provider_title(self) -> str:
        """What the button says."""
        return self.oidc_title or urlsplit(self.oidc_issuer or "").netloc
