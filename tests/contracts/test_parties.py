"""Only a party's managing key changes it, and what a key was is answered for ever."""

from __future__ import annotations

import pytest

from .chain import ZERO, log_of, logs_of, raw, word_over
from .stage import ACT, ALL, ATTEST, DAY, MANAGE, NOBODY, STREAM, Stage, address, creation, digest, party_id

SALT, PROFILE = digest("another salt"), digest("another profile")
OF_A_PARTY = {
    "PartyCreated", "KeyAdded", "KeyRevoked", "KeyVetoed", "CompromiseDeclared", "CompromiseContested",
    "ProfileChanged",
}  # fmt: skip


def test_a_party_is_named_by_its_first_key_and_salt(stage: Stage) -> None:
    sent = stage.parties.createParty(creation("another salt"), {"from": stage.outsider})
    party = party_id(stage.outsider, SALT)
    assert raw(sent.return_value) == party
    assert stage.parties.partyOf(party) == (5, sent.timestamp, 1, 0, 0)
    assert raw(stage.parties.partyNumbered(5)) == party
    assert stage.parties.partyCount() == 5
    assert stage.parties.keyOf(party, stage.outsider) == (5, ALL, sent.timestamp, 0, 0, 0, 0, False)


def test_a_creation_is_logged_with_key_profile_and_number(stage: Stage) -> None:
    (log,) = map(log_of, stage.send(stage.parties.createParty, creation("another salt"), by=stage.outsider)["logs"])
    party = party_id(stage.outsider, SALT)
    key = raw(stage.outsider)
    assert log[:4] == (raw(stage.parties.topics["PartyCreated"]), party, key.rjust(32, b"\0"), party)
    stamp = (1).to_bytes(4, "big") + stage.now.to_bytes(8, "big") + key
    assert log[4] == stamp + digest("profile") + (5).to_bytes(32, "big")


def test_further_keys_are_named_at_creation_and_valid_at_once(stage: Stage) -> None:
    named = (digest("another salt"), PROFILE, stage.clerk.address, MANAGE | ACT, stage.writer.address, STREAM)
    sent = stage.parties.createParty(named, {"from": stage.outsider})
    party = party_id(stage.outsider, SALT)
    assert stage.parties.partyOf(party)[2:] == (2, 0, 0)
    for key, purposes in ((stage.clerk, MANAGE | ACT), (stage.writer, STREAM)):
        assert stage.parties.keyOf(party, key) == (5, purposes, sent.timestamp, 0, 0, 0, 0, False)
    assert [event["key"] for event in sent.events["KeyAdded"]] == [stage.clerk, stage.writer]
    assert raw(stage.parties.wordOf(party)) == word_over(logs_of(stage.parties, party))


def test_a_third_key_without_a_second(stage: Stage) -> None:
    named = (*creation("another salt")[:4], stage.writer.address, MANAGE)
    sent = stage.parties.createParty(named, {"from": stage.outsider})
    assert len(sent.events["KeyAdded"]) == 1
    assert stage.parties.partyOf(party_id(stage.outsider, SALT))[2] == 2


def test_keys_named_at_creation_are_different_and_have_purposes(stage: Stage) -> None:
    party, start = party_id(stage.outsider, SALT), creation("another salt")[:2]
    nobody, mine, other = NOBODY, stage.outsider.address, stage.clerk.address
    for named, expected in (
        ((mine, ACT, nobody, 0), ("KeyKnown", party, address(mine))),
        ((other, ACT, other, MANAGE), ("KeyKnown", party, address(other))),
        ((other, 0, nobody, 0), ("KeyWithoutUse", address(other), 0)),
        ((nobody, ACT, nobody, 0), ("KeyWithoutUse", NOBODY, ACT)),
        ((nobody, 0, other, 0), ("KeyWithoutUse", address(other), 0)),
        ((nobody, 0, nobody, ALL), ("KeyWithoutUse", NOBODY, ALL)),
    ):
        refusal = stage.refusal(stage.parties.createParty, (*start, *named), by=stage.outsider)
        assert refusal == expected


def test_copied_creation_founds_the_copiers_own_party_and_does_not_block_the_first(stage: Stage) -> None:
    for key in (stage.stranger.key, stage.outsider):
        stage.parties.createParty(creation("another salt"), {"from": key})
    for key in (stage.outsider, stage.stranger.key):
        assert stage.parties.keyValidAt(party_id(key, SALT), key, ALL, stage.now)
    assert not stage.parties.keyValidAt(party_id(stage.outsider, SALT), stage.stranger.key, ACT, stage.now)


def test_the_same_party_cannot_be_founded_twice(stage: Stage) -> None:
    refusal = stage.refusal(stage.parties.createParty, creation(), by=stage.sponsor.key)
    assert refusal == ("PartyExists", stage.sponsor.id)


def test_unknown_parties_and_keys_read_as_zero(stage: Stage) -> None:
    assert stage.parties.partyOf(digest("nobody")) == (0, 0, 0, 0, 0)
    assert stage.parties.changeDelay(digest("nobody")) == 0
    assert raw(stage.parties.wordOf(digest("nobody"))) == ZERO
    assert raw(stage.parties.partyNumbered(0)) == raw(stage.parties.partyNumbered(99)) == ZERO
    assert stage.parties.keyOf(stage.sponsor.id, stage.outsider) == (0, 0, 0, 0, 0, 0, 0, False)
    assert not stage.parties.keyValidAt(stage.sponsor.id, stage.outsider, ACT, stage.now)


@pytest.mark.parametrize("purposes", [1, 16, 0x8000, ALL])
def test_a_key_may_have_purposes_still_to_be_agreed_on(stage: Stage, purposes: int) -> None:
    stage.parties.addKey((stage.cro.id, stage.outsider, purposes), {"from": stage.cro.key})
    assert stage.parties.keyOf(stage.cro.id, stage.outsider)[1] == purposes
    for bit in range(16):
        expected = bool(purposes & 1 << bit)
        assert stage.parties.keyValidAt(stage.cro.id, stage.outsider, 1 << bit, stage.now) is expected


def test_a_key_needs_a_purpose_and_an_address(stage: Stage) -> None:
    for key, purposes in ((address(stage.outsider), 0), (NOBODY, ALL)):
        refusal = stage.refusal(stage.parties.addKey, (stage.sponsor.id, key, purposes), by=stage.sponsor.key)
        assert refusal == ("KeyWithoutUse", key, purposes)


def test_a_key_has_no_purpose_but_its_own(stage: Stage) -> None:
    keys = ((stage.manager, MANAGE), (stage.clerk, ACT), (stage.writer, STREAM), (stage.voucher, ATTEST))
    for key, own in keys:
        for purpose in (MANAGE, ACT, STREAM, ATTEST):
            question = (stage.sponsor.id, key, purpose)
            expected = None if purpose == own else ("KeyNotValid", stage.sponsor.id, address(key), purpose)
            assert stage.refusal(stage.parties.requireKey, *question, by=NOBODY) == expected
            assert stage.parties.keyValidAt(*question, stage.now) is (purpose == own)


def test_no_purpose_at_all_is_held_by_nobody(stage: Stage) -> None:
    assert not stage.parties.keyValidAt(stage.sponsor.id, stage.sponsor.key, 0, stage.now)


def test_purposes_asked_for_together_must_all_be_held(stage: Stage) -> None:
    assert stage.parties.keyValidAt(stage.sponsor.id, stage.sponsor.key, MANAGE | ACT, stage.now)
    assert not stage.parties.keyValidAt(stage.sponsor.id, stage.clerk, MANAGE | ACT, stage.now)


def test_a_key_of_one_party_says_nothing_for_another(stage: Stage) -> None:
    assert not stage.parties.keyValidAt(stage.cro.id, stage.sponsor.key, ACT, stage.now)


def test_one_key_may_serve_two_parties(stage: Stage) -> None:
    stage.parties.addKey((stage.cro.id, stage.clerk, ACT), {"from": stage.cro.key})
    assert stage.parties.keyValidAt(stage.cro.id, stage.clerk, ACT, stage.now)
    assert stage.parties.keyValidAt(stage.sponsor.id, stage.clerk, ACT, stage.now)


def test_a_key_is_not_added_twice(stage: Stage) -> None:
    addition = (stage.sponsor.id, stage.clerk, ALL)
    expected = ("KeyKnown", stage.sponsor.id, address(stage.clerk))
    assert stage.refusal(stage.parties.addKey, addition, by=stage.sponsor.key) == expected


def test_a_revoked_key_is_never_added_again(stage: Stage) -> None:
    revoked = (stage.sponsor.id, stage.clerk)
    stage.parties.revokeKey(revoked, {"from": stage.manager})
    for when in (stage.now + 1, stage.now + 3650 * DAY):
        refusal = stage.refusal(stage.parties.addKey, (*revoked, ACT), by=stage.manager, time=when)
        assert refusal == ("KeyKnown", stage.sponsor.id, address(stage.clerk))


def test_a_removed_managing_key_is_never_added_again(stage: Stage) -> None:
    removed = (stage.sponsor.id, stage.manager)
    stage.parties.revokeKey(removed, {"from": stage.sponsor.key})
    when = stage.now + 8 * DAY
    refusal = stage.refusal(stage.parties.addKey, (*removed, MANAGE), by=stage.sponsor.key, time=when)
    assert refusal == ("KeyKnown", stage.sponsor.id, address(stage.manager))


def test_a_revoked_key_ends_at_once_and_what_it_was_stays_known(stage: Stage) -> None:
    added = stage.parties.keyOf(stage.sponsor.id, stage.clerk)[2]
    stage.wait_until(stage.now + 100)
    sent = stage.parties.revokeKey((stage.sponsor.id, stage.clerk), {"from": stage.manager})
    valid = [
        stage.parties.keyValidAt(stage.sponsor.id, stage.clerk, ACT, time)
        for time in (added - 1, added, sent.timestamp - 1, sent.timestamp, sent.timestamp + 1)
    ]
    assert valid == [False, True, True, False, False]
    refusal = stage.refusal(stage.registry.recordMilestone, stage.milestone(), by=stage.clerk)
    assert refusal == ("KeyNotValid", stage.sponsor.id, address(stage.clerk), ACT)


def test_a_key_is_not_revoked_twice(stage: Stage) -> None:
    for key in (stage.clerk, stage.manager):
        stage.parties.revokeKey((stage.sponsor.id, key), {"from": stage.sponsor.key})
        refusal = stage.refusal(stage.parties.revokeKey, (stage.sponsor.id, key), by=stage.sponsor.key)
        assert refusal == ("KeyRevokedBefore", stage.sponsor.id, address(key))


def test_a_key_that_never_was_cannot_be_revoked_vetoed_or_called_compromised(stage: Stage) -> None:
    named = (stage.sponsor.id, stage.outsider)
    expected = ("KeyUnknown", stage.sponsor.id, address(stage.outsider))
    parties, by = stage.parties, stage.sponsor.key
    for function in (parties.revokeKey, parties.vetoKey, parties.contestCompromise):
        assert stage.refusal(function, named, by=by) == expected
    assert stage.refusal(parties.declareCompromise, (*named, stage.now), by=by) == expected


def test_earlier_profiles_stay_in_the_logs(stage: Stage) -> None:
    party = stage.sponsor.id
    topic = raw(stage.parties.topics["ProfileChanged"])
    for profile in (PROFILE, digest("third profile"), ZERO):
        (log,) = map(log_of, stage.send(stage.parties.changeProfile, (party, profile), by=stage.manager)["logs"])
        count = int.from_bytes(raw(stage.parties.wordOf(party))[:4], "big")
        assert log[:4] == (topic, party, profile, party)
        assert log[4] == count.to_bytes(4, "big") + stage.now.to_bytes(8, "big") + raw(stage.manager)
    assert raw(stage.parties.wordOf(party)) == word_over(logs_of(stage.parties, party))


def test_every_act_of_a_party_is_in_its_word(stage: Stage) -> None:
    """And in no other's: whoever holds the logs can show that none is missing."""
    parties, party, by = stage.parties, stage.sponsor.id, {"from": stage.sponsor.key}
    others = {one.id: raw(parties.wordOf(one.id)) for one in (stage.cro, stage.committee)}
    parties.addKey((party, stage.outsider, MANAGE), by)
    parties.vetoKey((party, stage.outsider), by)
    parties.revokeKey((party, stage.manager), by)
    parties.vetoKey((party, stage.manager), by)
    parties.revokeKey((party, stage.clerk), by)
    parties.declareCompromise((party, stage.manager, 1000), by)
    parties.contestCompromise((party, stage.manager), {"from": stage.manager})
    parties.changeProfile((party, PROFILE), by)
    logs = logs_of(parties, party)
    assert {log[0] for log in logs} == {raw(topic) for name, topic in parties.topics.items() if name in OF_A_PARTY}
    assert [log[4][:4] for log in logs] == [number.to_bytes(4, "big") for number in range(1, len(logs) + 1)]
    assert raw(parties.wordOf(party)) == word_over(logs)
    for some in (logs[1:], logs[:-1], [*logs, logs[-1]], [logs[1], logs[0], *logs[2:]]):
        assert raw(parties.wordOf(party)) != word_over(some)
    assert {one: raw(parties.wordOf(one)) for one in others} == others
