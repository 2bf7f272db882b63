"""OpenTimestamps proofs: what is written is read again, what is not a proof is refused, steps are followed."""

from __future__ import annotations

import itertools
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.clocks.clock_servers import GENESIS_HASH, GENESIS_HEADER, GENESIS_TRANSACTION

from trialseal.clocks import opentimestamps
from trialseal.clocks.bitcoin import HeaderFault, read_header
from trialseal.clocks.judging import ClockAnswer, GivenHeader, judge_proof
from trialseal.clocks.steps import (
    APPEND,
    BITCOIN_TAG,
    HEXLIFY,
    KECCAK256,
    MAGIC,
    MAX_MESSAGE,
    MAX_STEPS,
    PREPEND,
    REVERSE,
    SHA1,
    SHA256,
    Bitcoin,
    Fork,
    Operation,
    Promise,
    Proof,
    ProofError,
    Step,
    Unknown,
    read_proof,
    read_steps,
    write_proof,
    write_steps,
)

DIGEST = sha256(b"a protocol").digest()
TO_GENESIS = Proof(sha256(GENESIS_TRANSACTION).digest(), (Operation(SHA256), Bitcoin(0)))
"""The transaction's SHA-256, taken once more, is the Merkle root of a block that holds it alone."""

ADDRESSES = st.text("abcXYZ019-._/:", max_size=40)
ARGUMENTS = st.binary(min_size=1, max_size=40)
OPERATIONS = st.one_of(
    st.builds(Operation, st.sampled_from([APPEND, PREPEND]), ARGUMENTS),
    st.builds(Operation, st.sampled_from([SHA256, SHA1, REVERSE]), st.just(b"")),
)
ATTESTATIONS = st.one_of(
    st.builds(Bitcoin, st.integers(0, 1 << 40)),
    st.builds(Promise, ADDRESSES),
    st.builds(Unknown, st.just(b"unknown!"), st.binary(max_size=40)),
)


@st.composite
def trees(draw: st.DrawFn, depth: int = 3) -> tuple[Step, ...]:
    """Steps of a proof: operations, then an attestation, or two ways."""
    steps: list[Step] = list(draw(st.lists(OPERATIONS, max_size=4)))
    if depth and draw(st.booleans()):
        first = draw(st.lists(OPERATIONS, max_size=3))
        return (*steps, Fork(), *first, draw(ATTESTATIONS), *draw(trees(depth=depth - 1)))
    return (*steps, draw(ATTESTATIONS))


@given(st.binary(min_size=32, max_size=32), trees())
def test_what_is_written_is_read_again(digest: bytes, steps: tuple[Step, ...]) -> None:
    proof = Proof(digest, steps)
    assert read_proof(write_proof(proof)) == proof
    assert len(opentimestamps.ends(*proof)) == sum(isinstance(one, Bitcoin | Promise | Unknown) for one in steps)


@given(st.binary(min_size=32, max_size=32), trees(), st.data())
def test_what_is_read_is_written_as_it_was(digest: bytes, steps: tuple[Step, ...], data: st.DataObject) -> None:
    raw = bytearray(write_proof(Proof(digest, steps)))
    place = data.draw(st.integers(0, len(raw) - 1))
    raw[place] ^= 1 << data.draw(st.integers(0, 7))
    try:
        changed = read_proof(bytes(raw))
    except ProofError:
        return
    assert write_proof(changed) == bytes(raw) != write_proof(Proof(digest, steps))


@given(st.binary(max_size=200))
def test_any_bytes_are_a_proof_or_one_sentence(data: bytes) -> None:
    for read in (read_proof, lambda data: read_proof(MAGIC + b"\x01\x08" + data), read_steps):
        try:
            read(data)
        except ProofError as error:
            assert "\n" not in str(error)


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=40))
def test_each_of_many_leads_to_the_one_message(leaves: list[bytes]) -> None:
    top, paths = opentimestamps.joined(leaves)
    for leaf, path in zip(leaves, paths, strict=True):
        [end] = opentimestamps.ends(leaf, (*path, Bitcoin(1)))
        assert end.message == top


def test_the_first_block_is_reached() -> None:
    header = read_header(GENESIS_HEADER)
    assert (header.shown, header.time, header.work) == (GENESIS_HASH, 1231006505, 4295032833)
    raw = MAGIC + bytes([1, SHA256]) + TO_GENESIS.digest + bytes([SHA256, 0]) + BITCOIN_TAG + b"\x01\x00"
    assert read_proof(raw) == TO_GENESIS
    [found] = judge_proof(TO_GENESIS, TO_GENESIS.digest, [GivenHeader(header, None)])
    assert (found.answer, found.time) == (ClockAnswer.HOLDS, 1231006505)
    assert "2009-01-03 18:15:05 UTC" in found.words and "4.3e+09 hashes" in found.words


@pytest.mark.parametrize(
    ("proof", "digest", "height", "answer", "words"),
    [
        (TO_GENESIS, TO_GENESIS.digest, 0, "holds", "existed by 2009"),
        (TO_GENESIS, TO_GENESIS.digest, 1, "undetermined", "no header that you gave has the Merkle root 4a5e1e4baab8"),
        (TO_GENESIS, DIGEST, 0, "fails", "stamps other bytes"),
        (Proof(DIGEST, TO_GENESIS.steps), DIGEST, 0, "fails", "does not lead to the header"),
        (Proof(DIGEST, TO_GENESIS.steps), DIGEST, None, "undetermined", "no header that you gave has"),
        (Proof(DIGEST, (Operation(APPEND, b"x"), Bitcoin(0))), DIGEST, 0, "fails", "32 bytes"),
        (Proof(DIGEST, (Operation(KECCAK256), Bitcoin(0))), DIGEST, 0, "undetermined", "Keccak-256 is not computed"),
        (Proof(DIGEST, (Unknown(b"unknown!", b""),)), DIGEST, 0, "undetermined", "not know that kind"),
        (Proof(DIGEST, (Promise("https://c.example"),)), DIGEST, 0, "undetermined", "--calendar https://c.example"),
    ],
    ids=itertools.count(),
)
def test_what_a_header_shows(proof: Proof, digest: bytes, height: int | None, answer: str, words: str) -> None:
    [found] = judge_proof(proof, digest, [GivenHeader(read_header(GENESIS_HEADER), height)])
    assert found.answer == answer and words in found.words


def test_without_a_header_nothing_holds() -> None:
    [found] = judge_proof(TO_GENESIS, TO_GENESIS.digest, [])
    assert found.answer is ClockAnswer.UNDETERMINED and "you gave no header" in found.words


def test_no_flipped_bit_leaves_the_header_one() -> None:
    for bit in range(640):
        raw = bytearray(GENESIS_HEADER)
        raw[bit // 8] ^= 1 << bit % 8
        with pytest.raises(HeaderFault, match="target"):
            read_header(bytes(raw))


def test_a_header_that_anybody_can_make_is_none_of_bitcoin() -> None:
    easy = bytearray(GENESIS_HEADER)
    easy[72:76] = bytes.fromhex("ffff7f20")  # of a network for tests
    with pytest.raises(HeaderFault, match="no block of Bitcoin"):
        read_header(bytes(easy))
    with pytest.raises(HeaderFault, match="79 bytes"):
        read_header(GENESIS_HEADER[:79])


START = MAGIC + b"\x01\x08" + DIGEST
END = b"\x00" + BITCOIN_TAG + b"\x01\x01"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "first bytes"),
        (MAGIC + b"\x02\x08" + DIGEST + END, "version 2"),
        (MAGIC + b"\x01\x02" + DIGEST[:20] + END, "SHA-1"),
        (START, "before it is complete"),
        (START + END + b"\x00", "1 bytes follow its end"),
        (START + b"\x42" + END, "operation 0x42 at byte 65"),
        (START + b"\xff\xff" + END * 3, "operation 0xff"),
        (START + b"\xf0\x00" + END, "a part at byte 66 has 0 bytes"),
        (START + b"\xf0\x81\x20" + bytes(MAX_MESSAGE + 1) + END, "4,097 bytes"),
        (START + b"\xf0\x81\x00x" + END, "longer than it needs"),
        (START + b"\xf0" + b"\xff" * 10, "too large"),
        (START + b"\x00" + BITCOIN_TAG + b"\x02\x01\x01", "1 bytes too many"),
        (START + b"\x08" * MAX_STEPS + END, "more than 10,000"),
        (START + write_steps((Promise("http://a"),)).replace(b"http", b"h\x1b[p"), "no address has"),
        (START + bytes(1 << 20), "larger than 1 MiB"),
    ],
    ids=itertools.count(),
)
def test_what_is_no_proof_is_one_sentence(data: bytes, words: str) -> None:
    with pytest.raises(ProofError, match=words):
        read_proof(data)


def test_bounds_are_met_exactly() -> None:
    most = Proof(DIGEST, (*[Operation(SHA256)] * (MAX_STEPS - 1), Bitcoin(1)))
    assert read_proof(write_proof(most)) == most
    full = (Operation(APPEND, bytes(MAX_MESSAGE - 32)), Bitcoin(1))
    assert opentimestamps.ends(DIGEST, full)[0].message == DIGEST + bytes(MAX_MESSAGE - 32)
    with pytest.raises(ProofError, match="4,097 bytes"):
        opentimestamps.ends(DIGEST, (Operation(APPEND, bytes(MAX_MESSAGE - 31)), Bitcoin(1)))
    with pytest.raises(ProofError, match="8,192 bytes"):
        opentimestamps.ends(DIGEST, (*[Operation(HEXLIFY)] * 8, Bitcoin(1)))


def test_ten_thousand_ways_need_no_recursion() -> None:
    deep: tuple[Step, ...] = (*[Fork(), Operation(SHA256), Bitcoin(1)] * 3000, Bitcoin(2))
    assert len(opentimestamps.ends(DIGEST, read_steps(write_steps(deep)))) == 3001


def test_an_upgrade_stands_where_the_promise_stood() -> None:
    proof = Proof(DIGEST, (Fork(), Operation(SHA256), Promise("https://a"), Operation(SHA1), Promise("https://b")))
    made = opentimestamps.upgraded(proof, {2: (Operation(SHA256), Bitcoin(7))})
    assert made.steps[2:4] == (Operation(SHA256), Bitcoin(7)) and opentimestamps.calendars(made) == ("https://b",)
    with pytest.raises(ProofError, match="10,000"):
        opentimestamps.upgraded(proof, {2: (*[Operation(SHA256)] * MAX_STEPS, Bitcoin(7))})
