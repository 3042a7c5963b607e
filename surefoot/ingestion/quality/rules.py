"""The rules that an assistant's documents must meet, as its yaml declares them under `quality:`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

LanguageCode = Annotated[str, Field(pattern=r"^[a-z]{2}$")]
"""ISO 639-1."""
Name = Annotated[str, Field(min_length=1, max_length=100)]


class QualityRules(BaseModel):
    """What is asked of a document; without any of it every readable document is taken."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    min_words: int = Field(
        default=0, ge=0, description="Fewest words; a document with fewer is rejected. 0 takes every one with text."
    )
    languages: tuple[LanguageCode, ...] | None = Field(
        default=None,
        min_length=1,
        description="Languages allowed, as ISO 639-1 codes such as en or de; a document that is surely in another one "
        "is rejected. Left out, every language is taken.",
    )
    required_properties: tuple[Name, ...] = Field(
        default=(),
        description="What must be known of a document: title, version, effective_date, modified, language, or a "
        "property of its source such as author. A document without it is rejected.",
    )
    formats: tuple[Name, ...] | None = Field(
        default=None,
        min_length=1,
        description="Formats allowed, as endings (pdf) or media types (application/pdf). Left out, all are.",
    )
    max_age_days: int | None = Field(
        default=None,
        ge=1,
        description="Days since a document was last changed or took effect, whichever is later, after which it is old.",
    )
    old: Literal["warn", "reject"] = Field(default="warn", description="What an old document gets.")
    max_symbol_share: float = Field(
        default=0.5,
        gt=0,
        le=1,
        description="Largest share of symbols among the visible characters, from 0 to 1; a document of over 200 "
        "characters with more is rejected as unreadable.",
    )
    max_undecoded_share: float = Field(
        default=0.1,
        gt=0,
        le=1,
        description="Largest share of wrongly decoded characters, from 0 to 1; a document with more is rejected.",
    )
    near_duplicates: Literal["keep", "link", "reject"] = Field(
        default="link",
        description="What happens to a document whose text is nearly that of another: keep says nothing, link notes "
        "it in both reports, reject refuses it, unless numbers differ: then it is a version and linked.",
    )
    near_duplicate_similarity: float = Field(
        default=0.9,
        ge=0.8,
        le=1,
        description="Share of common five-word sequences from which two texts are near duplicates, from 0.8 to 1.",
    )
    boilerplate: bool = Field(
        default=True,
        description="Whether running headers, page numbers, cookie banners and repeated link lists are removed.",
    )
    hyphenation: bool = Field(default=True, description="Whether words that a line end cut in two are joined.")
