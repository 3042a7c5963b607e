"""Reads samples from GPX: track points with their times, one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from surefoot.ingestion.telemetry.errors import SamplesUnreadable
from surefoot.ingestion.telemetry.formats.rows import Broken, Row

_PROLOGUE = 65_536
"""Bytes in which a document type would stand."""
_FIELDS = {"time": "time", "speed": "speed_ms", "course": "course_deg"}
"""Elements of a point and what they tell; GPX 1.0 and its extensions give speed in m/s and course in degrees."""


def gpx_rows(path: Path) -> Iterator[Row | Broken]:
    """The track points. A document type is refused: GPX has none, and entities in one could grow without end."""
    from lxml.etree import QName, XMLSyntaxError, iterparse

    with path.open("rb") as file:
        if b"<!DOCTYPE" in file.read(_PROLOGUE):
            raise _document_type(path)
        file.seek(0)
        # huge_tree stays off: lxml then refuses depths and texts that no GPX file has
        points: Any = iterparse(
            file, events=("end",), resolve_entities=False, huge_tree=False, no_network=True, load_dtd=False
        )
        number = 0
        try:
            for _, element in points:
                if QName(element).localname != "trkpt":
                    continue
                if not number and element.getroottree().docinfo.doctype:  # one in UTF-16 was not seen above
                    raise _document_type(path)
                number += 1
                yield _row(number, element)
                _let_go(element)
        except XMLSyntaxError as broken:
            if not number:
                raise SamplesUnreadable(f"{path.name} is no GPX file: {str(broken)[:120]}") from broken
            yield Broken(number + 1, f"the file breaks off or is damaged here: {str(broken)[:80]}")
    if not number:
        raise SamplesUnreadable(f"{path.name} has no track points (trkpt).")


def _document_type(path: Path) -> SamplesUnreadable:
    return SamplesUnreadable(f"{path.name} declares a document type, which GPX has not: it is not read.")


def _row(number: int, point: Any) -> Row:
    fields: dict[str, Any] = {"latitude": point.get("lat"), "longitude": point.get("lon")}
    for element in point.iter():
        name = str(element.tag).rpartition("}")[2]
        if name in _FIELDS and element.text:
            fields[_FIELDS[name]] = element.text.strip()
    return Row(number, fields)


def _let_go(element: Any) -> None:
    """Free the point and those before it: the parser keeps them all otherwise."""
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]
