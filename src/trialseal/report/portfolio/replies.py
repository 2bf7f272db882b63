"""The sponsors' answers to the open questions of many trials: a CSV file with a row for each answer."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from trialseal.documents.canonical import shown
from trialseal.documents.identifiers import date_code
from trialseal.errors import UsageError
from trialseal.registries.numbers import read_known
from trialseal.spreadsheets import unguarded

COLUMNS: Final = ("number", "reply")
"""Needed; `date` may stand beside them, other columns are the reader's own."""
_MOST_CHARACTERS = 20_000


class Reply(NamedTuple):
    """An answer, as it was given."""

    words: str
    date: str = ""
    """The day of the answer, ISO 8601 as precise as it is known; empty where none is given."""


Replies = Mapping[str, Sequence[Reply]]
"""The answers about each trial, by its registry number in its usual form."""


def read_replies(text: str, name: str) -> dict[str, list[Reply]]:
    """The answers in a CSV file; UsageError naming file, line and column."""
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise UsageError(f"{name} is not CSV: {error}; save the sheet as CSV again") from None
    columns = [cell.strip().casefold() for cell in rows[0]] if rows else []
    if lacking := [one for one in COLUMNS if one not in columns]:
        raise UsageError(f"{name} has no column {lacking[0]}: give it the columns {' and '.join(COLUMNS)}")
    found: dict[str, list[Reply]] = {}
    for line, cells in enumerate(rows[1:], 2):
        if any(cell.strip() for cell in cells):
            row = dict(zip(columns, (unguarded(cell).strip() for cell in cells), strict=False))
            number, reply = _answer(row, f"{name}, row {line}")
            found.setdefault(number, []).append(reply)
    return found


def _answer(row: dict[str, str], where: str) -> tuple[str, Reply]:
    number = read_known(row.get("number", ""))
    if number is None:
        stated = shown(row.get("number", ""))
        raise UsageError(f"{where}: {stated} is not a registry number known here: write one such as NCT04368728")
    words, day = row.get("reply", ""), row.get("date", "")
    if not words:
        raise UsageError(f"{where}: the reply is empty: write it, or delete the row")
    if len(words) > _MOST_CHARACTERS:
        raise UsageError(f"{where}: the reply has {len(words):,} characters: shorten it to what is answered")
    if day:
        try:
            date_code(day)
        except UsageError as error:
            raise UsageError(f"{where}: {error}") from None
    return number.number, Reply(words, day)
