"""An act is known again by everything that it states, and not when something took it back since."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from trialseal.acts import attesting, parties, streams, trials
from trialseal.acts.act import ZERO, Act, ActsFound, event_of, recorded_by, standing
from trialseal.folder.reading import of_bytes
from trialseal.ledger import abi
from trialseal.ledger.codes import ActCode, AttestationKind, Blinding, DocumentKind, Milestone, Purpose, Role
from trialseal.ledger.contracts import contract
from trialseal.ledger.logs import Log
from trialseal.registries.numbers import fold, stated

TRIAL, PARTY, OTHER, STREAM = b"\1" * 32, b"\2" * 32, b"\3" * 32, b"\4" * 32
KEY, SECOND = "0x" + "ab" * 20, "0x" + "cd" * 20
FILE = of_bytes(Path("plan.pdf"), b"a plan")
ACTS = [
    trials.seal(TRIAL, PARTY, FILE, DocumentKind.ANALYSIS_PLAN, 1, Blinding.BLINDED),
    trials.milestone(TRIAL, PARTY, Milestone.DATA_LOCK, "2021-03-01", part=2, document=FILE, instead_of=3),
    trials.correct(TRIAL, PARTY, 4, FILE, "2021-03-01"),
    trials.claim_number(TRIAL, PARTY, "NCT04368728", "2020-04-27"),
    trials.withdraw_number(TRIAL, PARTY, "NCT04368728"),
    trials.appoint(TRIAL, PARTY, OTHER, [ActCode.SEAL, ActCode.MILESTONE], start=5, until=9),
    trials.end_appointment(TRIAL, PARTY, OTHER, 1, until=7),
    trials.offer(TRIAL, PARTY, OTHER, "CODE"),
    trials.accept(TRIAL, PARTY, OTHER),
    trials.name_role(TRIAL, PARTY, OTHER, Role.COLLABORATOR),
    trials.open_stream(TRIAL, PARTY, STREAM, "care"),
    parties.add_key(PARTY, KEY, Purpose.ACT | Purpose.ATTEST),
    parties.revoke_key(PARTY, KEY, manages=True),
    parties.declare_compromise(PARTY, KEY, 77),
    parties.change_profile(PARTY, b"\5" * 32, "Name"),
    attesting.attest(PARTY, AttestationKind.APPROVAL, TRIAL, "approved", code=1, territory=620, date=20210301, until=9),
    attesting.withdraw(PARTY, TRIAL, b"\6" * 32, "withdrawn"),
    streams.extend(TRIAL, PARTY, STREAM, 12, b"\7" * 32, [], "care"),
]
# What a log states beside the act: when it holds, which number it has.
GIVEN = {"validUntil": 9, "validFrom": 9, "effective": 9, "index": 1, "addition": True, "declaredAt": 3, "number": 1}


def log_of(act: Act, /, **changed: Any) -> Log:
    """The log by which the contract records an act, or one that states something else."""
    event = next(
        one for one in contract(act.contract).abi if one["type"] == "event" and one["name"] == event_of(act.function)
    )
    members = {**GIVEN, **act.stated, "stamp": 1 << 224 | 1000 << 160, "actor": act.actor}
    if "registryId" in members:
        members["fold"] = fold(stated(members["registryId"]))
    members |= changed
    if event["name"] == "MilestoneRecorded":
        parts = (members["part"], members["milestone"] << 16, members["date"] << 24, members["act"] << 56)
        members["statement"] = sum(parts)
    indexed = [one for one in event["inputs"] if one["indexed"]]
    others = [one for one in event["inputs"] if not one["indexed"]]
    topics = [contract(act.contract).topic(event["name"])]
    topics += [abi.encode([one], [members[one["name"]]]) for one in indexed]
    data = abi.encode(others, [members[one["name"]] for one in others])
    return Log(contract(act.contract).address, tuple(topics), data, 1, "0x" + "00" * 32, "0x" + "11" * 32, 0)


def other_than(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str):
        return SECOND
    return bytes([value[0] ^ 1]) + value[1:]


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.function)
def test_each_member_that_an_act_states_makes_it_another(act: Act) -> None:
    assert recorded_by(act, log_of(act))
    counted = {"version"} if act.function == "seal" else set()  # the contract counts it
    for name, value in act.stated.items():
        if name not in counted and name != "registryId":
            assert not recorded_by(act, log_of(act, **{name: other_than(value)})), name


def test_another_spelling_of_a_number_is_another_statement_under_the_same_fold() -> None:
    act = trials.claim_number(TRIAL, PARTY, "NCT04368728")
    other = b"NCT-04368728".ljust(32, b"\0")
    assert not recorded_by(act, log_of(act, registryId=other))


def test_a_log_of_another_contract_records_nothing() -> None:
    act = ACTS[0]
    assert not recorded_by(act, replace(log_of(act), address="0x" + "00" * 20))
    assert standing(act, []) is None


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.function)
def test_many_acts_are_found_as_each_alone(act: Act) -> None:
    logs = [log_of(one) for one in ACTS if one is not act] + [log_of(act)]
    there = ActsFound([log for log in logs if log.address == contract(act.contract).address])
    found = there.of(act)
    assert (found.topics if found else None) == log_of(act).topics
    assert there.of(act) is found


def test_now_is_any_time() -> None:
    ending = trials.end_appointment(TRIAL, PARTY, OTHER, 1)
    assert recorded_by(ending, log_of(ending, until=123))


@pytest.mark.parametrize(
    ("act", "undone"),
    [
        (ACTS[3], log_of(ACTS[4])),
        (ACTS[4], log_of(ACTS[3])),
        (ACTS[3], log_of(ACTS[3], submitted=20200428)),
        (ACTS[5], log_of(ACTS[6])),
        (ACTS[7], log_of(ACTS[7], to=ZERO)),
        (ACTS[9], log_of(ACTS[9], held=False)),
        (ACTS[11], log_of(ACTS[12])),
        (ACTS[14], log_of(ACTS[14], profile=b"\x09" * 32)),
        (ACTS[15], log_of(attesting.withdraw(PARTY, TRIAL, log_of(ACTS[15]).digest, "withdrawn"))),
    ],
    ids=lambda one: getattr(one, "function", ""),
)
def test_what_was_taken_back_is_done_anew(act: Act, undone: Log) -> None:
    made = log_of(act)
    assert standing(act, [made]) is made
    assert standing(act, [made, undone]) is None
    assert standing(act, [made, undone, made]) is made


@pytest.mark.parametrize(
    ("act", "beside"),
    [
        (ACTS[3], log_of(trials.withdraw_number(TRIAL, PARTY, "NCT04368729"))),
        (ACTS[5], log_of(ACTS[6], stream=STREAM)),
        (ACTS[9], log_of(ACTS[9], held=False, role=Role.CRO)),
        (ACTS[11], log_of(parties.revoke_key(PARTY, SECOND, manages=True))),
        (ACTS[15], log_of(attesting.withdraw(OTHER, TRIAL, log_of(ACTS[15]).digest, "by a stranger"))),
        (ACTS[15], log_of(attesting.withdraw(PARTY, TRIAL, b"\x09" * 32, "of another"))),
    ],
    ids=lambda one: getattr(one, "function", ""),
)
def test_what_is_about_something_else_takes_nothing_back(act: Act, beside: Log) -> None:
    made = log_of(act)
    assert standing(act, [made, beside]) is made
