"""Several acts in one block, all of one second: what counts is their order, whoever sends them."""

from __future__ import annotations

from typing import Any

from .chain import in_one_block, undone
from .signing import FAR, local_key, signed
from .stage import ACT, MANAGE, MILESTONE, STREAM_NAME, WEEK, Stage, digest

Call = tuple[Any, Any, tuple[Any, ...]]


def stands(stage: Stage, calls: list[Call], time: int | None = None) -> str:
    """Which of these acts stand that lie in one block: 'x' for each that does, '-' for each that is refused."""
    receipts = in_one_block(stage.now + 5 if time is None else time, calls)
    return "".join("x" if one["status"] == "0x1" else "-" for one in receipts)


def milestone(stage: Stage, by: Any, actor: Any = None) -> Call:
    return by, stage.registry.recordMilestone, (stage.milestone(actor),)


def test_a_key_acts_until_the_act_that_revokes_it(stage: Stage) -> None:
    revoked = (stage.manager, stage.parties.revokeKey, ((stage.sponsor.id, stage.clerk),))
    assert stands(stage, [milestone(stage, stage.clerk), revoked, milestone(stage, stage.clerk)]) == "xx-"


def test_a_key_acts_from_the_act_that_adds_it(stage: Stage) -> None:
    added = (stage.manager, stage.parties.addKey, ((stage.sponsor.id, stage.outsider, ACT),))
    assert stands(stage, [milestone(stage, stage.outsider), added, milestone(stage, stage.outsider)]) == "-xx"


def test_an_appointee_acts_between_appointment_and_its_end(stage: Stage) -> None:
    act = milestone(stage, stage.cro.key, stage.cro)
    appointed = (stage.clerk, stage.registry.appoint, (stage.appointment(acts=1 << MILESTONE),))
    ended = (stage.clerk, stage.registry.shortenAppointment, (stage.shortening(),))
    again = (stage.clerk, stage.registry.shortenAppointment, (stage.shortening(),))
    assert stands(stage, [act, appointed, act, ended, act, again, appointed, act]) == "-xxx--xx"


def test_a_sponsor_acts_until_the_act_that_takes_over(stage: Stage) -> None:
    stage.registry.offerTransfer(stage.offer(stage.cro), {"from": stage.sponsor.key})
    effective = stage.state().effective
    veto = (stage.manager, stage.registry.vetoOffer, (stage.veto(),))
    taken = (stage.cro.key, stage.registry.acceptTransfer, (stage.acceptance(stage.cro),))
    old, new = milestone(stage, stage.clerk), milestone(stage, stage.cro.key, stage.cro)
    appointed = (stage.clerk, stage.registry.appoint, (stage.appointment(appointee=stage.stranger),))
    friend = milestone(stage, stage.stranger.key, stage.stranger)
    with undone():
        assert stands(stage, [taken, veto, taken], effective - 1) == "-x-"
    calls = [veto, old, appointed, friend, taken, old, friend, new, veto, taken]
    assert stands(stage, calls, effective) == "-xxxx--x--"


def test_an_offer_cannot_be_exchanged_under_the_hand_of_who_accepts(stage: Stage) -> None:
    """Another offer waits anew; one to another party is not this one's."""
    stage.registry.offerTransfer(stage.offer(stage.cro), {"from": stage.sponsor.key})
    effective = stage.state().effective
    taken = (stage.cro.key, stage.registry.acceptTransfer, (stage.acceptance(stage.cro),))
    for to in (stage.cro, stage.stranger):
        with undone():
            other = (stage.manager, stage.registry.offerTransfer, (stage.offer(to),))
            assert stands(stage, [other, taken], effective) == "x-"


def test_a_signed_act_counts_once_in_a_block(stage: Stage) -> None:
    """Sent twice by two payers, beside its cancellation, and in its last second."""
    signer = local_key("a gateway")
    stage.parties.addKey((stage.sponsor.id, signer.address, ACT), {"from": stage.sponsor.key})
    act = (stage.milestone(),)
    relayed = signed(stage.registry, stage.registry.recordMilestone, act, signer, 0, FAR)
    by = (stage.outsider, stage.stranger.key)
    assert stands(stage, [(one, stage.registry.relay, relayed) for one in by]) == "x-"
    last = stage.now + 7
    for time, stood in ((last - 1, "x-"), (last, "x-"), (last + 1, "--")):
        with undone():
            timed = signed(stage.registry, stage.registry.recordMilestone, act, signer, 1, last)
            assert stands(stage, [(one, stage.registry.relay, timed) for one in by], time) == stood


def test_a_signed_act_of_a_key_that_is_revoked_before_it_is_sent(stage: Stage) -> None:
    """Its nonce is not used up by the refusal; a revoked key never comes back, so that it is of no use to anybody."""
    signer = local_key("a gateway")
    named = (stage.sponsor.id, signer.address)
    stage.parties.addKey((*named, ACT), {"from": stage.sponsor.key})
    relayed = signed(stage.registry, stage.registry.recordMilestone, (stage.milestone(),), signer, 0, FAR)
    revoked = (stage.manager, stage.parties.revokeKey, (named,))
    added = (stage.manager, stage.parties.addKey, ((*named, ACT),))
    sent = (stage.outsider, stage.registry.relay, relayed)
    assert stands(stage, [revoked, sent, added, sent]) == "x---"
    assert not stage.registry.nonceUsed(signer.address, 0)


def test_a_contest_does_not_cover_what_is_stated_after_it(stage: Stage) -> None:
    """In the same second: the last statement stands until it is contested itself."""
    named = (stage.sponsor.id, str(stage.sponsor.key))
    stated = [(stage.manager, stage.parties.declareCompromise, ((*named, since),)) for since in (1000, 999)]
    contested = (stage.sponsor.key, stage.parties.contestCompromise, (named,))
    time = stage.now + 5
    with undone():
        assert stands(stage, [stated[0], contested, stated[1], contested, contested], time) == "xxxx-"
        assert tuple(stage.parties.keyOf(*named)[4:7]) == (999, time, time)
    assert stands(stage, [stated[0], contested, stated[1]], time) == "xxx"
    assert tuple(stage.parties.keyOf(*named)[4:7]) == (999, time, 0)
    for later, open_ in ((time + WEEK - 1, True), (time + WEEK, False)):
        assert stage.accepts(stage.parties.contestCompromise, named, by=stage.sponsor.key, time=later) is open_


def test_a_wish_that_was_vetoed_may_be_vetoed_again_in_that_block(stage: Stage) -> None:
    named = (stage.sponsor.id, str(stage.sponsor.key))
    friend = (stage.sponsor.id, str(stage.outsider))
    asked = (stage.manager, stage.parties.revokeKey, (named,))
    added = (stage.manager, stage.parties.addKey, ((*friend, MANAGE),))
    vetoes = [(stage.sponsor.key, stage.parties.vetoKey, (one,)) for one in (named, friend)]
    assert stands(stage, [asked, asked, vetoes[0], asked, vetoes[0], vetoes[0]]) == "x-xxx-"
    assert stands(stage, [added, added, vetoes[1], added, vetoes[1], vetoes[1]]) == "x-xxx-"
    assert stage.parties.partyOf(stage.sponsor.id)[2:4] == (2, 0)


def test_a_writer_anchors_until_its_appointment_ends(stage: Stage) -> None:
    entries = [digest(f"entry {number}") for number in range(3)]
    opened = (stage.clerk, stage.registry.openStream, (stage.opening(),))
    first = (stage.writer, stage.log.extend, stage.extension(entries[:1]))
    second = (stage.writer, stage.log.extend, stage.extension(entries, 1))
    revoked = (stage.manager, stage.parties.revokeKey, ((stage.sponsor.id, stage.writer),))
    assert stands(stage, [first, opened, first, first, revoked, second]) == "-xx-x-"
    assert stage.head(stream=STREAM_NAME).size == 1
