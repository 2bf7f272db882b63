"""Many rows taken in by several processes: the same as by one, in the same order, with the same first fault."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from streams_at_hand import REGISTERED, config, event

from trialseal.errors import FailedError
from trialseal.streams import parallel
from trialseal.streams.batch import Row
from trialseal.streams.intake import Intake, Settings
from trialseal.streams.sources import BadRow, Refused, SourceRow

SETTINGS = Settings(config(), b"k" * 32, "f", REGISTERED + 2 * 10**7, pseudonyms=True)


@pytest.fixture
def two_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "FEW", 10)
    monkeypatch.setattr(parallel, "_PIECE", 7)
    monkeypatch.setattr(parallel, "_TRIED", 5)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)


def source(count: int, wrong: int = -1, cut: int = -1) -> Iterator[SourceRow]:
    for number in range(count):
        if number == cut:
            raise BadRow("f", number + 1, "the file ends here")
        value = event(number, number % 5, seriousness="?" if number == wrong else "serious")
        yield SourceRow(number + 1, value, False)


@pytest.mark.parametrize("count", [0, 9, 10, 11, 200])
def test_the_same_rows_in_the_same_order(two_processes: None, count: int) -> None:
    assert list(parallel.rows(SETTINGS, source(count))) == [
        one for row in source(count) for one in Intake(SETTINGS).rows(row)
    ]


@pytest.mark.parametrize("wrong", [3, 100, 199])
def test_a_row_that_cannot_be_taken_stands_in_its_place(two_processes: None, wrong: int) -> None:
    taken = list(parallel.taken(SETTINGS, source(200, wrong)))
    assert [one.line for one in taken] == list(range(1, 201))
    refused = taken[wrong]
    assert isinstance(refused, Refused)
    assert refused.why.startswith(f"f, line {wrong + 1}: seriousness")
    assert not any(isinstance(one, Refused) for one in taken[:wrong] + taken[wrong + 1 :])


@pytest.mark.parametrize(("wrong", "cut"), [(-1, 4), (-1, 150), (148, 150), (3, 5)])
def test_what_comes_before_the_end_of_a_cut_source_is_given_first(two_processes: None, wrong: int, cut: int) -> None:
    taken: list[Row | Refused] = []
    with pytest.raises(FailedError, match=f"f, line {cut + 1}: "):
        taken.extend(parallel.taken(SETTINGS, source(200, wrong, cut)))
    assert [one.line for one in taken] == list(range(1, cut + 1))
    assert [one.line for one in taken if isinstance(one, Refused)] == ([wrong + 1] if wrong >= 0 else [])


@pytest.mark.parametrize(
    ("wrong", "cut", "line"), [(3, -1, 4), (100, -1, 101), (-1, 4, 5), (-1, 150, 151), (148, 150, 149), (3, 5, 4)]
)
def test_the_first_fault_is_the_one_that_is_told(two_processes: None, wrong: int, cut: int, line: int) -> None:
    taken = []
    with pytest.raises(FailedError, match=f"f, line {line}: "):
        taken.extend(row.line for row in parallel.rows(SETTINGS, source(200, wrong, cut)))
    assert taken == list(range(1, len(taken) + 1))
