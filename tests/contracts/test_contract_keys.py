"""Keys that have code: an account that lent itself some, and contracts that answer as ERC-1271 has it, or not."""

from __future__ import annotations

from typing import Any

import pytest

from .chain import raw, rpc
from .signing import FAR, local_key, signed
from .stage import ACT, ALL, Stage, address

SIGNER, FRIEND = local_key("a sponsor's desk"), local_key("another desk")


@pytest.fixture(scope="module", autouse=True)
def staged(stage: Stage, module_starts_from_the_stage: None) -> Stage:
    """A key of the sponsor that is nobody's account here."""
    stage.parties.addKey((stage.sponsor.id, SIGNER.address, ALL & ~1), {"from": stage.sponsor.key})
    return stage


def refusal(stage: Stage, act: bytes, authorization: tuple[Any, ...]) -> Any:
    """Why a stranger is refused who relays an act of a trial; None if it would be accepted."""
    return stage.refusal(stage.registry.relay, act, authorization, by=stage.stranger.key)


@pytest.mark.parametrize("code", ["0x00", "0xfe", "0x60015f5260205ff3", "0x7f1626ba7e000000000000000000000000000000000000000000000000000000015f5260205ff3"])  # noqa: E501  # fmt: skip
def test_a_contract_that_does_not_answer_as_erc_1271_has_it(stage: Stage, code: str) -> None:
    """It stops, fails, returns 1, or the magic value with a bit more."""
    key = "0x" + 40 * "d"
    rpc("anvil_setCode", key, code)
    stage.parties.addKey((stage.sponsor.id, key, ACT), {"from": stage.sponsor.key})
    act = raw(stage.registry.recordMilestone.encode_input(stage.milestone()))
    assert refusal(stage, act, (key, 0, FAR, b"")) == ("SignatureNotValid", key)


# ECDSA comes before ERC-1271.
LENT = "0xef0100" + 40 * "e"  # code of an account that lent itself another's code (EIP-7702)


@pytest.mark.parametrize("code", [LENT, "0xfe", "0x5b5f56", "0x00", "0x5f5ffd"])
def test_a_key_with_code_still_signs_with_itself(stage: Stage, code: str) -> None:
    """Whatever the lent code says of signatures, and also where there is none at the address that it was lent from."""
    rpc("anvil_setCode", SIGNER.address, code)
    calldata, authorization = signed(stage.registry, stage.registry.recordMilestone, (stage.milestone(),), SIGNER)
    assert refusal(stage, calldata, authorization) is None
    stage.registry.relay(calldata, authorization, {"from": stage.stranger.key})


def test_a_key_with_code_that_signs_for_itself_is_asked_if_the_signature_is_not_its_own(stage: Stage) -> None:
    yes = "0x7f1626ba7e000000000000000000000000000000000000000000000000000000005f5260205ff3"
    act = raw(stage.registry.recordMilestone.encode_input(stage.milestone()))
    other = signed(stage.registry, stage.registry.recordMilestone, (stage.milestone(),), SIGNER, by=FRIEND)[1]
    assert refusal(stage, act, other) == ("SignatureNotValid", address(SIGNER.address))
    rpc("anvil_setCode", SIGNER.address, yes)
    for signature in (other[-1], b"", b"anything at all"):
        assert refusal(stage, act, (SIGNER.address, 0, FAR, signature)) is None


@pytest.mark.parametrize("length", [0, 31, 32, 4096, 200_000])
def test_a_key_that_answers_at_length(stage: Stage, length: int) -> None:
    """Only the first word of its answer is read; a long one costs its own gas and no more."""
    key = "0x" + 40 * "d"
    rpc("anvil_setCode", key, "0x7f1626ba7e" + 56 * "0" + "5f5262" + f"{length:06x}" + "5ff3")
    stage.parties.addKey((stage.sponsor.id, key, ACT), {"from": stage.sponsor.key})
    act = raw(stage.registry.recordMilestone.encode_input(stage.milestone()))
    refused = refusal(stage, act, (key, 0, FAR, b""))
    assert refused == (None if length >= 32 else ("SignatureNotValid", key))
