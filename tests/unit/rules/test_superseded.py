"""Whoever reads one version of a protocol is told in its own sentence that another took its place."""

from __future__ import annotations

import pytest
from sealed_cases import sealed

from trialseal.rules.sealing import superseded

SECOND, THIRD = ("2020-03-01", "amend", "endpoints"), ("2020-04-01", "amend", "endpoints")


@pytest.mark.parametrize(
    ("acts", "words"),
    [
        ((), ["", ""]),
        ((SECOND,), ["superseded by version 2, sealed on 2020-03-01", ""]),
        ((SECOND, THIRD), ["superseded by version 2, sealed on 2020-03-01 (the last is version 3)", ""]),
    ],
)
def test_versions_of_a_protocol(acts: tuple[tuple[str, str, str], ...], words: list[str]) -> None:
    cases = sealed(*acts).cases
    assert [superseded(cases[0]), superseded(cases[-1])] == words
