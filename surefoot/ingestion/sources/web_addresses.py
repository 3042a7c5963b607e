"""Brings web addresses into one form, and gives each the name under which its document is kept."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from urllib.parse import quote, unquote, urljoin, urlsplit

LONGEST = 2000
"""Characters of an address; a longer one is a trap or a search form."""
_LONGEST_NAME = 400
_TRACKING = re.compile(
    r"utm_.*|gclid|gclsrc|dclid|gbraid|wbraid|fbclid|msclkid|yclid|igshid|mc_[ce]id|_ga|_gl|_hs(?:enc|mi)|mkt_tok|"
    r"ref_src|pk_.*|mtm_.*|matomo_.*",
    re.IGNORECASE,
)
_SESSION = re.compile(
    r"(?:php|j|asp\.net_|aspx?)?_?sess(?:ion)?_?id|aspsessionid\w*|jsessionid|sid|cfid|cftoken|zenid", re.IGNORECASE
)
_SESSION_PART = re.compile(r";(?:jsessionid|sid|phpsessid)=[^/?;]*", re.IGNORECASE)
_UNRESERVED = re.compile(r"%([0-9A-Fa-f]{2})")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\\/:]")
_DEEPEST = 20
_MOST_REPEATS = 3
"""Times that one folder may stand in a path; links that are relative by mistake repeat it without end."""

_TYPES: dict[str, tuple[str, ...]] = {
    "text/html": ("html", "htm", "xhtml"),
    "application/xhtml+xml": ("html", "htm", "xhtml"),
    "application/pdf": ("pdf",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ("docx",),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ("pptx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ("xlsx",),
    "application/vnd.oasis.opendocument.text": ("odt",),
    "application/epub+zip": ("epub",),
    "text/csv": ("csv",),
    "text/tab-separated-values": ("tsv",),
    "text/markdown": ("md", "markdown"),
    "text/plain": ("txt", "md", "markdown", "csv", "tsv", "json", "jsonl", "eml"),
    "application/json": ("json",),
    "application/jsonl": ("jsonl",),
    "application/x-ndjson": ("jsonl",),
    "message/rfc822": ("eml",),
}
"""Endings that fit a content type, the usual one first."""
_ENDINGS = frozenset(ending for endings in _TYPES.values() for ending in endings)
_UNTOLD = frozenset(
    {"", "application/octet-stream", "binary/octet-stream", "application/force-download", "application/download",
     "application/zip", "application/x-zip-compressed", "application/vnd.ms-excel"}
)  # fmt: skip
"""Content types that say nothing, so that the address's ending decides."""
_OTHER_FILES = frozenset(
    "avif bmp gif ico jpeg jpg png svg tif tiff webp mp3 mp4 m4a mov avi webm wav ogg css js mjs map json5 wasm woff "
    "woff2 ttf otf eot zip gz tgz bz2 xz 7z rar tar exe msi dmg iso apk jar deb rpm bin rss atom".split()
)


def canonical(address: str, base: str = "") -> str | None:
    """The one form of an http address; None where it is none, holds credentials, or uses a port of other services.

    Fragment, default port, tracking parameters and session ids are dropped.
    """
    text = re.sub(r"[\t\r\n]", "", address.strip())
    if len(text) > LONGEST:
        return None
    try:
        parts = urlsplit(urljoin(base, text))
        host, port = (parts.hostname or "").rstrip("."), parts.port
        host = host if ":" in host else host.encode("idna").decode("ascii")
    except ValueError:  # UnicodeError is one
        return None
    if parts.scheme not in ("http", "https") or not host or parts.username is not None or not _is_web_port(port):
        return None
    usual = {"http": 80, "https": 443}[parts.scheme]
    place = f"[{host}]" if ":" in host else host
    place += f":{port}" if port not in (None, usual) else ""
    query = "&".join(part for part in parts.query.split("&") if part and not _is_noise(part))
    path = _path(parts.path)
    made = f"{parts.scheme}://{place}{path}" + (f"?{_escaped(query)}" if query else "")
    return made if len(made) <= LONGEST else None


def origin(address: str) -> str:
    """Scheme, host and port of a canonical address."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def place(address: str) -> str:
    """Host and port of a canonical address, without the scheme."""
    return urlsplit(address).netloc


def key(address: str) -> str:
    """What tells pages apart: scheme, final slash, index.html and the order of parameters do not."""
    parts = urlsplit(address)
    path = re.sub(r"/(?:index\.html?)?$", "", re.sub(r"/{2,}", "/", parts.path))
    query = "&".join(sorted(parts.query.split("&"))) if parts.query else ""
    return f"{parts.netloc}{path}" + (f"?{query}" if query else "")


def without_query(address: str) -> str:
    """The page of which an address is a variant."""
    return key(address).partition("?")[0]


def is_trap(address: str) -> bool:
    """Whether a path is so deep, or repeats a folder so often, that it comes from links without end."""
    segments = [segment for segment in urlsplit(address).path.split("/") if segment]
    return len(segments) > _DEEPEST or max(Counter(segments).values(), default=0) > _MOST_REPEATS


def is_other_file(address: str) -> bool:
    """Whether the ending says that there is no text: pictures, archives, programs."""
    return _ending(address) in _OTHER_FILES


def is_document_file(address: str) -> bool:
    """Whether the ending names a document that is no page."""
    return _ending(address) in _ENDINGS - set(_TYPES["text/html"])


def ending_for(address: str, content_type: str) -> str | None:
    """The file ending for what an address answers with; None where that is no document that is read."""
    own = _ending(address)
    if content_type in _UNTOLD:
        return own if own in _ENDINGS and (own not in _TYPES["text/html"] or not content_type) else None
    endings = _TYPES.get(content_type)
    if endings is None:
        return None
    return own if own in endings else endings[0]


def possible_endings(address: str) -> list[str]:
    """The endings that the name of an address that does not answer can have had, the likeliest first."""
    own = _ending(address)
    if own in _ENDINGS:
        return [own]
    return list(dict.fromkeys(endings[0] for endings in _TYPES.values()))


def folder(address: str) -> str:
    """The folder in which the documents of an address's server lie."""
    return place(address).replace(":", "_").replace("[", "").replace("]", "")


def plain_path(address: str) -> str:
    """The path of an address as people write it in a pattern: without the first and the last slash."""
    return "/".join(_readable(part) for part in urlsplit(address).path.split("/") if part)


def document_name(address: str, ending: str) -> str:
    """The name of an address's document: host, folders, page, with its ending; at most some 420 characters."""
    page, _, query = key(address).partition("?")
    folders = [_readable(part) for part in page.split("/")[1:] if part] or ["index"]
    if query:
        folders[-1] += "~" + _readable(query)
    name = unicodedata.normalize("NFC", "/".join([folder(address), *folders]))
    tail = "" if name.lower().endswith(f".{ending}") else f".{ending}"
    return marked(address, ending) if len(name) > _LONGEST_NAME else name + tail


def marked(address: str, ending: str) -> str:
    """A name that no other address has: shortened, with a hash of the address."""
    digest = hashlib.sha256(key(address).encode()).hexdigest()[:12]
    stem = unicodedata.normalize("NFC", plain_path(address).replace("/", "-"))[:120].rstrip()
    return f"{folder(address)}/{stem}~{digest}.{ending}"


def _readable(part: str) -> str:
    """A part of an address as people read it; what a file name may not hold becomes '_'."""
    text = _UNSAFE.sub("_", unquote(part, errors="replace")).strip()
    return "_" if text in ("", ".", "..") else text


def _ending(address: str) -> str:
    last = urlsplit(address).path.rsplit("/", 1)[-1]
    return last.rsplit(".", 1)[1].lower() if "." in last else ""


def _is_web_port(port: int | None) -> bool:
    return port is None or port in (80, 443) or 1024 <= port < 65536


def _is_noise(part: str) -> bool:
    name = unquote(part.partition("=")[0])
    return bool(_TRACKING.fullmatch(name) or _SESSION.fullmatch(name))


def _path(path: str) -> str:
    kept: list[str] = []
    segments = _escaped(_SESSION_PART.sub("", path)).split("/")[1:] or [""]
    for segment in segments:
        if segment == "..":
            kept = kept[:-1]
        elif segment != ".":
            kept.append(segment)
    slash = segments[-1] in (".", "..") and kept[-1:] != [""]
    return "/" + "/".join(kept) + ("/" if slash and kept else "")


def _escaped(text: str) -> str:
    """Percent-encoding in one form (RFC 3986, 6.2.2): needed escapes in capitals, needless ones undone."""
    quoted = quote(text, safe="%/:@!$&'()*+,;=~?")
    return _UNRESERVED.sub(_unescaped, quoted)


def _unescaped(match: re.Match[str]) -> str:
    char = chr(int(match[1], 16))
    return char if char.isascii() and (char.isalnum() or char in "-._~") else match[0].upper()
