"""One spelling for each number of a registry; every trial that claims it is listed."""

from __future__ import annotations

import random

import pytest

from trialseal.documents.identifiers import CTIS, EUDRACT, REGISTRIES, normalise_registry_id, registry_name
from trialseal.errors import UsageError

from .stage import NUMBER, Stage, padded, raw, trial_id

NORMAL = [
    "NCT04368728", "ISRCTN50189673", "2020-002641-42", "2022-500123-12-00", "ACTRN12620000470976",
    "CTRI/2020/03/024402", "SLCTR/2020/012", "RBR-7YPKN6", "PER-010-20", "NL-OMON52112", "DRKS00021238",
    "IRCT20200317046797N1", "JRCT2031190264", "JRCTS031190264", "CHICTR2000029308", "CHICTR-OOC-16010207",
    "U1111-1252-3456", "A" * 31 + "1",
]  # fmt: skip
NOT_NORMAL = [
    "nct04368728", "NCT4368728", "NCT043687280", "NCT0436872O", "NCT 04368728", " NCT04368728", "NCT04368728 ",
    "NCT-04368728", "NCT04368728/", "NCT", "ISRCTN5018967", "ISRCTN501896730", "ISRCTN-0189673", "isrctn50189673",
    "2020-002641-4", "2020-002641-422", "2020-2641-42", "2020-002641", "20200264142", "2020/002641/42",
    "2020-002641-42-00", "2020-002641-42-GB", "2022-500123-12", "2022-500123-12-0", "2022-500123-12-000",
    "2022-500123-12-GB", "2022.500123.12.00", "DRKS 00021238", "drks00021238", "DRKS00021238\n", "UMIN_000040211",
    "АCTRN12620000470976", "NL", "AB1", "1", "-", "A~BC", "A@BC", "A[BC", "A`BC", "A.BC", "A:BC", "A;BC",
    # Second spellings of numbers that registries and portals print.
    "EUCTR2020-002641-42",
    "EUCTR2020-002641-42-DE",
    "EUDRACT2020-002641-42",
    "EUCT2022-500123-12-00",
    "CTIS2022-500123-12-00",
    "JPRN-JRCT2031190264",
    "CTRI2020/03/024402",
    "CTRI-2020-03-024402",
    "SLCTR-2020-012",
    "RBR7YPKN6",
    "RBR/7YPKN6",
    "PER010-20",
    "NL52112",
    "ACTRN-12620000470976",
    "DRKS-00021238",
    "ISRCTN/50189673",
    "KCT-0004963",
    "PACTR/202003568890342",
    "UMIN-000040211",
    "TCTR-20200404004",
    "ABCD",
    "A" * 32,
    "-1234",
    "/1234",
]  # fmt: skip


def refusal(stage: Stage, **changes: object) -> tuple[object, ...] | None:
    return stage.refusal(stage.registry.claimRegistryId, stage.claim(**changes), by=stage.clerk)


@pytest.mark.parametrize("number", NORMAL)
def test_normal_spellings(stage: Stage, number: str) -> None:
    assert refusal(stage, number=padded(number)) is None


@pytest.mark.parametrize("number", NOT_NORMAL)
def test_other_spellings_are_refused(stage: Stage, number: str) -> None:
    given = padded(number)[:32]
    assert refusal(stage, number=given) == ("RegistryIdNotNormal", given)


@pytest.mark.parametrize(
    "given",
    [
        bytes(32),
        NUMBER.replace(b"\0", b" "),
        b"\0" + NUMBER[:-1],
        NUMBER[:-1] + b"A",
        NUMBER[:11] + b"\x01" + bytes(20),
        b"NCT0436\08728".ljust(32, b"\0"),
        b"\xff" * 32,
    ],
)
def test_bytes_around_or_within_a_number_make_no_second_spelling(stage: Stage, given: bytes) -> None:
    assert refusal(stage, number=given) == ("RegistryIdNotNormal", given)


@pytest.mark.parametrize("number", NORMAL)
def test_nothing_stands_behind_a_numbers_end(stage: Stage, number: str) -> None:
    """Or else each number would have as many spellings as there are bytes to fill."""
    for place in {len(number), len(number) + 1, 31} - {32, 33}:
        for more in (b"A", b"1", b"\x01"):
            given = padded(number)[:place] + more + padded(number)[place + 1 :]
            expected = ("RegistryIdNotNormal", given)
            if place > len(number) or more == b"\x01":
                assert refusal(stage, number=given) == expected


def spellings() -> set[str]:
    """An example of each registry that the library knows, and what people and portals make of such numbers."""
    found = set()
    for registry in (*REGISTRIES, EUDRACT, CTIS):
        number = registry.example.upper()
        letters = number.rstrip("0123456789-/")
        digits = number.removeprefix(letters)
        found |= {number, number[:-1], number + "0", number + "-DE", number + "/1", f"{letters}-{digits}"}
        found |= {number.replace("-", ""), number.replace("/", ""), number.replace("/", "-"), f"{letters}/{digits}"}
        found |= {prefix + number for prefix in ("EUCTR", "EUDRACT", "EUCT", "CTIS", "JPRN-", "EUCTR-", "CTIS-")}
    return {one for one in found if len(one) <= 32}


def test_the_contract_takes_what_the_library_writes_and_no_other_spelling_of_it(stage: Stage) -> None:
    """Where the library would write a number in another way, the contract refuses it: no claim hides there."""
    known = 0
    for spelling in sorted(spellings()):
        try:
            normal = normalise_registry_id(spelling)
        except UsageError:
            continue  # no number of that registry: whether the contract takes it or not, it hides no other
        taken = refusal(stage, number=padded(spelling)) is None
        assert not taken or normal == spelling, (spelling, normal)
        if normal == spelling and registry_name(spelling):
            assert taken, spelling
            known += 1
    assert known >= len(REGISTRIES) + 2


def test_one_byte_altered_is_another_number_or_none(stage: Stage) -> None:
    """Of all spellings one byte away from a number of ClinicalTrials.gov, only other such numbers pass."""
    rng = random.Random(4368728)
    for _ in range(300):
        place = rng.randrange(32)
        given = bytearray(NUMBER)
        given[place] = rng.randrange(256)
        text = bytes(given).rstrip(b"\0")
        is_number = len(text) == 11 and text.startswith(b"NCT") and text[3:].isdigit()
        # Another first letter is another registry's number, as far as the contract knows.
        is_other = text[:3] != b"NCT" and all(one in b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-/" for one in text)
        is_other &= not text[:1].isdigit()
        assert (refusal(stage, number=bytes(given)) is None) == (is_number or is_other), bytes(given)


def test_a_number_claimed_twice_lists_both_claimants(stage: Stage) -> None:
    """A thief who claims the sponsor's number first blocks nothing, and is seen."""
    theirs = trial_id(stage.stranger)
    stage.registry.register(stage.registration(stage.stranger), {"from": stage.stranger.key})
    first = stage.registry.claimRegistryId(stage.claim(stage.stranger, theirs), {"from": stage.stranger.key})
    second = stage.registry.claimRegistryId(stage.claim(), {"from": stage.clerk})
    trials, total = stage.registry.claimantsOf(NUMBER, 0, 10)
    assert [raw(trial) for trial in trials] == [theirs, stage.trial] and total == 2
    assert stage.registry.claimOf(NUMBER, theirs) == (first.timestamp, 20200427)
    assert stage.registry.claimOf(NUMBER, stage.trial) == (second.timestamp, 20200427)


def test_a_trial_claims_a_number_once(stage: Stage) -> None:
    stage.registry.claimRegistryId(stage.claim(), {"from": stage.clerk})
    assert refusal(stage) == ("RegistryIdClaimedBefore", stage.trial, NUMBER)


def test_a_corrected_day_of_submission_is_a_second_statement_beside_the_first(stage: Stage) -> None:
    """The first day stays in state, all of them in the log; the trial is listed once."""
    first = stage.registry.claimRegistryId(stage.claim(), {"from": stage.clerk})
    stage.wait_until(stage.now + 100)
    for submitted in (20200101, 0):
        sent = stage.registry.claimRegistryId(stage.claim(submitted=submitted), {"from": stage.clerk})
        assert sent.events["RegistryIdClaimed"]["submitted"] == submitted
    assert stage.registry.claimOf(NUMBER, stage.trial) == (first.timestamp, 20200427)
    assert stage.registry.claimantsOf(NUMBER, 0, 9)[1] == 1
    assert stage.state().acts == 4


def test_a_trial_has_several_numbers(stage: Stage) -> None:
    for number in NORMAL[:4]:
        stage.registry.claimRegistryId(stage.claim(number=padded(number)), {"from": stage.clerk})
    for number in NORMAL[:4]:
        assert [raw(trial) for trial in stage.registry.claimantsOf(padded(number), 0, 10)[0]] == [stage.trial]
    assert stage.state().acts == 5


def test_claimants_are_listed_in_pages(stage: Stage) -> None:
    trials = []
    for number in range(5):
        code = padded(f"trial {number}")
        stage.registry.register(stage.registration(code=code), {"from": stage.clerk})
        trials.append(trial_id(stage.sponsor, code))
        stage.registry.claimRegistryId(stage.claim(trial=trials[-1]), {"from": stage.clerk})
    for start, limit in ((0, 5), (0, 99), (0, 2), (2, 2), (4, 2), (5, 2), (9, 1), (0, 0), (1, 2**256 - 1)):
        page, total = stage.registry.claimantsOf(NUMBER, start, limit)
        assert [raw(trial) for trial in page] == trials[start : start + limit] and total == 5
    assert stage.registry.claimantsOf(padded("NCT00000000"), 0, 5) == ([], 0)


def test_the_day_of_submission_is_a_past_day_or_not_stated(stage: Stage) -> None:
    for submitted in (0, 20200427, 20200400):
        assert refusal(stage, submitted=submitted) is None
    assert refusal(stage, submitted=20200431) == ("DateDoesNotExist", 20200431)
    refused = refusal(stage, submitted=99991231)
    assert refused is not None and refused[0] == "DateInFuture"
