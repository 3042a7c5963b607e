"""Images of documents: PNG, JPEG and TIFF are read by recognising their text; bombs are refused before they unpack."""

from __future__ import annotations

import struct
import zlib

import pytest
from PIL import Image, ImageChops

from surefoot.ingestion.errors import PageMissing, Unreadable
from surefoot.ingestion.limits import ReadLimits
from surefoot.ingestion.readers.image import page_of_image, read_image
from surefoot.ingestion.readers.ocr import ocr_available
from surefoot.ingestion.results import Content
from surefoot.ingestion.sandbox import Sandbox
from tests.conftest import REQUIRE_ALL
from tests.ingestion.scans import LETTER, page, stored

needs_tesseract = pytest.mark.skipif(not REQUIRE_ALL and not ocr_available(), reason="tesseract is not installed")
SMALL = ReadLimits(ocr_pages=2)
ORIENTATION = 0x0112


def whole(content: Content) -> str:
    return "\n\n".join(section.text for section in content.sections)


def png_that_claims(width: int, height: int) -> bytes:
    """A PNG of few bytes whose header states a size."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")
    )


@needs_tesseract
@pytest.mark.parametrize(("kind", "media_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("TIFF", "image/tiff")])
def test_an_image_of_a_page_gives_its_text(kind: str, media_type: str) -> None:
    content = read_image(stored(page(), kind), ReadLimits())
    assert content.media_type == media_type
    assert (content.title, content.pages, content.recognised) == ("Inspection Report", 1, 1)
    assert "because the first one had overlooked a crack in the left bearing." in whole(content)


@needs_tesseract
def test_each_page_of_a_tiff_is_a_page() -> None:
    pages = [page([f"This sheet has the number 4{number}7."]) for number in range(3)]
    content = read_image(stored(pages[0], "TIFF", save_all=True, append_images=pages[1:]), ReadLimits())
    assert content.pages == content.recognised == 3
    assert ["number 417" in section.text for section in content.sections if section.page == 2] == [True]


@needs_tesseract
def test_an_image_is_read_by_the_sandbox_within_its_limits(sandbox: Sandbox) -> None:
    assert "stayed in the workshop" in whole(sandbox.read(stored(page(), "PNG"), "photo.pdf"))


@needs_tesseract
def test_a_see_through_drawing_is_read_on_white_paper() -> None:
    letters = Image.new("RGBA", page().size, (0, 0, 0, 0))
    letters.putalpha(page().point(lambda level: 255 - level))
    assert "stayed in the workshop" in whole(read_image(stored(letters, "PNG"), ReadLimits()))


@needs_tesseract
@pytest.mark.parametrize("mode", ["1", "P", "I;16", "CMYK"])
def test_all_kinds_of_colours_are_read(mode: str) -> None:
    image = page()
    if mode == "I;16":
        levels = [struct.pack("<H", level * 257) for level in image.tobytes()]
        image = Image.frombytes(mode, image.size, b"".join(levels))
    else:
        image = image.convert(mode)
    assert "stayed in the workshop" in whole(read_image(stored(image, "TIFF"), ReadLimits()))


@needs_tesseract
def test_a_photo_that_was_taken_upside_down_says_so_and_is_turned() -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 3
    turned, _ = page_of_image(stored(page().rotate(180), "JPEG", exif=exif), 1, ReadLimits())
    upright, _ = page_of_image(stored(page(), "JPEG"), 1, ReadLimits())
    difference = ImageChops.difference(turned.resize((40, 60)), upright.resize((40, 60)))
    assert max(difference.tobytes()) < 16


def test_a_small_picture_is_drawn_larger_and_a_large_one_smaller() -> None:
    small, dots = page_of_image(stored(Image.new("L", (600, 800)), "PNG"), 1, ReadLimits())
    assert small.size == (2400, 3200)
    assert dots == 300
    large, dots = page_of_image(stored(Image.new("L", (5000, 7000)), "PNG", dpi=(600, 600)), 1, ReadLimits())
    assert large.size == (2500, 3500)
    assert dots == pytest.approx(300, abs=1)


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("size", [(60_000, 60_000), (35_000, 35_000), (10_000, 9_000), (2**31 - 1, 2**31 - 1)])
@needs_tesseract
def test_an_image_bomb_is_refused_by_the_size_that_it_states(size: tuple[int, int]) -> None:
    stated = f"{size[0]:,} × {size[1]:,} pixels; 80,000,000 are the limit"
    with pytest.raises(Unreadable, match=stated):
        read_image(png_that_claims(*size), ReadLimits())


@needs_tesseract
def test_more_pages_than_allowed_are_refused_with_the_limit() -> None:
    pages = [Image.new("L", (50, 50), "white")] * 3
    with pytest.raises(Unreadable, match="more than 2 pages"):
        read_image(stored(pages[0], "TIFF", save_all=True, append_images=pages[1:]), SMALL)


@needs_tesseract
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
@pytest.mark.parametrize("share", [0.02, 0.5])
def test_a_cut_off_image_is_refused_as_damaged(kind: str, share: float) -> None:
    data = stored(page(), kind)
    with pytest.raises(Unreadable, match="damaged"):
        read_image(data[: int(len(data) * share)], ReadLimits())


@needs_tesseract
def test_a_moving_picture_has_one_page() -> None:
    frames = [page([line]) for line in LETTER]
    content = read_image(stored(frames[0], "PNG", save_all=True, append_images=frames[1:]), ReadLimits())
    assert content.pages == 1
    assert "Friday" in whole(content)


@needs_tesseract
def test_an_image_without_text_is_refused(sandbox: Sandbox) -> None:
    with pytest.raises(Unreadable, match="No text"):
        sandbox.read(stored(Image.radial_gradient("L"), "PNG"), "picture.png")


def test_a_page_that_an_image_does_not_have_is_said() -> None:
    with pytest.raises(PageMissing, match="1 pages"):
        page_of_image(stored(Image.new("L", (9, 9)), "PNG"), 2, ReadLimits())


@pytest.mark.parametrize(
    "data", [b"", b"\x89PNG\r\n\x1a\n", b"II*\x00", b"MM\x00*" + b"\xff" * 60, b"\xff\xd8\xff\xe0"]
)
@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_what_is_an_image_by_its_first_bytes_alone_is_damaged(data: bytes) -> None:
    with pytest.raises(Unreadable, match="damaged"):
        page_of_image(data, 1, ReadLimits())


def test_a_tiff_whose_pages_go_round_in_a_circle_ends() -> None:
    data = bytearray(stored(Image.new("L", (9, 9), "white"), "TIFF"))
    start = struct.unpack_from("<I", data, 4)[0]
    entries = struct.unpack_from("<H", data, start)[0]
    struct.pack_into("<I", data, start + 2 + 12 * entries, start)
    with pytest.raises(PageMissing, match="1 pages"):
        page_of_image(bytes(data), 2, ReadLimits())
