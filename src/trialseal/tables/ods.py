"""OpenDocument spreadsheets (.ods): ISO/IEC 26300, read as a stream whatever its size."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trialseal.errors import FailedError, UsageError
from trialseal.escaping import quoted
from trialseal.tables.sheets import MAX_ROWS, first_line, require_modest, sheet_named, sheet_table
from trialseal.tables.table import Reading, Table

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_OFFICE, _TABLE, _TEXT = (
    f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}" for name in ("office", "table", "text")
)
_SHEET, _ROW = f"{_TABLE}table", f"{_TABLE}table-row"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_DURATION = re.compile(r"(-?)P(?:([0-9]{1,6})D)?T(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9}(?:[.,][0-9]+)?)S)?")
# Wider than any sheet, so that what a cell is said to be repeated cannot fill the memory.
_MAX_WIDTH = 1 << 14
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    SyntaxError,
    KeyError,
    ValueError,
    EOFError,
    NotImplementedError,
    RuntimeError,
)


def open_ods(path: Path, reading: Reading) -> Table:
    """The table in a sheet; FailedError where the file is damaged or locked."""
    known = _sheets(path)
    name = sheet_named(path, reading, known)
    return sheet_table(path, reading, "OpenDocument", known, lambda: _rows(path, name))


def _sheets(path: Path) -> list[str]:
    names = [one.get(f"{_TABLE}name", "") for event, one in _elements(path) if event == "start" and one.tag == _SHEET]
    if not names:
        raise FailedError(f"{path} has no sheet: it is not a spreadsheet, or is damaged")
    return names


def _elements(path: Path) -> Iterator[tuple[str, Element]]:
    """The elements of a spreadsheet that hold tables, rows and cells; each row is forgotten behind its end."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    try:
        require_modest(path)
        with zipfile.ZipFile(path) as archive:
            if b"encryption-data" in archive.read("META-INF/manifest.xml")[: 1 << 20]:
                raise UsageError(f"{path} is protected by a password: save it without one")
            above: list[Element] = []
            with archive.open("content.xml") as content:
                for event, one in iterparse(content, ("start", "end"), forbid_dtd=True):
                    if event == "start":
                        above.append(one)
                        yield event, one
                    else:
                        above.pop()
                        yield event, one
                        if one.tag == _ROW:
                            above[-1].remove(one)
    except DefusedXmlException:
        raise FailedError(f"{path} declares a document type, as no spreadsheet does: it is not read") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}") from None
    except _DAMAGED as error:
        raise FailedError(f"{path} is not a whole OpenDocument spreadsheet (.ods): {first_line(error)}") from None


def _rows(path: Path, name: str) -> Iterator[list[Any]]:
    sheets, within, empty = 0, 0, 0  # which sheet of this name, how many cells and sheets we are in, rows left out
    is_ours = False
    for event, one in _elements(path):
        if one.tag == _SHEET and not within:
            is_ours = event == "start" and one.get(f"{_TABLE}name", "") == name
            sheets += is_ours
            if sheets > 1:
                raise FailedError(f"{path} has several sheets called {quoted(name)}: rename one of them")
        elif one.tag in _CELLS:  # a table within a cell is none of the sheet's rows
            within += 1 if event == "start" else -1
        elif event == "end" and one.tag == _ROW and is_ours and not within:
            try:
                row, count = _cells(one), _repeated(one, "rows")
            except (KeyError, ValueError, OverflowError) as error:
                raise FailedError(
                    f"{path}: sheet {quoted(name)} has a cell that cannot be read: {first_line(error)}"
                ) from None
            if row and count > MAX_ROWS:
                raise FailedError(f"{path} has a row beyond {MAX_ROWS:,}, where sheets end: it is damaged")
            if not row:
                empty += count
                continue
            for _ in range(empty):
                yield []
            empty = 0
            for _ in range(count):
                yield list(row)


def _cells(row: Element) -> list[Any]:
    """The cells of a row up to the last that holds anything."""
    found: list[Any] = []
    for one in row:
        if one.tag in _CELLS:
            value = _value(one) if one.tag == _CELLS[0] else None
            found += [value] * min(_repeated(one, "columns"), _MAX_WIDTH - len(found))
    while found and found[-1] is None:
        found.pop()
    return found


def _repeated(one: Element, what: str) -> int:
    return int(one.get(f"{_TABLE}number-{what}-repeated", "1"))


def _value(cell: Element) -> Any:
    kind = cell.get(f"{_OFFICE}value-type")
    match kind:
        case "float" | "percentage" | "currency":
            return float(cell.attrib[f"{_OFFICE}value"])
        case "boolean":
            return cell.attrib[f"{_OFFICE}boolean-value"] == "true"
        case "date":
            text = cell.attrib[f"{_OFFICE}date-value"]
            return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
        case "time":
            return _duration(cell.attrib[f"{_OFFICE}time-value"])
    if kind is None and f"{_TABLE}formula" in cell.attrib:
        raise ValueError("a formula has no result: open the file in its program and save it")
    said = cell.get(f"{_OFFICE}string-value")
    return (said if said is not None else "\n".join(_paragraphs(cell))) or None


def _duration(text: str) -> timedelta:
    found = _DURATION.fullmatch(text)
    if not found:
        raise ValueError(f"{text[:40]!r} is no time")
    days, hours, minutes = (int(part or 0) for part in found.groups()[1:4])
    whole, _, fraction = (found[5] or "0").replace(",", ".").partition(".")
    micros = int(fraction[:6].ljust(6, "0"))
    length = timedelta(days=days, hours=hours, minutes=minutes, seconds=int(whole), microseconds=micros)
    return -length if found[1] else length


def _paragraphs(cell: Element) -> list[str]:
    """The cell's text, a line a paragraph; notes beside it are none of it."""
    return [
        re.sub(r"[ \t\r\n]+", " ", "".join(_pieces(one))).strip(" ").translate({0: " ", 1: "\t", 2: "\n"})
        for one in cell
        if one.tag == f"{_TEXT}p"
    ]


def _pieces(one: Element) -> Iterator[str]:
    """The text of a paragraph, in which white space counts once but where an element of its own stands for it: such is
    written as a control character, which XML cannot hold."""
    yield one.text or ""
    for child in one:
        if child.tag == f"{_TEXT}s":
            yield "\0" * min(int(child.get(f"{_TEXT}c", "1")), 1 << 15)
        elif child.tag == f"{_TEXT}tab":
            yield "\1"
        elif child.tag == f"{_TEXT}line-break":
            yield "\2"
        elif child.tag != f"{_OFFICE}annotation":
            yield from _pieces(child)
        yield child.tail or ""
