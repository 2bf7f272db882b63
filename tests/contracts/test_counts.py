"""Counts that run to their end refuse the next act, and never run over into what is stored beside them."""

from __future__ import annotations

import pytest

from .chain import slot, store, stored
from .stage import ACT, PLAN, RESULTS, Stage, creation, digest, padded

ACTS, TENURE, VERSIONS = 32, 104, 112  # first bits in the trial's header


TRIALS, TRIALS_WORD = 3, 6  # slots of the registry
PARTIES, BY_NUMBER = 3, 5  # slots of `Parties`


def fill(stage: Stage, shift: int, value: int) -> None:
    """Writes a count into the trial's header, as if so much had happened."""
    place = slot(TRIALS, stage.trial)
    store(stage.registry, place, stored(stage.registry, place) | value << shift)


def test_sponsorship_moves_255_times(stage: Stage) -> None:
    """The move after would bring back the first sponsorship's number, and with it its appointments."""
    fill(stage, TENURE, 2**8 - 1)
    stage.registry.offerTransfer(stage.offer(stage.cro), {"from": stage.manager})
    when = stage.state().effective
    refused = stage.refusal(stage.registry.acceptTransfer, stage.acceptance(stage.cro), by=stage.cro.key, time=when)
    assert refused == ("CountExhausted",)


def test_acts_run_to_32_bits(stage: Stage) -> None:
    fill(stage, ACTS, 2**32 - 1)
    refused = stage.refusal(stage.registry.recordMilestone, stage.milestone(), by=stage.clerk)
    assert refused == ("CountExhausted",)


@pytest.mark.parametrize("kind", range(1, 10))
def test_versions_of_each_kind_run_to_16_bits(stage: Stage, kind: int) -> None:
    before = stage.state().versions
    fill(stage, VERSIONS + 16 * (kind - 1), 2**16 - 1)
    expected = [2**16 - 1 if place == kind else count for place, count in enumerate(before, start=1)]
    assert stage.state().versions == expected  # and the neighbours are as they were
    if kind == RESULTS:
        refused = stage.refusal(stage.registry.reportResult, *stage.report(), by=stage.clerk)
    elif kind <= PLAN + 1:
        refused = stage.refusal(stage.registry.seal, stage.sealing(kind=kind, version=0), by=stage.clerk)
    else:
        refused = stage.refusal(stage.registry.seal, stage.file(kind, version=0), by=stage.clerk)
    assert refused == ("CountExhausted",)


def test_no_count_touches_its_neighbours(stage: Stage) -> None:
    """All at their ends but for the acts: each is still read as itself."""
    fill(stage, VERSIONS, 2**144 - 1)
    fill(stage, TENURE, 2**8 - 1)
    state = stage.state()
    assert state.sponsor == stage.sponsor.id and state.acts == 1 and state.tenure == 2**8 - 1
    assert state.created_at == stage.registry.documentTimes(stage.trial, 1, [stage.registration()[2]])[0]
    assert set(state.versions) == {2**16 - 1}


def test_parties_run_to_32_bits(stage: Stage) -> None:
    """The party after would have number 0, which is nobody's."""
    store(stage.parties, BY_NUMBER, 2**32 - 1)
    assert stage.parties.partyCount() == 2**32 - 1
    refused = stage.refusal(stage.parties.createParty, creation("one too many"), by=stage.outsider)
    assert refused == ("PartiesExhausted",)


def test_trials_run_to_32_bits(stage: Stage) -> None:
    word = stored(stage.registry, TRIALS_WORD)
    store(stage.registry, TRIALS_WORD, word | (2**32 - 1) << 224)
    assert stage.registry.trialCount() == 2**32 - 1
    another = stage.registration(code=padded("another"))
    assert stage.refusal(stage.registry.register, another, by=stage.clerk) == ("CountExhausted",)


@pytest.mark.parametrize("act", ["addKey", "revokeKey", "declareCompromise", "changeProfile"])
def test_acts_of_a_party_run_to_32_bits(stage: Stage, act: str) -> None:
    place = slot(PARTIES, stage.sponsor.id) + 1
    calls = {
        "addKey": (stage.sponsor.id, stage.outsider, ACT),
        "revokeKey": (stage.sponsor.id, stage.clerk),
        "declareCompromise": (stage.sponsor.id, stage.clerk, 1000),
        "changeProfile": (stage.sponsor.id, digest("profile 2")),
    }
    function, word = getattr(stage.parties, act), stored(stage.parties, place)
    for count, expected in ((2**32 - 2, None), (2**32 - 1, ("CountExhausted",))):
        store(stage.parties, place, word % 2**224 | count << 224)
        assert stage.refusal(function, calls[act], by=stage.sponsor.key) == expected
