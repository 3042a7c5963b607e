"""Zipped documents of every kind: bombs, passwords, broken parts, and names that climb out."""

from __future__ import annotations

import io
import zipfile

import pytest

from surefoot.ingestion.errors import Unreadable
from surefoot.ingestion.limits import ReadLimits
from surefoot.ingestion.readers.packages import Package, resolved
from surefoot.ingestion.readers.read import read
from tests.ingestion.made_files import zipped

ODF = "application/vnd.oasis.opendocument."
KINDS = {
    "a.docx": {"word/document.xml": "<a/>"},
    "a.xlsx": {"xl/workbook.xml": "<a/>"},
    "a.pptx": {"ppt/presentation.xml": "<a/>"},
    "a.odt": {"mimetype": f"{ODF}text", "content.xml": "<a/>"},
    "a.ods": {"mimetype": f"{ODF}spreadsheet", "content.xml": "<a/>"},
    "a.odp": {"mimetype": f"{ODF}presentation", "content.xml": "<a/>"},
    "a.epub": {"mimetype": "application/epub+zip", "META-INF/container.xml": "<a/>"},
    "a.zip": {"a.txt": "text"},
}


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize(
    "bomb",
    [
        pytest.param({"bomb.bin": b"\0" * (30 * 2**20)}, id="one part that shrinks a thousand times"),
        pytest.param({f"{n}.xml": "" for n in range(20_001)}, id="more parts than any document has"),
    ],
)
def test_a_bomb_is_refused_before_it_is_unpacked(name: str, bomb: dict[str, bytes]) -> None:
    with pytest.raises(Unreadable, match="would unpack to"):
        read(zipped(KINDS[name] | bomb), name, ReadLimits())


@pytest.mark.parametrize("name", KINDS)
def test_an_archive_that_lies_about_its_sizes_is_refused_and_nothing_more_is_unpacked(name: str) -> None:
    main = next(part for part in KINDS[name] if part != "mimetype")
    data = bytearray(zipped(KINDS[name] | {main: b"<a>" + b" " * 9_000_000 + b"</a>"}))
    directory = data.rindex(main.encode()) - 46
    data[directory + 24 : directory + 28] = (10).to_bytes(4, "little")
    with pytest.raises(Unreadable):
        read(bytes(data), name, ReadLimits())


@pytest.mark.parametrize("name", KINDS)
def test_a_protected_archive_is_refused(name: str) -> None:
    data = bytearray(zipped(KINDS[name]))
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1  # the flag in the directory
    with pytest.raises(Unreadable, match="password"):
        read(bytes(data), name, ReadLimits())


@pytest.mark.parametrize("name", KINDS)
def test_names_that_climb_out_of_an_archive_are_never_written(name: str) -> None:
    with pytest.raises(Unreadable):
        read(zipped(KINDS[name] | {"../../outside.txt": "x", "/etc/outside": "x"}), name, ReadLimits())


@pytest.mark.parametrize("name", [name for name in KINDS if name != "a.zip"])
def test_a_broken_part_is_refused(name: str) -> None:
    main = next(part for part in KINDS[name] if part != "mimetype")
    for text in ("", "<a", "\0\1\2", '<?xml version="1.0" encoding="nonsense"?><a/>'):
        with pytest.raises(Unreadable, match=r"damaged|no text"):
            read(zipped(KINDS[name] | {main: text}), name, ReadLimits())


def test_archives_of_files_and_of_archives_are_to_be_unpacked_first() -> None:
    inner = zipped({"a.txt": "text"})
    for parts in ({"a.txt": "text"}, {f"{n}.zip": inner for n in range(16)}, {}):
        with pytest.raises(Unreadable, match="Unpack it"):
            read(zipped(parts), "a.zip", ReadLimits())


@pytest.mark.parametrize("part", ["word/x.xml", "xl/x.xml", "ppt/x.xml"])
def test_an_office_file_without_its_main_part_is_damaged(part: str) -> None:
    with pytest.raises(Unreadable, match="its main part is missing"):
        read(zipped({"[Content_Types].xml": "<a/>", part: "<a/>"}), "a.docx", ReadLimits())


def test_a_part_refers_to_others_within_the_package_alone() -> None:
    assert resolved("ppt/slides/slide1.xml", "../notesSlides/n1.xml") == "ppt/notesSlides/n1.xml"
    assert resolved("ppt/slides/slide1.xml", "/ppt/media/a%20b.xml#x") == "ppt/media/a b.xml"
    assert resolved("a.xml", "../../../../etc/passwd") == "etc/passwd"
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="1" Type="x/slide" Target="slides/1.xml"/>'
        '<Relationship Id="2" Type="x/slide" Target="http://localhost/" TargetMode="External"/></Relationships>'
    )
    package = Package(zipped({"ppt/_rels/p.xml.rels": relations}))
    assert package.relations("ppt/p.xml") == {"1": ("slide", "ppt/slides/1.xml")}
    assert package.relations("ppt/none.xml") == {}


def test_the_strict_kind_of_office_xml_is_read_as_the_usual() -> None:
    strict = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    body = f'<w:document xmlns:w="{strict}"><w:body><w:p><w:r><w:t>words</w:t></w:r></w:p></w:body></w:document>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", body)
    assert read(out.getvalue(), "a.docx", ReadLimits()).sections[0].text == "words"
