"""Word manuscripts (.docx): paragraphs and tables in their order, with tracked changes taken as accepted."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING

from trialseal.errors import UsageError
from trialseal.manuscripts.model import MAX_CHARACTERS, Kind, Line, Manuscript, plain

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table
    from docx.text.paragraph import Paragraph

# A .docx is a ZIP file. A manuscript with its pictures unpacks to some tens of megabytes and a hundred members; text
# shrinks about tenfold. What claims more would fill the memory of whoever opens it.
MAX_UNPACKED = 256 * 1024 * 1024
MAX_XML = 48 * 1024 * 1024
MAX_MEMBERS = 10_000


def read_word(data: bytes, name: str) -> Manuscript:
    """The paragraphs of a .docx; UsageError if it is damaged, another kind of ZIP file, or unpacks to too much."""
    _check_members(data, name)
    from docx import Document as open_document
    from lxml.etree import LxmlError  # type: ignore[import-untyped]

    try:
        document = open_document(io.BytesIO(data))
        lines = tuple(_lines(document))
        notes = _notes(document, lines, name)
    except (ValueError, KeyError, AttributeError, LxmlError, zipfile.BadZipFile, OSError, EOFError) as error:
        raise UsageError(f"{name} is a damaged Word file ({_reason(error)}): save it anew, or as a PDF") from None
    return Manuscript(name, "Word", lines, "paragraph", notes)


def _check_members(data: bytes, name: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError):
        raise UsageError(f"{name} is a damaged ZIP or Word file: get a whole copy") from None
    names = {member.filename for member in members}
    if "word/document.xml" not in names:
        if "xl/workbook.xml" in names:
            raise UsageError(f"{name} is an Excel file: save its sheet of outcomes as CSV")
        what = "an OpenDocument file" if "content.xml" in names else "a ZIP file without a Word document in it"
        raise UsageError(f"{name} is {what}: save the manuscript as .docx or PDF")
    # A member that is longer than it says is cut off there by zipfile, and its checksum then fails.
    unpacked = sum(member.file_size for member in members)
    largest = max(member.file_size for member in members if member.filename.endswith((".xml", ".rels")))
    if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED or largest > MAX_XML:
        raise UsageError(
            f"{name} unpacks to {unpacked >> 20} MiB in {len(members)} members, more than any manuscript: "
            "it was not opened; save it without pictures, or as a PDF"
        )
    if any(member.flag_bits & 1 for member in members):
        raise UsageError(f"{name} is encrypted: save it without a password")


def _lines(document: Document) -> Iterator[Line]:
    from docx.table import Table

    number = 0
    characters = 0
    for block in document.iter_inner_content():
        rows = _table_rows(block) if isinstance(block, Table) else [_paragraph(block)]
        for text, kind in rows:
            number += 1
            characters += len(text)
            if characters > MAX_CHARACTERS:
                return
            if text:
                yield Line(text, number, kind=kind, ends=True)


def _paragraph(paragraph: Paragraph) -> tuple[str, Kind]:
    style = (paragraph.style.name or "") if paragraph.style is not None else ""
    properties = paragraph._p.pPr
    if style.startswith(("Heading", "Title")):
        kind: Kind = "heading"
    elif style.startswith("List") or (properties is not None and properties.numPr is not None):
        kind = "item"
    else:
        kind = "text"
    return _text(paragraph._p), kind


def _table_rows(table: Table) -> list[tuple[str, Kind]]:
    """A row a line; a cell that spans several is given once."""
    rows: list[tuple[str, Kind]] = []
    for row in table._tbl.tr_lst:
        cells = [" ".join(filter(None, (_text(p) for p in cell.p_lst))) for cell in row.tc_lst]
        rows.append(("\t".join(cells).rstrip("\t"), "row"))
    return rows


def _text(element: object) -> str:
    """The words of a paragraph: insertions that are tracked count, deletions (w:delText) do not."""
    return plain("".join(_pieces(element)))


def _pieces(element: object) -> Iterator[str]:
    for node in element.iter():  # type: ignore[attr-defined]
        tag = node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""
        if tag == "t":
            # Text boxes come twice, the second time for old versions of Word.
            if not any(str(one.tag).endswith("}Fallback") for one in node.iterancestors()):
                yield node.text or ""
        elif tag in ("tab", "br", "cr"):
            yield " "
        elif tag == "noBreakHyphen":
            yield "-"


def _notes(document: Document, lines: tuple[Line, ...], name: str) -> tuple[str, ...]:
    notes = []
    kinds = {str(relation.reltype).rpartition("/")[2] for relation in document.part.rels.values()}
    unread = [word for word in ("footnotes", "endnotes", "comments") if word in kinds]
    if unread:
        notes.append(f"the {', '.join(unread)} of {name} were not read")
    if document.element.body.xpath(".//w:ins | .//w:del"):
        notes.append(f"{name} holds tracked changes: it was read as if all were accepted")
    if sum(len(line.text) for line in lines) > MAX_CHARACTERS * 0.99:
        notes.append(f"only the first {MAX_CHARACTERS:,} characters of {name} were read")
    return tuple(notes)


def _reason(error: BaseException) -> str:
    return type(error).__name__ if not str(error) or len(str(error)) > 90 else str(error)
