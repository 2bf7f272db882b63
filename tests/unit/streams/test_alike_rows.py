"""Rows of a table like earlier ones: what becomes of each is what becomes of it alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streams_at_hand import REGISTERED, config

from trialseal.streams import parallel
from trialseal.streams.batch import Row
from trialseal.streams.intake import Intake, Settings
from trialseal.streams.sources import Refused, SourceRow

SETTINGS = Settings(config(), b"k" * 32, "f", REGISTERED + 10**7)
NAMES = ("id", "type", "at", "subject", "seriousness", "term", "grade", "onset", "follows")
IDS = ["AE-1", "AE-2", "x", "1001-a", "S1001", "E:1990-05-12", "a b", "", "john.smith", "MRN-123456", "ä1"]
TIMES = ["2020-03-01", "2020-03-01T10:00Z", "2020-03-01T10:00", "2020-02-30", "2031-01-01", "2019", "", "@at"]
NUMBERS = ["1001", "D-7", "Nausea", "7", "", " 1001", "ab" * 16, "Maria", "e\u0301"]
TERMS = ["Nausea", "nausea 1001", "born 1990-05-12", "on 1991-01-01", 'say "a"', "@at", "", "é", "D-7 fell"]
rows = st.tuples(
    st.sampled_from(IDS),
    st.sampled_from(["adverse-event", "adverse-event", "padding", "visit", "?"]),
    st.sampled_from(TIMES),
    st.sampled_from(NUMBERS),
    st.sampled_from(["serious", "not-serious", ""]),
    st.sampled_from(TERMS),
    st.sampled_from(["1", "2", "", "x", 1, True, 2.0, None, ["1"]]),
    st.sampled_from(["", "2020-02-01", "1950-02-01"]),
    st.sampled_from(["", "", "AE-9"]),
)


def table(*cells: tuple[Any, ...], names: tuple[str, ...] = NAMES) -> list[SourceRow]:
    return [
        SourceRow(line, dict(zip(names, row, strict=False)), True, bytes([line % 256]) * 8)
        for line, row in enumerate(cells, 2)
    ]


def alone(source: list[SourceRow], given: Settings = SETTINGS) -> list[Row | Refused]:
    """Each row as if it were the only one."""
    return [one for row in source for one in Intake(given).taken(row)]


three = st.tuples(st.sampled_from(IDS), st.sampled_from(TIMES), st.sampled_from(NUMBERS))


@settings(deadline=None, max_examples=100)
@given(st.lists(rows, min_size=1, max_size=2), st.lists(st.tuples(st.booleans(), three), max_size=8), st.booleans())
def test_a_row_is_taken_or_refused_as_if_it_were_alone(
    first: list[tuple[Any, ...]], others: list[tuple[bool, tuple[str, str, str]]], pseudonyms: bool
) -> None:
    cells = [*first]
    for like_last, (id, at, number) in others:
        like = first[-1 if like_last else 0]
        cells.append((id, like[1], at, number, *like[4:]))
    given = SETTINGS._replace(pseudonyms=pseudonyms)
    source, intake = table(*cells), Intake(given)
    assert [one for row in source for one in intake.taken(row)] == alone(source, given)


PLAIN = ("AE-1", "adverse-event", "2020-03-01", "1001", "serious", "Nausea", "1")


@pytest.mark.parametrize(
    ("place", "cell", "is_alike"),
    [
        (0, "AE-2", True),
        (0, "E:2020:7", True),
        (0, "a-1001", False),
        (0, "a b", False),
        (0, "john.smith@example.org", False),
        (0, "E-1990-05-12", False),
        (2, "2020-03-02T10:00Z", True),
        (2, "2020-02-30", False),
        (2, "2031-01-01", False),
        (2, "2021-01-01", False),
        (3, "1002", True),
        (3, "Nausea", False),
        (3, "ab" * 16, False),
        (3, "", False),
        (5, "Fatigue", False),
        (6, 1, False),
        (6, ["1"], False),
    ],
)
def test_only_id_time_and_participant_may_differ(place: int, cell: object, is_alike: bool) -> None:
    intake = Intake(SETTINGS)
    source = table(PLAIN, (*PLAIN[:place], cell, *PLAIN[place + 1 :]))
    assert [one for row in source for one in intake.taken(row)] == alone(source)
    assert intake.alike == is_alike


def test_cells_that_are_equal_and_of_other_types_are_not_alike() -> None:
    source, intake = table((*PLAIN[:6], 1), (*PLAIN[:6], True)), Intake(SETTINGS)
    assert [type(one) for row in source for one in intake.taken(row)] == [Row, Refused]


def test_what_corrects_or_follows_is_looked_at_whole() -> None:
    intake, names = Intake(SETTINGS), (*NAMES[:7], "follows")
    for row in table(*[(*PLAIN[:7], "AE-0")] * 3, names=names):
        intake.taken(row)
    assert not intake.alike
    for row in table(*[PLAIN] * 3):  # of other columns
        intake.taken(row)
    assert intake.alike == 2


def test_ids_that_hold_numbers_by_chance_are_looked_at_whole() -> None:
    intake = Intake(SETTINGS._replace(running_ids=True))
    for row in table(*[PLAIN] * 3):
        intake.taken(row)
    assert not intake.alike


def test_rows_that_are_alike_need_no_other_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "FEW", 30)
    monkeypatch.setattr(parallel, "_TRIED", 20)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    spread: list[int] = []

    def elsewhere(settings: Settings, source: Iterator[SourceRow], workers: int) -> Iterator[Row | Refused]:
        spread.append(len(list(source)))
        return iter(())

    monkeypatch.setattr(parallel, "_spread", elsewhere)
    alike = table(*[(f"AE-{number}", *PLAIN[1:]) for number in range(40)])
    assert list(parallel.taken(SETTINGS, iter(alike))) == alone(alike) and not spread
    others = table(*[(f"AE-{number}", *PLAIN[1:5], f"Pain {number}", "1") for number in range(40)])
    assert list(parallel.taken(SETTINGS, iter(others))) == alone(others)[:20] and spread == [20]
