"""The form of every error, as the description of the API tells it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field


class ErrorDetail(BaseModel):
    """OpenAI's form of an error."""

    message: str = Field(description="What happened and what to do, for a person.")
    type: Literal["invalid_request_error", "server_error"]
    code: str = Field(description="A short word for programs.")
    param: None


class ErrorForm(BaseModel):
    """What every request gets that is refused or fails."""

    error: ErrorDetail
