"""What the C core hashes, beside published vectors, hashlib and the Python that it stands for."""

from __future__ import annotations

from array import array
from ctypes import CDLL, create_string_buffer
from hashlib import sha256

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trialseal.core import hashing
from trialseal.documents.nonces import nonce, salted_leaf
from trialseal.merkle import tree
from trialseal.tables.salting import PREFIX_BYTES, prefix_key

# FIPS 180-4's examples, and NIST's of short messages and of a million letters.
PUBLISHED = [
    (b"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    (b"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
        b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    ),
    (b"a" * 1_000_000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
]
# How many go together is one, two or sixteen.
MESSAGES = st.lists(st.binary(max_size=300), max_size=40)
ROWS = st.lists(st.tuples(st.binary(max_size=200), st.integers(0, 2)), max_size=40)
SECRETS = [bytes([number]) * 32 for number in (1, 2, 255)]


def whole(core: CDLL, message: bytes) -> bytes:
    """A message without a mark."""
    digest = create_string_buffer(32)
    assert core.trialseal_each(message, len(message), None, len(message), 1, -1, digest) == 0
    return digest.raw


@pytest.mark.parametrize(("message", "digest"), PUBLISHED)
def test_published_vectors(hashing_core: CDLL, message: bytes, digest: str) -> None:
    assert whole(hashing_core, message).hex() == digest


def test_every_length_around_the_first_blocks(hashing_core: CDLL) -> None:
    data = bytes(range(256))
    for size in range(200):
        assert whole(hashing_core, data[:size]) == sha256(data[:size]).digest()


def test_sixteen_and_more_of_all_lengths_that_blocks_know(hashing_core: CDLL) -> None:
    messages = [bytes([count % 256]) * (count * 37 % 1203) for count in range(401)]
    for count in (8, 9, 15, 16, 17, 25, 401):
        wanted = b"".join(sha256(b"\0" + message).digest() for message in messages[:count])
        assert hashing.each(hashing_core, hashing.Messages.of(messages[:count]), 0) == wanted
        leaves = [sha256(message).digest() for message in messages[:count]]
        assert hashing.root(hashing_core, bytearray(b"".join(leaves))) == tree.root(leaves)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80)
@given(messages=MESSAGES, mark=st.integers(0, 255))
def test_messages_of_any_length_are_hashed_as_hashlib_does(
    hashing_core: CDLL, messages: list[bytes], mark: int
) -> None:
    wanted = b"".join(sha256(bytes([mark]) + message).digest() for message in messages)
    assert hashing.each(hashing_core, hashing.Messages.of(messages), mark) == wanted


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(leaves=st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=80))
def test_nodes_and_roots_are_those_of_the_tree(hashing_core: CDLL, leaves: list[bytes]) -> None:
    pairs = zip(leaves[::2], leaves[1::2], strict=False)
    even = b"".join(leaves[: len(leaves) & ~1])
    assert hashing.parents(hashing_core, even) == b"".join(tree.node_hash(left, right) for left, right in pairs)
    assert hashing.root(hashing_core, bytearray(b"".join(leaves))) == tree.root(leaves)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80)
@given(rows=ROWS, first=st.integers(0, 2**40))
def test_secrets_make_the_nonces_leaves_and_prefixes_that_python_makes(
    hashing_core: CDLL, rows: list[tuple[bytes, int]], first: int
) -> None:
    trial, dataset = b"t" * 32, b"d" * 32
    entries, plain = [b"\0" + form for form, _ in rows], [sha256(b"\0" + form).digest() for form, _ in rows]
    salted, prefixes = hashing.salted(
        hashing_core,
        hashing.Messages.of(entries),
        array("i", [code for _, code in rows]),
        SECRETS,
        trial + dataset,
        first,
        b"".join(plain),
    )
    for number, ((form, code), leaf) in enumerate(zip(rows, plain, strict=True)):
        made = salted_leaf(nonce(SECRETS[code], trial, dataset, first + number), form)
        assert salted[32 * number : 32 * number + 32] == made
        prefix = sha256(prefix_key(SECRETS[code], dataset) + leaf).digest()[:PREFIX_BYTES]
        assert prefixes[PREFIX_BYTES * number : PREFIX_BYTES * (number + 1)] == prefix
