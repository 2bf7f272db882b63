"""Every number that a contract may hold has words: codes, times, dates and territories, known or not."""

from __future__ import annotations

import json

import pytest

from trialseal.ledger.codes import (
    ActCode,
    AttestationKind,
    Blinding,
    Code,
    Decision,
    DocumentKind,
    Milestone,
    Purpose,
    Role,
    act_words_of_mask,
    purpose_words,
    purposes_told,
)
from trialseal.ledger.moments import day, declared_date, iso_day, iso_time, moment, territory

LISTS = [DocumentKind, Blinding, Milestone, Purpose, ActCode, AttestationKind, Role, Decision]


@pytest.mark.parametrize("codes", LISTS)
def test_every_uint8_is_a_code_with_a_word_of_its_own(codes: type[Code]) -> None:
    words = [str(codes(number)) for number in range(256)]
    assert len(set(words)) == 256 and all(words)
    for number in range(256):
        code = codes(number)
        assert code == number and f"{code}" == code.word and json.dumps(code) == str(number)
        assert code.is_known == (code in list(codes))
        assert {number: "found"}[code] == "found"


def test_what_has_no_word_is_said_by_its_number() -> None:
    assert str(DocumentKind(77)) == "kind 77" and str(Milestone(200)) == "milestone 200"
    assert str(AttestationKind(77)) == "attestation of kind 77"
    assert DocumentKind(1) is DocumentKind.PROTOCOL is DocumentKind.named("protocol")
    assert Decision(4).word == "withdrawn-by-committee"
    for codes in LISTS:
        assert [codes.named(word) for word in codes.words()] == list(codes)
        with pytest.raises(KeyError):
            codes.named("no such word")


def test_masks_have_words_for_every_bit() -> None:
    assert purpose_words(0b1011) == ["manage", "act", "attest"]
    assert purpose_words(1 << 15) == ["purpose 32768"]
    assert len(purpose_words(0xFFFF)) == 16
    assert purposes_told(0b1001) == "manage, attest"
    assert purposes_told(0xFFFF) == "manage, act, stream, attest and 12 purposes kept for later"
    assert purposes_told(1 << 15) == "1 purpose kept for later" and purposes_told(0) == ""
    assert act_words_of_mask(1 << 3 | 1 << 31) == ["milestone", "act 31"]
    assert len(act_words_of_mask(0xFFFF_FFFF)) == 32 and purpose_words(0) == act_words_of_mask(0) == []


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "1970-01-01 00:00 UTC"),
        (1_587_988_800, "2020-04-27 12:00 UTC"),
        (253_402_300_799, "9999-12-31 23:59 UTC"),
        (253_402_300_800, "10000-01-01 00:00 UTC"),
        ((1 << 40) - 1, "36812-02-20 00:36 UTC"),
        ((1 << 64) - 1, "584554051223-11-09 07:00 UTC"),
    ],
)
def test_a_time_of_any_year(seconds: int, words: str) -> None:
    assert moment(seconds) == words
    assert day(seconds) == words[: words.index(" ")]
    assert iso_time(seconds).startswith(words[: words.index(" ")] + "T")
    assert iso_day(seconds) == (day(seconds) if seconds < 253_402_300_800 else None)


@pytest.mark.parametrize("code", [1, 7, 101, 18991231, 20200230, 20201399, 100000101, (1 << 32) - 1])
def test_a_number_that_is_no_date_is_said_so(code: int) -> None:
    assert declared_date(code) == f"{code} (not a date)"


def test_dates_and_territories() -> None:
    assert [declared_date(code) for code in (0, 20200000, 20200500, 99991231)] == [
        None,
        "2020",
        "2020-05",
        "9999-12-31",
    ]
    assert territory(276) == "DE"
    assert all(territory(number) for number in range(1 << 16))
    assert territory(65535) == "territory 65535"
