"""Old Office files and Outlook mails in compound files made for one property each."""

from __future__ import annotations

import struct

import pytest

from surefoot.ingestion.errors import Unreadable
from surefoot.ingestion.limits import ReadLimits
from surefoot.ingestion.readers.compound import Compound
from surefoot.ingestion.readers.read import read
from surefoot.ingestion.readers.rtf_packed import unpacked
from surefoot.ingestion.results import Content
from tests.ingestion.made_files import compound, texts, whole

PACKED = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
)
"""The example of the specification: '{\\rtf1\\ansi\\ansicpg1252\\pard hello world}'."""


def msg(*, folder: str = "", head: int = 32, **texts_: str | bytes) -> dict[str, bytes]:
    """The streams of a mail with these properties, text in UTF-16."""
    sent = struct.pack("<HHIQ", 0x40, 0x39, 0, 133_830_000_000_000_000)
    made = {f"{folder}__properties_version1.0": bytes(head) + sent}
    for tag, value in texts_.items():
        kind, data = ("0102", value) if isinstance(value, bytes) else ("001F", value.encode("utf-16-le"))
        made[f"{folder}__substg1.0_{tag.removeprefix('p')}{kind}"] = data
    return made


def attachment(number: int, **properties: str | bytes) -> dict[str, bytes]:
    return msg(folder=f"__attach_version1.0_#{number:08X}/", head=8, **properties)


def read_msg(streams: dict[str, bytes]) -> Content:
    return read(compound(streams), "a.msg", ReadLimits())


def test_streams_are_found_by_their_paths() -> None:
    streams = {"A": b"a" * 5000, "F/B": b"b" * 9000, "F/G/C": b"c" * 4096}
    box = Compound(compound(streams))
    assert {name: box.read(name) for name in box.names} == streams
    assert box.read("F/none") is None
    assert (box.has_folder("F/G/"), box.has_folder("F/B/")) == (True, False)


def test_chains_and_folders_that_run_in_circles_end() -> None:
    data = bytearray(compound({"A": bytes(5000), "WordDocument": bytes(5000)}))
    for at in range(0, len(data) - 4, 4):  # each number of the table points back to the start
        if struct.unpack_from("<I", data, at)[0] == 0xFFFFFFFE and at > 512:
            struct.pack_into("<I", data, at, 0)
    with pytest.raises(Unreadable):
        read(bytes(data), "a.doc", ReadLimits())


def test_an_outlook_mail_has_headers_text_and_attachments() -> None:
    streams = msg(
        p0037="Idling", p0C1A="Ann", p5D01="ann@example.com", p0E04="Bob; Cyd", p1013=b"<p>Seven <b>minutes</b>.</p>"
    )
    streams |= attachment(0, p3707="rates.csv", p3701=b"a;b\n1;2\n")
    inner = "__attach_version1.0_#00000001/__substg1.0_3701000D/"
    streams |= attachment(1, p3707="Old mail") | msg(folder=inner, head=24, p0037="Before", p1000="Eight minutes.")
    content = read_msg(streams)
    assert texts(content) == [
        (("Idling",), "From: Ann <ann@example.com>\nTo: Bob; Cyd\nDate: 2025-02-02 20:00 UTC\n\nSeven minutes."),
        (("Idling", "Attachment: rates.csv"), "| a | b |\n| - | - |\n| 1 | 2 |"),
        (("Idling", "Attachment: Old mail", "Before"), "Date: 2025-02-02 20:00 UTC\n\nEight minutes."),
    ]


def test_a_mail_that_has_its_text_in_rich_text_alone_is_read() -> None:
    assert unpacked(PACKED) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert "hello world" in whole(read_msg(msg(p0037="Rich", p1009=PACKED)))
    assert unpacked(PACKED[:31]).startswith(b"{\\rtf1\\ansi")
    assert unpacked(b"nonsense") == unpacked(bytes(40)) == b""


def test_an_encrypted_outlook_mail_is_refused() -> None:
    with pytest.raises(Unreadable, match="encrypted"):
        read_msg(msg(p0037="Secret", p001A="IPM.Note.SMIME", p1000="cipher"))


def word(text: str, version: int = 0xC1, flags: int = 0) -> bytes:
    """A Word file of one piece of text, without styles."""
    body = text.encode("utf-16-le")
    pieces = struct.pack("<III", 0, len(text), 0)[:8] + struct.pack("<HIH", 0, 1024, 0)
    clx = b"\x02" + struct.pack("<I", len(pieces)) + pieces
    head = bytearray(1024)
    struct.pack_into("<HH6xH", head, 0, 0xA5EC, version, flags)
    struct.pack_into("<i", head, 76, len(text))
    struct.pack_into("<II", head, 154 + 8 * 33, 0, len(clx))
    return compound({"WordDocument": bytes(head) + body, "0Table": clx})


def test_a_word_file_is_read_without_the_codes_of_its_fields() -> None:
    text = "Größe\rSee \x13HYPERLINK \x13 inner \x14x\x15 unseen\x14page 4\x15.\x0bNext\x1eline\rOpen \x13unseen"
    content = read(word(text + "\r"), "a.doc", ReadLimits())
    assert texts(content) == [((), "Größe\n\nSee page 4.\nNext-line\n\nOpen unseen")]


@pytest.mark.parametrize(("version", "flags", "reason"), [(0x68, 0, "before 1997"), (0xC1, 0x100, "password")])
def test_older_and_protected_word_files_are_refused(version: int, flags: int, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read(word("text\r", version, flags), "a.doc", ReadLimits())


@pytest.mark.parametrize("name", ["WordDocument", "PowerPoint Document", "Workbook"])
def test_an_old_file_with_nothing_in_it_is_refused(name: str) -> None:
    with pytest.raises(Unreadable, match=r"damaged|before 1997|no text"):
        read(compound({name: b""}), "a.doc", ReadLimits())


def test_an_old_file_is_what_it_contains_whatever_its_name() -> None:
    assert read(word("text\r"), "a.xls", ReadLimits()).media_type == "application/msword"
    with pytest.raises(Unreadable, match="unknown kind"):
        read(compound({"Other": b"x"}), "a.db", ReadLimits())
    with pytest.raises(Unreadable, match="damaged"):
        read(compound({"Other": b"x"}), "a.doc", ReadLimits())
