"""Servers that are slow, lie, cut off, loop or never end: none stalls a listing, and nothing counts as gone by them."""

from __future__ import annotations

import gzip
import socket
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler

import pytest

from surefoot.ingestion.errors import SourceUnreachable, Unreadable
from surefoot.ingestion.sources.changes import compare
from surefoot.ingestion.sources.port import Doubtful, Listed
from surefoot.ingestion.sources.web import WebSource
from tests.ingestion.sources.conftest import HTML, Answer, Open, Site, doubts, names

Act = Callable[[BaseHTTPRequestHandler], None]
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


def dripping_body(handler: BaseHTTPRequestHandler) -> None:
    """One byte after the other, as long as somebody listens."""
    handler.wfile.write(HEAD + b"Content-Length: 1000000\r\n\r\n")
    drip(handler)


def dripping_head(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    drip(handler)


def drip(handler: BaseHTTPRequestHandler) -> None:
    for _ in range(3000):
        handler.wfile.write(b"x")
        time.sleep(0.02)


def silent(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(60)


def truncated(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(HEAD + b"Content-Length: 1000\r\n\r\n<html>half a p")


def truncated_chunks(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(HEAD + b"Transfer-Encoding: chunked\r\n\r\n6\r\n<html>\r\n")


def truncated_gzip(handler: BaseHTTPRequestHandler) -> None:
    body = gzip.compress(b"<html>" + bytes(range(256)) * 40)[:-20]
    handler.wfile.write(HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body) + body)


def no_http(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n")


def endless_head(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(100_000):
        handler.wfile.write(b"X-%d: %d\r\n" % (number, number))


def odd_packing(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(HEAD + b"Content-Encoding: br\r\nContent-Length: 1\r\n\r\nx")


def endless_body(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(HEAD + b"Connection: close\r\n\r\n")
    while True:
        handler.wfile.write(b"<p>more</p>" * 1000)


def bomb(handler: BaseHTTPRequestHandler) -> None:
    body = gzip.compress(b"\0" * 50_000_000, 9)
    handler.wfile.write(HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body) + body)


BROKEN = [
    dripping_body, dripping_head, silent, truncated, truncated_chunks, truncated_gzip, no_http, endless_head, odd_packing
]  # fmt: skip


@pytest.mark.parametrize("act", BROKEN)
def test_a_page_whose_server_misbehaves_is_in_doubt_and_the_others_are_read(site: Site, opened: Open, act: Act) -> None:
    site.page("/", "/bad", "/good")
    site.page("/good")
    site.answers["/bad"] = Answer(act=act)
    source = opened(page_seconds=1)
    found = list(source.listing())
    assert [item.path for item in found if isinstance(item, Listed)] == [
        f"{site.folder}/index.html",
        f"{site.folder}/good.html",
    ]
    known = {f"{site.folder}/bad.html": "x", f"{site.folder}/below-bad.html": "x"}
    assert "gone" not in {change.kind for change in compare(iter(found), known)}


@pytest.mark.parametrize("act", [dripping_body, silent, truncated, no_http])
def test_a_start_page_that_cannot_be_had_ends_the_listing(site: Site, opened: Open, act: Act) -> None:
    site.answers["/"] = Answer(act=act)
    with pytest.raises(SourceUnreachable):
        list(opened(page_seconds=1).listing())


@pytest.mark.parametrize("act", [endless_body, bomb])
def test_a_body_without_end_is_cut_off_at_the_limit(site: Site, opened: Open, act: Act) -> None:
    site.page("/", "/bad")
    site.answers["/bad"] = Answer(act=act)
    source = opened()
    listed = {item.path: item for item in source.listing() if isinstance(item, Listed)}
    with pytest.raises(Unreadable, match="more than 1,000,000 bytes"):
        source.fetch(listed[f"{site.folder}/bad.html"])


def test_redirects_in_a_circle_or_without_end_are_given_up(site: Site, opened: Open) -> None:
    site.page("/", "/a", "/long/0")
    site.redirect("/a", "/b")
    site.redirect("/b", "/a", 302)
    for number in range(50):
        site.redirect(f"/long/{number}", f"/long/{number + 1}")
    source = opened()
    found = doubts(source)
    assert "in a circle" in found[f"{site.folder}/a.html"].reason
    assert site.count("/long/5") == 1
    assert site.count("/long/6") == 0
    with pytest.raises(SourceUnreachable, match="in a circle"):
        list(opened(["/a"]).listing())


def endless(site: Site, make: str) -> None:
    """Every page of the site links two more."""
    site.text("/robots.txt", "")
    site.text("/sitemap.xml", "", status=404)

    def answer(path: str) -> Answer:
        links = "".join(f"<a href='{make.format(path=path.rstrip('/'), n=n)}'>x</a>" for n in (1, 2))
        return Answer(f"<html>{links}</html>".encode(), headers={"Content-Type": HTML})

    site.fallback = answer


def below(source: WebSource) -> list[str]:
    return [item.reason for item in source.listing() if isinstance(item, Doubtful) and item.below]


def test_links_without_end_stop_at_the_limit_of_pages_and_what_was_not_reached_stays(site: Site, opened: Open) -> None:
    endless(site, "{path}/x{n}")
    source = opened(pages=30, depth=50)
    assert len(names(source, site)) == 30
    assert below(source) == ["The limit of 30 pages was reached."]


def test_links_without_end_stop_at_the_limit_of_depth(site: Site, opened: Open) -> None:
    endless(site, "{path}/x{n}")
    source = opened(depth=3)
    assert len(names(source, site)) == 1 + 2 + 4 + 8
    assert below(source) == []


def test_a_calendar_without_end_stops_at_the_limit_of_variants(site: Site, opened: Open) -> None:
    endless(site, "/calendar?month={path}{n}")
    assert len(names(opened(variants=7, depth=50), site)) == 8


def test_links_that_repeat_their_folder_are_not_followed_for_ever(site: Site, opened: Open) -> None:
    endless(site, "{path}/again/")
    assert len(names(opened(depth=50), site)) == 4


def test_a_slow_site_is_searched_no_longer_than_its_time(site: Site, opened: Open) -> None:
    endless(site, "{path}/x{n}")
    ready = site.fallback

    def slow(path: str) -> Answer:
        time.sleep(0.3)
        return ready(path)

    site.fallback = slow
    began = time.monotonic()
    assert "time limit of 2 s" in below(opened(depth=50, seconds=2))[0]
    assert time.monotonic() - began < 20


def test_the_time_in_which_the_caller_works_does_not_count(site: Site, opened: Open) -> None:
    site.page("/", *[f"/{number}" for number in range(5)])
    for number in range(5):
        site.page(f"/{number}")
    found = 0
    for _ in opened(seconds=2).listing():
        time.sleep(0.5)
        found += 1
    assert found == 6


def test_a_site_that_stops_answering_is_left_alone(site: Site, opened: Open) -> None:
    site.page("/", *[f"/{number}" for number in range(100)])
    site.fallback = lambda path: Answer(b"", 404 if path in ("/robots.txt", "/sitemap.xml") else 500)
    source = opened(concurrency=1)
    assert "stopped answering" in below(source)[0]
    assert len(site.asked) < 20


def test_a_server_that_hangs_up_is_unreachable(site: Site, opened: Open) -> None:
    def hang_up(handler: BaseHTTPRequestHandler) -> None:
        handler.connection.shutdown(socket.SHUT_RDWR)

    site.answers["/a"] = Answer(act=hang_up)
    with pytest.raises(SourceUnreachable, match="could not be read"):
        opened().fetch(Listed("a.html", "x", f"{site.address}/a"))


BAD_SITEMAPS = {
    "broken": b"<urlset><url><loc>/a</loc></url>",
    "laughs": b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    b"<urlset><url><loc>&b;</loc></url>",
    "html": b"<!doctype html><html><body>Not found</body>",
    "deep": b"<urlset>" * 5000,
    "outside": b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><urlset><url><loc>&a;</loc></url></urlset>',
    "bomb": gzip.compress(b"<urlset>" + b" " * 60_000_000, 9),
    "cut": gzip.compress(b"<urlset>" + bytes(range(40, 120)) * 900)[:-9],
    "empty": b"",
}


@pytest.mark.parametrize("kind", BAD_SITEMAPS)
def test_a_bad_sitemap_harms_nothing(site: Site, opened: Open, kind: str) -> None:
    site.answers["/sitemap.xml"] = Answer(BAD_SITEMAPS[kind], headers={"Content-Type": "text/xml"})
    site.page("/", "/a")
    site.page("/a")
    source = opened()
    assert names(source, site) == ["index.html", "a.html"]
    if kind in ("broken", "html", "deep", "bomb", "cut", "empty"):
        assert "damaged" in below(source)[0]


def test_a_site_whose_sitemap_is_all_that_is_read_must_have_one(site: Site, opened: Open) -> None:
    site.page("/")
    with pytest.raises(SourceUnreachable, match="no sitemap"):
        list(opened(crawl=False).listing())


@pytest.mark.parametrize(
    "body", [b"", b"\0" * 5000, b"<" * 100_000, b"<a href='http://[::1'>x</a><a href=//>y</a>", b"<div>" * 50_000]
)
def test_a_page_that_is_no_html_harms_nothing(site: Site, opened: Open, body: bytes) -> None:
    site.page("/", "/odd", "/a")
    site.answers["/odd"] = Answer(body, headers={"Content-Type": "text/html; charset=no-such"})
    site.page("/a")
    assert names(opened(), site) == ["index.html", "odd.html", "a.html"]
