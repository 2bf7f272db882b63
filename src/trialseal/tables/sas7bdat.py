"""SAS7BDAT, SAS's own undocumented form, read by ReadStat."""

from __future__ import annotations

from pathlib import Path

from trialseal.tables.readstat import StatForm, open_stat
from trialseal.tables.sas import type_of_format
from trialseal.tables.table import Reading, Table

_FORM = StatForm("SAS7BDAT", "read_sas7bdat", type_of_format, options={"user_missing": True})


def open_sas7bdat(path: Path, reading: Reading) -> Table:
    """The table in a SAS7BDAT file."""
    return open_stat(path, reading, _FORM)
