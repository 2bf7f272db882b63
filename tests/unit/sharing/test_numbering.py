"""Participants who are numbered otherwise in a table than in the streams: nobody who withdrew is packed unnoticed."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from trialseal.errors import FailedError
from trialseal.sharing.numbering import Numbering, forms_of, read_numbers


def of(number: str) -> str:
    return sha256(number.encode()).hexdigest()[:32]


def doubt(ours: list[str], known: list[str], withdrawn: list[str], stated: dict[str, str] | None = None) -> str | None:
    numbering = Numbering(of, stated)
    for one in ours:
        numbering(one)
    return numbering.doubt({of(one) for one in known}, {of(one) for one in withdrawn})


@pytest.mark.parametrize("written", ["SALT-01-1001", "DE-01/1001", "01001", "de_1001", "SALT 01 1001", "1001.0"])
def test_a_withdrawn_participant_who_is_written_otherwise_stops_the_packing(written: str) -> None:
    said = doubt([written, "SALT-01-1002"], ["1001"], ["1001"])
    assert said is not None and written in said and "1001 there" in said
    # So too where others of the table are numbered as in the streams.
    assert "1001 there" in str(doubt([written, "7", "8"], ["1001", "7", "8"], ["1001"]))


def test_both_numbers_of_two_participants_are_shown() -> None:
    said = doubt(["S-01-1", "S-01-2", "S-01-3"], ["1", "2", "3"], ["3"])
    assert said is not None and "S-01-1 here, 1 there; S-01-2 here, 2 there and 1 more" in said


def test_nobody_known_to_the_streams_is_a_doubt_and_one_known_is_none() -> None:
    said = doubt(["1001", "1002"], ["SALT-01-1001"], ["SALT-01-1001"])
    assert said is not None and "1001" in said and f"pseudonym {of('SALT-01-1001')[:8]}" in said
    assert doubt(["1001", "1002"], ["1001", "9"], ["9"]) is None
    # Nobody withdrew, or all of them are found: there is nothing that could be missed.
    assert doubt(["A-1001"], ["1001"], []) is None
    assert doubt(["1001", "x-1002"], ["1001"], ["1001"]) is None


def test_a_part_of_a_number_is_whole() -> None:
    assert doubt(["11001", "7"], ["1001", "7"], ["1001"]) is None
    assert doubt(["S-10011", "7"], ["1001", "7"], ["1001"]) is None


def test_pseudonyms_are_compared_as_they_are() -> None:
    numbering = Numbering(lambda number: number)
    numbering("ab" * 16)
    assert numbering.doubt({"cd" * 16}, {"cd" * 16}) is not None
    assert numbering.doubt({"ab" * 16, "cd" * 16}, {"cd" * 16}) is None


def test_stated_numbers_are_taken_and_a_missing_one_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ids.csv"
    path.write_text("participant,in_table\n1001,SALT-01-1001\n1002,SALT-01-1002\n")
    numbering = Numbering(of, read_numbers(path))
    assert numbering("SALT-01-1001") == of("1001")
    with pytest.raises(FailedError, match=r"SALT-01-1003 is not in the list"):
        numbering("SALT-01-1003")


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


def test_forms_do_not_hold_the_number_itself() -> None:
    assert list(forms_of("1001")) == []
    assert list(forms_of("")) == []
    assert "1001" in forms_of("S-01-01001")
