"""A thief's wish in the very block, or second, in which the owner's key comes to be: it can still be stopped.

Anybody may put a transaction into a block behind another's, and on chains whose blocks come at fixed times there is a
block at the second in which a change takes effect. So owner and thief act in one block here, in either order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from .chain import in_one_block, rpc, undone
from .stage import ACT, DAY, MANAGE, NOBODY, WEEK, Party, Stage, address, creation, digest, found, party_id, trial_id

SALT = "a party in danger"


def named(party: Party, key: Any) -> tuple[bytes, str]:
    return party.id, address(key)


def founded(stage: Stage, *calls: Sequence[Any], second: Any = NOBODY, **named_: Any) -> Party:
    """A party founded by `outsider`, and what else lies in that block: who, function, arguments."""
    founder, time = stage.outsider, stage.now + 5
    asked = (founder, stage.parties.createParty, (creation(SALT, second=second, **named_),))
    for receipt in in_one_block(time, [asked, *((by, function, tuple(rest)) for by, function, *rest in calls)]):
        assert receipt["status"] == "0x1"
    return Party(party_id(founder, digest(SALT)), founder)


def in_making(stage: Stage) -> Party:
    """The party that `founded` will found."""
    return Party(party_id(stage.outsider, digest(SALT)), stage.outsider)


def lasts(stage: Stage, function: Any, *arguments: Any, by: Any, until: int) -> None:
    """An objection is let in from now on until just before a time."""
    for time in (stage.now, stage.now + 1, until - 1):
        assert stage.refusal(function, *arguments, by=by, time=time) is None, time - until


# ----- in the block of the creation -----


def test_a_key_named_at_creation_cannot_remove_the_founder_in_that_block(stage: Stage) -> None:
    party, thief = in_making(stage), stage.writer
    party = founded(stage, (thief, stage.parties.revokeKey, named(party, party.key)), second=thief)
    lasts(stage, stage.parties.vetoKey, named(party, party.key), by=party.key, until=stage.now + WEEK)


def test_a_founder_cannot_remove_a_key_named_at_creation_in_that_block(stage: Stage) -> None:
    """Whoever it is whose key was stolen."""
    party, owner = in_making(stage), stage.writer
    party = founded(stage, (party.key, stage.parties.revokeKey, named(party, owner)), second=owner)
    lasts(stage, stage.parties.vetoKey, named(party, owner), by=owner, until=stage.now + WEEK)


def test_a_key_named_at_creation_brings_no_friend_in_in_that_block(stage: Stage) -> None:
    party, thief = in_making(stage), stage.writer
    party = founded(stage, (thief, stage.parties.addKey, (party.id, stage.clerk, MANAGE)), second=thief)
    lasts(stage, stage.parties.vetoKey, named(party, stage.clerk), by=party.key, until=stage.now + WEEK)


@pytest.mark.parametrize("later", [False, True])
def test_a_key_added_at_once_in_that_block_is_one_of_before(stage: Stage, later: bool) -> None:
    """The first key adds a second, and either asks for the other's removal, all in one block."""
    party, other = in_making(stage), stage.writer
    for by, victim in ((other, party.key), (party.key, other)):
        with undone():
            addition = (party.key, stage.parties.addKey, (party.id, other, MANAGE))
            wish = (by, stage.parties.revokeKey, named(party, victim))
            if later:
                found(stage.parties, party.key, SALT)
                stage.wait_until(stage.now + DAY)
                in_one_block(stage.now + 5, [(one[0], one[1], (one[2],)) for one in (addition, wish)])
            else:
                founded(stage, addition, wish)
            assert stage.parties.keyOf(*named(party, victim))[3] == stage.now + WEEK
            lasts(stage, stage.parties.vetoKey, named(party, victim), by=victim, until=stage.now + WEEK)


def test_a_compromise_stated_in_that_block_can_be_contested(stage: Stage) -> None:
    party, thief = in_making(stage), stage.writer
    statement = (party.id, party.key, stage.now - 1)
    party = founded(stage, (thief, stage.parties.declareCompromise, statement), second=thief)
    lasts(stage, stage.parties.contestCompromise, named(party, party.key), by=party.key, until=stage.now + WEEK)


def test_a_trial_offered_in_that_block_can_be_kept(stage: Stage) -> None:
    party, thief = in_making(stage), stage.writer
    trial = trial_id(party)
    registration = stage.registration(party)
    party = founded(
        stage,
        (party.key, stage.registry.register, registration),
        (thief, stage.registry.offerTransfer, stage.offer(stage.stranger, party, trial)),
        second=thief,
        purposes=MANAGE,
    )
    lasts(stage, stage.registry.vetoOffer, stage.veto(party, trial), by=party.key, until=stage.now + WEEK)


# ----- while keys are exchanged -----


class Exchange:
    """The owner's new key begins as its old one ends: the thief, who has another, asked for that, and the owner let it
    pass, since it meant to give the old one up."""

    def __init__(self, stage: Stage) -> None:
        self.old, self.new, self.thief = stage.outsider, stage.clerk, stage.writer
        self.party = found(stage.parties, self.old, SALT, second=self.thief)
        stage.wait_until(stage.now + DAY)
        stage.registry.register(stage.registration(self.party), {"from": self.old})
        self.trial = trial_id(self.party)
        asked = stage.now + 5
        self.ends = asked + WEEK
        addition = (self.old, stage.parties.addKey, ((self.party.id, self.new, MANAGE | ACT),))
        removal = (self.thief, stage.parties.revokeKey, (named(self.party, self.old),))
        in_one_block(asked, [addition, removal])
        kept = [stage.parties.keyOf(*named(self.party, key)) for key in (self.old, self.new)]
        assert kept[0][3] == kept[1][2] == self.ends


# How long before the exchange the thief asks: from its first second on to the one in which it takes effect.
ASKED = [WEEK - 1, 6 * DAY, 1, 0]


@pytest.mark.parametrize("before", ASKED)
def test_a_new_key_vetoes_a_friend_of_the_thief(stage: Stage, before: int) -> None:
    """Or else the week in which somebody may look would be as short as what is left of the old key."""
    d, friend = Exchange(stage), stage.cro.key
    rpc("evm_setNextBlockTimestamp", d.ends - before)
    stage.send(stage.parties.addKey, (d.party.id, friend, MANAGE), by=d.thief)
    effective = stage.now + WEEK
    for time in (max(d.ends, stage.now), effective - 1):
        assert stage.refusal(stage.parties.vetoKey, named(d.party, friend), by=d.new, time=time) is None


@pytest.mark.parametrize("before", ASKED)
def test_a_new_key_keeps_the_trial(stage: Stage, before: int) -> None:
    d = Exchange(stage)
    rpc("evm_setNextBlockTimestamp", d.ends - before)
    stage.send(stage.registry.offerTransfer, stage.offer(stage.stranger, d.party, d.trial), by=d.thief)
    effective = stage.now + WEEK
    for time in (max(d.ends, stage.now), effective - 1):
        assert stage.refusal(stage.registry.vetoOffer, stage.veto(d.party, d.trial), by=d.new, time=time) is None


@pytest.mark.parametrize("before", ASKED)
def test_a_new_key_contests_for_the_old_one(stage: Stage, before: int) -> None:
    d = Exchange(stage)
    rpc("evm_setNextBlockTimestamp", d.ends - before)
    stage.send(stage.parties.declareCompromise, (d.party.id, d.old, 1000), by=d.thief)
    until = stage.now + WEEK
    for time in (max(d.ends, stage.now), until - 1):
        refused = stage.refusal(stage.parties.contestCompromise, named(d.party, d.old), by=d.new, time=time)
        assert refused is None


def test_a_new_key_cannot_be_removed_in_its_first_second(stage: Stage) -> None:
    d = Exchange(stage)
    rpc("evm_setNextBlockTimestamp", d.ends)
    stage.send(stage.parties.revokeKey, named(d.party, d.new), by=d.thief)
    lasts(stage, stage.parties.vetoKey, named(d.party, d.new), by=d.new, until=stage.now + WEEK)


# ----- what is no key of before -----


def test_a_key_that_the_only_one_adds_later_contests_nothing_that_was_stated_before(stage: Stage) -> None:
    """Such a key begins at once, perhaps because of what was stated."""
    clerk, later = (stage.cro.id, stage.clerk), stage.outsider
    stage.parties.addKey((*clerk, ACT), {"from": stage.cro.key})
    stage.send(stage.parties.declareCompromise, (*clerk, 1000), by=stage.cro.key)
    stated = stage.now
    for wait, stands in ((0, True), (1, False), (WEEK - 2, False)):
        with undone():
            rpc("evm_setNextBlockTimestamp", stated + max(wait, 1))
            if wait:
                stage.send(stage.parties.addKey, (stage.cro.id, later, MANAGE), by=stage.cro.key)
                expected = ("KeyNotBefore", stage.cro.id, address(later), stated)
            else:
                expected, later = None, stage.cro.key
            refused = stage.refusal(stage.parties.contestCompromise, clerk, by=later)
            assert (refused, stands) == (expected, expected is None)
        later = stage.outsider
