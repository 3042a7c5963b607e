"""XML data, and what a hostile XML file may not do."""

from __future__ import annotations

from pathlib import Path

import pytest

from surefoot.ingestion.errors import Unreadable
from surefoot.ingestion.limits import ReadLimits
from surefoot.ingestion.readers.read import read
from surefoot.ingestion.results import Content
from tests.ingestion.made_files import texts, whole

BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'


def read_xml(text: str, encoding: str = "utf-8") -> Content:
    return read(text.encode(encoding), "a.xml", ReadLimits())


def test_elements_are_labels_headings_and_tables() -> None:
    content = read_xml(
        "<fleet><title>Leeds</title><depot code='L1'><lead>Ann</lead><address><street>High St</street></address></depot>"
        "<van><id>1</id><km unit='mi'>40</km></van><van><id>2</id><km>50</km></van></fleet>"
    )
    assert content.title == "Leeds"
    assert texts(content) == [
        ((), "title: Leeds"),
        (("depot",), "code: L1\nlead: Ann"),
        (("depot", "address"), "street: High St"),
        (("van",), "| id | km |\n| - | - |\n| 1 | 40 (unit: mi) |\n| 2 | 50 |"),
    ]


def test_text_with_elements_in_it_stays_together() -> None:
    assert texts(read_xml("<a xmlns='x'><p>See <b>rule 4</b> first.</p><!-- unseen --></a>")) == [
        ((), "p: See rule 4 first.")
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_the_bytes_tell_the_encoding_whatever_the_declaration_says(encoding: str) -> None:
    assert "Größe" in whole(read_xml('<?xml version="1.0" encoding="UTF-8"?><a><b>Größe</b></a>', encoding))


def test_a_declared_encoding_is_used() -> None:
    text = '<?xml version="1.0" encoding="iso-8859-5"?><a><b>Размер</b></a>'
    assert "Размер" in whole(read_xml(text, "iso-8859-5"))


@pytest.mark.parametrize("body", ["<a><t>kept</t><b>&c;</b></a>", "<a><t>kept</t><b>text &c; text</b></a>"])
def test_entities_are_not_expanded(body: str) -> None:
    text = whole(read_xml(BOMB + body))
    assert "kept" in text
    assert "aaaa" not in text


def test_a_million_laughs_in_an_attribute_are_refused() -> None:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    with pytest.raises(Unreadable, match="declares entities"):
        read_xml(f'<!DOCTYPE x [<!ENTITY l0 "lollollol">{levels}]><a b="&l9;">text</a>')


def test_nothing_outside_of_the_file_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("<!ENTITY y 'unseen'>unseen")
    where = (tmp_path / "secret").as_uri()
    for head in (f'<!ENTITY x SYSTEM "{where}">', f'<!ENTITY % p SYSTEM "{where}"> %p;'):
        assert "unseen" not in whole(read_xml(f"<!DOCTYPE a [{head}]><a><t>kept</t><b>&x;</b></a>"))
    included = f'<a xmlns:xi="http://www.w3.org/2001/XInclude"><t>kept</t><xi:include href="{where}" parse="text"/></a>'
    assert "unseen" not in whole(read_xml(included))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<a><b></a>", "no valid XML"),
        ("<?xml version='1.0'?>", "no text"),
        ("<a/>", "no text"),
        ("<a>" * 20_000, "no valid XML"),
    ],
)
def test_broken_empty_and_deep_xml_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read_xml(text)
