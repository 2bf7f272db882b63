"""Every act from every wrong key: nobody acts for a party but its own valid keys, of the right purpose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from .chain import mined
from .stage import (
    ACCEPT,
    ACT,
    APPOINT,
    ATTEST,
    CLAIM,
    MANAGE,
    MILESTONE,
    NAME_ROLE,
    OFFER,
    OPEN,
    REPORT,
    SEAL,
    SHORTEN,
    UNCLAIM,
    VETO,
    Party,
    Stage,
    address,
    digest,
    padded,
    trial_id,
)

# What `staged` prepares: an appointment to shorten, an offer to the committee, a statement to withdraw.
Call = Callable[[Stage, Party], tuple[Any, ...]]  # the function, and its arguments with this party as the actor

TRIAL_ACTS: dict[int, Call] = {
    SEAL: lambda s, actor: (s.registry.seal, s.sealing(actor)),
    MILESTONE: lambda s, actor: (s.registry.recordMilestone, s.milestone(actor)),
    REPORT: lambda s, actor: (s.registry.reportResult, *s.report(actor)),
    CLAIM: lambda s, actor: (s.registry.claimRegistryId, s.claim(actor)),
    UNCLAIM: lambda s, actor: (s.registry.withdrawRegistryId, s.unclaim(actor)),
    APPOINT: lambda s, actor: (s.registry.appoint, s.appointment(actor, appointee=s.committee)),
    SHORTEN: lambda s, actor: (s.registry.shortenAppointment, s.shortening(actor)),
    OFFER: lambda s, actor: (s.registry.offerTransfer, s.offer(s.committee, actor)),
    VETO: lambda s, actor: (s.registry.vetoOffer, s.veto(actor)),
    NAME_ROLE: lambda s, actor: (s.registry.nameRole, s.naming(actor)),
    OPEN: lambda s, actor: (s.registry.openStream, s.opening(actor)),
}
OWN_ACTS: dict[str, Call] = {
    "register": lambda s, actor: (s.registry.register, s.registration(actor, code=padded("another"))),
    "attest": lambda s, actor: (s.attestations.attest, s.statement(actor)),
    "withdraw": lambda s, actor: (s.attestations.withdraw, (actor.id, s.trial, digest("a log"))),
}
PARTY_ACTS: dict[str, Call] = {
    "addKey": lambda s, actor: (s.parties.addKey, (actor.id, s.outsider, ACT)),
    "revokeKey": lambda s, actor: (s.parties.revokeKey, (actor.id, s.clerk)),
    "vetoKey": lambda s, actor: (s.parties.vetoKey, (actor.id, s.manager)),
    "declareCompromise": lambda s, actor: (s.parties.declareCompromise, (actor.id, s.clerk, 1000)),
    "contestCompromise": lambda s, actor: (s.parties.contestCompromise, (actor.id, s.writer)),
    "changeProfile": lambda s, actor: (s.parties.changeProfile, (actor.id, digest("profile 2"))),
}
ALL_ACTS: dict[Any, Call] = {**TRIAL_ACTS, **OWN_ACTS, **PARTY_ACTS}
MANAGED = (OFFER, VETO, *PARTY_ACTS)  # acts that need a managing key
VOUCHED = ("attest", "withdraw")  # acts that need a key for attesting; the others need one for acting


@pytest.fixture(scope="module", autouse=True)
def staged(stage: Stage, module_starts_from_the_stage: None) -> Stage:
    """Everything that an act refers to exists, so that only the sender can be wrong."""
    by = {"from": stage.sponsor.key}
    stage.registry.appoint(stage.appointment(acts=0b111100 | 1 << UNCLAIM), by)
    stage.registry.offerTransfer(stage.offer(stage.committee), by)
    stage.parties.declareCompromise((stage.sponsor.id, stage.writer, 1000), by)
    stage.parties.addKey((stage.sponsor.id, stage.outsider, MANAGE), by)
    return stage


def call_of(act: Any, stage: Stage, actor: Party) -> tuple[Any, ...]:
    """The act; vetoes are about the key whose addition is pending, additions about a new one."""
    function, *arguments = ALL_ACTS[act](stage, actor)
    if act == "vetoKey":
        arguments = [(actor.id, stage.outsider)]
    if act == "addKey":
        arguments = [(actor.id, "0x" + 40 * "7", ACT)]
    return (function, *arguments)


def purpose_of(act: Any) -> int:
    return MANAGE if act in MANAGED else ATTEST if act in VOUCHED else ACT


def right_key(stage: Stage, act: Any) -> Any:
    """The sponsor's key that has the act's purpose only."""
    return {MANAGE: stage.manager, ATTEST: stage.voucher, ACT: stage.clerk}[purpose_of(act)]


@pytest.mark.parametrize("act", ALL_ACTS)
def test_the_right_key_is_let_in(staged: Stage, act: Any) -> None:
    """Or else the refusals below would show nothing."""
    assert staged.refusal(*call_of(act, staged, staged.sponsor), by=right_key(staged, act)) is None


@pytest.mark.parametrize("act", ALL_ACTS)
def test_a_stranger_cannot_act_in_the_sponsors_name(staged: Stage, act: Any) -> None:
    refusal = staged.refusal(*call_of(act, staged, staged.sponsor), by=staged.stranger.key)
    assert refusal == ("KeyNotValid", staged.sponsor.id, address(staged.stranger.key), purpose_of(act))


@pytest.mark.parametrize("act", ALL_ACTS)
def test_a_key_of_no_party_cannot_act(staged: Stage, act: Any) -> None:
    nobody = "0x" + 40 * "9"
    refusal = staged.refusal(*call_of(act, staged, staged.sponsor), by=nobody)
    assert refusal == ("KeyNotValid", staged.sponsor.id, nobody, purpose_of(act))


@pytest.mark.parametrize("act", ALL_ACTS)
def test_a_key_for_other_purposes_cannot_act(staged: Stage, act: Any) -> None:
    for wrong in {staged.writer, staged.clerk, staged.manager, staged.voucher} - {right_key(staged, act)}:
        refusal = staged.refusal(*call_of(act, staged, staged.sponsor), by=wrong)
        assert refusal == ("KeyNotValid", staged.sponsor.id, address(wrong), purpose_of(act))


@pytest.mark.parametrize("act", ALL_ACTS)
def test_a_revoked_key_cannot_act(staged: Stage, act: Any) -> None:
    key = right_key(staged, act)
    asked = staged.parties.revokeKey((staged.sponsor.id, key), {"from": staged.sponsor.key})
    end = staged.parties.keyOf(staged.sponsor.id, key)[3]
    refusal = staged.refusal(*call_of(act, staged, staged.sponsor), by=key, time=max(end, asked.timestamp))
    assert refusal == ("KeyNotValid", staged.sponsor.id, address(key), purpose_of(act))


@pytest.mark.parametrize("act", TRIAL_ACTS)
def test_a_party_cannot_act_on_a_trial_that_is_not_its_own(staged: Stage, act: int) -> None:
    refusal = staged.refusal(*call_of(act, staged, staged.stranger), by=staged.stranger.key)
    assert refusal == ("NotPermitted", staged.trial, staged.stranger.id, act)


@pytest.mark.parametrize("act", [APPOINT, SHORTEN, OFFER, VETO, NAME_ROLE, OPEN])
def test_an_appointee_cannot_do_what_only_the_sponsor_may(staged: Stage, act: int) -> None:
    """It is appointed for sealing, milestones, results and registry numbers. Appointing is not among them, so that no
    appointee can appoint."""
    refusal = staged.refusal(*call_of(act, staged, staged.cro), by=staged.cro.key)
    assert refusal == ("NotPermitted", staged.trial, staged.cro.id, act)


@pytest.mark.parametrize("act", [SEAL, MILESTONE, REPORT, CLAIM, UNCLAIM])
def test_an_appointee_acts_in_its_own_name_only(staged: Stage, act: int) -> None:
    assert staged.accepts(*call_of(act, staged, staged.cro), by=staged.cro.key)
    refusal = staged.refusal(*call_of(act, staged, staged.sponsor), by=staged.cro.key)
    assert refusal == ("KeyNotValid", staged.sponsor.id, address(staged.cro.key), ACT)


@pytest.mark.parametrize("act", TRIAL_ACTS)
def test_no_act_on_a_trial_that_is_not_registered(staged: Stage, act: int) -> None:
    unknown = digest("no such trial")
    function, *arguments = call_of(act, replace(staged, trial=unknown), staged.sponsor)
    assert staged.refusal(function, *arguments, by=staged.sponsor.key) == ("TrialUnknown", unknown)


def test_acceptance_of_an_unknown_trial_is_refused(staged: Stage) -> None:
    unknown = digest("no such trial")
    acceptance = staged.acceptance(staged.committee, unknown)
    refusal = staged.refusal(staged.registry.acceptTransfer, acceptance, by=staged.committee.key)
    assert refusal == ("TrialUnknown", unknown)


def test_acceptance_needs_a_managing_key_of_the_party_it_is_offered_to(staged: Stage) -> None:
    acceptance = staged.acceptance(staged.committee)
    staged.parties.addKey((staged.committee.id, staged.clerk, ACT), {"from": staged.committee.key})
    for wrong in (staged.clerk, staged.sponsor.key, staged.stranger.key):
        refusal = staged.refusal(staged.registry.acceptTransfer, acceptance, by=wrong)
        assert refusal == ("KeyNotValid", staged.committee.id, address(wrong), MANAGE)
    when = staged.state().effective
    assert staged.accepts(staged.registry.acceptTransfer, acceptance, by=staged.committee.key, time=when)


@pytest.mark.parametrize("act", [*TRIAL_ACTS, ACCEPT, *OWN_ACTS, *PARTY_ACTS])
def test_a_front_runner_gains_nothing_by_copying_calldata(staged: Stage, act: Any) -> None:
    """The copied bytes name the party whose act it is, and the copier has none of its keys."""
    if act == ACCEPT:
        actor, function = staged.committee, staged.registry.acceptTransfer
        copied = function.encode_input(staged.acceptance(actor))
    else:
        actor = staged.sponsor
        function, *arguments = call_of(act, staged, actor)
        copied = function.encode_input(*arguments)
    before = staged.state(), staged.parties.wordOf(actor.id)
    call = {"from": str(staged.stranger.key), "to": function._address, "data": copied}
    assert mined(call)["status"] == "0x0"
    assert (staged.state(), staged.parties.wordOf(actor.id)) == before


def test_a_front_runner_registering_under_its_own_name_gets_another_trial(staged: Stage) -> None:
    """The sponsor's code, protocol and endpoints, copied and sent first, block nothing."""
    code = padded("another")
    staged.registry.register(staged.registration(staged.stranger, code=code), {"from": staged.stranger.key})
    staged.registry.register(staged.registration(staged.sponsor, code=code), {"from": staged.sponsor.key})
    mine, copied = trial_id(staged.sponsor, code), trial_id(staged.stranger, code)
    assert mine != copied
    assert staged.state(mine).sponsor == staged.sponsor.id
    assert staged.state(copied).sponsor == staged.stranger.id


def test_the_same_trial_cannot_be_registered_twice(staged: Stage) -> None:
    again = staged.registration(protocol=digest("other protocol"))
    refusal = staged.refusal(staged.registry.register, again, by=staged.sponsor.key)
    assert refusal == ("TrialExists", staged.trial)
