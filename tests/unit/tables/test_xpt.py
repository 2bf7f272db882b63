"""SAS transport files made byte by byte: IBM floats, missing values, blanks, and files that are cut short."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from tables import content, rows, schema

from trialseal.errors import FailedError, UsageError
from trialseal.tables.xpt import ibm_to_double


def header(name: str, digits: str = "0" * 30) -> bytes:
    return f"HEADER RECORD*******{name:<8}HEADER RECORD!!!!!!!{digits:<32}".encode()


def namestr(name: str, kind: int, length: int, position: int, form: str = "") -> bytes:
    return (
        struct.pack(">hhhh8s40s8shhh2s8shhi", kind, 0, length, 1, name.encode().ljust(8), b" " * 40,
                    form.encode().ljust(8), 9, 0, 0, b"", b" " * 8, 0, 0, position) + bytes(52)
    )  # fmt: skip


def transport(variables: list[tuple[str, int, int, str]], data: bytes, table: str = "TEST") -> bytes:
    """A file of version 5: variables as name, 1 for numbers or 2 for text, length, format."""
    described, position = b"", 0
    for name, kind, length, form in variables:
        described += namestr(name, kind, length, position, form)
        position += length
    pad = lambda part: part + b" " * (-len(part) % 80)  # noqa: E731
    return (
        header("LIBRARY") + b" " * 160
        + header("MEMBER", "0" * 17 + "1600000000140") + header("DSCRPTR")
        + (b"SAS     " + table.encode().ljust(8)).ljust(80) + b" " * 80
        + header("NAMESTR", "000000" + f"{len(variables):04}" + "0" * 20)
        + pad(described) + header("OBS") + pad(data)
    )  # fmt: skip


def ibm(text: str) -> bytes:
    return bytes.fromhex(text).ljust(8, b"\0")


@pytest.fixture
def made(tmp_path: Path):  # type: ignore[no-untyped-def]
    def make(data: bytes) -> Path:
        path = tmp_path / "test.xpt"
        path.write_bytes(data)
        return path

    return make


@pytest.mark.parametrize(
    ("pattern", "value"),
    [
        ("4110000000000000", 1.0),
        ("c110000000000000", -1.0),
        ("0000000000000000", 0.0),
        ("8000000000000000", 0.0),
        ("42640000", 100.0),
        ("411999999999999a", 1.6),
        ("4e20000000000000", 2.0**53),
        ("7fffffffffffffff", 16.0**63),  # 56 bits, rounded up to the nearest double
        ("0010000000000000", 16.0**-65),
    ],
)
def test_ibm_floats(pattern: str, value: float) -> None:
    raw = np.array([int.from_bytes(ibm(pattern), "big")], np.uint64)
    assert ibm_to_double(raw)[0] == value


def test_missing_values_of_sas_are_kept_apart(made) -> None:  # type: ignore[no-untyped-def]
    codes = [b".", b"A", b"Z", b"_"]
    path = made(transport([("X", 1, 8, "")], b"".join(code.ljust(8, b"\0") for code in codes) + ibm("4110") * 10))
    assert rows(path)[:5] == [[None], [".A"], [".Z"], ["._"], [1]]


def test_short_numbers_dates_and_text(made) -> None:  # type: ignore[no-untyped-def]
    data = (
        ibm("4110")[:4] + ibm("434d00") + b"caf\xc3\xa9  " + ibm("80")[:4] + b"."[:1].ljust(8, b"\0") + b" x\0\0\0\0\0"
    )
    path = made(transport([("N", 1, 4, ""), ("D", 1, 8, "DATE"), ("T", 2, 7, "")], data))
    assert content(path).schema == schema(N="number", D="date", T="text")
    assert rows(path) == [[1, "1963-05-17", "café"], [0, None, " x"]]


def test_a_fraction_of_a_day_makes_a_date_column_a_number(made) -> None:  # type: ignore[no-untyped-def]
    path = made(transport([("D", 1, 8, "DATE"), ("T", 2, 72, "")], ibm("4180") + b"x" * 72 + ibm("4088") + b"x" * 72))
    assert content(path).schema == schema(D="number", T="text")


def test_blanks_that_fill_the_last_record_are_no_rows(made) -> None:  # type: ignore[no-untyped-def]
    assert rows(made(transport([("T", 2, 8, "")], b"a       b       "))) == [["a"], ["b"]]
    assert rows(made(transport([("T", 2, 8, "")], b"a       " * 10))) == [["a"]] * 10
    assert rows(made(transport([("T", 2, 8, "")], b""))) == []


@pytest.mark.parametrize("cut", [1, 79, 80, 81, 200, 400, 640, 900])
def test_a_file_cut_short_is_refused(made, cut: int) -> None:  # type: ignore[no-untyped-def]
    whole = transport([("N", 1, 8, ""), ("T", 2, 200, "")], (ibm("4110") + b"x" * 200) * 5)
    with pytest.raises(FailedError, match="cut short"):
        content(made(whole[:-cut]))


def test_other_files_are_refused(made) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(FailedError, match="not a SAS transport file"):
        content(made(b"PK\3\4" + bytes(200)))
    with pytest.raises(FailedError, match="cut short"):
        content(made(b""))
    one = transport([("T", 2, 8, "")], b"a       " * 10)
    with pytest.raises(UsageError, match="holds several tables"):
        content(made(one + one[240:]))
    with pytest.raises(FailedError, match="both called 'T'"):
        content(made(transport([("T", 2, 8, ""), ("T", 2, 8, "")], b"x" * 16)))


@pytest.mark.parametrize("variable", [("A", 2, 0, ""), ("A", 2, -5, "")])
def test_a_damaged_description_of_a_column_is_refused(made, variable: tuple[str, int, int, str]) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(FailedError, match=r"is damaged: it describes column A as"):
        content(made(transport([("B", 2, 8, ""), variable], b"x" * 160)))


def test_version_8_holds_cells_in_the_order_of_its_columns_whatever_positions_it_states(made) -> None:  # type: ignore[no-untyped-def]
    # As SAS's own macro writes it: positions are those of the data set that it was made from, numbers first.
    described = namestr("N", 1, 8, 0) + namestr("TEXT", 2, 5, 16) + namestr("M", 1, 8, 8)
    data = ibm("4110") + b"abcde" + ibm("4120") + ibm("4130") + b"fghij" + ibm("4140")
    file = (
        header("LIBV8") + b" " * 160
        + header("MEMBV8", "0" * 17 + "1600000000140") + header("DSCPTV8")
        + (b"SAS     " + b"TEST".ljust(32)).ljust(80) + b" " * 80
        + header("NAMSTV8", "000000" + "0003" + "0" * 20) + described + b" " * (-len(described) % 80)
        + header("OBSV8", "2".rjust(15) + " " * 15) + data + b" " * (-len(data) % 80)
    )  # fmt: skip
    assert rows(made(file)) == [[1.0, "abcde", 2.0], [3.0, "fghij", 4.0]]
