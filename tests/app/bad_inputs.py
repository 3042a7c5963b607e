"""Bad input with the answer that it gets: what the tests send, and what the guide's tables say."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

PADS = "When are the pads of the van replaced?"
Json = dict[str, Any]


@dataclass(frozen=True)
class BadRequest:
    """A request that is refused."""

    what: str
    method: str
    path: str
    status: int
    code: str
    remedy: str
    """Words of the message that say what to do."""
    body: Json = field(default_factory=dict[str, Any])

    def row(self) -> str:
        """Its row in the guide."""
        return f"| {self.what} | {self.status} `{self.code}` | {self.remedy} |"


@dataclass(frozen=True)
class BadFile:
    """A file that is rejected, while the other files of its request are read."""

    what: str
    name: str
    made: Callable[[], bytes]
    reason: str
    """Words of the reason."""

    def row(self) -> str:
        """Its row in the guide."""
        return f"| {self.what} | {self.reason} |"


def _asked(text: str, **more: Any) -> Json:
    return {"model": "garage", "messages": [{"role": "user", "content": text}], **more}


CHAT = "/v1/chat/completions"
REQUESTS = (
    BadRequest("an empty question", "POST", CHAT, 422, "question_invalid", "type what you want to know", _asked("  \u0000 ")),
    BadRequest("a question of 100,000 characters", "POST", CHAT, 422, "question_invalid", "Shorten it", _asked("x" * 100_000)),
    BadRequest("an unknown assistant", "POST", CHAT, 404, "unknown_assistant", "Known: garage", _asked(PADS, model="nobody")),
    BadRequest("an unknown conversation", "POST", CHAT, 404, "unknown_conversation", "no conversation", _asked(PADS, conversation_id="none")),
    BadRequest("a body that is no JSON form of a question", "POST", CHAT, 422, "invalid_request", "messages: Field required", {"model": "garage"}),
    BadRequest("more than 1 MB of JSON", "POST", CHAT, 413, "too_large", "Send fewer", _asked("x" * 1_100_000)),
    BadRequest("an unknown document", "GET", "/documents/%2e%2e%2fetc%2fpasswd", 404, "not_found", "Not Found"),
    BadRequest("a document's name that climbs", "GET", "/documents/..%5c..%5csettings", 404, "unknown_document", "or you may not see it"),
    BadRequest("a page number beyond all documents", "GET", "/documents/x/pages/99999999999999999999.png", 404, "unknown_document", "or you may not see it"),
    BadRequest("a page that is no number", "GET", "/documents/x/pages/..%2f1.png", 404, "not_found", "Not Found"),
    BadRequest("a conversation's title of 201 characters", "PATCH", "/conversations/none", 422, "invalid_request", "title: String should have at most 200", {"title": "x" * 201}),
    BadRequest("an assistant that cannot be deleted", "DELETE", "/assistants/garage", 422, "assistant_invalid", "is shipped"),
    BadRequest("a method that the address does not know", "PUT", CHAT, 405, "method_not_allowed", "Method Not Allowed"),
)  # fmt: skip


def _zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), part)
    return out.getvalue()


def _encrypted_pdf() -> bytes:
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, encrypt=StandardEncryption("secret", canPrint=0))
    canvas.drawString(72, 720, "The pads are replaced below 3.2 mm.")
    canvas.save()
    return out.getvalue()


def _bomb() -> bytes:
    return _zipped(word__document_xml=b"<x>" + b" " * (300 * 2**20) + b"</x>")


LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
FILES = (
    BadFile("a file of 0 bytes", "empty.md", lambda: b"", "is empty"),
    BadFile("an ending that nothing reads", "pads.xyz", lambda: b"\x00\x01\x02\x03" * 50, "binary file of an unknown kind"),
    BadFile("a program named as text", "pads.txt", lambda: b"MZ\x90\x00" + b"\x00" * 200, "a program, though its name ends in .txt"),
    BadFile("an archive named as text", "zip.txt", lambda: _zipped(a_txt=b"a" * 999), "Unpack"),
    BadFile("a PDF that asks for a password", "secret.pdf", _encrypted_pdf, "password"),
    BadFile("a PDF that is none", "broken.pdf", lambda: b"%PDF-1.7 broken", "damaged"),
    BadFile("a Word file that unpacks to 300 MB", "bomb.docx", _bomb, "unpack"),
    BadFile("JSON of 100,000 brackets", "deep.json", lambda: b"[" * 100_000, "nest too deeply"),
    BadFile("XML of 100,000 elements in each other", "deep.xml", lambda: b"<a>" * 100_000 + b"</a>" * 100_000, "no valid XML"),
    BadFile("XML whose entities multiply (a billion laughs)", "laughs.xml",
            f'<!DOCTYPE x [<!ENTITY a0 "ha">{LAUGHS}]><x b="&a9;">&a9;</x>'.encode, "declares entities"),
    BadFile("a CSV file of 6,000 columns", "wide.csv", lambda: b",".join(b"x%d" % n for n in range(6_000)) + b"\n" + b"1," * 6_000,
            "5,000 are the limit"),
    BadFile("a name that climbs out of its folder", "../climb.md", lambda: b"# Up\n\nWords.", "Rename the file"),
    BadFile("a name with a control character", "a\u202etxt.md", lambda: b"# Up\n\nWords.", "Rename the file"),
)  # fmt: skip
GOOD = ("good.md", json.dumps({"a": 1}).encode())
