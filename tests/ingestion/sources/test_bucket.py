"""An S3-compatible bucket as a source, over the real protocol; odd answers come from a plain web server."""

from __future__ import annotations

import gzip
import io
import time
from collections.abc import Callable, Generator
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import quote, unquote, urlsplit
from uuid import uuid4

import pytest
from minio import Minio
from minio.commonconfig import ENABLED
from minio.versioningconfig import VersioningConfig
from pydantic import ValidationError

from surefoot.ingestion.errors import AddressRefused, DocumentGone, SourceInvalid, SourceUnreachable, Unreadable
from surefoot.ingestion.sources.bucket import BucketSettings, BucketSource
from surefoot.ingestion.sources.network import Surroundings
from surefoot.ingestion.sources.port import Doubtful, Listed
from tests.ingestion.sources.conftest import Answer, Site

Open = Callable[..., BucketSource]


class Bucket:
    """A fresh bucket, filled by another client."""

    def __init__(self, store: str) -> None:
        self.store, self.name = store, f"b-{uuid4().hex[:12]}"
        self.client = Minio(urlsplit(store).netloc, "a-key", "a-secret-word", secure=False, region="us-east-1")
        self.client.make_bucket(self.name)

    def put(self, key: str, data: bytes = b"text", **more: Any) -> None:
        self.client.put_object(self.name, key, io.BytesIO(data), len(data), **more)

    def remove(self, key: str) -> None:
        self.client.remove_object(self.name, key)


@pytest.fixture
def bucket(store: str) -> Bucket:
    return Bucket(store)


@pytest.fixture
def opened(bucket: Bucket, inside: Surroundings) -> Generator[Open]:
    made: list[BucketSource] = []

    def opening(**settings: Any) -> BucketSource:
        given = {
            "endpoint": bucket.store,
            "bucket": bucket.name,
            "access_key_secret": "SUREFOOT_SECRET_KEY",
            "secret_key_secret": "SUREFOOT_SECRET_WORD",
            **settings,
        }
        made.append(BucketSource(BucketSettings.model_validate(given), inside))
        return made[-1]

    yield opening
    for source in made:
        source.close()


def listed(source: BucketSource) -> dict[str, Listed]:
    return {item.path: item for item in source.listing() if isinstance(item, Listed)}


def test_objects_are_listed_and_fetched(bucket: Bucket, opened: Open) -> None:
    bucket.put("a.md", b"one")
    bucket.put("deep/er/b ü+%.pdf", b"two", metadata={"department": "Works"})
    bucket.put("deep/", b"")
    source = opened()
    found = listed(source)
    assert list(found) == ["a.md", "deep/er/b ü+%.pdf"]
    fetched = source.fetch(found["deep/er/b ü+%.pdf"])
    assert fetched.data == b"two"
    assert fetched.properties == {"department": "Works", "address": f"s3://{bucket.name}/deep/er/b ü+%.pdf"}
    assert fetched.modified is not None
    assert abs(fetched.modified.timestamp() - time.time()) < 300


def test_more_objects_than_one_answer_holds_are_all_listed(bucket: Bucket, opened: Open) -> None:
    for number in range(1030):
        bucket.put(f"{number:04}.txt", b"")
    assert len(listed(opened())) == 1030
    found = list(opened(objects=1000).listing())
    assert len(found) == 1001
    assert isinstance(found[-1], Doubtful)
    assert found[-1].below


def test_the_fingerprint_changes_with_the_content_alone(bucket: Bucket, opened: Open) -> None:
    bucket.put("a.md", b"one")
    before = listed(opened())["a.md"].fingerprint
    bucket.put("a.md", b"one")
    assert listed(opened())["a.md"].fingerprint == before
    bucket.put("a.md", b"two")
    assert listed(opened())["a.md"].fingerprint != before


def test_prefix_and_patterns_say_what_is_read(bucket: Bucket, opened: Open) -> None:
    for key in ("manuals/a.pdf", "manuals/old/b.pdf", "manuals/c.txt", "other/d.pdf"):
        bucket.put(key)
    assert list(listed(opened(prefix="manuals/", include=["*.pdf"], exclude=["old"]))) == ["manuals/a.pdf"]


def test_a_deleted_object_of_a_versioned_bucket_is_gone(bucket: Bucket, opened: Open) -> None:
    bucket.client.set_bucket_versioning(bucket.name, VersioningConfig(ENABLED))
    bucket.put("a.md", b"one")
    bucket.put("a.md", b"two")
    source = opened()
    found = listed(source)["a.md"]
    assert source.fetch(found).data == b"two"
    bucket.remove("a.md")
    assert listed(source) == {}
    with pytest.raises(DocumentGone, match="no longer in the bucket"):
        source.fetch(found)


LIST = "<ListBucketResult><Name>b</Name><IsTruncated>{more}</IsTruncated>{rest}</ListBucketResult>"
ODD_KEYS = ["../up.md", "a//b.md", "/top.md", "a\nb.md", "x" * 700 + ".md", "a/./b.md", "..", "back\\s.md", "C:x.md"]


def test_keys_that_no_document_may_have_get_other_names(site: Site, opened: Open) -> None:
    contents = "".join(
        f"<Contents><Key>{quote(key)}</Key><ETag>e</ETag><Size>4</Size></Contents>" for key in [*ODD_KEYS, "a/b.md"]
    )
    rest = f"<EncodingType>url</EncodingType>{contents}"
    listing = Answer(LIST.format(more="false", rest=rest).encode(), headers={"Content-Type": "application/xml"})
    site.fallback = lambda path: listing if "list-type" in path else Answer(unquote(path).encode())
    source = opened(endpoint=site.address, region="us-east-1")
    found = listed(source)
    assert len(found) == len(ODD_KEYS) + 1
    assert found == listed(source)
    for item, key in zip(found.values(), [*ODD_KEYS, "a/b.md"], strict=True):
        if {".", ".."} & set(key.split("/")):
            with pytest.raises(Unreadable, match="Rename it"):
                source.fetch(item)
        else:
            assert source.fetch(item).path == item.path


def test_an_object_that_is_too_large_is_refused_when_it_is_fetched(bucket: Bucket, opened: Open) -> None:
    bucket.put("big.txt", b"x" * 1_000_001)
    source = opened()
    with pytest.raises(Unreadable, match="1,000,001 bytes"):
        source.fetch(listed(source)["big.txt"])


def test_an_object_that_is_stored_packed_is_unpacked_up_to_the_limit(bucket: Bucket, opened: Open) -> None:
    bucket.put("a.html", gzip.compress(b"<p>text</p>"), metadata={"Content-Encoding": "gzip"})
    bucket.put("bomb.html", gzip.compress(b"\0" * 20_000_000), metadata={"Content-Encoding": "gzip"})
    bucket.put("cut.html", gzip.compress(bytes(range(256)) * 9)[:-12], metadata={"Content-Encoding": "gzip"})
    source = opened()
    found = listed(source)
    assert source.fetch(found["a.html"]).data == b"<p>text</p>"
    with pytest.raises(Unreadable, match="1,000,000 are the limit"):
        source.fetch(found["bomb.html"])
    with pytest.raises(Unreadable, match="damaged"):
        source.fetch(found["cut.html"])


def test_the_check_says_what_was_found(bucket: Bucket, opened: Open) -> None:
    assert "no object yet" in opened().check()
    bucket.put("manuals/a.pdf")
    assert "its first object is manuals/a.pdf" in opened().check()
    assert "no object with the prefix 'x/' yet" in opened(prefix="x/").check()


def test_a_bucket_that_is_not_there_is_named(opened: Open) -> None:
    source = opened(bucket="no-such-bucket")
    with pytest.raises(SourceUnreachable, match="There is no bucket no-such-bucket"):
        list(source.listing())
    with pytest.raises(SourceUnreachable, match="no-such-bucket"):
        source.check()


CODES = {
    "InvalidAccessKeyId": (403, "does not know the access key in SUREFOOT_SECRET_KEY"),
    "SignatureDoesNotMatch": (403, "secret key in SUREFOOT_SECRET_WORD does not belong"),
    "AccessDenied": (403, "rights ListBucket and GetObject"),
    "RequestTimeTooSkewed": (403, "clock"),
    "AuthorizationHeaderMalformed": (400, "another region"),
    "PermanentRedirect": (301, "Set the region or the address"),
    "Teapot": (418, "refuses: Teapot, the message"),
}


@pytest.mark.parametrize("code", CODES)
def test_an_error_of_the_store_says_what_to_do(site: Site, opened: Open, code: str) -> None:
    status, words = CODES[code]
    body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>the message</Message></Error>".encode()
    site.fallback = lambda _path: Answer(body, status, {"Content-Type": "application/xml"})
    source = opened(endpoint=site.address)
    with pytest.raises(SourceUnreachable, match=words):
        list(source.listing())


@pytest.mark.parametrize(("code", "words"), [("AccessDenied", "GetObject"), ("InvalidObjectState", "archived")])
def test_one_object_that_is_not_given_stops_nothing_else(site: Site, opened: Open, code: str, words: str) -> None:
    body = f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode()
    site.fallback = lambda _path: Answer(body, 403, {"Content-Type": "application/xml"})
    with pytest.raises(Unreadable, match=words):
        opened(endpoint=site.address, region="us-east-1").fetch(Listed("a.md", "x", "a.md"))


def endless_body(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
    while True:
        handler.wfile.write(b" " * 65536)


def cut_body(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")


@pytest.mark.parametrize(
    "answer",
    [
        Answer(b"<html>hello</html>", headers={"Content-Type": "text/html"}),
        Answer(b"<html>no</html>", 404, {"Content-Type": "text/html"}),
        Answer(b"", 200),
        Answer(b"<a>" * 2000, 200, {"Content-Type": "application/xml"}),
        Answer(b"down", 503),
        Answer(b"", 302, {"Location": "http://169.254.169.254/"}),
        Answer(act=endless_body),
        Answer(act=cut_body),
        Answer(
            LIST.format(more="true", rest="<NextContinuationToken>x</NextContinuationToken>").encode(),
            headers={"Content-Type": "application/xml"},
        ),
    ],
    ids=["page", "no page", "empty", "broken", "down", "redirect", "endless", "cut", "for ever truncated"],
)
def test_what_is_no_store_is_unreachable_and_nothing_of_it_is_gone(site: Site, opened: Open, answer: Answer) -> None:
    site.fallback = lambda _path: answer
    source = opened(endpoint=site.address, region="us-east-1", objects=1000)
    with pytest.raises(SourceUnreachable):
        list(source.listing())


def test_an_object_that_is_cut_off_is_not_taken(site: Site, opened: Open) -> None:
    site.fallback = lambda _path: Answer(act=cut_body)
    with pytest.raises(SourceUnreachable):
        opened(endpoint=site.address, region="us-east-1").fetch(Listed("a.md", "x", "a.md"))


def test_a_store_in_this_network_is_refused_by_default(bucket: Bucket, outside: Surroundings) -> None:
    source = BucketSource(BucketSettings(endpoint=bucket.store, bucket=bucket.name), outside)
    with pytest.raises(AddressRefused, match="SUREFOOT_ALLOW_PRIVATE_SOURCES"):
        list(source.listing())
    with pytest.raises(AddressRefused):
        source.check()
    with pytest.raises(AddressRefused):
        source.fetch(Listed("a.md", "x", "a.md"))


def test_secrets_come_from_the_environment_alone(opened: Open) -> None:
    with pytest.raises(SourceInvalid, match="SUREFOOT_SECRET_NONE"):
        opened(access_key_secret="SUREFOOT_SECRET_NONE")
    with pytest.raises(SourceInvalid, match="both the access key and the secret key"):
        opened(access_key_secret=None)
    with pytest.raises(ValidationError, match="SUREFOOT_SECRET"):
        opened(access_key_secret="AKIAEXAMPLE")


@pytest.mark.parametrize(
    "endpoint",
    [
        "s3.example.com",
        "ftp://s3.example.com",
        "https://u:p@s3.example.com",
        "https://",
        "https://s3.example.com/x",
        "https://s3.example.com:x",
    ],
)
def test_an_endpoint_that_cannot_be_used_is_refused_at_once(opened: Open, endpoint: str) -> None:
    with pytest.raises(ValidationError, match="must be an address"):
        opened(endpoint=endpoint)


def test_the_form_of_the_settings_explains_every_field() -> None:
    schema = BucketSettings.model_json_schema()
    assert all(field["title"] and field["description"] for field in schema["properties"].values())
