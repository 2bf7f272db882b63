"""Sponsorship moves by offer and acceptance, both by managing keys; who sponsored when is answered for ever."""

from __future__ import annotations

from itertools import pairwise

from .stage import (
    ACT,
    DAY,
    LEAVES,
    MANAGE,
    MILESTONE,
    OFFER,
    OPEN,
    SHORTEN,
    STREAM_NAME,
    ZERO,
    Party,
    Stage,
    address,
    digest,
    raw,
)


def acceptance(stage: Stage, party: Party, time: int | None = None) -> tuple[object, ...] | None:
    return stage.refusal(stage.registry.acceptTransfer, stage.acceptance(party), by=party.key, time=time)


def may(stage: Stage, party: Party) -> bool:
    """Whether a party may act on the trial now."""
    refused = stage.refusal(stage.registry.recordMilestone, stage.milestone(party), by=party.key)
    assert refused in (None, ("NotPermitted", stage.trial, party.id, MILESTONE))
    return refused is None


def test_a_transfer_half_done_changes_nothing_but_the_offer(stage: Stage) -> None:
    stage.registry.offerTransfer(stage.offer(stage.cro), {"from": stage.manager})
    state = stage.state()
    assert (state.sponsor, state.offered_to) == (stage.sponsor.id, stage.cro.id)
    assert may(stage, stage.sponsor) and not may(stage, stage.cro)
    assert raw(stage.registry.sponsorOf(stage.trial, stage.now)) == stage.sponsor.id


def test_acceptance_moves_every_right(stage: Stage) -> None:
    stage.transfer(stage.sponsor, stage.cro)
    state = stage.state()
    assert (state.sponsor, state.offered_to) == (stage.cro.id, ZERO)
    assert may(stage, stage.cro) and not may(stage, stage.sponsor)
    refused = stage.refusal(stage.registry.offerTransfer, stage.offer(stage.committee), by=stage.sponsor.key)
    assert refused == ("NotPermitted", stage.trial, stage.sponsor.id, OFFER)


def test_the_trials_id_and_documents_stay(stage: Stage) -> None:
    """A sponsor that took a trial over amends the same protocol, and the count goes on."""
    stage.transfer(stage.sponsor, stage.cro)
    assert stage.accepts(stage.registry.seal, stage.sealing(stage.cro), by=stage.cro.key)
    report = stage.report(stage.cro, endpoint=LEAVES[0], index=0)
    assert stage.accepts(stage.registry.reportResult, *report, by=stage.cro.key)


def test_nobody_else_accepts(stage: Stage) -> None:
    stage.registry.offerTransfer(stage.offer(stage.cro), {"from": stage.manager})
    for other in (stage.committee, stage.stranger, stage.sponsor):
        assert acceptance(stage, other) == ("NotOffered", stage.trial, other.id)


def test_nothing_is_accepted_that_was_not_offered(stage: Stage) -> None:
    assert acceptance(stage, stage.cro) == ("NotOffered", stage.trial, stage.cro.id)
    nobody = Party(ZERO, stage.stranger.key)
    assert acceptance(stage, nobody) == ("NotOffered", stage.trial, ZERO)


def test_an_offer_is_accepted_once(stage: Stage) -> None:
    stage.transfer(stage.sponsor, stage.cro)
    assert acceptance(stage, stage.cro) == ("NotOffered", stage.trial, stage.cro.id)


def test_an_acceptance_names_the_sponsor_whose_offer_it_accepts(stage: Stage) -> None:
    """Signed for one sponsor's offer, it cannot be used for another's, made when the trial had gone elsewhere."""
    by = stage.cro.key
    stage.registry.offerTransfer(stage.offer(stage.cro), {"from": stage.manager})
    for giver in (stage.committee, stage.cro, ZERO):
        wrong = stage.acceptance(stage.cro, giver=giver)
        refused = stage.refusal(stage.registry.acceptTransfer, wrong, by=by)
        assert refused == ("NotOffered", stage.trial, stage.cro.id)
    stage.transfer(stage.sponsor, stage.committee)
    stage.registry.offerTransfer(stage.offer(stage.cro, stage.committee), {"from": stage.committee.key})
    old = stage.acceptance(stage.cro, giver=stage.sponsor)
    refused = stage.refusal(stage.registry.acceptTransfer, old, by=by)
    assert refused == ("NotOffered", stage.trial, stage.cro.id)
    assert acceptance(stage, stage.cro) is None


def test_a_withdrawn_offer_is_not_accepted(stage: Stage) -> None:
    for to in (stage.cro, ZERO):
        stage.registry.offerTransfer(stage.offer(to), {"from": stage.manager})
    assert acceptance(stage, stage.cro) == ("NotOffered", stage.trial, stage.cro.id)
    assert stage.state().offered_to == ZERO


def test_a_later_offer_replaces_the_one_before(stage: Stage) -> None:
    for to in (stage.cro, stage.committee):
        stage.registry.offerTransfer(stage.offer(to), {"from": stage.manager})
    assert acceptance(stage, stage.cro) == ("NotOffered", stage.trial, stage.cro.id)
    assert acceptance(stage, stage.committee) is None


def test_an_acting_key_can_neither_offer_nor_accept(stage: Stage) -> None:
    refused = stage.refusal(stage.registry.offerTransfer, stage.offer(stage.cro), by=stage.clerk)
    assert refused == ("KeyNotValid", stage.sponsor.id, address(stage.clerk), MANAGE)
    stage.parties.addKey((stage.cro.id, stage.outsider, ACT), {"from": stage.cro.key})
    stage.registry.offerTransfer(stage.offer(stage.cro), {"from": stage.manager})
    refused = stage.refusal(stage.registry.acceptTransfer, stage.acceptance(stage.cro), by=stage.outsider)
    assert refused == ("KeyNotValid", stage.cro.id, address(stage.outsider), MANAGE)


def test_offers_to_itself_or_to_nobody_known(stage: Stage) -> None:
    for to, expected in (
        (stage.sponsor, ("SameParty", stage.sponsor.id)),
        (digest("nobody"), ("PartyUnknown", digest("nobody"))),
    ):
        assert stage.refusal(stage.registry.offerTransfer, stage.offer(to), by=stage.manager) == expected


def test_an_appointee_cannot_give_the_trial_away(stage: Stage) -> None:
    stage.registry.appoint(stage.appointment(acts=0b111100), {"from": stage.clerk})
    refused = stage.refusal(stage.registry.offerTransfer, stage.offer(stage.committee, stage.cro), by=stage.cro.key)
    assert refused == ("NotPermitted", stage.trial, stage.cro.id, OFFER)


def test_acceptance_ends_all_appointments(stage: Stage) -> None:
    by = {"from": stage.clerk}
    begin = stage.now + 5 * DAY
    stage.registry.appoint(stage.appointment(appointee=stage.committee), by)
    stage.registry.appoint(stage.appointment(appointee=stage.stranger, begin=begin), by)
    stage.registry.appoint(stage.appointment(stream=STREAM_NAME, appointee=stage.committee, acts=1 << OPEN), by)
    assert may(stage, stage.committee)
    stage.transfer(stage.sponsor, stage.cro)
    assert not may(stage, stage.committee)
    stage.wait_until(begin + 1)
    assert not may(stage, stage.stranger)
    refused = stage.refusal(stage.registry.openStream, stage.opening(stage.committee), by=stage.committee.key)
    assert refused == ("NotPermitted", stage.trial, stage.committee.id, OPEN)


def test_going_back_to_the_first_sponsor_revives_no_appointment(stage: Stage) -> None:
    """A to B to A: the appointment under A's first sponsorship stays ended, and cannot be shortened either."""
    stage.registry.appoint(stage.appointment(appointee=stage.committee), {"from": stage.clerk})
    stage.transfer(stage.sponsor, stage.cro)
    stage.transfer(stage.cro, stage.sponsor)
    assert may(stage, stage.sponsor) and not may(stage, stage.committee)
    shortening = stage.shortening(appointee=stage.committee)
    refused = stage.refusal(stage.registry.shortenAppointment, shortening, by=stage.clerk)
    assert refused == ("AppointmentUnknown", stage.committee.id, ZERO, 0)


def test_the_next_sponsor_appoints_anew_and_the_list_keeps_both(stage: Stage) -> None:
    stage.registry.appoint(stage.appointment(appointee=stage.committee), {"from": stage.clerk})
    stage.transfer(stage.sponsor, stage.cro)
    anew = stage.appointment(stage.cro, appointee=stage.committee)
    stage.registry.appoint(anew, {"from": stage.cro.key})
    assert may(stage, stage.committee)
    records = stage.registry.appointmentsOf(stage.trial, stage.committee.id, ZERO)
    assert [tuple(record)[3] for record in records] == [0, 1]


def test_the_former_sponsor_shortens_nothing(stage: Stage) -> None:
    stage.transfer(stage.sponsor, stage.cro)
    stage.registry.appoint(stage.appointment(stage.cro, appointee=stage.committee), {"from": stage.cro.key})
    shortening = stage.shortening(appointee=stage.committee)
    refused = stage.refusal(stage.registry.shortenAppointment, shortening, by=stage.clerk)
    assert refused == ("NotPermitted", stage.trial, stage.sponsor.id, SHORTEN)


def test_a_sponsor_that_was_an_appointee_before_keeps_no_appointment(stage: Stage) -> None:
    stage.registry.appoint(stage.appointment(), {"from": stage.clerk})
    stage.transfer(stage.sponsor, stage.cro)
    stage.transfer(stage.cro, stage.sponsor)
    assert not may(stage, stage.cro)


def test_who_sponsored_when_is_answered_for_ever(stage: Stage) -> None:
    created = stage.state().created_at
    sponsors, turns = [stage.sponsor, stage.cro, stage.committee, stage.sponsor], []
    for giver, taker in pairwise(sponsors):
        stage.wait_until(stage.now + 100 * DAY)
        stage.transfer(giver, taker)
        turns.append(stage.now)
    answers = [(0, ZERO), (created - 1, ZERO), (created, stage.sponsor.id)]
    for turn, before, after in zip(turns, sponsors, sponsors[1:], strict=False):
        answers += [(turn - 1, before.id), (turn, after.id)]
    answers.append((turns[-1] + 10_000 * DAY, stage.sponsor.id))
    assert [(time, raw(stage.registry.sponsorOf(stage.trial, time))) for time, _ in answers] == answers
    assert raw(stage.registry.sponsorOf(digest("no trial"), stage.now)) == ZERO
    ended = [(raw(sponsor), until) for sponsor, until in stage.registry.tenuresOf(stage.trial)]
    assert ended == [(party.id, turn) for party, turn in zip(sponsors, turns, strict=False)]
    assert stage.state().tenure == 3


def test_two_transfers_in_one_second_leave_the_last(stage: Stage) -> None:
    created = stage.state().created_at
    stage.wait_until(stage.now + DAY)
    stage.transfer(stage.sponsor, stage.cro)
    stage.transfer(stage.cro, stage.committee)
    assert raw(stage.registry.sponsorOf(stage.trial, stage.now)) == stage.committee.id
    assert raw(stage.registry.sponsorOf(stage.trial, created)) == stage.sponsor.id


def test_offers_and_acceptances_are_acts_of_the_trial(stage: Stage) -> None:
    stage.registry.offerTransfer(stage.offer(stage.committee), {"from": stage.manager})
    stage.registry.offerTransfer(stage.offer(ZERO), {"from": stage.manager})
    stage.registry.offerTransfer(stage.offer(stage.cro), {"from": stage.manager})
    sent = stage.registry.acceptTransfer(stage.acceptance(stage.cro), {"from": stage.cro.key})
    event = sent.events["TransferAccepted"]
    assert (raw(event["from"]), raw(event["actor"])) == (stage.sponsor.id, stage.cro.id)
    assert stage.state().acts == 5
