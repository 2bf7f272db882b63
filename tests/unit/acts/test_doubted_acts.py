"""What is typed or given by mistake is asked about, or refused, before an act is made of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from trialseal.acts import trials
from trialseal.documents.times import unix_seconds
from trialseal.errors import UsageError
from trialseal.folder.reading import of_bytes
from trialseal.ledger.codes import Blinding, DocumentKind, Milestone

TRIAL, PARTY = b"\1" * 32, b"\2" * 32
LETTER = of_bytes(Path("letter.pdf"), b"%PDF-")


@pytest.mark.parametrize("number", [-1, 0, 1 << 32, 10**26])
def test_no_act_has_such_a_number(number: int) -> None:
    with pytest.raises(UsageError, match="is not an act's number: trialseal history shows them, from 1"):
        trials.correct(TRIAL, PARTY, number, LETTER, "2021-01-29")
    with pytest.raises(UsageError, match="is not an act's number"):
        trials.milestone(TRIAL, PARTY, Milestone.DATA_LOCK, "2021-01-29", instead_of=number)


@pytest.mark.parametrize("number", [1, (1 << 32) - 1])
def test_the_first_and_the_last_number_of_an_act_are_stated(number: int) -> None:
    assert trials.correct(TRIAL, PARTY, number, LETTER, "2021-01-29").stated["act"] == number
    assert trials.milestone(TRIAL, PARTY, Milestone.DATA_LOCK, "2021-01-29", instead_of=number).stated["act"] == number


def test_an_empty_file_is_asked_about_and_one_of_a_byte_is_not() -> None:
    def doubts(data: bytes, name: str = "sap.pdf") -> tuple[str, ...]:
        file = of_bytes(Path(name), data)
        return trials.seal(TRIAL, PARTY, file, DocumentKind.ANALYSIS_PLAN, 1, Blinding.NOT_STATED).doubts

    assert doubts(b"") == ("sap.pdf is empty: is it the file that you mean?",)
    assert doubts(b"", "a\n.pdf") == ('"a\\n.pdf" is empty: is it the file that you mean?',)
    assert doubts(b"\0") == ()


@pytest.mark.parametrize(
    ("text", "seconds"), [("1970-01-01", 0), ("1970-01-01T00:00:01+00:00", 1), ("1970-01-01T01:00:00+01:00", 0)]
)
def test_times_from_1970_on_are_taken(text: str, seconds: int) -> None:
    assert unix_seconds(text, "--since") == seconds


@pytest.mark.parametrize("text", ["1969-12-31", "1969-12-31T23:59:59+00:00", "1970-01-01T00:59:59+01:00", "0001-01-01"])
def test_times_before_any_chain_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"--since .* is before 1970, and no chain is so old: correct it"):
        unix_seconds(text, "--since")
