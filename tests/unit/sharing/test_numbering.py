"""Lists of participants' numbers: both of each, as the streams and as a table write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from trialseal.errors import FailedError
from trialseal.sharing.numbering import read_numbers, unmatched


def test_both_numbers_are_read(tmp_path: Path) -> None:
    path = tmp_path / "ids.csv"
    path.write_text("in_table,participant\nS-01-1001,1001\nS-01-1002, 1002\n")
    assert read_numbers(path) == {"S-01-1001": "1001", "S-01-1002": "1002"}


def test_two_who_may_be_the_same_are_shown() -> None:
    inside = {f"S-01-{number}": f"S-01-{number}" for number in (1, 2, 3)}
    found = unmatched(inside, {"1", "2", "3"}, {"1", "2", "3"}, str)
    assert found is not None
    assert found.words("t.csv").endswith("; S-01-1 may be 1, who withdrew; S-01-2 may be 2, who withdrew")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("participant;in_table\n1;2\n", "lacks a column"),
        ("participant,in_table\n1,\n", "line 2: participant or in_table is empty"),
        ("participant,in_table\n1,A\n2,A\n", "line 3: A is two participants"),
    ],
)
def test_lists_of_numbers_that_are_none(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "ids.csv"
    path.write_text(text)
    with pytest.raises(FailedError, match=sentence):
        read_numbers(path)
