"""Sponsorship moves by offer and acceptance, both by managing keys; who sponsored when is answered for ever."""

from __future__ import annotations

from itertools import pairwise

from .chain import ZERO, raw, rpc, undone
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
    VETO,
    WEEK,
    Party,
    Stage,
    address,
    digest,
)


def acceptance(stage: Stage, party: Party, time: int | None = None) -> tuple[object, ...] | None:
    """Its refusal as soon as the offer is effective, or at another time."""
    time = max(stage.state().effective, stage.now + 1) if time is None else time
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
    assert acceptance(stage, nobody) == ("KeyNotValid", ZERO, address(stage.stranger.key), MANAGE)


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
    begin = stage.now + WEEK + 5 * DAY
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
    stage.wait_until(stage.state().effective)
    sent = stage.registry.acceptTransfer(stage.acceptance(stage.cro), {"from": stage.cro.key})
    event = sent.events["TransferAccepted"]
    assert (raw(event["from"]), raw(event["actor"])) == (stage.sponsor.id, stage.cro.id)
    assert stage.state().acts == 5


# ----- offers of a sponsor with several managing keys -----


def offered(stage: Stage) -> int:
    """The sponsor, which has two managing keys, offers the trial to the CRO; from when on it can be accepted."""
    stage.registry.offerTransfer(stage.offer(stage.cro), {"from": stage.manager})
    assert stage.state().effective == stage.now + WEEK
    return stage.state().effective


def veto(stage: Stage, key: object, time: int | None = None) -> tuple[object, ...] | None:
    return stage.refusal(stage.registry.vetoOffer, stage.veto(), by=key, time=time)


def test_an_offer_of_one_managing_key_is_effective_at_once(stage: Stage) -> None:
    stage.transfer(stage.sponsor, stage.cro)
    sent = stage.registry.offerTransfer(stage.offer(stage.committee, stage.cro), {"from": stage.cro.key})
    assert stage.state().effective == sent.timestamp == sent.events["TransferOffered"]["effective"]
    refused = stage.refusal(stage.registry.acceptTransfer, stage.acceptance(stage.committee), by=stage.committee.key)
    assert refused is None
    refused = stage.refusal(stage.registry.vetoOffer, stage.veto(stage.cro), by=stage.cro.key)
    assert refused == ("NoOfferToVeto", stage.trial)


def test_an_offer_is_accepted_after_a_week_to_the_second(stage: Stage) -> None:
    effective = offered(stage)
    for time in (stage.now + 1, effective - 1):
        assert acceptance(stage, stage.cro, time) == ("OfferNotYetEffective", stage.trial, effective)
    for time in (effective, effective + 1):
        assert acceptance(stage, stage.cro, time) is None


def test_any_managing_key_of_before_vetoes_an_offer_for_a_week_to_the_second(stage: Stage) -> None:
    effective = offered(stage)
    for key in (stage.sponsor.key, stage.manager):  # the one that offered too
        assert veto(stage, key) is veto(stage, key, effective - 1) is None
        for time in (effective, effective + 1):
            assert veto(stage, key, time) == ("NoOfferToVeto", stage.trial)
    for key in (stage.clerk, stage.stranger.key):
        assert veto(stage, key) == ("KeyNotValid", stage.sponsor.id, address(key), MANAGE)


def test_a_vetoed_offer_is_gone_and_may_be_made_again(stage: Stage) -> None:
    effective = offered(stage)
    sent = stage.registry.vetoOffer(stage.veto(), {"from": stage.sponsor.key})
    assert raw(sent.events["TransferVetoed"]["to"]) == stage.cro.id
    state = stage.state()
    assert (state.offered_to, state.effective, state.acts) == (ZERO, 0, 3)
    assert acceptance(stage, stage.cro, effective) == ("NotOffered", stage.trial, stage.cro.id)
    assert veto(stage, stage.sponsor.key) == ("NoOfferToVeto", stage.trial)
    offered(stage)


def test_a_withdrawal_of_an_offer_takes_effect_at_once(stage: Stage) -> None:
    effective = offered(stage)
    sent = stage.registry.offerTransfer(stage.offer(ZERO), {"from": stage.sponsor.key})
    assert sent.events["TransferOffered"]["effective"] == 0
    assert (stage.state().offered_to, stage.state().effective) == (ZERO, 0)
    assert acceptance(stage, stage.cro, effective) == ("NotOffered", stage.trial, stage.cro.id)


def test_an_offer_made_anew_waits_anew(stage: Stage) -> None:
    first = offered(stage)
    stage.wait_until(first - 1)
    second = offered(stage)
    assert acceptance(stage, stage.cro, first + 1) == ("OfferNotYetEffective", stage.trial, second)


def test_a_key_that_is_being_removed_vetoes_an_offer_to_its_last_second(stage: Stage) -> None:
    stage.parties.revokeKey((stage.sponsor.id, stage.sponsor.key), {"from": stage.manager})
    end = stage.parties.keyOf(stage.sponsor.id, stage.sponsor.key)[3]
    offered(stage)
    assert veto(stage, stage.sponsor.key, end - 1) is None
    refused = veto(stage, stage.sponsor.key, end)
    assert refused == ("KeyNotValid", stage.sponsor.id, address(stage.sponsor.key), MANAGE)


def test_a_key_that_was_asked_for_before_the_offer_vetoes_it(stage: Stage) -> None:
    for seconds in (-1, 0, 1, WEEK - 1):
        with undone():
            stage.parties.addKey((stage.sponsor.id, stage.outsider, MANAGE), {"from": stage.manager})
            begins = stage.now + WEEK
            rpc("evm_setNextBlockTimestamp", begins - seconds)
            effective = offered(stage)
            for time in (max(begins, stage.now), effective - 1):
                assert veto(stage, stage.outsider, time) is None


def test_a_key_that_the_only_one_adds_after_an_offer_does_not_veto_it(stage: Stage) -> None:
    """The offer waits, since the other key was being removed when it was made; then the new key begins at once."""
    stage.parties.revokeKey((stage.sponsor.id, stage.manager), {"from": stage.sponsor.key})
    alone = stage.now + WEEK
    stage.wait_until(alone - DAY)
    stage.send(stage.registry.offerTransfer, stage.offer(stage.cro), by=stage.sponsor.key)
    made = stage.now
    rpc("evm_setNextBlockTimestamp", alone)
    stage.send(stage.parties.addKey, (stage.sponsor.id, stage.outsider, MANAGE), by=stage.sponsor.key)
    assert stage.parties.keyOf(stage.sponsor.id, stage.outsider)[2] == alone
    assert veto(stage, stage.outsider) == ("KeyNotBefore", stage.sponsor.id, address(stage.outsider), made)
    assert veto(stage, stage.sponsor.key) is None


def test_only_the_sponsor_vetoes(stage: Stage) -> None:
    offered(stage)
    for other in (stage.cro, stage.stranger):
        refused = stage.refusal(stage.registry.vetoOffer, stage.veto(other), by=other.key)
        assert refused == ("NotPermitted", stage.trial, other.id, VETO)
    refused = stage.refusal(stage.registry.vetoOffer, stage.veto(trial=digest("no trial")), by=stage.manager)
    assert refused == ("TrialUnknown", digest("no trial"))


def test_an_offer_made_while_a_key_is_going_waits_though_one_key_is_left(stage: Stage) -> None:
    stage.parties.revokeKey((stage.sponsor.id, stage.sponsor.key), {"from": stage.manager})
    assert stage.parties.partyOf(stage.sponsor.id)[2] == 1
    offered(stage)
