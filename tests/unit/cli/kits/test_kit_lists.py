"""Lists of kits as they are given: blinded or not, sealed or not, changed since."""

from __future__ import annotations

from pathlib import Path

import pytest

from trialseal.cli import main
from trialseal.cli.kits.lists import arms, blinded
from trialseal.errors import FailedError, UsageError
from trialseal.evidence.custody import ListedKit

BLINDED = "kit,lot,expires,block\nK-1,L1,2027-01,7\nK-2,L1,,8\n"


def test_a_blinded_list_has_no_arms_and_an_unblinded_one_has(tmp_path: Path) -> None:
    plain, unblinded, said = tmp_path / "kits.csv", tmp_path / "unblinded.csv", list[str]()
    plain.write_text(BLINDED)
    unblinded.write_text("kit,arm\nK-1,A\nK-2,B\n")
    assert blinded(str(plain), said.append) == {"K-1": ListedKit("L1", "2027-01"), "K-2": ListedKit("L1")}
    assert said[0].endswith(": a list of kits that no seal document beside it vouches for")
    assert arms(str(unblinded), said.append) == {"K-1": "A", "K-2": "B"}
    with pytest.raises(UsageError, match=r"unblinded\.csv tells the arms: give the blinded list"):
        blinded(str(unblinded), said.append)
    with pytest.raises(UsageError, match=r"kits\.csv has no column arm"):
        arms(str(plain), said.append)


def test_a_sealed_list_is_held_against_its_seal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIALSEAL_HOME", str(tmp_path / "home"))
    path, said = tmp_path / "kits.csv", list[str]()
    path.write_text(BLINDED)
    assert main(["dataset", "seal", str(path), "--subject", "kit", "--offline"]) == 0
    for given in (path, tmp_path / "kits.csv.seal.json"):
        assert set(blinded(str(given), said.append)) == {"K-1", "K-2"}
        assert "the list that kits.csv.seal.json seals (digest " in said.pop()
    (tmp_path / "kits.csv.private.json").rename(tmp_path / "elsewhere")
    blinded(str(path), said.append)
    assert said.pop().endswith("cannot be told without kits.csv.private.json")
    (tmp_path / "elsewhere").rename(tmp_path / "kits.csv.private.json")
    path.write_text(BLINDED.replace("K-2", "K-3"))
    with pytest.raises(FailedError, match=r"is not the list that kits\.csv\.seal\.json seals"):
        blinded(str(path), said.append)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("K 2,L1,2027-01", "row 2: kit: 'K 2' is not 1 to 32 of"),
        (",L1,2027-01", "row 2: kit is missing"),
        ("K-1,L1,2027-01", "row 2: kit K-1 stands in the list twice"),
        ("K-2,L 1,2027-01", "row 2: lot: 'L 1' is not a lot number"),
    ],
)
def test_a_row_that_is_like_the_one_before_is_checked_too(tmp_path: Path, row: str, sentence: str) -> None:
    path = tmp_path / "kits.csv"
    path.write_text(f"kit,lot,expires\nK-1,L1,2027-01\n{row}\n")
    with pytest.raises(FailedError, match=sentence):
        blinded(str(path), lambda words: None)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Kit,Lot\nK-1,L1\n", r"has no column kit, only Kit, Lot: name the column of the kits' numbers so"),
        (f"{','.join('abcdefghi')}\n{','.join('123456789')}\n", r"only a, b, c, d, e, f, g, h, …: name"),
        ("kit;lot\nK-1;L1\n", r"cannot be read as it is: save it as CSV, with commas and in UTF-8, or as \.xlsx$"),
        ("kit,lot\nK-\udce9,L1\n", "save it as CSV, with commas and in UTF-8"),
    ],
)
def test_a_list_that_a_spreadsheet_wrote_another_way(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "kits.csv"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises((FailedError, UsageError), match=sentence):
        blinded(str(path), lambda words: None)


def test_a_sealed_list_is_read_as_it_was_sealed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIALSEAL_HOME", str(tmp_path / "home"))
    path = tmp_path / "kits.csv"
    path.write_text(BLINDED.replace(",", ";"))
    assert main(["dataset", "seal", str(path), "--subject", "kit", "--delimiter", ";", "--offline"]) == 0
    assert set(blinded(str(path), lambda words: None)) == {"K-1", "K-2"}
