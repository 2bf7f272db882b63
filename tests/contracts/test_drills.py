"""One managing key is stolen: in whatever order thief and owner act, the party and its trials stay with the others.

The owners answer whatever the thief asks for within the week, as people can who look at the chain now and then; the
thief may act in every second between. Whatever the order, what the thief asked for never takes effect.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import permutations
from typing import Any, NamedTuple

import pytest

from .chain import undone
from .stage import ACT, DAY, MANAGE, NOBODY, WEEK, Party, Stage, address, found, trial_id


class Drill(NamedTuple):
    """A party with a trial, of whose managing keys the thief has one."""

    stage: Stage
    party: Party
    owners: tuple[Any, ...]
    thief: Any
    accomplice: Party  # to whom the thief would give the trial
    friend: str  # a key that the thief would add

    @property
    def trial(self) -> bytes:
        return trial_id(self.party)

    def attempt(self, function: Any, *arguments: Any, by: Any) -> bool:
        """Does an act if it is let in; whether it was."""
        done = self.stage.accepts(function, *arguments, by=by)
        if done:
            self.stage.send(function, *arguments, by=by)
        return done

    def is_lost(self) -> bool:
        """Whether an owner lost its key, the thief's friend has one, or the trial has gone."""
        parties, now = self.stage.parties, self.stage.now
        owners = all(parties.keyValidAt(self.party.id, owner, MANAGE, now) for owner in self.owners)
        friend = parties.keyValidAt(self.party.id, self.friend, MANAGE, now)
        return not owners or friend or self.stage.state(self.trial).sponsor != self.party.id


def drill(stage: Stage, owners: int) -> Drill:
    keys = [stage.outsider, stage.clerk, stage.writer][: owners + 1]
    third = keys[2] if owners == 2 else NOBODY
    party = found(stage.parties, keys[0], "a party in danger", second=keys[1], third=third)
    stage.wait_until(stage.now + DAY)
    stage.registry.register(stage.registration(party), {"from": keys[0]})
    return Drill(stage, party, tuple(keys[:-1]), keys[-1], stage.stranger, "0x" + 40 * "7")


Move = Callable[[Drill], None]


def adds(d: Drill) -> None:
    d.attempt(d.stage.parties.addKey, (d.party.id, d.friend, MANAGE), by=d.thief)


def removes(owner: int) -> Move:
    def move(d: Drill) -> None:
        d.attempt(d.stage.parties.revokeKey, (d.party.id, d.owners[owner]), by=d.thief)

    return move


def offers(d: Drill) -> None:
    d.attempt(d.stage.registry.offerTransfer, d.stage.offer(d.accomplice, d.party, d.trial), by=d.thief)


def accuses(d: Drill) -> None:
    d.attempt(d.stage.parties.declareCompromise, (d.party.id, d.owners[0], d.stage.now - 1), by=d.thief)


def takes(d: Drill) -> None:
    """What was asked for is used as soon as it can be."""
    stage = d.stage
    taken = stage.acceptance(d.accomplice, d.trial, d.party)
    d.attempt(stage.registry.acceptTransfer, taken, by=d.accomplice.key)


def answer(d: Drill) -> None:
    """An owner vetoes all that waits and contests what was stated."""
    parties = d.stage.parties
    for owner in d.owners:
        for key in (*d.owners, d.friend):
            d.attempt(parties.vetoKey, (d.party.id, key), by=owner)
            d.attempt(parties.contestCompromise, (d.party.id, key), by=owner)
        d.attempt(d.stage.registry.vetoOffer, d.stage.veto(d.party, d.trial), by=owner)


def asks_for_removal(d: Drill) -> None:
    """An owner asks for the thief's key to go."""
    d.attempt(d.stage.parties.revokeKey, (d.party.id, d.thief), by=d.owners[0])


def defends(d: Drill) -> None:
    """The thief vetoes its own removal."""
    d.attempt(d.stage.parties.vetoKey, (d.party.id, d.thief), by=d.thief)


THEFT: dict[str, Move] = {"adds": adds, "removes": removes(0), "offers": offers, "accuses": accuses}
MOVES: dict[str, Move] = {**THEFT, "asks for removal": asks_for_removal, "defends": defends}


@pytest.mark.parametrize("owners", [1, 2])
@pytest.mark.parametrize("wait", [0, WEEK - 2 * DAY])
def test_in_every_order_the_owners_keep_everything(stage: Stage, owners: int, wait: int) -> None:
    """Each move once, in orders drawn from all 720, with an answer before the week is over."""
    with undone():
        danger = drill(stage, owners)
        moves = {**MOVES, "removes": removes(owners - 1)}
        for order in list(permutations(moves))[wait % 61 :: 61]:
            with undone():
                for name in order:
                    moves[name](danger)
                    takes(danger)
                stage.wait_until(stage.now + 1 + wait)
                answer(danger)
                stage.wait_until(stage.now + 2 * WEEK)
                takes(danger)
                assert not danger.is_lost(), order


@pytest.mark.parametrize("owners", [1, 2])
@pytest.mark.parametrize("seed", range(2))
def test_a_long_fight_is_never_won_by_the_thief(stage: Stage, owners: int, seed: int) -> None:
    """Moves of both at random times; the owners look at the chain at least every six days."""
    rng = random.Random(seed * 10 + owners)
    danger = drill(stage, owners)
    moves = [adds, *(removes(owner) for owner in range(owners)), offers, accuses, asks_for_removal, defends, takes]
    answered = stage.now
    for _ in range(40):
        stage.wait_until(stage.now + rng.choice([1, 3600, DAY, 2 * DAY]))
        if stage.now - answered > 4 * DAY:
            answer(danger)
            answered = stage.now
        rng.choice(moves)(danger)
        takes(danger)
        assert not danger.is_lost()


def test_a_thief_in_one_transaction(stage: Stage) -> None:
    """All that it can ask for at once, in every order: nothing of it takes effect in that second."""
    danger = drill(stage, 1)
    party, victim = danger.party.id, danger.owners[0]
    calls = (
        stage.parties.addKey.encode_input((party, danger.friend, MANAGE)),
        stage.parties.revokeKey.encode_input((party, victim)),
        stage.parties.vetoKey.encode_input((party, victim)),
        stage.parties.revokeKey.encode_input((party, danger.thief)),
        stage.parties.vetoKey.encode_input((party, danger.friend)),
    )
    for order in list(permutations(calls))[::7]:
        with undone():
            items = [(300_000, call) for call in order]
            stage.send(stage.parties.batch, items, by=danger.thief)
            offers(danger)
            takes(danger)
            assert not danger.is_lost()
            assert stage.parties.keyOf(party, danger.friend)[2] in (0, stage.now + WEEK, stage.now + WEEK - 1)
            answer(danger)
            stage.wait_until(stage.now + 2 * WEEK)
            assert not danger.is_lost()


def test_owners_that_do_not_look_for_a_week_lose(stage: Stage) -> None:
    """Or else the drills above would show nothing: each of the thief's wishes works if nobody answers."""
    for theft in (adds, removes(0), offers):
        with undone():
            danger = drill(stage, 1)
            theft(danger)
            stage.wait_until(stage.now + WEEK - 2)
            takes(danger)
            assert not danger.is_lost()
            stage.wait_until(stage.now + 3)
            takes(danger)
            assert danger.is_lost()


def test_two_owners_who_disagree_freeze_the_party(stage: Stage) -> None:
    """Neither gets rid of the other, neither brings a friend in; the daily work goes on."""
    danger = drill(stage, 1)
    one, other = danger.owners[0], danger.thief
    for _ in range(3):
        for by, victim in ((one, other), (other, one)):
            assert danger.attempt(stage.parties.revokeKey, (danger.party.id, victim), by=by)
            assert danger.attempt(stage.parties.addKey, (danger.party.id, danger.friend, MANAGE), by=by)
            stage.wait_until(stage.now + 6 * DAY)
            for key in (victim, danger.friend):
                assert danger.attempt(stage.parties.vetoKey, (danger.party.id, key), by=victim)
    assert stage.parties.partyOf(danger.party.id)[2:4] == (2, 0)
    assert stage.accepts(stage.registry.recordMilestone, stage.milestone(danger.party, danger.trial), by=one)


def test_a_stolen_key_that_does_not_manage_changes_nothing(stage: Stage) -> None:
    danger = drill(stage, 1)
    stage.parties.addKey((danger.party.id, danger.friend, ACT), {"from": danger.owners[0]})
    for act in (
        (stage.parties.addKey, (danger.party.id, NOBODY[:-1] + "9", ACT)),
        (stage.parties.revokeKey, (danger.party.id, danger.owners[0])),
        (stage.parties.vetoKey, (danger.party.id, danger.owners[0])),
        (stage.registry.offerTransfer, stage.offer(danger.accomplice, danger.party, danger.trial)),
        (stage.registry.vetoOffer, stage.veto(danger.party, danger.trial)),
    ):
        refused = stage.refusal(*act, by=danger.friend)
        assert refused == ("KeyNotValid", danger.party.id, address(danger.friend), MANAGE)


# ----- an owner who exchanges its key -----


def exchanges(d: Drill, key: Any) -> None:
    """The owner adds a new key and asks for its old one to go."""
    d.attempt(d.stage.parties.addKey, (d.party.id, key, MANAGE), by=d.owners[0])
    d.attempt(d.stage.parties.revokeKey, (d.party.id, d.owners[0]), by=d.owners[0])


def test_a_veto_in_the_last_second_does_not_leave_the_party_to_the_thief(stage: Stage) -> None:
    """The new key is struck in the last second before the old one would have gone: nobody could answer that."""
    danger = drill(stage, 1)
    new = stage.writer
    exchanges(danger, new)
    begins = stage.parties.keyOf(danger.party.id, new)[2]
    stage.wait_until(begins - 2)
    assert danger.attempt(stage.parties.vetoKey, (danger.party.id, new), by=danger.thief)
    stage.wait_until(begins + WEEK)
    assert not danger.is_lost()


def test_a_key_removes_itself_only_when_what_was_added_has_begun(stage: Stage) -> None:
    danger = drill(stage, 1)
    named, own = (danger.party.id, address(danger.owners[0])), danger.owners[0]
    stage.send(stage.parties.addKey, (danger.party.id, stage.writer, MANAGE), by=own)
    begins = stage.now + WEEK
    for time in (stage.now, stage.now + 1, begins - 1):
        refused = stage.refusal(stage.parties.revokeKey, named, by=own, time=time)
        assert refused == ("AdditionPending", *named, begins)
        assert stage.refusal(stage.parties.revokeKey, named, by=danger.thief, time=time) is None  # and can be vetoed
    for time in (begins, begins + 1):
        assert stage.refusal(stage.parties.revokeKey, named, by=own, time=time) is None
    stage.send(stage.parties.vetoKey, (danger.party.id, stage.writer), by=danger.thief)
    assert stage.refusal(stage.parties.revokeKey, named, by=own) is None
