"""Heads of streams: they move with a proof only, by their own writer, each writer's apart, counted and rolled into a
digest."""

from __future__ import annotations

from random import Random
from typing import Any

import brownie
import pytest
from eth_utils.crypto import keccak

from trialseal.merkle import tree

from .chain import ZERO, digest_over, logs_of, raw, slot, store, stored
from .stage import DAY, OPEN, STREAM, STREAM_NAME, Head, Party, Stage, address, digest, trial_id

ENTRIES = [digest(f"entry {number}") for number in range(64)]
ROOTS = [tree.root(ENTRIES[:size]) for size in range(65)]
FIRST = 5  # entries in the head that every test finds
STEP = 2**32  # entries
LOGS_SLOT = 3  # of the contract's storage
NOTHING = Head(0, 0, 0, ZERO, ZERO)


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
    """Where a log's record is in the contract's storage; its root and its digest are in the next two slots."""
    return slot(LOGS_SLOT, trial, writer, stream)


# ----- what is kept and told -----


def test_a_head_is_kept_as_it_was_given(stage: Stage) -> None:
    sent = stage.log.extend(*stage.extension(ENTRIES, FIRST), {"from": stage.writer})
    head = stage.head()
    assert (head.size, head.time, head.heads, head.root) == (64, sent.timestamp, 2, ROOTS[64])


def test_a_log_that_is_not_there_is_all_zero(stage: Stage) -> None:
    assert stage.head(stage.cro) == NOTHING
    assert stage.head(stream=digest("another")) == NOTHING
    assert stage.head(trial=digest("another")) == NOTHING


def test_a_head_takes_three_slots(stage: Stage) -> None:
    """Size, time and count share one; root and digest, of all 256 bits each, are the others."""
    place = storage_of(stage.trial, stage.sponsor.id, STREAM_NAME)
    head = stage.head()
    packed = head.size | head.time << 64 | head.heads << 104
    words = [stored(stage.log, place + number) for number in range(4)]
    assert words == [packed, int.from_bytes(head.root, "big"), int.from_bytes(head.rolling, "big"), 0]


def test_every_head_emits_one_log(stage: Stage) -> None:
    sent = stage.send(stage.log.extend, *stage.extension(ENTRIES[:9], FIRST), by=stage.writer)
    (log,) = sent["logs"]
    event = keccak(text="HeadExtended(bytes32,bytes32,bytes32,uint256,uint64,bytes32)")
    assert [raw(topic) for topic in log["topics"]] == [event, stage.trial, STREAM_NAME, stage.sponsor.id]
    stamp = (2).to_bytes(4, "big") + stage.now.to_bytes(8, "big") + raw(stage.writer)
    assert raw(log["data"]) == stamp + (9).to_bytes(32, "big") + ROOTS[9]


def test_the_logs_lead_to_the_digest_in_state_and_no_others_do(stage: Stage) -> None:
    for size in (6, 8, 64):
        stage.wait_until(stage.now + DAY)
        stage.log.extend(*stage.extension(ENTRIES[:size], stage.head().size), {"from": stage.writer})
    logs = logs_of(stage.log)
    head = stage.head()
    assert len(logs) == head.heads == 4
    assert digest_over(logs) == head.rolling
    for others in (logs[1:], logs[:-1], [*logs[:1], *logs[2:]], [*logs, logs[-1]], [logs[1], logs[0], *logs[2:]]):
        assert digest_over(others) != head.rolling
    assert digest_over([*logs[:-1], (*logs[-1][:3], stage.cro.id, logs[-1][4])]) != head.rolling


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
        store(stage.log, storage_of(*log_named(stage, new)), present)
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
        store(stage.log, place, FIRST | count << 104)
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
