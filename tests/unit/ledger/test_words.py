"""Rolled words, withdrawals and claims, from the published vectors and from logs made by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from made_logs import made_log
from recorded_acts import recorded
from trialseal.ledger.acts import MilestoneRecorded, RegistryIdClaimed, act_from, milestone_members
from trialseal.ledger.attestations import attested, replay
from trialseal.ledger.claims import claims, numbers_of
from trialseal.ledger.contracts import contract
from trialseal.ledger.logs import Log
from trialseal.ledger.parties import party_record
from trialseal.ledger.rolling import ZERO, Rolled, Rolling, count_gap, count_of, digest_of, step, word_gap, word_of
from trialseal.ledger.standing import corrections, standing
from trialseal.registries.numbers import same

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "words.json").read_text(encoding="utf-8"))


def logs_of(name: str, given: list[dict[str, Any]]) -> list[Log]:
    """The vectors' logs, in the blocks 1, 2, 3 …"""
    return [
        Log(
            contract(name).address,
            tuple(bytes.fromhex(topic) for topic in one["topics"]),
            bytes.fromhex(one["data"]),
            number,
            "0x" + "cd" * 32,
            "0x" + "ef" * 32,
            0,
        )
        for number, one in enumerate(given, 1)
    ]


def test_the_published_word_of_attestations_and_what_was_withdrawn() -> None:
    given = VECTORS["attestations"]
    logs = logs_of("Attestations", given["logs"])
    assert word_of(log.rolled for log in logs).hex() == given["word"]
    found = attested(bytes.fromhex(given["word"]), logs)
    assert found.complete
    by_log = {log.digest: place for place, log in enumerate(logs)}
    withdrawn = {by_log[one.log]: one.withdrawn_at for one in found.records if one.withdrawn_at}
    assert sorted(withdrawn) == sorted(one["attestation"] for one in given["withdrawn"])
    for one in given["withdrawn"]:
        assert withdrawn[one["attestation"]] == logs[one["by"]].time
    assert [by_log[one.log] for one in found.records if not one.withdrawn_at] == given["standing"]
    for lacking in (attested(bytes.fromhex(given["word"]), logs[:-1]), attested(ZERO, logs)):
        assert lacking.gap and not lacking.records and not lacking.disregarded  # none of them is believed


def test_the_published_claims_of_a_number() -> None:
    given = VECTORS["claims"]
    logs = logs_of("TrialRegistry", given["logs"])
    names = {bytes.fromhex(trial): name for name, trial in given["trials"].items()}
    for number in {one["number"] for one in given["standing"]}:
        found = claims(bytes.fromhex(given["word"]), logs, lambda stated, number=number: same(stated, number))
        assert not found.gap
        expected = {(one["trial"], one["submitted"]) for one in given["standing"] if same(one["number"], number)}
        assert {(names[one.trial], one.submitted) for one in found.standing} == expected


def test_a_log_may_be_carried_as_52_bytes() -> None:
    logs = logs_of("Attestations", VECTORS["attestations"]["logs"])
    carried = [Rolled.from_bytes(bytes(log.rolled)) for log in logs]
    assert all(len(bytes(one)) == 52 for one in carried)
    assert word_of(carried).hex() == VECTORS["attestations"]["word"]
    with pytest.raises(ValueError, match="52 bytes, not 51"):
        Rolled.from_bytes(bytes(51))
    assert word_of([]) == digest_of([]) == ZERO and count_of(ZERO) == 0
    assert digest_of(carried[:2]) == step(step(ZERO, *carried[0]), *carried[1])


def test_what_is_missing_added_or_moved_is_named() -> None:
    logs = logs_of("Attestations", VECTORS["attestations"]["logs"])
    word = bytes.fromhex(VECTORS["attestations"]["word"])

    def gap(shown: list[Log]) -> str:
        return word_gap(word, [one.rolled for one in shown], [one.number for one in shown], "attestation") or ""

    assert gap(logs) == ""
    assert "counts 10 attestations, and 9 were shown: attestation 3 cannot be seen" in gap(logs[:2] + logs[3:])
    assert "attestations 1, 2, 3, 4, 5 and others cannot be seen" in gap([])
    assert "attestations 1, 2, 3, 4, 5 cannot be seen" in gap(logs[5:])
    assert "in another order" in gap(logs[::-1])
    assert "in another order" in gap([*logs, logs[0]])
    assert "do not lead to the digest" in gap([*logs[:-1], made_withdrawal(10)])


@pytest.mark.parametrize("digest", [bytes(28), b"\xff" * 28])
def test_logs_rolled_one_by_one_lead_to_their_word_and_to_no_other(digest: bytes) -> None:
    rolling = Rolling()
    for number in range(3):
        rolling.add(Rolled(bytes(20), bytes([number]) * 32))
    assert not rolling.gap(rolling.word, "trial")  # type: ignore[arg-type]
    other = rolling.gap(rolling.word[:4] + digest, "trial")  # type: ignore[arg-type]
    assert "the 3 trials shown do not lead to the digest in the contract" in str(other)


def made_withdrawal(number: int) -> Log:
    return made_log("Attestations", "Withdrawn", (b"\1" * 32, b"\2" * 32, b"\3" * 32), number=number)


# ----- claims of one trial -----


def claimed(number: int, text: str, submitted: int = 0) -> Any:
    return recorded(
        "RegistryIdClaimed", number=number, time=number, registryId=text.encode().ljust(32, b"\0"), submitted=submitted
    )


def test_a_trials_own_numbers_in_whatever_spelling() -> None:
    taken_back = recorded("RegistryIdWithdrawn", number=4, time=4, registryId=b"nct-4368728".ljust(32, b"\0"))
    acts = [claimed(1, "NCT04368728", 20200427), claimed(2, "ISRCTN50189673"), claimed(3, "nct 04368728", 20200501)]
    first, second = numbers_of(acts)
    assert second.number == "ISRCTN50189673"
    assert (first.number, first.submitted, first.time, len(first.made)) == ("NCT04368728", 20200501, 1, 2)
    assert [bool(one.withdrawn_at) for one in numbers_of([*acts, taken_back])] == [True, False]
    again = numbers_of([*acts, taken_back, claimed(5, "NCT04368728")])
    assert [(one.number, one.withdrawn_at, one.time) for one in again] == [
        ("ISRCTN50189673", 0, 2),
        ("NCT04368728", 0, 5),
    ]


# ----- what stands -----


def milestone(number: int, code: int, act: int = 0, time: int | None = None) -> Any:
    return recorded(
        "MilestoneRecorded", number=number, time=time or 100 * number, milestone=code, date=20200400, act=act
    )


def test_what_was_corrected_is_marked_from_that_second_on() -> None:
    acts = [milestone(1, 1), milestone(2, 5), milestone(3, 1, act=1), milestone(4, 20, act=2), milestone(5, 20, act=2)]
    assert [act.number for act in standing(acts)] == [3, 4, 5]
    assert {of: by.number for of, by in corrections(acts).items()} == {1: 3, 2: 4}
    for at, numbers in ((299, [1, 2]), (300, [2, 3]), (301, [2, 3]), (399, [2, 3]), (400, [3, 4])):
        assert [act.number for act in standing(acts, at)] == numbers
    # An act that was corrected once stays so, whatever becomes of the correction.
    assert [act.number for act in standing([*acts, milestone(6, 20, act=3)])] == [4, 5, 6]


# ----- extremes -----


@pytest.mark.parametrize("most", [False, True])
def test_the_least_and_the_most_that_any_log_can_hold_is_read(most: bool) -> None:
    for name in ("TrialRegistry", "Attestations", "Parties"):
        for item in contract(name).abi:
            if item["type"] != "event" or "stamp" not in str(item["inputs"]):
                continue
            members: dict[str, Any] = {}
            for one in item["inputs"]:
                if one["indexed"] or one["name"] == "stamp":
                    continue
                kind = one["type"]
                whole: Any = b"\xff" * 32 if kind == "bytes32" else kind == "bool" or (1 << int(kind[4:] or 256)) - 1
                members[one["name"]] = whole if most else type(whole)(32) if kind == "bytes32" else type(whole)(0)
            stamp = {"number": (1 << 32) - 1, "time": (1 << 64) - 1, "key": "0x" + "ff" * 20} if most else {"time": 0}
            topics = tuple((b"\xff" if most else b"\0") * 32 for _ in range(3))
            if name == "Parties":
                topics = (topics[0], topics[1][:20].rjust(32, b"\0"), topics[2])
            log = made_log(name, item["name"], topics, **stamp, named=members)  # type: ignore[arg-type]
            if name == "TrialRegistry":
                act = act_from(log)
                assert act.event == item["name"] and act.time == log.time
                if isinstance(act, MilestoneRecorded):
                    assert act.members == milestone_members(members["statement"])
            elif name == "Attestations":
                records, disregarded = replay([log])
                assert records if item["name"] == "Attested" else disregarded
            else:
                assert party_record(topics[0], bytes(31) + b"\1", word_of([log.rolled]), [log]).profile is not None


def test_what_no_contract_takes_for_a_number_stops_nobody() -> None:
    """A log that a lying node made up states what is no number at all."""
    for odd in (b"\0" * 32, b"-- --".ljust(32, b"\0"), b"NCT\0\x80".ljust(32, b"\0"), b"\xff" * 32):
        act = RegistryIdClaimed(
            trial=ZERO, number=1, time=1, key="0x", actor=ZERO, subject=ZERO, registry_id=odd, submitted=0
        )
        [claim] = numbers_of([act, act])
        assert claim.number.isascii() and len(claim.made) == 2


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ([], "counts 2 acts, and 0 were shown: acts 1, 2 cannot be seen"),
        ([1], "counts 2 acts, and 1 was shown: act 2 cannot be seen"),
        ([2, 1], "counts 2 acts, and 2 were shown in another order"),
        ([1, 2, 3], "counts 2 acts, and 3 were shown in another order"),
    ],
)
def test_what_is_not_seen_is_counted_in_words(numbers: list[int], words: str) -> None:
    assert count_gap(2, numbers, "act") == f"the contract {words}"
    assert count_gap(1, [], "act") == "the contract counts 1 act, and 0 were shown: act 1 cannot be seen"
    assert count_gap(2, [1, 2], "act") is None
