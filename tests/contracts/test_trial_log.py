"""Heads of streams: they move with a proof only, by their own writer, each writer's apart, counted and folded into a
digest; and batches of them."""

from __future__ import annotations

from hashlib import sha256
from random import Random
from typing import Any

import brownie
import pytest
from eth_utils.crypto import keccak

from trialseal.merkle import tree

from .signing import FAR, local_key, signed
from .stage import (
    DAY,
    OPEN,
    STREAM,
    STREAM_NAME,
    ZERO,
    Head,
    Party,
    Stage,
    address,
    digest,
    mined,
    raw,
    rpc,
    trial_id,
)

ENTRIES = [digest(f"entry {number}") for number in range(64)]
ROOTS = [tree.root(ENTRIES[:size]) for size in range(65)]
FIRST = 5  # entries in the head that every test finds
STEP = 2**32  # entries
LOGS_SLOT = 3  # of the contract's storage
NOTHING = Head(0, 0, 0, bytes(15), ZERO)


@pytest.fixture(scope="module", autouse=True)
def staged(stage: Stage, module_starts_from_the_stage: None) -> Stage:
    """The sponsor's stream is open and has a head of 5 entries."""
    stage.registry.openStream(stage.opening(), {"from": stage.clerk})
    stage.log.extend(*stage.extension(ENTRIES[:FIRST]), {"from": stage.writer})
    return stage


def refusal(stage: Stage, size: int = 64, before: int = FIRST, by: Any = None, **changes: Any) -> Any:
    """Of the sponsor's next head, unless something is changed."""
    time = changes.pop("time", None)
    arguments = stage.extension(ENTRIES[:size], before, **changes)
    return stage.refusal(stage.log.extend, *arguments, by=by or stage.writer, time=time)


def join(stage: Stage, party: Party, stream: bytes = STREAM_NAME, until: int = 4_000_000_000) -> None:
    """Appoints a party as a writer of the stream, and opens its own."""
    appointment = stage.appointment(appointee=party, stream=stream, acts=1 << OPEN, until=until)
    stage.registry.appoint(appointment, {"from": stage.clerk})
    stage.registry.openStream(stage.opening(party, stream=stream), {"from": party.key})


def open_streams(stage: Stage, count: int) -> list[bytes]:
    streams = [digest(f"stream {number}") for number in range(count)]
    for stream in streams:
        stage.registry.openStream(stage.opening(stream=stream), {"from": stage.clerk})
    return streams


def storage_of(trial: bytes, writer: bytes, stream: bytes) -> int:
    """Where a log's record is in the contract's storage; its root is in the next slot."""
    slot = LOGS_SLOT.to_bytes(32, "big")
    for key in (trial, writer, stream):
        slot = keccak(key + slot)
    return int.from_bytes(slot, "big")


# ----- what is kept and told -----


def test_a_head_is_kept_as_it_was_given(stage: Stage) -> None:
    sent = stage.log.extend(*stage.extension(ENTRIES, FIRST), {"from": stage.writer})
    head = stage.head()
    assert (head.size, head.time, head.heads, head.root) == (64, sent.timestamp, 2, ROOTS[64])


def test_a_log_that_is_not_there_is_all_zero(stage: Stage) -> None:
    assert stage.head(stage.cro) == NOTHING
    assert stage.head(stream=digest("another")) == NOTHING
    assert stage.head(trial=digest("another")) == NOTHING


def test_a_head_takes_two_slots(stage: Stage) -> None:
    """Size, time, count and digest share one; the root is the other."""
    place = storage_of(stage.trial, stage.sponsor.id, STREAM_NAME)
    record, root = (
        int(rpc("eth_getStorageAt", stage.log.address, f"0x{place + number:064x}", "latest"), 16) for number in (0, 1)
    )
    head = stage.head()
    packed = head.size | head.time << 64 | head.heads << 104 | int.from_bytes(head.rolling, "big") << 136
    assert (record, root) == (packed, int.from_bytes(head.root, "big"))


def test_every_head_emits_one_log(stage: Stage) -> None:
    sent = stage.send(stage.log.extend, *stage.extension(ENTRIES[:9], FIRST), by=stage.writer)
    (log,) = sent["logs"]
    event = keccak(text="HeadExtended(bytes32,bytes32,bytes32,uint256,uint64,bytes32)")
    assert [raw(topic) for topic in log["topics"]] == [event, stage.trial, STREAM_NAME, stage.sponsor.id]
    stamp = (2).to_bytes(4, "big") + stage.now.to_bytes(8, "big") + raw(stage.writer)
    assert raw(log["data"]) == stamp + (9).to_bytes(32, "big") + ROOTS[9]


def rolled(stage: Stage, logs: list[dict[str, Any]], writer: bytes) -> bytes:
    """The digest that a log's logs lead to, by hand."""
    place = raw(stage.log.address).rjust(32, b"\0")
    value = sha256(brownie.chain.id.to_bytes(32, "big") + place + stage.trial + STREAM_NAME + writer).digest()
    for log in logs:
        words = b"".join(map(raw, log["topics"])) + raw(log["data"])
        value = sha256(value[:15].ljust(32, b"\0") + words).digest()
    return value[:15]


def test_the_logs_lead_to_the_digest_in_state_and_no_others_do(stage: Stage) -> None:
    for size in (6, 8, 64):
        stage.wait_until(stage.now + DAY)
        stage.log.extend(*stage.extension(ENTRIES[:size], stage.head().size), {"from": stage.writer})
    logs = rpc("eth_getLogs", {"address": stage.log.address, "fromBlock": "0x0"})
    head = stage.head()
    assert len(logs) == head.heads == 4
    assert rolled(stage, logs, stage.sponsor.id) == head.rolling
    for others in (logs[1:], logs[:-1], [*logs[:1], *logs[2:]], [*logs, logs[-1]], [logs[1], logs[0], *logs[2:]]):
        assert rolled(stage, others, stage.sponsor.id) != head.rolling
    assert rolled(stage, logs, stage.cro.id) != head.rolling


# ----- who may -----


def test_only_a_key_for_streams_extends(stage: Stage) -> None:
    for key in (stage.manager, stage.clerk, stage.outsider, stage.cro.key, brownie.accounts[9]):
        assert refusal(stage, by=key) == ("KeyNotValid", stage.sponsor.id, address(key), STREAM)
    assert refusal(stage, by=stage.sponsor.key) is None
    assert refusal(stage) is None


def test_a_revoked_key_extends_no_more(stage: Stage) -> None:
    stage.parties.revokeKey((stage.sponsor.id, stage.writer), {"from": stage.sponsor.key})
    assert refusal(stage) == ("KeyNotValid", stage.sponsor.id, address(stage.writer), STREAM)
    assert refusal(stage, by=stage.sponsor.key) is None


def test_a_stream_that_its_writer_did_not_open(stage: Stage) -> None:
    never = digest("never opened")
    assert refusal(stage, before=0, stream=never) == ("StreamNotOpen", stage.trial, stage.sponsor.id, never)
    elsewhere = digest("no trial")
    assert refusal(stage, before=0, trial=elsewhere) == ("StreamNotOpen", elsewhere, stage.sponsor.id, STREAM_NAME)
    foreign = refusal(stage, before=0, actor=stage.cro, by=stage.cro.key)
    assert foreign == ("StreamNotOpen", stage.trial, stage.cro.id, STREAM_NAME)


def test_a_stream_of_the_same_name_in_another_trial_is_another(stage: Stage) -> None:
    stage.registry.register(stage.registration(stage.stranger), {"from": stage.stranger.key})
    theirs = trial_id(stage.stranger)
    stage.registry.openStream(stage.opening(stage.stranger, theirs), {"from": stage.stranger.key})
    by = {"from": stage.stranger.key}
    stage.log.extend(*stage.extension(ENTRIES[:2], actor=stage.stranger, trial=theirs), by)
    assert stage.head(stage.stranger, theirs).size == 2
    assert stage.head().size == FIRST


def test_an_appointed_writer_writes_to_the_last_second_of_its_appointment(stage: Stage) -> None:
    until = stage.now + 10 * DAY
    join(stage, stage.cro, until=until)
    theirs = {"actor": stage.cro, "before": 0, "by": stage.cro.key}
    assert refusal(stage, **theirs, time=until - 1) is None
    ended = ("NotPermitted", stage.trial, stage.cro.id, OPEN)
    assert refusal(stage, **theirs, time=until) == ended
    stage.log.extend(*stage.extension(ENTRIES[:3], actor=stage.cro), {"from": stage.cro.key})
    stage.registry.shortenAppointment(stage.shortening(stream=STREAM_NAME), {"from": stage.clerk})
    assert refusal(stage, actor=stage.cro, before=3, by=stage.cro.key) == ended
    assert stage.head(stage.cro).size == 3  # what was anchored stays


def test_an_appointment_for_one_stream_is_none_for_another(stage: Stage) -> None:
    join(stage, stage.cro, stream=digest("theirs"))
    refused = refusal(stage, actor=stage.cro, before=0, by=stage.cro.key)
    assert refused == ("StreamNotOpen", stage.trial, stage.cro.id, STREAM_NAME)


def test_a_transfer_ends_every_writer_and_loses_no_head(stage: Stage) -> None:
    join(stage, stage.cro)
    stage.log.extend(*stage.extension(ENTRIES[:3], actor=stage.cro), {"from": stage.cro.key})
    stage.transfer(stage.sponsor, stage.committee)
    assert refusal(stage) == ("NotPermitted", stage.trial, stage.sponsor.id, OPEN)
    refused = refusal(stage, actor=stage.cro, before=3, by=stage.cro.key)
    assert refused == ("NotPermitted", stage.trial, stage.cro.id, OPEN)
    assert (stage.head().size, stage.head(stage.cro).size) == (FIRST, 3)
    stage.registry.openStream(stage.opening(stage.committee), {"from": stage.committee.key})
    assert refusal(stage, actor=stage.committee, before=0, by=stage.committee.key) is None
    stage.transfer(stage.committee, stage.sponsor)
    assert refusal(stage) is None  # its own log goes on where it was
    assert refusal(stage, actor=stage.cro, before=3, by=stage.cro.key) == refused


def test_nobody_extends_anothers_log(stage: Stage) -> None:
    """The committee's key names the sponsor as writer, and the other way round."""
    join(stage, stage.committee)
    refused = refusal(stage, by=stage.committee.key)
    assert refused == ("KeyNotValid", stage.sponsor.id, address(stage.committee.key), STREAM)
    refused = refusal(stage, actor=stage.committee, before=0)
    assert refused == ("KeyNotValid", stage.committee.id, address(stage.writer), STREAM)


# ----- how far -----


def test_a_head_only_grows(stage: Stage) -> None:
    for size in (0, 1, FIRST - 1, FIRST):
        for proof in ([], [ROOTS[1]], tree.consistency_proof(ENTRIES, FIRST)):
            assert refusal(stage, size, root=ROOTS[size], proof=proof) == ("SizeNotGrown", FIRST, size)


def test_a_first_head_has_entries_a_root_and_no_proof(stage: Stage) -> None:
    (new,) = open_streams(stage, 1)
    for size in (1, 2, 3, 64):
        assert refusal(stage, size, before=0, stream=new) is None
        for proof in ([ROOTS[1]], tree.consistency_proof(ENTRIES, 1)):
            assert refusal(stage, size, before=0, stream=new, proof=proof) == ("ProofLength", len(proof))
    assert refusal(stage, 0, before=0, stream=new) == ("SizeNotGrown", 0, 0)
    assert refusal(stage, before=0, stream=new, root=ZERO) == ("RootMissing",)


def grown_by_invented_nodes(stage: Stage, size: int, stream: bytes = STREAM_NAME) -> tuple[Any, ...]:
    """The arguments that extend a log of 4 entries to `size`, a power of two: nothing but nodes to the right."""
    proof = [digest(f"invented {level}") for level in range(2, size.bit_length() - 1)]
    root = ROOTS[4]
    for node in proof:
        root = tree.node_hash(root, node)
    return (stage.trial, stage.sponsor.id, stream, size, root), proof


def test_an_unbounded_step_bricks_no_log(stage: Stage) -> None:
    """From an honest head of 4 entries, invented nodes led to size 2^63, from where no honest step was left."""
    (new,) = open_streams(stage, 1)
    stage.log.extend(*stage.extension(ENTRIES[:4], stream=new), {"from": stage.writer})
    for power in (33, 40, 63):
        refused = stage.refusal(stage.log.extend, *grown_by_invented_nodes(stage, 2**power, new), by=stage.writer)
        assert refused == ("StepTooLong", 4, 2**power, STEP)
    by_writer = {"from": stage.writer}
    stage.log.extend(*grown_by_invented_nodes(stage, 2**32, new), by_writer)  # the writer's own log only
    assert stage.head(stream=new).size == 2**32
    assert stage.head().size == FIRST and refusal(stage) is None


@pytest.mark.parametrize("present", [0, 4, 2**32 - 3, 2**63])
def test_a_step_has_at_most_2_to_the_32_entries(stage: Stage, present: int) -> None:
    (new,) = open_streams(stage, 1)
    if present:
        rpc(
            "anvil_setStorageAt", stage.log.address, f"0x{storage_of(*log_named(stage, new)):064x}", f"0x{present:064x}"
        )
    for size, too_long in ((present + STEP, False), (present + STEP + 1, True), (2**64 - 1, True)):
        head = (stage.trial, stage.sponsor.id, new, size, ROOTS[1])
        refused = stage.refusal(stage.log.extend, head, [], by=stage.writer)
        if too_long:
            assert refused == ("StepTooLong", present, size, STEP)
        else:
            assert refused is None or refused[0] == "ProofLength"


def log_named(stage: Stage, stream: bytes) -> tuple[bytes, bytes, bytes]:
    return stage.trial, stage.sponsor.id, stream


def test_a_size_beyond_64_bits_is_no_size(stage: Stage) -> None:
    calldata = bytearray(raw(stage.log.extend.encode_input(*stage.extension(ENTRIES, FIRST))))
    calldata[4 + 3 * 32 + 23] = 1  # the lowest bit of the ninth byte
    call = {"from": str(stage.writer), "to": stage.log.address, "data": "0x" + calldata.hex()}
    answer = brownie.web3.provider.make_request("eth_call", [call, "latest"])
    assert "error" in answer and answer["error"].get("data") in ("0x", None)


def test_the_heads_of_a_log_are_counted_to_the_last(stage: Stage) -> None:
    place = storage_of(stage.trial, stage.sponsor.id, STREAM_NAME)
    for count, refused in ((2**32 - 2, None), (2**32 - 1, ("CountExhausted",))):
        rpc("anvil_setStorageAt", stage.log.address, f"0x{place:064x}", f"0x{FIRST | count << 104:064x}")
        assert refusal(stage) == refused


# ----- proofs that are wrong -----


@pytest.mark.parametrize(("before", "size"), [(FIRST, 6), (FIRST, 8), (FIRST, 64), (8, 9), (8, 16), (7, 8), (63, 64)])
def test_wrong_proofs(stage: Stage, before: int, size: int) -> None:
    (new,) = open_streams(stage, 1)
    stage.log.extend(*stage.extension(ENTRIES[:before], stream=new), {"from": stage.writer})
    right = tree.consistency_proof(ENTRIES[:size], before)
    noise = digest("no node")

    def refused(**changes: Any) -> Any:
        return refusal(stage, size, before, stream=new, **changes)

    assert refused() is None
    for proof in ([], right[:-1], right[1:], [*right, noise], [noise, *right], [*right, right[-1]]):
        assert refused(proof=proof) == ("ProofLength", len(proof))
    rng = Random(before * size)
    for place, node in enumerate(right):
        bit = 1 << rng.randrange(256)
        altered = [*right[:place], (int.from_bytes(node, "big") ^ bit).to_bytes(32, "big"), *right[place + 1 :]]
        assert refused(proof=altered)[0] == "HeadsNotConsistent"
    if len(right) > 1:
        assert refused(proof=right[::-1])[0] == "HeadsNotConsistent"
        assert refused(proof=[right[1], right[0], *right[2:]])[0] == "HeadsNotConsistent"
    assert refused(root=noise) == ("HeadsNotConsistent", ROOTS[before], ROOTS[before], noise, ROOTS[size])
    assert refused(root=ZERO) == ("HeadsNotConsistent", ROOTS[before], ROOTS[before], ZERO, ROOTS[size])


@pytest.mark.parametrize("before", [FIRST, 4, 8])
def test_no_entry_is_dropped_edited_or_moved(stage: Stage, before: int) -> None:
    """Honest proofs, over entries that are not those anchored."""
    (new,) = open_streams(stage, 1)
    stage.log.extend(*stage.extension(ENTRIES[:before], stream=new), {"from": stage.writer})
    anchored = ENTRIES[:before]
    for place in range(before):
        dropped = anchored[:place] + anchored[place + 1 :]
        edited = [*anchored[:place], digest("edited"), *anchored[place + 1 :]]
        moved = [*dropped[: place // 2], anchored[place], *dropped[place // 2 :]]
        for entries in (dropped, edited, *([moved] if moved != anchored else [])):
            arguments = stage.extension([*entries, *ENTRIES[10:20]], before, stream=new)
            refused = stage.refusal(stage.log.extend, *arguments, by=stage.writer)
            assert refused is not None and refused[0] == "HeadsNotConsistent"


def test_a_proof_from_another_size_or_another_writers_log(stage: Stage) -> None:
    join(stage, stage.cro)
    theirs = ENTRIES[::-1]
    stage.log.extend(*stage.extension(theirs[:FIRST], actor=stage.cro), {"from": stage.cro.key})
    for before in range(1, 64):
        proof = tree.consistency_proof(ENTRIES, before)
        assert (refusal(stage, proof=proof) is None) == (before == FIRST)
    head, proof = stage.extension(theirs, FIRST)
    refused = stage.refusal(stage.log.extend, head, proof, by=stage.writer)
    assert refused == ("HeadsNotConsistent", ROOTS[FIRST], tree.root(theirs[:FIRST]), tree.root(theirs), head[-1])


def test_two_at_once_cannot_both_extend_the_same_head(stage: Stage) -> None:
    """Two machines of one writer: the second has to read the head again, and loses nothing."""
    stage.log.extend(*stage.extension(ENTRIES[:9], FIRST), {"from": stage.writer})
    other = [*ENTRIES[:FIRST], *ENTRIES[20:]]
    refused = stage.refusal(stage.log.extend, *stage.extension(other, FIRST), by=stage.writer)
    assert refused is not None and refused[0] in ("HeadsNotConsistent", "ProofLength")
    both = [*ENTRIES[:9], *ENTRIES[20:]]
    assert stage.accepts(stage.log.extend, *stage.extension(both, 9), by=stage.writer)


def test_an_arbitrary_course_of_many_writers(stage: Stage) -> None:
    """Whoever extends, all other logs stay as they are, to the bit."""
    rng = Random(2012)
    join(stage, stage.cro)
    join(stage, stage.committee)
    (new,) = open_streams(stage, 1)
    writers = [(stage.sponsor, STREAM_NAME), (stage.sponsor, new), (stage.cro, STREAM_NAME)]
    writers.append((stage.committee, STREAM_NAME))
    entries = {place: [digest(f"{place} {number}") for number in range(400)] for place in range(len(writers))}
    entries[0][:FIRST] = ENTRIES[:FIRST]
    for _ in range(30):
        place = rng.randrange(len(writers))
        before = [stage.head(party, stream=stream) for party, stream in writers]
        party, stream = writers[place]
        size = before[place].size + rng.randrange(1, 12)
        arguments = stage.extension(entries[place][:size], before[place].size, actor=party, stream=stream)
        stage.send(stage.log.extend, *arguments, by=party.key)
        after = [stage.head(party, stream=stream) for party, stream in writers]
        assert (after[place].size, after[place].heads) == (size, before[place].heads + 1)
        assert after[place].root == tree.root(entries[place][:size])
        assert after[:place] + after[place + 1 :] == before[:place] + before[place + 1 :]


# ----- reading an entry -----


def test_an_entry_of_the_present_head_is_shown(stage: Stage) -> None:
    for index in range(FIRST):
        proof = tree.inclusion_proof(ENTRIES[:FIRST], index)
        question = (stage.trial, stage.sponsor.id, STREAM_NAME, ENTRIES[index], index)
        assert stage.log.verifyInclusion(*question, proof) == (FIRST, stage.head().time)
        for wrong in range(FIRST):
            if wrong != index:
                refused = stage.refusal(stage.log.verifyInclusion, *question[:4], wrong, proof, by=stage.outsider)
                assert refused is not None and refused[0] in ("EntryNotIncluded", "ProofLength")


def test_an_entry_of_an_earlier_head_is_shown_against_that_head(stage: Stage) -> None:
    stage.log.extend(*stage.extension(ENTRIES, FIRST), {"from": stage.writer})
    proof = tree.inclusion_proof(ENTRIES[:FIRST], 2)
    question = (stage.trial, stage.sponsor.id, STREAM_NAME, ENTRIES[2], 2)
    refused = stage.refusal(stage.log.verifyInclusion, *question, proof, by=stage.outsider)
    assert refused == ("ProofLength", len(proof))
    old = (FIRST, ROOTS[FIRST], ENTRIES[2], 2, proof)
    assert stage.refusal(stage.log.verifyInclusionIn, *old, by=stage.outsider) is None


def test_nothing_is_in_a_log_without_heads(stage: Stage) -> None:
    question = (stage.trial, stage.cro.id, STREAM_NAME, ENTRIES[0], 0)
    refused = stage.refusal(stage.log.verifyInclusion, *question, [], by=stage.outsider)
    assert refused == ("IndexOutsideTree", 0, 0)
    zero = (*question[:3], ZERO, 0)
    refused = stage.refusal(stage.log.verifyInclusion, *zero, [], by=stage.outsider)
    assert refused == ("IndexOutsideTree", 0, 0)


def test_an_edited_entry_is_not_in_the_log(stage: Stage) -> None:
    proof = tree.inclusion_proof(ENTRIES[:FIRST], 2)
    question = (stage.trial, stage.sponsor.id, STREAM_NAME, digest("edited"), 2)
    refused = stage.refusal(stage.log.verifyInclusion, *question, proof, by=stage.outsider)
    assert refused is not None and refused[:5] == ("EntryNotIncluded", digest("edited"), 2, FIRST, ROOTS[FIRST])


# ----- batches -----


def acts(stage: Stage, streams: list[bytes], **changes: Any) -> list[bytes]:
    """Calldata of the first heads of these streams."""
    return [
        raw(stage.log.extend.encode_input(*stage.extension(ENTRIES[: 10 + n], stream=stream, **changes)))
        for n, stream in enumerate(streams)
    ]


def refused_in(stage: Stage, receipt: dict[str, Any]) -> dict[int, tuple[Any, ...] | None]:
    """By its place, the error of each act that a batch reports; None for one without."""
    event = keccak(text="ActRefused(address,uint256,bytes)")
    found: dict[int, tuple[Any, ...] | None] = {}
    for log in receipt["logs"]:
        if raw(log["topics"][0]) == event:
            data = raw(log["data"])
            reason = data[64 : 64 + int.from_bytes(data[32:64], "big")]
            found[int(log["topics"][2], 16)] = stage.error(reason) if reason else None
    return found


def test_a_batch_anchors_many_streams_in_one_transaction(stage: Stage) -> None:
    streams = open_streams(stage, 8)
    receipt = stage.send(stage.log.batch, acts(stage, streams), by=stage.writer)
    assert [raw(log["topics"][2]) for log in receipt["logs"]] == streams
    assert [stage.head(stream=stream).size for stream in streams] == list(range(10, 18))


def test_what_fails_in_a_batch_is_reported_and_the_others_stand(stage: Stage) -> None:
    streams = open_streams(stage, 6)
    batch = acts(stage, streams)
    batch[1] = raw(stage.log.extend.encode_input(*stage.extension(ENTRIES[:FIRST], FIRST)))
    batch[2] = acts(stage, [digest("never opened")])[0]
    batch[4] = b"\1\2\3\4"
    batch[5] = b""
    receipt = stage.send(stage.log.batch, batch, by=stage.writer)
    assert refused_in(stage, receipt) == {
        1: ("SizeNotGrown", FIRST, FIRST),
        2: ("StreamNotOpen", stage.trial, stage.sponsor.id, digest("never opened")),
        4: None,
        5: None,
    }
    assert [stage.head(stream=stream).heads for stream in streams] == [1, 0, 0, 1, 0, 0]
    senders = [raw(log["topics"][1])[12:] for log in receipt["logs"] if len(log["topics"]) == 3]
    assert senders == [raw(stage.writer)] * 4


def test_a_batch_lends_nobody_rights(stage: Stage) -> None:
    """Sent by a stranger, each act is the stranger's; also behind one that the sponsor signed."""
    streams = open_streams(stage, 3)
    plain = acts(stage, streams)
    signer = local_key("a gateway")
    stage.parties.addKey((stage.sponsor.id, signer.address, STREAM), {"from": stage.sponsor.key})
    relayed = signed(stage.log, stage.log.extend, stage.extension(ENTRIES, stream=streams[1]), signer)
    batch = [plain[0], raw(stage.log.relay.encode_input(*relayed)), plain[2]]
    receipt = stage.send(stage.log.batch, batch, by=stage.outsider)
    alone = ("KeyNotValid", stage.sponsor.id, address(stage.outsider), STREAM)
    assert refused_in(stage, receipt) == {0: alone, 2: alone}
    assert [stage.head(stream=stream).size for stream in streams] == [0, 64, 0]


def test_a_relayer_sends_many_signed_heads_at_once(stage: Stage) -> None:
    streams = open_streams(stage, 4)
    signer, thief = local_key("a gateway"), local_key("thief")
    stage.parties.addKey((stage.sponsor.id, signer.address, STREAM), {"from": stage.sponsor.key})
    batch = []
    for nonce, stream in enumerate(streams):
        arguments = stage.extension(ENTRIES, stream=stream)
        relayed = signed(stage.log, stage.log.extend, arguments, signer, nonce, by=thief if nonce == 2 else None)
        batch.append(raw(stage.log.relay.encode_input(*relayed)))
    receipt = stage.send(stage.log.batch, [*batch, batch[0]], by=stage.outsider)
    assert refused_in(stage, receipt) == {
        2: ("SignatureNotValid", address(signer.address)),
        4: ("NonceUsed", address(signer.address), 0),
    }
    assert [stage.head(stream=stream).size for stream in streams] == [64, 64, 0, 64]
    assert not stage.log.nonceUsed(signer.address, 2)  # what was refused used none


def test_a_batch_is_not_relayed(stage: Stage) -> None:
    """A signature is over one act, readable as such."""
    signer = local_key("a gateway")
    _, authorization = signed(stage.log, stage.log.extend, stage.extension(ENTRIES, FIRST), signer)
    batch = raw(stage.log.batch.encode_input(acts(stage, [STREAM_NAME])))
    refused = stage.refusal(stage.log.relay, batch, authorization, by=stage.outsider)
    assert refused == ("ActNotRelayable", batch)


def test_a_batch_with_too_little_gas_does_nothing(stage: Stage) -> None:
    """A contract key that takes half a million gas to sign: with less, its signature only seems to be wrong. A node
    that estimates the batch's gas must not find the least with which the act is refused."""
    streams, key = open_streams(stage, 2), "0x" + 40 * "d"
    loop = "62004e205b6001900380600457" + "7f1626ba7e" + 56 * "0" + "5f5260205ff3"  # 20,000 times, then ERC-1271's yes
    rpc("anvil_setCode", key, "0x" + loop)
    stage.parties.addKey((stage.sponsor.id, key, STREAM), {"from": stage.sponsor.key})
    slow = raw(stage.log.extend.encode_input(*stage.extension(ENTRIES, stream=streams[1])))
    relayed = raw(stage.log.relay.encode_input(slow, (key, 0, FAR, b"")))
    batch = [*acts(stage, streams[:1]), relayed]
    call = {"from": str(stage.writer), "to": stage.log.address, "data": stage.log.batch.encode_input(batch)}
    enough = int(rpc("eth_estimateGas", call), 16)
    assert enough > 600_000
    outcomes = []
    for gas in [*range(100_000, enough, 9_973), enough]:
        snapshot = rpc("evm_snapshot")
        receipt = mined({**call, "gas": hex(gas)})
        done = sum(stage.head(stream=stream).heads for stream in streams)
        assert done == (2 if receipt["status"] == "0x1" else 0), gas
        assert not refused_in(stage, receipt)
        outcomes.append(done)
        rpc("evm_revert", snapshot)
    assert (outcomes[0], outcomes[-1]) == (0, 2)
    answer = brownie.web3.provider.make_request("eth_call", [{**call, "gas": hex(300_000)}, "latest"])
    assert stage.error(raw(answer["error"]["data"])) == ("GasTooLittle", 1)
    brownie.history.clear()
