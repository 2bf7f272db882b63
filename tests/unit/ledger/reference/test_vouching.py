"""Who vouches for a block, and who does not: each way to be misled by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from coincurve import PrivateKey
from eth_account import Account
from eth_account.messages import encode_defunct
from hypothesis import given
from hypothesis import strategies as st

from trialseal.cli.trusting import code_with
from trialseal.errors import UsageError
from trialseal.ledger.network_file import Network, network
from trialseal.ledger.proofs import bft
from trialseal.ledger.proofs.header import Header, HeaderError, from_rlp
from trialseal.ledger.proofs.rlp import Item, decode, encode
from trialseal.ledger.reference import checkpoints
from trialseal.ledger.reference.asking import Vouching, vouching_for
from trialseal.ledger.reference.checkpoints import Checkpoint
from trialseal.ledger.reference.validators import Validator, ValidatorList
from trialseal.ledger.reference.vouching import NO_CHOICE, Choice, Contradiction, Said, Voucher, by_nodes

RAW = bytes.fromhex((Path(__file__).parents[3] / "vectors/headers/besu-qbft-block-7528.rlp.hex").read_text())
HEADER = from_rlp(RAW)
MEMBERS = decode(RAW)
assert isinstance(MEMBERS, list)
EXTRA = decode(HEADER.extra_data)
assert isinstance(EXTRA, list)
NAMED = EXTRA[1]
GENESIS = "0x" + "11" * 32
OTHER = b"\x22" * 32
KEY = Account.from_key(b"\x07" * 32)
SIGNER = KEY.address.lower()


def checkpoint(**changes: Any) -> Checkpoint:
    return Checkpoint(5, GENESIS, HEADER.number, HEADER.hash, HEADER.time, SIGNER)._replace(**changes)


def signed(one: Checkpoint) -> dict[str, Any]:
    return checkpoints.as_json(one, bytes(KEY.sign_message(encode_defunct(checkpoints.message_of(one))).signature))


def by(*given: Checkpoint, genesis: str | None = GENESIS) -> Vouching:
    return vouching_for(HEADER, 5, Choice(checkpoints=given), Network("x", "http://x", genesis=genesis), read_node=True)


def listed(*lists: tuple[int, list[str]]) -> tuple[ValidatorList, ...]:
    return tuple(
        ValidatorList(start, tuple(Validator(one, f"organisation {place}") for place, one in enumerate(those)))
        for start, those in lists
    )


def by_seals(lists: tuple[ValidatorList, ...], header: Header = HEADER) -> Vouching:
    return vouching_for(header, 5, NO_CHOICE, Network("x", "http://x", validators=lists), read_node=True)


def addresses(header: list[Item]) -> list[str]:
    return ["0x" + one.hex() for one in header if isinstance(one, bytes)]


assert isinstance(NAMED, list)
FOUR = addresses(NAMED)
STRANGERS = ["0x" + f"{n:02x}" * 20 for n in range(4)]


# ----- nobody, the reader, the reader's node -----


def test_without_a_voucher_nothing_is_determined() -> None:
    nobody = vouching_for(HEADER, 5, NO_CHOICE, Network("x", "http://x"), read_node=True)
    assert not nobody.vouched
    assert [code_with(code, nobody) for code in (0, 1, 2, 3, 4)] == [2, 2, 2, 3, 4]


def test_an_own_node_and_a_typed_hash_vouch() -> None:
    mine = vouching_for(HEADER, 5, Choice(own_node=True), Network("x", "http://x"), read_node=True)
    assert mine.vouched
    assert [code_with(code, mine) for code in (0, 1, 2)] == [0, 1, 2]
    assert vouching_for(HEADER, 5, Choice(block_hash=HEADER.hash), None, read_node=False).vouched
    other = vouching_for(HEADER, 5, Choice(block_hash=OTHER), None, read_node=False)
    assert not other.vouched
    assert "another block's" in other.doubts[0]


# ----- checkpoints -----


def test_a_checkpoint_of_this_block_vouches() -> None:
    assert by(checkpoint()).vouched
    assert by(checkpoint(block=1), checkpoint()).doubts == ()  # several in one file


@pytest.mark.parametrize("changes", [{"chain_id": 6}, {"genesis": "0x" + "33" * 32}])
def test_a_checkpoint_of_another_chain(changes: dict[str, Any]) -> None:
    found = by(checkpoint(**changes))
    assert not found.vouched
    assert "of another chain" in found.doubts[0]


@pytest.mark.parametrize("distance", [-1, 1])
def test_a_checkpoint_of_the_block_or_second_beside(distance: int) -> None:
    assert not by(checkpoint(block=HEADER.number + distance)).vouched
    assert not by(checkpoint(time=HEADER.time + distance)).vouched


def test_a_checkpoint_with_another_hash_for_this_number_contradicts() -> None:
    for found in (by(checkpoint(hash=OTHER)), by(checkpoint(), checkpoint(hash=OTHER))):
        assert not found.vouched
        assert found.contradiction is not None
        assert OTHER.hex() in found.contradiction.words
        assert HEADER.hash.hex() in found.contradiction.words
        assert code_with(0, found) == 1


def test_a_file_of_checkpoints_is_read_as_it_was_signed() -> None:
    value = [signed(checkpoint()), signed(checkpoint(block=1))]
    assert checkpoints.read(value, "file", frozenset({SIGNER})) == (checkpoint(), checkpoint(block=1))


def test_a_checkpoint_of_a_key_that_was_not_named() -> None:
    with pytest.raises(UsageError, match="no such key was named"):
        checkpoints.read([signed(checkpoint())], "file", frozenset({"0x" + "01" * 20}))


@given(st.integers(0, 64 * 8 - 1))
def test_a_flipped_bit_of_the_signature(bit: int) -> None:
    value = signed(checkpoint())
    changed = bytearray.fromhex(value["signature"][2:])
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(UsageError, match="the signature is not"):
        checkpoints.read(value | {"signature": "0x" + changed.hex()}, "file", frozenset({SIGNER}))


@pytest.mark.parametrize(
    "change",
    [{"chain_id": 6}, {"genesis": "0x" + "33" * 32}, {"block": 1}, {"hash": "0x" + "22" * 32}, {"time": 0}],
)
def test_a_member_changed_after_signing(change: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="the signature is not"):
        checkpoints.read(signed(checkpoint()) | change, "file", frozenset({SIGNER}))


def test_the_other_signature_of_the_same_key() -> None:
    order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
    value = signed(checkpoint())
    signature = bytes.fromhex(value["signature"][2:])
    s = order - int.from_bytes(signature[32:64], "big")
    twin = signature[:32] + s.to_bytes(32, "big") + bytes([55 - signature[64]])
    with pytest.raises(UsageError, match="the signature is not"):
        checkpoints.read(value | {"signature": "0x" + twin.hex()}, "file", frozenset({SIGNER}))


@pytest.mark.parametrize("value", [None, 1, "x", [], {}, [None], [[]], [{"format": "trialseal-checkpoint/2"}]])
def test_what_is_no_checkpoint_is_one_sentence(value: object) -> None:
    with pytest.raises(UsageError):
        checkpoints.read(value, "file", frozenset({SIGNER}))


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ([], "file holds no checkpoint: ask whoever made it for another"),
        (None, "file, checkpoint 1: this is not of the form trialseal-checkpoint/1"),
        ({"format": 7}, "file, checkpoint 1: this is not of the form trialseal-checkpoint/1"),
        ({"format": "trialseal-checkpoint/2"}, "file, checkpoint 1: made by a later version of trialseal"),
        ([{"more": 1}], "file, checkpoint 2: the member more is not one of a checkpoint"),
        ([{"zzz": 1, "chain_id": ...}], "file, checkpoint 2: the member chain_id is missing"),
        (
            [{"genesis": "0x" + "1" * 63}],
            "file, checkpoint 2: genesis must be 0x and lower-case hexadecimal digits of the right number",
        ),
        (
            [{"hash": "0x" + "A" * 64}],
            "file, checkpoint 2: hash must be 0x and lower-case hexadecimal digits of the right number",
        ),
        (
            [{"signer": 7}],
            "file, checkpoint 2: signer must be 0x and lower-case hexadecimal digits of the right number",
        ),
        (
            [{"signature": "0x"}],
            "file, checkpoint 2: signature must be 0x and lower-case hexadecimal digits of the right number",
        ),
        ([{"block": True}], "file, checkpoint 2: block must be a whole number"),
        ([{"time": -1}], "file, checkpoint 2: time must be a whole number"),
        ([{"chain_id": 1 << 53}], "file, checkpoint 2: chain_id must be a whole number"),
        ([{"block": 0}], f"file, checkpoint 2: the signature is not {SIGNER}'s: the file was changed, or is damaged"),
        (
            [{"block": (1 << 53) - 1}],
            f"file, checkpoint 2: the signature is not {SIGNER}'s: the file was changed, or is damaged",
        ),
    ],
)
def test_what_is_wrong_with_a_checkpoint(value: Any, why: str) -> None:
    """A list of one changed checkpoint stands for one behind a sound one."""
    if isinstance(value, list) and value:
        changed = {key: it for key, it in (signed(checkpoint()) | value[0]).items() if it is not ...}
        value = [signed(checkpoint()), changed]
    with pytest.raises(UsageError) as caught:
        checkpoints.read(value, "file", frozenset({SIGNER}))
    assert str(caught.value) == why


# ----- operators of nodes -----


def asked(wanted: int, *answers: tuple[str, bytes | None]) -> Voucher | Contradiction | str:
    return by_nodes(tuple(Said(who, digest, "silent") for who, digest in answers), 7, HEADER.hash, wanted)


def test_as_many_operators_as_were_wanted() -> None:
    for agreed, expected in ((2, str), (3, Voucher), (4, Voucher)):
        said = [(one, HEADER.hash if place < agreed else None) for place, one in enumerate("ABCD")]
        assert isinstance(asked(3, *said), expected)


def test_members_disagree_however_many_agree() -> None:
    agree = [(one, HEADER.hash) for one in "ABC"]
    assert isinstance(asked(2, *agree, ("D", OTHER)), Contradiction)
    assert isinstance(asked(2, *agree[:2], ("C", OTHER), ("D", OTHER)), Contradiction)  # a tie


def test_one_operator_has_one_voice() -> None:
    assert asked(2, ("A", HEADER.hash), ("A", HEADER.hash)) == "1 of 1 operators name block 7, and 2 were wanted"


@given(st.lists(st.tuples(st.sampled_from("ABCD"), st.sampled_from([HEADER.hash, OTHER, None]))), st.integers(2, 4))
def test_a_quorum_as_counted_by_hand(said: list[tuple[str, bytes | None]], wanted: int) -> None:
    found = asked(wanted, *said)
    if any(digest == OTHER for _, digest in said):
        assert isinstance(found, Contradiction)
    else:
        assert isinstance(found, Voucher if len({who for who, digest in said if digest}) >= wanted else str)


# ----- seals of a consortium -----


def test_the_seals_of_a_real_qbft_block() -> None:
    assert isinstance(MEMBERS, list)
    sealed = bft.sealed(MEMBERS)
    assert sealed is not None
    assert (sealed.digest.hex()[:8], sealed.digest.hex()[-4:]) == ("75ea184f", "0a32")
    assert (HEADER.hash.hex()[:8], HEADER.hash.hex()[-4:]) == ("502568a0", "af42")
    found = by_seals(listed((0, FOUR)))
    assert found.vouched
    assert found.vouchers[0].words.startswith("the seals of 3 of 4 validators")
    assert found.vouchers[0].warnings == ()


def test_flipped_bits_of_a_real_qbft_header() -> None:
    lists = listed((0, FOUR))
    for bit in range(0, len(RAW) * 8, 7):
        changed = bytearray(RAW)
        changed[bit // 8] ^= 1 << bit % 8
        try:
            header = from_rlp(bytes(changed))
        except HeaderError:
            continue
        assert not by_seals(lists, header).vouched, bit


def test_a_header_that_names_its_own_validators() -> None:
    assert not by_seals(listed((0, FOUR)), resealed([PrivateKey(bytes([n]) * 32) for n in (1, 2)])).vouched


@pytest.mark.parametrize("consensus", ["qbft", "ibft2"])
def test_a_quorum_of_seals_is_two_thirds_of_those_listed(consensus: str) -> None:
    keys = [PrivateKey(bytes([n]) * 32) for n in range(1, 7)]
    lists = listed((0, [address(one) for one in keys]))
    for count, expected in ((3, False), (4, True), (5, True)):  # ceil(2 * 6 / 3) = 4
        assert by_seals(lists, resealed(keys[:count], consensus)).vouched is expected
    assert not by_seals(lists, resealed([keys[0]] * 6, consensus)).vouched  # many seals of one


def test_validators_that_changed() -> None:
    at = HEADER.number
    assert by_seals(listed((0, STRANGERS), (at, FOUR))).vouched
    assert by_seals(listed((0, STRANGERS), (at - 1, FOUR))).vouched
    assert not by_seals(listed((0, STRANGERS), (at + 1, FOUR))).vouched
    assert not by_seals(listed((0, FOUR), (at, STRANGERS))).vouched
    assert not by_seals(listed((at + 1, FOUR))).vouched


def test_a_list_that_names_a_validator_twice_or_nobody() -> None:
    one = {"address": FOUR[0], "organisation": "A"}
    for members in ([], [one, one], [one, {**one, "address": "0x" + FOUR[0][2:].upper()}]):
        with pytest.raises(UsageError, match="at least one validator, and none twice"):
            network("file", "x", {"url": "http://x", "validators": [{"from_block": 0, "members": members}]})


def address(key: PrivateKey) -> str:
    return Account.from_key(key.secret).address.lower()


def resealed(keys: list[PrivateKey], consensus: str = "qbft") -> Header:
    """The real header as these would have sealed it, naming themselves as its validators."""
    assert isinstance(MEMBERS, list)
    named: list[Item] = [bytes.fromhex(address(one)[2:]) for one in keys]
    vote, turn = ([], b"") if consensus == "qbft" else (b"", bytes(4))

    def members(seals: list[Item]) -> list[Item]:
        extra: list[Item] = [bytes(32), named, vote, turn, seals]
        return [*MEMBERS[:12], encode(extra), *MEMBERS[13:]]

    sealed = bft.sealed(members([]))
    assert sealed is not None
    return from_rlp(encode(members([one.sign_recoverable(sealed.digest, hasher=None) for one in keys])))


def test_what_a_signer_signs_byte_for_byte() -> None:
    one = Checkpoint(5, GENESIS, 7, b"\x22" * 32, 9, "0x" + "ab" * 20)
    assert checkpoints.message_of(one).decode() == (
        f'{{"block":7,"chain_id":5,"format":"trialseal-checkpoint/1","genesis":"{GENESIS}","hash":"0x{"22" * 32}",'
        f'"signer":"0x{"ab" * 20}","time":9}}'
    )
