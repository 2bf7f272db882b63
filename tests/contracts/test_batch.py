"""Many acts in one transaction: each gets the gas that is named for it, and none takes the others down."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import brownie
import pytest
from eth_utils.crypto import keccak

from .chain import mined, raw, rpc, undone
from .signing import FAR, local_key, signed
from .stage import ACT, STREAM, Stage, address, digest, padded

ENOUGH = 400_000  # gas for any act here
BURNING = "0x5b5f56"  # JUMPDEST PUSH0 JUMP: code that runs until its gas is spent
BURNER, SPEAKER = "0x" + 40 * "b", "0x" + 40 * "c"
MAGIC = "1626ba7e" + 56 * "0"
Item = tuple[int, bytes]


def milestone(stage: Stage, gas: int = ENOUGH, **changes: Any) -> Item:
    return gas, raw(stage.registry.recordMilestone.encode_input(stage.milestone(**changes)))


def by_key(stage: Stage, key: str, gas: int = ENOUGH, nonce: int = 0, signature: bytes = b"", **changes: Any) -> Item:
    """A milestone relayed for a contract key, which is asked whether it signed."""
    _, act = milestone(stage, **changes)
    return gas, raw(stage.registry.relay.encode_input(act, (key, nonce, FAR, signature)))


def lend(stage: Stage, key: str, code: str) -> None:
    """A contract with this code becomes a key of the sponsor."""
    rpc("anvil_setCode", key, code)
    stage.parties.addKey((stage.sponsor.id, key, ACT), {"from": stage.sponsor.key})


def send(contract: Any, items: Sequence[Item], by: Any, gas: int = 20_000_000) -> dict[str, Any]:
    """The receipt of a batch, whatever became of it."""
    data = contract.batch.encode_input(list(items))
    return mined({"from": str(by), "to": contract.address, "data": data, "gas": hex(gas)})


def refused_in(stage: Stage, receipt: dict[str, Any]) -> dict[int, bytes]:
    """By its place, the reason of each act that a batch reports."""
    event = keccak(text="ActRefused(address,uint256,bytes)")
    found: dict[int, bytes] = {}
    for log in receipt["logs"]:
        if raw(log["topics"][0]) == event:
            data = raw(log["data"])
            length = int.from_bytes(data[32:64], "big")
            assert data[:32] == (32).to_bytes(32, "big") and length <= 256
            assert len(data) == 64 + -(-length // 32) * 32 and not any(data[64 + length :])
            found[int(log["topics"][2], 16)] = data[64 : 64 + length]
    return found


def refusal(stage: Stage, contract: Any, items: Sequence[Item], by: Any, gas: int = 20_000_000) -> Any:
    """The error with which a whole batch is refused; None if it stands."""
    data = contract.batch.encode_input(list(items))
    call = {"from": str(by), "to": contract.address, "data": data, "gas": hex(gas)}
    answer = brownie.web3.provider.make_request("eth_call", [call, "latest"])
    return stage.error(raw(answer["error"]["data"])) if "error" in answer else None


def need_of(stage: Stage, item: Item, enough: int = ENOUGH) -> int:
    """The least gas with which an act is not refused."""
    low, high = 0, enough
    while high - low > 1:
        middle = (low + high) // 2
        with undone():
            receipt = send(stage.registry, [(middle, item[1])], stage.clerk)
            low, high = (middle, high) if refused_in(stage, receipt) else (low, middle)
    return high


# ----- what stands -----


def test_acts_of_ones_own_and_of_others_in_one_transaction(stage: Stage) -> None:
    signer = local_key("a sponsor's desk")
    stage.parties.addKey((stage.sponsor.id, signer.address, ACT), {"from": stage.sponsor.key})
    relayed = signed(stage.registry, stage.registry.recordMilestone, (stage.milestone(part=2),), signer)
    items = [milestone(stage, part=1), (ENOUGH, raw(stage.registry.relay.encode_input(*relayed))), milestone(stage)]
    receipt = send(stage.registry, items, stage.clerk)
    assert receipt["status"] == "0x1" and not refused_in(stage, receipt)
    keys = [raw(log["data"])[12:32] for log in receipt["logs"]]
    assert keys == [raw(stage.clerk), raw(signer.address), raw(stage.clerk)]
    assert stage.state().acts == 4


def test_what_is_refused_is_reported_and_the_others_stand(stage: Stage) -> None:
    wrong, unknown = milestone(stage, milestone=0), milestone(stage, trial=digest("no trial"))
    items = [milestone(stage), wrong, unknown, (ENOUGH, b"\1\2\3\4"), (ENOUGH, b""), (ENOUGH, b"\1"), milestone(stage)]
    receipt = send(stage.registry, items, stage.clerk)
    reasons = refused_in(stage, receipt)
    assert {place: stage.error(reason) for place, reason in reasons.items()} == {
        1: ("MilestoneUnknown", 0), 2: ("TrialUnknown", digest("no trial")), 3: ("",), 4: ("",), 5: ("",),
    }  # fmt: skip
    senders = {log["topics"][1][-40:] for log in receipt["logs"] if len(log["topics"]) == 3}
    assert senders == {address(stage.clerk)[2:]}
    assert stage.state().acts == 3


def test_every_contract_takes_a_batch(stage: Stage) -> None:
    for contract, good, by in (
        (stage.parties, stage.parties.addKey.encode_input((stage.sponsor.id, stage.outsider, ACT)), stage.manager),
        (stage.attestations, stage.attestations.attest.encode_input(stage.statement(stage.sponsor)), stage.voucher),
        (stage.registry, stage.registry.openStream.encode_input(stage.opening()), stage.clerk),
    ):
        assert refused_in(stage, send(contract, [(ENOUGH, raw(good))], by)) == {}
    heads = [stage.log.extend.encode_input(*stage.extension([digest(str(n)) for n in range(count)], before))
             for count, before in ((3, 0), (5, 3), (5, 3))]  # fmt: skip
    receipt = send(stage.log, [(ENOUGH, raw(head)) for head in heads], stage.writer)
    assert [stage.error(one) for one in refused_in(stage, receipt).values()] == [("SizeNotGrown", 5, 5)]
    assert stage.head().size == 5


def test_an_empty_batch_does_nothing(stage: Stage) -> None:
    for contract in (stage.parties, stage.attestations, stage.registry, stage.log):
        receipt = send(contract, [], stage.outsider)
        assert receipt["status"] == "0x1" and not receipt["logs"]


def test_a_batch_lends_nobody_rights(stage: Stage) -> None:
    """Sent by a stranger, each act is the stranger's; also behind one that the sponsor signed."""
    signer = local_key("a gateway")
    stage.parties.addKey((stage.sponsor.id, signer.address, ACT), {"from": stage.sponsor.key})
    relayed = signed(stage.registry, stage.registry.recordMilestone, (stage.milestone(),), signer)
    refused = signed(stage.registry, stage.registry.recordMilestone, (stage.milestone(milestone=0),), signer, 1)
    items = [milestone(stage)]
    for one in (relayed, refused):
        items += [(ENOUGH, raw(stage.registry.relay.encode_input(*one))), milestone(stage)]
    receipt = send(stage.registry, items, stage.outsider)
    alone = ("KeyNotValid", stage.sponsor.id, address(stage.outsider), ACT)
    reasons = {place: stage.error(reason) for place, reason in refused_in(stage, receipt).items()}
    assert reasons == {0: alone, 2: alone, 3: ("MilestoneUnknown", 0), 4: alone}
    assert not stage.registry.nonceUsed(signer.address, 1)  # what was refused used none


def test_nonces_of_relayed_acts_count_within_a_batch(stage: Stage) -> None:
    signer, thief = local_key("a gateway"), local_key("thief")
    stage.parties.addKey((stage.sponsor.id, signer.address, ACT), {"from": stage.sponsor.key})
    items = []
    for nonce, by in ((0, signer), (1, thief), (0, signer), (2, signer)):
        relayed = signed(stage.registry, stage.registry.recordMilestone, (stage.milestone(),), signer, nonce, by=by)
        items.append((ENOUGH, raw(stage.registry.relay.encode_input(*relayed))))
    reasons = refused_in(stage, send(stage.registry, items, stage.outsider))
    assert {place: stage.error(reason) for place, reason in reasons.items()} == {
        1: ("SignatureNotValid", address(signer.address)), 2: ("NonceUsed", address(signer.address), 0),
    }  # fmt: skip


# ----- gas -----


def test_an_act_gets_its_limit_exactly(stage: Stage) -> None:
    """One unit below its need it is refused, with it and with more it stands."""
    need = need_of(stage, milestone(stage))
    for limit, stands in ((need - 1, False), (need, True), (need + 1, True), (0, False), (2**32 - 1, None)):
        with undone():
            receipt = send(stage.registry, [milestone(stage, limit)], stage.clerk)
            if stands is None:  # more than any transaction has
                assert receipt["status"] == "0x0"
            else:
                assert receipt["status"] == "0x1" and (refused_in(stage, receipt) == {}) is stands


def test_an_act_that_burns_all_gas_burns_its_own(stage: Stage) -> None:
    """Each unit that its limit grows by is a unit more of the whole, and the others stand."""
    lend(stage, BURNER, BURNING)
    used = []
    for limit in (300_000, 500_000):
        with undone():
            items = [milestone(stage), by_key(stage, BURNER, limit), milestone(stage)]
            receipt = send(stage.registry, items, stage.clerk)
            assert receipt["status"] == "0x1" and set(refused_in(stage, receipt)) == {1}
            assert stage.state().acts == 3
            used.append(int(receipt["gasUsed"], 16))
    # But for what `relay` keeps of it: a call passes on 63 of 64 parts.
    assert 200_000 - 200_000 // 64 - 100 < used[1] - used[0] < 200_000 + 100


def test_with_whatever_gas_all_stands_or_nothing(stage: Stage) -> None:
    """The middle act needs all of its limit. Whenever the batch stands, it was not refused for want of gas."""
    need = need_of(stage, milestone(stage, part=9))
    lend(stage, BURNER, BURNING)
    items = [milestone(stage, need), by_key(stage, BURNER, 100_000), milestone(stage, need, part=9)]
    outcomes = set()
    whole = int(send(stage.registry, items, stage.clerk)["gasUsed"], 16)
    limits = [*range(100_000, whole, 9973), *range(whole - 600, whole + need + 9000, 397)]
    for gas in limits:
        with undone():
            receipt = send(stage.registry, items, stage.clerk, gas)
            stands = receipt["status"] == "0x1"
            assert set(refused_in(stage, receipt)) == ({1} if stands else set()), gas
            outcomes.add(stands)
    assert outcomes == {True, False}


def least(stage: Stage, items: Sequence[Item], enough: int = 500_000) -> int:
    """The least gas with which a batch stands."""
    low, high = 21_000, enough
    while high - low > 1:
        middle = (low + high) // 2
        stands = refusal(stage, stage.registry, items, stage.clerk, middle) is None
        low, high = (low, middle) if stands else (middle, high)
    return high


def spent_on(stage: Stage, act: bytes) -> int:
    """The least limit with which an act that is refused still gives its whole reason."""
    low, high = 0, ENOUGH
    whole = refused_in(stage, send(stage.registry, [(ENOUGH, act)], stage.clerk))[0]
    while high - low > 1:
        middle = (low + high) // 2
        with undone():
            reason = refused_in(stage, send(stage.registry, [(middle, act)], stage.clerk))[0]
        low, high = (low, middle) if reason == whole else (middle, high)
    return high


@pytest.mark.parametrize("length", [None, 0, 33, 255, 256, 300])
def test_the_spare_covers_the_report_of_an_act_that_leaves_nothing(stage: Stage, length: int | None) -> None:
    """With the least gas that is let in, an act that uses its limit to the end is reported, with the longest reason.
    With one unit less the batch names the place: it never runs out of gas unnamed."""
    act = raw(stage.registry.relay.encode_input(b"\xab" * (length or 0), (SPEAKER, 0, FAR, b"")))
    items = [milestone(stage, 3000)] if length is None else [(spent_on(stage, act), act)]
    enough = least(stage, items)
    for gas in (enough, enough + 1, enough + 100, enough + 10_000):
        with undone():
            receipt = send(stage.registry, items, stage.clerk, gas)
            assert receipt["status"] == "0x1" and set(refused_in(stage, receipt)) == {0}
    for gas in (enough - 1, enough - 100, enough - 2000):
        assert refusal(stage, stage.registry, items, stage.clerk, gas) == ("GasTooLittle", 0)


def test_an_act_that_needs_much_gets_it_though_a_call_passes_on_63_of_64_parts(stage: Stage) -> None:
    """Of two million, 31,000 would be kept back: far more than the spare. All of its limit is needed here, but for
    500 units, since what an act takes differs a little from block to block."""
    loop = "62013880" + "5b6001900380600457" + "7f" + MAGIC + "5f5260205ff3"  # 80,000 times, then ERC-1271's yes
    lend(stage, SPEAKER, "0x" + loop)
    need = need_of(stage, by_key(stage, SPEAKER), 4_000_000)
    assert need > 1_500_000
    items = [by_key(stage, SPEAKER, need + 500)]
    enough = least(stage, items, 8_000_000)
    for gas in [*range(enough, enough + 2000, 499), *range(enough, enough + 60_000, 14_983)]:
        with undone():
            receipt = send(stage.registry, items, stage.clerk, gas)
            assert receipt["status"] == "0x1" and not refused_in(stage, receipt), gas
    assert refusal(stage, stage.registry, items, stage.clerk, enough - 1) == ("GasTooLittle", 0)


def test_the_least_gas_that_a_node_finds_carries_out_every_act(stage: Stage) -> None:
    """A key that takes half a million gas to sign: with less, its signature would only seem to be wrong."""
    loop = "62004e205b6001900380600457" + "7f" + MAGIC + "5f5260205ff3"  # 20,000 times, then ERC-1271's yes
    lend(stage, SPEAKER, "0x" + loop)
    items = [milestone(stage), by_key(stage, SPEAKER, 700_000)]
    data = stage.registry.batch.encode_input(items)
    call = {"from": str(stage.clerk), "to": stage.registry.address, "data": data}
    enough = int(rpc("eth_estimateGas", call), 16)
    receipt = send(stage.registry, items, stage.clerk, enough)
    assert receipt["status"] == "0x1" and not refused_in(stage, receipt) and stage.state().acts == 3
    assert refusal(stage, stage.registry, items, stage.clerk, 500_000) == ("GasTooLittle", 1)


def test_the_place_is_named_where_gas_ran_short(stage: Stage) -> None:
    items, places = [milestone(stage)] * 4, []
    for gas in range(400_000, 600_000, 2003):
        refused = refusal(stage, stage.registry, items, stage.clerk, gas)
        assert refused is None or refused[0] == "GasTooLittle"
        places.append(len(items) if refused is None else refused[1])
    assert places == sorted(places) and set(places) == {0, 1, 2, 3, 4}


# ----- what comes back -----


@pytest.mark.parametrize("length", [0, 1, 27, 28, 59, 60, 155, 156, 157, 187, 188, 189, 1000, 30_000])
def test_a_reason_is_logged_to_its_256th_byte(stage: Stage, length: int) -> None:
    """An act that cannot be relayed is given back in the error: a reason of any length."""
    act = bytes(1 + number % 255 for number in range(length))
    long = (ENOUGH, raw(stage.registry.relay.encode_input(b"\xff" * 5000, (SPEAKER, 0, FAR, b""))))
    item = (ENOUGH, raw(stage.registry.relay.encode_input(act, (SPEAKER, 0, FAR, b""))))
    call = {"from": str(stage.clerk), "to": stage.registry.address, "data": "0x" + item[1].hex()}
    whole = raw(brownie.web3.provider.make_request("eth_call", [call, "latest"])["error"]["data"])
    receipt = send(stage.registry, [long, item, (ENOUGH, b""), milestone(stage)], stage.clerk)
    reasons = refused_in(stage, receipt)  # which checks the padding behind each: nothing of `long` is left there
    assert reasons[1] == whole[:256] and reasons[2] == b"" and set(reasons) == {0, 1, 2}
    assert stage.state().acts == 2


@pytest.mark.parametrize("ends", ["5ff3", "5ffd"])
@pytest.mark.parametrize("length", [0x20, 0x10000, 0x100000])
def test_a_key_that_returns_or_reverts_with_much(stage: Stage, length: int, ends: str) -> None:
    """It pays for its own memory, out of the limit of its act; nothing of it is copied."""
    lend(stage, SPEAKER, "0x7f" + MAGIC + "5f5263" + f"{length:08x}" + ends)
    items = [by_key(stage, SPEAKER, 300_000), milestone(stage)]
    receipt = send(stage.registry, items, stage.clerk)
    signed_it = ends == "5ff3" and length < 0x100000
    assert receipt["status"] == "0x1" and stage.state().acts == (3 if signed_it else 2)
    assert set(refused_in(stage, receipt)) == (set() if signed_it else {0})
    assert int(receipt["gasUsed"], 16) < 450_000


def test_a_key_that_calls_the_contract_again(stage: Stage) -> None:
    """While it is asked for its signature it may only look: what it tries to do is undone, whatever it answers."""
    inner = raw(stage.registry.batch.encode_input([milestone(stage)]))
    length, size = f"{len(inner):04x}", 32
    code = "61" + length + "60" + f"{size:02x}" + "5f39"  # CODECOPY(0, start, length)
    code += "5f5f61" + length + "5f5f73" + stage.registry.address[2:].lower() + "5af150"  # CALL, result dropped
    start = (len(code) + len("7f" + MAGIC + "5f5260205ff3")) // 2
    code = code.replace("60" + f"{size:02x}" + "5f39", "60" + f"{start:02x}" + "5f39", 1)
    lend(stage, SPEAKER, "0x" + code + "7f" + MAGIC + "5f5260205ff3" + inner.hex())
    receipt = send(stage.registry, [by_key(stage, SPEAKER, 300_000), milestone(stage)], stage.clerk)
    assert receipt["status"] == "0x1" and not refused_in(stage, receipt)
    assert stage.state().acts == 3


# ----- no batch in a batch -----


def test_no_batch_in_a_batch(stage: Stage) -> None:
    for contract in (stage.parties, stage.attestations, stage.registry, stage.log):
        inner = raw(contract.batch.encode_input([]))
        for place, items in ((0, [(ENOUGH, inner)]), (2, [(ENOUGH, b""), (ENOUGH, b"\1\2\3"), (0, inner[:4])])):
            assert refusal(stage, contract, items, stage.clerk) == ("BatchInBatch", place)
    receipt = send(stage.registry, [milestone(stage), (ENOUGH, inner)], stage.clerk)
    assert receipt["status"] == "0x0" and stage.state().acts == 1


def test_a_batch_is_not_relayed(stage: Stage) -> None:
    """A signature is over one act, readable as such; in a batch or alone."""
    _, authorization = signed(stage.registry, stage.registry.recordMilestone, (stage.milestone(),), local_key("desk"))
    for contract in (stage.parties, stage.attestations, stage.registry, stage.log):
        batch = raw(contract.batch.encode_input([milestone(stage)]))
        refused = stage.refusal(contract.relay, batch, authorization, by=stage.outsider)
        assert refused == ("ActNotRelayable", batch)
        relayed = raw(contract.relay.encode_input(batch, authorization))
        reasons = refused_in(stage, send(contract, [(ENOUGH, relayed)], stage.outsider))
        assert reasons[0][:4] == keccak(text="ActNotRelayable(bytes)")[:4] and len(reasons[0]) == 256


def test_items_that_are_not_well_formed_are_refused_as_a_whole(stage: Stage) -> None:
    good = raw(stage.registry.batch.encode_input([milestone(stage)]))
    for bad in (good[:-40], good[:4], good[: 4 + 32] + b"\xff" * 32 + good[4 + 64 :]):
        receipt = mined({"from": str(stage.clerk), "to": stage.registry.address, "data": "0x" + bad.hex()})
        assert receipt["status"] == "0x0"
    assert stage.state().acts == 1


def test_one_party_found_and_used_in_one_batch(stage: Stage) -> None:
    """Later acts of a batch see what earlier ones did."""
    register = stage.registry.register.encode_input(stage.registration(code=padded("another")))
    items = [(ENOUGH, raw(register)), (ENOUGH, raw(register)), milestone(stage)]
    reasons = refused_in(stage, send(stage.registry, items, stage.clerk))
    assert [stage.error(reason)[0] for reason in reasons.values()] == ["TrialExists"] and set(reasons) == {1}


def test_streams_are_anchored_in_one_transaction(stage: Stage) -> None:
    streams = [digest(f"stream {number}") for number in range(8)]
    for stream in streams:
        stage.registry.openStream(stage.opening(stream=stream), {"from": stage.clerk})
    assert stage.parties.keyValidAt(stage.sponsor.id, stage.writer, STREAM, stage.now)
    items = [
        (ENOUGH, raw(stage.log.extend.encode_input(*stage.extension([digest("entry")] * (10 + n), stream=stream))))
        for n, stream in enumerate(streams)
    ]
    receipt = send(stage.log, items, stage.writer)
    assert [raw(log["topics"][2]) for log in receipt["logs"]] == streams
    assert [stage.head(stream=stream).size for stream in streams] == list(range(10, 18))
