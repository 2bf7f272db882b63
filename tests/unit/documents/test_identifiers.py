"""Ids beyond the vectors: what is refused, and what the sentences say."""

from __future__ import annotations

from datetime import date

import pytest

from trialseal.documents import identifiers
from trialseal.documents.territories import territory_code, territory_number
from trialseal.errors import UsageError


def test_lengths_are_checked() -> None:
    with pytest.raises(UsageError, match="the key address has 32 bytes, not 20"):
        identifiers.party_id(bytes(32), bytes(32))
    with pytest.raises(UsageError, match="the salt has 20 bytes, not 32"):
        identifiers.party_id(bytes(20), bytes(20))
    with pytest.raises(UsageError, match="the party id has 31 bytes, not 32"):
        identifiers.trial_id(bytes(31), "C1")


@pytest.mark.parametrize("code", ["", "x" * 33, "Prüf-1", " C1", "C1 ", "C\n1", "C\x001", "C\x7f1"])
def test_trial_codes_that_could_be_mistaken_are_refused(code: str) -> None:
    with pytest.raises(UsageError, match="the trial code"):
        identifiers.trial_code_bytes(code)


def test_codes_differ_by_case() -> None:
    """The sponsor's own spelling counts; only registry numbers are normalised."""
    assert identifiers.trial_code_bytes("c1") != identifiers.trial_code_bytes("C1")


@pytest.mark.parametrize("code", [0, 20201300, 20200230, 20200012, 18991231, 100000000, 2020])
def test_codes_of_no_date_are_refused(code: int) -> None:
    with pytest.raises(UsageError, match="does not exist"):
        identifiers.date_text(code)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2020", date(2020, 1, 1), date(2020, 12, 31)),
        ("2020-02", date(2020, 2, 1), date(2020, 2, 29)),
        ("2021-02", date(2021, 2, 1), date(2021, 2, 28)),
        ("2020-12", date(2020, 12, 1), date(2020, 12, 31)),
        ("2020-05-12", date(2020, 5, 12), date(2020, 5, 12)),
        ("9999-12", date(9999, 12, 1), date(9999, 12, 31)),
    ],
)
def test_what_an_imprecise_date_may_mean(text: str, first: date, last: date) -> None:
    assert identifiers.date_range(text) == (first, last)


def test_territories() -> None:
    assert territory_number("DE") == territory_number("deu") == territory_number("276") == 276
    assert territory_number("AFG") == 4 and territory_code(4) == "AF"
    assert territory_code(276) == "DE"
    for code in ("", "EU", "Germany", "150", "4", "DEUX"):
        with pytest.raises(UsageError, match="not an ISO 3166-1"):
            territory_number(code)
    with pytest.raises(UsageError, match="not an ISO 3166-1"):
        territory_code(0)


@pytest.mark.parametrize("before", ["", "0x"])
def test_an_id_as_people_type_it(before: str) -> None:
    assert identifiers.typed_id(before + "aB" * 32) == b"\xab" * 32
    for wrong in ("", "ab" * 31, "ab" * 33, "ab" * 31 + "ag", " ".join(["ab"] * 32), "٣" * 64, "ab" * 32 + "\n"):
        assert identifiers.typed_id(before + wrong) is None
