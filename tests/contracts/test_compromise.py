"""A statement that a key was in the wrong hands is dated, erases nothing, and may be contested for a week."""

from __future__ import annotations

from typing import Any

import pytest

from .chain import log_of, raw, rpc
from .stage import MANAGE, WEEK, Stage, address


def state(stage: Stage, key: Any) -> tuple[int, ...]:
    """Since when, stated when, contested when."""
    return tuple(stage.parties.keyOf(stage.sponsor.id, key)[4:7])


def declare(stage: Stage, key: Any, since: int = 1000, by: Any = None) -> int:
    """When it was stated."""
    stage.send(stage.parties.declareCompromise, (stage.sponsor.id, str(key), since), by=by or stage.manager)
    return stage.now


def contest(stage: Stage, key: Any, by: Any, time: int | None = None) -> tuple[Any, ...] | None:
    named = (stage.sponsor.id, str(key))
    return stage.refusal(stage.parties.contestCompromise, named, by=by, time=time)


def test_a_compromise_is_dated_in_the_past_and_restated_only_earlier(stage: Stage) -> None:
    named, by = (stage.sponsor.id, stage.clerk), stage.manager
    function, now = stage.parties.declareCompromise, stage.now + 1
    assert stage.refusal(function, (*named, 0), by=by, time=now) == ("CompromiseNotEarlier", 0, now)
    assert stage.refusal(function, (*named, now + 1), by=by, time=now) == ("CompromiseNotEarlier", now + 1, now)
    for since in (now, now - 1):
        assert stage.refusal(function, (*named, since), by=by, time=now) is None
    declare(stage, stage.clerk, 1000)
    for since in (1000, 1001, stage.now):
        assert stage.refusal(function, (*named, since), by=by) == ("CompromiseNotEarlier", since, 999)
    declared = declare(stage, stage.clerk, 999)
    assert state(stage, stage.clerk) == (999, declared, 0)


def test_a_compromise_since_the_first_second_of_all_cannot_be_restated(stage: Stage) -> None:
    declare(stage, stage.clerk, 1)
    refused = stage.refusal(stage.parties.declareCompromise, (stage.sponsor.id, stage.clerk, 0), by=stage.manager)
    assert refused == ("CompromiseNotEarlier", 0, 0)


def test_a_compromise_erases_no_act_and_revokes_nothing(stage: Stage) -> None:
    stage.registry.recordMilestone(stage.milestone(), {"from": stage.clerk})
    before = stage.state()
    declare(stage, stage.clerk)
    assert stage.state() == before
    assert stage.accepts(stage.registry.recordMilestone, stage.milestone(), by=stage.clerk)


def test_a_revoked_key_can_still_be_called_compromised(stage: Stage) -> None:
    stage.parties.revokeKey((stage.sponsor.id, stage.clerk), {"from": stage.manager})
    end = stage.parties.keyOf(stage.sponsor.id, stage.clerk)[3]
    declared = declare(stage, stage.clerk)
    assert stage.parties.keyOf(stage.sponsor.id, stage.clerk)[3:7] == (end, 1000, declared, 0)


def test_a_statement_may_be_contested_for_seven_days_to_the_second(stage: Stage) -> None:
    declared = declare(stage, stage.sponsor.key)
    for by in (stage.sponsor.key, stage.manager):  # the accused one, and the one that said so
        for time in (declared, declared + 1, declared + WEEK - 1):
            assert contest(stage, stage.sponsor.key, by, time) is None
        for time in (declared + WEEK, declared + WEEK + 1):
            expected = ("NothingToContest", stage.sponsor.id, address(stage.sponsor.key))
            assert contest(stage, stage.sponsor.key, by, time) == expected


def test_a_contest_is_dated_and_made_once(stage: Stage) -> None:
    declared = declare(stage, stage.sponsor.key)
    named = (stage.sponsor.id, stage.sponsor.key)
    log = log_of(stage.send(stage.parties.contestCompromise, named, by=stage.sponsor.key)["logs"][0])
    assert log[0] == raw(stage.parties.topics["CompromiseContested"])
    assert log[4][-32:] == declared.to_bytes(32, "big")
    assert state(stage, stage.sponsor.key) == (1000, declared, stage.now)
    for by in (stage.sponsor.key, stage.manager):
        assert contest(stage, stage.sponsor.key, by) == ("NothingToContest", stage.sponsor.id, address(named[1]))


def test_a_restatement_is_contested_anew(stage: Stage) -> None:
    declare(stage, stage.sponsor.key)
    named = (stage.sponsor.id, stage.sponsor.key)
    stage.parties.contestCompromise(named, {"from": stage.sponsor.key})
    stage.wait_until(stage.now + 8 * WEEK)
    declared = declare(stage, stage.sponsor.key, 999)
    assert state(stage, stage.sponsor.key) == (999, declared, 0)
    assert contest(stage, stage.sponsor.key, stage.sponsor.key) is None


def test_nothing_to_contest_where_nothing_was_stated(stage: Stage) -> None:
    expected = ("NothingToContest", stage.sponsor.id, address(stage.clerk))
    assert contest(stage, stage.clerk, stage.sponsor.key) == expected


def test_a_key_that_is_being_removed_contests(stage: Stage) -> None:
    """The thief asks for the owner's key to go and calls it compromised: the owner answers both."""
    stage.parties.revokeKey((stage.sponsor.id, stage.sponsor.key), {"from": stage.manager})
    end = stage.parties.keyOf(stage.sponsor.id, stage.sponsor.key)[3]
    declare(stage, stage.sponsor.key)
    assert contest(stage, stage.sponsor.key, stage.sponsor.key, end - 1) is None
    refused = contest(stage, stage.sponsor.key, stage.sponsor.key, end)
    assert refused == ("KeyNotValid", stage.sponsor.id, address(stage.sponsor.key), MANAGE)


@pytest.mark.parametrize("seconds", [-1, 0, 1, WEEK - 1])
def test_a_key_that_was_asked_for_before_the_statement_contests(stage: Stage, seconds: int) -> None:
    """It begins just before, at, or after the statement."""
    stage.parties.addKey((stage.sponsor.id, stage.outsider, MANAGE), {"from": stage.manager})
    begins = stage.now + WEEK
    rpc("evm_setNextBlockTimestamp", begins - seconds)
    declared = declare(stage, stage.clerk)
    assert contest(stage, stage.clerk, stage.outsider, time=max(begins, declared)) is None
    assert contest(stage, stage.clerk, stage.outsider, time=declared + WEEK - 1) is None


@pytest.mark.parametrize("act", ["declareCompromise", "contestCompromise"])
def test_of_a_key_that_has_not_begun_nothing_is_stated(stage: Stage, act: str) -> None:
    """A veto strikes its record, and a statement would go with it."""
    named = (stage.sponsor.id, address(stage.outsider))
    stage.parties.addKey((*named, MANAGE), {"from": stage.manager})
    begins = stage.now + WEEK
    statement = (*named, 1000) if act == "declareCompromise" else named
    early = ("KeyNotBegun", *named, begins) if act == "declareCompromise" else ("NothingToContest", *named)
    for time in (stage.now, stage.now + 1, begins - 1):
        assert stage.refusal(getattr(stage.parties, act), statement, by=stage.manager, time=time) == early
    for time in (begins, begins + 1):
        refused = stage.refusal(getattr(stage.parties, act), statement, by=stage.manager, time=time)
        assert refused == (None if act == "declareCompromise" else early)


def test_a_key_is_known_to_have_waited_whatever_is_stated_of_it(stage: Stage) -> None:
    """By that bit it counts as one of before, for what was asked for in the week before it began."""
    stage.parties.addKey((stage.sponsor.id, stage.outsider, MANAGE), {"from": stage.manager})
    begins = stage.now + WEEK
    stage.wait_until(begins - 1)
    declare(stage, stage.clerk)
    stage.wait_until(begins)
    declare(stage, stage.outsider)
    assert stage.parties.keyOf(stage.sponsor.id, stage.outsider)[7]
    assert contest(stage, stage.clerk, stage.outsider) is None


def test_only_managing_keys_contest(stage: Stage) -> None:
    declare(stage, stage.clerk)
    for key in (stage.clerk, stage.writer, stage.stranger.key):
        expected = ("KeyNotValid", stage.sponsor.id, address(key), MANAGE)
        assert contest(stage, stage.clerk, key) == expected


def test_a_revoked_key_is_contested_for_by_another(stage: Stage) -> None:
    stage.parties.revokeKey((stage.sponsor.id, stage.clerk), {"from": stage.manager})
    declare(stage, stage.clerk)
    assert contest(stage, stage.clerk, stage.sponsor.key) is None


def test_a_thief_may_leave_nothing_earlier_to_be_stated_of_its_own_key(stage: Stage) -> None:
    """It states the first second and contests that at once: the key's acts stay in doubt, and never are disowned."""
    named = (stage.sponsor.id, address(stage.manager))
    declare(stage, stage.manager, 1)
    stage.parties.contestCompromise(named, {"from": stage.manager})
    for since in (1, 1000):
        refused = stage.refusal(stage.parties.declareCompromise, (*named, since), by=stage.sponsor.key)
        assert refused == ("CompromiseNotEarlier", since, 0)
    assert state(stage, stage.manager)[0] == 1 and state(stage, stage.manager)[2] == stage.now
