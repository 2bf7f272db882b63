"""Files of other habits, read row by row: text in any encoding, tables of every form that is read, FHIR."""

from __future__ import annotations

import codecs
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple

from trialseal import files
from trialseal.documents import canonical
from trialseal.errors import FailedError, UsageError
from trialseal.streams import row_marks, sources
from trialseal.streams.maps.event_map import FileForm
from trialseal.streams.sources import BadRow, Refused, SourceRow, Style, TextSource

TABLES: Final = (".xpt", ".sas7bdat", ".xlsx", ".dsjc", ".xls", ".ods", ".dta", ".sav", ".zsav", ".por", ".parquet")
"""Endings of tables that say themselves how they are written."""
_SHEETS: Final = (".xlsx", ".xls", ".ods")
# A whole JSON document must be held in memory; NDJSON need not.
_LARGEST = 1 << 28
_PEEKED = 4096
_BUNDLE = re.compile(rb'"resourceType"\s*:\s*"Bundle"')
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class Export(NamedTuple):
    """A file to be taken in, and what is wanted of it."""

    path: Path | None
    """None: standard input."""
    name: str
    kind: str | None
    """csv, ndjson or another ending, as stated; None: by the name and how it begins."""
    form: FileForm
    wanted: Mapping[str, bool] | None
    """The columns that a map reads, each with whether the file may lack it; None without a map."""
    refuse: Callable[[Refused], None]
    mark: Callable[[str], bytes] | None
    typed: bool = False
    """Whether the type of its events is stated, so that no column need tell it."""

    @property
    def style(self) -> Style:
        """As a text file."""
        sign = self.form.delimiter or ","
        named = ("type",) if self.wanted is None and not self.typed else ()
        return Style(sign, self.form.names_row or 1, self.wanted, named, self.refuse, self.mark)


def rows(export: Export, file: BinaryIO) -> Iterator[SourceRow]:
    """The rows of an open file. FailedError at what ends it, UsageError where it cannot be read as what it is."""
    kind = export.kind or export.form.form
    ending = f".{kind}" if kind else Path(export.name).suffix.lower()
    beginning = _peek(file)
    if ending in (".csv", ".tsv", ".tab", ".txt"):
        ending = ".csv"
    if says_itself(export.name, kind, beginning):
        return _table_rows(export, ending if ending in TABLES else ".parquet")
    if ending in (".json", ".ndjson", ".jsonl") or _begins_object(beginning):
        if b'"datasetJSON' in beginning or b"datasetJSONVersion" in beginning:
            return _table_rows(export, ".ndjson" if ending == ".ndjson" else ".json")
        if export.wanted is not None and not _is_lines(file, beginning):
            return _document_rows(export, file)
        lines = iter(TextSource(_decoded(export, file, beginning), export.name, "ndjson", style=export.style))
        return lines if export.wanted is None else _unbundled(export, lines)
    _require_text(export, beginning)
    style = export.style
    if Path(export.name).suffix.lower() in (".tsv", ".tab") and export.form.delimiter is None:
        style = style._replace(delimiter="\t")
    return iter(TextSource(_decoded(export, file, beginning), export.name, "csv", style=style))


def _require_text(export: Export, beginning: bytes) -> None:
    """UsageError where a file of text begins as something else does, or has line ends that nothing tells of."""
    from trialseal.tables.reading import require_text
    from trialseal.tables.table import Reading

    if beginning.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"<"):
        raise UsageError(f"{export.name} is HTML or XML, whatever its name says: export it as CSV")
    require_text(export.name, beginning, Reading(form="csv", encoding=export.form.encoding))
    if len(beginning) < _PEEKED and b"\r" in beginning and b"\n" not in beginning:
        raise UsageError(f"{export.name} has lines that end with CR alone: save it with LF, or CR and LF")


def says_itself(name: str, kind: str | None, beginning: bytes) -> bool:
    """Whether a file is a table that says itself how it is written; `kind` as stated, without its point."""
    ending = f".{kind}" if kind else Path(name).suffix.lower()
    return ending in TABLES or beginning.startswith(b"PAR1")


def _begins_object(beginning: bytes) -> bool:
    return beginning.removeprefix(codecs.BOM_UTF8).lstrip().startswith((b"{", b"["))


def _is_lines(file: BinaryIO, beginning: bytes) -> bool:
    """Whether the first line is a whole object: then there is one in each."""
    peeked = beginning.removeprefix(codecs.BOM_UTF8).lstrip()
    line, end, _ = peeked.partition(b"\n")
    if not end:  # one long line: a list, or a document written without line ends, or the first of many
        return len(peeked) >= _PEEKED and not peeked.startswith(b"[") and not _BUNDLE.search(peeked)
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _decoded(export: Export, file: BinaryIO, beginning: bytes) -> BinaryIO:
    """The file as UTF-8, whatever its encoding."""
    encoding = export.form.encoding
    if encoding is None:
        encoding = next((name for mark, name in _BOMS if name != "utf-8-sig" and beginning.startswith(mark)), None)
        if encoding is None:
            return file
    from trialseal.tables.reading import require_encoding

    require_encoding(encoding)
    if codecs.lookup(encoding).name == "utf-8":
        return file
    text = io.TextIOWrapper(file, encoding=encoding, newline="\n")
    return _Recoded(text, export.name)  # type: ignore[return-value]


class _Recoded:
    """A text file line by line as UTF-8."""

    def __init__(self, text: io.TextIOWrapper, name: str) -> None:
        self._text, self._name, self._line = text, name, 0

    def readline(self, limit: int) -> bytes:
        """The next line."""
        self._line += 1
        try:
            return self._text.readline(limit).encode("utf-8")
        except UnicodeError as error:
            raise BadRow(
                self._name, self._line, f"is not {self._text.encoding} ({error}): say --encoding NAME"
            ) from None


def _peek(file: BinaryIO) -> bytes:
    """How a file begins, still to be read."""
    peek = getattr(file, "peek", None)
    return bytes(peek(_PEEKED)[:_PEEKED]) if peek else b""


# ----- tables that say themselves how they are written -----


def _table_rows(export: Export, ending: str) -> Iterator[SourceRow]:
    """The rows of a table, numbered from 1; those of a sheet as it counts them, its names among them."""
    from trialseal.tables.reading import open_table
    from trialseal.tables.table import Reading

    if export.path is None:
        raise UsageError(f"a file of form {ending[1:]} cannot be read from standard input: name the file")
    if ending == ".parquet" and export.wanted is None:
        yield from sources.parquet_rows(export.path)
        return
    above = export.form.names_row if ending in _SHEETS else None
    table = open_table(export.path, Reading(form=ending, encoding=export.form.encoding, names_row=above))
    names = [column.name for column in table.schema.columns]
    sources.require_columns(names, export.wanted or {}, export.name)
    sources.require_named(names, export.style.named, export.name)
    number = (above or 1) if ending in _SHEETS else 0  # as the sheet itself counts its rows
    for block in table.blocks():
        for cells in zip(*(column.to_pylist() for column in block), strict=True):
            number += 1
            mark = export.mark(repr(cells)) if export.mark else row_marks.NONE
            yield SourceRow(number, dict(zip(names, map(_plain, cells), strict=True)), True, mark)


def _plain(cell: Any) -> Any:
    """A cell without what only SAS says of one that is missing."""
    return cell["value"] if isinstance(cell, dict) else cell


# ----- JSON documents: FHIR -----


def _document_rows(export: Export, file: BinaryIO) -> Iterator[SourceRow]:
    """The objects of a document: the resources of a FHIR Bundle, the items of a list, or the one that it is."""
    data = file.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise UsageError(f"{export.name} is larger than {files.size_words(_LARGEST)}: export it as NDJSON")
    text = _text(export, data)
    if not text.strip():
        raise FailedError(f"{export.name} is empty: export it anew")
    try:
        value = sources.decode(text.strip(" \t\r\n"))
    except (ValueError, RecursionError):
        try:
            value = canonical.parse_text(text, export.name)
        except UsageError as error:
            raise FailedError(str(error)) from None
    yield from _objects(export, _resources(value, export.name) if _is_bundle(value) else value)


def _text(export: Export, data: bytes) -> str:
    """A document's text, whatever its encoding."""
    marked = next((name for mark, name in _BOMS if data.startswith(mark)), "utf-8")
    encoding = export.form.encoding or marked
    if encoding != marked:
        from trialseal.tables.reading import require_encoding

        require_encoding(encoding)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FailedError(
            f"{export.name} is not {encoding}: byte 0x{data[error.start]:02x} in line {line}; say --encoding NAME"
        ) from None


def _unbundled(export: Export, source: Iterator[SourceRow]) -> Iterator[SourceRow]:
    """The objects of lines; the resources of a FHIR Bundle where one is a line."""
    for row in source:
        if _is_bundle(row.value):
            name = f"{export.name}, line {row.line}"
            yield from (one._replace(line=row.line) for one in _objects(export, _resources(row.value, name)))
        else:
            yield row


def _is_bundle(value: object) -> bool:
    return isinstance(value, Mapping) and value.get("resourceType") == "Bundle"


def _resources(bundle: Mapping[str, Any], name: str) -> list[object]:
    """What the entries of a FHIR Bundle hold; None for one that holds nothing."""
    entries = bundle.get("entry", [])
    if not isinstance(entries, list):
        raise FailedError(f"{name} is a FHIR Bundle whose entry is not a list: export it anew")
    return [one.get("resource") if isinstance(one, dict) else None for one in entries]


def _objects(export: Export, value: object) -> Iterator[SourceRow]:
    for number, one in enumerate(value if isinstance(value, list) else [value], 1):
        if not isinstance(one, dict):
            what = f"{export.name}, number {number}: holds no object: take it out, or export it anew"
            export.refuse(Refused(number, what))
            continue
        mark = export.mark(json.dumps(one, sort_keys=True)) if export.mark else row_marks.NONE
        yield SourceRow(number, one, True, mark)
