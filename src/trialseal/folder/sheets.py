"""The sheets of a trial's folder, synopsis.csv and endpoints.csv or .xlsx, and the protocol that is made of them.

While there is a sheet, it is the source: protocol.json follows it. What no sheet can say stays in protocol.json.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from trialseal.documents import endpoint_rows, synopsis
from trialseal.documents.versions import FORMAT
from trialseal.errors import FailedError, UsageError
from trialseal.escaping import argument, quoted
from trialseal.files import json_bytes, read_file, write_bytes
from trialseal.folder import layout
from trialseal.folder.reading import read
from trialseal.spreadsheets import csv_text, unguarded

if TYPE_CHECKING:
    from trialseal.registries.drafting import Draft

_LARGEST = 16 << 20
_SYNOPSIS_HEADINGS = ("item", "answer", "example")


class Followed(NamedTuple):
    """The protocol that the sheets make."""

    protocol: dict[str, Any]
    changes: tuple[str, ...]
    """What they change in protocol.json, in words; empty if it follows them already."""
    is_new: bool
    """Whether there was no protocol.json."""
    sheet: str
    """The name of the sheet of endpoints."""
    later: tuple[str, ...]
    """Items of the synopsis without an answer."""


# ----- reading -----


def endpoint_sheet(folder: Path) -> Path | None:
    """The sheet of endpoints; UsageError if there are two."""
    found = [folder / name for name in layout.ENDPOINT_SHEETS if os.path.lexists(folder / name)]
    if len(found) > 1:
        raise UsageError(f"{folder} has {found[0].name} and {found[1].name}: keep one, and move the other away")
    return found[0] if found else None


def read_synopsis(path: Path) -> dict[str, str]:
    """The answers of a synopsis, by item, in the file's order; FailedError with every fault of the file's form."""
    rows = list(_csv_rows(path))
    headings = [one.strip().casefold() for one in rows[0][1]] if rows else []
    if headings[:2] != list(_SYNOPSIS_HEADINGS[:2]):
        raise FailedError(f"{path}, row 1: write 'item,answer' there, and below it a row for each item")
    answers: dict[str, str] = {}
    wrong = []
    for number, cells in rows[1:]:
        item, answer = ([one.strip() for one in cells] + ["", ""])[:2]
        if len(cells) > len(headings) and any(one.strip() for one in cells[len(headings) :]):
            wrong.append(f"{path}, row {number}: it has {len(cells)} cells: put an answer with commas in quotes")
        elif item in answers:
            wrong.append(f"{path}, row {number}: item {quoted(item)} is there twice: leave one")
        else:
            answers[item] = answer
    if wrong:
        raise FailedError(wrong[0], tuple(wrong))
    return answers


def read_endpoint_rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    """The rows of a sheet of endpoints, each with its number there; FailedError with every fault of its form."""
    rows = list(rows_in(path))
    if not rows:
        raise FailedError(f"{path} is empty: its first row is {','.join(endpoint_rows.HEADINGS)}")
    headings = [" ".join(one.split()).casefold() for one in rows[0][1]]
    while headings and not headings[-1]:
        headings.pop()
    wrong = list(endpoint_rows.heading_faults(headings, str(path)))
    found = []
    for number, cells in rows[1:]:
        if any(one.strip() for one in cells[len(headings) :]):
            wrong.append(f"{path}, row {number}: it has a cell beyond its {len(headings)} columns: correct it")
        row = {name: cell.strip() for name, cell in zip(headings, cells, strict=False)}
        if endpoint_rows.ROLE in row:  # spreadsheets begin a cell with a capital
            row[endpoint_rows.ROLE] = row[endpoint_rows.ROLE].lower()
        found.append((number, row))
    if wrong:
        raise FailedError(wrong[0], tuple(wrong))
    return found


def rows_in(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The rows of a sheet, CSV or .xlsx, that have a cell filled, counted from 1; UsageError if it is none."""
    return _excel_rows(path) if path.suffix.lower() == ".xlsx" else _csv_rows(path)


def _csv_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The rows that have a cell filled, counted from 1, whatever separates cells."""
    data = read_file(path, _LARGEST)
    try:
        text = data.decode("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not UTF-8 text: save the sheet as 'CSV UTF-8'") from None
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), 1):
            if any(cell.strip() for cell in cells):
                yield number, [unguarded(cell.strip()) for cell in cells]
    except csv.Error as error:
        raise UsageError(f"{path} is not CSV: {error}") from None


def _excel_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    from trialseal.tables.excel import small_sheet

    for number, cells in enumerate(small_sheet(path), 1):
        if any(cells):
            yield number, cells


# ----- the protocol that they make -----


def followed(folder: Path) -> Followed | None:
    """The protocol that a folder's sheets make; None if it has none. FailedError with every fault of both sheets."""
    sheet = endpoint_sheet(folder)
    told = folder / layout.SYNOPSIS
    if sheet is None and not os.path.lexists(told):
        return None
    protocol = _protocol(folder / layout.PROTOCOL)
    wrong: list[str] = []
    changes: list[str] = []
    answers: dict[str, str] = {}
    made = protocol
    try:
        if os.path.lexists(told):
            answers = read_synopsis(told)
            made, changes = synopsis.described(protocol, answers, str(told))
    except FailedError as error:
        wrong += error.faults
    try:
        if sheet is None:
            raise FailedError(
                f"{folder} has no {layout.ENDPOINT_SHEETS[0]}: trialseal init {argument(folder)} writes it"
            )
        rows = read_endpoint_rows(sheet)
        known = [one for one in protocol.get("endpoints", ()) if isinstance(one, dict)]
        endpoints = endpoint_rows.endpoints_of(rows, known, str(sheet))
        plain = [row for _, row in rows]
        changes += endpoint_rows.changes(plain, known)
        made = {**made, "endpoints": endpoints}
        made, confirmed = _with_marks(made, plain)
        changes += confirmed
    except FailedError as error:
        wrong += error.faults
    if wrong:
        raise FailedError(wrong[0], tuple(wrong))
    assert sheet is not None
    later = tuple(synopsis.left_for_later(answers)) if answers else ()
    is_new = not os.path.lexists(folder / layout.PROTOCOL)
    return Followed(made, tuple(changes) if made != protocol else (), is_new, sheet.name, later)


def follow_sheets(folder: Path) -> Followed | None:
    """As `followed`, with protocol.json written where it differs."""
    found = followed(folder)
    if found and found.changes:
        write_bytes(folder / layout.PROTOCOL, json_bytes(found.protocol))
    return found


def _protocol(path: Path) -> dict[str, Any]:
    if not os.path.lexists(path):
        return {"format": FORMAT, "kind": "protocol", "version": 1}
    value = read(path, follow=False, keep=True).value()
    if not isinstance(value, dict):
        raise UsageError(f"{path} is not a protocol: move it away, and one is made of the sheets")
    return value


def _with_marks(protocol: dict[str, Any], rows: Sequence[Mapping[str, str]]) -> tuple[dict[str, Any], list[str]]:
    """The protocol with the drafted endpoints that nobody has confirmed; whether that changed."""
    drafted = protocol.get("drafted_from")
    if not isinstance(drafted, list) or not drafted or not isinstance(drafted[0], dict):
        return protocol, []
    open_ones = endpoint_rows.unconfirmed(rows)
    mark = {key: value for key, value in drafted[0].items() if key != "unconfirmed"}
    made = [mark | ({"unconfirmed": open_ones} if open_ones else {}), *drafted[1:]]
    many = "1 drafted endpoint is" if len(open_ones) == 1 else f"{len(open_ones)} drafted endpoints are"
    left = f"{many} not confirmed yet" if open_ones else "every drafted endpoint is confirmed"
    return {**protocol, "drafted_from": made}, [left] if made != drafted else []


# ----- writing -----


def write_synopsis(folder: Path, answers: Mapping[str, str]) -> Path:
    """Writes a synopsis with a row for each item, an example beside it."""
    path = folder / layout.SYNOPSIS
    rows = [(one.name, answers.get(one.name, ""), one.example) for one in synopsis.ITEMS]
    if source := answers.get(synopsis.DRAFTED_FROM):
        rows.append((synopsis.DRAFTED_FROM, source, ""))
    write_bytes(path, csv_text(_SYNOPSIS_HEADINGS, rows).encode())
    return path


def write_endpoint_rows(folder: Path, rows: Sequence[Mapping[str, str]]) -> Path:
    """Writes a sheet of endpoints as CSV."""
    path = folder / layout.ENDPOINT_SHEETS[0]
    cells = [[row.get(name, "") for name in endpoint_rows.HEADINGS] for row in rows]
    write_bytes(path, csv_text(endpoint_rows.HEADINGS, cells).encode())
    return path


def write_draft(folder: Path, draft: Draft) -> None:
    """Writes a draft into a new folder: its record, its sheets, and the protocol as far as the record tells it."""
    if draft.record is not None:
        write_bytes(folder / layout.REGISTRY_RECORD, json_bytes(draft.record), overwrite=False)
    write_bytes(folder / layout.PROTOCOL, json_bytes(draft.protocol), overwrite=False)
    write_endpoint_rows(folder, draft.rows)
    write_synopsis(folder, draft.answers)  # last: with it, the folder is one that can be taken up again
