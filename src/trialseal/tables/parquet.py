"""Apache Parquet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trialseal.documents.canonical import MAX_INTEGER
from trialseal.errors import FailedError, UsageError
from trialseal.files import opened as opened_file
from trialseal.tables.schema import Column, Schema, require_names
from trialseal.tables.stored_blocks import StoredBlocks
from trialseal.tables.table import BLOCK_ROWS, Reading, Table

if TYPE_CHECKING:
    from trialseal.tables.table import Array, Block

_LENGTH_BYTES = 4
"""What Parquet writes before each text."""
_LOOKED_AT = 8
"""Groups of rows by which it is told how texts are kept; those behind are mostly alike, and read rightly either way."""
_AT_ONCE = 4
"""Blocks read at once where no text is long: fewer that lie in two of the reader's."""


def open_parquet(path: Path, reading: Reading) -> Table:
    """The table in a Parquet file; FailedError for a damaged one or for columns that are not cells."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    def opened(coded: Sequence[str] = ()) -> Any:
        try:
            return pq.ParquetFile(opened_file(path), read_dictionary=coded, pre_buffer=False, buffer_size=1 << 20)
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
            if isinstance(error, OSError) and error.strerror:
                raise UsageError(f"{path} cannot be read: {error.strerror}") from None
            raise FailedError(f"{path} is not a whole Parquet file: {str(error).splitlines()[0]}") from None

    file = opened()
    try:
        columns = tuple(_column(path, field) for field in file.schema_arrow)
    except (pa.ArrowException, UnicodeDecodeError) as error:
        raise FailedError(f"{path} is damaged: its columns cannot be read ({error})") from None
    require_names([column.name for column in columns], str(path))
    metadata = file.metadata
    file.close()

    def batches(file: Any, rows: int) -> Iterator[Any]:
        try:
            yield from file.iter_batches(batch_size=rows)
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
            raise FailedError(f"{path} is damaged: {str(error).splitlines()[0]}") from None
        finally:
            file.close()

    def blocks() -> Iterator[Block]:
        row = 1
        for batch in batches(opened(), BLOCK_ROWS):
            raw = [_raw(array) for array in batch.columns]
            for array, column in zip(raw, columns, strict=True):
                _require_text(path, array, column, row)
            yield raw
            row += batch.num_rows

    def stored(rows: int) -> Iterator[Any]:
        coded, texts = _coded(metadata), sum(column.type == "text" for column in columns)
        return batches(opened(coded), rows * (_AT_ONCE if texts == len(coded) else 1))

    return Table(path, path.stem, "Parquet", Schema(columns), StoredBlocks(blocks, stored, _raw))


def _coded(metadata: Any) -> list[str]:
    """The columns of text that are kept as codes of different texts: they take less than texts of their own would."""
    sizes, counts = [0] * metadata.num_columns, [0] * metadata.num_columns
    for group in range(min(metadata.num_row_groups, _LOOKED_AT)):
        for number in range(metadata.num_columns):
            chunk = metadata.row_group(group).column(number)
            sizes[number] += chunk.total_uncompressed_size
            counts[number] += chunk.num_values
    leaves = [metadata.schema.column(number) for number in range(metadata.num_columns)]
    return [
        leaf.path
        for leaf, size, count in zip(leaves, sizes, counts, strict=True)
        if leaf.physical_type == "BYTE_ARRAY" and leaf.logical_type.type == "STRING" and size <= _LENGTH_BYTES * count
    ]


def _column(path: Path, field: Any) -> Column:
    import pyarrow as pa

    kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
    types = pa.types
    if types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind) or types.is_null(kind):
        return Column(field.name, "text")
    if types.is_integer(kind) or types.is_floating(kind):
        return Column(field.name, "number")
    if types.is_decimal(kind) and kind.scale >= 0:
        return Column(field.name, "decimal", kind.scale)
    if types.is_boolean(kind):
        return Column(field.name, "boolean")
    if types.is_date(kind):
        return Column(field.name, "date")
    if types.is_timestamp(kind):
        return Column(field.name, "datetime")
    if types.is_time(kind):
        return Column(field.name, "time")
    raise FailedError(
        f"{path}: column {field.name} is of Parquet's type {field.type}, which is not a cell of a table: leave it "
        "out, or turn it into text"
    )


def _require_text(path: Path, array: Array, column: Column, first: int) -> None:
    """FailedError for text that is not UTF-8, which Parquet's readers take as it comes."""
    import pyarrow as pa

    if not pa.types.is_string(array.type):
        return
    try:
        array.validate(full=True)
    except pa.ArrowInvalid:
        for row, cell in enumerate(array.cast("binary").to_pylist(), first):
            try:
                (cell or b"").decode("utf-8")
            except UnicodeDecodeError as error:
                raise FailedError(
                    f"{path}: row {row}, column {column.name} holds the byte 0x{error.object[error.start]:02x}, which "
                    "is not UTF-8: write the file anew, with its text as UTF-8"
                ) from None
        raise


def _raw(array: Array) -> Array:
    """Doubles as they are, whole numbers as doubles where none is too large for them, everything else as text."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if pa.types.is_floating(array.type):
        return array.cast("double")
    if pa.types.is_integer(array.type):
        extremes = pc.min_max(array).as_py()
        if extremes["min"] is None or (extremes["min"] >= -MAX_INTEGER and extremes["max"] <= MAX_INTEGER):
            return array.cast("double")
    return array.cast("string")
