"""While a party has several managing keys, adding and removing one takes a week, in which any of before may veto."""

from __future__ import annotations

from typing import Any

import pytest

from .chain import log_of, raw, rpc
from .stage import ACT, DAY, MANAGE, NOBODY, WEEK, Party, Stage, address, found


@pytest.fixture
def pair(stage: Stage) -> Party:
    """The sponsor: two managing keys, its first and `manager`, each older than a day."""
    return stage.sponsor


def named(party: Party, key: Any) -> tuple[bytes, str]:
    return party.id, address(key)


def at(time: int) -> None:
    """The next block has this time (Unix seconds)."""
    rpc("evm_setNextBlockTimestamp", time)


def ask(stage: Stage, act: str, party: Party, key: Any, by: Any = None, **block: int) -> int:
    """Adds a managing key or removes one; when it takes effect (Unix seconds)."""
    if block:
        at(block["time"])
    arguments = (party.id, key, MANAGE) if act == "addKey" else (party.id, key)
    sent = stage.send(getattr(stage.parties, act), arguments, by=by or party.key)
    return int.from_bytes(log_of(sent["logs"][0])[4][-32:], "big")


def valid(stage: Stage, party: Party, key: Any, time: int) -> bool:
    return bool(stage.accepts(stage.parties.requireKey, party.id, str(key), MANAGE, by=NOBODY, time=time))


# ----- the delay -----


def test_one_managing_key_adds_another_at_once(stage: Stage) -> None:
    party = stage.cro
    assert stage.parties.changeDelay(party.id) == 0
    assert ask(stage, "addKey", party, stage.outsider) == stage.now
    assert valid(stage, party, stage.outsider, stage.now + 1)
    assert stage.parties.partyOf(party.id)[2:] == (2, 0, 0)
    assert stage.parties.changeDelay(party.id) == WEEK


def test_of_several_an_addition_is_valid_after_a_week_to_the_second(stage: Stage, pair: Party) -> None:
    effective = ask(stage, "addKey", pair, stage.outsider)
    assert effective == stage.now + WEEK
    assert stage.parties.partyOf(pair.id)[2:] == (3, 1, effective)
    assert [valid(stage, pair, stage.outsider, effective + near) for near in (-1, 0, 1)] == [False, True, True]
    assert stage.refusal(stage.parties.requireManager, *named(pair, stage.outsider), by=NOBODY) is not None
    stage.wait_until(effective)
    assert stage.parties.partyOf(pair.id)[2:] == (3, 0, effective)


def test_of_several_a_removal_ends_after_a_week_to_the_second(stage: Stage, pair: Party) -> None:
    effective = ask(stage, "revokeKey", pair, stage.manager)
    assert effective == stage.now + WEEK
    assert stage.parties.partyOf(pair.id)[2:] == (1, 0, effective)
    assert [valid(stage, pair, stage.manager, effective + near) for near in (-1, 0, 1)] == [True, False, False]


def test_the_delay_holds_until_every_change_has_taken_effect(stage: Stage, pair: Party) -> None:
    """With the other key going, one is left without an end; it still waits, until the other has gone."""
    effective = ask(stage, "revokeKey", pair, stage.manager)
    at(effective - 1)
    rpc("evm_mine")
    assert stage.parties.changeDelay(pair.id) == WEEK
    later = ask(stage, "addKey", pair, stage.outsider, time=effective + 10)
    assert later == effective + 10


def test_a_change_asked_for_in_the_last_second_of_a_delay_waits_and_one_after_does_not(stage: Stage) -> None:
    for near, waits in ((-1, True), (0, False), (1, False)):
        party = found(stage.parties, stage.outsider, f"party {near}", second=stage.clerk)
        effective = ask(stage, "revokeKey", party, stage.clerk)
        asked = ask(stage, "addKey", party, stage.writer, time=effective + near)
        assert asked == effective + near + (WEEK if waits else 0)


def test_keys_that_do_not_manage_come_and_go_at_once(stage: Stage, pair: Party) -> None:
    stage.parties.addKey((pair.id, stage.outsider, 0xFFFE), {"from": pair.key})
    assert stage.parties.keyValidAt(pair.id, stage.outsider, 0xFFFE, stage.now)
    stage.parties.revokeKey((pair.id, stage.outsider), {"from": pair.key})
    assert not stage.parties.keyValidAt(pair.id, stage.outsider, ACT, stage.now)
    assert stage.parties.partyOf(pair.id)[2:] == (2, 0, 0)


# ----- what waits -----


def test_a_key_that_is_being_removed_does_not_manage(stage: Stage, pair: Party) -> None:
    """Or a stolen one would use its last week to make friends, or to give the trials away."""
    end = ask(stage, "revokeKey", pair, stage.manager)
    expected = ("KeyBeingRemoved", *named(pair, stage.manager), end)
    calls = (
        (stage.parties.requireManager, pair.id, stage.manager),
        (stage.parties.addKey, (pair.id, stage.outsider, MANAGE)),
        (stage.parties.revokeKey, (pair.id, stage.clerk)),
        (stage.parties.declareCompromise, (pair.id, stage.clerk, 1000)),
        (stage.parties.changeProfile, (pair.id, bytes(32))),
        (stage.registry.offerTransfer, stage.offer(stage.cro)),
    )
    for call in calls:
        assert stage.refusal(*call, by=stage.manager) == expected


def test_a_key_that_is_being_removed_accepts_no_trial(stage: Stage) -> None:
    stage.registry.offerTransfer(stage.offer(stage.cro), {"from": stage.sponsor.key})
    stage.parties.addKey((stage.cro.id, stage.outsider, MANAGE), {"from": stage.cro.key})
    end = ask(stage, "revokeKey", stage.cro, stage.outsider)
    refusal = stage.refusal(stage.registry.acceptTransfer, stage.acceptance(stage.cro), by=stage.outsider)
    assert refusal == ("KeyBeingRemoved", *named(stage.cro, stage.outsider), end)


def test_a_key_that_is_being_removed_acts_to_its_last_second(stage: Stage, pair: Party) -> None:
    """The daily work goes on in the week of the veto."""
    end = ask(stage, "revokeKey", pair, pair.key, by=stage.manager)
    milestone = stage.milestone()
    assert stage.accepts(stage.registry.recordMilestone, milestone, by=pair.key, time=end - 1)
    for time in (end, end + 1):
        refusal = stage.refusal(stage.registry.recordMilestone, milestone, by=pair.key, time=time)
        assert refusal == ("KeyNotValid", *named(pair, pair.key), ACT)


def test_a_key_that_has_not_begun_does_nothing(stage: Stage, pair: Party) -> None:
    ask(stage, "addKey", pair, stage.outsider)
    for function in (stage.parties.vetoKey, stage.parties.revokeKey, stage.parties.contestCompromise):
        refusal = stage.refusal(function, named(pair, stage.manager), by=stage.outsider)
        assert refusal == ("KeyNotValid", *named(pair, stage.outsider), MANAGE)


def test_a_key_that_has_not_begun_is_vetoed_not_revoked(stage: Stage, pair: Party) -> None:
    effective = ask(stage, "addKey", pair, stage.outsider)
    revoke = (stage.parties.revokeKey, named(pair, stage.outsider))
    for time in (effective - WEEK + 1, effective - 1):
        expected = ("KeyNotBegun", *named(pair, stage.outsider), effective)
        assert stage.refusal(*revoke, by=pair.key, time=time) == expected
    assert stage.refusal(*revoke, by=pair.key, time=effective) is None


# ----- vetoes -----


@pytest.mark.parametrize("act", ["addKey", "revokeKey"])
def test_a_veto_is_open_for_seven_days_to_the_second(stage: Stage, pair: Party, act: str) -> None:
    key = stage.outsider if act == "addKey" else stage.manager
    effective = ask(stage, act, pair, key)
    veto = (stage.parties.vetoKey, named(pair, key))
    assert stage.accepts(*veto, by=pair.key, time=effective - WEEK + 1)
    assert stage.accepts(*veto, by=pair.key, time=effective - 1)
    for time in (effective, effective + 1):
        assert stage.refusal(*veto, by=pair.key, time=time) == ("NothingToVeto", *named(pair, key))


def test_a_vetoed_addition_is_struck_and_may_be_asked_for_again(stage: Stage, pair: Party) -> None:
    effective = ask(stage, "addKey", pair, stage.outsider)
    sent = stage.send(stage.parties.vetoKey, named(pair, stage.outsider), by=stage.manager)
    log = log_of(sent["logs"][0])
    assert log[0] == raw(stage.parties.topics["KeyVetoed"]) and log[4][-32:] == (1).to_bytes(32, "big")
    assert not any(stage.parties.keyOf(pair.id, stage.outsider))
    assert stage.parties.partyOf(pair.id)[2:] == (2, 0, effective)
    assert not valid(stage, pair, stage.outsider, effective)
    assert ask(stage, "addKey", pair, stage.outsider) == stage.now + WEEK


def test_a_vetoed_removal_is_as_if_it_had_not_been_asked_for(stage: Stage, pair: Party) -> None:
    before = stage.parties.keyOf(pair.id, stage.manager)
    effective = ask(stage, "revokeKey", pair, stage.manager)
    sent = stage.send(stage.parties.vetoKey, named(pair, stage.manager), by=pair.key)
    assert log_of(sent["logs"][0])[4][-32:] == bytes(32)
    assert stage.parties.keyOf(pair.id, stage.manager) == before
    assert stage.parties.partyOf(pair.id)[2:] == (2, 0, effective)
    assert stage.accepts(stage.parties.changeProfile, (pair.id, bytes(32)), by=stage.manager)
    assert ask(stage, "revokeKey", pair, stage.manager) == stage.now + WEEK


def test_the_accused_key_vetoes_its_own_removal_and_the_asker_its_own_wish(stage: Stage, pair: Party) -> None:
    ask(stage, "revokeKey", pair, stage.manager)
    for by in (stage.manager, pair.key):
        assert stage.accepts(stage.parties.vetoKey, named(pair, stage.manager), by=by)
    ask(stage, "addKey", pair, stage.outsider)
    for by in (stage.manager, pair.key):
        assert stage.accepts(stage.parties.vetoKey, named(pair, stage.outsider), by=by)


@pytest.mark.parametrize("act", ["addKey", "revokeKey"])
@pytest.mark.parametrize("seconds", [-1, 0, 1, WEEK - 1])
def test_a_key_that_was_asked_for_before_the_wish_vetoes(stage: Stage, act: str, seconds: int) -> None:
    """Whether it began before the wish, with it, or in the week after it."""
    start = stage.now + 1000
    party = found(stage.parties, stage.outsider, "a new party", third=stage.writer)
    at(start)
    stage.parties.addKey((party.id, stage.clerk, MANAGE), {"from": party.key})
    (begins, key) = (start + WEEK, stage.manager if act == "addKey" else stage.writer)
    effective = ask(stage, act, party, key, time=begins - seconds)
    for time in (max(begins, stage.now), effective - 1):
        assert stage.refusal(stage.parties.vetoKey, named(party, key), by=stage.clerk, time=time) is None
    assert stage.accepts(stage.parties.vetoKey, named(party, key), by=stage.outsider, time=effective - 1)


def test_a_key_for_other_purposes_vetoes_nothing(stage: Stage, pair: Party) -> None:
    ask(stage, "revokeKey", pair, stage.manager)
    for key in (stage.clerk, stage.writer, stage.voucher, stage.stranger.key):
        refusal = stage.refusal(stage.parties.vetoKey, named(pair, stage.manager), by=key)
        assert refusal == ("KeyNotValid", *named(pair, key), MANAGE)


def test_nothing_to_veto(stage: Stage, pair: Party) -> None:
    """Where nothing was asked for, where it was vetoed, and where a key went at once."""
    ask(stage, "revokeKey", pair, stage.manager)
    stage.parties.vetoKey(named(pair, stage.manager), {"from": pair.key})
    stage.parties.revokeKey((pair.id, stage.clerk), {"from": pair.key})
    for key in (stage.manager, pair.key, stage.clerk, stage.writer):
        refusal = stage.refusal(stage.parties.vetoKey, named(pair, key), by=pair.key)
        assert refusal == ("NothingToVeto", *named(pair, key))


# ----- the last one -----


def test_the_only_managing_key_cannot_remove_itself(stage: Stage) -> None:
    refusal = stage.refusal(stage.parties.revokeKey, (stage.cro.id, stage.cro.key), by=stage.cro.key)
    assert refusal == ("LastManagingKey", *named(stage.cro, stage.cro.key))


def test_two_keys_cannot_remove_each_other(stage: Stage, pair: Party) -> None:
    ask(stage, "revokeKey", pair, stage.manager)
    refusal = stage.refusal(stage.parties.revokeKey, (pair.id, pair.key), by=pair.key)
    assert refusal == ("LastManagingKey", *named(pair, pair.key))


def test_a_key_that_may_be_vetoed_does_not_count_as_the_last(stage: Stage, pair: Party) -> None:
    """Or a veto of the new key would leave the party with none: with two of before and one to come, one may go."""
    ask(stage, "addKey", pair, stage.outsider)
    ask(stage, "revokeKey", pair, stage.manager)
    refusal = stage.refusal(stage.parties.revokeKey, (pair.id, pair.key), by=pair.key)
    assert refusal == ("LastManagingKey", *named(pair, pair.key))
    stage.parties.vetoKey(named(pair, stage.outsider), {"from": pair.key})
    stage.wait_until(stage.now + 2 * WEEK)
    assert stage.parties.partyOf(pair.id)[2] == 1 and valid(stage, pair, pair.key, stage.now + 1)


def test_once_it_has_begun_it_counts(stage: Stage, pair: Party) -> None:
    effective = ask(stage, "addKey", pair, stage.outsider)
    ask(stage, "revokeKey", pair, stage.manager, time=effective)
    assert stage.accepts(stage.parties.revokeKey, (pair.id, pair.key), by=stage.outsider)


def test_additions_that_never_end_hold_up_no_removal(stage: Stage, pair: Party) -> None:
    """The thief asks for a key every six days, so that nothing settles; the owner's wish counts all the same."""
    for number, friend in enumerate((stage.outsider, stage.cro.key, stage.committee.key)):
        ask(stage, "addKey", pair, friend, by=stage.manager)
        stage.parties.vetoKey(named(pair, friend), {"from": pair.key})
        stage.wait_until(stage.now + 6 * DAY + number)
    assert stage.accepts(stage.parties.revokeKey, (pair.id, stage.manager), by=pair.key)
