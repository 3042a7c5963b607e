"""Makes files that mean harm: bombs, circles, endless nesting, names that climb out of their folder."""

from __future__ import annotations

import base64
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator

from tools.fuzz_seeds import packed

ESCAPE = "surefoot-fuzz-escape"
"""Name of the files that hostile archives try to write outside."""
_MB = 2**20
_LAUGHS = "<!DOCTYPE a [<!ENTITY b0 'ha'>{}]>".format(
    "".join(f"<!ENTITY b{n} '{f'&b{n - 1};' * 10}'>" for n in range(1, 11))
)
_TYPES = "[Content_Types].xml"


def hostile(names: frozenset[str] | None = None) -> Iterator[tuple[str, bytes]]:
    """Names and contents, all or those named, made one after another because some are large."""
    for name, make in _CASES.items():
        if names is None or name in names:
            yield name, make()


def pdf(objects: list[bytes], root: int = 1) -> bytes:
    """A PDF of these objects, numbered from 1, with a sound table of places."""
    body, places = bytearray(b"%PDF-1.7\n"), list[int]()
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    body += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(body + b"trailer<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, root, start))


def pdf_of(pages: int) -> bytes:
    """A PDF of so many pages with a line of text each."""
    kids = b" ".join(b"%d 0 R" % (4 + n) for n in range(pages))
    text = b"BT /F1 12 Tf 60 700 Td (Depot 4711 has tyres and pads in store) Tj ET"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F1 3 0 R>>>>/Contents %d 0 R>>"
    return pdf(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, kids),
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
            *(page % (4 + pages) for _ in range(pages)),
            b"<</Length %d>>stream\n%s\nendstream" % (len(text), text),
        ]
    )


def _one_page(contents: bytes, more: bytes = b"", box: bytes = b"0 0 300 300") -> bytes:
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[%s]/Contents 4 0 R%s>>" % (box, more)
    return pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[3 0 R]>>", page, contents])


def _flate_bomb() -> bytes:
    inner = zlib.compressobj(9)
    once = b"".join(inner.compress(b"\0" * _MB) for _ in range(900)) + inner.flush()
    stream = zlib.compress(once, 9)
    return _one_page(b"<</Filter[/FlateDecode/FlateDecode]/Length %d>>stream\n%s\nendstream" % (len(stream), stream))


def _huge_scan() -> bytes:
    """A picture of 30,000 by 30,000 dots in a PDF of 100 kB."""
    packer = zlib.compressobj(9)
    stream = b"".join(packer.compress(b"\xff" * 90_000) for _ in range(10_000)) + packer.flush()
    image = b"<</Type/XObject/Subtype/Image/Width 30000/Height 30000/BitsPerComponent 8/ColorSpace/DeviceGray"
    drawing = b"q 300 0 0 300 0 0 cm /I Do Q"
    resources = b"/Resources<</XObject<</I 5 0 R>>>>"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R%s>>" % resources
    return pdf(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
            page,
            b"<</Length %d>>stream\n%s\nendstream" % (len(drawing), drawing),
            image + b"/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        ]
    )


def _endless_drawing() -> bytes:
    drawing = b"0 0 m " + b"300 300 l 0 0 l " * 400_000 + b"S"
    stream = zlib.compress(drawing, 9)
    return _one_page(b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(stream), stream))


def _circle_of_pages() -> bytes:
    return pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Parent 2 0 R/Count 999999999/Kids[2 0 R 2 0 R]>>"])


def _zip_bomb(part: str, size: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_TYPES, "<Types/>")
        with archive.open(part, "w", force_zip64=True) as content:
            content.write(b"<a>")
            for _ in range(size // _MB):
                content.write(b" " * _MB)
    return out.getvalue()


def _lying_bomb() -> bytes:
    """An archive whose lists say that its part has 1,000 bytes."""
    size = 300 * _MB + 3
    data = _zip_bomb("word/document.xml", 300 * _MB)
    return data.replace(struct.pack("<I", size), struct.pack("<I", 1_000))


def _nested_zip() -> bytes:
    data = _zip_bomb("zeros.txt", 64 * _MB)
    for level in range(5):
        data = packed({f"{level}-{copy}.zip": data for copy in range(8)})
    return data


def _climbing() -> bytes:
    names = (f"../../../../tmp/{ESCAPE}", f"/{ESCAPE}", f"..\\..\\{ESCAPE}", f"word/../../{ESCAPE}")
    return packed({**dict.fromkeys(names, "escaped"), _TYPES: "<Types/>", "word/document.xml": "<a/>"})


def _mail_of_mails() -> bytes:
    head = "From: a@example.com\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
    parts = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n' for n in range(3_000))
    return (head + parts + "Content-Type: text/plain\r\n\r\ndeep\r\n").encode()


def _mail_with(name: str, content: bytes) -> bytes:
    body = base64.encodebytes(content).decode()
    return (
        "From: a@example.com\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b"
        f"\r\nContent-Type: application/octet-stream; name={name}\r\nContent-Transfer-Encoding: base64\r\n"
        f"Content-Disposition: attachment; filename={name}\r\n\r\n{body}\r\n--b--\r\n"
    ).encode()


def _picture_bomb() -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 10 * _MB, 9))


def _laughing_office(part: str, more: str = "") -> bytes:
    return packed({_TYPES: "<Types/>", part: f"<?xml version='1.0'?>{_LAUGHS}<a>&b10;</a>", more or "x": "<a/>"})


_CASES: dict[str, Callable[[], bytes]] = {
    "flate_bomb.pdf": _flate_bomb,
    "huge_scan.pdf": _huge_scan,
    "endless_drawing.pdf": _endless_drawing,
    "circle_of_pages.pdf": _circle_of_pages,
    "huge_box.pdf": lambda: _one_page(b"<</Length 9>>stream\n0 0 9 9 re\nendstream", box=b"0 0 1e9 1e9"),
    "pages_5000.pdf": lambda: pdf_of(5_000),
    "pages_5001.pdf": lambda: pdf_of(5_001),
    "zip_bomb.docx": lambda: _zip_bomb("word/document.xml", 1024 * _MB),
    "zip_bomb.xlsx": lambda: _zip_bomb("xl/workbook.xml", 1024 * _MB),
    "zip_bomb.pptx": lambda: _zip_bomb("ppt/presentation.xml", 1024 * _MB),
    "lying_bomb.docx": _lying_bomb,
    "nested.zip": _nested_zip,
    "climbing.docx": _climbing,
    "climbing.zip": lambda: packed({f"../../../tmp/{ESCAPE}": "escaped"}),
    "laughs.xml": f"<?xml version='1.0'?>{_LAUGHS}<a>&b10;</a>".encode,
    "laughs.docx": lambda: _laughing_office("word/document.xml"),
    "laughs.xlsx": lambda: _laughing_office("xl/workbook.xml"),
    "laughs.pptx": lambda: _laughing_office("ppt/presentation.xml"),
    "laughs.odt": lambda: packed(
        {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": f"{_LAUGHS}<a>&b10;</a>"}
    ),
    "outside.xml": lambda: b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
    "deep.json": lambda: b"[" * 1_000_000,
    "deep.html": lambda: b"<html>" + b"<div>" * 200_000 + b"text",
    "deep.xml": lambda: b"<a>" * 500_000,
    "deep.rtf": lambda: b"{\\rtf1 " + b"{" * 1_000_000,
    "deep.md": lambda: b"> " * 500_000 + b"text",
    "long_line.txt": lambda: b"a" * (30 * _MB),
    "quotes.csv": lambda: b'"' * (5 * _MB),
    "wide.csv": lambda: b",".join([b"a"] * 2_000_000),
    "tables.html": lambda: b"<html><table>" + b"<tr><td colspan=1000 rowspan=65534>a</td></tr>" * 3_000,
    "mail_of_mails.eml": _mail_of_mails,
    "mail_with_bomb.eml": lambda: _mail_with("bomb.pdf", _flate_bomb()),
    "mail_in_mail.eml": lambda: _nested_mail(60),
    "bomb.png": _picture_bomb,
    "binary.rtf": lambda: b"{\\rtf1 \\bin999999999 " + b"\0" * 1_000,
    "zeros.txt": lambda: bytes(8 * _MB),
    "empty.pdf": lambda: b"",
    "names\nwith\r\nnewlines.txt": lambda: b"plain text",
}


def _nested_mail(depth: int) -> bytes:
    mail = b"From: a@example.com\r\nSubject: x\r\nMIME-Version: 1.0\r\n\r\nplain\r\n"
    for _ in range(depth):
        if len(mail) > 2 * _MB:
            break
        mail = _mail_with("inner.eml", mail)
    return mail
