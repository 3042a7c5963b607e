"""Writes the folders that ingestion is measured on: mixed formats, long texts, very many small files."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable, Iterator
from pathlib import Path

from surefoot.ingestion.benchmark.words import paragraph, sentence

SEED = 23
Maker = Callable[[random.Random, str], bytes]


def mixed(folder: Path, files: int, seed: int = SEED) -> int:
    """Markdown, text, HTML, CSV, PDF, DOCX and XLSX of one to some ten pages; gives the bytes written.

    PDF and DOCX are made with packages of the extra 'bench'.
    """
    rng = random.Random(seed)  # noqa: S311 - reproducible files, no secrets
    makers: tuple[tuple[str, Maker], ...] = (
        ("md", _markdown),
        ("txt", _text),
        ("html", _html),
        ("csv", _csv),
        ("pdf", _pdf),
        ("docx", _docx),
        ("xlsx", _xlsx),
    )
    written = 0
    for number in range(files):
        suffix, make = makers[number % len(makers)]
        data = make(rng, f"Handbook {number}")
        path = folder / f"part-{number % 12:02d}" / f"handbook-{number:03d}.{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        written += len(data)
    return written


def long_texts(folder: Path, files: int, paragraphs: int) -> None:
    """Plain texts of many paragraphs under headings."""
    rng = random.Random(SEED)  # noqa: S311
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(files):
        parts = [f"# Volume {number}"]
        for part in range(paragraphs):
            parts += [f"## Part {part}", paragraph(rng, 10)]
        (folder / f"volume-{number:02d}.md").write_text("\n\n".join(parts), encoding="utf-8")


def one_of_each(folder: Path) -> None:
    """A file of each format, with a long paragraph among them: what a program reads before its clock starts."""
    mixed(folder, 7, seed=SEED + 1)
    (folder / "long.md").write_text(paragraph(random.Random(SEED + 2), 30), encoding="utf-8")  # noqa: S311


def small_files(folder: Path, files: int) -> None:
    """Texts of two sentences, 500 to a folder."""
    rng = random.Random(SEED)  # noqa: S311
    for number in range(files):
        path = folder / f"part-{number // 500:02d}" / f"note-{number:05d}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"Note {number}. {paragraph(rng, 2)}", encoding="utf-8")


def _sections(rng: random.Random) -> Iterator[tuple[str, list[str]]]:
    for number in range(rng.randrange(2, 9)):
        yield f"Part {number + 1}", [paragraph(rng, rng.randrange(3, 8)) for _ in range(rng.randrange(1, 4))]


def _rows(rng: random.Random) -> list[list[str]]:
    return [
        ["item", "code", "limit", "rule"],
        *(
            [f"item {number}", f"K{rng.randrange(1000, 9999)}", str(rng.randrange(900)), sentence(rng)]
            for number in range(rng.randrange(15, 60))
        ),
    ]


def _markdown(rng: random.Random, title: str) -> bytes:
    parts = [f"# {title}"]
    for heading, paragraphs in _sections(rng):
        parts += [f"## {heading}", *paragraphs]
    return "\n\n".join(parts).encode()


def _text(rng: random.Random, title: str) -> bytes:
    return "\n\n".join([title, *(p for _, paragraphs in _sections(rng) for p in paragraphs)]).encode()


def _html(rng: random.Random, title: str) -> bytes:
    body = "".join(f"<h2>{h}</h2>" + "".join(f"<p>{p}</p>" for p in ps) for h, ps in _sections(rng))
    return f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{body}</body></html>".encode()


def _csv(rng: random.Random, _title: str) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(_rows(rng))
    return out.getvalue().encode()


def _xlsx(rng: random.Random, title: str) -> bytes:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    for row in _rows(rng):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _docx(rng: random.Random, title: str) -> bytes:
    from docx import Document

    document = Document()
    document.add_heading(title, 0)
    for heading, paragraphs in _sections(rng):
        document.add_heading(heading, 1)
        for text in paragraphs:
            document.add_paragraph(text)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _pdf(rng: random.Random, title: str) -> bytes:
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate

    styles = getSampleStyleSheet()
    story: list[Flowable] = [Paragraph(title, styles["Title"])]
    for heading, paragraphs in _sections(rng):
        story.append(Paragraph(heading, styles["Heading1"]))
        story += [Paragraph(text, styles["BodyText"]) for text in paragraphs]
    out = io.BytesIO()
    SimpleDocTemplate(out, title=title).build(story)
    return out.getvalue()
