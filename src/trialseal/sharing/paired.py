"""Lists of two columns, CSV in UTF-8: which file is whose, and which number is which."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from trialseal import escaping, files
from trialseal.errors import FailedError

_LARGEST = 1 << 28


def pairs(path: Path, one: str, other: str, cure: str) -> Iterator[tuple[int, str, str]]:
    """The cells of columns `one` and `other`, with the number of the line that a row ends in.

    FailedError where it is no such list, or has an empty cell, for which `cure` is what to do.
    """
    name = escaping.path(path)
    text = files.read_file(path, _LARGEST)
    try:
        rows = csv.DictReader(io.StringIO(text.decode("utf-8-sig"), newline=""))
        if not {one, other} <= set(rows.fieldnames or ()):
            semicolons = " (it has semicolons: save it with commas)" if ";" in "".join(rows.fieldnames or ()) else ""
            raise FailedError(f"{name} lacks a column: write {one},{other} in its first line{semicolons}")
        for row in rows:
            mine, its = (row[one] or "").strip(), (row[other] or "").strip()
            if not mine or not its:
                raise FailedError(f"{name}, line {rows.line_num}: {one} or {other} is empty: {cure}")
            yield rows.line_num, mine, its
    except (UnicodeDecodeError, csv.Error) as error:
        raise FailedError(f"{name} is not a CSV file in UTF-8 ({error}): save it as one") from None
