"""A web site as a source, over HTTP: what is listed, under which names, and what is fetched."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from surefoot.ingestion.errors import AddressRefused, DocumentGone, SourceInvalid, SourceUnreachable, Unreadable
from surefoot.ingestion.sources.network import Surroundings
from surefoot.ingestion.sources.port import Listed
from surefoot.ingestion.sources.web import WebSettings, WebSource
from tests.ingestion.sources.conftest import HTML, Answer, Open, Site, doubts, names


def test_pages_are_found_by_their_links(site: Site, opened: Open) -> None:
    site.page("/", "/a", "b/", "#top", "mailto:x@example.com", "https://elsewhere.example.com/")
    site.page("/a", "/deep/er.html")
    site.page("/b/", "c")
    site.page("/b/c")
    site.page("/deep/er.html", "/")
    assert names(opened(), site) == ["index.html", "a.html", "b.html", "deep/er.html", "b/c.html"]


def test_pages_are_found_by_the_sitemap(site: Site, opened: Open) -> None:
    site.page("/", "/linked")
    site.sitemap("/sitemap.xml", "/a", "/b")
    for path in ("/a", "/b", "/linked"):
        site.page(path, "/linked")
    assert names(opened(crawl=False), site) == ["index.html", "a.html", "b.html"]


def test_sitemaps_that_robots_txt_names_may_be_nested_and_packed(site: Site, opened: Open) -> None:
    site.text("/robots.txt", f"User-agent: *\nSitemap: {site.address}/maps/all.xml\n")
    site.sitemap("/maps/all.xml", "/maps/1.xml.gz", "/maps/2.xml", "/maps/all.xml", index=True)
    site.sitemap("/maps/1.xml.gz", "/a", packed=True)
    site.sitemap("/maps/2.xml", "/b")
    for path in ("/", "/a", "/b"):
        site.page(path)
    assert names(opened(crawl=False), site) == ["index.html", "a.html", "b.html"]


def test_a_listing_is_the_same_every_time(site: Site, opened: Open) -> None:
    site.page("/", *[f"/p{number}" for number in range(12)])
    for number in range(12):
        site.page(f"/p{number}", f"/p{(number * 5) % 12}", f"/q{number}")
        site.page(f"/q{number}")
    source = opened(concurrency=4)
    assert list(source.listing()) == list(source.listing())
    assert len(names(source, site)) == 25


def test_a_page_is_fetched_as_it_was_listed_and_asked_for_once(site: Site, opened: Open) -> None:
    site.page("/", title="The  start\n page", Last_Modified="Tue, 04 Mar 2025 10:20:30 GMT")
    source = opened()
    listed = next(item for item in source.listing() if isinstance(item, Listed))
    fetched = source.fetch(listed)
    assert fetched.path == f"{site.folder}/index.html" == listed.path
    assert b"<h1>/</h1>" in fetched.data
    assert fetched.properties == {"address": f"{site.address}/", "title": "The start page"}
    assert fetched.modified == datetime(2025, 3, 4, 10, 20, 30, tzinfo=UTC) == listed.modified
    assert site.count("/") == 1
    assert source.fetch(listed).data == fetched.data
    assert site.count("/") == 2


def test_the_fingerprint_changes_with_the_content_or_with_the_servers_mark(site: Site, opened: Open) -> None:
    source = opened()

    def fingerprint(**headers: str) -> str:
        site.page("/", **headers)
        return next(item.fingerprint for item in source.listing() if isinstance(item, Listed))

    plain = fingerprint()
    assert fingerprint() == plain
    assert len({plain, fingerprint(ETag='"1"'), fingerprint(ETag='"2"'), fingerprint(title="other")}) == 4
    assert fingerprint(ETag='"1"', title="x") == fingerprint(ETag='"1"', title="y")


def test_linked_documents_are_named_after_their_content_type(site: Site, opened: Open) -> None:
    site.page("/", "/manual.pdf", "/download?id=7", "/notes.md", "/photo.png", "/style.css", "/data", "/report.docx")
    site.answers["/manual.pdf"] = Answer(b"%PDF-1", headers={"Content-Type": "application/pdf", "ETag": '"m"'})
    site.answers["/download?id=7"] = Answer(b"%PDF-2", headers={"Content-Type": "application/pdf"})
    site.answers["/report.docx"] = Answer(b"PK", headers={"Content-Type": "application/octet-stream"})
    site.answers["/data"] = Answer(b"\0\1", headers={"Content-Type": "image/webp"})
    site.text("/notes.md", "# Notes", "text/plain; charset=utf-8")
    source = opened()
    assert names(source, site) == ["index.html", "manual.pdf", "download~id=7.pdf", "notes.md", "report.docx"]
    assert "GET /photo.png" not in site.asked
    assert names(opened(documents=False), site) == ["index.html", "download~id=7.pdf"]


def test_a_document_that_says_when_it_changed_is_not_downloaded_to_be_listed(site: Site, opened: Open) -> None:
    site.page("/", "/manual.pdf")
    site.answers["/manual.pdf"] = Answer(b"%PDF-1", headers={"Content-Type": "application/pdf", "ETag": '"m"'})
    source = opened()
    listed = [item for item in source.listing() if isinstance(item, Listed)]
    assert site.count("/manual.pdf") == 0
    assert source.fetch(listed[1]).data == b"%PDF-1"
    assert listed[1].size == 6


def test_one_page_in_many_spellings_is_listed_once(site: Site, opened: Open) -> None:
    site.fallback = lambda _path: Answer(b"<html><body>x</body></html>", headers={"Content-Type": HTML})
    site.text("/robots.txt", "")
    site.text("/sitemap.xml", "", status=404)
    site.page(
        "/", "/a", "/a/", "/a#x", "/a?utm_source=mail", "/a?PHPSESSID=1", "/a;jsessionid=1", "/b/../a", "/%61", "/a?",
        "/a/index.html", "index.html", f"http://127.0.0.1:{site.port}/a?gclid=2", "/q?b=2&a=1", "/q?a=1&b=2",
    )  # fmt: skip
    assert names(opened(), site) == ["index.html", "a.html", "q~a=1&b=2.html"]


def test_different_pages_never_share_a_name(site: Site, opened: Open) -> None:
    site.page("/", "/a", "/a.html", "/x%2Fy", "/x_y", "/x%5Cy")
    for path in ("/a", "/a.html", "/x%2Fy", "/x_y", "/x%5Cy"):
        site.page(path)
    found = names(opened(), site)
    assert len(found) == len(set(found)) == 6
    assert found[1] == "a.html"


def test_hostile_addresses_give_usable_names(site: Site, opened: Open) -> None:
    paths = [
        "/%2e%2e/%2e%2e/etc",
        "/%252e%252e/x",
        "/a%00b%0Ac",
        "/" + "long/" * 3 + "x" * 900,
        "/%E2%80%AEfdp",
        "/C:/x",
    ]
    site.page("/", *paths)
    site.fallback = lambda _path: Answer(b"<html><body>x</body></html>", headers={"Content-Type": HTML})
    site.text("/robots.txt", "")
    site.text("/sitemap.xml", "", status=404)
    source = opened()
    listed = [item for item in source.listing() if isinstance(item, Listed)]
    assert len(listed) == 7
    for item in listed:
        assert source.fetch(item).path == item.path


def test_a_page_that_names_another_as_its_own_is_listed_under_that(site: Site, opened: Open) -> None:
    site.page("/", "/print/a", "/a", "/b")
    site.page("/print/a", head="<link rel=canonical href='/a'>")
    site.page("/a")
    site.page("/b", head="<link rel=canonical href='/missing'>")
    assert names(opened(), site) == ["index.html", "a.html", "b.html"]


def test_patterns_say_which_pages_are_read(site: Site, opened: Open) -> None:
    site.page("/", "/help/a", "/help/old/b", "/news/c")
    for path in ("/help/a", "/help/old/b", "/news/c"):
        site.page(path)
    assert names(opened(include=["help/**"], exclude=["help/old"]), site) == ["help/a.html"]
    assert site.count("/news/c") == 0


def test_what_a_link_redirects_to_is_listed_once_under_its_own_name(site: Site, opened: Open) -> None:
    site.page("/", "/old", "/new", "/away", "/slashless")
    site.redirect("/old", "/new")
    site.redirect("/away", "https://elsewhere.example.com/")
    site.redirect("/slashless", "/slashless/")
    site.page("/new")
    site.page("/slashless/")
    source = opened()
    assert names(source, site) == ["index.html", "new.html", "slashless.html"]
    assert doubts(source) == {}


def test_a_start_page_may_lead_to_another_host(site: Site, opened: Open) -> None:
    site.redirect("/", f"http://localhost:{site.port}/start")
    site.page("/start", "/a")
    site.page("/a")
    found = [item.path for item in opened().listing() if isinstance(item, Listed)]
    assert found == [f"localhost_{site.port}/start.html", f"localhost_{site.port}/a.html"]


def test_a_page_that_vanished_is_gone(site: Site, opened: Open) -> None:
    site.page("/", "/a", "/b")
    site.page("/a")
    source = opened()
    listed = [item for item in source.listing() if isinstance(item, Listed)]
    source.fetch(listed[1])
    assert doubts(source) == {}
    site.text("/a", "gone", status=410)
    assert names(source, site) == ["index.html"]
    with pytest.raises(DocumentGone, match="answers 410"):
        source.fetch(listed[1])


def test_a_document_that_is_too_large_is_refused_when_it_is_fetched(site: Site, opened: Open) -> None:
    site.page("/", "/big.txt", "/endless.txt")
    site.text("/big.txt", "x" * 1_000_001)
    source = opened()
    listed = [item for item in source.listing() if isinstance(item, Listed)]
    with pytest.raises(Unreadable, match="more than 1,000,000 bytes"):
        source.fetch(listed[1])


@pytest.mark.parametrize(("status", "error"), [(500, SourceUnreachable), (403, Unreadable), (404, DocumentGone)])
def test_a_page_that_cannot_be_fetched_says_why(site: Site, opened: Open, status: int, error: type[Exception]) -> None:
    site.text("/a", "no", status=status)
    with pytest.raises(error, match=str(status)):
        opened().fetch(Listed(f"{site.folder}/a.html", "x", f"{site.address}/a"))


def test_the_check_says_what_was_found(site: Site, opened: Open) -> None:
    site.page("/")
    assert "it has no sitemap" in opened().check()
    site.sitemap("/sitemap.xml", "/a", "/b")
    assert "names 2 pages" in opened().check()
    site.text("/", "no", status=404)
    with pytest.raises(SourceUnreachable, match="answers 404"):
        opened().check()


def test_addresses_of_this_machine_are_refused_by_default(site: Site, outside: Surroundings) -> None:
    source = WebSource(WebSettings(start=(f"http://localhost:{site.port}/",)), outside)
    with pytest.raises(AddressRefused, match="SUREFOOT_ALLOW_PRIVATE_SOURCES"):
        list(source.listing())
    with pytest.raises(AddressRefused):
        source.check()
    with pytest.raises(AddressRefused):
        source.fetch(Listed("a.html", "x", f"http://127.0.0.1:{site.port}/a"))
    source.close()
    assert site.asked == []


def test_a_secret_is_sent_to_the_start_pages_server_alone(site: Site, opened: Open) -> None:
    site.page("/", "/a")
    site.redirect("/a", f"http://localhost:{site.port}/b")
    source = opened(authorization_secret="SUREFOOT_SECRET_SITE")
    names(source, site)
    other = f"http://localhost:{site.port}"
    assert {headers.get("Authorization") for headers in site.headers} == {"Bearer lantern"}
    site.redirect("/", f"{other}/b")
    site.page("/b")
    site.headers.clear()
    list(source.listing())
    sent = {(headers["Host"].split(":")[0], headers.get("Authorization")) for headers in site.headers}
    assert sent == {("127.0.0.1", "Bearer lantern"), ("localhost", None)}


def test_a_secret_that_is_not_set_or_would_be_sent_in_the_clear_is_an_error(
    site: Site, opened: Open, outside: Surroundings
) -> None:
    with pytest.raises(SourceInvalid, match="SUREFOOT_SECRET_NONE"):
        opened(authorization_secret="SUREFOOT_SECRET_NONE")
    with pytest.raises(SourceInvalid, match="unencrypted"):
        WebSource(WebSettings(start=("http://e.com/",), authorization_secret="SUREFOOT_SECRET_SITE"), outside)


@pytest.mark.parametrize(
    "start", ["ftp://e.com/", "http://u:p@e.com/", "http://e.com:25/", "e.com", "http://", "", "file:///etc/passwd"]
)
def test_start_addresses_that_cannot_be_used_are_refused_at_once(start: str) -> None:
    with pytest.raises(ValidationError, match="cannot be used"):
        WebSettings(start=(start,))


def test_the_form_of_the_settings_explains_every_field() -> None:
    schema = WebSettings.model_json_schema()
    assert all(field["title"] and field["description"] for field in schema["properties"].values())


def test_closing_leaves_no_temporary_file(site: Site, opened: Open, inside: Surroundings) -> None:
    site.page("/", "/a")
    site.page("/a")
    source = opened()
    names(source, site)
    assert len(list(inside.scratch.rglob("*.body"))) == 2
    source.close()
    assert list(inside.scratch.iterdir()) == []
