"""Scanned pages: their text is recognised, whichever way round they lie, and never at the cost of text that is there."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from surefoot.ingestion.errors import Unreadable
from surefoot.ingestion.limits import ReadLimits, time_asked
from surefoot.ingestion.readers.ocr import ocr_available, ocr_languages, seen_words
from surefoot.ingestion.readers.ocr_language import language_of
from surefoot.ingestion.readers.ocr_page import Recogniser
from surefoot.ingestion.readers.pdf import read_pdf
from surefoot.ingestion.readers.read import read
from surefoot.ingestion.results import UNREADABLE, Content
from surefoot.ingestion.sandbox import Sandbox
from surefoot.ingestion.sandbox_worker import Watch
from tests.conftest import REQUIRE_ALL, missing
from tests.ingestion.scans import LETTER, drawn, page, picture, scanned, slanted, specked

pytestmark = pytest.mark.skipif(not REQUIRE_ALL and not ocr_available(), reason="tesseract is not installed")
BLANK = Image.new("L", (1240, 1754), "white")


@pytest.fixture
def hasty() -> Generator[Sandbox]:
    made = Sandbox(replace(ReadLimits(), seconds=3.0, ocr_seconds=0.0))
    yield made
    made.close()


def whole(content: Content) -> str:
    return "\n\n".join(section.text for section in content.sections)


def recognised(image: Image.Image) -> Content:
    return read_pdf(scanned([image]), ReadLimits())


def test_a_scanned_page_gives_headings_and_whole_paragraphs() -> None:
    content = recognised(page())
    assert (content.pages, content.recognised, content.title) == (1, 1, "Inspection Report")
    assert content.sections[0].heading_path == ("Inspection Report",)
    assert content.sections[0].page == 1
    assert whole(content) == " ".join(LETTER).replace("be- cause", "because")


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_page_that_was_scanned_the_wrong_way_round_is_read(degrees: int) -> None:
    assert "because the first one had overlooked a crack" in whole(recognised(page().rotate(degrees, expand=True)))


@pytest.mark.parametrize(("turn", "degrees"), [(0, 5.0), (90, -4.0)])
def test_a_scan_that_lay_askew_is_straightened_and_its_words_stay_where_they_are(turn: int, degrees: float) -> None:
    straight = page(LETTER * 3)
    askew = slanted(straight, degrees)
    assert "because the first one had overlooked a crack" in whole(recognised(askew.rotate(turn, expand=True)))
    if not turn:
        here, there = (
            next(word.box.middle for word in Recogniser().page(image, 150).words if word.text == "overlooked")
            for image in (straight, askew)
        )
        angle, middle = math.radians(degrees), (straight.width * 0.24, straight.height * 0.24)
        x, y = here[0] - middle[0], here[1] - middle[1]
        moved = x * math.cos(angle) + y * math.sin(angle), y * math.cos(angle) - x * math.sin(angle)
        assert there == pytest.approx((moved[0] + middle[0], moved[1] + middle[1]), abs=4)


def programs(folder: Path, script: str) -> str:
    """A folder with a program called tesseract."""
    program = folder / "tesseract"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    return f"{folder}:/usr/bin:/bin"


def test_dots_that_were_read_as_letters_and_figures_that_are_not_sure_are_marked(tmp_path: Path) -> None:
    words = (("Total", 96), ("cee", 71), ("eee", 80), ("eee", 66), ("Fuel", 95), ("4711", 41), ("see", 90), ("mme", 12))
    rows = "".join(
        f"5\\t1\\t1\\t1\\t1\\t{n}\\t{100 * n}\\t100\\t90\\t30\\t{sure}\\t{text}\\n"
        for n, (text, sure) in enumerate(words)
    )
    script = f'case "$*" in *list-langs*) echo eng;; *) cat > /dev/null; printf "{rows}";; esac'
    found = Recogniser(programs(tmp_path, script)).page(page(), 150)
    assert [word.text for word in found.words] == ["Total", UNREADABLE, "Fuel", UNREADABLE, "see", UNREADABLE]


def test_a_language_that_is_not_installed_is_named(tmp_path: Path) -> None:
    data = next(Path("/usr/share").glob("tesseract-ocr/*/tessdata"), None)
    if data is None:
        missing("tesseract's languages")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "eng.traineddata").symlink_to(data / "eng.traineddata")
    (tmp_path / "data" / "configs").symlink_to(data / "configs")
    real = f'TESSDATA_PREFIX={tmp_path / "data"} exec /usr/bin/tesseract "$@"'
    german = (
        "Der Wagen stand bis Freitag in der Werkstatt, weil das Lager",
        "nicht in der Stadt war und die Achse wird.",
    )
    recogniser = Recogniser(programs(tmp_path, real))
    recogniser.page(page(), 150)
    assert recogniser.missing == set()
    recogniser.page(page(german * 2, title="Bericht"), 150)
    assert recogniser.missing == {"deu"}


@pytest.mark.parametrize("degrees", [-1.5, 1.5])
def test_a_slanted_and_grainy_scan_is_read(degrees: float) -> None:
    content = recognised(specked(slanted(page(LETTER * 3), degrees)))
    assert "Its front axle was replaced after the second inspection" in whole(content)
    assert content.title == "Inspection Report"


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("eng", "Vehicles are washed and their tyres checked each week."),
        ("deu", "Für größere Schäden müssen Prüfer die Gerätenummer übermitteln."),
        ("fra", "Les véhicules très usés sont réparés à l'atelier français."),
        ("spa", "Los vehículos pequeños se revisarán mañana según la señal."),
    ],
)
def test_a_scan_is_read_in_the_languages_that_are_installed(language: str, sentence: str) -> None:
    if language not in ocr_languages():
        missing(f"the language '{language}' of tesseract")
    assert sentence in whole(recognised(page([sentence])))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The axle of the van was replaced and it is in order.", "eng"),
        ("Die Achse des Wagens wurde ersetzt und ist in Ordnung, für die Prüfung.", "deu"),
        ("L'essieu de la voiture est remplacé et les freins sont dans un bon état.", "fra"),
        ("El eje de la furgoneta se cambió y los frenos están en buen estado.", "spa"),
        ("L'asse del furgone è stato sostituito e i freni sono in ordine per il controllo.", "ita"),
        ("De as van het busje is vervangen en de remmen zijn in orde.", "nld"),
        ("O eixo da carrinha não foi trocado e os travões estão em ordem.", "por"),
        ("4711 FLT-7719 Leeds", ""),
        ("", ""),
    ],
)
def test_the_language_of_a_page_is_told_by_small_words(text: str, language: str) -> None:
    assert language_of(text.split()) == language


def test_a_scan_with_a_line_of_text_keeps_the_line_and_is_recognised() -> None:
    content = read_pdf(scanned([page()], stamp="Received by the depot in Leeds, copy 2"), ReadLimits())
    assert content.recognised == 1
    assert "Received by the depot in Leeds, copy 2" in whole(content)
    assert whole(content).count("overlooked a crack") == 1


def test_a_page_with_text_and_a_picture_is_not_recognised() -> None:
    def both(canvas: Canvas) -> None:
        for row in range(8):
            canvas.drawString(60, 760 - 20 * row, LETTER[0])
        canvas.drawInlineImage(page(["Words on the picture"]), 60, 100, 300, 400)

    content = read_pdf(drawn(both), ReadLimits())
    assert content.recognised == 0
    assert "Words on the picture" not in whole(content)


def test_letters_drawn_as_shapes_are_recognised() -> None:
    def shapes(canvas: Canvas) -> None:
        text = canvas.beginText(60, 700)
        text.setFont("Helvetica", 14)
        text.setTextRenderMode(7)  # the letters only cut out what is painted next
        for line in LETTER:
            text.textLine(line)
        canvas.drawText(text)
        canvas.rect(0, 0, 600, 850, fill=1)

    content = read_pdf(drawn(shapes), ReadLimits())
    assert "stayed in the workshop until Friday" in whole(content)


def test_empty_pages_of_a_scan_stay_empty() -> None:
    content = read_pdf(scanned([page(), BLANK, page()]), ReadLimits())
    assert (content.pages, content.recognised) == (3, 2)
    assert {section.page for section in content.sections} == {1, 3}


@pytest.mark.parametrize("image", [BLANK, specked(BLANK, seed=2)])
def test_a_scan_of_nothing_is_refused(image: Image.Image) -> None:
    with pytest.raises(Unreadable, match="no text"):
        read(scanned([image]), "scan.pdf", ReadLimits())


def test_more_scanned_pages_than_allowed_are_refused_with_the_limit() -> None:
    with pytest.raises(Unreadable, match="2 scanned pages; the text of 1 is recognised"):
        read_pdf(scanned([BLANK, BLANK]), ReadLimits(ocr_pages=1))


def test_a_table_on_a_scan_keeps_its_rows() -> None:
    def table(canvas: Canvas) -> None:
        rows = [
            ("Vehicle", "Depot", "Interval"),
            ("Corvane 28", "Leeds", "25,000 km"),
            ("Haulier", "York", "40,000 km"),
        ]
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                canvas.drawString(60 + 150 * column, 700 - 18 * row, cell)

    assert "| Corvane 28 | Leeds | 25,000 km |" in whole(recognised(picture(drawn(table))))


def test_without_tesseract_the_reason_says_what_to_install(tmp_path: Path) -> None:
    nowhere = str(tmp_path)
    assert not ocr_available(nowhere)
    assert ocr_languages(nowhere) == ()
    with pytest.raises(Unreadable, match="apt-get install tesseract-ocr"):
        seen_words(page(), 150, programs=nowhere)


def test_scanned_pages_ask_for_more_time() -> None:
    asked: list[float] = []
    with time_asked(asked.append):
        read_pdf(scanned([BLANK, BLANK]), ReadLimits(ocr_seconds=7))
        read_pdf(drawn(lambda canvas: canvas.drawString(60, 700, LETTER[0])), ReadLimits())
    assert asked == [14]


def test_time_is_granted_up_to_its_limit() -> None:
    rung: list[float] = []
    watch = Watch(lambda: rung.append(time.monotonic()), 0.2, extension=1.0)
    began = time.monotonic()
    watch.extend(0.4)
    watch.extend(1000)
    while not watch.overran and time.monotonic() < began + 20:
        time.sleep(0.02)
    assert watch.allowed == pytest.approx(1.2)
    assert len(rung) == 1
    assert rung[0] - began >= 1.1


def test_a_scan_that_takes_too_long_ends_with_all_its_programs(hasty: Sandbox) -> None:
    with pytest.raises(Unreadable, match="longer than 3 seconds"):
        hasty.read(scanned([specked(page(LETTER * 15, size=10))] * 30), "scan.pdf")
    assert not _running(lambda command: command.startswith("/usr/bin/tesseract stdin"))


def _running(wanted: Callable[[str], bool]) -> list[int]:
    """Programs that this process's reading processes started and that still run, by their parent or the lack of one."""
    found: list[int] = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
        except OSError:
            continue
        if wanted(command) and parent == "1":
            found.append(int(folder.name))
    return found
