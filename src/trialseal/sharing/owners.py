"""To whom each file of a package belongs: by a list, or by a column of the one table that is packed."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Set
from pathlib import Path
from typing import BinaryIO, NamedTuple

from trialseal import escaping, files
from trialseal.errors import FailedError, UsageError
from trialseal.sharing.paired import pairs

NOBODY = "-"
"""In a list of owners: a file that is about no participant, such as a description."""
_LONGEST_ROW = 1 << 24
_WORKBOOK = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How .xlsx, .ods and .xls begin."""
_DELIMITERS = ((";", "';'"), ("\t", "tab"), ("|", "'|'"), (",", "','"))

PseudonymOf = Callable[[str], str]


class Source(NamedTuple):
    """A file to be packed."""

    path: str
    """What it is called in the package: below the folder, with /."""
    place: Path
    subjects: tuple[str, ...]
    """To whom it belongs, by pseudonym."""


def read_owners(path: Path, pseudonym_of: PseudonymOf) -> dict[str, frozenset[str]]:
    """By file, to whom it belongs, of a list in CSV with the columns file and subject; FailedError where it is none.

    A file that belongs to several has several rows. `-` as the subject: it is about no participant.
    """
    found: dict[str, set[str]] = {}
    for _, name, subject in pairs(path, "file", "subject", f"write {NOBODY} for a file that is about no participant"):
        owners = found.setdefault(name.replace("\\", "/").removeprefix("./"), set())
        if subject != NOBODY:
            owners.add(pseudonym_of(subject))
    return {name: frozenset(owners) for name, owners in found.items()}


def sources_in(folder: Path, owners: Mapping[str, Set[str]], listed_in: str) -> list[Source]:
    """Every file below a folder with its owners, by path; FailedError for one that has none, or is no ordinary file."""
    places, odd = files.below(folder)
    if odd:
        raise FailedError(f"{escaping.path(odd[0][0])} is {odd[0][1]}: only ordinary files are packed, take it out")
    named = {place.relative_to(folder).as_posix(): place for place in places}
    if missing := [name for name in named if name not in owners]:
        more = f" (and {len(missing) - 1} more)" if len(missing) > 1 else ""
        raise FailedError(
            f"{escaping.path(missing[0])} has no owner in {listed_in}{more}: add a row with its participant, or "
            f"{NOBODY} if it is about none; nothing was packed"
        )
    if unknown := sorted(set(owners) - set(named)):
        raise FailedError(
            f"{listed_in} names {escaping.path(unknown[0])}, which is not below {escaping.path(folder)}: correct it"
        )
    if not named:
        raise FailedError(f"{escaping.path(folder)} holds no file: there is nothing to pack")
    return [Source(name, place, tuple(sorted(owners[name]))) for name, place in sorted(named.items())]


class Rows:
    """A table in CSV without the rows of some participants, read piece by piece; the rest is kept byte by byte."""

    def __init__(
        self, path: Path, column: str, pseudonym_of: PseudonymOf, left_out: Set[str], delimiter: str = ","
    ) -> None:
        self._path = path
        self._delimiter = delimiter
        self._column = column
        self._pseudonym_of = pseudonym_of
        self._left_out = left_out
        self.subjects: set[str] = set()
        """Whose rows were kept so far."""
        self.dropped: set[str] = set()
        """Whose rows were left out so far."""

    def __iter__(self) -> Iterator[bytes]:
        with files.open_file(self._path) as file:
            records = _records(file, self._path)
            head = next(records, b"")
            names = self._cells(head, 1)
            if self._column not in names:
                raise FailedError(
                    f"{escaping.path(self._path)} has no column {escaping.quoted(self._column)}: it has "
                    f"{', '.join(map(escaping.quoted, names[:20]))}{_other_delimiter(names)}"
                )
            place = names.index(self._column)
            yield head
            for number, record in enumerate(records, 2):
                if not record.strip():
                    continue
                cells = self._cells(record, number)
                owner = cells[place].strip() if len(cells) == len(names) else ""
                if not owner:
                    raise FailedError(
                        f"{escaping.path(self._path)}, row {number}: {self._column} is empty, or the row has not as "
                        "many cells as the first: a row without an owner is not packed"
                    )
                subject = self._pseudonym_of(owner)
                if subject in self._left_out:
                    self.dropped.add(subject)
                else:
                    self.subjects.add(subject)
                    yield record

    def _cells(self, record: bytes, number: int) -> list[str]:
        if number == 1 and record.startswith(_WORKBOOK):
            raise FailedError(
                f"{escaping.path(self._path)} is a workbook: save the sheet as CSV in UTF-8 and pack that"
            )
        try:
            text = record.decode("utf-8-sig" if number == 1 else "utf-8")
            return next(csv.reader(io.StringIO(text, newline=""), delimiter=self._delimiter), [])
        except (UnicodeDecodeError, csv.Error):
            raise FailedError(
                f"{escaping.path(self._path)}, row {number}: it is not CSV in UTF-8: save it as that"
            ) from None


def _other_delimiter(names: list[str]) -> str:
    """What to say where the first row is one cell that other delimiters would part."""
    found = [word for sign, word in _DELIMITERS if len(names) == 1 and sign in names[0]]
    return f"; its cells seem to be parted by another sign, say --delimiter {found[0]}" if found else ""


def _records(file: BinaryIO, path: Path) -> Iterator[bytes]:
    """The rows of a CSV file with their ends: a line end between quotes does not end one (RFC 4180)."""
    record = b""
    for line in file:
        record += line
        if len(record) > _LONGEST_ROW:
            raise UsageError(
                f"{escaping.path(path)} has a row longer than {files.size_words(_LONGEST_ROW)}: is it CSV?"
            )
        if record.count(b'"') % 2 == 0:
            yield record
            record = b""
    if record:
        yield record
