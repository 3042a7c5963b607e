"""Reads the objects of an S3-compatible bucket."""

from __future__ import annotations

import contextlib
import hashlib
import zlib
from collections.abc import Generator, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit
from xml.etree.ElementTree import ParseError

from surefoot.ingestion.errors import DocumentGone, SourceInvalid, SourceUnreachable, Unreadable, UnsafePath
from surefoot.ingestion.results import SourceFile
from surefoot.ingestion.sources.bucket_settings import BucketSettings
from surefoot.ingestion.sources.naming import document_path
from surefoot.ingestion.sources.network import Surroundings
from surefoot.ingestion.sources.patterns import Patterns
from surefoot.ingestion.sources.port import Doubtful, Listed, Source
from surefoot.ingestion.sources.web_unpacking import gunzipped

if TYPE_CHECKING:
    from minio import Minio
    from minio.datatypes import Object
    from minio.error import S3Error
    from urllib3 import BaseHTTPResponse

    from surefoot.ingestion.sources.bucket_pool import BucketPool

__all__ = ["BucketSettings", "BucketSource"]

_ANSWERS, _FEWEST_PER_ANSWER = 20, 100
"""Answers of the store that any work may need, and objects that each answer of a long listing holds at least."""
_FETCH_S = 600.0
"""Seconds for one object's content."""


class BucketSource(Source):
    """The current objects of a bucket; older versions and deleted ones are not there."""

    def __init__(self, settings: BucketSettings, surroundings: Surroundings) -> None:
        """Raises SourceInvalid where a secret is not set, or the settings do not fit together."""
        from surefoot.ingestion.sources.bucket_pool import BucketPool

        self._settings, self._surroundings = settings, surroundings
        self._patterns = Patterns(settings.include, settings.exclude)
        self._pool = BucketPool(surroundings.rules)
        self._client = _client(settings, surroundings, self._pool)

    def listing(self) -> Iterator[Listed | Doubtful]:
        """The bucket's objects, by key; what ends with '/' is a folder and no document."""
        self._pool.begin(_ANSWERS + self._settings.objects // _FEWEST_PER_ANSWER)
        with self._worded():
            for number, found in enumerate(self._objects()):
                if number >= self._settings.objects:
                    reason = f"The bucket has more than {self._settings.objects:,} objects: raise the limit."
                    yield Doubtful("", reason, below=True)
                    return
                if found.object_name and not found.is_dir and self._patterns.takes(found.object_name):
                    yield _listed(found, found.object_name)

    def fetch(self, listed: Listed) -> SourceFile:
        """The object's current content."""
        key = unquote(listed.locator)
        if {".", ".."} & set(key.split("/")):
            raise Unreadable(f"The object {key!r} cannot be asked for: its key has a part '.' or '..'. Rename it.")
        self._pool.begin(_ANSWERS)
        with self._worded(key), self._pool.within(_FETCH_S):
            response = self._client.get_object(self._settings.bucket, key)
            try:
                data = self._content(response, key)
            finally:
                response.close()
        return SourceFile(listed.path, data, _modified(response) or listed.modified, self._properties(response, key))

    def check(self) -> str:
        """Ask for the first objects of the bucket."""
        self._pool.begin(_ANSWERS)
        with self._worded():
            first = next(iter(self._objects()), None)
        where = f"with the prefix {self._settings.prefix!r} " if self._settings.prefix else ""
        if first is None:
            return f"The bucket {self._settings.bucket} answers; it has no object {where}yet."
        return f"The bucket {self._settings.bucket} answers; its first object {where}is {first.object_name}."

    def close(self) -> None:
        """Close connections."""
        self._pool.clear()

    def _objects(self) -> Iterator[Object]:
        return self._client.list_objects(self._settings.bucket, prefix=self._settings.prefix or None, recursive=True)

    def _content(self, response: BaseHTTPResponse, key: str) -> bytes:
        """The object's bytes, unpacked where it is stored packed; raises Unreadable over the limit."""
        from surefoot.ingestion.sources.bucket_pool import pieces

        limit = self._surroundings.largest_file
        announced = response.headers.get("content-length", "")
        if announced.isdigit() and int(announced) > limit:
            raise Unreadable(_too_large(key, int(announced), limit))
        stream: Iterator[bytes] = pieces(response, limit)
        if response.headers.get("content-encoding", "").lower() == "gzip":
            stream = gunzipped(stream)
        parts, size = list[bytes](), 0
        for piece in stream:
            size += len(piece)
            if size > limit:
                raise Unreadable(_too_large(key, size, limit))
            parts.append(piece)
        return b"".join(parts)

    def _properties(self, response: BaseHTTPResponse, key: str) -> dict[str, str]:
        """The object's address, and what its owner noted of it."""
        noted = {
            name.lower().removeprefix("x-amz-meta-"): value[:500]
            for name, value in response.headers.items()
            if name.lower().startswith("x-amz-meta-")
        }
        return {**noted, "address": f"s3://{self._settings.bucket}/{key}"}

    @contextlib.contextmanager
    def _worded(self, key: str = "") -> Generator[None]:
        """Errors of the client as errors of a source, in words for the person who must act."""
        from minio.error import MinioException, S3Error
        from urllib3.exceptions import HTTPError

        try:
            yield
        except S3Error as error:
            raise _answer(error, self._settings, key) from error
        except zlib.error as error:
            raise Unreadable(f"The object {key!r} is stored as gzip, but damaged ({error}). Store it again.") from error
        except (MinioException, HTTPError, ParseError, ValueError, OSError) as error:
            raise SourceUnreachable(
                f"{self._settings.endpoint} does not answer as an S3 store: {str(error)[:300]}. "
                "Check the address, and that the store runs."
            ) from error


def _client(settings: BucketSettings, surroundings: Surroundings, pool: BucketPool) -> Minio:
    from minio import Minio

    if (settings.access_key_secret is None) != (settings.secret_key_secret is None):
        raise SourceInvalid("Give both the access key and the secret key, or neither for a public bucket.")
    names = (settings.access_key_secret, settings.secret_key_secret, settings.session_token_secret)
    access, secret, token = (surroundings.secrets(name) if name else None for name in names)
    parts = urlsplit(settings.endpoint)
    try:
        client = Minio(parts.netloc, access, secret, token, parts.scheme == "https", settings.region, pool)
    except ValueError as error:
        raise SourceInvalid(f"The address of the store, or its region, cannot be used: {error}.") from error
    if settings.path_style:
        client.disable_virtual_style_endpoint()
    else:
        client.enable_virtual_style_endpoint()
    return client


def _listed(found: Object, key: str) -> Listed:
    modified = found.last_modified.astimezone(UTC) if found.last_modified else None
    mark = found.etag or (modified.isoformat() if modified else "")
    return Listed(_path(key), f"{mark}-{found.size}", quote(key, safe=""), found.size, modified)


def _path(key: str) -> str:
    """The key as a document's name; one that no document may have is spelled out, with a hash of the key."""
    path = document_path(key)
    try:
        SourceFile(path, b"")
    except UnsafePath:
        digest = hashlib.sha256(key.encode()).hexdigest()[:12]
        stem, dot, ending = quote(key.replace("/", "-"), safe=" -_.~()")[-300:].rpartition(".")
        return f"{stem or 'object'}~{digest}{dot}{ending}" if dot else f"{ending}~{digest}"
    return path


def _modified(response: BaseHTTPResponse) -> datetime | None:
    try:
        return parsedate_to_datetime(response.headers.get("last-modified", "")).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None


def _too_large(key: str, size: int, limit: int) -> str:
    return f"The object {key!r} has {size:,} bytes or more; {limit:,} are the limit. Cut it up and store the parts."


def _answer(error: S3Error, settings: BucketSettings, key: str) -> Exception:
    """What an error code of the S3 API means here."""
    code = error.code or ""
    if key and code in ("NoSuchKey", "NoSuchVersion", "MethodNotAllowed"):
        return DocumentGone(f"The object {key!r} is no longer in the bucket {settings.bucket}.")
    if key and code in ("AccessDenied", "InvalidObjectState"):
        why = "may not be read with this key (GetObject)" if code == "AccessDenied" else "is archived: restore it first"
        return Unreadable(f"The object {key!r} {why}.")
    return SourceUnreachable(_REMEDIES.get(code, _OTHER).format(code=code, message=error.message, s=settings))


_REMEDIES = {
    "NoSuchBucket": "There is no bucket {s.bucket} at {s.endpoint}. Check its name, and the address of the store.",
    "AccessDenied": "The key may not list the bucket {s.bucket}. Give it the rights ListBucket and GetObject, and "
    "GetBucketLocation where no region is set.",
    "InvalidAccessKeyId": "The store does not know the access key in {s.access_key_secret}. Correct the variable.",
    "SignatureDoesNotMatch": "The secret key in {s.secret_key_secret} does not belong to the access key. Correct it.",
    "RequestTimeTooSkewed": "This machine's clock differs too much from the store's. Set it by a time server.",
    "ExpiredToken": "The session token in {s.session_token_secret} has expired. Set a new one.",
    "InvalidToken": "The session token in {s.session_token_secret} is not accepted. Set a new one.",
    "AuthorizationHeaderMalformed": "The bucket {s.bucket} is in another region: {message}. Set the region.",
    "PermanentRedirect": "The bucket {s.bucket} is at another address: {message}. Set the region or the address.",
    "SlowDown": "The store is asked too often. Try again later.",
}
_OTHER = "The store at {s.endpoint} refuses: {code}, {message}."
