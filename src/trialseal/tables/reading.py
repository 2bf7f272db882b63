"""Which reader reads which file."""

from __future__ import annotations

import codecs
import importlib
from pathlib import Path

from trialseal.errors import UsageError
from trialseal.files import require_file
from trialseal.tables.table import Reading, Table

_READERS = {
    ".csv": ("csv_form", "open_csv"),
    ".tsv": ("csv_form", "open_csv"),
    ".tab": ("csv_form", "open_csv"),
    ".txt": ("csv_form", "open_csv"),
    ".xpt": ("xpt", "open_xpt"),
    ".v5xpt": ("xpt", "open_xpt"),
    ".v8xpt": ("xpt", "open_xpt"),
    ".sas7bdat": ("sas7bdat", "open_sas7bdat"),
    ".parquet": ("parquet", "open_parquet"),
    ".json": ("dataset_json", "open_dataset_json"),
    ".ndjson": ("dataset_json", "open_dataset_json"),
    ".dsjc": ("dataset_json", "open_dataset_json"),
    ".xlsx": ("excel", "open_excel"),
}


def open_table(path: Path, reading: Reading | None = None) -> Table:
    """The table in a file, by the ending of its name, or the manifest of a folder; UsageError for other files."""
    if path.is_dir():
        module, function = "file_list", "open_folder"
    elif path.suffix.lower() in _READERS:
        module, function = _READERS[path.suffix.lower()]
    else:
        raise UsageError(f"{path} has an ending of no known table: known are {' '.join(_READERS)}, and folders")
    if not path.is_dir():
        require_file(path)
    if reading and reading.encoding is not None:
        _require_encoding(reading.encoding)
    opened: Table = getattr(importlib.import_module(f"trialseal.tables.{module}"), function)(path, reading or Reading())
    return opened


def _require_encoding(name: str) -> None:
    try:
        known = codecs.lookup(name)._is_text_encoding  # rot13 and its like are none
    except (LookupError, ValueError):
        known = False
    if not known:
        raise UsageError(f"there is no encoding {name!r}: use utf-8, windows-1252, …")
