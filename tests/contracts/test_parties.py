"""Only a party's managing key changes it, and what a key was is answered for ever."""

from __future__ import annotations

import pytest

from .stage import ACT, ALL, DAY, MANAGE, NOBODY, STREAM, ZERO, Stage, address, digest, party_id, raw, rpc

SALT, PROFILE = digest("another salt"), digest("another profile")


def test_a_party_is_named_by_its_first_key_and_salt(stage: Stage) -> None:
    sent = stage.parties.createParty((SALT, PROFILE), {"from": stage.outsider})
    party = party_id(stage.outsider, SALT)
    assert raw(sent.return_value) == party
    number, created_at, profile = stage.parties.partyOf(party)
    assert (number, created_at, raw(profile)) == (5, sent.timestamp, PROFILE)
    assert raw(stage.parties.partyNumbered(5)) == party
    assert stage.parties.partyCount() == 5
    assert stage.parties.keysOf(party) == [stage.outsider]
    assert stage.parties.keyOf(party, stage.outsider) == (5, ALL, sent.timestamp, 0, 0, 0)


def test_copied_creation_founds_the_copiers_own_party_and_does_not_block_the_first(stage: Stage) -> None:
    stage.parties.createParty((SALT, PROFILE), {"from": stage.stranger.key})
    stage.parties.createParty((SALT, PROFILE), {"from": stage.outsider})
    mine, copied = party_id(stage.outsider, SALT), party_id(stage.stranger.key, SALT)
    assert stage.parties.keysOf(mine) == [stage.outsider]
    assert stage.parties.keysOf(copied) == [stage.stranger.key]


def test_the_same_party_cannot_be_founded_twice(stage: Stage) -> None:
    creation = (digest("salt"), PROFILE)
    assert stage.refusal(stage.parties.createParty, creation, by=stage.sponsor.key) == (
        "PartyExists",
        stage.sponsor.id,
    )


def test_unknown_parties_and_keys_read_as_zero(stage: Stage) -> None:
    assert stage.parties.partyOf(digest("nobody"))[0] == 0
    assert raw(stage.parties.partyNumbered(0)) == raw(stage.parties.partyNumbered(99)) == ZERO
    assert stage.parties.keyOf(stage.sponsor.id, stage.outsider) == (0, 0, 0, 0, 0, 0)
    assert not stage.parties.keyValidAt(stage.sponsor.id, stage.outsider, ACT, stage.now)


@pytest.mark.parametrize("purposes", [0, 8, 255])
def test_a_key_needs_known_purposes(stage: Stage, purposes: int) -> None:
    addition = (stage.sponsor.id, stage.outsider, purposes)
    assert stage.refusal(stage.parties.addKey, addition, by=stage.sponsor.key) == ("PurposesUnknown", purposes)


def test_a_key_has_no_purpose_but_its_own(stage: Stage) -> None:
    for key, own in ((stage.manager, MANAGE), (stage.clerk, ACT), (stage.writer, STREAM)):
        for purpose in (MANAGE, ACT, STREAM):
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
    assert stage.parties.keysOf(stage.sponsor.id)[2] == stage.clerk
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
    assert stage.refusal(parties.revokeKey, named, by=by) == expected
    assert stage.refusal(parties.vetoKey, named, by=by) == expected
    assert stage.refusal(parties.declareCompromise, (*named, stage.now), by=by) == expected


def test_removing_a_managing_key_takes_seven_days(stage: Stage) -> None:
    parties, removed = stage.parties, (stage.sponsor.id, stage.manager)
    asked = parties.revokeKey(removed, {"from": stage.sponsor.key}).timestamp
    end = asked + 7 * DAY
    assert parties.keyOf(*removed)[3] == end
    question = (*removed, MANAGE)
    assert stage.accepts(parties.requireKey, *question, by=NOBODY, time=end - 1)
    refusal = stage.refusal(parties.requireKey, *question, by=NOBODY, time=end)
    assert refusal == ("KeyNotValid", stage.sponsor.id, address(stage.manager), MANAGE)


def test_a_key_that_is_being_removed_does_not_manage(stage: Stage) -> None:
    """Or a stolen one would use its last week to make friends, or to give the trials away."""
    named = (stage.sponsor.id, stage.manager)
    end = stage.parties.revokeKey(named, {"from": stage.sponsor.key}).timestamp + 7 * DAY
    expected = ("KeyBeingRemoved", *named[:1], address(stage.manager), end)
    calls = (
        (stage.parties.requireManager, *named),
        (stage.parties.addKey, (stage.sponsor.id, stage.outsider, MANAGE)),
        (stage.parties.revokeKey, (stage.sponsor.id, stage.clerk)),
        (stage.parties.declareCompromise, (stage.sponsor.id, stage.clerk, 1000)),
        (stage.parties.changeProfile, (stage.sponsor.id, PROFILE)),
        (stage.registry.offerTransfer, stage.offer(stage.cro)),
    )
    for call in calls:
        assert stage.refusal(*call, by=stage.manager) == expected


def test_a_key_that_is_being_removed_accepts_no_trial(stage: Stage) -> None:
    stage.registry.offerTransfer(stage.offer(stage.cro), {"from": stage.sponsor.key})
    stage.parties.addKey((stage.cro.id, stage.outsider, MANAGE), {"from": stage.cro.key})
    end = stage.parties.revokeKey((stage.cro.id, stage.outsider), {"from": stage.cro.key}).timestamp + 7 * DAY
    refusal = stage.refusal(stage.registry.acceptTransfer, stage.acceptance(stage.cro), by=stage.outsider)
    assert refusal == ("KeyBeingRemoved", stage.cro.id, address(stage.outsider), end)


def test_a_key_that_is_being_removed_acts_to_its_last_second(stage: Stage) -> None:
    """The daily work goes on in the week of the veto."""
    founder = (stage.sponsor.id, stage.sponsor.key)
    end = stage.parties.revokeKey(founder, {"from": stage.manager}).timestamp + 7 * DAY
    milestone = stage.milestone()
    assert stage.accepts(stage.registry.recordMilestone, milestone, by=stage.sponsor.key, time=end - 1)
    refusal = stage.refusal(stage.registry.recordMilestone, milestone, by=stage.sponsor.key, time=end)
    assert refusal == ("KeyNotValid", stage.sponsor.id, address(stage.sponsor.key), ACT)


def test_a_vetoed_key_manages_again(stage: Stage) -> None:
    named = (stage.sponsor.id, stage.manager)
    stage.parties.revokeKey(named, {"from": stage.sponsor.key})
    stage.parties.vetoKey(named, {"from": stage.sponsor.key})
    assert stage.accepts(stage.parties.changeProfile, (stage.sponsor.id, PROFILE), by=stage.manager)


def test_one_stolen_key_does_not_remove_all_others_at_once(stage: Stage) -> None:
    """Those that it asks to be removed may still veto for each other."""
    parties, named = stage.parties, stage.sponsor.id
    parties.addKey((named, stage.outsider, MANAGE), {"from": stage.sponsor.key})
    stage.wait_until(stage.now + DAY)
    for victim in (stage.sponsor.key, stage.outsider):
        parties.revokeKey((named, victim), {"from": stage.manager})
    for friend, victim in ((stage.sponsor.key, stage.outsider), (stage.outsider, stage.sponsor.key)):
        parties.vetoKey((named, victim), {"from": friend})
    assert stage.accepts(parties.revokeKey, (named, stage.manager), by=stage.sponsor.key)


def test_another_managing_key_may_veto_a_removal_for_seven_days(stage: Stage) -> None:
    """Here the stolen key is `manager`: it removes the founder's, which the founder itself must not keep."""
    parties = stage.parties
    parties.addKey((stage.sponsor.id, stage.outsider, MANAGE), {"from": stage.sponsor.key})
    stage.wait_until(stage.now + DAY)
    victim = (stage.sponsor.id, stage.sponsor.key)
    asked = parties.revokeKey(victim, {"from": stage.manager}).timestamp
    assert stage.accepts(parties.vetoKey, victim, by=stage.outsider, time=asked + 7 * DAY - 1)
    refusal = stage.refusal(parties.vetoKey, victim, by=stage.outsider, time=asked + 7 * DAY)
    assert refusal == ("NothingToVeto", stage.sponsor.id, address(stage.sponsor.key))

    parties.vetoKey(victim, {"from": stage.outsider})
    assert parties.keyOf(*victim)[3] == 0
    assert parties.keyValidAt(*victim, ALL, stage.now + 8 * DAY)


def test_a_vetoed_removal_can_be_asked_for_again(stage: Stage) -> None:
    removed, founder = (stage.sponsor.id, stage.manager), {"from": stage.sponsor.key}
    stage.parties.revokeKey(removed, founder)
    stage.parties.vetoKey(removed, founder)
    again = stage.parties.revokeKey(removed, founder)
    assert stage.parties.keyOf(*removed)[3] == again.timestamp + 7 * DAY


def test_a_key_cannot_veto_its_own_removal(stage: Stage) -> None:
    removed = (stage.sponsor.id, stage.manager)
    stage.parties.revokeKey(removed, {"from": stage.sponsor.key})
    refusal = stage.refusal(stage.parties.vetoKey, removed, by=stage.manager)
    assert refusal == ("OwnRemoval", stage.sponsor.id, address(stage.manager))


@pytest.mark.parametrize("seconds", [0, 1])
def test_a_key_added_during_a_removal_cannot_veto_it(stage: Stage, seconds: int) -> None:
    """Who has taken another managing key could else bring in friends of the one that goes."""
    removed = (stage.sponsor.id, stage.manager)
    asked = stage.now + 100
    rpc("evm_setNextBlockTimestamp", asked)
    stage.parties.revokeKey(removed, {"from": stage.sponsor.key})
    rpc("evm_setNextBlockTimestamp", asked + seconds)
    stage.parties.addKey((stage.sponsor.id, stage.outsider, MANAGE), {"from": stage.sponsor.key})
    refusal = stage.refusal(stage.parties.vetoKey, removed, by=stage.outsider)
    assert refusal == ("NothingToVeto", stage.sponsor.id, address(stage.manager))


def test_revoking_a_key_that_does_not_manage_cannot_be_vetoed(stage: Stage) -> None:
    stage.parties.revokeKey((stage.sponsor.id, stage.clerk), {"from": stage.manager})
    refusal = stage.refusal(stage.parties.vetoKey, (stage.sponsor.id, stage.clerk), by=stage.sponsor.key)
    assert refusal == ("NothingToVeto", stage.sponsor.id, address(stage.clerk))


def test_nothing_to_veto_where_no_removal_was_asked_for(stage: Stage) -> None:
    refusal = stage.refusal(stage.parties.vetoKey, (stage.sponsor.id, stage.manager), by=stage.sponsor.key)
    assert refusal == ("NothingToVeto", stage.sponsor.id, address(stage.manager))


def test_the_last_managing_key_stays(stage: Stage) -> None:
    """A removal that is pending counts: two keys cannot remove each other."""
    parties, id_ = stage.parties, stage.sponsor.id
    parties.revokeKey((id_, stage.manager), {"from": stage.sponsor.key})
    refusal = stage.refusal(parties.revokeKey, (id_, stage.sponsor.key), by=stage.sponsor.key)
    assert refusal == ("LastManagingKey", id_, address(stage.sponsor.key))
    refusal = stage.refusal(parties.revokeKey, (id_, stage.sponsor.key), by=stage.manager)
    assert refusal is not None and refusal[0] == "KeyBeingRemoved"
    parties.vetoKey((id_, stage.manager), {"from": stage.sponsor.key})
    assert stage.accepts(parties.revokeKey, (id_, stage.sponsor.key), by=stage.manager)


def test_the_only_key_of_a_party_cannot_remove_itself(stage: Stage) -> None:
    refusal = stage.refusal(stage.parties.revokeKey, (stage.cro.id, stage.cro.key), by=stage.cro.key)
    assert refusal == ("LastManagingKey", stage.cro.id, address(stage.cro.key))


def test_a_compromise_is_dated_in_the_past_and_restated_only_earlier(stage: Stage) -> None:
    parties, named, by = stage.parties, (stage.sponsor.id, stage.clerk), stage.manager
    declare, now = parties.declareCompromise, stage.now + 1
    assert stage.refusal(declare, (*named, 0), by=by, time=now) == ("CompromiseNotEarlier", 0, now)
    assert stage.refusal(declare, (*named, now + 1), by=by, time=now) == ("CompromiseNotEarlier", now + 1, now)
    declare((*named, 1000), {"from": by})
    for since in (1000, 1001, stage.now):
        assert stage.refusal(declare, (*named, since), by=by) == ("CompromiseNotEarlier", since, 999)
    sent = declare((*named, 999), {"from": by})
    assert parties.keyOf(*named)[4:] == (999, sent.timestamp)


def test_a_compromise_erases_no_act_and_revokes_nothing(stage: Stage) -> None:
    stage.registry.recordMilestone(stage.milestone(), {"from": stage.clerk})
    before = stage.state()
    stage.parties.declareCompromise((stage.sponsor.id, stage.clerk, 1000), {"from": stage.manager})
    assert stage.state() == before
    assert stage.accepts(stage.registry.recordMilestone, stage.milestone(), by=stage.clerk)


def test_a_revoked_key_can_still_be_called_compromised(stage: Stage) -> None:
    named = (stage.sponsor.id, stage.clerk)
    stage.parties.revokeKey(named, {"from": stage.manager})
    stage.parties.declareCompromise((*named, 1000), {"from": stage.manager})
    _, _, _, until, since, declared = stage.parties.keyOf(*named)
    assert (until, since, declared) == (until, 1000, stage.now) and until != 0


def test_earlier_profiles_stay_listed(stage: Stage) -> None:
    party = stage.sponsor.id
    ((first, created),) = stage.parties.profilesOf(party)
    stage.wait_until(stage.now + DAY)
    second = stage.parties.changeProfile((party, PROFILE), {"from": stage.manager})
    third = stage.parties.changeProfile((party, digest("third profile")), {"from": stage.manager})
    listed = [(raw(one), time) for one, time in stage.parties.profilesOf(party)]
    assert listed == [(raw(first), created), (PROFILE, second.timestamp), (digest("third profile"), third.timestamp)]
    assert raw(stage.parties.partyOf(party)[2]) == digest("third profile")
    assert raw(second.events["ProfileChanged"]["profile"]) == PROFILE
