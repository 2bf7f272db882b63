"""CSV that a spreadsheet opens without running any of it; everything that is written as CSV goes through here.

Excel, LibreOffice and others take a cell that begins with =, +, -, @, a tab or a line end for a formula
(https://owasp.org/www-community/attacks/CSV_Injection). Such a text, in a cell or a column's name, gets an apostrophe
before it; a text that begins with apostrophes and then so gets one more, so that `unguarded` gives back the very text.
Numbers are no formulas and stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

# The wide forms are read as the narrow ones where East Asian text is typed.
_FORMULA = re.compile(r"('*)[ \u00a0\u3000]*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_QUOTED = re.compile('[",\r\n]')
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[object]], *, line_end: str = "\n") -> str:
    """A table as CSV (RFC 4180); None is an empty cell."""
    return csv_rows([columns, *rows], line_end=line_end)


def csv_rows(rows: Iterable[Iterable[object]], *, line_end: str = "\n") -> str:
    """Rows of a table as CSV, which follow others."""
    return "".join((",".join(map(_cell, row)) or '""') + line_end for row in rows)


def _cell(value: object) -> str:
    # The standard library's writer leaves a lone carriage return outside quotes, where it ends the row.
    text = guarded(value)
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text


def guarded(cell: object) -> str:
    """A cell's text, with an apostrophe before what a spreadsheet would run."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def unguarded(text: str) -> str:
    """The text as it was before `guarded`."""
    return text[1:] if text.startswith("'") and guarded(text[1:]) == text else text
