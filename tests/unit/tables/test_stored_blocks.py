"""A Parquet file taken by the C core as it is kept comes to what Python makes of it."""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from test_text_pieces import built, come_to

from trialseal.core import joining
from trialseal.core.library import core
from trialseal.errors import FailedError
from trialseal.tables import stored_blocks, workers
from trialseal.tables.content import Content
from trialseal.tables.reading import open_table
from trialseal.tables.salting import Salting
from trialseal.tables.sealing import read_whole
from trialseal.tables.table import BLOCK_ROWS

__all__ = ["built"]
ROWS = 5 * BLOCK_ROWS  # of more than the reader takes at once
GROUP = 11_111
WORDS = ("plain", 'say "x"', "two\nlines", "é", "", "blank  ", None, ".", "a\\b")
SUBJECTS = pa.array([None if row % 1000 == 7 else f"s{row // 90}" for row in range(ROWS)])


def table(**columns: Any) -> pa.Table:
    return pa.table({"subject": SUBJECTS, **columns})


@pytest.fixture
def both(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[pa.Table], Content]:
    """What a file comes to, by the core and by Python, which must be the same."""

    def compare(rows: pa.Table) -> Content:
        path = tmp_path / "t.parquet"
        pq.write_table(rows, path, row_group_size=GROUP)
        monkeypatch.setattr(workers, "_WORTH_CORE", 1 << 60)
        monkeypatch.setattr(workers, "_WORTH_WORKERS", 1 << 60)
        wanted = come_to(path)
        monkeypatch.setattr(workers, "_WORTH_CORE", 0)
        assert come_to(path) == wanted
        assert isinstance(wanted[0], Content)
        return wanted[0]

    return compare


def test_core_and_python_make_the_same_of_columns_of_every_kind(both: Callable[[pa.Table], Content]) -> None:
    drawn = random.Random(3)
    some = [row if row % 13 else None for row in range(ROWS)]
    days = [datetime.date(1970, 1, 1) + datetime.timedelta(days=row % 20_000) for row in range(ROWS)]
    found = both(
        table(
            word=pa.array([WORDS[row % len(WORDS)] for row in range(ROWS)], pa.large_string()),
            own=pa.array([f"text {row} of its own" for row in range(ROWS)], pa.large_string()),
            chosen=pa.array([WORDS[row // 77 % 3] for row in range(ROWS)]).dictionary_encode(),
            coded=pa.array([row % 5 for row in range(ROWS)], pa.int64()).dictionary_encode(),
            whole=pa.array(some, pa.int64()),
            small=pa.array([row % 200 - 100 for row in range(ROWS)], pa.int8()),
            natural=pa.array(range(ROWS), pa.uint64()),
            real=pa.array([drawn.random() * 10 ** drawn.randrange(-9, 14) for _ in range(ROWS)]),
            short=pa.array([round(drawn.gauss(0, 100), 2) for _ in range(ROWS)]),
            single=pa.array([drawn.random() for _ in range(ROWS)], pa.float32()),
            price=pa.array([Decimal(row) / 100 for row in range(ROWS)], pa.decimal128(12, 2)),
            yes=pa.array([row % 3 == 0 for row in range(ROWS)]),
            day=pa.array(days),
            at=pa.array([datetime.datetime(2020, 1, 1) + datetime.timedelta(seconds=row) for row in range(ROWS)]),
            nothing=pa.nulls(ROWS),
        )
    )
    assert found.rows == ROWS


@pytest.mark.parametrize("odd", [float("nan"), float("inf"), -0.0, 5e-324, 1e300, 0.30000000000000004])
def test_a_double_that_the_core_leaves_to_python_is_the_same(both: Callable[[pa.Table], Content], odd: float) -> None:
    both(table(x=pa.array([*range(ROWS - 1), odd], pa.float64())))


def test_whole_numbers_too_large_for_a_double_widen_their_column(both: Callable[[pa.Table], Content]) -> None:
    kept = both(table(x=pa.array([*range(ROWS - 1), 2**53 - 1], pa.int64()))).schema.columns[1]
    assert kept.type == "number"
    wider = both(table(x=pa.array([*range(ROWS - 1), 2**53 + 1], pa.int64()))).schema.columns[1]
    assert wider.type == "integer"


def test_texts_are_taken_once_each(both: Callable[[pa.Table], Content], monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a file of few texts the core writes each of them once, not once a row."""
    written = []

    def counted(library: Any, array: Any) -> Any:
        written.append(len(array))
        return joining.texts_of(library, array)

    monkeypatch.setattr(stored_blocks, "texts_of", counted)
    both(table(word=pa.array([str(row % 3) for row in range(ROWS)])))
    assert 0 < sum(written) < ROWS / 10


@pytest.mark.parametrize("few", [True, False])
def test_text_that_is_not_utf_8_is_told_as_without_the_core(
    few: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cells = [b"a" if few else b"text %d" % row for row in range(ROWS - 1)]
    wrong = pa.array([*cells, b"\xff"], pa.binary())
    text = pa.StringArray.from_buffers(len(wrong), wrong.buffers()[1], wrong.buffers()[2])
    pq.write_table(table(word=text), tmp_path / "t.parquet")
    monkeypatch.setattr(workers, "_WORTH_CORE", 0)
    with pytest.raises(FailedError, match=f"row {ROWS}, column word holds the byte 0xff"):
        come_to(tmp_path / "t.parquet")


def test_a_row_is_opened_wherever_it_lies(both: Callable[[pa.Table], Content], tmp_path: Path) -> None:
    both(table(n=pa.array(range(1, ROWS + 1), pa.int32())))
    for row in (1, BLOCK_ROWS, 4 * BLOCK_ROWS, 4 * BLOCK_ROWS + 1, ROWS):
        salting = Salting(bytes(32), bytes(32), bytes(32), 0, {}, lambda: b"\1" * 32)
        content, _ = read_whole(open_table(tmp_path / "t.parquet"), None, salting=salting, open_row=row)
        assert content.opened is not None and content.opened.form.endswith(f",{row}]")


def test_codes_beyond_the_texts_are_refused() -> None:
    library = core()
    assert library is not None
    texts = joining.texts_of(library, pa.array(["a", "b"]))
    assert texts is not None
    with pytest.raises(ValueError, match="do not lie within"):
        joining.joined(library, [joining.Cells(joining.Coded(texts, pa.array([2], pa.int32())), joining.READY)], 1)
