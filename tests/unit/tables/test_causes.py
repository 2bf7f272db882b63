"""What explains how a table differs from the sealed one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from test_sealing import Answer, run

from trialseal.tables.causes import causes_of, column_difference, guessed
from trialseal.tables.schema import Column

__all__ = ["run"]

Run = Callable[..., Answer]


@pytest.mark.parametrize(
    ("kind", "sealed", "here", "cause"),
    [
        ("number", 0.1234567890123456, 0.123456789012346, "rounded to 15 digits here"),
        ("number", 0.123456789012, 0.1234567890123456, "rounded to 12 digits in the sealed table"),
        ("number", 0.1, 0.10000000149011612, "kept in single precision (a float of Stata, float32) here"),
        ("number", 70.456, 70.46, "rounded to 2 decimals here"),
        ("number", ".A", None, "a special missing value became an ordinary one here"),
        ("date", None, ".Z", "a special missing value became an ordinary one in the sealed table"),
        ("datetime", "2020-01-01T10:00:00Z", "2020-01-01T10:00:00", "without its zone here"),
        ("datetime", "2020-01-01T23:30:00.5", "2020-01-02T01:30:00.5", "moved by +2 h, as by a zone here"),
        ("datetime", "2020-01-01T10:00:00.25Z", "2020-01-01T10:00:00Z", "without fractions of seconds here"),
        ("datetime", "2020-01-01T10:00:00", "2020-01-01T00:00:00", "without its time of day here"),
        ("date", "2020-03-01", "2020-02-29", "moved by -1 d, as by a zone here"),
        ("date", "2020-01-01", "2016-01-01", None),
        ("date", "2020-01-02", "2016-01-01", "moved by -1,462 d, as by 1904 dates here"),
        ("text", "a\r\nb", "a\nb", "with line ends within it turned to LF here"),
        ("text", " a\t", "a", "without the blanks around it here"),
        ("text", "é", "e\u0301", "with its accents decomposed (NFD) here"),
        ("text", "Übelkeit", "Ãœbelkeit", "read as cp1252 though it is UTF-8 here"),
        ("text", "naïve", "na?ve", "with the characters lost that are not ASCII here"),
        ("text", "x" * 300, "x" * 255, "cut after 255 characters here"),
        ("text", "007", "7", "without the zeros in front here"),
        ("text", "Alzheimer’s – “x”", 'Alzheimer\'s - "x"', "with typographic marks made plain here"),
        ("text", "NA", None, "with a word for nothing turned to nothing here"),
        ("text", "a", "b", None),
        ("boolean", True, False, None),
        ("number", 1, "NaN", None),
    ],
)
def test_causes(kind: Any, sealed: Any, here: Any, cause: str | None) -> None:
    column = Column("X", kind)
    assert (causes_of(sealed, here, column) or [None])[0] == cause
    found = column_difference(column, [(sealed, here)], 1)
    assert found.words == "column X: 1 cell differs" + (f", as if {cause}" if cause else "")


def test_the_cause_that_explains_most_cells_is_named() -> None:
    pairs = [(0.1234567890123456, 0.123456789), (1 / 3, 0.333333333), (5, 6)]
    found = column_difference(Column("X", "number"), pairs, 2000)
    assert found.words == "column X: 2,000 cells differ, 2 of the 3 looked at as if rounded to 9 digits here"


COLUMNS = (Column("A", "number"), Column("B", "number"), Column("T", "text"), Column("D", "datetime"))


@pytest.mark.parametrize(
    ("here", "sealed", "columns"),
    [
        ('[0.1234567890123456,1,"x",null]', '[0.123456789012346,1,"x",null]', ("A",)),
        ("[0.1234567890123456,0.6543210987654321,null,null]", "[0.123456789012,0.654321098765,null,null]", ("A", "B")),
        ('[null,1,"x",null]', '[".B",1,"x",null]', ("A",)),
        ('[1,2,"Ãœ",null]', '[1,2,"Ü",null]', ("T",)),
        ('[1,2,"x","2020-01-01T10:00:00"]', '[1,2,"x","2020-01-01T10:00:00Z"]', ("D",)),
        ('[1,2,"x","2020-01-01T10:00:00"]', '[1,3,"x","2020-01-01T10:00:00"]', None),
    ],
)
def test_rows_that_are_known_by_a_digest_alone(here: str, sealed: str, columns: tuple[str, ...] | None) -> None:
    found = guessed(here, COLUMNS, lambda form: form == sealed)
    assert (found.columns if found else None) == columns


def test_a_moment_that_was_sealed_as_text_is_told(run: Run) -> None:
    Path("t.csv").write_text("A,T\n1,2020-01-01 10:00:00\n")
    run("seal", "t.csv", "--offline")
    pd.DataFrame({"A": [1], "T": pd.to_datetime(["2020-01-01 10:00:00"])}).to_parquet("t.parquet")
    answer = run("verify", "t.parquet", "--seal", "t.csv.seal.json", "--offline")
    assert answer.code == 1 and "column T: 1 cell differs: it was sealed as text, and is a datetime" in answer.out
    assert "sealed with --type T=datetime, both agree" in answer.out
    for made in Path().glob("t.csv.*"):
        made.unlink()
    run("seal", "t.csv", "--offline", "--type", "T=datetime")
    assert "content agrees" in run("verify", "t.parquet", "--seal", "t.csv.seal.json", "--offline").out


def test_verify_names_columns_counts_and_causes(run: Run) -> None:
    lines = [(f"s-{number}", number + 1 / 3, f"{number % 24:02}:00:00") for number in range(1, 31)]
    text = "USUBJID,W,NOTE,T\n" + "".join(f'{one},{weight},"a\r\nb",2020-01-01T{time}\n' for one, weight, time in lines)
    Path("t.csv").write_text(text, newline="")
    assert run("seal", "t.csv", "--offline", "--type", "T=datetime").code == 0
    rounded = "USUBJID,W,NOTE,T\n" + "".join(
        f'{one},{weight:.12g},"a\nb",2020-01-01T{time}\n' for one, weight, time in lines
    )
    Path("other.csv").write_text(rounded, newline="")
    answer = run("verify", "other.csv", "--seal", "t.csv.seal.json", "--offline")
    assert answer.code == 1
    assert "60 cells differ in 2 columns" in answer.out
    assert "column W: 30 cells differ, all as if rounded to 12 digits here" in answer.out
    assert "column NOTE: 30 cells differ, all as if with line ends within it turned to LF here" in answer.out
    assert "lists all" in answer.out
    # Without the sealed file, where only one kind of change was made.
    Path("t.csv").rename("gone.csv")
    Path("other.csv").write_text(text.replace("2020-01-01T05:00:00", "2020-01-01T05:00:00Z"), newline="")
    answer = run("verify", "other.csv", "--seal", "t.csv.seal.json", "--offline")
    assert answer.code == 1 and "2 rows differ: 5, 29" in answer.out
    assert 'column T: "2020-01-01T05:00:00" was sealed, "2020-01-01T05:00:00Z" is here' in answer.out
    assert "without its zone in the sealed table (2 of the 2 rows looked at)" in answer.out
