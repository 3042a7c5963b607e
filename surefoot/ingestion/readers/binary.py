"""Hands a binary file to the reader of its format; each reader's libraries are loaded when its first file comes."""

from __future__ import annotations

from surefoot.ingestion.limits import ReadLimits
from surefoot.ingestion.readers.attachments import Attachments
from surefoot.ingestion.readers.formats import Format
from surefoot.ingestion.results import Content

_OFFICE = (Format.DOCX, Format.XLSX, Format.PPTX)
_PICTURED = (Format.PDF, Format.PNG, Format.JPEG, Format.TIFF)
_OPEN = (Format.ODT, Format.ODS, Format.ODP)


def read_binary(kind: Format, data: bytes, limits: ReadLimits, attached: Attachments) -> Content:
    """The file's sections; raises Unreadable where it is damaged, protected or too large."""
    if kind in _PICTURED:
        return _pictured(kind, data, limits)
    if kind in _OFFICE:
        return _office(kind, data, limits)
    if kind in _OPEN:
        from surefoot.ingestion.readers.opendocument import read_open_document

        return read_open_document(data, kind, limits)
    if kind is Format.EPUB:
        from surefoot.ingestion.readers.epub import read_epub

        return read_epub(data)
    return _old(kind, data, limits, attached)


def _pictured(kind: Format, data: bytes, limits: ReadLimits) -> Content:
    if kind is Format.PDF:
        from surefoot.ingestion.readers.pdf import read_pdf

        return read_pdf(data, limits)
    from surefoot.ingestion.readers.image import read_image

    return read_image(data, limits)


def _office(kind: Format, data: bytes, limits: ReadLimits) -> Content:
    if kind is Format.DOCX:
        from surefoot.ingestion.readers.docx import read_docx

        return read_docx(data)
    if kind is Format.XLSX:
        from surefoot.ingestion.readers.xlsx import read_xlsx

        return read_xlsx(data)
    from surefoot.ingestion.readers.pptx import read_pptx

    return read_pptx(data, limits)


def _old(kind: Format, data: bytes, limits: ReadLimits, attached: Attachments) -> Content:
    if kind is Format.DOC:
        from surefoot.ingestion.readers.doc import read_doc

        return read_doc(data)
    if kind is Format.XLS:
        from surefoot.ingestion.readers.xls import read_xls

        return read_xls(data)
    if kind is Format.PPT:
        from surefoot.ingestion.readers.ppt import read_ppt

        return read_ppt(data, limits)
    if kind is Format.MSG:
        from surefoot.ingestion.readers.msg import read_msg

        return read_msg(data, attached)
    from surefoot.ingestion.readers.rtf import read_rtf

    return read_rtf(data)
