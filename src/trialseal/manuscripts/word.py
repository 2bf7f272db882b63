"""Word manuscripts (.docx): paragraphs and tables in their order, with tracked changes taken as accepted.

What stood there before the changes is read beside it (ISO/IEC 29500-1, 17.13.5: `ins`, `del`, `moveFrom`, `moveTo`).
"""

from __future__ import annotations

import io
import itertools
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from trialseal.errors import UsageError
from trialseal.manuscripts.model import MAX_CHARACTERS, Kind, Line, Manuscript, plain
from trialseal.manuscripts.raised import is_reference

if TYPE_CHECKING:
    from docx.document import Document

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
_AROUND_BLOCKS = frozenset({"sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo", "del", "moveFrom"})
# What hangs on a paragraph and is told apart, and what old versions of Word show in its place.
_ELSEWHERE = frozenset({"txbxContent", "Fallback"})
_UNSEEN = frozenset({"vanish", "strike", "dstrike"})
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
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
    number = 0
    characters = 0
    begun = ""
    for block in _blocks(document.element.body):
        boxes: list[str] = []
        if _tag(block) == "tbl":
            rows: list[tuple[str, Kind]] = _table_rows(block, left_out)
        else:
            text, kind = _text(block, left_out), _kind(block, document)
            # Where the end of a paragraph is left out, the next one goes on with it.
            text, begun = (plain(f"{begun} {text}"), "")
            if _mark_is_left_out(block, left_out):
                text, begun = "", text
            rows = [(text, kind)]
            boxes = list(_boxes(block, left_out))
        for text, kind in rows:
            number += 1
            characters += len(text)
            if characters > MAX_CHARACTERS:
                return
            if text:
                yield Line(text, number, kind=kind, ends=True)
        # A box hangs on a paragraph, and is none of its words.
        yield from (Line(text, number, ends=True) for text in boxes)
    if begun:
        yield Line(begun, number, ends=True)


def _blocks(parent: Any) -> Iterator[Any]:
    """The paragraphs and tables in an element, also those that stand in content controls and the like."""
    for child in parent:
        tag = _tag(child)
        if tag in ("p", "tbl"):
            yield child
        elif tag in _AROUND_BLOCKS:
            yield from _blocks(child)


def _parts(parent: Any, wanted: str) -> Iterator[Any]:
    """The rows of a table or the cells of a row, also those in content controls."""
    for child in parent:
        if _tag(child) == wanted:
            yield child
        elif _tag(child) in _AROUND_BLOCKS:
            yield from _parts(child, wanted)


def _mark_is_left_out(paragraph: Any, left_out: frozenset[str]) -> bool:
    return any(_tag(one) in left_out for one in paragraph.xpath("./w:pPr/w:rPr/*"))


def _kind(paragraph: Any, document: Document) -> Kind:
    from docx.text.paragraph import Paragraph

    style = Paragraph(paragraph, document._body).style
    name = (style.name or "") if style is not None else ""
    properties = paragraph.pPr
    if name.startswith(("Heading", "Title")):
        return "heading"
    return "item" if name.startswith("List") or (properties is not None and properties.numPr is not None) else "text"


def _table_rows(table: Any, left_out: frozenset[str]) -> list[tuple[str, Kind]]:
    """A row a line, behind it the rows of tables in its cells; a cell that spans several is given once."""
    rows: list[tuple[str, Kind]] = []
    for row in _parts(table, "tr"):
        cells, inner = [], []
        for cell in _parts(row, "tc"):
            blocks = list(_blocks(cell))
            cells.append(" ".join(filter(None, (_text(one, left_out) for one in blocks if _tag(one) == "p"))))
            inner += [line for one in blocks if _tag(one) == "tbl" for line in _table_rows(one, left_out)]
        rows += [("\t".join(cells).rstrip("\t"), "row"), *inner]
    return rows


def _boxes(paragraph: Any, left_out: frozenset[str]) -> Iterator[str]:
    """The paragraphs of the text boxes that hang on a paragraph."""
    for box in paragraph.iter(f"{_W}txbxContent"):
        # They come twice, the second time for old versions of Word.
        if not any(_tag(one) in ("Fallback", "txbxContent") for one in box.iterancestors()):
            yield from filter(None, (_text(one, left_out) for one in box.iter(f"{_W}p")))


def _text(paragraph: Any, left_out: frozenset[str]) -> str:
    """The words of a paragraph, without its boxes, the tracked changes that are left out, and raised numbers of
    references."""
    words, raised = "", ""
    for piece, is_raised in (*_pieces(paragraph, left_out), ("", False)):
        if is_raised:
            raised += piece
            continue
        words += "" if is_reference(words, raised) else raised
        words, raised = words + piece, ""
    return plain(words)


def _pieces(paragraph: Any, left_out: frozenset[str]) -> Iterator[tuple[str, bool]]:
    """Stretches of words, and whether they are raised."""
    for node in paragraph.iter():
        tag = _tag(node)
        if tag not in _WORDS:
            continue
        around = list(itertools.takewhile(lambda one: one is not paragraph, node.iterancestors()))
        tags = {_tag(one) for one in around}
        if tags & _ELSEWHERE or tags & left_out or any(map(_is_hidden, around)):
            continue
        yield (node.text or "") if tag in ("t", "delText") else _WORDS[tag], any(map(_is_raised, around))


def _is_hidden(run: Any) -> bool:
    """Whether the words of a run are hidden, or struck through by hand."""
    return any(_is_on(mark) for mark in run.iterfind(f"{_W}rPr/*") if _tag(mark) in _UNSEEN)


def _is_on(mark: Any) -> bool:
    return mark.get(f"{_W}val", "true") not in ("0", "false", "off")


def _is_raised(run: Any) -> bool:
    return any(mark.get(f"{_W}val") == "superscript" for mark in run.iterfind(f"{_W}rPr/{_W}vertAlign"))


def _tag(node: Any) -> str:
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""


def _notes(document: Document, lines: tuple[Line, ...], name: str) -> tuple[str, ...]:
    notes = []
    kinds = {str(relation.reltype).rpartition("/")[2] for relation in document.part.rels.values()}
    unread = [word for word in ("footnotes", "endnotes", "comments") if word in kinds]
    if unread:
        notes.append(f"the {', '.join(unread)} of {name} were not read")
    if any(map(_is_hidden, document.element.body.iter(f"{_W}r"))):
        notes.append(f"{name} holds words that are hidden or struck through: they were left out")
    if document.element.body.xpath(_TRACKED):
        notes.append(f"{name} holds tracked changes: it was read as if all were accepted")
    if sum(len(line.text) for line in lines) > MAX_CHARACTERS * 0.99:
        notes.append(f"only the first {MAX_CHARACTERS:,} characters of {name} were read")
    return tuple(notes)


def _reason(error: BaseException) -> str:
    return type(error).__name__ if not str(error) or len(str(error)) > 90 else str(error)
