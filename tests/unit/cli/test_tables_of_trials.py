"""The trials that a table names: those alone are read, and whatever is no such table is refused in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from trialseal.cli.trial.listing import ids_in
from trialseal.errors import UsageError

A, B = "ab" * 32, "0c" * 32


def test_the_ids_are_those_of_the_first_column_each_once(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f'\ufefftrial,code\r\n{B},"a\nb"\r\n{A},\r\n{B},x\r\n', newline="")
    assert ids_in(path) == [bytes.fromhex(B), bytes.fromhex(A)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "does not begin with the column trial"),
        (f"code,trial\nx,{A}\n".encode(), "does not begin with the column trial"),
        (b"trial\n", "lists no trial"),
        (f"trial\n{A}\n{A[:-1]}\n".encode(), "line 3: the first cell is not a trial's id"),
        (f"trial\n{A.upper()}\n".encode(), "line 2: the first cell is not a trial's id"),
        (f"trial\n\n{A}\n".encode(), "line 2: the first cell is not a trial's id"),
        (b"trial\n\xff\n", "is not a CSV file"),
        (f'trial\n"{A}"x\n'.encode(), "is not a CSV file"),
    ],
)
def test_what_is_no_such_table_is_refused(tmp_path: Path, text: bytes, words: str) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(text)
    with pytest.raises(UsageError, match=words):
        ids_in(path)
