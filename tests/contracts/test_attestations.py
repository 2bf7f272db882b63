"""Attestations are logs, all of a subject rolled into its word; never edited, and withdrawn by naming their log."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest

from .chain import ZERO, log_of, logs_of, mined, raw, rpc, slot, store, word_over
from .stage import ACT, ATTEST, LETTER, PROTOCOL_1, PROTOCOL_2, Party, Stage, address, digest, padded

ACCREDITATION, APPROVAL, SNAPSHOT, REVIEW, PERMIT = 1, 2, 3, 4, 5
WORDS = 3  # slot of the subjects' words


def attest(stage: Stage, author: Party | None = None, **changes: Any) -> tuple[bytes, ...]:
    """The log of an attestation that is made."""
    author = author or stage.committee
    return log_of(stage.send(stage.attestations.attest, stage.statement(author, **changes), by=author.key)["logs"][0])


def withdraw(stage: Stage, log: bytes, author: Party | None = None, subject: bytes | None = None) -> tuple[bytes, ...]:
    author = author or stage.committee
    withdrawal = (author.id, stage.trial if subject is None else subject, log)
    return log_of(stage.send(stage.attestations.withdraw, withdrawal, by=author.key)["logs"][0])


def refusal(stage: Stage, time: int | None = None, **changes: Any) -> tuple[Any, ...] | None:
    return stage.refusal(stage.attestations.attest, stage.statement(**changes), by=stage.committee.key, time=time)


def word(stage: Stage, subject: bytes | None = None) -> bytes:
    return raw(stage.attestations.wordOf(stage.trial if subject is None else subject))


def named(log: tuple[bytes, ...]) -> bytes:
    """The digest by which a withdrawal names a log."""
    return sha256(b"".join(log)).digest()


def test_the_log_tells_everything_that_was_said(stage: Stage) -> None:
    until = stage.now + 1000
    log = attest(stage, code=2, territory=276, date=20200400, until=until, document=LETTER)
    assert log[:4] == (raw(stage.attestations.topics["Attested"]), stage.trial, PROTOCOL_1, stage.committee.id)
    stamp = (1).to_bytes(4, "big") + stage.now.to_bytes(8, "big") + raw(stage.committee.key)
    members = b"".join(value.to_bytes(32, "big") for value in (APPROVAL, 2, 276, 20200400, until))
    assert log[4] == stamp + members + LETTER


def test_an_attestation_has_a_kind(stage: Stage) -> None:
    """What kinds there are is agreed off chain: the contract outlives such lists."""
    assert refusal(stage, kind=0) == ("AttestationKindUnknown", 0)
    for kind in range(1, 256):
        if kind < 10 or kind > 250:
            assert refusal(stage, kind=kind, code=kind) is None


def test_an_attestation_is_about_something(stage: Stage) -> None:
    assert refusal(stage, subject=ZERO) == ("SubjectMissing",)


def test_a_party_does_not_accredit_itself(stage: Stage) -> None:
    given = {"kind": ACCREDITATION, "code": 4, "subject": stage.committee.id}
    for about in (ZERO, PROTOCOL_1):
        assert refusal(stage, about=about, **given) == ("SelfAccreditation", stage.committee.id)
    assert refusal(stage, **{**given, "subject": stage.sponsor.id}) is None


@pytest.mark.parametrize("kind", [APPROVAL, SNAPSHOT, REVIEW, PERMIT])
def test_a_party_may_say_other_things_of_itself(stage: Stage, kind: int) -> None:
    assert refusal(stage, kind=kind, subject=stage.committee.id) is None


def test_the_declared_day_is_past_or_not_stated(stage: Stage) -> None:
    for date in (0, 20200420, 20200400, 20200000):
        assert refusal(stage, date=date) is None
    assert refusal(stage, date=20200230) == ("DateDoesNotExist", 20200230)
    refused = refusal(stage, date=99991231)
    assert refused is not None and refused[0] == "DateInFuture"


def test_an_end_lies_ahead_to_the_second_or_is_not_stated(stage: Stage) -> None:
    time = stage.now + 100
    for until in (time - 1, time):
        assert refusal(stage, until=until, time=time) == ("EndNotAhead", until, time)
    for until in (0, time + 1, 2**40 - 1):
        assert refusal(stage, until=until, time=time) is None


def test_only_a_key_for_attesting_attests_and_withdraws(stage: Stage) -> None:
    statement, withdrawal = stage.statement(stage.sponsor), (stage.sponsor.id, stage.trial, digest("a log"))
    for act in ((stage.attestations.attest, statement), (stage.attestations.withdraw, withdrawal)):
        for key in (stage.manager, stage.clerk, stage.writer, stage.stranger.key):
            assert stage.refusal(*act, by=key) == ("KeyNotValid", stage.sponsor.id, address(key), ATTEST)
        assert stage.refusal(*act, by=stage.voucher) is stage.refusal(*act, by=stage.sponsor.key) is None
    refused = stage.refusal(stage.registry.recordMilestone, stage.milestone(), by=stage.voucher)
    assert refused == ("KeyNotValid", stage.sponsor.id, address(stage.voucher), ACT)


def test_everything_about_a_subject_is_in_its_word(stage: Stage) -> None:
    """Of whatever digest, by whomever, withdrawals included; other subjects' words stay as they are."""
    logs = [attest(stage), attest(stage, about=PROTOCOL_2), attest(stage, about=ZERO, author=stage.stranger)]
    logs += [withdraw(stage, named(logs[0])), attest(stage, kind=REVIEW)]
    for count, log in enumerate(logs, start=1):
        assert log[4][:4] == count.to_bytes(4, "big")
    assert word(stage) == word_over(logs) == word_over(logs_of(stage.attestations, stage.trial))
    assert word(stage)[:4] == (5).to_bytes(4, "big")
    assert word(stage, stage.sponsor.id) == ZERO
    about = attest(stage, subject=stage.sponsor.id)
    assert word(stage, stage.sponsor.id) == word_over([about])
    assert word(stage) == word_over(logs)
    for others in (logs[1:], logs[:-1], [logs[1], logs[0], *logs[2:]], [*logs, logs[-1]], []):
        assert word(stage) != word_over(others)


def test_nothing_is_overtaken(stage: Stage) -> None:
    """Nine acts of three parties in one block: each has its place, none is refused."""
    parties = (stage.committee, stage.stranger, stage.cro)
    rpc("evm_setAutomine", False)
    try:
        for number in range(9):
            author = parties[number % 3]
            data = stage.attestations.attest.encode_input(stage.statement(author, code=number))
            call = {"from": str(author.key), "to": stage.attestations.address, "data": data, "gas": "0x1e8480"}
            rpc("eth_sendTransaction", call)
        rpc("evm_mine")
    finally:
        rpc("evm_setAutomine", True)
    logs = logs_of(stage.attestations, stage.trial)
    assert len(logs) == 9 and word(stage) == word_over(logs)


def test_a_withdrawal_names_the_log_that_it_takes_back(stage: Stage) -> None:
    attested = attest(stage, document=LETTER)
    withdrawn = withdraw(stage, named(attested))
    topic = raw(stage.attestations.topics["Withdrawn"])
    assert withdrawn[:4] == (topic, stage.trial, named(attested), stage.committee.id)
    assert withdrawn[4] == (2).to_bytes(4, "big") + stage.now.to_bytes(8, "big") + raw(stage.committee.key)


def test_two_equal_attestations_are_two_logs(stage: Stage) -> None:
    """Their stamps differ, so that one can be taken back and the other stands."""
    first, second = attest(stage), attest(stage)
    assert named(first) != named(second)


def test_a_withdrawal_names_something(stage: Stage) -> None:
    function, by = stage.attestations.withdraw, stage.committee.key
    assert stage.refusal(function, (stage.committee.id, stage.trial, ZERO), by=by) == ("DigestMissing",)
    assert stage.refusal(function, (stage.committee.id, ZERO, digest("a log")), by=by) == ("SubjectMissing",)


def test_foreign_double_and_empty_withdrawals_are_recorded_for_the_reader_to_judge(stage: Stage) -> None:
    """The contract does not know which logs there are: what counts is the reader's rule, and nothing is hidden."""
    attested = attest(stage)
    logs = [attested]
    logs.append(withdraw(stage, named(attested), stage.stranger))
    logs += [withdraw(stage, named(attested)), withdraw(stage, named(attested))]
    logs.append(withdraw(stage, digest("no log")))
    assert word(stage) == word_over(logs)


def test_steps_of_a_word_are_counted_to_the_last(stage: Stage) -> None:
    place = slot(WORDS, stage.trial)
    store(stage.attestations, place, (2**32 - 2) << 224 | 7)
    attest(stage)
    assert word(stage)[:4] == b"\xff" * 4
    assert refusal(stage) == ("CountExhausted",)
    withdrawal = (stage.committee.id, stage.trial, digest("a log"))
    assert stage.refusal(stage.attestations.withdraw, withdrawal, by=stage.committee.key) == ("CountExhausted",)


def test_an_attestation_about_a_digest_nobody_sealed_is_allowed(stage: Stage) -> None:
    """A committee approves before the sponsor seals; whether the digest became a version, the registry tells."""
    assert refusal(stage, about=digest("not sealed yet")) is None
    assert refusal(stage, kind=SNAPSHOT, subject=padded("NCT04368728"), document=LETTER) is None


def test_a_strangers_thousand_attestations_are_read_from_52_bytes_each(stage: Stage) -> None:
    """Sent in one transaction, from code that a stranger wrote. Who looks for others needs author and digest only."""
    spammer = "0x" + 40 * "5"
    stage.parties.addKey((stage.stranger.id, spammer, ATTEST), {"from": stage.stranger.key})
    mine = attest(stage)
    data = raw(stage.attestations.attest.encode_input(stage.statement(stage.stranger)))
    rpc("anvil_setCode", spammer, "0x" + repeated(stage.attestations.address, data, 1000).hex())
    call = {"from": str(stage.stranger.key), "to": spammer, "gas": hex(29_000_000)}
    receipt = mined(call)
    assert receipt["status"] == "0x1" and len(receipt["logs"]) == 1000
    last = attest(stage)
    logs = logs_of(stage.attestations, stage.trial)
    assert len(logs) == 1002
    carried = [log[3][:20] + named(log) for log in logs]
    assert sum(map(len, carried)) == 52 * 1002
    value = ZERO
    for number, one in enumerate(carried, start=1):
        value = number.to_bytes(4, "big") + sha256(value + one).digest()[:28]
    assert value == word(stage) and named(mine) in carried[0] and named(last) in carried[-1]
    gas = int(receipt["gasUsed"], 16) / 1000
    assert gas < 14_000, gas


def repeated(target: str, data: bytes, times: int) -> bytes:
    """Code of a contract that makes one call so many times, and fails if one does."""
    length = len(data).to_bytes(2, "big")
    code = b"\x61" + length + b"\x60\x40\x5f\x39"  # CODECOPY(0, 0x40, length)
    code += b"\x61" + times.to_bytes(2, "big")
    loop = len(code)
    code += b"\x5b\x5f\x5f\x61" + length + b"\x5f\x5f\x73" + raw(target) + b"\x5a\xf1"  # CALL
    code += b"\x60\x38\x57\x5f\x5f\xfd".replace(b"\x38", bytes([len(code) + 6])) + b"\x5b"  # unless it fails
    code += b"\x60\x01\x90\x03\x80\x60" + bytes([loop]) + b"\x57\x00"  # count down
    assert len(code) <= 0x40
    return code.ljust(0x40, b"\0") + data
