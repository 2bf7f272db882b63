"""A CSV file taken from its text by the C core comes to what Python makes of it; what is odd is left to Arrow."""

from __future__ import annotations

import random
from collections.abc import Callable
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest

from trialseal.core.library import core
from trialseal.errors import FailedError
from trialseal.tables import csv_form, workers
from trialseal.tables.content import Content
from trialseal.tables.reading import open_table
from trialseal.tables.salting import Salting
from trialseal.tables.sealing import read_whole
from trialseal.tables.table import BLOCK_ROWS

ROWS = 9000  # of more than one block


def cells(row: int) -> str:
    word = ("plain", '"a, b"', '"say ""x"""', '"two\nlines"', "é", "")[row % 6]
    return f"s{row % 90},{row},{row * 0.37!r},{random.Random(row).random()!r},2020-01-{row % 28 + 1:02},{word}"


def text_of(changed: dict[int, str] | None = None, end: str = "\n") -> bytes:
    rows = ("subject,n,x,y,day,word", *((changed or {}).get(row, cells(row)) for row in range(1, ROWS + 1)))
    return "".join(f"{row}{end}" for row in rows).encode()


def come_to(path: Path) -> tuple[object, ...]:
    """All that is made of a file."""
    salting = Salting(bytes(32), bytes(32), bytes(32), 0, {}, lambda: b"\1" * 32)
    prefixes = BytesIO()
    content, facts = read_whole(open_table(path), None, salting=salting, prefixes=prefixes)
    assert facts is not None
    return content, facts.digest, facts.size, prefixes.getvalue(), sorted(salting.secrets)


@pytest.fixture(autouse=True)
def built() -> None:
    if core() is None:
        pytest.skip("no C core was built")


@pytest.fixture
def both(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[bytes], tuple[object, ...]]:
    """What a file comes to, by the core and by Python, which must be the same."""

    def compare(data: bytes) -> tuple[object, ...]:
        path = tmp_path / "t.csv"
        path.write_bytes(data)
        monkeypatch.setattr(csv_form, "_SAMPLE_BYTES", 1 << 16)  # types are inferred from the first rows
        monkeypatch.setattr(workers, "_WORTH_CORE", 1 << 60)
        wanted = come_to(path)
        monkeypatch.setattr(workers, "_WORTH_CORE", 0)
        assert come_to(path) == wanted
        return wanted

    return compare


@pytest.mark.parametrize(
    "data",
    [
        text_of(),
        b"\xef\xbb\xbf" + text_of(),
        text_of(end="\r\n"),
        text_of(end="\n\n").rstrip(b"\n"),
        b"subject\n",
        text_of({ROWS: cells(1).replace("1,0.37", "one,0.37")}),
        text_of({ROWS: cells(1).replace(",1,", ",1.5,")}),
        text_of({ROWS: cells(1).replace(",1,", ",12345678901234567890,")}),
    ],
    ids=["plain", "mark", "crlf", "blank lines", "no rows", "text at the end", "a fraction", "a wide number"],
)
def test_core_and_python_make_the_same_of_a_file(both: Callable[[bytes], tuple[object, ...]], data: bytes) -> None:
    assert both(data)[1] == sha256(data).digest()


@pytest.mark.parametrize(
    ("of_number", "of_day", "types"),
    [
        ("2", "2020-01-02", ["number", "date"]),
        ("2.50", "", ["number", "date"]),
        ("1e-05", "2020-01-02 ", ["number", "date"]),
        ("+2", "2020-01-02T00:00:00", ["text", "text"]),
        ("12345678901234567890", "12MAY2020", ["integer", "text"]),
    ],
)
def test_a_type_inferred_from_the_first_rows_is_that_of_all(
    both: Callable[[bytes], tuple[object, ...]], of_number: str, of_day: str, types: list[str]
) -> None:
    changed = cells(1).replace(",1,", f",{of_number},").replace("2020-01-02", of_day)
    content = both(text_of({ROWS: changed}))[0]
    assert isinstance(content, Content)
    assert [content.schema.columns[number].type for number in (1, 4)] == types


def test_a_quotation_mark_within_a_cell_is_left_to_arrow(
    both: Callable[[bytes], tuple[object, ...]],
) -> None:
    both(text_of({ROWS: cells(1).replace("plain", 'pl"ai"n'), ROWS - 1: cells(1)}))


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("a,b", "has 2 cells, but there are 6 columns"),
        ("s1,1,1,1,2020-01-01,\xff", "holds the byte 0xff"),
        ('s1,1,1,1,2020-01-01,"open', "quotation marks"),
    ],
)
def test_what_is_wrong_is_said_as_without_the_core(
    row: str, problem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "_WORTH_CORE", 0)
    (tmp_path / "t.csv").write_bytes(text_of() + row.encode("latin-1"))
    with pytest.raises(FailedError, match=problem):
        come_to(tmp_path / "t.csv")


def test_rows_longer_than_arrow_takes_are_refused_either_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_WORTH_CORE", 0)
    (tmp_path / "t.csv").write_bytes(b'a,b\n1,"' + b"long\n" * 600_000 + b'"\n')
    with pytest.raises(FailedError, match="a row of more than 1 MiB"):
        come_to(tmp_path / "t.csv")


def test_a_row_is_opened_wherever_it_lies(both: Callable[[bytes], tuple[object, ...]], tmp_path: Path) -> None:
    both(text_of())
    for row in (1, BLOCK_ROWS - 1, BLOCK_ROWS, ROWS):
        salting = Salting(bytes(32), bytes(32), bytes(32), 0, {}, lambda: b"\1" * 32)
        content, _ = read_whole(open_table(tmp_path / "t.csv"), None, salting=salting, open_row=row)
        assert content.opened is not None and content.opened.form.startswith(f'["s{row % 90}",{row},')
