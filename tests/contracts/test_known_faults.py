"""The faults of the first published clinical-trial contract (Nugent, Upton, Cimpoesu 2016, F1000Research 5:2541), and
those that its successors repeated, each tried here. What was wrong there is said in each test's first sentence.
"""

from __future__ import annotations

import json
from typing import Any

import brownie
import pytest

from .chain import ZERO, logs_of, raw, word_over
from .signing import local_key, signed
from .stage import (
    ACT,
    ATTEST,
    DAY,
    LETTER,
    MANAGE,
    MILESTONE,
    NUMBER,
    PLAN,
    PROTOCOL,
    PROTOCOL_1,
    PROTOCOL_2,
    ROOT,
    Stage,
    address,
    digest,
    endpoint_set,
    padded,
    state_of,
    trial_id,
)

ACCREDITATION, CRO = 1, 2


def changing(contract: Any) -> list[dict[str, Any]]:
    return [
        item for item in contract.abi if item["type"] == "function" and item["stateMutability"] not in ("view", "pure")
    ]


# ----- found by running the contracts of 2016 -----


def test_a_cro_cannot_approve_itself(stage: Stage) -> None:
    """There, a CRO called changeCroStatus on itself: the modifiers `ownerOnly` and `crosOnly` stood on no function."""
    itself = stage.statement(stage.cro, kind=ACCREDITATION, code=CRO, subject=stage.cro.id, about=ZERO)
    refused = stage.refusal(stage.attestations.attest, itself, by=stage.cro.key)
    assert refused == ("SelfAccreditation", stage.cro.id)
    in_the_committees_name = stage.statement(kind=ACCREDITATION, code=CRO, subject=stage.cro.id, about=ZERO)
    refused = stage.refusal(stage.attestations.attest, in_the_committees_name, by=stage.cro.key)
    assert refused == ("KeyNotValid", stage.committee.id, address(stage.cro.key), ATTEST)


def test_an_accreditation_by_a_friend_says_who_the_friend_is(stage: Stage) -> None:
    """There, approved was a flag. Here it is a statement with an author, and the reader chooses whom to trust."""
    said = stage.statement(stage.stranger, kind=ACCREDITATION, code=CRO, subject=stage.cro.id, about=ZERO)
    stage.attestations.attest(said, {"from": stage.stranger.key})
    (log,) = logs_of(stage.attestations, stage.cro.id)
    assert log[3] == stage.stranger.id and raw(stage.attestations.wordOf(stage.cro.id)) == word_over([log])


def test_an_unregistered_address_starts_no_trial(stage: Stage) -> None:
    """There, an unregistered address submitted and accepted its own proposal, and a trial contract was deployed."""
    for actor in (stage.sponsor.id, digest("nobody"), ZERO):
        asked = (actor, *stage.registration(code=padded("another"))[1:])
        refused = stage.refusal(stage.registry.register, asked, by=stage.outsider)
        assert refused == ("KeyNotValid", actor, address(stage.outsider), ACT)


def test_nobody_but_sponsor_and_appointees_writes_to_a_trial(stage: Stage) -> None:
    """There, addSubject and addDataPoint took anyone's word."""
    refused = stage.refusal(stage.registry.recordMilestone, stage.milestone(stage.cro), by=stage.cro.key)
    assert refused == ("NotPermitted", stage.trial, stage.cro.id, MILESTONE)


def test_a_trial_has_its_protocol_from_the_first_act(stage: Stage) -> None:
    """There, a proposal's protocol hash stayed empty: it had no setter, and a successor's setter wrote to a copy in
    memory. Here no trial exists without one, and it is read back from state."""
    without = stage.registration(code=padded("another"), protocol=ZERO)
    assert stage.refusal(stage.registry.register, without, by=stage.clerk) == ("DigestMissing",)
    assert stage.registry.documentOf(stage.trial, PROTOCOL, PROTOCOL_1)[2] == 1
    assert raw(stage.registry.endpointSetOf(stage.trial, PROTOCOL, 1)) == endpoint_set(ROOT, 12)


def test_every_act_changes_what_is_read_from_state(stage: Stage) -> None:
    """There, some setters were `constant` or wrote to memory, so that calls succeeded and stored nothing."""
    before = stage.state()
    by = {"from": stage.sponsor.key}
    for act, arguments in (
        ("seal", (stage.sealing(),)),
        ("recordMilestone", (stage.milestone(),)),
        ("reportResult", stage.report()),
        ("claimRegistryId", (stage.claim(),)),
        ("appoint", (stage.appointment(),)),
        ("shortenAppointment", (stage.shortening(),)),
        ("nameRole", (stage.naming(),)),
        ("openStream", (stage.opening(),)),
        ("offerTransfer", (stage.offer(stage.cro),)),
    ):
        getattr(stage.registry, act)(*arguments, by)
        after = stage.state()
        assert after.acts == before.acts + 1 and after.rolling != before.rolling
        before = after


def test_acts_after_the_end_are_marked_and_not_hidden(stage: Stage) -> None:
    """There, subjects and data went in after the trial's end and before its start with no sign of it: the checks were
    written and used nowhere. Here an act after the end is accepted, because a refusal would hide it, and its block
    time, number and declared day stand in a log that cannot be left out."""
    ended = stage.registry.recordMilestone(stage.milestone(milestone=13, date=20200101), {"from": stage.clerk})
    stage.wait_until(stage.now + 30 * DAY)
    late = stage.registry.recordMilestone(stage.milestone(milestone=1, date=20200429), {"from": stage.clerk})
    first, second = (int(sent.events["MilestoneRecorded"]["stamp"]) for sent in (ended, late))
    assert second >> 224 == (first >> 224) + 1 == stage.state().acts
    assert (second >> 160 & 2**64 - 1) >= (first >> 160 & 2**64 - 1) + 30 * DAY


def test_a_declared_day_cannot_pass_for_the_day_of_the_act(stage: Stage) -> None:
    """There, a start date long past was accepted at registration and nothing showed it. Here the trial's own date is
    the block's, whatever day a milestone declares."""
    sent = stage.registry.recordMilestone(stage.milestone(date=20200101), {"from": stage.clerk})
    assert int(sent.events["MilestoneRecorded"]["stamp"]) >> 160 & 2**64 - 1 == sent.timestamp
    assert stage.state().created_at == stage.registry.documentTimes(stage.trial, PROTOCOL, [PROTOCOL_1])[0]


def test_the_path_around_the_regulator_is_seen(stage: Stage) -> None:
    """There, the demo never called submitProposal: the CRO deployed the trial itself, and it looked like any other.
    Here a trial without approval is one about which its version's digest has no approval, and that can be read."""
    assert raw(stage.attestations.wordOf(stage.trial)) == ZERO
    stage.wait_until(stage.now + DAY)
    stage.attestations.attest(stage.statement(), {"from": stage.committee.key})
    (log,) = logs_of(stage.attestations, stage.trial, PROTOCOL_1)
    assert raw(stage.attestations.wordOf(stage.trial)) == word_over([log])
    assert int.from_bytes(log[4][4:12], "big") > stage.state().created_at  # and it came after the registration


def test_every_act_emits_one_log_with_trial_and_actor_indexed(stage: Stage) -> None:
    """There, addSubject and addDataPoint emitted none, and others' events were not indexed."""
    sent = stage.send(stage.registry.recordMilestone, stage.milestone(), by=stage.clerk)
    (log,) = sent["logs"]
    assert [raw(topic) for topic in log["topics"][1:]] == [stage.trial, ZERO, stage.sponsor.id]
    for contract in (stage.parties, stage.attestations, stage.registry, stage.log):
        events = [item for item in contract.abi if item["type"] == "event" and item["name"] != "EIP712DomainChanged"]
        assert all(sum(member["indexed"] for member in event["inputs"]) >= 2 for event in events)


def test_no_text_goes_on_chain(stage: Stage) -> None:
    """There, subjects were ids with dates of birth, and adverse events stood in clear ('50/mg/68/NAUSEA'). No act here
    takes a string or bytes of any length, but for signatures and proofs."""
    for contract in (stage.parties, stage.attestations, stage.registry, stage.log):
        for function in changing(contract):
            if function["name"] not in ("relay", "batch"):
                assert "string" not in json.dumps(function) and '"bytes"' not in json.dumps(function), function["name"]


# ----- repeated by those that came after -----


def test_no_act_takes_its_sender_on_trust(stage: Stage) -> None:
    """Elsewhere, the caller passes who it is. Here the named party's keys are asked, also of who relays."""
    asked = stage.milestone(stage.sponsor)
    refused = stage.refusal(stage.registry.recordMilestone, asked, by=stage.stranger.key)
    assert refused == ("KeyNotValid", stage.sponsor.id, address(stage.stranger.key), ACT)
    forged = signed(stage.registry, stage.registry.recordMilestone, (asked,), local_key("thief"))
    refused = stage.refusal(stage.registry.relay, *forged, by=stage.sponsor.key)
    assert refused == ("KeyNotValid", stage.sponsor.id, address(local_key("thief").address), ACT)


@pytest.mark.parametrize("spelling", ["nct04368728", "NCT 04368728", "NCT-04368728", "NCT04368728 "])
def test_two_spellings_do_not_make_two_trials(stage: Stage, spelling: str) -> None:
    """Elsewhere, keys are free text: 'NCT…' and 'nct…' are two trials. Here both are found under one fold."""
    stage.registry.claimRegistryId(stage.claim(), {"from": stage.clerk})
    stage.registry.claimRegistryId(stage.claim(number=padded(spelling)), {"from": stage.clerk})
    fold = raw(stage.registry.foldOf(NUMBER))
    assert raw(stage.registry.wordOfNumber(fold)) == word_over(logs_of(stage.registry, stage.trial, fold))
    assert raw(stage.registry.wordOfNumber(fold))[:4] == (2).to_bytes(4, "big")


def test_nothing_is_overwritten(stage: Stage) -> None:
    """Elsewhere, a second call replaces the hash."""
    before = stage.registry.documentOf(stage.trial, PROTOCOL, PROTOCOL_1)
    stage.wait_until(stage.now + DAY)
    again = stage.sealing(document=PROTOCOL_1)
    refused = stage.refusal(stage.registry.seal, again, by=stage.clerk)
    assert refused == ("DocumentSealedBefore", stage.trial, PROTOCOL, PROTOCOL_1)
    stage.registry.seal(stage.sealing(), {"from": stage.clerk})
    assert stage.registry.documentOf(stage.trial, PROTOCOL, PROTOCOL_1) == before


def test_a_version_says_which_it_follows(stage: Stage) -> None:
    """Elsewhere, a new hash has no link to the one it supersedes, so that versions can be left out or reordered."""
    for version, document in ((2, PROTOCOL_2), (3, digest("protocol 3"))):
        stage.registry.seal(stage.sealing(version=version, document=document), {"from": stage.clerk})
        assert stage.registry.documentOf(stage.trial, PROTOCOL, document)[2] == version
    skipped = stage.sealing(version=5, document=digest("protocol 5"))
    refused = stage.refusal(stage.registry.seal, skipped, by=stage.clerk)
    assert refused == ("VersionOutOfOrder", PROTOCOL, 4, 5)


def test_digests_are_32_bytes_of_one_algorithm(stage: Stage) -> None:
    """Elsewhere, a hash is a string of unknown algorithm. Here it is bytes32, and the interface says SHA-256."""
    for contract in (stage.registry, stage.attestations, stage.log):
        for function in changing(contract):
            for argument in function["inputs"]:
                for member in argument.get("components", []):
                    if member["name"] in ("document", "protocol", "digest", "endpointRoot", "endpoint", "code"):
                        assert member["type"] == ("uint8" if member["type"] == "uint8" else "bytes32")


def test_the_same_value_everywhere_tells_nothing_of_another_trial(stage: Stage) -> None:
    """Elsewhere, one global table of hashes lets the first comer block everyone else's document."""
    stage.registry.register(stage.registration(stage.stranger), {"from": stage.stranger.key})
    theirs = trial_id(stage.stranger)
    stage.registry.seal(stage.file(PLAN, actor=stage.stranger, trial=theirs), {"from": stage.stranger.key})
    assert stage.registry.documentTimes(stage.trial, PLAN, [LETTER]) == [0]
    assert stage.accepts(stage.registry.seal, stage.file(PLAN), by=stage.clerk)


def test_the_answer_to_a_digest_is_who_when_and_which_version(stage: Stage) -> None:
    """Elsewhere, verification answers true or false."""
    sent = stage.registry.seal(stage.sealing(blinding=2), {"from": stage.clerk})
    assert stage.registry.documentOf(stage.trial, PROTOCOL, PROTOCOL_2) == (sent.timestamp, 1, 2, 2, 12, 2)
    assert raw(stage.parties.partyNumbered(1)) == stage.sponsor.id


def test_the_deployers_key_is_no_regulator(stage: Stage) -> None:
    """Elsewhere, 'the regulator' is whoever deployed the contract."""
    deployer = brownie.accounts[9]
    for party in (stage.sponsor, stage.committee):
        refused = stage.refusal(stage.parties.changeProfile, (party.id, ZERO), by=deployer)
        assert refused == ("KeyNotValid", party.id, address(deployer), MANAGE)


def test_a_second_deployment_does_not_replace_the_history_of_the_first(stage: Stage) -> None:
    """Elsewhere, an administrator deploys anew and the old history is gone from view. Here the first stays readable,
    and what was signed for it counts for no other."""
    project = brownie.project.get_loaded_projects()[0]
    first = stage.state().rolling
    again = project.TrialRegistry.deploy(stage.parties, {"from": brownie.accounts[9]})
    stage.wait_until(stage.now + DAY)
    again.register(stage.registration(), {"from": stage.sponsor.key})
    assert stage.state().rolling == first != state_of(again, stage.trial).rolling
    assert raw(again.domainSeparator()) != raw(stage.registry.domainSeparator())


def test_a_stolen_key_does_not_take_a_party_over(stage: Stage) -> None:
    """Elsewhere, one key is the organisation: lost or stolen, all is lost."""
    stage.parties.revokeKey((stage.sponsor.id, stage.sponsor.key), {"from": stage.manager})  # the stolen key
    stage.parties.vetoKey((stage.sponsor.id, stage.sponsor.key), {"from": stage.sponsor.key})
    stage.parties.revokeKey((stage.sponsor.id, stage.manager), {"from": stage.sponsor.key})
    refused = stage.refusal(stage.parties.addKey, (stage.sponsor.id, stage.outsider, MANAGE), by=stage.manager)
    assert refused is not None and refused[0] == "KeyBeingRemoved"


def test_a_log_cannot_be_disowned(stage: Stage) -> None:
    """Elsewhere, what was logged under a key that is later called stolen is taken back. Here it stays, dated."""
    stage.registry.recordMilestone(stage.milestone(), {"from": stage.clerk})
    before = stage.state()
    stage.parties.declareCompromise((stage.sponsor.id, stage.clerk, 1000), {"from": stage.manager})
    stage.parties.revokeKey((stage.sponsor.id, stage.clerk), {"from": stage.manager})
    assert stage.state() == before
    assert len(logs_of(stage.registry)) == before.acts
