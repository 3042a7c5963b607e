"""Reads mails (EML, MHTML): headers, the readable body, and attachments by the readers of their formats."""

from __future__ import annotations

import email
from collections.abc import Iterator
from contextlib import suppress
from email.errors import HeaderParseError, MessageError
from email.header import Header, decode_header
from email.message import Message
from email.policy import compat32
from typing import TypeAlias, cast

from surefoot.ingestion.errors import Unreadable
from surefoot.ingestion.readers.attachments import Attachments
from surefoot.ingestion.readers.formats import Format
from surefoot.ingestion.readers.mail_text import Letter, decoded, file_name, header
from surefoot.ingestion.results import Content

_HEADERS = ("From", "To", "Cc", "Date")
"""Headers that are shown; who got a blind copy stays unknown."""
_LONGEST_HEADER = 10_000
"""Characters of a header that are decoded."""
_DEEPEST = 100
"""Parts within parts."""
_ENDINGS = {
    "text/plain": "txt",
    "text/html": "html",
    "text/csv": "csv",
    "text/calendar": "ics",
    "application/json": "json",
    "message/rfc822": "eml",
}
_SIGNATURES = ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature")
_SEALED = ("application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted")

Part: TypeAlias = "Message[str, str]"


def read_eml(data: bytes, attached: Attachments) -> Content:
    """One section for headers and text, more by its headings, and those of attachments.

    Raises Unreadable for encrypted mails and those that nest too deeply.
    """
    try:
        message = email.message_from_bytes(data, policy=compat32)
    except RecursionError as error:
        raise Unreadable("The mail's parts nest too deeply to be a mail.") from error
    letter = Letter(header(_words(message, "Subject")))
    letter.headers = [(name, header(_words(message, name))) for name in _HEADERS]
    for part in _leaves(message, letter, 0):
        _add(part, letter, attached)
    return letter.content(Format.EML)


def _words(message: Part, name: str) -> str:
    """A header's value with its encoded words decoded; '' where it is missing."""
    value = cast("Header | str | None", message.get(name))
    return "" if value is None else _in_words(value)


def _in_words(value: Header | str) -> str:
    """A value with its encoded words decoded, also of a file's name, where they do not belong but often stand."""
    try:
        pieces = decode_header(value[:_LONGEST_HEADER] if isinstance(value, str) else value)  # else raw bytes are in it
    except (HeaderParseError, ValueError):
        return str(value)[:_LONGEST_HEADER]
    return "".join(piece if isinstance(piece, str) else decoded(piece, charset) for piece, charset in pieces)


def _leaves(part: Part, letter: Letter, depth: int) -> Iterator[Part]:
    """The parts that are shown or attached: of alternatives the best, of signed parts what is signed."""
    kind = part.get_content_type()
    if depth > _DEEPEST:
        raise Unreadable(f"The mail's parts nest more than {_DEEPEST} levels deep, which no mail does.")
    if kind == "multipart/encrypted" or kind in _SEALED:
        letter.encrypted = True
        return
    children = _children(part)
    if children is None or kind == "message/rfc822":
        yield part
        return
    if kind == "multipart/alternative":
        children = _best(children)
    elif kind == "multipart/signed":
        children = children[:1]
    for child in children:
        yield from _leaves(child, letter, depth + 1)


def _children(part: Part) -> list[Part] | None:
    """The parts of a part of many, or None for a part that holds text or data."""
    if not part.is_multipart():
        return None
    payload: object = part.get_payload()
    return [child for child in payload if isinstance(child, Message)] if isinstance(payload, list) else None


def _best(alternatives: list[Part]) -> list[Part]:
    """The page, which keeps lists and tables, else what comes last; and those that are no text, such as invitations."""
    pages = [part for part in alternatives if _holds(part, "text/html", 0)]
    plain = [part for part in alternatives if part.get_content_type() == "text/plain"]
    chosen = (pages or plain or alternatives)[-1:]
    others = (part for part in alternatives if part not in chosen)
    return [*chosen, *(leaf for part in others for leaf in _named(part, 0))]


def _named(part: Part, depth: int) -> Iterator[Part]:
    """The files in an alternative that is not chosen: some programs put them beside the plain text."""
    if part.get_filename() or part.get_content_disposition() == "attachment":
        yield part
    elif depth < _DEEPEST:
        for child in _children(part) or ():
            yield from _named(child, depth + 1)


def _holds(part: Part, kind: str, depth: int) -> bool:
    if part.get_content_type() == kind:
        return True
    return depth < _DEEPEST and any(_holds(child, kind, depth + 1) for child in _children(part) or ())


def _add(part: Part, letter: Letter, attached: Attachments) -> None:
    kind = part.get_content_type()
    named = _in_words(part.get_filename() or "")
    is_body = part.get_content_maintype() == "text" and part.get_content_disposition() != "attachment" and not named
    if kind in _SIGNATURES or _is_decoration(part):
        return
    payload = _payload(part)
    if not payload.strip():
        return
    if is_body and kind in ("text/plain", "text/html"):
        with suppress(Unreadable):  # what is no text is looked at as an attachment
            text = decoded(payload, part.get_content_charset())
            if kind == "text/plain" or not letter.add_html(text):
                letter.add_plain(text)
            return
    name = file_name(named, f"attachment.{_ENDINGS.get(kind, 'txt' if is_body else 'bin')}")
    letter.attached += attached.sections(payload, name)


def _is_decoration(part: Part) -> bool:
    """A picture that stands in the text, such as a logo."""
    return (
        part.get_content_maintype() == "image"
        and part.get_content_disposition() != "attachment"
        and part.get("Content-ID") is not None
    )


def _payload(part: Part) -> bytes:
    """The bytes of a part; of an attached mail those of the mail."""
    children = _children(part)
    try:
        if children is not None:
            return children[0].as_bytes() if children else b""
        payload = part.get_payload(decode=True)
    except (MessageError, UnicodeError, LookupError, ValueError, RecursionError):
        return b""
    return payload if isinstance(payload, bytes) else b""
