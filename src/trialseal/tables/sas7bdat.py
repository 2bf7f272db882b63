"""SAS7BDAT, SAS's own undocumented form, read by ReadStat through pyreadstat."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from trialseal.errors import FailedError, UsageError
from trialseal.tables.cells import SPECIAL_MISSING
from trialseal.tables.sas import type_of_format
from trialseal.tables.schema import Column, Schema, require_names
from trialseal.tables.table import Reading, Table

if TYPE_CHECKING:
    import pandas as pd

    from trialseal.tables.table import Array, Block

# ReadStat skips what comes before a block, so that small blocks of a large file would be slow.
_ROWS = 1 << 17


def open_sas7bdat(path: Path, reading: Reading) -> Table:
    """The table in a SAS7BDAT file; FailedError where ReadStat cannot read it."""
    _, meta = _read(path, reading, metadataonly=True)
    names = list(meta.column_names)
    require_names(names, str(path))
    columns = tuple(
        Column(
            name,
            "text"
            if meta.readstat_variable_types[name] == "string"
            else type_of_format(meta.original_variable_types.get(name) or ""),
        )
        for name in names
    )

    def blocks() -> Iterator[Block]:
        offset = 0
        while True:
            frame, _ = _read(path, reading, row_offset=offset, row_limit=_ROWS)
            if len(frame):
                yield [_raw(frame[column.name], column) for column in columns]
            if len(frame) < _ROWS:
                break
            offset += len(frame)
        stated = meta.number_rows
        if stated is not None and stated != offset + len(frame):
            raise FailedError(f"{path} promises {stated} rows and holds {offset + len(frame)}: it is cut short")

    return Table(path, meta.table_name or path.stem, "SAS7BDAT", Schema(columns), blocks, sas=True)


def _read(path: Path, reading: Reading, **options: Any) -> Any:
    import pyreadstat

    try:
        return pyreadstat.read_sas7bdat(
            path, user_missing=True, disable_datetime_conversion=True, encoding=reading.encoding, **options
        )
    except (pyreadstat.PyreadstatError, pyreadstat.ReadstatError, UnicodeDecodeError, ValueError) as error:
        _refuse(path, error)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}") from None


def _refuse(path: Path, error: Exception) -> NoReturn:
    hint = "; state the encoding, such as --encoding windows-1252" if "convert" in str(error).lower() else ""
    raise FailedError(f"{path} is not a whole SAS7BDAT file, or cannot be read: {error}{hint}") from None


def _raw(series: pd.Series[Any], column: Column) -> Array:
    import pandas.api.types as pandas_types
    import pyarrow as pa

    if column.type == "text":
        return pa.array([one if isinstance(one, str) else None for one in series], pa.string())
    # Where all that is filled in is a special missing value, pandas has a column of text.
    if pandas_types.is_numeric_dtype(series.dtype):
        return pa.array(series.to_numpy(dtype="float64"), from_pandas=True)
    # Special missing values come as their letters among the numbers.
    missing = [f".{one}" if isinstance(one, str) else None for one in series]
    unknown = set(missing) - {None, *SPECIAL_MISSING}
    if unknown:
        raise FailedError(f"column {column.name} holds {min(map(str, unknown))}, which is not a missing value of SAS")
    doubles = [None if isinstance(one, str) or one is None or one != one else float(one) for one in series]
    return pa.StructArray.from_arrays(
        [pa.array(doubles, pa.float64()), pa.array(missing, pa.string())], ["value", "missing"]
    )
