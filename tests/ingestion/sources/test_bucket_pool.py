"""The connections of an S3 client: bounded in time, whatever the server does."""

from __future__ import annotations

import time
from http.server import BaseHTTPRequestHandler

import pytest
from urllib3.exceptions import HTTPError

from surefoot.ingestion.errors import AddressRefused, SourceUnreachable
from surefoot.ingestion.sources.bucket_pool import BucketPool
from surefoot.ingestion.sources.network import AddressRules
from tests.ingestion.sources.conftest import Answer, Site


def test_a_store_that_drips_is_cut_off(site: Site) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        for _ in range(1000):
            handler.wfile.write(b"x")
            time.sleep(0.02)

    site.fallback = lambda _path: Answer(act=drip)
    pool = BucketPool(AddressRules(allow_private=True))
    pool.begin(1)
    began = time.monotonic()
    with pytest.raises((SourceUnreachable, HTTPError)), pool.within(0.5):
        pool.urlopen("GET", site.address)
    assert time.monotonic() - began < 15


def test_answers_without_end_stop_at_their_number(site: Site) -> None:
    site.page("/")
    pool = BucketPool(AddressRules(allow_private=True))
    pool.begin(2)
    assert [pool.urlopen("GET", f"{site.address}/").status for _ in range(2)] == [200, 200]
    with pytest.raises(SourceUnreachable, match="without end"):
        pool.urlopen("GET", f"{site.address}/")


def test_no_redirect_is_followed_and_no_address_of_this_network_is_connected_to(site: Site) -> None:
    site.redirect("/", f"{site.address}/inside")
    pool = BucketPool(AddressRules(allow_private=True))
    pool.begin(1)
    assert pool.urlopen("GET", f"{site.address}/").status == 301
    assert site.asked == ["GET /"]
    guarded = BucketPool(AddressRules(resolve=lambda _host: ["127.0.0.1"]))
    guarded.begin(1)
    with pytest.raises(AddressRefused, match=r"public\.example\.com leads to 127\.0\.0\.1"):
        guarded.urlopen("GET", f"http://public.example.com:{site.port}/")
