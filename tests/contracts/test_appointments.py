"""A sponsor lends named acts of one trial for a time, and nothing more can be made of it."""

from __future__ import annotations

import random
from typing import Any

import pytest

from .chain import ZERO, raw
from .stage import (
    ACCEPT,
    ACT,
    APPOINT,
    CLAIM,
    DAY,
    MILESTONE,
    NAME_ROLE,
    OFFER,
    OPEN,
    REGISTER,
    REPORT,
    SEAL,
    SHORTEN,
    STREAM_NAME,
    UNCLAIM,
    VETO,
    Stage,
    address,
    digest,
    padded,
    trial_id,
)

LENT = {SEAL, MILESTONE, REPORT, CLAIM, UNCLAIM}


def appoint(stage: Stage, **changes: Any) -> None:
    stage.registry.appoint(stage.appointment(**changes), {"from": stage.clerk})


def refusal(stage: Stage, time: int | None = None, **changes: Any) -> tuple[Any, ...] | None:
    return stage.refusal(stage.registry.appoint, stage.appointment(**changes), by=stage.clerk, time=time)


def acts(stage: Stage, time: int | None = None, trial: bytes | None = None) -> set[int]:
    """What the appointee may do at a time."""
    calls: dict[int, tuple[Any, ...]] = {
        SEAL: (stage.registry.seal, stage.sealing(stage.cro, trial)),
        MILESTONE: (stage.registry.recordMilestone, stage.milestone(stage.cro, trial)),
        REPORT: (stage.registry.reportResult, *stage.report(stage.cro, trial)),
        CLAIM: (stage.registry.claimRegistryId, stage.claim(stage.cro, trial)),
        UNCLAIM: (stage.registry.withdrawRegistryId, stage.unclaim(stage.cro, trial)),
        OPEN: (stage.registry.openStream, stage.opening(stage.cro, trial)),
    }
    permitted = set()
    for act, call in calls.items():
        refused = stage.refusal(*call, by=stage.cro.key, time=time)
        assert refused in (None, ("NotPermitted", trial or stage.trial, stage.cro.id, act))
        if refused is None:
            permitted.add(act)
    return permitted


@pytest.mark.parametrize("lent", [{SEAL}, {MILESTONE}, {REPORT}, {CLAIM}, {UNCLAIM}, {SEAL, REPORT}, LENT])
def test_an_appointee_may_do_the_acts_it_was_appointed_for_and_no_other(stage: Stage, lent: set[int]) -> None:
    appoint(stage, acts=sum(1 << act for act in lent))
    assert acts(stage) == lent
    permitted = {act for act in range(1, 32) if stage.registry.isPermitted(stage.trial, stage.cro.id, act, ZERO)}
    assert permitted == lent


def test_what_an_appointee_does_is_logged_in_its_own_name(stage: Stage) -> None:
    appoint(stage, acts=1 << MILESTONE)
    sent = stage.registry.recordMilestone(stage.milestone(stage.cro), {"from": stage.cro.key})
    assert raw(sent.events["MilestoneRecorded"]["actor"]) == stage.cro.id


@pytest.mark.parametrize("act", [0, REGISTER, APPOINT, SHORTEN, OFFER, ACCEPT, NAME_ROLE, OPEN, VETO, 14, 31])
def test_acts_that_cannot_be_lent(stage: Stage, act: int) -> None:
    """Above all appointing: there is no sub-delegation. Streams are lent by their names."""
    for given in (1 << act, 1 << act | 1 << MILESTONE):
        assert refusal(stage, acts=given) == ("ActsNotDelegable", given)


def test_an_appointment_for_a_stream_lends_that_stream_only(stage: Stage) -> None:
    for given in (1 << MILESTONE, 1 << OPEN | 1 << MILESTONE, 0):
        assert refusal(stage, stream=STREAM_NAME, acts=given) == ("ActsNotDelegable", given)
    appoint(stage, stream=STREAM_NAME, acts=1 << OPEN)
    assert acts(stage) == {OPEN}
    other = digest("another stream")
    refused = stage.refusal(stage.registry.openStream, stage.opening(stage.cro, stream=other), by=stage.cro.key)
    assert refused == ("NotPermitted", stage.trial, stage.cro.id, OPEN)


def test_no_acts_no_appointment(stage: Stage) -> None:
    assert refusal(stage, acts=0) == ("ActsNotDelegable", 0)


def test_an_appointment_is_for_one_trial(stage: Stage) -> None:
    code = padded("another")
    stage.registry.register(stage.registration(code=code), {"from": stage.clerk})
    appoint(stage, acts=0b111100)
    assert acts(stage, trial=trial_id(stage.sponsor, code)) == set()


def test_an_appointment_is_for_one_party(stage: Stage) -> None:
    appoint(stage)
    refused = stage.refusal(stage.registry.recordMilestone, stage.milestone(stage.committee), by=stage.committee.key)
    assert refused == ("NotPermitted", stage.trial, stage.committee.id, MILESTONE)


def test_an_appointees_revoked_key_is_out(stage: Stage) -> None:
    appoint(stage)
    stage.parties.addKey((stage.cro.id, stage.outsider, ACT), {"from": stage.cro.key})
    stage.parties.revokeKey((stage.cro.id, stage.outsider), {"from": stage.cro.key})
    refused = stage.refusal(stage.registry.recordMilestone, stage.milestone(stage.cro), by=stage.outsider)
    assert refused == ("KeyNotValid", stage.cro.id, address(stage.outsider), ACT)


def test_an_appointment_begins_and_ends_to_the_second(stage: Stage) -> None:
    begin, until = stage.now + 10 * DAY, stage.now + 20 * DAY
    appoint(stage, begin=begin, until=until)
    at_times = {time: acts(stage, time) for time in (stage.now + 1, begin - 1, begin, until - 1, until, until + DAY)}
    assert list(at_times.values()) == [set(), set(), {MILESTONE}, {MILESTONE}, set(), set()]


def test_an_appointment_without_a_begin_begins_now(stage: Stage) -> None:
    appoint(stage)
    ((begin, *_),) = stage.registry.appointmentsOf(stage.trial, stage.cro.id, ZERO)
    assert begin == stage.now
    assert acts(stage) == {MILESTONE}


def test_appointments_in_the_past_or_without_a_length(stage: Stage) -> None:
    time = stage.now + 1
    for begin, until in ((time - 1, time + DAY), (time + 5, time + 5), (time + 5, time + 4), (0, time), (0, 0), (1, 2)):
        assert refusal(stage, time=time, begin=begin, until=until) == ("AppointmentPeriod", begin or time, until)
    assert refusal(stage, time=time, begin=time, until=time + 1) is None


def test_appointments_of_one_party_do_not_overlap(stage: Stage) -> None:
    until = stage.now + 10 * DAY
    appoint(stage, until=until)
    refused = refusal(stage, begin=until - 1, until=until + DAY, acts=1 << SEAL)
    assert refused == ("AppointmentPeriod", until - 1, until + DAY)
    assert refusal(stage, begin=until, until=until + DAY, acts=1 << SEAL) is None
    assert refusal(stage, appointee=stage.committee) is None
    assert refusal(stage, stream=STREAM_NAME, acts=1 << OPEN) is None


def test_one_appointment_follows_the_other(stage: Stage) -> None:
    first, second = stage.now + 10 * DAY, stage.now + 20 * DAY
    appoint(stage, until=first)
    appoint(stage, begin=first, until=second, acts=1 << SEAL)
    assert acts(stage, first - 1) == {MILESTONE}
    assert acts(stage, first) == {SEAL}
    assert acts(stage, second) == set()


def test_the_end_only_moves_earlier_and_not_into_the_past(stage: Stage) -> None:
    until, time = stage.now + 10 * DAY, stage.now + 1
    appoint(stage, until=until)
    shorten = stage.registry.shortenAppointment
    for given in (until, until + 1, time - 1, 1):
        refused = stage.refusal(shorten, stage.shortening(until=given), by=stage.clerk, time=time)
        assert refused == ("AppointmentOnlyShortens", given, until)
    shorten(stage.shortening(until=until - DAY), {"from": stage.clerk})
    assert acts(stage, until - DAY - 1) == {MILESTONE} and acts(stage, until - DAY) == set()
    refused = stage.refusal(shorten, stage.shortening(until=until), by=stage.clerk)
    assert refused == ("AppointmentOnlyShortens", until, until - DAY)


def test_an_appointment_ended_now_is_over_in_the_same_block(stage: Stage) -> None:
    appoint(stage)
    sent = stage.registry.shortenAppointment(stage.shortening(), {"from": stage.clerk})
    assert acts(stage, sent.timestamp) == set()
    refused = stage.refusal(
        stage.registry.shortenAppointment, stage.shortening(until=sent.timestamp + 1), by=stage.clerk
    )
    assert refused == ("AppointmentOnlyShortens", sent.timestamp + 1, sent.timestamp)


def test_an_appointment_that_never_was_is_not_shortened(stage: Stage) -> None:
    appoint(stage)
    shorten = stage.registry.shortenAppointment
    for changes in ({"index": 1}, {"appointee": stage.committee}, {"stream": STREAM_NAME}):
        shortening = stage.shortening(**changes)
        refused = stage.refusal(shorten, shortening, by=stage.clerk)
        assert refused == ("AppointmentUnknown", shortening[2], shortening[3], shortening[4])


def test_a_later_appointment_does_not_cover_up_an_earlier_one(stage: Stage) -> None:
    """An appointment that has not begun is shortened to before the end of the one before it, and a third follows."""
    first, second, start = stage.now + 100 * DAY, stage.now + 200 * DAY, stage.now
    appoint(stage, until=first)
    appoint(stage, begin=first, until=second, acts=1 << SEAL)
    stage.registry.shortenAppointment(stage.shortening(index=1, until=start + 20 * DAY), {"from": stage.clerk})
    appoint(stage, begin=start + 30 * DAY, until=start + 60 * DAY, acts=1 << SEAL)
    assert acts(stage, start + 10 * DAY) == {MILESTONE}
    assert acts(stage, start + 40 * DAY) == {MILESTONE, SEAL}
    assert acts(stage, start + 70 * DAY) == {MILESTONE}
    assert acts(stage, first) == set()


def test_an_arbitrary_course_of_appointments_permits_what_its_list_says(stage: Stage) -> None:
    rng = random.Random(11)
    records: list[tuple[int, ...]] = []
    for _ in range(24):
        stage.wait_until(stage.now + rng.randrange(1, 3 * DAY))
        if records and rng.random() < 0.5:
            end = stage.now + rng.randrange(2, 9 * DAY)
            shortening = stage.shortening(index=rng.randrange(len(records)), until=end)
            if stage.accepts(stage.registry.shortenAppointment, shortening, by=stage.clerk):
                stage.registry.shortenAppointment(shortening, {"from": stage.clerk})
        else:
            begin = max(stage.now + 2, records[-1][1] if records else 0) + rng.randrange(5 * DAY)
            end = begin + rng.randrange(1, 20 * DAY)
            appoint(stage, begin=begin, until=end, acts=1 << rng.choice([SEAL, CLAIM]))
        records = [tuple(one) for one in stage.registry.appointmentsOf(stage.trial, stage.cro.id, ZERO)]
    assert len(records) > 8
    edges = {time for begin, until, _, _ in records for time in (begin - 1, begin, until - 1, until)}
    for time in sorted(edge for edge in edges if edge > stage.now):
        said = {act for begin, until, mask, _ in records if begin <= time < until for act in LENT if mask & 1 << act}
        assert acts(stage, time) == said


def test_a_party_that_does_not_exist_is_not_appointed(stage: Stage) -> None:
    refused = refusal(stage, appointee=digest("nobody"))
    assert refused == ("PartyUnknown", digest("nobody"))
    assert refusal(stage, appointee=ZERO) == ("PartyUnknown", ZERO)


def test_a_sponsor_does_not_appoint_itself(stage: Stage) -> None:
    assert refusal(stage, appointee=stage.sponsor) == ("SameParty", stage.sponsor.id)


def test_roles_grant_nothing(stage: Stage) -> None:
    """A named co-sponsor is shown as such, and may do no act."""
    for role in (10, 1, 2, 255):
        stage.registry.nameRole(stage.naming(role=role), {"from": stage.clerk})
    assert acts(stage) == set()


def test_a_role_is_that_of_a_party_that_exists(stage: Stage) -> None:
    refused = stage.refusal(stage.registry.nameRole, stage.naming(party=digest("nobody")), by=stage.clerk)
    assert refused == ("PartyUnknown", digest("nobody"))


def test_a_role_is_taken_back_by_a_second_statement(stage: Stage) -> None:
    for held in (True, False):
        sent = stage.registry.nameRole(stage.naming(held=held), {"from": stage.clerk})
        assert sent.events["RoleNamed"]["held"] is held
    assert stage.state().acts == 3


def test_a_stream_is_opened_once_by_each_writer(stage: Stage) -> None:
    appoint(stage, stream=STREAM_NAME, acts=1 << OPEN)
    mine = stage.registry.openStream(stage.opening(), {"from": stage.clerk})
    refused = stage.refusal(stage.registry.openStream, stage.opening(), by=stage.clerk)
    assert refused == ("StreamOpenedBefore", stage.trial, stage.sponsor.id, STREAM_NAME)
    assert stage.registry.streamOpenedAt(stage.trial, stage.cro.id, STREAM_NAME) == 0
    stage.registry.openStream(stage.opening(stage.cro), {"from": stage.cro.key})
    assert stage.registry.streamOpenedAt(stage.trial, stage.sponsor.id, STREAM_NAME) == mine.timestamp
    assert stage.registry.streamOpenedAt(stage.trial, stage.cro.id, STREAM_NAME) != 0


def test_a_stream_has_a_name(stage: Stage) -> None:
    assert stage.refusal(stage.registry.openStream, stage.opening(stream=ZERO), by=stage.clerk) == ("DigestMissing",)


def test_a_writer_has_opened_its_stream_and_is_still_appointed(stage: Stage) -> None:
    """What the contract that keeps the streams asks before each step."""
    require, question = stage.registry.requireWriter, (stage.trial, stage.cro.id, 2, STREAM_NAME)
    not_open = ("StreamNotOpen", stage.trial, stage.cro.id, STREAM_NAME)
    until = stage.now + 10 * DAY
    assert stage.refusal(require, *question, by=stage.outsider) == not_open
    appoint(stage, stream=STREAM_NAME, acts=1 << OPEN, until=until)
    assert stage.refusal(require, *question, by=stage.outsider) == not_open
    sent = stage.registry.openStream(stage.opening(stage.cro), {"from": stage.cro.key})
    assert require(*question) == sent.timestamp
    assert stage.accepts(require, *question, by=stage.outsider, time=until - 1)
    ended = ("NotPermitted", stage.trial, stage.cro.id, OPEN)
    assert stage.refusal(require, *question, by=stage.outsider, time=until) == ended
    stage.transfer(stage.sponsor, stage.committee)
    assert stage.refusal(require, *question, by=stage.outsider) == ended
