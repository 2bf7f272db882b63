"""Counts that run to their end refuse the next act, and never run over into what is stored beside them."""

from __future__ import annotations

import pytest
from eth_utils.crypto import keccak

from .stage import PLAN, RESULTS, Stage, digest, rpc

ACTS, TENURE, VERSIONS = 32, 104, 112  # first bits in the trial's header


def header(stage: Stage) -> tuple[int, int]:
    """The storage slot of the trial's header, and the word in it."""
    for slot in range(10):
        place = int.from_bytes(keccak(stage.trial + slot.to_bytes(32, "big")), "big")
        word = int(rpc("eth_getStorageAt", stage.registry.address, f"{place:#066x}", "latest"), 16)
        if word:
            return place, word
    raise AssertionError("the trial's header was not found in storage")


def fill(stage: Stage, shift: int, value: int) -> None:
    """Writes a count into the header, as if so much had happened."""
    place, word = header(stage)
    rpc("anvil_setStorageAt", stage.registry.address, f"{place:#066x}", f"{word | value << shift:#066x}")


def test_sponsorship_moves_255_times(stage: Stage) -> None:
    """The move after would bring back the first sponsorship's number, and with it its appointments."""
    fill(stage, TENURE, 2**8 - 1)
    stage.registry.offerTransfer(stage.offer(stage.cro), {"from": stage.manager})
    refused = stage.refusal(stage.registry.acceptTransfer, stage.acceptance(stage.cro), by=stage.cro.key)
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
    for slot in range(10):
        place = f"{slot:#066x}"
        before = rpc("eth_getStorageAt", stage.parties.address, place, "latest")
        rpc("anvil_setStorageAt", stage.parties.address, place, f"{2**32 - 1:#066x}")
        if stage.parties.partyCount() == 2**32 - 1:
            break
        rpc("anvil_setStorageAt", stage.parties.address, place, before)
    creation = (digest("one too many"), digest("profile"))
    assert stage.refusal(stage.parties.createParty, creation, by=stage.outsider) == ("PartiesExhausted",)
