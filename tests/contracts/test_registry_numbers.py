"""Registry numbers are claimed as they are stated and kept under a fold; nothing real is refused."""

from __future__ import annotations

import random
import string

import pytest

from trialseal.registries.number_forms import FORMS

from .chain import log_of, logs_of, raw, slot, store, word_over
from .stage import NUMBER, UNCLAIM, Stage, address, padded, trial_id

NUMBERS = 7  # slot of the numbers' words
PRINTABLE = bytes(range(0x20, 0x7F))
KEPT = "123456789" + string.ascii_uppercase
# One number, spelt as registries, portals and people spell it.
SPELLINGS = [
    ("DRKS00021238", "DRKS0002-1238", "DRKS 00021238", "drks00021238"),
    ("KCT0004963", "KCT0004963/", "KCT4963"),
    ("NTR6310", "NTR06310", "ntr 6310"),
    ("UMIN000040211", "UMIN40211", "UMIN-000040211"),
    ("CTRI/2020/03/024402", "CTRI/2020/3/24402", "CTRI2020-03-024402"),
    ("jRCT2031190264", "JRCT20-31190264", "JRCT2031190264"),
    ("ACTRN12620000470976", "ACTRN1262-0000470976", "ACTRN-12620000470976"),
    ("EUDRACT2020-002641-42", "EudraCT 2020-002641-42", "EUDRACT2020/2641/42"),
    ("EU2020-002641-42", "EU 2020-2641-42"),
    ("EUCTRNO2020-002641-42", "EUCTR No. 2020-002641-42"),
    ("JPRNUMIN000040211", "JPRN-UMIN000040211"),
    ("NCT04368728", "N-CT04368728", "nct 04368728", "NCT4368728"),
    ("IRCT20200317046797N1", "IRCT20200317046797N01", "IRCT-20200317046797-N1"),
    ("NL7985", "NL 7985", "NL-7985"),
    ("SLCTR/2020/011", "SLCTR-2020-011", "SLCTR2020/11"),
]


def fold(text: str) -> bytes:
    """The fold, written again: letters in upper case and digits 1 to 9."""
    return padded("".join(one for one in text.upper() if one in KEPT))


def refusal(stage: Stage, **changes: object) -> tuple[object, ...] | None:
    return stage.refusal(stage.registry.claimRegistryId, stage.claim(**changes), by=stage.clerk)


def folds(stage: Stage, numbers: list[str]) -> list[bytes]:
    return [raw(stage.registry.foldOf(padded(number))) for number in numbers]


@pytest.mark.parametrize("spellings", SPELLINGS, ids=lambda spellings: spellings[0])
def test_every_spelling_of_a_number_has_one_fold(stage: Stage, spellings: tuple[str, ...]) -> None:
    assert folds(stage, list(spellings)) == [fold(spellings[0])] * len(spellings)
    for spelling in spellings:
        assert refusal(stage, number=padded(spelling)) is None


def test_the_numbers_of_every_registry_that_the_library_knows(stage: Stage) -> None:
    numbers = [form.examples[-1] for form in FORMS]
    assert folds(stage, numbers) == [fold(number) for number in numbers]
    for number in numbers:
        assert refusal(stage, number=padded(number)) is None


def test_the_fold_of_any_text_is_as_it_is_written(stage: Stage) -> None:
    """And a number is refused only if a byte is not printable, or nothing is left of it."""
    rng = random.Random(20200427)
    given = []
    for _ in range(600):
        length = rng.randrange(33)
        pool = rng.choice([PRINTABLE, PRINTABLE, b"0123456789-/ ", b"0-/ ", bytes(range(1, 256)), bytes(range(128))])
        given.append(bytes(rng.choice(pool) for _ in range(length)).ljust(32, b"\0"))
    calls = [[one] for one in given]
    for one, refused in zip(given, stage.refusals(stage.registry.foldOf, calls), strict=True):
        text = one.rstrip(b"\0")
        if any(byte not in PRINTABLE for byte in text):
            assert refused == ("RegistryIdNotText", one)
        elif fold(text.decode()) == bytes(32):
            assert refused == ("RegistryIdEmpty", one)
        else:
            assert refused is None and raw(stage.registry.foldOf(one)) == fold(text.decode()), one


@pytest.mark.parametrize("byte", [0x1F, 0x7F, 0x80, 0xFF, 0x09, 0x0A])
def test_bytes_just_beyond_printable_ascii(stage: Stage, byte: int) -> None:
    given = (b"NCT04368728" + bytes([byte])).ljust(32, b"\0")
    assert refusal(stage, number=given) == ("RegistryIdNotText", given)
    for inside in (0x20, 0x7E):
        assert refusal(stage, number=(b"NCT04368728" + bytes([inside])).ljust(32, b"\0")) is None


@pytest.mark.parametrize("given", [b"\0" + NUMBER[:-1], NUMBER[:-1] + b"A", b"NCT0436\x0028".ljust(32, b"\0")])
def test_nothing_stands_behind_a_zero_byte(stage: Stage, given: bytes) -> None:
    assert refusal(stage, number=given) == ("RegistryIdNotText", given)


@pytest.mark.parametrize("text", ["", "0", "000-000/0", " ", "-", "~" * 32])
def test_something_is_left_of_a_number(stage: Stage, text: str) -> None:
    given = padded(text)
    assert refusal(stage, number=given) == ("RegistryIdEmpty", given)
    refused = stage.refusal(stage.registry.withdrawRegistryId, stage.unclaim(number=given), by=stage.clerk)
    assert refused == ("RegistryIdEmpty", given)


def test_a_number_of_32_characters(stage: Stage) -> None:
    given = b"Z9" * 16
    sent = stage.send(stage.registry.claimRegistryId, stage.claim(number=given), by=stage.clerk)
    assert log_of(sent["logs"][0])[2] == given


def test_a_claim_is_logged_as_stated_under_its_fold(stage: Stage) -> None:
    given = padded("nct 0436-8728")
    log = log_of(stage.send(stage.registry.claimRegistryId, stage.claim(number=given), by=stage.clerk)["logs"][0])
    assert log[1:4] == (stage.trial, padded("NCT436872" + "8"), stage.sponsor.id)
    stamp = (2).to_bytes(4, "big") + stage.now.to_bytes(8, "big") + raw(stage.clerk)
    assert log[4] == stamp + given + (20200427).to_bytes(32, "big")


def test_claims_of_every_trial_and_spelling_meet_in_one_word(stage: Stage) -> None:
    """A thief who claims the sponsor's number first blocks nothing, and is seen."""
    theirs = trial_id(stage.stranger)
    stage.registry.register(stage.registration(stage.stranger), {"from": stage.stranger.key})
    stage.registry.claimRegistryId(stage.claim(stage.stranger, theirs), {"from": stage.stranger.key})
    for number in ("NCT04368728", "nct-4368728"):
        stage.registry.claimRegistryId(stage.claim(number=padded(number)), {"from": stage.clerk})
    stage.registry.withdrawRegistryId(stage.unclaim(), {"from": stage.clerk})
    logs = logs_of(stage.registry, None, fold("NCT04368728"))
    assert [log[1] for log in logs] == [theirs, stage.trial, stage.trial, stage.trial]
    assert raw(stage.registry.wordOfNumber(fold("NCT04368728"))) == word_over(logs)
    assert raw(stage.registry.wordOfNumber(fold("NCT04368729"))) == bytes(32)


def test_claiming_again_and_withdrawing_what_was_not_claimed_are_recorded(stage: Stage) -> None:
    """A double claim corrects the day of submission; a withdrawal takes back the claims before it. Both are read."""
    for submitted in (20200427, 20200427, 20200101, 0):
        assert refusal(stage, submitted=submitted) is None
        stage.registry.claimRegistryId(stage.claim(submitted=submitted), {"from": stage.clerk})
    stage.registry.withdrawRegistryId(stage.unclaim(), {"from": stage.clerk})
    stage.registry.withdrawRegistryId(stage.unclaim(), {"from": stage.clerk})
    stage.registry.claimRegistryId(stage.claim(), {"from": stage.clerk})
    assert stage.state().acts == 8
    assert raw(stage.registry.wordOfNumber(fold("NCT04368728")))[:4] == (7).to_bytes(4, "big")


def test_a_withdrawal_is_an_act_that_may_be_delegated(stage: Stage) -> None:
    act = (stage.registry.withdrawRegistryId, stage.unclaim(stage.cro))
    assert stage.refusal(*act, by=stage.cro.key) == ("NotPermitted", stage.trial, stage.cro.id, UNCLAIM)
    stage.registry.appoint(stage.appointment(acts=1 << UNCLAIM), {"from": stage.clerk})
    log = log_of(stage.send(*act, by=stage.cro.key)["logs"][0])
    assert log[:4] == (
        raw(stage.registry.topics["RegistryIdWithdrawn"]), stage.trial, fold("NCT04368728"), stage.cro.id,
    )  # fmt: skip
    assert log[4] == (3).to_bytes(4, "big") + stage.now.to_bytes(8, "big") + raw(stage.cro.key) + NUMBER
    refused = stage.refusal(stage.registry.withdrawRegistryId, stage.unclaim(), by=stage.manager)
    assert refused == ("KeyNotValid", stage.sponsor.id, address(stage.manager), 2)


def test_the_day_of_submission_is_a_past_day_or_not_stated(stage: Stage) -> None:
    for submitted in (0, 20200427, 20200400):
        assert refusal(stage, submitted=submitted) is None
    assert refusal(stage, submitted=20200431) == ("DateDoesNotExist", 20200431)
    refused = refusal(stage, submitted=99991231)
    assert refused is not None and refused[0] == "DateInFuture"


def test_claims_of_a_number_are_counted_to_the_last(stage: Stage) -> None:
    store(stage.registry, slot(NUMBERS, fold("NCT04368728")), (2**32 - 1) << 224 | 7)
    assert refusal(stage) == ("CountExhausted",)
    assert refusal(stage, number=padded("NCT04368729")) is None
