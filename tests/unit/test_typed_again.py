"""What a sentence tells a person to type can be typed: names with blanks, quotes and signs of a shell stand in quotes."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialseal.escaping import argument


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("out.csv", "out.csv"),
        ("/data/my-trial_2/a.json", "/data/my-trial_2/a.json"),
        ("out docx.csv", '"out docx.csv"'),
        ("it's.csv", '"it\'s.csv"'),
        ("a (1).csv", '"a (1).csv"'),
        ("a$b.csv", "'a$b.csv'"),
        ('say "x".csv', "'say \"x\".csv'"),
        ("Größe 1.csv", '"Größe 1.csv"'),
        ("", "''"),
    ],
)
def test_names(name: str, typed: str) -> None:
    assert argument(name) == typed
    assert shlex.split(typed) == [name]


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20))
def test_a_shell_reads_the_very_name(name: str) -> None:
    assert shlex.split(argument(name)) == [name]
