"""A key signs, somebody else sends and pays: exactly what was signed, once, in time, on this chain and contract."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from eth_utils.crypto import keccak

from .chain import put_back, raw, rpc
from .signing import FAR, TYPES, local_key, signed
from .stage import ACT, ALL, DAY, WEEK, Party, Stage, address, creation, digest, padded, party_id

SIGNER, FRIEND = local_key("a sponsor's desk"), local_key("another desk")
OPENED = digest("a stream that is open")
Call = tuple[Any, Any, tuple[Any, ...]]  # contract, function, arguments


@pytest.fixture(scope="module", autouse=True)
def staged(stage: Stage, module_starts_from_the_stage: None) -> Stage:
    """Two keys of the sponsor that are nobody's account here, and all that each act refers to."""
    by = {"from": stage.sponsor.key}
    for key in (SIGNER, FRIEND):
        stage.parties.addKey((stage.sponsor.id, key.address, ALL), by)
    stage.wait_until(stage.now + WEEK + DAY)
    stage.parties.revokeKey((stage.sponsor.id, stage.manager), by)
    stage.parties.declareCompromise((stage.sponsor.id, stage.writer, 1000), by)
    stage.registry.appoint(stage.appointment(), by)
    stage.registry.openStream(stage.opening(stream=OPENED), by)
    return stage


ACTS: dict[str, Callable[[Stage], tuple[Any, ...]]] = {
    "createParty": lambda s: (creation(second=s.outsider, third=s.clerk, purposes=ACT),),
    "addKey": lambda s: ((s.sponsor.id, s.outsider.address, ACT),),
    "revokeKey": lambda s: ((s.sponsor.id, s.clerk.address),),
    "vetoKey": lambda s: ((s.sponsor.id, s.manager.address),),
    "declareCompromise": lambda s: ((s.sponsor.id, s.clerk.address, 1000),),
    "contestCompromise": lambda s: ((s.sponsor.id, s.writer.address),),
    "changeProfile": lambda s: ((s.sponsor.id, digest("profile 2")),),
    "attest": lambda s: (s.statement(s.sponsor, until=FAR),),
    "withdraw": lambda s: ((s.sponsor.id, s.trial, digest("a log")),),
    "register": lambda s: (s.registration(code=padded("another")),),
    "seal": lambda s: (s.sealing(),),
    "recordMilestone": lambda s: (s.milestone(),),
    "reportResult": lambda s: s.report(),
    "claimRegistryId": lambda s: (s.claim(),),
    "withdrawRegistryId": lambda s: (s.unclaim(),),
    "appoint": lambda s: (s.appointment(appointee=s.committee),),
    "shortenAppointment": lambda s: (s.shortening(),),
    "offerTransfer": lambda s: (s.offer(s.cro),),
    "vetoOffer": lambda s: (s.veto(),),
    "acceptTransfer": lambda s: (s.acceptance(s.sponsor),),
    "nameRole": lambda s: (s.naming(),),
    "openStream": lambda s: (s.opening(),),
    "extend": lambda s: s.extension([digest("entry 1"), digest("entry 2")], stream=OPENED),
}


def contracts(stage: Stage) -> tuple[Any, ...]:
    return stage.parties, stage.attestations, stage.registry, stage.log


def call_of(stage: Stage, act: str) -> Call:
    contract = next(one for one in contracts(stage) if hasattr(one, act))
    if act == "acceptTransfer":  # somebody else's trial, offered to the sponsor
        mine, theirs = stage.sponsor, stage.cro
        stage.transfer(mine, theirs)
        stage.registry.offerTransfer(stage.offer(mine, theirs), {"from": theirs.key})
    if act == "vetoOffer":
        stage.registry.offerTransfer(stage.offer(stage.cro), {"from": stage.sponsor.key})
    return contract, getattr(contract, act), ACTS[act](stage)


def milestone(stage: Stage, **changes: Any) -> Call:
    return stage.registry, stage.registry.recordMilestone, (stage.milestone(**changes),)


def refusal(stage: Stage, contract: Any, act: bytes, authorization: tuple[Any, ...], **how: Any) -> Any:
    return stage.refusal(contract.relay, act, authorization, by=how.pop("by", stage.stranger.key), **how)


def test_every_act_of_the_contracts_is_relayed_here(stage: Stage) -> None:
    changing = {
        item["name"]
        for contract in contracts(stage)
        for item in contract.abi
        if item["type"] == "function" and item["stateMutability"] == "nonpayable"
    }
    assert changing - {"relay", "batch", "cancelNonce"} == set(ACTS) == set(TYPES)


@pytest.mark.parametrize("act", ACTS)
def test_an_act_signed_by_a_key_is_sent_by_a_stranger(stage: Stage, act: str) -> None:
    """What is recorded is what the key itself would have done: the same log in the same second, and the key in it."""
    contract, function, arguments = call_of(stage, act)
    snapshot, time = rpc("evm_snapshot"), stage.now + 5
    rpc("anvil_impersonateAccount", SIGNER.address)
    rpc("anvil_setBalance", SIGNER.address, hex(10**18))
    rpc("evm_setNextBlockTimestamp", time)
    alone = stage.send(function, *arguments, by=SIGNER.address)["logs"]
    put_back(snapshot)

    calldata, authorization = signed(contract, function, arguments, SIGNER)
    rpc("evm_setNextBlockTimestamp", time)
    relayed = stage.send(contract.relay, calldata, authorization, by=stage.stranger.key)["logs"]
    assert len(relayed) == len(alone) >= 1
    for one, other in zip(relayed, alone, strict=True):
        assert one["topics"] == other["topics"]
        assert one["data"] == other["data"]
    assert contract.nonceUsed(SIGNER.address, 0)
    key = SIGNER.address[2:].lower()
    assert any(key in log["data"] or any(key in topic for topic in log["topics"]) for log in relayed)
    sender = stage.stranger.key.address[2:].lower()
    assert not any(sender in log["data"] or any(sender in topic for topic in log["topics"]) for log in relayed)


def test_what_an_act_returns_is_returned_to_who_relays_it(stage: Stage) -> None:
    calldata, authorization = signed(*call_of(stage, "createParty"), SIGNER)
    sent = stage.parties.relay(calldata, authorization, {"from": stage.stranger.key})
    party = party_id(SIGNER.address, digest("salt"))
    assert raw(sent.return_value) == party
    assert stage.parties.keyValidAt(party, SIGNER.address, ALL, stage.now)


@pytest.mark.parametrize("act", ACTS)
def test_a_signature_of_another_key(stage: Stage, act: str) -> None:
    contract, function, arguments = call_of(stage, act)
    calldata, authorization = signed(contract, function, arguments, SIGNER, by=local_key("thief"))
    assert refusal(stage, contract, calldata, authorization) == ("SignatureNotValid", address(SIGNER.address))


@pytest.mark.parametrize("act", ACTS)
def test_every_member_of_an_act_is_signed(stage: Stage, act: str) -> None:
    """One bit of any member altered, and the signature is not one over the act any more."""
    contract, function, arguments = call_of(stage, act)
    calldata, authorization = signed(contract, function, arguments, SIGNER)
    assert refusal(stage, contract, calldata, authorization) is None
    for word in range(len(arguments[0])):
        for place in (4 + 32 * word, 4 + 32 * word + 31):
            altered = bytearray(calldata)
            altered[place] ^= 1
            refused = refusal(stage, contract, bytes(altered), authorization)
            assert refused == ("SignatureNotValid", address(SIGNER.address)), (word, place)


def test_the_authorization_itself_is_signed(stage: Stage) -> None:
    """Nonce, deadline and key: also where the other key is one of the same party."""
    call = milestone(stage)
    calldata, (key, nonce, deadline, signature) = signed(*call, SIGNER)
    for altered in ((key, nonce + 1, deadline, signature), (key, nonce, deadline + 1, signature),
                    (FRIEND.address, nonce, deadline, signature)):  # fmt: skip
        refused = refusal(stage, stage.registry, calldata, altered)
        assert refused == ("SignatureNotValid", address(altered[0]))


@pytest.mark.parametrize(
    "changes",
    [
        {"chainId": 1},
        {"chainId": 11155111},
        {"verifyingContract": "0x" + 40 * "1"},
        {"name": "trialseal"},
        {"version": "2"},
        {"name": "trialseal Parties"},
    ],
)
def test_a_signature_for_another_chain_or_contract(stage: Stage, changes: dict[str, Any]) -> None:
    calldata, authorization = signed(*milestone(stage), SIGNER, **changes)
    refused = refusal(stage, stage.registry, calldata, authorization)
    assert refused == ("SignatureNotValid", address(SIGNER.address))


def test_a_signature_under_one_act_is_none_under_an_act_with_the_same_members(stage: Stage) -> None:
    """A veto signed, a revocation sent."""
    contract, _, arguments = call_of(stage, "vetoKey")
    _, authorization = signed(contract, contract.vetoKey, arguments, SIGNER)
    other = raw(contract.revokeKey.encode_input(*arguments))
    assert refusal(stage, contract, other, authorization) == ("SignatureNotValid", address(SIGNER.address))


def test_a_signed_act_holds_to_the_last_second_of_its_deadline(stage: Stage) -> None:
    deadline = stage.now + WEEK
    calldata, authorization = signed(*milestone(stage), SIGNER, deadline=deadline)
    assert refusal(stage, stage.registry, calldata, authorization, time=deadline) is None
    refused = refusal(stage, stage.registry, calldata, authorization, time=deadline + 1)
    assert refused == ("SignatureExpired", deadline)


def test_a_signed_act_is_done_once(stage: Stage) -> None:
    calldata, authorization = signed(*milestone(stage), SIGNER, nonce=7)
    stage.registry.relay(calldata, authorization, {"from": stage.stranger.key})
    for by in (stage.stranger.key, stage.committee.key, stage.sponsor.key):
        refused = refusal(stage, stage.registry, calldata, authorization, by=by)
        assert refused == ("NonceUsed", address(SIGNER.address), 7)
    other = signed(*milestone(stage, part=2), SIGNER, nonce=7)
    assert refusal(stage, stage.registry, *other) == ("NonceUsed", address(SIGNER.address), 7)


def test_nonces_need_no_order(stage: Stage) -> None:
    """One act lost on its way holds up no other."""
    for nonce in (5, 2, 255, 256, 2**256 - 1, 0):
        stage.registry.relay(*signed(*milestone(stage), SIGNER, nonce=nonce), {"from": stage.stranger.key})
        assert stage.registry.nonceUsed(SIGNER.address, nonce)
    for nonce in (1, 3, 254, 257, 2**256 - 2):
        assert not stage.registry.nonceUsed(SIGNER.address, nonce)
    assert stage.state().acts == 3 + 6


def test_nonces_of_keys_and_contracts_are_apart(stage: Stage) -> None:
    stage.registry.relay(*signed(*milestone(stage), SIGNER), {"from": stage.stranger.key})
    assert refusal(stage, stage.registry, *signed(*milestone(stage), FRIEND)) is None
    assert refusal(stage, stage.parties, *signed(*call_of(stage, "addKey"), SIGNER)) is None


def test_a_cancelled_nonce_cannot_be_used(stage: Stage) -> None:
    signed_act = signed(*milestone(stage), SIGNER, nonce=3)
    rpc("anvil_impersonateAccount", SIGNER.address)
    rpc("anvil_setBalance", SIGNER.address, hex(10**18))
    stage.send(stage.registry.cancelNonce, 3, by=SIGNER.address)
    refused = refusal(stage, stage.registry, *signed_act)
    assert refused == ("NonceUsed", address(SIGNER.address), 3)
    refused = stage.refusal(stage.registry.cancelNonce, 3, by=SIGNER.address)
    assert refused == ("NonceUsed", address(SIGNER.address), 3)


def test_a_nonce_is_cancelled_by_its_own_key_only(stage: Stage) -> None:
    stage.registry.cancelNonce(3, {"from": stage.stranger.key})
    assert refusal(stage, stage.registry, *signed(*milestone(stage), SIGNER, nonce=3)) is None


def test_a_refused_act_uses_no_nonce(stage: Stage) -> None:
    wrong = signed(*milestone(stage, milestone=0), SIGNER)
    assert refusal(stage, stage.registry, *wrong) == ("MilestoneUnknown", 0)
    assert refusal(stage, stage.registry, *signed(*milestone(stage), SIGNER)) is None


def test_a_revoked_keys_signature_is_worth_nothing_from_then_on(stage: Stage) -> None:
    """Signed before, sent after: validity is judged at block time."""
    stage.parties.addKey((stage.sponsor.id, local_key("leaver").address, ACT), {"from": stage.sponsor.key})
    signed_act = signed(*milestone(stage), local_key("leaver"))
    assert refusal(stage, stage.registry, *signed_act) is None
    stage.parties.revokeKey((stage.sponsor.id, local_key("leaver").address), {"from": stage.sponsor.key})
    refused = refusal(stage, stage.registry, *signed_act)
    assert refused == ("KeyNotValid", stage.sponsor.id, address(local_key("leaver").address), ACT)


def test_who_relays_lends_none_of_its_own_rights(stage: Stage) -> None:
    """A thief signs an act in the sponsor's name, and has the sponsor's own key send it."""
    calldata, authorization = signed(*milestone(stage), local_key("thief"))
    refused = refusal(stage, stage.registry, calldata, authorization, by=stage.sponsor.key)
    assert refused == ("KeyNotValid", stage.sponsor.id, address(local_key("thief").address), ACT)


def test_an_act_relayed_under_the_wrong_party(stage: Stage) -> None:
    """A key of the sponsor that signs as another party."""
    refused = refusal(stage, stage.registry, *signed(*milestone(stage, actor=stage.cro), SIGNER))
    assert refused == ("KeyNotValid", stage.cro.id, address(SIGNER.address), ACT)


def test_a_relay_cannot_be_relayed(stage: Stage) -> None:
    inner = signed(*milestone(stage), SIGNER)
    act = raw(stage.registry.relay.encode_input(*inner))
    for authorization in (inner[1], signed(*milestone(stage), FRIEND)[1]):
        assert refusal(stage, stage.registry, act, authorization) == ("ActNotRelayable", act)


def test_nothing_but_acts_can_be_relayed(stage: Stage) -> None:
    _, authorization = signed(*milestone(stage), SIGNER)
    calls = [
        b"", b"\0", b"\xff" * 3, b"\0" * 4, b"\0" * 400, raw(stage.registry.cancelNonce.encode_input(1)),
        raw(stage.registry.trialOf.encode_input(stage.trial)), raw(stage.registry.domainSeparator.encode_input()),
        raw(stage.parties.addKey.encode_input((stage.sponsor.id, SIGNER.address, ALL))),
        raw(stage.registry.recordMilestone.encode_input(stage.milestone()))[:-1],
    ]  # fmt: skip
    for act in calls:
        assert refusal(stage, stage.registry, act, authorization) == ("ActNotRelayable", act)


def test_bytes_behind_an_act_change_nothing(stage: Stage) -> None:
    calldata, authorization = signed(*milestone(stage), SIGNER)
    longer = calldata + b"\xff" * 64
    logs = stage.send(stage.registry.relay, longer, authorization, by=stage.stranger.key)["logs"]
    assert len(logs[0]["data"]) == 2 + 2 * 2 * 32
    assert refusal(stage, stage.registry, calldata, authorization) is not None


def test_a_value_out_of_its_type_is_refused_though_signed(stage: Stage) -> None:
    """What is signed are the calldata's words; the decoder of the act's function takes no milestone 257, wordlessly."""
    function, words = (
        stage.registry.recordMilestone,
        raw(stage.registry.recordMilestone.encode_input(stage.milestone())),
    )
    for value, expected in ((1, None), (257, ("FailedCall",))):
        act = words[: 4 + 32 * 3] + value.to_bytes(32, "big") + words[4 + 32 * 4 :]
        members = ",".join(f"{one['type']} {one['name']}" for one in function.abi["inputs"][0]["components"])
        kind = keccak(text=f"RecordMilestone({members},address signer,uint256 nonce,uint64 deadline)")
        authorization = raw(SIGNER.address).rjust(32, b"\0") + bytes(32) + FAR.to_bytes(32, "big")
        struct = keccak(kind + act[4:] + authorization)
        typed = keccak(b"\x19\x01" + raw(stage.registry.domainSeparator()) + struct)
        signature = bytes(SIGNER.unsafe_sign_hash(typed).signature)
        assert refusal(stage, stage.registry, act, (SIGNER.address, 0, FAR, signature)) == expected


@pytest.mark.parametrize("signature", ["empty", "short", "long", "malleable", "zero"])
def test_a_malformed_signature(stage: Stage, signature: str) -> None:
    calldata, (key, nonce, deadline, good) = signed(*milestone(stage), SIGNER)
    order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
    high = order - int.from_bytes(good[32:64], "big")
    bad = {
        "empty": b"", "short": good[:-1], "long": good + b"\0", "zero": bytes(65),
        "malleable": good[:32] + high.to_bytes(32, "big") + bytes([55 - good[64]]),
    }[signature]  # fmt: skip
    refused = refusal(stage, stage.registry, calldata, (key, nonce, deadline, bad))
    assert refused == ("SignatureNotValid", address(SIGNER.address))


def test_nobodys_signature_is_not_the_zero_addresss(stage: Stage) -> None:
    calldata, _ = signed(*milestone(stage), SIGNER)
    for bad in (b"", bytes(65), bytes(64) + b"\x1b"):
        refused = refusal(stage, stage.registry, calldata, ("0x" + 40 * "0", 0, FAR, bad))
        assert refused == ("SignatureNotValid", "0x" + 40 * "0")


def test_the_signers_rights_end_with_its_act(stage: Stage) -> None:
    """A contract relays a signed act and, in the same transaction, acts itself: it is then its own sender again."""
    calldata, authorization = signed(*milestone(stage), SIGNER)
    relayed = raw(stage.registry.relay.encode_input(calldata, authorization))
    own = raw(stage.registry.recordMilestone.encode_input(stage.milestone()))
    other = raw(stage.registry.relay.encode_input(*signed(*milestone(stage), SIGNER, nonce=1)))
    caller = "0x" + 40 * "c"
    rpc("anvil_setCode", caller, "0x" + several_calls(stage.registry.address, [own, relayed, own, other, own]).hex())
    answer = rpc("eth_call", {"from": str(stage.stranger.key), "to": caller}, "latest")
    assert list(raw(answer)) == [0, 1, 0, 1, 0]


def several_calls(target: str, calls: list[bytes]) -> bytes:
    """Code of a contract that makes these calls and returns one byte for each: whether it succeeded."""
    step = 58  # bytes of code for a call
    data, code = step * len(calls) + 7, b""
    for number, call in enumerate(calls):
        length, start = len(call).to_bytes(3, "big"), data.to_bytes(3, "big")
        code += b"\x62" + length + b"\x62" + start + b"\x61\x01\x00\x39"  # CODECOPY(0x100, start, length)
        code += b"\x5f\x5f\x62" + length + b"\x61\x01\x00\x5f\x73" + raw(target) + b"\x5a\xf1"  # CALL
        code += b"\x60" + bytes([number]) + b"\x53"  # MSTORE8(number, success)
        data += len(call)
        code = code.ljust(step * (number + 1), b"\x5b")
    code += b"\x60" + bytes([len(calls)]) + b"\x5f\xf3\x5b\x5b\x5b"  # RETURN(0, count)
    return code + b"".join(calls)


def test_a_party_of_the_stage_is_found_by_relay_only_under_the_signers_name(stage: Stage) -> None:
    """The relayer's copy of a creation founds a party of the signer, not of the relayer."""
    calldata, authorization = signed(*call_of(stage, "createParty"), local_key("newcomer"))
    stage.parties.relay(calldata, authorization, {"from": stage.stranger.key})
    newcomer = Party(party_id(local_key("newcomer").address, digest("salt")), None)
    assert stage.parties.partyOf(newcomer.id)[0] == stage.parties.partyCount()
