"""The settings of an S3-compatible bucket that documents come from."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from surefoot.ingestion.sources.patterns import PASSING, Globs

_SecretName = Annotated[str, Field(pattern=r"^SUREFOOT_SECRET_[A-Z0-9_]+$")]


def _endpoint(address: str) -> str:
    parts = urlsplit(address.strip().rstrip("/"))
    try:
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 and parts.username is None
    except ValueError:
        usable = False
    if not usable or parts.path or parts.query or parts.fragment or not address.isascii():
        raise ValueError(
            "must be an address such as https://s3.eu-central-1.amazonaws.com or https://store.example:9000"
        )
    return f"{parts.scheme}://{parts.netloc}"


class BucketSettings(BaseModel):
    """A bucket of an S3-compatible store, and which of its objects are read."""

    model_config = ConfigDict(extra="forbid", frozen=True, title="S3 bucket")

    kind: Literal["bucket"] = Field(default="bucket", title="Kind", description="A bucket of an S3-compatible store.")
    endpoint: Annotated[str, AfterValidator(_endpoint)] = Field(
        default="https://s3.amazonaws.com",
        title="Address of the store",
        description="Such as https://s3.eu-central-1.amazonaws.com, or https://store.example:9000 for one of your own.",
    )
    bucket: str = Field(
        title="Bucket", description="Name of the bucket.", pattern=r"^[a-zA-Z0-9][a-zA-Z0-9._-]{1,61}[a-zA-Z0-9]$"
    )
    prefix: str = Field(
        default="",
        max_length=500,
        title="Prefix",
        description="Only objects whose key begins so, such as manuals/. Empty: all.",
    )
    include: Globs = Field(
        default=(), title="Only these objects", description="Patterns such as *.pdf or manuals/**. Empty: all objects."
    )
    exclude: Globs = Field(
        default=PASSING, title="Not these objects", description="Patterns of objects that are left out."
    )
    region: str | None = Field(
        default=None,
        pattern=r"^[a-z0-9][a-z0-9-]{0,40}$",
        title="Region",
        description="Such as eu-central-1. Empty: the store is asked, which needs the right GetBucketLocation.",
    )
    path_style: bool = Field(
        default=True,
        title="Bucket in the path",
        description="On: https://store/bucket/key, which most stores of one's own want. Off: https://bucket.store/key.",
    )
    access_key_secret: _SecretName | None = Field(
        default=None,
        title="Access key (name of an environment variable)",
        description="The variable holds the access key. Its name begins with SUREFOOT_SECRET_. Empty: a public bucket.",
    )
    secret_key_secret: _SecretName | None = Field(
        default=None,
        title="Secret key (name of an environment variable)",
        description="The variable holds the secret key. Its name begins with SUREFOOT_SECRET_.",
    )
    session_token_secret: _SecretName | None = Field(
        default=None,
        title="Session token (name of an environment variable)",
        description="Only for temporary keys: the variable holds the session token.",
    )
    objects: int = Field(
        default=200_000,
        ge=1,
        le=5_000_000,
        title="Most objects",
        description="Objects that are looked at.",
    )
