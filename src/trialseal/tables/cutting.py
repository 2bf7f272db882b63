"""A table's file without some of its rows: all others byte for byte in CSV and FHIR, cell for cell in Parquet."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import BinaryIO

from trialseal.files import open_file
from trialseal.tables.table import BLOCK_ROWS, Table
from trialseal.tables.text_layout import is_wide, layout_of


def is_cut(table: Table) -> bool:
    """Whether files of this form are written here; of others, whoever made them must leave rows out."""
    return table.form in _WRITERS and not is_wide(table.reading.encoding or "")


def write_without(table: Table, left_out: frozenset[int], target: BinaryIO) -> None:
    """Writes the table's file without the rows of these places, from 1."""
    _WRITERS[table.form](table, left_out, target)


def _write_csv(table: Table, left_out: frozenset[int], target: BinaryIO) -> None:
    layout = layout_of(table.path, table.reading)
    waiting: list[bytes] = []

    def lines(file: BinaryIO) -> Iterator[str]:
        for line in file:
            for one in line.splitlines(keepends=True):
                waiting.append(one)
                yield one.decode("latin-1")  # one character a byte, whatever it means

    with open_file(table.path) as file:
        given = lines(file)
        for _ in range(layout.skipped):
            next(given)
        row = 0
        for cells in csv.reader(given, delimiter=layout.delimiter):
            if not cells or row not in left_out:
                target.write(b"".join(waiting))
            waiting.clear()
            row += bool(cells)  # an empty line is not a row


def _write_parquet(table: Table, left_out: frozenset[int], target: BinaryIO) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    first = 1
    with open_file(table.path) as source:
        file = pq.ParquetFile(source)
        with pq.ParquetWriter(target, file.schema_arrow) as writer:
            for batch in file.iter_batches(batch_size=BLOCK_ROWS):
                kept = [number not in left_out for number in range(first, first + batch.num_rows)]
                writer.write_batch(batch.filter(pa.array(kept, pa.bool_())))
                first += batch.num_rows


def _write_lines(table: Table, left_out: frozenset[int], target: BinaryIO) -> None:
    row = 0
    with open_file(table.path) as file:
        for line in file:
            is_row = bool(line.strip())  # an empty line is not a row
            row += is_row
            if not is_row or row not in left_out:
                target.write(line)


_WRITERS = {"CSV": _write_csv, "Parquet": _write_parquet, "FHIR": _write_lines}
