"""Tables of many blocks, wide tables, and the processes that hash them."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from test_sealing import Answer, run

from trialseal.documents.canonical import canonical_bytes
from trialseal.merkle import tree
from trialseal.tables import sealing
from trialseal.tables.reading import open_table
from trialseal.tables.row_proof import cells_of

__all__ = ["run"]


def test_large_tables_are_trees_of_blocks(run: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch) -> None:
    """The roots over blocks, and proofs across them, are those of RFC 9162 over all leaves."""
    from trialseal.tables import content, row_blocks, sealing
    from trialseal.tables.reading import open_table

    for size in range(1, 40):
        Path("t.csv").write_text("a,b\n" + "".join(f"{row},x\n" for row in range(size)))
        table = open_table(Path("t.csv"))
        wanted = content.content_of(table)
        forms = [canonical_bytes([row, "x"]) for row in range(size)]
        assert wanted.root == tree.root([wanted.schema.leaf(), *map(tree.leaf_hash, forms)])
        with monkeypatch.context() as small:
            small.setattr(row_blocks, "BLOCK_ROWS", 8)
            small.setattr(row_blocks.blocks_of, "__defaults__", (8,))
            assert content.content_of(table) == wanted
            made = sealing.keep(sealing.make(table), Path(f"{size}.csv.seal.json"))
            row = size // 2 + 1
            cells_of(sealing.open_row(made, table, row), "proof")


def test_a_wide_table_is_read_in_smaller_pieces_and_is_the_same(
    run: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    from trialseal.tables import content, row_blocks

    Path("wide.csv").write_text(
        "\n".join([",".join(f"c{one}" for one in range(50)), *[",".join(["x"] * 50)] * 100]) + "\n"
    )
    table = open_table(Path("wide.csv"))
    wanted = content.content_of(table)
    monkeypatch.setattr(row_blocks, "_MOST_CELLS", 500)
    assert [first for first, _ in row_blocks.blocks_of(table)][:3] == [1, 8, 16]
    made = sealing.keep(sealing.make(table), Path("wide.csv.seal.json"))
    assert made.needed().content == wanted.root
    cells_of(sealing.open_row(made, table, 77), "proof")


def test_worker_processes_come_to_the_same(run: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch) -> None:
    from trialseal.tables import workers

    Path("t.csv").write_text("USUBJID,b\n" + "".join(f"s{row % 7},{row}.5\n" for row in range(70_000)))
    monkeypatch.setattr(workers, "_WORTH_WORKERS", 1 << 60)
    assert run("seal", "t.csv", "--offline").code == 0
    monkeypatch.setattr(workers, "_WORTH_WORKERS", 0)
    assert run("verify", "t.csv", "--offline").code == 2
    Path("t.csv").write_text(Path("t.csv").read_text().replace("\ns3,66006.5\n", "\ns3,sixty\n"))
    assert "row 66007, column b holds 'sixty'" in run("verify", "t.csv", "--offline").out


class Killed:
    """Whatever process takes it over ends at once, as one does that the system kills."""

    def __reduce__(self) -> Any:
        return os._exit, (1,)


def test_a_worker_that_is_killed_is_told_in_a_sentence() -> None:
    from concurrent.futures import ProcessPoolExecutor

    from trialseal.errors import UndeterminedError
    from trialseal.tables import workers

    with (
        ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool,
        pytest.raises(UndeterminedError, match="ended from outside"),
    ):
        list(workers._in_order(pool, abs, iter([Killed(), Killed()]), 1))  # type: ignore[arg-type]
