"""The settings of a web site that documents come from."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from surefoot.ingestion.sources.patterns import Globs
from surefoot.ingestion.sources.web_addresses import canonical


def _start(address: str) -> str:
    made = canonical(address)
    if made is None:
        raise ValueError(
            f"{address[:80]!r} cannot be used: write an address such as https://www.example.com/help/, with port 80, "
            "443 or one over 1023, and without user name and password in it"
        )
    return made


class WebSettings(BaseModel):
    """A web site: where to begin, what to take, and how gently."""

    model_config = ConfigDict(extra="forbid", frozen=True, title="Web site")

    kind: Literal["web"] = Field(default="web", title="Kind", description="A web site.")
    start: tuple[Annotated[str, AfterValidator(_start)], ...] = Field(
        title="Start addresses",
        description="Addresses of pages at which reading begins. Only pages on the same hosts are read.",
        min_length=1,
        max_length=20,
    )
    sitemap: bool = Field(
        default=True,
        title="Use the site's map",
        description="Read the pages that the site lists in its sitemap (from robots.txt, or /sitemap.xml).",
    )
    crawl: bool = Field(
        default=True, title="Follow links", description="Also read pages that are linked from pages already read."
    )
    documents: bool = Field(
        default=True,
        title="Linked documents",
        description="Also read linked files: PDF, Word, PowerPoint, Excel, OpenDocument, EPUB, CSV, text and mail.",
    )
    include: Globs = Field(
        default=(),
        title="Only these paths",
        description="Patterns for the path of an address, such as help/** or *.pdf. Empty: all. Other pages are "
        "neither read nor searched for links; the start pages are always searched.",
    )
    exclude: Globs = Field(
        default=(), title="Not these paths", description="Patterns for paths that are left out, such as archive/**."
    )
    pages: int = Field(
        default=500,
        ge=1,
        le=50_000,
        title="Most pages",
        description="Addresses that one run asks for.",
    )
    depth: int = Field(
        default=5,
        ge=0,
        le=50,
        title="Depth",
        description="Links from a start page or the site's map to a page.",
    )
    variants: int = Field(
        default=20,
        ge=0,
        le=10_000,
        title="Most variants of a page",
        description="Addresses that differ only behind the question mark (sorting, filters, calendars). Default 20.",
    )
    seconds: int = Field(
        default=1800,
        ge=1,
        le=86_400,
        title="Longest search (seconds)",
        description="Time in which the site is searched for pages. What was not reached keeps what is known of it.",
    )
    page_seconds: int = Field(
        default=30,
        ge=1,
        le=600,
        title="Longest wait for a page (seconds)",
        description="A page that takes longer is skipped.",
    )
    concurrency: int = Field(
        default=2, ge=1, le=4, title="Pages at once", description="Pages that are asked for at the same time, 1 to 4."
    )
    pause: float = Field(
        default=0.2,
        ge=0.0,
        le=60.0,
        title="Pause (seconds)",
        description="Time between the beginnings of two requests. A longer wish of the site's robots.txt is kept, up "
        "to 10 seconds.",
    )
    authorization_secret: Annotated[str, Field(pattern=r"^SUREFOOT_SECRET_[A-Z0-9_]+$")] | None = Field(
        default=None,
        title="Authorization (name of an environment variable)",
        description="The variable holds the Authorization header that the start addresses' servers are sent, such as "
        "'Bearer …' or 'Basic …'. Its name begins with SUREFOOT_SECRET_.",
    )
