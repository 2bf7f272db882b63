"""What ReadStat, through pyreadstat, reads: the tables of SAS, Stata and SPSS in their own forms."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from trialseal.errors import FailedError, UsageError
from trialseal.tables.cell_words import SPECIAL_MISSING
from trialseal.tables.schema import Column, Schema, Type, require_names
from trialseal.tables.table import Reading, Table

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from trialseal.tables.table import Array, Block

    Doubles = NDArray[np.float64]

# ReadStat skips what comes before a block, so that small blocks of a large file would be slow.
_ROWS = 1 << 17


@dataclass(frozen=True, slots=True)
class StatForm:
    """What tells one program's form from another's."""

    words: str
    function: str
    """Of pyreadstat."""
    type_of_format: Callable[[str], Type]
    """The type of a numeric column by the format in which it is shown."""
    on_sas_scale: Mapping[Type, Callable[[Doubles], Doubles]] = field(default_factory=dict)
    """Days, or seconds, since 1960, from what the form counts."""
    options: Mapping[str, Any] = field(default_factory=dict)
    says_encoding: bool = False
    """Whether the form says itself what its characters are, so that nothing can be stated."""


def open_stat(path: Path, reading: Reading, form: StatForm) -> Table:
    """The table in a file of this form; FailedError where ReadStat cannot read it."""
    meta = _read(path, reading, form, metadataonly=True)[1]
    names = list(meta.column_names)
    if not all(isinstance(name, str) for name in names):
        raise FailedError(f"{path} is damaged: a column's name is cut off; get a whole copy, or export it anew")
    require_names(names, str(path))
    columns = tuple(Column(name, _type(meta, name, form)) for name in names)

    def blocks() -> Iterator[Block]:
        offset = 0
        while True:
            frame, _ = _read(path, reading, form, row_offset=offset, row_limit=_ROWS)
            if len(frame):
                yield [_raw(frame[column.name], column, form) for column in columns]
            if len(frame) < _ROWS:
                break
            offset += len(frame)
        stated = meta.number_rows
        if stated is not None and stated not in (-1, offset + len(frame)):
            raise FailedError(f"{path} promises {stated} rows and holds {offset + len(frame)}: it is cut short")

    name = getattr(meta, "table_name", None) or path.stem
    return Table(path, name, form.words, Schema(columns), blocks, sas=True, notes=_notes(meta))


def _type(meta: Any, name: str, form: StatForm) -> Type:
    if meta.readstat_variable_types[name] == "string":
        return "text"
    return form.type_of_format(meta.original_variable_types.get(name) or "")


def _read(path: Path, reading: Reading, form: StatForm, **options: Any) -> Any:
    import pyreadstat

    if form.says_encoding and reading.encoding is not None:
        raise UsageError(f"{path} says itself how its characters are written: leave out --encoding")
    # iconv knows fewer spellings than Python, and those that Python itself writes.
    name = codecs.lookup(reading.encoding).name if reading.encoding is not None else None
    known = {} if form.says_encoding else {"encoding": name}
    try:
        return getattr(pyreadstat, form.function)(
            path, disable_datetime_conversion=True, **known, **form.options, **options
        )
    except (pyreadstat.PyreadstatError, pyreadstat.ReadstatError, ValueError, TypeError) as error:
        _refuse(path, form, error)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}") from None


def _refuse(path: Path, form: StatForm, error: Exception) -> NoReturn:
    if isinstance(error, TypeError):  # pyreadstat's own, where a name that it needs is cut off
        raise FailedError(f"{path} is a damaged {form.words} file: get a whole copy, or export it anew") from None
    cure = "get a whole copy, or export it anew"
    if not form.says_encoding and any(word in str(error).lower() for word in ("convert", "codec")):
        cure = "state the encoding, such as --encoding windows-1252"
    raise FailedError(f"{path} is not a whole {form.words} file, or cannot be read: {error}; {cure}") from None


def _raw(series: pd.Series[Any], column: Column, form: StatForm) -> Array:
    import numpy as np
    import pandas.api.types as pandas_types
    import pyarrow as pa

    if column.type == "text":
        return pa.array(series, pa.string(), from_pandas=True)
    scaled = form.on_sas_scale.get(column.type, _unchanged)
    # Where all that is filled in is a special missing value, pandas has a column of text.
    if pandas_types.is_numeric_dtype(series.dtype):
        return pa.array(scaled(series.to_numpy(dtype="float64")), from_pandas=True)
    # Special missing values come as their letters among the numbers, of Stata as small ones.
    missing = [f".{one.upper()}" if isinstance(one, str) else None for one in series]
    unknown = set(missing) - {None, *SPECIAL_MISSING}
    if unknown:
        raise FailedError(
            f"column {column.name} holds {min(map(str, unknown))}, which is no missing value of SAS or Stata"
        )
    doubles = np.array([np.nan if isinstance(one, str) or one is None else one for one in series], np.float64)
    return pa.StructArray.from_arrays(
        [pa.array(scaled(doubles), from_pandas=True), pa.array(missing, pa.string())], ["value", "missing"]
    )


def _unchanged(values: Doubles) -> Doubles:
    return values


def _notes(meta: Any) -> tuple[str, ...]:
    """What is said of missing values that users of SPSS define: the file holds them, and so does the seal."""
    found = []
    for name, ranges in (getattr(meta, "missing_ranges", None) or {}).items():
        words = ", ".join(_range(one) for one in ranges)
        found.append(
            f"column {name} takes {words} for missing: what stands in the file is sealed; --missing VALUE reads a "
            "value as missing"
        )
    return tuple(found)


def _range(one: Any) -> str:
    from trialseal.documents.canonical import shown
    from trialseal.tables.cells import number

    low, high = (
        shown(end) if isinstance(end, str) else number(float(end)).strip('"') for end in (one["lo"], one["hi"])
    )
    return low if low == high else f"{low} to {high}"
