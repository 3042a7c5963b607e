"""What a site asks of robots is kept: robots.txt, marks on pages and links, and the pace."""

from __future__ import annotations

import pytest

from surefoot.ingestion.errors import SourceUnreachable, Unreadable
from surefoot.ingestion.sources.changes import compare
from surefoot.ingestion.sources.port import Listed
from tests.ingestion.sources.conftest import Answer, Open, Site, doubts, names


def test_what_robots_txt_refuses_is_not_asked_for_and_not_gone(site: Site, opened: Open) -> None:
    site.text("/robots.txt", "User-agent: *\nDisallow: /private\nAllow: /private/open\n")
    site.page("/", "/private/a", "/private/open")
    site.page("/private/open")
    source = opened()
    assert names(source, site) == ["index.html", "private/open.html"]
    assert "GET /private/a" not in site.asked
    found = doubts(source)
    assert "does not allow it" in found[f"{site.folder}/private/a.html"].reason
    known = {f"{site.folder}/private/a.html": "x", f"{site.folder}/b.html": "x"}
    assert [change.path for change in compare(source.listing(), known) if change.kind == "gone"] == [
        f"{site.folder}/b.html"
    ]


def test_rules_for_this_program_go_before_those_for_all(site: Site, opened: Open) -> None:
    site.text("/robots.txt", "User-agent: *\nDisallow: /\n\nUser-agent: surefoot\nDisallow: /b\n")
    site.page("/", "/a", "/b")
    site.page("/a")
    assert names(opened(), site) == ["index.html", "a.html"]
    assert {headers["User-Agent"] for headers in site.headers} == {"Surefoot/0.1"}


def test_a_site_that_refuses_its_start_page_says_so(site: Site, opened: Open) -> None:
    site.text("/robots.txt", "User-agent: *\nDisallow: /\n")
    site.page("/")
    with pytest.raises(SourceUnreachable, match=r"does not allow it.*'surefoot'"):
        list(opened().listing())


@pytest.mark.parametrize("status", [500, 503, 429])
def test_nothing_is_read_while_robots_txt_is_in_trouble(site: Site, opened: Open, status: int) -> None:
    site.text("/robots.txt", "down", status=status)
    site.page("/")
    with pytest.raises(SourceUnreachable, match=f"robots.txt answers {status}"):
        list(opened().listing())
    assert site.asked == ["GET /robots.txt"]


@pytest.mark.parametrize("status", [401, 404, 410])
def test_all_is_read_where_there_is_no_robots_txt(site: Site, opened: Open, status: int) -> None:
    site.text("/robots.txt", "User-agent: *\nDisallow: /\n", status=status)
    site.page("/")
    assert names(opened(), site) == ["index.html"]


@pytest.mark.parametrize(
    ("tag", "listed", "followed"),
    [
        ("noindex", False, True),
        ("nofollow", True, False),
        ("none", False, False),
        ("NOINDEX, nofollow", False, False),
        ("max-snippet: 50, noarchive", True, True),
        ("otherbot: noindex, nofollow", True, True),
        ("otherbot: none, surefoot: nofollow", True, False),
    ],
)
def test_the_header_for_robots_is_kept(site: Site, opened: Open, tag: str, listed: bool, followed: bool) -> None:
    site.page("/", "/a", X_Robots_Tag=tag)
    site.page("/a")
    assert names(opened(), site) == ["index.html"] * listed + ["a.html"] * followed


@pytest.mark.parametrize("name", ["robots", "ROBOTS", "surefoot"])
def test_the_mark_for_robots_in_a_page_is_kept(site: Site, opened: Open, name: str) -> None:
    site.page("/", "/a", head=f"<meta name={name} content='noindex'>")
    site.page("/a", "/b", head=f"<META NAME={name} CONTENT='NoFollow'>")
    site.page("/b")
    assert names(opened(), site) == ["a.html"]


def test_a_document_may_refuse_by_its_header(site: Site, opened: Open) -> None:
    site.page("/", "/a.pdf")
    site.answers["/a.pdf"] = Answer(
        b"%PDF", headers={"Content-Type": "application/pdf", "ETag": "1", "X-Robots-Tag": "noindex"}
    )
    assert names(opened(), site) == ["index.html"]


def test_links_marked_nofollow_are_not_followed(site: Site, opened: Open) -> None:
    site.text("/", "<html><a rel='external nofollow' href=/a>a</a><a href=/b>b</a></html>", "text/html")
    site.page("/a")
    site.page("/b")
    assert names(opened(), site) == ["index.html", "b.html"]


def test_requests_begin_the_pause_apart_however_many_run_at_once(site: Site, opened: Open) -> None:
    site.page("/", *[f"/{number}" for number in range(6)])
    for number in range(6):
        site.page(f"/{number}")
    names(opened(concurrency=4, pause=0.05, sitemap=False), site)
    times = [when for when, asked in zip(site.times, site.asked, strict=True) if asked != "GET /robots.txt"]
    assert times[-1] - times[0] >= 6 * 0.05 - 0.02


def test_the_crawl_delay_of_robots_txt_is_kept(site: Site, opened: Open) -> None:
    site.text("/robots.txt", "User-agent: *\nCrawl-delay: 0.2\n")
    site.page("/", "/a", "/b")
    names(opened(sitemap=False), site)
    times = [when for when, asked in zip(site.times, site.asked, strict=True) if asked != "GET /robots.txt"]
    assert times[-1] - times[0] >= 0.38


def test_a_redirect_to_what_robots_txt_refuses_is_not_followed(site: Site, opened: Open) -> None:
    site.text("/robots.txt", "User-agent: *\nDisallow: /private\n")
    site.page("/", "/a")
    site.redirect("/a", "/private/b")
    source = opened()
    assert names(source, site) == ["index.html"]
    assert list(doubts(source)) == [f"{site.folder}/a.html"]
    assert site.count("/private/b") == 0


def test_a_page_that_robots_txt_refuses_now_is_not_fetched(site: Site, opened: Open) -> None:
    site.text("/robots.txt", "User-agent: *\nDisallow: /a\n")
    with pytest.raises(Unreadable, match="does not allow it"):
        opened().fetch(Listed(f"{site.folder}/a.html", "x", f"{site.address}/a"))


def test_a_busy_site_is_asked_once_more_after_the_time_it_names(site: Site, opened: Open) -> None:
    site.page("/", "/a")
    busy = iter([Answer(b"", 503, {"Retry-After": "1"})])
    site.page("/served")
    site.fallback = lambda path: next(busy, site.answers["/served"]) if path == "/a" else Answer(b"", 404)
    assert names(opened(), site) == ["index.html", "a.html"]
