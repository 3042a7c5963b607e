"""Mails: what is shown of them, what is attached, and what hostile ones may not do."""

from __future__ import annotations

from email.message import EmailMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest

from surefoot.ingestion.errors import Unreadable
from surefoot.ingestion.limits import ReadLimits
from surefoot.ingestion.readers.read import read
from surefoot.ingestion.results import Content
from tests.ingestion.made_files import texts, whole, zipped

ARMOUR = "-----BEGIN PGP {0}-----\n\nhQEMA3nrd1ZN\n=abcd\n-----END PGP {0}-----\n"
PROGRAM = (
    "This is a program, though its name ends in .pdf, which is not read. "
    "Save the document as PDF, DOCX, PPTX, XLSX, HTML, Markdown, text or CSV and feed that."
)


def mail(subject: str = "Idling", text: str = "Seven minutes.") -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Bcc"] = "Ann <ann@example.com>", "bob@example.com", "eve@example.com"
    made["Subject"], made["Date"] = subject, "Mon, 03 Feb 2025 09:00:00 +0000"
    made.set_content(text)
    return made


def read_mail(made: EmailMessage | MIMEMultipart | bytes, limits: ReadLimits | None = None) -> Content:
    return read(made if isinstance(made, bytes) else made.as_bytes(), "a.eml", limits or ReadLimits())


def test_a_mail_is_its_subject_its_headers_and_its_text() -> None:
    content = read_mail(mail("Größe der Reifen", "Two lines\nof text."))
    assert (content.title, content.media_type) == ("Größe der Reifen", "message/rfc822")
    assert texts(content) == [
        (
            ("Größe der Reifen",),
            "From: Ann <ann@example.com>\nTo: bob@example.com\nDate: Mon, 03 Feb 2025 09:00:00 +0000\n\nTwo lines\nof text.",
        )
    ]


def test_of_two_forms_of_a_text_the_one_with_lists_and_tables_is_read() -> None:
    made = mail(text="plain form")
    made.add_alternative("<p>Bring:</p><ul><li>keys</li></ul><p style='display:none'>unseen</p><h2>More</h2>x", "html")
    content = read_mail(made)
    assert texts(content)[0][1].endswith("Bring:\n\n- keys")
    assert texts(content)[1] == (("Idling", "More"), "x")
    assert "plain form" not in whole(content)
    assert "unseen" not in whole(content)


def test_attachments_are_read_by_the_readers_of_their_formats() -> None:
    made = mail()
    made.add_attachment(b"a;b\n1;2\n", maintype="text", subtype="csv", filename="../../rates.csv")
    made.add_attachment(b"# Rules\n\nStop.", maintype="application", subtype="octet-stream", filename="rules.md")
    made.add_attachment(b"\x7fELF....", maintype="application", subtype="x", filename="run.pdf")
    made.add_attachment(b"\x89PNG", maintype="image", subtype="png", disposition="inline", cid="<logo>")
    assert texts(read_mail(made))[1:] == [
        (("Idling", "Attachment: rates.csv"), "| a | b |\n| - | - |\n| 1 | 2 |"),
        (("Idling", "Attachment: rules.md", "Rules"), "Stop."),
        (
            ("Idling", "Attachment: run.pdf"),
            f"The attachment run.pdf could not be read: {PROGRAM}",
        ),
    ]


def test_a_file_beside_the_plain_alternative_is_read_though_the_page_is_shown() -> None:
    made = MIMEMultipart("alternative")
    made["From"], made["Subject"] = "Ann <ann@example.org>", "Rates"
    plain = MIMEMultipart("mixed")
    plain.attach(MIMEText("The rates."))
    rates = MIMEText("zone;price\n1;44,50\n", "csv")
    rates.add_header("Content-Disposition", "attachment", filename="=?utf-8?Q?Geb=C3=BChren.csv?=")
    plain.attach(rates)
    made.attach(plain)
    made.attach(MIMEText("<p>The <b>rates</b>.</p>", "html"))
    assert texts(read_mail(made)) == [
        (("Rates",), "From: Ann <ann@example.org>\n\nThe rates."),
        (("Rates", "Attachment: Gebühren.csv"), "| zone | price |\n| - | - |\n| 1 | 44,50 |"),
    ]


def test_a_mail_within_a_mail_is_read_up_to_five_deep() -> None:
    inner = mail("Level 0", "innermost")
    for level in range(1, 8):
        outer = mail(f"Level {level}", f"text of level {level}")
        outer.add_attachment(inner)
        inner = outer
    text = whole(read_mail(inner))
    assert "text of level 2" in text
    assert "could not be read: It is inside 5 mails" in text
    assert "innermost" not in text


def test_only_two_hundred_attachments_are_read() -> None:
    made = mail()
    for number in range(260):
        made.add_attachment(f"note {number}".encode(), maintype="text", subtype="plain", filename=f"{number}.txt")
    content = read_mail(made)
    assert len(content.sections) == 202
    assert "more than 200 attachments" in content.sections[-1].text


def test_attachments_that_hold_too_much_text_together_are_cut() -> None:
    made = mail()
    for number in range(4):
        made.add_attachment(b"words " * 1000, maintype="text", subtype="plain", filename=f"{number}.txt")
    text = whole(read_mail(made, ReadLimits(characters=20_000)))
    assert text.count("too much text") == 1


def test_a_bomb_in_an_attachment_is_named_and_the_mail_is_read() -> None:
    made = mail()
    bomb = zipped({"word/document.xml": b"\0" * (30 * 2**20)})
    made.add_attachment(bomb, maintype="application", subtype="x", filename="bomb.docx")
    text = whole(read_mail(made))
    assert "Seven minutes." in text
    assert "bomb.docx could not be read: The file would unpack to" in text


@pytest.mark.parametrize(
    "text", [ARMOUR.format("MESSAGE"), f"\n{ARMOUR.format('MESSAGE')}", ARMOUR.format("MESSAGE").rsplit("-----END")[0]]
)
def test_an_encrypted_mail_is_refused_and_its_cipher_text_never_shown(text: str) -> None:
    with pytest.raises(Unreadable, match="encrypted"):
        read_mail(mail(text=text))


def test_a_mail_that_is_encrypted_in_part_says_so() -> None:
    text = whole(read_mail(mail(text=f"In the open.\n\n{ARMOUR.format('MESSAGE')}")))
    assert "In the open." in text
    assert "is encrypted and cannot be read" in text
    assert "hQEMA3nrd1ZN" not in text


def test_a_signed_mail_is_read_without_its_signature() -> None:
    signed = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nI agree.\n" + ARMOUR.format("SIGNATURE")
    assert whole(read_mail(mail(text=signed))).endswith("I agree.")
    made = MIMEMultipart("signed")
    made.attach(MIMEText("I agree too."))
    made.attach(MIMEText("MIIF", "x"))
    assert whole(read_mail(made)).strip() == "I agree too."


def test_sealed_parts_are_not_shown() -> None:
    with pytest.raises(Unreadable, match="encrypted"):
        read_mail(b"Subject: a\nContent-Type: application/pkcs7-mime; smime-type=enveloped-data\n\nMIIFcipher")


@pytest.mark.parametrize("charset", ["iso-2022-jp", "shift_jis", "utf-8", "euc-jp"])
def test_the_stated_encoding_of_a_part_is_used(charset: str) -> None:
    made = b"Subject: a\nContent-Type: text/plain; charset=" + charset.encode() + b"\n\n" + "日本語の文".encode(charset)
    assert "日本語の文" in whole(read_mail(made))


@pytest.mark.parametrize(
    "made",
    [
        b"Subject: =?utf-8?b?broken\nFrom: =?x?q?=FF?=\nDate: 1\n\ntext stays",
        b'Content-Type: text/plain; charset="nul\0l"\nContent-Transfer-Encoding: base64\n\ndGV4dCBzdGF5cw==',
        b"Content-Type: multipart/mixed\n\ntext stays",
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\ntext stays\n--b\nContent-Type: message/rfc822\n\n",
        b"Subject: a\r\rb\n\ntext stays",
    ],
)
def test_a_malformed_mail_is_read_as_far_as_it_goes(made: bytes) -> None:
    assert "text stays" in whole(read_mail(made))


def test_a_header_of_raw_bytes_is_decoded() -> None:
    assert read_mail("Subject: Größe der Reifen\n\ntext".encode()).title == "Größe der Reifen"


def test_a_header_without_end_is_cut() -> None:
    made = b"Subject: " + b"=?utf-8?q?word?= " * 200_000 + b"\n\ntext stays"
    content = read_mail(made)
    assert content.title
    assert len(content.title) <= 2_000
    assert "text stays" in whole(content)


@pytest.mark.parametrize("depth", [60, 150, 3000])
def test_parts_within_parts_are_read_or_refused_but_never_crash(depth: int) -> None:
    opened = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(depth))
    made = f"Subject: deep\n{opened}\ninnermost".encode()
    if depth == 60:
        assert "innermost" in whole(read_mail(made))
    else:
        with pytest.raises(Unreadable, match="nest"):
            read_mail(made)
