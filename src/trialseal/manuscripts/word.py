"""Word manuscripts (.docx): paragraphs and tables in their order, with tracked changes taken as accepted.

What stood there before the changes is read beside it (ISO/IEC 29500-1, 17.13.5: `ins`, `del`, `moveFrom`, `moveTo`).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

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

# The elements of a run that show text, and what stands for those that hold none.
_WORDS = {"t": "", "delText": "", "tab": " ", "br": " ", "cr": " ", "noBreakHyphen": "-"}
# What a reading leaves out: with the changes accepted what was deleted, without them what was inserted. Text that was
# moved stands twice.
_UNDONE = frozenset({"del", "moveFrom"})
_DONE = frozenset({"ins", "moveTo"})
_TRACKED = ".//w:ins | .//w:del | .//w:moveFrom | .//w:moveTo"


def read_word(data: bytes, name: str) -> Manuscript:
    """The paragraphs of a .docx; UsageError if it is damaged, another kind of ZIP file, or unpacks to too much."""
    _check_members(data, name)
    from docx import Document as open_document
    from lxml.etree import LxmlError  # type: ignore[import-untyped]

    try:
        document = open_document(io.BytesIO(data))
        lines = tuple(_lines(document, _UNDONE))
        before = tuple(_lines(document, _DONE)) if document.element.body.xpath(_TRACKED) else ()
        notes = _notes(document, lines, name)
    except (ValueError, KeyError, AttributeError, LxmlError, zipfile.BadZipFile, OSError, EOFError) as error:
        raise UsageError(f"{name} is a damaged Word file ({_reason(error)}): save it anew, or as a PDF") from None
    return Manuscript(name, "Word", lines, "paragraph", notes, before)


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


def _lines(document: Document, left_out: frozenset[str]) -> Iterator[Line]:
    """The paragraphs and rows by their numbers in the file, without what stands in the changes `left_out`."""
    from docx.table import Table

    number = 0
    characters = 0
    begun = ""
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            rows = _table_rows(block, left_out)
        else:
            text, kind = _paragraph(block, left_out)
            # Where the end of a paragraph is left out, the next one goes on with it.
            text, begun = (plain(f"{begun} {text}"), "")
            if _mark_is_left_out(block, left_out):
                text, begun = "", text
            rows = [(text, kind)]
        for text, kind in rows:
            number += 1
            characters += len(text)
            if characters > MAX_CHARACTERS:
                return
            if text:
                yield Line(text, number, kind=kind, ends=True)
    if begun:
        yield Line(begun, number, ends=True)


def _mark_is_left_out(paragraph: Paragraph, left_out: frozenset[str]) -> bool:
    return any(_tag(one) in left_out for one in paragraph._p.xpath("./w:pPr/w:rPr/*"))


def _paragraph(paragraph: Paragraph, left_out: frozenset[str]) -> tuple[str, Kind]:
    style = (paragraph.style.name or "") if paragraph.style is not None else ""
    properties = paragraph._p.pPr
    if style.startswith(("Heading", "Title")):
        kind: Kind = "heading"
    elif style.startswith("List") or (properties is not None and properties.numPr is not None):
        kind = "item"
    else:
        kind = "text"
    return _text(paragraph._p, left_out), kind


def _table_rows(table: Table, left_out: frozenset[str]) -> list[tuple[str, Kind]]:
    """A row a line; a cell that spans several is given once."""
    rows: list[tuple[str, Kind]] = []
    for row in table._tbl.tr_lst:
        cells = [" ".join(filter(None, (_text(p, left_out) for p in cell.p_lst))) for cell in row.tc_lst]
        rows.append(("\t".join(cells).rstrip("\t"), "row"))
    return rows


def _text(element: object, left_out: frozenset[str]) -> str:
    """The words of a paragraph, without those in the tracked changes that are left out."""
    return plain("".join(_pieces(element, left_out)))


def _pieces(element: object, left_out: frozenset[str]) -> Iterator[str]:
    for node in element.iter():  # type: ignore[attr-defined]
        tag = _tag(node)
        if tag not in _WORDS:
            continue
        # Text boxes come twice, the second time for old versions of Word.
        around = {_tag(one) for one in node.iterancestors()}
        if "Fallback" in around or around & left_out:
            continue
        yield (node.text or "") if tag in ("t", "delText") else _WORDS[tag]


def _tag(node: Any) -> str:
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""


def _notes(document: Document, lines: tuple[Line, ...], name: str) -> tuple[str, ...]:
    notes = []
    kinds = {str(relation.reltype).rpartition("/")[2] for relation in document.part.rels.values()}
    unread = [word for word in ("footnotes", "endnotes", "comments") if word in kinds]
    if unread:
        notes.append(f"the {', '.join(unread)} of {name} were not read")
    if document.element.body.xpath(_TRACKED):
        notes.append(f"{name} holds tracked changes: it was read as if all were accepted")
    if sum(len(line.text) for line in lines) > MAX_CHARACTERS * 0.99:
        notes.append(f"only the first {MAX_CHARACTERS:,} characters of {name} were read")
    return tuple(notes)


def _reason(error: BaseException) -> str:
    return type(error).__name__ if not str(error) or len(str(error)) > 90 else str(error)
